"""Pass rules: the computer-assisted selection of 2024 worked by hand, and each rule by itself."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams import pass_rules
from lms.exams.grading import Graded, grade
from lms.exams.papers import Item
from lms.exams.pass_rules import Threshold
from lms.questions import kinds
from tests.exams.factory import RIGHT, WRONG, question

#: SKD CPNS 2024: 30 + 35 questions at 5/0, 45 situational ones at 1–5 an option, blank 0; at most 550 points.
SKD: dict[str, Any] = {
    "sections": [
        {"title": "TWK", "competency": "TWK", "level": 1, "draw": 30, "pass_points": 65, "scoring": {"right": 5}},
        {"title": "TIU", "competency": "TIU", "level": 1, "draw": 35, "pass_points": 80, "scoring": {"right": 5}},
        {"title": "TKP", "competency": "TKP", "level": 1, "draw": 45, "pass_points": 166, "scoring": {"right": 5}},
    ],
    "groups": [
        {"code": "cumlaude", "title": "Lulusan terbaik", "pass_total_points": 311,
         "sections": [{"title": "TIU", "pass_points": 85}]},
        {"code": "disabilitas", "title": "Penyandang disabilitas", "pass_total_points": 286,
         "sections": [{"title": "TIU", "pass_points": 60}]},
    ],
}  # fmt: skip


def item(kind: str, section: int = 0) -> Item:
    return Item(version=1, hash="h", section=section, order=[], kind=kind, content=kinds.read(question(kind)))


PAPER = [item("single_choice")] * 30 + [item("single_choice", 1)] * 35 + [item("situational", 2)] * 45


def sat(twk: int, tiu: int, tkp: list[int], group: str = "") -> Graded:
    """twk, tiu: right answers, the rest wrong. tkp: points of the options taken, 0 = blank."""
    right, wrong = RIGHT["single_choice"], WRONG["single_choice"]
    answers: dict[int, Any] = {n: right if n <= twk else wrong for n in range(1, 31)}
    answers |= {30 + n: right if n <= tiu else wrong for n in range(1, 36)}
    answers |= {65 + n: str(5 - points) for n, points in enumerate(tkp, 1) if points}
    return grade(PAPER, SKD, answers, group=group)


def points(graded: Graded) -> list[Decimal]:
    return [section.mark for section in graded.sections]


def test_a_candidate_exactly_at_all_three_thresholds_passes() -> None:
    """13·5 = 65, 16·5 = 80, and 31·4 + 14·3 = 166: together 311 of 550, which is 56.54 %."""
    graded = sat(13, 16, [4] * 31 + [3] * 14)

    assert points(graded) == [65, 80, 166]
    assert [section.threshold_points for section in graded.sections] == [65, 80, 166]
    assert (graded.score, graded.maximum, graded.percent) == (Decimal(311), Decimal(550), Decimal("56.54"))
    assert (graded.passed, graded.threshold) == (True, None)


@pytest.mark.parametrize(
    ("twk", "tiu", "tkp"),
    [(12, 35, [5] * 45), (30, 15, [5] * 45), (30, 35, [4] * 30 + [3] * 15)],
    ids=["TWK 60", "TIU 75", "TKP 165"],
)
def test_one_section_below_its_threshold_fails_whatever_the_others(twk: int, tiu: int, tkp: list[int]) -> None:
    assert not sat(twk, tiu, tkp).passed


def test_a_blank_situational_question_is_nought_and_the_least_option_one() -> None:
    graded = sat(0, 0, [0] * 20 + [1] * 25)

    assert points(graded) == [0, 0, 25]


@pytest.mark.parametrize(
    ("group", "twk", "tiu", "tkp", "passed"),
    [
        ("cumlaude", 10, 17, [4] * 41 + [3] * 4, True),  # 50 + 85 + 176 = 311, TIU 85
        ("cumlaude", 10, 17, [4] * 40 + [3] * 5, False),  # 310
        ("cumlaude", 30, 16, [5] * 45, False),  # 150 + 80 + 225 = 455, TIU 80
        ("disabilitas", 10, 12, [4] * 41 + [3] * 4, True),  # 50 + 60 + 176 = 286, TIU 60
        ("disabilitas", 10, 12, [4] * 40 + [3] * 5, False),  # 285
        ("disabilitas", 30, 11, [5] * 45, False),  # TIU 55
        ("tak-dikenal", 10, 17, [4] * 41 + [3] * 4, False),  # falls under the general rules: TWK 50
    ],
)
def test_special_groups_have_a_total_and_a_threshold_of_their_own(
    group: str, twk: int, tiu: int, tkp: list[int], passed: bool
) -> None:
    assert sat(twk, tiu, tkp, group).passed is passed


def test_a_result_says_under_which_rules_it_stands() -> None:
    """311 of 550 are 56.5454… %: as a threshold in per cent that is 56.55, cut up."""
    graded = sat(10, 17, [4] * 41 + [3] * 4, "cumlaude")

    assert graded.verdict == pass_rules.Verdict("cumlaude", "Lulusan terbaik", Decimal(311), False, None)
    assert pass_rules.of_row(pass_rules.as_row(graded.verdict)) == graded.verdict
    assert graded.threshold == Decimal("56.55")
    assert [section.threshold_points for section in graded.sections] == [None, 85, None]


def plan(**more: Any) -> dict[str, Any]:
    parts = [
        {"title": "A", "competency": "X", "level": 1, "pass": 50},
        {"title": "B", "competency": "X", "level": 1, "pass": 50},
    ]
    return {"pass_total": None, "sections": parts, **more}


FOUR = [item("true_false"), item("true_false"), item("true_false", 1), item("true_false", 1)]


def test_sections_may_offset_each_other_only_where_the_blueprint_says_so() -> None:
    """0 of 2 and 2 of 2: the second has one to spare, which is what the first lacks. One right in all is too little."""
    uneven, little = {3: True, 4: True}, {3: True}

    assert not grade(FOUR, plan(), uneven).passed
    assert grade(FOUR, plan(compensation=True), uneven).passed
    assert not grade(FOUR, plan(compensation=True), little).passed
    assert not grade(FOUR, plan(compensation=True, pass_total=51), uneven).passed


BANDS = [
    {"title": "Sangat Memuaskan", "from": "90.01"},
    {"title": "Memuaskan", "from": "80.01"},
    {"title": "Cukup Memuaskan", "from": "70.01"},
    {"title": "Kurang Memuaskan", "from": "60.01"},
]


@pytest.mark.parametrize(
    ("percent", "said"),
    [
        ("100.00", "Sangat Memuaskan"), ("90.01", "Sangat Memuaskan"), ("90.00", "Memuaskan"), ("80.01", "Memuaskan"),
        ("80.00", "Cukup Memuaskan"), ("70.00", "Kurang Memuaskan"), ("60.01", "Kurang Memuaskan"), ("60.00", None),
    ],
)  # fmt: skip
def test_a_percentage_has_the_name_of_the_band_it_reaches(percent: str, said: str | None) -> None:
    assert pass_rules.predicate({"predicates": BANDS}, Decimal(percent)) == said


def test_only_what_passed_has_a_predicate() -> None:
    lopsided = grade(FOUR, plan(predicates=[{"title": "Baik", "from": 50}]), {3: True, 4: True})
    even = grade(FOUR, plan(predicates=[{"title": "Baik", "from": 50}]), {1: True, 3: True})

    assert lopsided.verdict is not None
    assert even.verdict is not None
    assert (lopsided.passed, lopsided.verdict.predicate) == (False, None)
    assert (even.passed, even.verdict.predicate) == (True, "Baik")


def test_right_wrong_and_blank_have_their_points_and_a_kind_its_own() -> None:
    """4 for right, −1 for wrong, 0.5 for a blank; multiple choice up to 2, half right 1. 4 − 1 + 0.5 + 1 = 4.5 of 14."""
    section = {"title": "A", "competency": "X", "level": 1,
               "scoring": {"right": 4, "wrong": -1, "blank": "0.5", "kinds": {"multiple_choice": {"right": 2}}}}  # fmt: skip
    four = [item("true_false")] * 3 + [item("multiple_choice")]

    graded = grade(four, {"sections": [section]}, {1: True, 2: False, 3: None, 4: ["0"]})

    assert [mark.mark for mark in graded.marks] == [4, -1, Decimal("0.5"), 1]
    assert (graded.score, graded.maximum, graded.percent) == (Decimal("4.50"), Decimal(14), Decimal("32.14"))


def test_a_blueprint_without_such_rules_leaves_no_verdict() -> None:
    assert grade(FOUR, plan(pass_total=50), {1: True, 3: True}).verdict is None


marks = st.fractions(min_value=-4, max_value=4)
most = st.integers(min_value=1, max_value=8).map(Decimal)


def test_the_most_that_a_paper_comes_to_is_certain_only_where_every_answer_has_its_points() -> None:
    """30·5 + 35·5 + 45·5 = 550; without points a question is taken for one."""
    loose = {"sections": [*SKD["sections"], {"title": "D", "competency": "X", "level": 1, "draw": 4}]}

    assert pass_rules.maximum(SKD) == (Decimal(550), True)
    assert pass_rules.maximum(loose) == (Decimal(554), False)


@given(mark=marks, maximum=most, points=st.integers(min_value=0, max_value=8).map(Decimal))
def test_a_threshold_in_points_and_the_same_in_points_of_a_percentage_agree(
    mark: Fraction, maximum: Decimal, points: Decimal
) -> None:
    percent = Threshold(percent=points * 100 / maximum)

    assert Threshold(points=points).is_reached(mark, maximum) == (mark >= points)
    if (points * 100 / maximum) * maximum == points * 100:  # exact in decimals
        assert percent.is_reached(mark, maximum) == (mark >= points)


@given(first=marks, second=marks)
def test_offsetting_never_fails_what_passes_without_it(first: Fraction, second: Fraction) -> None:
    strict, free = pass_rules.rules_for(plan()), pass_rules.rules_for(plan(compensation=True))
    sections = [(first, Decimal(4)), (second, Decimal(4))]

    assert pass_rules.passes(free, sections) >= pass_rules.passes(strict, sections)
