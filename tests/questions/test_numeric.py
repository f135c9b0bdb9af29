"""How a typed number is read: Indonesian notation first."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions import kinds
from lms.questions.kinds.numbers import number_in
from lms.questions.kinds.numeric import feedback, mark, solution
from tests.exams.factory import question


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
        ("\N{EN DASH}3", "-3"),
        ("+4", "4"),
        ("3,", "3"),
        ("3.", "3"),
        (",5", "0.5"),
        ("-.5", "-0.5"),
        ("\N{ZERO WIDTH SPACE}7\N{LEFT-TO-RIGHT MARK}", "7"),
        ("2 jam", "2"),
        ("2JAM", "2"),
    ],
)
def test_a_number_is_read_in_both_notations(typed: str, number: str) -> None:
    assert number_in(typed, unit="jam") == Decimal(number)


NO_NUMBERS = ["", "dua", "1e5", "1.2.3", "12,50,0", "1.25,000.5", "--3", "2 hari", "\N{FULLWIDTH DIGIT ONE}", "9" * 41]


@pytest.mark.parametrize("typed", [*NO_NUMBERS, ".", ",", "-", "½", "3²", "2-3"])
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


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1500", "1"),  # no unit: the question's own
        ("1500 m", "1"),
        ("1,5 km", "1"),  # 1.5 × 1000 = 1500
        ("1.5km", "1"),
        ("150.000 cm", "1"),  # 150 000 × 0.01 = 1500
        ("1.500 m", "1"),  # a dot before three digits groups
        ("1,500 m", "0"),  # a comma is the decimal mark: 1.5 m
        ("1500 km", "0"),
        ("1500 mil", "0"),  # no such unit
        ("1480", "0.5"),  # within 50 of 1500
        ("1550", "0.5"),
        ("1551", "0"),
    ],
)
def test_a_number_may_carry_another_unit_and_come_near_for_a_part(typed: str, expected: str) -> None:
    raw = question("true_false") | {"kind": "numeric", "unit": "m"}
    raw["answers"] = [
        {"value": "1500", "tolerance": 5},
        {"value": 1500, "tolerance": "50", "fraction": 0.5, "feedback": "Hampir."},
    ]
    raw["units"] = [{"unit": "km", "factor": 1000}, {"unit": "cm", "factor": "0.01"}]
    del raw["answer"]
    content = kinds.read(raw)

    assert mark(content, typed) == Decimal(expected)
    assert feedback(content, typed) == (("Hampir.",) if expected == "0.5" else ())
    assert solution(content) == ["1500 m"]
