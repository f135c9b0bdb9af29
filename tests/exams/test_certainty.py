"""Answers weighed by certainty, and work that waits for a person's mark; worked by hand."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams.grading import grade, weighed
from lms.exams.papers import Item
from lms.questions import kinds
from lms.questions.content import to_places
from tests.exams.factory import RIGHT, WORK, WRONG, question
from tests.exams.test_grading import plan


def item(kind: str, points: object = 1) -> Item:
    return Item(
        version=1, hash="h", section=0, order=[], kind=kind, content=kinds.read(question(kind) | {"points": points})
    )


def sure(answer: Any, certainty: int) -> dict[str, Any]:
    return {"answer": answer, "certainty": certainty}


@pytest.mark.parametrize(
    ("mark", "maximum", "certainty", "expected"),
    [
        ("1", "1", 1, "0.3333"),
        ("1", "1", 2, "0.6667"),
        ("1", "1", 3, "1"),
        ("0", "1", 1, "0"),
        ("0", "1", 2, "-0.6667"),
        ("0", "1", 3, "-2"),
        ("0.5", "1", 1, "0.1667"),  # ½ × ⅓
        ("0.5", "1", 2, "0"),  # ½ × ⅔ − ½ × ⅔
        ("0.5", "1", 3, "-0.5"),  # ½ × 1 − ½ × 2
        ("3", "3", 1, "1"),  # a question that counts 3: a third of it, exactly
        ("0", "3", 2, "-2"),
    ],
)
def test_a_mark_is_weighed_by_certainty(mark: str, maximum: str, certainty: int, expected: str) -> None:
    assert to_places(weighed(Fraction(mark), Decimal(maximum), certainty)) == Decimal(expected)


shares = st.fractions(min_value=0, max_value=1)


@given(share=shares, certainty=st.integers(min_value=1, max_value=3))
def test_weighed_marks_stay_within_their_bounds_and_a_better_answer_never_gives_less(
    share: Fraction, certainty: int
) -> None:
    mark = weighed(share, Decimal(1), certainty)

    assert -2 <= mark <= 1
    assert weighed(Fraction(1), Decimal(1), certainty) >= mark >= weighed(Fraction(0), Decimal(1), certainty)


def test_a_paper_with_certainty_worked_by_hand() -> None:
    """1 for sure and right, −⅔ for fairly sure and wrong, ⅓ for unsure and right, nothing for a blank: 0.6666 of 4."""
    items = [item("single_choice"), item("true_false"), item("short_text"), item("numeric")]
    answers = {1: sure("0", 3), 2: sure(False, 2), 3: sure("Jakarta", 1)}

    graded = grade(items, plan(("A", None), total=16) | {"certainty": True}, answers)

    assert [mark.mark for mark in graded.marks] == [Decimal(n) for n in ("1", "-0.6667", "0.3333", "0")]
    assert (graded.score, graded.percent, graded.passed) == (Decimal("0.66"), Decimal("16.66"), True)


def test_who_was_certain_and_wrong_can_come_out_below_nought_and_has_not_passed() -> None:
    graded = grade(
        [item("single_choice")], plan(("A", None), total=0) | {"certainty": True}, {1: sure(WRONG["single_choice"], 3)}
    )

    assert graded.marks[0].mark == -2
    assert [graded.score, graded.percent, graded.sections[0].percent] == [-2, -200, -200]
    assert not graded.passed


@pytest.mark.parametrize("value", ["0", {"answer": "0"}, sure("0", 4), sure(None, 3), sure("0", True), ["0"]])
def test_an_answer_without_its_certainty_counts_for_nothing(value: Any) -> None:
    graded = grade([item("single_choice")], plan(("A", None)) | {"certainty": True}, {1: value})

    assert graded.marks[0].mark == 0


def test_work_leaves_the_paper_without_a_verdict_until_it_is_marked() -> None:
    """An essay that counts 4 and a choice that counts 1: 1 of 5 for now, 4 of 5 once the essay has 3."""
    items = [item("essay", 4), item("single_choice")]
    answers = {1: WORK["essay"], 2: RIGHT["single_choice"]}

    before = grade(items, plan(("A", 10), total=10), answers)
    after = grade(items, plan(("A", 10), total=10), answers, {1: Decimal(3)})

    assert (before.waiting, before.marks[0].mark, before.percent, before.passed) == (
        (1,),
        None,
        Decimal("20.00"),
        False,
    )
    assert [section.passed for section in before.sections] == [False]
    assert (after.waiting, after.percent, after.passed) == ((), Decimal("80.00"), True)


def test_work_is_not_weighed_and_a_blank_needs_nobody() -> None:
    items = [item("essay"), item("file"), item("essay")]
    answers = {1: WORK["essay"], 2: WORK["file"], 3: "  "}

    graded = grade(items, plan(("A", None)) | {"certainty": True}, answers, {1: Decimal("0.5")})

    assert [mark.mark for mark in graded.marks] == [Decimal("0.5"), None, 0]
    assert graded.waiting == (2,)


def test_a_mark_by_hand_stays_within_the_question_and_changes_no_other_kind() -> None:
    items = [item("essay"), item("single_choice")]

    graded = grade(items, plan(("A", None)), {1: "Isi", 2: WRONG["single_choice"]}, {1: Decimal(7), 2: Decimal(1)})

    assert [mark.mark for mark in graded.marks] == [1, 0]
