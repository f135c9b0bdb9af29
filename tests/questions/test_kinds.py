"""Reading, presenting and marking each kind of question."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from lms.config import ROOT
from lms.questions import kinds, shapes
from lms.questions.content import BadQuestion
from lms.questions.kinds import BY_HAND, KINDS, TABLE
from tests.exams.factory import RIGHT, WORK, WRONG, question

AUTOMATIC = [kind for kind in KINDS if kind not in BY_HAND]


def mark(kind: str, value: object) -> Fraction | None:
    return TABLE[kind].mark(kinds.read(question(kind)), value)


def problems(raw: dict[str, Any]) -> list[str]:
    with pytest.raises(BadQuestion) as refused:
        kinds.read(raw)
    return [str(problem) for problem in refused.value.problems]


@pytest.mark.parametrize("file", sorted(ROOT.glob("courses/*/questions/*.yaml")), ids=lambda file: file.stem)
def test_every_question_that_ships_can_be_read_and_shown(file: Path) -> None:
    for raw in yaml.safe_load(file.read_text(encoding="utf-8")):
        content = kinds.read(raw)
        assert TABLE[raw["kind"]].present(content, ()).stem


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_the_right_answer_gets_the_maximum_and_a_wrong_one_nothing(kind: str) -> None:
    content = kinds.read(question(kind))

    assert TABLE[kind].mark(content, RIGHT[kind]) == TABLE[kind].maximum(content) == 1
    assert TABLE[kind].mark(content, WRONG[kind]) == 0


@pytest.mark.parametrize("kind", sorted(BY_HAND))
def test_work_waits_for_a_person_and_nothing_at_all_is_nought(kind: str) -> None:
    assert mark(kind, WORK[kind]) is None
    nothing: list[object] = [None, "", "  ", {}, []]
    assert [mark(kind, value) for value in nothing] == [0] * 5


def has_work(kind: str, value: object) -> bool:
    return kind in BY_HAND and shapes.fits(TABLE[kind].SHAPE, value) and value is not None and str(value).strip() != ""


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_kind_has_read_reads_again_as_itself(kind: str) -> None:
    """A package is written from content, so content has to be a raw question too."""
    content = kinds.read(question(kind) | {"name": "Soal satu", "points": "2.5"})

    assert kinds.read({"kind": kind, **content}) == content
    assert (content["name"], content["points"]) == ("Soal satu", "2.5")


@pytest.mark.parametrize("kind", AUTOMATIC)
def test_points_weigh_the_mark(kind: str) -> None:
    content = kinds.read(question(kind) | {"points": 2.5})

    assert TABLE[kind].maximum(content) == TABLE[kind].mark(content, RIGHT[kind]) == Decimal("2.5")
    assert TABLE[kind].mark(content, WRONG[kind]) == 0
    assert TABLE[kind].present(content, ()).points == Decimal("2.5")


@pytest.mark.parametrize("points", [0, 0.2, "100.5", "0.255", True, "dua"])
def test_points_outside_their_bounds_are_refused(points: object) -> None:
    assert [flaw.split(":")[0] for flaw in problems(question("true_false") | {"points": points})] == ["points"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@given(value=json_values)
@pytest.mark.parametrize("kind", KINDS)
def test_no_answer_whatever_is_marked_outside_nought_and_the_maximum(kind: str, value: object) -> None:
    given = mark(kind, value)

    assert given is None if has_work(kind, value) else given is not None and 0 <= given <= 1


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        (["0", "1"], "1"),  # both right ones
        (["0"], "0.5"),  # one of two
        (["0", "1", "2"], "0.5"),  # two right, one wrong: (2 − 1) / 2
        (["0", "2"], "0"),  # one right, one wrong
        (["2", "3"], "0"),  # never below nought
        ([], "0"),
        (["0", "0", "1"], "1"),  # one chosen twice is chosen once
        (["0", "9"], "0"),  # no such option
        ("0", "0"),  # not a list
    ],
)
def test_multiple_choice_gives_part_of_the_mark(chosen: Any, expected: str) -> None:
    assert mark("multiple_choice", chosen) == Decimal(expected)


def test_a_third_of_a_mark_is_a_third() -> None:
    raw = question("multiple_choice") | {
        "options": [{"text": t, "correct": True} for t in "abc"] + [{"text": "d"}],
    }

    content = kinds.read(raw)

    assert TABLE["multiple_choice"].mark(content, ["0"]) == Fraction(1, 3)
    assert TABLE["multiple_choice"].mark(content, ["0", "1"]) == Fraction(2, 3)


@pytest.mark.parametrize(("chosen", "expected"), [("0", "1"), ("1", "0.8"), ("4", "0.2"), ("5", "0"), (None, "0")])
def test_a_situational_option_gives_a_fifth_for_each_point(chosen: object, expected: str) -> None:
    assert mark("situational", chosen) == Decimal(expected)


@pytest.mark.parametrize("value", ["true", 1, "benar", None])
def test_true_false_takes_truth_values_only(value: object) -> None:
    assert mark("true_false", value) == 0


def test_options_stand_in_the_order_of_the_paper_under_its_letters() -> None:
    shown = TABLE["single_choice"].present(kinds.read(question("single_choice")), [2, 0, 1])

    assert [(option.letter, option.id, str(option.html)) for option in shown.options] == [
        ("A", "2", "Salah juga"),
        ("B", "0", "Benar"),
        ("C", "1", "Salah"),
    ]


def test_what_authors_write_is_shown_and_never_run() -> None:
    raw = question("true_false", stem="<script>alert(1)</script> **Tebal**")

    stem = str(TABLE["true_false"].present(kinds.read(raw), ()).stem)

    assert "<script" not in stem
    assert "<strong>Tebal</strong>" in stem


def test_all_that_is_wrong_with_a_question_is_said_at_once() -> None:
    raw = {
        "kind": "single_choice",
        "stem": " ",
        "options": [{"text": "Satu"}, {"text": "Satu", "benar": True}],
        "skor": 3,
    }

    assert problems(raw) == [
        "skor: isian ini tidak dikenal untuk jenis soal ini",
        "options[2]: isian benar tidak dikenal",
        "options: tandai tepat satu pilihan dengan correct: true",
        "stem: wajib diisi",
    ]


@pytest.mark.parametrize(
    ("kind", "change", "problem"),
    [
        ("single_choice", {"options": []}, "options: tulis 2 sampai 10 pilihan"),
        ("single_choice", {"options": "A"}, "options: tulis 2 sampai 10 pilihan"),
        (
            "single_choice",
            {"options": [{"text": "a", "correct": True}, "b"]},
            "options[2]: tulis teks pilihan pada isian text",
        ),
        (
            "multiple_choice",
            {"options": [{"text": "a", "correct": True}, {"text": "b", "correct": True}]},
            "options: beri paling sedikit satu pilihan yang tidak benar",
        ),
        (
            "situational",
            {"options": [{"text": "a", "points": 5}, {"text": "b", "points": 6}]},
            "options[2].points: tulis bilangan bulat 1 sampai 5",
        ),
        ("true_false", {"answer": "ya"}, "answer: tulis true atau false tanpa tanda kutip"),
        (
            "numeric",
            {"answer": "12,5"},
            'answer: tulis bilangan dalam tanda kutip dengan titik desimal, misalnya "12.5"',
        ),
        ("numeric", {"answer": 12.5}, "answer: tulis sebagai teks"),
        ("numeric", {"tolerance": "-1"}, "tolerance: tidak boleh kurang dari nol"),
    ],
)
def test_a_field_that_cannot_be_read_is_named(kind: str, change: dict[str, Any], problem: str) -> None:
    assert problems(question(kind) | change) == [problem]


def test_an_unknown_kind_is_refused() -> None:
    assert problems({"kind": "esai"}) == [f"kind: pakai salah satu dari {', '.join(KINDS)}"]
