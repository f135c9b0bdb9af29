"""Codes of the second factor, against the test vectors of RFC 6238."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from lms.people import second_factor
from lms.people.models import User
from tests.cast import START, Cast

#: The ASCII secret 12345678901234567890 of RFC 6238, appendix B, in Base32. The table there has eight digits; we use six.
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("second", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
)
def test_the_codes_are_those_of_the_standard(second: int, code: str) -> None:
    at = datetime.fromtimestamp(second, UTC)

    assert second_factor.code_at(SECRET, now=at) == code
    assert second_factor.matching_step(SECRET, f"{code[:3]} {code[3:]}", now=at) == second // 30


@pytest.mark.parametrize(("seconds", "accepted"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_a_phone_may_be_one_step_behind_or_ahead(session: Session, cast: Cast, seconds: int, accepted: bool) -> None:
    code = second_factor.code_at(SECRET, now=START + timedelta(seconds=seconds))

    assert second_factor.accept(session, cast.hr.user_id, SECRET, code, now=START) is accepted


def test_a_code_is_good_once(session: Session, cast: Cast) -> None:
    code = second_factor.code_at(SECRET, now=START)

    assert second_factor.accept(session, cast.hr.user_id, SECRET, code, now=START)
    assert not second_factor.accept(session, cast.hr.user_id, SECRET, code, now=START)


def test_a_code_from_before_the_last_one_used_is_refused(session: Session, cast: Cast) -> None:
    earlier = second_factor.code_at(SECRET, now=START - timedelta(seconds=30))
    second_factor.accept(session, cast.hr.user_id, SECRET, second_factor.code_at(SECRET, now=START), now=START)

    assert not second_factor.accept(session, cast.hr.user_id, SECRET, earlier, now=START)


@pytest.mark.parametrize("typed", ["", "12345", "1234567", "abcdef", "٢٨٧٠٨٢", "287 08", "-28708"])
def test_what_is_not_six_digits_is_no_code(typed: str) -> None:
    assert second_factor.matching_step(SECRET, typed, now=datetime.fromtimestamp(59, UTC)) is None


def test_a_phone_is_set_up_once_and_its_first_code_is_used_up(session: Session, cast: Cast) -> None:
    code = second_factor.code_at(SECRET, now=START)

    assert not second_factor.enrol(session, cast.hr.user_id, SECRET, "000000", now=START)
    assert second_factor.enrol(session, cast.hr.user_id, SECRET, code, now=START)
    assert not second_factor.accept(session, cast.hr.user_id, SECRET, code, now=START)
    assert not second_factor.enrol(session, cast.hr.user_id, second_factor.new_secret(), code, now=START)
    assert session.get_one(User, cast.hr.user_id).totp_secret == SECRET


def test_a_secret_is_written_in_groups_of_four() -> None:
    assert second_factor.spaced("ABCDEFGHIJ") == "ABCD EFGH IJ"
    assert len(second_factor.new_secret()) == 32
