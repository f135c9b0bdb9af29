"""What counts as a gap between signs of life, and which hidden spans of a page are believed."""

from datetime import UTC, datetime, timedelta

import pytest

from lms.exams.presence import MOST_SPANS, is_gap, spans

NOW = datetime(2026, 11, 23, 2, 10, tzinfo=UTC)
BEGUN = NOW - timedelta(minutes=10)
SECOND = timedelta(seconds=1)


def since(seconds: int) -> int:
    """So many seconds after the attempt began, as a device writes it."""
    return int(BEGUN.timestamp()) + seconds


def test_a_gap_is_more_than_ninety_seconds_and_the_first_sign_ends_none() -> None:
    assert not is_gap(None, now=NOW)
    assert not is_gap(NOW - 90 * SECOND, now=NOW)
    assert is_gap(NOW - 91 * SECOND, now=NOW)


def test_spans_are_believed_within_the_attempt() -> None:
    told = f"{since(0)}-5,{since(60)}-42"
    assert spans(told, begun=BEGUN, last=None, now=NOW) == [(BEGUN, 5), (BEGUN + 60 * SECOND, 42)]


def test_what_lasts_beyond_now_is_cut() -> None:
    assert spans(f"{since(570)}-999999", begun=BEGUN, last=None, now=NOW) == [(NOW - 30 * SECOND, 30)]


@pytest.mark.parametrize(
    "told",
    ["", "x", "-5", "1-", "99999999999-5", f"{since(0)}-4", f"{since(-1)}-60", f"{since(601)}-60", f"{since(597)}-60"],
)
def test_what_is_absurd_is_dropped_and_the_rest_stays(told: str) -> None:
    """Without shape, too short, before the attempt, in the future, with less than 5 s left until now."""
    assert spans(f"{told},{since(60)}-7", begun=BEGUN, last=None, now=NOW) == [(BEGUN + 60 * SECOND, 7)]


def test_what_was_noted_or_overlaps_is_not_noted_again() -> None:
    told = f"{since(60)}-10,{since(65)}-10,{since(70)}-10"
    assert [at for at, _ in spans(told, begun=BEGUN, last=None, now=NOW)] == [BEGUN + n * SECOND for n in (60, 70)]
    assert [at for at, _ in spans(told, begun=BEGUN, last=BEGUN + 60 * SECOND, now=NOW)] == [BEGUN + 65 * SECOND]


def test_one_sign_of_life_tells_of_so_many_spans_at_most() -> None:
    told = ",".join(f"{since(6 * n)}-5" for n in range(MOST_SPANS + 5))
    assert len(spans(told, begun=BEGUN, last=None, now=NOW)) == MOST_SPANS
