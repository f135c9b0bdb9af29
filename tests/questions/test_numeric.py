"""How a typed number is read: Indonesian notation first."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions.kinds.numeric import mark, number_in


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("12,5", "12.5"),
        ("12.5", "12.5"),
        ("1.250,5", "1250.5"),
        ("1,250.5", "1250.5"),
        ("1.250", "1250"),  # ambiguous: a dot before exactly three digits groups thousands
        ("1,250", "1.250"),  # a comma is always the decimal mark
        ("0.125", "0.125"),
        ("12.50", "12.50"),
        ("1.250.000", "1250000"),
        ("1,250,000", "1250000"),
        (" 2 ", "2"),
        ("-3", "-3"),
        ("\N{MINUS SIGN}3,5", "-3.5"),
        ("+4", "4"),
        ("2 jam", "2"),
        ("2JAM", "2"),
    ],
)
def test_a_number_is_read_in_both_notations(typed: str, number: str) -> None:
    assert number_in(typed, unit="jam") == Decimal(number)


@pytest.mark.parametrize(
    "typed",
    ["", "dua", "1e5", "1.2.3", "12,50,0", "1.25,000.5", "--3", "2 hari", "\N{FULLWIDTH DIGIT ONE}", "9" * 41, "."],
)
def test_what_is_no_number_is_none(typed: str) -> None:
    assert number_in(typed, unit="jam") is None


@given(cents=st.integers(min_value=0, max_value=10**12))
def test_every_amount_in_indonesian_notation_is_read_as_itself(cents: int) -> None:
    whole, fraction = divmod(cents, 100)

    assert number_in(f"{whole:,}".replace(",", ".") + f",{fraction:02d}") == Decimal(cents) / 100


@pytest.mark.parametrize(("typed", "expected"), [("12", 1), ("13,0", 1), ("11,99", 0), ("13.01", 0)])
def test_the_ends_of_the_tolerance_are_right(typed: str, expected: int) -> None:
    content = {"answer": "12.5", "tolerance": "0.5", "unit": "jam"}

    assert mark(content, typed) == expected
