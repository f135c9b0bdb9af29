"""What a question says stands in its form, and is read out of it again as it was."""

from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po
from hypothesis import given, settings
from werkzeug.datastructures import MultiDict

from lms.questions import kinds
from lms.web.question_form import ASIDE, TABLE, filled, holds, problems, raw, turned
from tests.exams import factory
from tests.questions.exchange.makers import MAKERS

ROOT = Path(__file__).parents[2]
ASKED = {"stem": "Apa?\n\n- satu\n- dua", "explanation": "Karena.", "name": "Nama", "points": 2.5}
#: What authors seldom say and packages may.
RARE: list[tuple[str, dict[str, Any]]] = [
    ("single_choice", {"options": [
        {"text": "a", "fraction": 1, "feedback": "Ya.\n\nBenar."}, {"text": "b", "fraction": 0.3333}, {"text": "c"},
    ]}),
    ("multiple_choice", {"options": [{"text": "a", "correct": True}, {"text": "b"}], "scoring": "all_or_nothing"}),
    ("numeric", {"answer": "1.250", "unit": "m", "units": [{"unit": "km", "factor": "1000"}, {"unit": "=", "factor": "0.5"}]}),
    ("numeric", {"answers": [{"value": 5}]}),
    ("numeric", {"answers": [{"value": -5, "tolerance": 0.5, "feedback": "Ya."}, {"value": 6, "fraction": 0.5}]}),
    ("short_text", {"answers": [
        {"text": "jam 7:50%", "feedback": "Ya.\n\nBenar."}, {"text": "a # b"}, {"text": "C#", "fraction": 0.5},
    ], "case_sensitive": True}),
    ("ordering", {"items": ["a\n\nb", "c"], "scoring": "pairs"}),
    ("cloze", {"text": "{{7}} dan {{3}}\n\n{{12}}", "gaps": {
        "3": {"kind": "choice", "options": ["x # y"], "answers": [
            {"text": "*a", "fraction": 0.5}, {"text": "b"}, {"text": "c", "fraction": 0},
            {"text": "d", "fraction": 0, "feedback": "Bukan."},
        ]},
        "7": {"kind": "text", "answers": [{"text": "a*"}], "case_sensitive": True, "weight": 0.5},
        "12": {"kind": "number", "answers": [{"text": 0.125, "feedback": "Ya."}], "tolerance": 0.05},
    }}),
    ("essay", {"words_min": 5, "words_max": 9, "rubric": [{"criterion": "Isi", "points": 2.5, "description": "a\n\nb", "levels": [
        {"points": 0, "description": "Kosong: tidak ada"}, {"points": 2.5, "description": "a\n\nb"},
    ]}]}),
]  # fmt: skip


@pytest.mark.parametrize("maker", sorted(MAKERS))
def test_the_form_of_a_question_says_the_same(maker: str) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(MAKERS[maker]())
    def says_the_same(given_raw: dict[str, Any]) -> None:
        kind, content = given_raw["kind"], kinds.read(given_raw)
        assert kinds.read(raw(kind, filled(kind, content))) == content

    says_the_same()


@pytest.mark.parametrize(
    ("kind", "fields"), [*factory.BY_KIND.items(), *RARE], ids=lambda one: one if isinstance(one, str) else ""
)
def test_all_that_a_kind_can_say_is_held(kind: str, fields: dict[str, Any]) -> None:
    content = kinds.read({"kind": kind} | ASKED | fields)

    assert kinds.read(raw(kind, filled(kind, content))) == content
    assert holds(kind, content)


def test_what_a_line_cannot_hold_is_not_held() -> None:
    """A browser drops the break in a criterion's name: the question is not opened, rather than changed unseen."""
    rubric = [{"criterion": "Isi\ndan bahasa", "points": 1}]

    assert not holds("essay", kinds.read({"kind": "essay", "rubric": rubric} | ASKED))


def test_what_the_form_says_otherwise_is_what_kinds_say() -> None:
    """The catalogue holds all that they say, and nothing that is said no longer."""
    with (ROOT / "translations" / "en" / "LC_MESSAGES" / "messages.po").open("rb") as file:
        catalogue = read_po(file)

    assert [text for text in problems.WORDS if text not in catalogue] == []


def test_rows_left_empty_between_others_do_not_count_and_rows_half_filled_do() -> None:
    form = MultiDict({"soal": "x", "kiri-2": "a", "kanan-2": "b", "kanan-5": "d", "pengecoh-3": "e"})

    assert raw("matching", form)["pairs"] == [{"left": "a", "right": "b"}, {"left": "", "right": "d"}]
    assert raw("matching", form)["distractors"] == ["e"]


def on_page(kind: str, form: MultiDict[str, str]) -> MultiDict[str, str]:
    """What the page of a kind sends: its own inputs, those of any question, and what waits aside."""
    seen = {"soal", "pembahasan", "nama", "poin", *TABLE[kind].shared, *TABLE[kind].own}
    return MultiDict(
        (name, typed)
        for name, typed in form.items(multi=True)
        if name.startswith(ASIDE) or name.rstrip("0123456789") in seen
    )


@pytest.mark.parametrize(
    ("kind", "fields"), [*factory.BY_KIND.items(), *RARE], ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_question_turned_to_every_other_kind_comes_back_whole(kind: str, fields: dict[str, Any]) -> None:
    content = kinds.read({"kind": kind} | ASKED | fields)
    form, was = filled(kind, content), kind

    for other in [*TABLE, kind, kind]:
        form, was = on_page(other, turned(was, other, form)), other

    assert kinds.read(raw(kind, form)) == content


def test_what_two_kinds_mean_the_same_by_goes_along() -> None:
    several = filled(
        "multiple_choice", kinds.read({"kind": "multiple_choice"} | ASKED | factory.BY_KIND["multiple_choice"])
    )
    one = on_page("single_choice", turned("multiple_choice", "single_choice", several))
    assert [row["correct"] for row in raw("single_choice", one)["options"]] == [True, False, False, False]

    one["benar"], one["pilihan-3"] = "3", "Ketiga"
    again = on_page("multiple_choice", turned("single_choice", "multiple_choice", one))
    assert (again.getlist("benar"), again["pilihan-3"]) == (["3"], "Ketiga")

    judged = on_page("situational", turned("single_choice", "situational", one))
    assert [option["text"] for option in raw("situational", judged)["options"]] == ["Satu", "Dua", "Ketiga", "Empat"]
    judged["pilihan-1"] = "Pertama"
    back = on_page("single_choice", turned("situational", "single_choice", judged))
    assert (back["pilihan-1"], back["benar"]) == ("Pertama", "3")

    typed = filled("true_false", kinds.read({"kind": "true_false"} | ASKED | factory.BY_KIND["true_false"]))
    assert "jawaban" not in on_page("short_text", turned("true_false", "short_text", typed))
