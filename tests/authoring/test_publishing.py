"""Drafts and publishing, below the web."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.authoring import drafts, publishing
from lms.authoring.drafts import EditConflict, LessonFields
from lms.authoring.models import Draft, DraftLesson
from lms.authoring.publishing import DraftChanged, NotReady
from lms.catalogue import editions
from lms.catalogue.models import Course, Edition, Lesson
from lms.db import Database
from lms.frameworks import reference
from lms.outbox import SearchOutbox
from lms.packages import importing, reading
from lms.people.models import OrgUnit
from tests.cast import START, Cast
from tests.packages import small

FIELDS = LessonFields("Lanjut", 20, ("Melanjutkan.",), "## Lanjut\n\nTeks yang diperbaiki.")


@pytest.fixture
def course(session: Session, cast: Cast, tmp_path: Path) -> Course:
    """The small course, with edition 1."""
    reference.load(session, now=START)
    package = reading.read(small.write(tmp_path))
    importing.import_(session, package, unit=session.get_one(OrgUnit, cast.jakarta), by=None, now=START)
    session.flush()
    return session.scalars(select(Course)).one()


@pytest.fixture
def draft(session: Session, cast: Cast, course: Course) -> Draft:
    """The course's draft, just opened."""
    return drafts.open_draft(session, course, by=cast.trainer.user_id, now=START)


def second(session: Session, draft: Draft) -> DraftLesson:
    found = drafts.lesson_of(session, draft.id, "02-lanjut")
    assert found
    return found


def save(session: Session, draft: Draft, *, revision: int, body: str = FIELDS.body) -> None:
    fields = LessonFields(FIELDS.title, FIELDS.minutes, FIELDS.objectives, body)
    drafts.save_lesson(session, second(session, draft), fields, revision=revision, by=None, now=START)


def publish(session: Session, draft: Draft) -> Edition:
    content = drafts.content_of(draft, drafts.lessons_of(session, draft.id))
    return publishing.publish(session, draft, seen=content.hash, note="Perbaikan.", by=None, now=START)


def test_a_draft_says_what_its_edition_says(session: Session, course: Course, draft: Draft) -> None:
    edition = session.get_one(Edition, course.published_id)

    assert drafts.content_of(draft, drafts.lessons_of(session, draft.id)).hash == edition.hash


def test_opening_twice_gives_the_same_draft(session: Session, course: Course, draft: Draft) -> None:
    assert drafts.open_draft(session, course, by=None, now=START) is draft
    assert session.scalar(select(func.count()).where(AuditEvent.action == "draft.open")) == 1


def test_a_save_raises_the_revision_and_a_stale_one_is_refused(session: Session, draft: Draft) -> None:
    save(session, draft, revision=1)

    with pytest.raises(EditConflict):
        save(session, draft, revision=1, body="Teks usang.")

    assert (second(session, draft).revision, second(session, draft).body) == (2, FIELDS.body)


def test_of_two_sessions_that_save_one_revision_the_second_is_told(
    session: Session, course: Course, draft: Draft, database: Database
) -> None:
    session.commit()
    outcomes = []
    for body in ("Teks A.", "Teks B."):
        with database.writer() as writing:
            mine = writing.get_one(Draft, draft.id)
            try:
                save(writing, mine, revision=1, body=body)
                writing.commit()
                outcomes.append("saved")
            except EditConflict:
                outcomes.append("refused")

    assert outcomes == ["saved", "refused"]


def test_the_difference_calls_a_practice_question_by_its_name(session: Session, course: Course, draft: Draft) -> None:
    (first, *_) = drafts.lessons_of(session, draft.id)
    before = first.body
    drafts.save_lesson(
        session, first, LessonFields(first.title, 20, ("Tujuan.",), "Ringkas."), revision=1, by=None, now=START
    )
    content = drafts.content_of(draft, drafts.lessons_of(session, draft.id))
    differs = publishing.review(session, content, edition_id=course.published_id).difference

    assert differs
    said = [part.text for change in differs.lessons[0].changes for line in change.lines for part in line.parts]
    assert "::: latihan 33333333" in before
    assert [text for text in said if text.startswith("::: latihan")] == ["::: latihan Benarkah?"]


