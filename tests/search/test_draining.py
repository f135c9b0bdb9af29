"""The index keeps up with what is published."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import cli, jobs, outbox
from lms.app import JOBS, SWEEPS
from lms.catalogue import editions
from lms.catalogue.models import Course, Edition
from lms.frameworks import reference
from lms.outbox import SearchOutbox
from lms.packages import importing, reading
from lms.people.models import OrgUnit
from lms.platform import Platform
from lms.search import draining
from lms.search.engines import engine
from tests.cast import START, Cast
from tests.packages import shipped, small


@pytest.fixture
def platform(app: Flask) -> Platform:
    """The installation."""
    found: Platform = app.extensions["platform"]
    return found


@pytest.fixture(autouse=True)
def courses(platform: Platform, cast: Cast, tmp_path: Path) -> None:
    """The small course and the one that comes with the product, imported but not yet indexed."""
    with platform.database.transaction() as session:
        reference.load(session, now=START)
        unit = session.get_one(OrgUnit, cast.jakarta)
        for package in (reading.read(small.write(tmp_path)), shipped.course()):
            importing.import_(session, package, unit=unit, by=None, now=START)


def found(platform: Platform, session: Session, query: str, audience: Sequence[str] = ("all",)) -> list[str]:
    return [hit.title for hit in engine(platform).search(session, query, audience=audience, limit=10).hits]


@pytest.mark.parametrize("query", ["keamanan", "mengamankan", "phishing", "melaporkan insiden", "keamanan inf"])
def test_a_published_course_is_found_after_the_worker_has_been(
    platform: Platform, session: Session, query: str
) -> None:
    draining.drain(platform)

    assert found(platform, session, query)[0] == "Keamanan Informasi untuk ASN"
    assert session.scalar(select(func.count()).select_from(SearchOutbox)) == 0


def test_a_new_edition_replaces_what_was_found(platform: Platform, session: Session) -> None:
    draining.drain(platform)
    with platform.database.transaction() as writing:
        course = writing.scalars(select(Course).where(Course.slug == "kursus-kecil")).one()
        editions.publish(writing, course, _renamed(writing, course), note="", by=None, now=START)

    draining.drain(platform)

    assert "Kursus Kecil" not in found(platform, session, "kursus kecil")
    assert found(platform, session, "mungil") == ["Kursus Mungil"]


def test_draining_twice_changes_nothing(platform: Platform, session: Session) -> None:
    draining.drain(platform)
    draining.drain(platform)

    assert found(platform, session, "kursus kecil").count("Kursus Kecil") == 1


def test_a_withdrawn_course_is_forgotten(platform: Platform, session: Session) -> None:
    draining.drain(platform)
    with platform.database.transaction() as writing:
        course = writing.scalars(select(Course).where(Course.slug == "kursus-kecil")).one()
        course.withdrawn_at = START
        outbox.put(writing, "course", str(course.id), "delete", now=START)

    draining.drain(platform)

    assert "Kursus Kecil" not in found(platform, session, "kursus kecil")


def test_an_index_that_was_lost_is_made_anew(platform: Platform, session: Session) -> None:
    draining.drain(platform)
    engine(platform).rebuild([])

    draining.drain(platform)

    assert found(platform, session, "kursus kecil")[0] == "Kursus Kecil"


def test_publishing_asks_the_worker_only_after_the_commit(platform: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(platform.database, "job_sink", lambda name, _arguments: asked.append(name))

    with platform.database.transaction() as writing:
        outbox.put(writing, "course", "1", "index", now=START)
        assert asked == []

    assert asked == ["drain_search"]


def test_the_worker_knows_the_job_and_its_sweep() -> None:
    assert jobs.resolve(JOBS[outbox.DRAIN]) is draining.drain
    assert outbox.DRAIN in SWEEPS


def test_the_index_can_be_rebuilt_from_the_command_line(
    platform: Platform, session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["search", "rebuild"], open_platform=lambda: platform) == 0

    assert capsys.readouterr().out == "2 dokumen diindeks.\n"
    assert found(platform, session, "kursus kecil")[0] == "Kursus Kecil"


def _renamed(session: Session, course: Course) -> editions.CourseContent:
    assert course.published_id
    edition = session.get_one(Edition, course.published_id)
    content = editions.content_of(edition, editions.lessons_of(session, edition.id))
    return replace(content, title="Kursus Mungil")
