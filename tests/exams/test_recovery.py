"""Recovery files that are odd inside though they were sealed for this installation."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from lms.exams import recovery
from lms.exams.recovery import BadRecovery
from tests.exams import recovery_file


@pytest.mark.parametrize("token", ["\ud800", "", None, ["x"], "a.b.c"])
def test_a_token_that_is_none_is_a_fault_of_shape(token: object) -> None:
    data = recovery_file.made("A", recovery.public_key("s"), {"token": token, "events": []})

    with pytest.raises(BadRecovery, match="shape"):
        recovery.take(Session(), "s", "A", data, now=datetime(2026, 11, 27, tzinfo=UTC))
