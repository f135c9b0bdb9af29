"""The kinds that ask for words, pairs, orders and gaps, and options that give a part; marks worked by hand."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from lms.questions import kinds
from lms.questions.content import BadQuestion, Gap
from lms.questions.kinds import TABLE, matching, ordering, rubrics, texts
from tests.exams.factory import RIGHT, question


def read(kind: str, **change: Any) -> dict[str, Any]:
    return kinds.read(question(kind) | change)


def problems(kind: str, **change: Any) -> list[str]:
    with pytest.raises(BadQuestion) as refused:
        read(kind, **change)
    return [str(problem) for problem in refused.value.problems]


def mark(content: dict[str, Any], kind: str, value: object) -> Fraction | None:
    return TABLE[kind].mark(content, value)


# --- options that give a part ---


def test_an_option_may_give_a_part_of_the_mark_and_say_why() -> None:
    options = [{"text": "Semua", "fraction": 1}, {"text": "Sebagian", "fraction": 0.5, "feedback": "Kurang **satu**."}]
    content = read("single_choice", options=[*options, {"text": "Tidak"}], points=2)

    assert [mark(content, "single_choice", id) for id in ("0", "1", "2", "3")] == [2, 1, 0, 0]
    assert [TABLE["single_choice"].feedback(content, id) for id in ("0", "1")] == [(), ("Kurang **satu**.",)]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        ([{"text": "a", "correct": True}, {"text": "b", "fraction": 1}], "options: pakai correct atau fraction, jangan keduanya"),
        ([{"text": "a", "fraction": 0.9}, {"text": "b"}], "options: beri paling sedikit satu pilihan dengan fraction 1"),
        (
            [{"text": "a", "fraction": 1}, {"text": "b", "fraction": -1}],
            "options[2].fraction: tulis bilangan 0 sampai 1 dengan titik desimal",
        ),
        ([{"text": "a", "fraction": 1}, {"text": "b", "feedback": 3}], "options[2].feedback: tulis sebagai teks"),
    ],
)  # fmt: skip
def test_options_are_graded_one_way(options: list[dict[str, Any]], problem: str) -> None:
    assert problems("single_choice", options=options) == [problem]


def test_ten_options_are_lettered_to_j_and_eleven_refused() -> None:
    ten = [{"text": f"Pilihan {n}", "correct": n == 0} for n in range(10)]

    shown = TABLE["single_choice"].present(read("single_choice", options=ten), ())

    assert "".join(option.letter for option in shown.options) == "ABCDEFGHIJ"
    assert problems("single_choice", options=[*ten, {"text": "Lagi"}]) == ["options: tulis 2 sampai 10 pilihan"]


@pytest.mark.parametrize(
    ("picked", "expected"),
    [
        (["0", "1", "2"], "1"),  # three thirds, each written as 0.3333
        (["0"], "1/3"),
        (["0", "1", "3"], "1/6"),  # ⅓ + ⅓ − ½
        (["3"], "0"),  # never below nought
        (["0", "1", "2", "3"], "1/2"),
    ],
)
def test_fractions_are_added_within_nought_and_one(picked: list[str], expected: str) -> None:
    options = [{"text": text, "fraction": 0.3333} for text in "abc"] + [{"text": "d", "fraction": -0.5}]
    content = read("multiple_choice", options=options)

    assert content["scoring"] == "fractions"
    assert mark(content, "multiple_choice", picked) == Fraction(expected)


@pytest.mark.parametrize(("picked", "expected"), [(["0", "1"], 1), (["0"], 0), (["0", "1", "2"], 0), ([], 0)])
def test_all_or_nothing_gives_no_parts(picked: list[str], expected: int) -> None:
    assert mark(read("multiple_choice", scoring="all_or_nothing"), "multiple_choice", picked) == expected


def test_a_rule_that_does_not_suit_its_options_is_refused() -> None:
    by_part = [{"text": "a", "fraction": 0.5}, {"text": "b", "fraction": -1}]

    assert problems("multiple_choice", scoring="fractions") == ["scoring: beri setiap pilihan fraction, bukan correct"]
    assert problems("multiple_choice", options=by_part) == [
        "options: jumlah fraction yang lebih dari nol harus mencapai 1"
    ]


# --- short texts ---


@pytest.mark.parametrize(
    ("typed", "expected"),
    [("Jakarta", 1), (" JAKARTA  selatan", 1), ("betawi", "0.5"), ("Kota Jakarta", 0), ("", 0), ("  ", 0), (7, 0)],
)
def test_a_short_text_is_compared_without_regard_to_case_and_blanks(typed: object, expected: object) -> None:
    assert mark(read("short_text"), "short_text", typed) == Decimal(str(expected))


@pytest.mark.parametrize(
    ("pattern", "typed", "fits"),
    [
        ("data*pribadi", "data pribadi", True),
        ("data*pribadi", "datapribadi", True),
        ("data*pribadi", "data yang pribadi", True),
        ("data*pribadi", "data pribadi saya", False),
        ("*pin*", "kode pin itu", True),
        ("a*a", "a", False),  # the two ends do not share a letter
        ("a*b*c", "acb", False),
        ("5 \\* 3", "5 * 3", True),
        ("5 \\* 3", "5 x 3", False),
        ("*", "apa saja", True),
        ("sandi  lewat", "Sandi Lewat", True),
    ],
)
def test_a_star_stands_for_any_letters(pattern: str, typed: str, fits: bool) -> None:
    assert texts.fits(pattern, typed) is fits


@pytest.mark.parametrize("text", ["*", " * ", "* *"])
def test_an_answer_that_any_text_fits_is_refused(text: str) -> None:
    said = "answers[1].text: tanda * saja menerima jawaban apa pun; tulis juga huruf yang harus ada"
    assert problems("short_text", answers=[{"text": text}]) == [said]


def test_case_counts_where_the_question_says_so() -> None:
    content = read("short_text", answers=[{"text": "BSrE"}], case_sensitive=True)

    assert [mark(content, "short_text", text) for text in ("BSrE", "bsre")] == [1, 0]


def test_many_stars_take_no_time() -> None:
    assert not texts.fits("a*" * 10 + "b", "a" * 500)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"answers": [{"text": "a", "fraction": 0}]}, "answers[1].fraction: harus lebih dari nol"),
        ({"answers": [{"text": "a", "fraction": 0.5}]}, "answers: beri paling sedikit satu jawaban dengan fraction 1"),
        ({"answers": [{"text": "a"}, {"text": "a"}]}, "answers: ada dua jawaban yang sama"),
        ({"case_sensitive": "ya"}, "case_sensitive: tulis true atau false tanpa tanda kutip"),
    ],
)
def test_short_answers_that_cannot_be_used_are_named(change: dict[str, Any], problem: str) -> None:
    assert problem in problems("short_text", **change)


# --- matching ---


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"0": "2", "1": "1", "2": "2"}, "1"),
        ({"0": "2", "1": "1"}, "2/3"),
        ({"0": "1", "1": "1", "2": "1"}, "1/3"),
        ({"0": "0"}, "0"),  # the distractor
        ({"7": "2"}, "0"),
        (["2", "1", "2"], "0"),
    ],
)
def test_matching_counts_right_pairs(value: object, expected: str) -> None:
    """By the alphabet: 0 "yang Anda beli" (the distractor), 1 "yang Anda punya", 2 "yang Anda tahu"."""
    assert mark(read("matching"), "matching", value) == Fraction(expected)


def test_what_is_matched_with_stands_once_and_in_an_order_that_gives_nothing_away() -> None:
    content = read("matching")

    shown = TABLE["matching"].present(content, ())
    on_paper = TABLE["matching"].present(content, [2, 0, 1])

    assert [prompt.text for prompt in shown.prompts] == ["Sandi", "Ponsel", "PIN"]
    assert [option.text for option in shown.options] == ["yang Anda beli", "yang Anda punya", "yang Anda tahu"]
    assert [(option.letter, option.id) for option in on_paper.options] == [("A", "2"), ("B", "0"), ("C", "1")]


def test_pairs_that_cannot_be_told_apart_are_refused() -> None:
    same = [{"left": "a", "right": "x"}, {"left": "a", "right": "y"}]
    one_right = [{"left": "a", "right": "x"}, {"left": "b", "right": "x"}]

    assert problems("matching", pairs=same, distractors=[]) == ["pairs: ada dua butir kiri dengan teks yang sama"]
    assert problems("matching", pairs=one_right, distractors=[]) == [
        "pairs: beri paling sedikit dua butir kanan yang berbeda"
    ]
    assert problems("matching", distractors=["yang Anda tahu"]) == [
        "distractors: ada pengecoh yang sama dengan pasangan yang benar"
    ]


# --- ordering ---


@pytest.mark.parametrize(
    ("scoring", "value", "expected"),
    [
        # Right is Catat, Amankan, Lapor, Bahas; by the alphabet Amankan is 0, Bahas 1, Catat 2, Lapor 3: 2 0 3 1.
        ("places", ["2", "0", "3", "1"], "1"),
        ("places", ["2", "0", "1", "3"], "0.5"),  # the first two stand right
        ("places", ["0", "3", "1", "2"], "0"),  # all moved on by one
        ("pairs", ["0", "3", "1", "2"], "2/3"),  # 0–3 and 3–1 are kept of three
        ("pairs", ["1", "3", "0", "2"], "0"),
        ("all_or_nothing", ["2", "0", "1", "3"], "0"),
        ("all_or_nothing", ["2", "0", "3", "1"], "1"),
        ("places", ["2", "0", "3"], "0"),  # one is missing
        ("places", ["2", "2", "2", "2"], "0"),
        ("places", "2031", "0"),
    ],
)
def test_ordering_is_marked_by_its_rule(scoring: str, value: object, expected: str) -> None:
    assert mark(read("ordering", scoring=scoring), "ordering", value) == Fraction(expected)


@given(order=st.permutations(range(4)))
def test_texts_are_never_shown_in_the_right_order(order: list[int]) -> None:
    content = read("ordering")

    shown = [option.id for option in TABLE["ordering"].present(content, order).options]

    assert sorted(shown) == ["0", "1", "2", "3"]
    assert shown != ordering.best(content)


def test_without_a_paper_texts_stand_by_the_alphabet() -> None:
    shown = TABLE["ordering"].present(read("ordering"), ())

    assert [option.text for option in shown.options] == ["Amankan", "Bahas", "Catat", "Lapor"]
    assert TABLE["ordering"].solution(read("ordering")) == ["1. Catat", "2. Amankan", "3. Lapor", "4. Bahas"]


# --- cloze ---


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        # Weights 1, 1 and 2, which is 4 in all.
        (RIGHT["cloze"], "1"),
        ({"1": "13", "2": "sandi", "3": "rahasia"}, "0.875"),  # (1 + ½ + 2) ÷ 4
        ({"3": "rahasia"}, "0.5"),
        ({"1": "12,9"}, "0.25"),  # within 1 of 12
        ({"1": "dua belas", "2": "frasa sandi", "3": "umum"}, "0.25"),
        ({"4": "rahasia"}, "0"),
        ({"1": 12, "2": ["sandi"], "3": None}, "0"),
        ("rahasia", "0"),
    ],
)
def test_cloze_is_the_weighted_mean_of_its_gaps(value: object, expected: str) -> None:
    assert mark(read("cloze"), "cloze", value) == Fraction(expected)


def test_a_text_is_cut_where_its_gaps_stand_and_its_markup_stays_safe() -> None:
    text = "Sandi **kuat** <i>{{1}}</i> huruf, {{2}}, {{3}}."

    passage = TABLE["cloze"].present(read("cloze", text=text), ()).passage

    assert passage[1] == Gap("1", "number")
    assert passage[5] == Gap("3", "choice", ("rahasia", "terbuka", "umum"))
    assert passage[0] == Markup("<p>Sandi <strong>kuat</strong> &lt;i&gt;")
    assert passage[-1] == ".</p>"


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("Hanya {{1}}", {"1": {"kind": "text", "answers": [{"text": "a"}]}, "2": {"kind": "text", "answers": [{"text": "b"}]}}),
        ("Dua kali {{1}} dan {{1}}", {"1": {"kind": "text", "answers": [{"text": "a"}]}}),
        ('Dalam [tautan](#x "{{1}}")', {"1": {"kind": "text", "answers": [{"text": "a"}]}}),
        ("Tanpa", {"1": {"kind": "text", "answers": [{"text": "a"}]}}),
    ],
)  # fmt: skip
def test_every_gap_stands_once_in_the_words(text: str, gaps: dict[str, Any]) -> None:
    assert problems("cloze", text=text, gaps=gaps) == [
        "text: pakai setiap isian tepat satu kali, misalnya {{1}}, dan beri nomor yang ada di gaps"
    ]


@pytest.mark.parametrize(
    ("gap", "problem"),
    [
        ({"kind": "kata"}, "gaps.1: isi kind dengan salah satu dari choice, text, number"),
        ({"kind": "text", "answers": []}, "gaps.1.answers: tulis daftar, 1 sampai 20 butir"),
        ({"kind": "choice", "answers": [{"text": "a"}]}, "gaps.1: beri 2 sampai 20 pilihan"),
        ({"kind": "number", "answers": [{"text": "dua"}]}, "gaps.1.answers[1].text: tulis bilangan dengan titik desimal"),
        ({"kind": "text", "answers": [{"text": "a"}], "weight": 0}, "gaps.1.weight: tulis bilangan 0.25 sampai 100 dengan titik desimal"),
        ({"kind": "text", "answers": [{"text": "a"}], "warna": 1}, "gaps.1: isian warna tidak dikenal"),
    ],
)  # fmt: skip
def test_a_gap_that_cannot_be_filled_is_named(gap: dict[str, Any], problem: str) -> None:
    assert problems("cloze", text="Isi {{1}}", gaps={"1": gap}) == [problem]


# --- work that people mark ---


@pytest.mark.parametrize(
    ("points", "expected"),
    [(["6", "2"], "4"), (["3", "2"], "2.5"), (["0", "0"], "0"), (["1.5", "0.5"], "1")],
)
def test_a_rubric_gives_its_share_of_what_the_question_counts(points: list[str], expected: str) -> None:
    """8 points in all, and the question counts 4: half a mark for each point."""
    assert rubrics.mark(read("essay", points=4), list(map(Decimal, points))) == Decimal(expected)


@pytest.mark.parametrize("points", [["6"], ["7", "1"], ["-1", "2"], ["1", "1", "1"]])
def test_points_outside_a_rubric_are_refused(points: list[str]) -> None:
    with pytest.raises(ValueError, match="rubric"):
        rubrics.mark(read("essay"), list(map(Decimal, points)))


LEVELS = [
    {"points": 0, "description": "Tidak ada"},
    {"points": 3, "description": "Sebagian"},
    {"points": 6, "description": "Lengkap"},
]


def test_a_criterion_with_levels_takes_exactly_their_points() -> None:
    """3 of 6 and 2 of 2 are 5 of 8 points: 0.625 of what the question counts."""
    rubric = [{"criterion": "Isi", "points": 6, "levels": LEVELS}, {"criterion": "Bahasa", "points": 2}]
    content = read("essay", rubric=rubric)

    assert content["rubric"][0]["levels"][1] == {"points": "3", "description": "Sebagian"}
    assert rubrics.mark(content, [Decimal(3), Decimal(2)]) == Decimal("0.625")
    with pytest.raises(ValueError, match="rubric"):
        rubrics.mark(content, [Decimal(4), Decimal(2)])
    assert read("essay", rubric=content["rubric"]) == content


@pytest.mark.parametrize(
    "levels", [LEVELS[:1], LEVELS[:2], [LEVELS[2], LEVELS[2]], "tiga", [{"points": 7, "description": "x"}, LEVELS[2]]]
)
def test_levels_that_make_no_sense_are_refused(levels: object) -> None:
    with pytest.raises(BadQuestion, match="levels"):
        read("essay", rubric=[{"criterion": "Isi", "points": 6, "levels": levels}])


def test_work_without_a_rubric_is_judged_as_a_whole() -> None:
    raw = question("true_false") | {"kind": "essay"}
    del raw["answer"]

    content = kinds.read(raw)

    assert content["rubric"] == [{"criterion": "Nilai keseluruhan", "points": "100"}]
    assert rubrics.mark(content, [Decimal(75)]) == Decimal("0.75")


def test_bounds_that_contradict_each_other_are_named() -> None:
    assert problems("essay", words_min=200, words_max=100) == ["words_max: tidak boleh kurang dari words_min"]
    assert problems("file", types=["exe"]) == ["types: tulis daftar dari pdf, docx, xlsx, jpg, png"]
    assert problems("file", max_mb=11) == ["max_mb: tulis bilangan bulat 1 sampai 10"]


def test_the_best_answer_of_matching_is_full() -> None:
    content = read("matching")

    assert matching.best(content) == RIGHT["matching"]
    assert TABLE["matching"].solution(content)[0] == "Sandi – yang Anda tahu"