def test_publishing_an_unchanged_draft_is_refused(session: Session, draft: Draft) -> None:
    with pytest.raises(NotReady, match="masih sama"):
        publish(session, draft)


def test_an_edition_is_the_next_number_immutable_and_hashed(session: Session, course: Course, draft: Draft) -> None:
    save(session, draft, revision=1)
    edition = publish(session, draft)

    content = editions.content_of(edition, editions.lessons_of(session, edition.id))
    assert (edition.number, edition.hash, course.published_id) == (2, content.hash, edition.id)
    assert session.scalars(select(Lesson.body).where(Lesson.slug == "02-lanjut").order_by(Lesson.id)).all()[1] == (
        FIELDS.body
    )
    assert drafts.find(session, course.id) is None
    assert session.scalar(select(func.count()).select_from(DraftLesson)) == 0


def test_publishing_is_noted_and_sent_to_the_search_index(session: Session, course: Course, draft: Draft) -> None:
    before = session.scalar(select(func.count()).select_from(SearchOutbox)) or 0
    save(session, draft, revision=1)
    publish(session, draft)
    session.flush()

    assert session.scalar(select(func.count()).select_from(SearchOutbox)) == before + 1
    noted = session.scalars(select(AuditEvent).where(AuditEvent.action == "course.publish")).one()
    assert (noted.subject, noted.details["edition"]) == (f"course:{course.id}", 2)
    assert ("drain_search", {}) in session.info["jobs"]


def test_a_draft_that_was_published_cannot_be_published_again(session: Session, draft: Draft) -> None:
    save(session, draft, revision=1)
    content = drafts.content_of(draft, drafts.lessons_of(session, draft.id))
    publish(session, draft)
    session.expunge(draft)

    with pytest.raises(DraftChanged):
        publishing.publish(session, draft, seen=content.hash, note="Lagi.", by=None, now=START)


def test_a_draft_with_a_broken_link_is_not_ready(session: Session, draft: Draft) -> None:
    save(session, draft, revision=1, body="## Lanjut\n\n[ke mana](materi:tidak-ada)")

    with pytest.raises(NotReady) as refusal:
        publish(session, draft)

    (item,) = refusal.value.items
    assert [(finding.lesson, finding.line, finding.said, dict(finding.facts)) for finding in item.findings] == [
        ("02-lanjut", 3, "tautan ke materi %(slug)s, yang tidak ada", {"slug": "tidak-ada"})
    ]


def test_a_practice_question_that_does_not_exist_is_named(session: Session, draft: Draft) -> None:
    missing = "::: latihan 99999999-9999-4999-8999-999999999999\n:::"
    save(session, draft, revision=1, body=f"## Lanjut\n\n{missing}")

    with pytest.raises(NotReady, match="tidak ada di bank soal"):
        publish(session, draft)


def test_hours_that_do_not_fit_the_minutes_are_named(session: Session, draft: Draft) -> None:
    longer = LessonFields(FIELDS.title, 90, FIELDS.objectives, FIELDS.body)
    drafts.save_lesson(session, second(session, draft), longer, revision=1, by=None, now=START)

    with pytest.raises(NotReady, match="115 menit, yaitu 2 JP; di keterangan tertulis 1 JP"):
        publish(session, draft)


def test_a_deleted_lesson_is_left_out_of_the_edition(session: Session, draft: Draft) -> None:
    first = drafts.lesson_of(session, draft.id, "01-awal")
    assert first
    longer = LessonFields("Lanjut", 45, FIELDS.objectives, "## Lanjut\n\nTeks.")
    drafts.save_lesson(session, second(session, draft), longer, revision=1, by=None, now=START)
    drafts.delete_lesson(session, first, by=None, now=START)
    session.flush()

    edition = publish(session, draft)

    assert [lesson.slug for lesson in editions.lessons_of(session, edition.id)] == ["02-lanjut"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Kata Sandi!", "kata-sandi"),
        ("???", "materi"),
        ("Terbitkan", "terbitkan-2"),
        ("Ada", "ada-2"),
        ("x" * 90, "x" * 60),
    ],
)
def test_an_address_comes_from_the_title_and_is_never_taken(title: str, slug: str) -> None:
    assert drafts.slug_for(title, ["ada"]) == slug
