"""An archive after marks by people and corrections: every result is recomputed, and every change is found."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock
from lms.db import canonical_json
from lms.exams import archive, verification
from lms.exams.marking.models import Work
from lms.exams.models import Sitting
from lms.exams.regrading import applying, remarks
from tests.cast import Cast
from tests.conftest import Clock
from tests.exams.marking import essays
from tests.exams.marking.test_works import NOW as MARKED
from tests.exams.marking.test_works import give
from tests.exams.regrading.test_regrades import draft, start


@pytest.fixture
def files(app: Flask, session: Session, cast: Cast, time: Clock) -> dict[str, bytes]:
    """Two candidates; each essay marked by two, one disputed and decided, one corrected; then a choice is dropped."""
    plan = essays.plan(markers=2, tolerance=25) | {"release": "items", "release_after": "sitting"}
    essays.build(session, cast, people=(cast.learner, cast.outsider), content=plan)
    first, *others = session.scalars(select(Work).order_by(Work.id))
    give(session, first, cast.colleague, 6, 2)
    give(session, first, cast.colleague, 6, 1, seen=1)
    give(session, first, cast.manager, 1, 1)
    give(session, first, cast.trainer, 3, 1)
    for work in others:
        give(session, work, cast.colleague, 6, 2)
        give(session, work, cast.manager, 5, 2)
    made = draft(session, cast, "single_choice", "drop")
    start(session, cast, made)
    time.forward(hours=2)  # to when it was applied
    applying.apply(app.extensions["platform"], made.id)
    sealed = archive.make(session, session.scalars(select(Sitting)).one(), now=clock.now())
    with zipfile.ZipFile(BytesIO(sealed.data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.fixture
def again(session: Session, cast: Cast) -> dict[str, bytes]:
    """One candidate with two essays of 0.75. The first is marked again, 0.25; and once more, which has brought nothing so far."""
    essays.build(session, cast, people=(cast.learner,))
    first, last = session.scalars(select(Work).order_by(Work.id))
    give(session, first, cast.colleague, 4, 2)
    give(session, last, cast.colleague, 4, 2)
    for n, who in enumerate((cast.manager, None)):
        made = remarks.draft(
            session, first.exam_id, first.version_id, attempts=None, reason="Rubrik.", by=cast.hr.user_id, now=MARKED
        )
        remarks.start(session, made.id, by=cast.hr.user_id, now=MARKED + n * timedelta(minutes=1))
        if who is not None:
            give(session, first, who, 2, 0)
    sealed = archive.make(session, session.scalars(select(Sitting)).one(), now=MARKED + timedelta(hours=1))
    with zipfile.ZipFile(BytesIO(sealed.data)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_an_archive_is_the_same_however_many_attempts_are_held_at_a_time(
    session: Session, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "AT_ONCE", 1)

    made = archive.make(session, session.scalars(select(Sitting)).one(), now=clock.now())

    assert made.attempts > 1
    assert made.data == archive.pack(files)


def report(files: dict[str, bytes], start: str, change: Callable[[Any], None]) -> list[str]:
    """What is found in an archive in which one file was changed and the manifest made to fit."""
    name = next(name for name in sorted(files) if name.startswith(start))
    body = json.loads(files[name])
    change(body)
    changed = {**files, name: canonical_json(body).encode()}
    manifest = json.loads(files["manifest.json"])
    manifest["files"][name] = hashlib.sha256(changed[name]).hexdigest()
    changed["manifest.json"] = canonical_json(manifest).encode()
    return [one.what for one in verification.verify(archive.pack(changed)).discrepancies]


def test_every_result_is_recomputed(files: dict[str, bytes], cast: Cast) -> None:
    """Of each attempt: at closing, after the last mark, after the regrade."""
    found = verification.verify(archive.pack(files))

    assert (found.results, found.discrepancies) == (6, ())
    whole = b"".join(files.values()).decode()
    assert not any(secret in whole for secret in (cast.learner.nip, cast.colleague.name, cast.colleague.code))


def test_a_changed_mark_of_a_person_is_found(files: dict[str, bytes]) -> None:
    def better(body: Any) -> None:
        body["markings"][0][5] = "0.1"

    def other_points(body: Any) -> None:
        body["markings"][-1][4] = ["6", "2"]

    def none(body: Any) -> None:
        body["markings"] = []

    def twice(body: Any) -> None:
        body["markings"][-1][3] = body["markings"][-2][3]

    assert any(what.startswith("marking ") for what in report(files, "attempts/", better))
    assert any(what.startswith("marking ") for what in report(files, "attempts/", other_points))
    assert {"score", "result 2: score"} <= set(report(files, "attempts/", none))
    assert any(what.endswith("marker") for what in report(files, "attempts/", twice))


def test_a_changed_correction_and_a_changed_earlier_result_are_found(files: dict[str, bytes]) -> None:
    def full(body: Any) -> None:
        body[0]["remedy"] = "full"

    def gone(body: Any) -> None:
        body.clear()

    def earlier(body: Any) -> None:
        body["earlier"][1]["passed"] = not body["earlier"][1]["passed"]

    assert "maximum" in report(files, "corrections", full)
    assert "corrections" in report(files, "corrections", gone)
    assert report(files, "attempts/", earlier) == ["result 2: passed"]


def test_when_and_why_a_result_was_recorded_has_to_agree_with_what_brought_it(files: dict[str, bytes]) -> None:
    def early(body: Any) -> None:
        body["result"]["recorded_at"] = "2026-11-23T01:00:00+00:00"

    def late(body: Any) -> None:
        body[0]["applied_at"] = "2026-11-23T05:00:00+00:00"

    def unnamed(body: Any) -> None:
        body["earlier"][1]["cause"] = "regrade"

    def admitted(body: Any) -> None:
        body["earlier"][1]["cause"] = "admitted"

    def unknown(body: Any) -> None:
        body["result"]["cause"] = "lain"

    def swapped(body: Any) -> None:
        body["earlier"].reverse()

    assert {"result 3: recorded_at", "result 3: corrections", "result 3: cause"} <= set(
        report(files, "attempts/", early)
    )
    assert "result 3: corrections" in report(files, "corrections", late)
    assert report(files, "attempts/", unnamed) == ["result 2: cause"]
    assert "result 2: cause" in report(files, "attempts/", admitted)
    assert report(files, "attempts/", unknown) == ["result 3: cause"]
    assert {"numbers", "result 1: cause"} <= set(report(files, "attempts/", swapped))


def test_an_archive_of_the_format_before_is_still_read(files: dict[str, bytes]) -> None:
    manifest = json.loads(files["manifest.json"])
    manifest["format"] = 1

    assert verification.verify(archive.pack({**files, "manifest.json": canonical_json(manifest).encode()})).results == 6


def test_what_was_marked_again_is_recomputed_round_by_round(again: dict[str, bytes]) -> None:
    """At closing, after the last mark, after the mark of another."""
    body = json.loads(next(body for name, body in again.items() if name.startswith("attempts/")))

    report = verification.verify(archive.pack(again))

    assert (report.results, report.discrepancies) == (3, ())
    assert [(row[1], row[4]) for row in body["remarks"]] == [(2, 3), (3, None)]
    assert (body["result"]["cause"], body["result"]["score"], body["earlier"][1]["score"]) == ("remark", "3.00", "3.50")


def test_a_changed_round_is_found(again: dict[str, bytes]) -> None:
    def earlier(body: Any) -> None:
        body["remarks"][0][4] = 2

    def never(body: Any) -> None:
        body["remarks"][0][4] = None

    def unopened(body: Any) -> None:
        body["remarks"] = []

    def skipped(body: Any) -> None:
        body["remarks"] = body["remarks"][1:]

    def the_same_person(body: Any) -> None:
        body["markings"][-1][3] = body["markings"][0][3]

    def among_the_first(body: Any) -> None:
        body["markings"][-1][7] = 1

    def before_it_was_given_out(body: Any) -> None:
        body["remarks"][0][3] = "2026-11-24T00:00:00+00:00"

    item = json.loads(next(body for name, body in again.items() if name.startswith("attempts/")))["remarks"][0][0]

    assert "result 2: score" in report(again, "attempts/", earlier)
    assert {"score", "result 3: cause"} <= set(report(again, "attempts/", never))
    assert f"marking {item}/1/1 (2): round" in report(again, "attempts/", unopened)
    assert f"remark {item}: round" in report(again, "attempts/", skipped)
    assert f"marking {item}: marker" in report(again, "attempts/", the_same_person)
    assert "score" in report(again, "attempts/", among_the_first)
    assert report(again, "attempts/", before_it_was_given_out) == ["result 3: cause"]
