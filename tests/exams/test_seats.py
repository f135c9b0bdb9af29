"""Seats on a list of candidates: two people do not sit on one, and they stand in the order people count."""

import pytest

from lms.exams import seats
from lms.exams.candidate_rows import Known, Surroundings, judge

ONE, TWO = "199001012015052001", "199001012015052002"
AROUND = Surroundings(
    known={ONE: Known(1, "Sari Uji", True, True), TWO: Known(2, "Budi Rekan", True, True)},
    room="Ruang CAT 1",
    taken=frozenset({("ruang cat 1", "7")}),
)


@pytest.mark.parametrize(
    ("first", "second", "problems"),
    [
        (["", "1"], ["", "2"], []),
        (["", "01"], ["ruang  cat 1", 1.0], [("seat_twice", "2")]),
        (["Aula", "1"], ["", "1"], []),
        (["", "07"], ["", "8"], [("seat_taken", "07")]),
        (["", ""], ["", ""], []),
        (["", "1" * 13], ["a" * 61, ""], [("seat_long", ""), ("room_long", "")]),
    ],
)
def test_a_seat_belongs_to_one_row(first: list[object], second: list[object], problems: list[tuple[str, str]]) -> None:
    table = [["NIP", "Ruang", "Meja"], [ONE, *first], [TWO, *second]]

    rows = judge(table, AROUND)  # type: ignore[arg-type]

    assert [(one.problem, one.value) for row in rows for one in row.findings] == problems


def test_seats_stand_in_the_order_in_which_people_count() -> None:
    given = [("", ""), ("Aula", "2"), ("", "B1"), ("", "10"), ("", "2"), ("", "A10"), ("", "A2")]

    ordered = sorted(given, key=lambda one: seats.order(*one))

    assert ordered == [("", "2"), ("", "10"), ("", "A2"), ("", "A10"), ("", "B1"), ("", ""), ("Aula", "2")]
