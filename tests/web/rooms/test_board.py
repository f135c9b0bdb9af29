"""The board: what it shows, and how it is refreshed."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams.models import Attempt, Exam, Sitting
from lms.exams.room_models import Presence
from tests.cast import Cast
from tests.conftest import Clock
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.rooms.room import ROOM, Learner, right


def test_the_board_counts_with_denominators_and_shows_progress_but_no_nip_and_no_score(
    proctor: CheckedClient, cast: Cast, learner: Learner, time: Clock, ask: Ask
) -> None:
    time.forward(minutes=1)
    mine = right(ask, learner, 1)
    learner.put(learner.device.event(1, mine, at=time.at), learner.device.event(2, None, at=time.at))
    learner.beat(unsent=3)
    time.forward(seconds=75)

    page = proctor.get(ROOM).text

    assert "<b>1 dari 2</b>belum hadir" in page
    assert "<b>1 dari 2</b>sedang mengerjakan" in page
    assert "1 dari 6" in page
    assert "00.27.45" in page
    assert "09.02.15" in page  # per 09.02.15 WIB
    assert "tersimpan 09.01.00" in page
    assert "<strong>3</strong>" in page
    assert "Perlu Anda tangani: 0" in page
    assert cast.learner.nip not in page


def test_who_gives_no_sign_of_life_for_two_minutes_comes_first(
    proctor: CheckedClient, learner: Learner, time: Clock
) -> None:
    learner.beat()
    time.forward(minutes=2)
    assert "Perlu Anda tangani: 0" in proctor.get(ROOM).text

    time.forward(seconds=1)

    page = proctor.get(ROOM).text
    assert "Perlu Anda tangani: 1" in page
    assert "<b>1 dari 1</b>luring" in page
    assert page.index("Sari Uji") < page.index("Budi Rekan")
    assert "Budi Rekan" not in proctor.get(f"{ROOM}?status=away").text


def test_the_refreshing_is_four_statements_and_none_of_the_page_while_nothing_changed(
    proctor: CheckedClient, learner: Learner, time: Clock
) -> None:
    first = proctor.get(f"{ROOM}/papan")
    who_asks = 1  # the session with its roles
    assert len(proctor.counter.statements) == who_asks + 4
    assert "Sari Uji" in first.get_json()["html"]

    time.forward(seconds=10)
    again = proctor.get(f"{ROOM}/papan", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["X-Now"]) == (304, b"", "2026-11-23T02:00:10.000Z")

    learner.beat()
    changed = proctor.get(f"{ROOM}/papan", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


@pytest.mark.parametrize(
    ("zone", "opens", "closes", "told"),
    [
        ("Asia/Jakarta", (23, 2), (23, 5), "Senin, 23 November 2026, 09.00 WIB sampai 12.00 WIB"),
        ("Asia/Makassar", (23, 14), (23, 17), "Senin, 23 November 2026, 22.00 WITA sampai Selasa, 24 November 2026, 01.00 WITA"),
        ("Asia/Jayapura", (23, 15), (23, 18), "Selasa, 24 November 2026, 00.00 WIT sampai 03.00 WIT"),
    ],
)  # fmt: skip
def test_the_days_of_a_sitting_are_those_of_its_zone_and_both_are_named_across_midnight(
    proctor: CheckedClient, session: Session, zone: str, opens: tuple[int, int], closes: tuple[int, int], told: str
) -> None:
    begin, end = (datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in (opens, closes))
    session.execute(update(Sitting).values(zone=zone, opens_at=begin, closes_at=end))
    session.commit()

    assert told in proctor.get(ROOM).text


def test_a_save_stays_one_statement_and_a_heartbeat_is_two(learner: Learner) -> None:
    learner.put(learner.device.event(1, None))
    assert len(learner.client.counter.statements) == 1
    learner.beat()
    assert len(learner.client.counter.statements) == 2


def test_the_sign_of_life_belongs_to_the_device_that_writes(learner: Learner, session: Session, ask: Ask) -> None:
    session.execute(update(Attempt).values(lease="lain"))
    session.commit()

    assert learner.beat()["lease"] is False

    assert ask(select(Presence.attempt_id)) == []
    assert ask(select(Exam.id)) != []
