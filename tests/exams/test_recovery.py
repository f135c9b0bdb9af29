"""Recovery files that are odd inside though they were sealed for this installation."""

from datetime import UTC, datetime

import pytest
from sqlalchemy.orm import Session

from lms.exams import recovery, token
from lms.exams.recovery import BadRecovery
from tests.exams import recovery_file


def nowhere(item: int, name: str, content: bytes) -> None:
    """There are no files in these."""
    raise AssertionError(name)


@pytest.mark.parametrize("token", ["\ud800", "", None, ["x"], "a.b.c"])
def test_a_token_that_is_none_is_a_fault_of_shape(token: object) -> None:
    data = recovery_file.made("A", recovery.public_key("s"), {"token": token, "events": []})

    with pytest.raises(BadRecovery, match="shape"):
        recovery.take(Session(), "s", "A", data, keep=nowhere, now=datetime(2026, 11, 27, tzinfo=UTC))


@pytest.mark.parametrize(
    "file", ["x", {"item": 1}, {"item": True, "name": "a.pdf", "content": ""}, {"item": 1, "name": 2, "content": "é"}]
)
def test_a_file_that_is_none_is_a_fault_of_shape(file: object) -> None:
    signed = token.sign("s", token.Ticket(1, "A", "lease", 3))
    data = recovery_file.made("A", recovery.public_key("s"), {"token": signed, "events": [], "files": [file]})

    with pytest.raises(BadRecovery, match="shape"):
        recovery.take(Session(), "s", "A", data, keep=nowhere, now=datetime(2026, 11, 27, tzinfo=UTC))
