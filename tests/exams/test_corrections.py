"""Marks after a corrected key, worked by hand, and properties that every correction keeps."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams import corrections
from lms.exams.corrections import Correction
from lms.exams.grading import Graded, grade
from lms.exams.papers import Item
from lms.questions import kinds
from tests.exams.factory import WORK, question


def item(kind: str, version: int, points: object = 1) -> Item:
    content = kinds.read(question(kind) | {"points": points})
    return Item(version=version, hash="h", section=0, order=[], kind=kind, content=content)


def plan(**more: Any) -> dict[str, Any]:
    section = {"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": 2, "pass": 50, **more.pop("section", {})}
    return {"pass_total": 50, "sections": [section], **more}


def keyed(right: int) -> dict[str, Any]:
    """The factory's single choice with another right option."""
    options = [{"text": f"Pilihan {n}", "correct": n == right} for n in range(3)]
    return kinds.read({"kind": "single_choice", "stem": "Mana?", "explanation": "", "options": options})


PAPER = [item("single_choice", 7), item("true_false", 8)]
ANSWERS: dict[int, object] = {1: "1", 2: True}  # the first is wrong by its own key


def graded(correction: Correction | None, answers: dict[int, object] = ANSWERS, **more: Any) -> Graded:
    made = corrections.in_force([correction]) if correction else None
    return grade(PAPER, plan(**more), answers, corrections=made)


@pytest.mark.parametrize(
    ("correction", "first", "score", "maximum", "percent"),
    [
        (None, "0", "1", "2", "50"),
        (Correction("a", 7, "key", (keyed(1),)), "1", "2", "2", "100"),
        (Correction("a", 7, "key", (keyed(2),)), "0", "1", "2", "50"),
        (Correction("a", 7, "accept", (keyed(0), keyed(1))), "1", "2", "2", "100"),
        (Correction("a", 7, "drop"), "0", "1", "1", "100"),
        (Correction("a", 7, "full"), "1", "2", "2", "100"),
        (Correction("a", 99, "drop"), "0", "1", "2", "50"),  # of a question that is not on the paper
    ],
)
def test_each_remedy(correction: Correction | None, first: str, score: str, maximum: str, percent: str) -> None:
    found = graded(correction)

    assert found.marks[0].mark == Decimal(first)
    assert (found.score, found.maximum, found.percent) == (Decimal(score), Decimal(maximum), Decimal(percent))


def test_full_marks_reach_who_left_it_blank_and_another_key_does_not() -> None:
    assert graded(Correction("a", 7, "full"), {2: True}).score == 2
    assert graded(Correction("a", 7, "key", (keyed(1),)), {2: True}).score == 1


def test_the_last_correction_of_a_version_holds_alone() -> None:
    made = corrections.in_force([Correction("a", 7, "drop"), Correction("b", 7, "key", (keyed(1),))])

    assert grade(PAPER, plan(), ANSWERS, corrections=made).maximum == 2
    assert corrections.used(made, [8, 7]) == ["b"]


def test_a_section_s_scoring_weighs_the_corrected_answer() -> None:
    """5 for right, −1 for wrong: the answer that was −1 is 5; full marks are 5; a dropped item is 0 of 0."""
    scoring: dict[str, Any] = {"section": {"scoring": {"right": 5, "wrong": -1}}}

    assert graded(None, ANSWERS, **scoring).score == 4
    assert graded(Correction("a", 7, "key", (keyed(1),)), ANSWERS, **scoring).score == 10
    assert graded(Correction("a", 7, "full"), {2: True}, **scoring).score == 10
    dropped = graded(Correction("a", 7, "drop"), ANSWERS, **scoring)
    assert [dropped.score, dropped.maximum] == [Decimal(5), Decimal(5)]


def test_certainty_weighs_the_corrected_answer_and_full_is_full() -> None:
    answers: dict[int, object] = {1: {"answer": "1", "certainty": 3}, 2: {"answer": True, "certainty": 1}}

    assert graded(None, answers, certainty=True).marks[0].mark == -2
    assert graded(Correction("a", 7, "key", (keyed(1),)), answers, certainty=True).marks[0].mark == 1
    assert graded(Correction("a", 7, "full"), answers, certainty=True).marks[0].mark == 1


def test_work_of_people_waits_for_nobody_when_it_is_dropped_or_full() -> None:
    paper = [item("essay", 7, points=4), item("true_false", 8)]
    answers = {1: WORK["essay"], 2: True}

    assert grade(paper, plan(), answers).waiting == (1,)
    assert grade(paper, plan(), answers, corrections={7: Correction("a", 7, "drop")}).waiting == ()
    assert grade(paper, plan(), answers, corrections={7: Correction("a", 7, "full")}).score == 5


def test_a_row_is_the_correction() -> None:
    made = Correction("a", 7, "accept", (keyed(0), keyed(1)))

    assert corrections.of_row(corrections.as_row(made)) == made
    with pytest.raises(ValueError, match="free"):
        corrections.of_row({**corrections.as_row(made), "remedy": "free"})


@given(
    first=st.sampled_from([None, "0", "1", "2", "x"]),
    second=st.sampled_from([None, True, False]),
    keys=st.lists(st.integers(0, 2), min_size=1, max_size=3),
)
def test_accepting_more_never_takes_and_dropping_never_leaves_anything_over(
    first: object, second: object, keys: list[int]
) -> None:
    answers = {number: value for number, value in ((1, first), (2, second)) if value is not None}
    before = grade(PAPER, plan(), answers)
    more = Correction("a", 7, "accept", tuple(keyed(n) for n in [0, *keys]))

    assert grade(PAPER, plan(), answers, corrections={7: more}).score >= before.score
    for remedy in corrections.REMEDIES:
        made = Correction("a", 7, remedy, tuple(keyed(n) for n in keys) if remedy in {"key", "accept"} else ())
        after = grade(PAPER, plan(), answers, corrections={7: made})
        assert 0 <= after.score <= after.maximum
        assert after.marks[1] == before.marks[1]
