"""Importing packages: what is new comes in, and what was made in the product is never replaced."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import audit
from lms.audit import AuditEvent
from lms.authoring import drafts
from lms.authoring.drafts import CourseFields
from lms.authoring.models import Draft
from lms.catalogue import editions
from lms.catalogue.models import Course, Edition, Lesson
from lms.config import ROOT
from lms.exams import after_terms, feasibility, particulars, rehearsing, revising
from lms.exams.models import EXAM, PRACTICE, TRYOUT, Blueprint, Exam
from lms.frameworks import reference
from lms.outbox import SearchOutbox
from lms.packages import importing, reading
from lms.packages.importing import Imported
from lms.packages.package import BadPackage, Package
from lms.people.models import OrgUnit
from lms.questions.models import Bank, Question, QuestionVersion
from tests.cast import START, Cast
from tests.packages import small


@pytest.fixture
def package(tmp_path: Path) -> Package:
    """The small package, read."""
    return reading.read(small.write(tmp_path))


@pytest.fixture(autouse=True)
def dictionary(session: Session) -> None:
    """The competencies that packages name."""
    reference.load(session, now=START)


def bring(session: Session, cast: Cast, package: Package) -> Imported:
    """Import into the province, by nobody in particular."""
    made = importing.import_(session, package, unit=session.get_one(OrgUnit, cast.jakarta), by=None, now=START)
    session.flush()
    return made


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


def other_text(package: Package) -> Package:
    """The package with another title."""
    return replace(package, content=replace(package.content, title="Judul dari paket"))


def test_a_new_course_comes_with_its_edition_questions_and_exam(session: Session, cast: Cast, package: Package) -> None:
    made = bring(session, cast, package)

    course = session.scalars(select(Course)).one()
    edition = session.get_one(Edition, course.published_id)
    exam = session.scalars(select(Exam)).one()
    blueprint = session.scalars(select(Blueprint)).one()
    assert made == Imported(course.id, "new", None, 3, 0, "new")
    assert (course.slug, course.unit_id, edition.number, edition.hash) == (
        "kursus-kecil",
        cast.jakarta,
        1,
        package.content.hash,
    )
    assert [lesson.slug for lesson in editions.lessons_of(session, edition.id)] == ["01-awal", "02-lanjut"]
    assert session.scalars(select(Bank.code)).one() == "kursus-kecil"
    assert session.execute(select(Question.purpose, func.count()).group_by(Question.purpose)).all() == [
        ("exam", 2),
        ("practice", 1),
    ]
    assert (exam.code, exam.course_id, exam.max_attempts, exam.proctored) == ("uk-kecil", course.id, 2, False)
    assert blueprint.content["sections"][1] == {
        "title": "Terapan",
        "competency": "TEK.KI",
        "level": 2,
        "draw": 1,
        "pass": 60,
        "difficulty": {"sedang": 1},
    }


def test_importing_twice_changes_nothing_and_is_not_noted_twice(session: Session, cast: Cast, package: Package) -> None:
    first = bring(session, cast, package)
    second = bring(session, cast, package)

    assert second == Imported(first.course_id, "unchanged", None, 0, 0, "unchanged")
    assert (count(session, Edition), count(session, QuestionVersion), count(session, Blueprint)) == (1, 3, 1)
    noted = select(func.count()).where(AuditEvent.action == "course.import")
    assert session.scalar(noted) == 1
    assert count(session, SearchOutbox) == 1


def test_other_content_of_a_known_course_becomes_a_draft_and_the_edition_stays(
    session: Session, cast: Cast, package: Package
) -> None:
    bring(session, cast, package)

    made = bring(session, cast, other_text(package))

    draft = session.scalars(select(Draft)).one()
    assert (made.course, made.draft_id, draft.title) == ("draft", draft.id, "Judul dari paket")
    assert session.scalars(select(Edition.title)).all() == ["Kursus Kecil"]


def test_a_draft_that_an_author_has_open_is_left_alone(session: Session, cast: Cast, package: Package) -> None:
    bring(session, cast, package)
    course = session.scalars(select(Course)).one()
    draft = drafts.open_draft(session, course, by=cast.trainer.user_id, now=START)
    fields = CourseFields("Judul dari penyusun", "Ringkasan.", "Semua.", 1)
    drafts.save_course(session, draft, fields, revision=1, by=cast.trainer.user_id, now=START)

    made = bring(session, cast, other_text(package))

    assert made.course == "kept"
    assert session.scalars(select(Draft.title)).all() == ["Judul dari penyusun"]


def test_a_draft_that_already_says_what_the_package_says_is_no_news(
    session: Session, cast: Cast, package: Package
) -> None:
    bring(session, cast, package)
    bring(session, cast, other_text(package))

    assert bring(session, cast, other_text(package)).course == "unchanged"


def test_the_package_of_edition_1_is_no_news_after_edition_2_was_made_in_the_product(
    session: Session, cast: Cast, package: Package
) -> None:
    bring(session, cast, package)
    course = session.scalars(select(Course)).one()
    newer = replace(package.content, title="Edisi dua")
    editions.publish(session, course, newer, note="", by=cast.trainer.user_id, now=START)

    made = bring(session, cast, package)

    assert made.course == "unchanged"
    assert count(session, Draft) == 0
    assert session.get_one(Edition, course.published_id).number == 2


def test_a_question_with_other_content_gets_its_next_version(session: Session, cast: Cast, package: Package) -> None:
    bring(session, cast, package)
    changed = replace(package.questions[0], content={**package.questions[0].content, "stem": "Pilih yang tepat."})

    made = bring(session, cast, replace(package, questions=(changed, *package.questions[1:])))

    assert (made.questions_new, made.questions_changed) == (0, 1)
    question = session.scalars(select(Question).where(Question.uuid == changed.uuid)).one()
    current = session.get_one(QuestionVersion, question.current_id)
    assert (current.number, current.content["stem"]) == (2, "Pilih yang tepat.")


def test_an_old_package_does_not_bring_back_what_a_question_once_said(
    session: Session, cast: Cast, package: Package
) -> None:
    bring(session, cast, package)
    changed = replace(package.questions[0], content={**package.questions[0].content, "stem": "Pilih yang tepat."})
    bring(session, cast, replace(package, questions=(changed, *package.questions[1:])))

    made = bring(session, cast, package)

    assert made.questions_changed == 0
    assert count(session, QuestionVersion) == 4


def test_another_blueprint_gets_the_next_number_and_brings_the_exam_s_rules(
    session: Session, cast: Cast, package: Package
) -> None:
    bring(session, cast, package)
    assert package.exam is not None
    stricter = replace(package.exam, pass_total=80, duration_minutes=15)

    made = bring(session, cast, replace(package, exam=stricter))

    assert made.exam == "changed"
    assert session.scalars(select(Blueprint.number).order_by(Blueprint.number)).all() == [1, 2]
    assert session.scalars(select(Exam.duration_minutes)).one() == 15


def test_a_blueprint_that_was_settled_here_is_kept(session: Session, cast: Cast, package: Package) -> None:
    """Its terms alone are no such settling: those go along with the next blueprint of the package."""
    bring(session, cast, package)
    assert package.exam is not None
    exam = session.scalars(select(Exam)).one()
    times, by = revising.times_of(exam), cast.trainer.user_id
    terms = after_terms.Terms(markers=2, tolerance=10, release="items", days=None, ruling_days=0)
    after_terms.change(session, exam.id, terms, by=by, now=START)
    session.flush()
    stricter = replace(package, exam=replace(package.exam, pass_total=80))
    assert bring(session, cast, stricter).exam == "changed"

    ours = session.scalars(select(Blueprint.content).where(Blueprint.number == 3)).one() | {"pass_total": 65}
    assert revising.revise(session, exam, ours, times, since=3, by=by, now=START)
    session.flush()
    made = bring(session, cast, replace(package, exam=replace(package.exam, pass_total=90, duration_minutes=15)))

    assert made.exam == "kept"
    assert session.scalars(select(Blueprint.content["pass_total"]).order_by(Blueprint.number)).all() == [70, 70, 80, 65]
    assert exam.duration_minutes == times.minutes


def test_the_moment_of_showing_comes_with_the_package_and_what_was_settled_here_stays(
    session: Session, cast: Cast, package: Package
) -> None:
    assert package.exam is not None
    said = {"release": "items", "release_after": "sitting"}
    ours = replace(package, exam=replace(package.exam, more={**package.exam.more, **said}))
    bring(session, cast, ours)
    exam = session.scalars(select(Exam)).one()
    terms = after_terms.terms_of(session.scalars(select(Blueprint.content)).one())
    assert (terms.release, terms.after) == ("items", "sitting")

    after_terms.change(session, exam.id, replace(terms, after="result"), by=cast.trainer.user_id, now=START)
    session.flush()
    assert ours.exam is not None
    assert bring(session, cast, replace(ours, exam=replace(ours.exam, pass_total=80))).exam == "changed"

    content = session.scalars(select(Blueprint.content).where(Blueprint.number == 3)).one()
    assert (content["pass_total"], after_terms.terms_of(content)) == (80, replace(terms, after="result"))


def test_a_title_that_was_put_right_here_is_kept(session: Session, cast: Cast, package: Package) -> None:
    bring(session, cast, package)
    assert package.exam is not None
    exam = session.scalars(select(Exam)).one()
    renamed = replace(package, exam=replace(package.exam, title="Uji Kedua", pass_total=80))
    bring(session, cast, renamed)
    assert exam.title == "Uji Kedua"

    ours = replace(particulars.of_exam(exam), title="Uji Kita")
    assert particulars.correct(session, exam, ours, by=cast.trainer.user_id, now=START)
    third = replace(package, exam=replace(package.exam, title="Uji Ketiga", pass_total=90, duration_minutes=15))
    assert bring(session, cast, third).exam == "changed"
    assert (exam.title, exam.duration_minutes) == ("Uji Kita", 15)

    audit.record(session, particulars.REMOVED, f"exam:{exam.id}", by=None, now=START)
    assert not particulars.is_titled_here(session, exam.id)  # SQLite may give the key to the next exam


def test_a_competency_that_is_not_in_the_dictionary_is_named_with_its_line(
    session: Session, cast: Cast, tmp_path: Path
) -> None:
    root = small.write(tmp_path, questions__latihan_yaml=small.PRACTICE.replace("TEK.KI", "TEK.XX"))

    with pytest.raises(BadPackage) as refusal:
        bring(session, cast, reading.read(root))

    assert [str(problem) for problem in refusal.value.problems] == [
        f"{root}/questions/latihan.yaml:1: kompetensi TEK.XX tidak ada di kamus kompetensi"
    ]
    assert count(session, Course) == 0


def test_a_slug_that_another_course_has_is_refused(session: Session, cast: Cast, package: Package) -> None:
    bring(session, cast, package)

    with pytest.raises(BadPackage, match="alamat kursus-kecil sudah dipakai kursus lain"):
        bring(session, cast, replace(package, uuid="99999999-9999-4999-8999-999999999999"))


def test_a_question_of_another_bank_is_refused(session: Session, cast: Cast, package: Package) -> None:
    bring(session, cast, package)
    stranger = replace(package, uuid="99999999-9999-4999-8999-999999999999", slug="kursus-lain", exam=None)
    changed = replace(stranger.questions[0], level=2)

    with pytest.raises(BadPackage, match="id soal ini milik bank soal lain"):
        bring(session, cast, replace(stranger, questions=(changed,)))


def test_the_course_that_comes_with_the_product_comes_in_whole(session: Session, cast: Cast) -> None:
    made = bring(session, cast, reading.read(ROOT / "courses" / "keamanan-informasi"))

    assert (made.course, made.exam) == ("new", "new")
    assert count(session, Lesson) == 8
    exam_questions = select(func.count()).where(Question.purpose == "exam")
    assert (session.scalar(exam_questions) or 0) >= 40
    exam = session.scalars(select(Exam).where(Exam.mode == EXAM)).one()
    rehearsals = rehearsing.beside(session, exam)
    assert sorted(rehearsals) == [PRACTICE, TRYOUT]
    found = feasibility.of_exam(session, rehearsals[TRYOUT], now=START)
    assert found is not None
    assert (found.questions, found.missing) == (20, ()), "a try-out asks what the exam asks"
