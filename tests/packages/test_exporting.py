"""Exporting: what goes out comes in again as the same package, to the byte."""

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.editions import CompetencyLevel, CourseContent, LessonContent
from lms.catalogue.models import Course
from lms.config import ROOT
from lms.exams import blueprints
from lms.exams.models import Exam
from lms.exams.panels import taking
from lms.frameworks import reference
from lms.packages import exporting, importing, reading
from lms.packages.package import Package, PackagedQuestion
from lms.people.models import OrgUnit
from tests.cast import START, Cast
from tests.packages import small
from tests.packages.test_pass_rule_fields import RULES

LATER = small.EXAM.replace("pass_total: 70\n", "pass_total: 70\nrelease: items\nrelease_after: sitting\n")


def written(files: dict[str, str], folder: Path) -> Path:
    """Files on the disk."""
    for name, text in files.items():
        small.put(folder, name, text)
    return folder


@pytest.mark.parametrize(
    "name", ["keamanan-informasi", "kursus-kecil", "kursus-kecil dengan aturan", "kursus-kecil setelah sesi"]
)
def test_what_was_imported_is_exported_and_read_as_the_same_package(
    session: Session, cast: Cast, tmp_path: Path, name: str
) -> None:
    name, _, rules = name.partition(" ")
    root = (
        ROOT / "courses" / name
        if name != "kursus-kecil"
        else small.write(tmp_path, exam_yaml={"": small.EXAM, "dengan aturan": RULES, "setelah sesi": LATER}[rules])
    )
    reference.load(session, now=START)
    package = reading.read(root)
    importing.import_(session, package, unit=session.get_one(OrgUnit, cast.jakarta), by=None, now=START)
    session.flush()

    files = exporting.export(session, session.scalars(select(Course)).one())
    again = reading.read(written(files, tmp_path / "keluar" / name))

    assert again == package
    assert again.hash == package.hash
    assert exporting.files(again) == files


def test_a_course_without_an_edition_has_nothing_to_export(session: Session, cast: Cast) -> None:
    course = Course(uuid="11111111-1111-4111-8111-111111111111", slug="kosong", unit_id=cast.jakarta)
    session.add(course)
    session.flush()

    with pytest.raises(exporting.NothingToExport):
        exporting.export(session, course)


WORDS = st.text(
    st.characters(exclude_categories=["C", "Z"]) | st.sampled_from(" :#-'\"|>&*!%@`{}[],?"), min_size=1, max_size=60
)
LINE = WORDS.map(str.strip).filter(bool)
LINES = st.lists(LINE | st.just(""), min_size=1, max_size=4).map("\n".join).map(str.strip).filter(bool)


@st.composite
def packages(draw: st.DrawFn) -> Package:
    """A sound package with awkward texts: YAML's own signs, quotes, blank lines, any script."""
    lesson = LessonContent(
        uuid=str(draw(st.uuids(version=4))),
        slug="01-satu",
        title=draw(LINE),
        minutes=draw(st.integers(45, 89)),
        objectives=tuple(draw(st.lists(LINE, min_size=1, max_size=3))),
        body="Isi materi.",
    )
    question = PackagedQuestion(
        uuid=str(draw(st.uuids(version=4))),
        kind="single_choice",
        purpose="exam",
        lesson="01-satu",
        competency="TEK.KI",
        level=1,
        difficulty="mudah",
        content={
            "stem": draw(LINES),
            "explanation": draw(LINES),
            "options": [{"text": draw(LINE) + " a", "correct": True}, {"text": draw(LINE) + " b", "correct": False}],
        },
    )
    content = CourseContent(
        title=draw(LINE),
        summary=draw(LINES),
        audience=draw(LINES),
        language="id",
        method="e-learning",
        learning_hours=1,
        licence="CC-BY-4.0",
        competencies=(CompetencyLevel("TEK.KI", 2),),
        lessons=(lesson,),
    )
    return Package(str(draw(st.uuids(version=4))), "acak", content, (question,), None)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(packages())
def test_any_sound_package_survives_being_written_and_read(package: Package) -> None:
    files = exporting.files(package)
    with tempfile.TemporaryDirectory() as folder:
        again = reading.read(written(files, Path(folder) / "acak"))

    assert again == package
    assert again.hash == package.hash
    assert exporting.files(again) == files


def test_a_panel_s_pass_mark_goes_out_without_its_record(session: Session, cast: Cast, tmp_path: Path) -> None:
    reference.load(session, now=START)
    package = reading.read(small.write(tmp_path, exam_yaml=small.EXAM))
    importing.import_(session, package, unit=session.get_one(OrgUnit, cast.jakarta), by=None, now=START)
    session.flush()
    exam_id = session.scalars(select(Exam.id)).one()
    plan = blueprints.in_force(session, exam_id)
    assert plan is not None
    blueprints.append(session, exam_id, taking.content_with(plan.content, "panel1", 65), number=2, now=START)
    session.flush()

    files = exporting.export(session, session.scalars(select(Course)).one())
    again = reading.read(written(files, tmp_path / "keluar" / "kursus-kecil"))

    assert again.exam is not None
    assert again.exam.pass_total == 65
    assert "panel" not in files["exam.yaml"]
