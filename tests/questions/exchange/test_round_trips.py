"""What is written comes back the same, for everything that a format can hold."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions import kinds
from lms.questions.exchange import formats, wording
from lms.questions.exchange.written import drafted_of
from lms.questions.kinds import multiple_choice
from tests.questions.exchange.makers import LETTERS, MAKERS, back_again, enriched

HOLDS = {
    "gift": ["single", "weighed", "truth", "numeric", "numerics", "short", "matched", "essay"],
    "moodle-xml": list(MAKERS),
    "qti": list(MAKERS),
    "xlsx": [name for name in MAKERS if name != "ordered"],
}


@pytest.mark.parametrize(("format", "maker"), [(format, maker) for format, makers in HOLDS.items() for maker in makers])
def test_a_question_comes_back_as_it_was(format: str, maker: str) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(st.lists(MAKERS[maker](), min_size=1, max_size=2))
    def comes_back(raws: list[dict[str, Any]]) -> None:
        contents = [(raw["kind"], kinds.read(raw)) for raw in raws]
        assert back_again(format, contents) == contents

    comes_back()


@pytest.mark.parametrize("format", list(formats.WRITERS))
def test_what_authors_add_comes_back_or_its_loss_is_said(format: str) -> None:
    @settings(max_examples=150, deadline=None, derandomize=True)
    @given(enriched())
    def comes_back(raw: dict[str, Any]) -> None:
        content = kinds.read(raw | {"name": "Soal"})
        drafted = drafted_of(raw["kind"], content, competency="K", level=1, difficulty="mudah", number=1)
        written = formats.WRITERS[format].write([drafted])
        said = [one for one in written.findings if one.where == drafted.where]
        if any(one.level == "error" for one in said):
            return
        checked = formats.read(format, written.data)
        assert checked.errors == []
        (one,) = checked.ready
        assert said or (one.drafted.kind, one.content) == (raw["kind"], content)

    comes_back()


@pytest.mark.parametrize("format", ["gift", "moodle-xml", "xlsx"])
def test_tags_come_back(format: str) -> None:
    content = kinds.read({"kind": "true_false", "stem": "Benarkah?", "answer": True})
    always: dict[str, Any] = {"competency": "TEK.KI", "level": 3, "difficulty": "sulit"}
    others: list[dict[str, Any]] = [
        {},
        {"folder": "Dasar/Surel: A"},
        {"folder": "Dasar/Surel: A", "tags": ["cpns", "uji coba"]},
        {"tags": ["cpns"]},
    ]
    drafts = [drafted_of("true_false", content, number=n, **always, **more) for n, more in enumerate(others, 1)]

    written = formats.WRITERS[format].write(drafts)

    checked = formats.read(format, written.data)
    assert [dict(one.drafted.tags) for one in checked.ready] == [always | more for more in others]
    assert written.findings == ()


def test_what_of_its_tags_qti_does_not_hold_is_said() -> None:
    content = kinds.read({"kind": "true_false", "stem": "Benarkah?", "answer": True})
    drafted = drafted_of("true_false", content, competency="K", level=1, difficulty="mudah", number=1, folder="Dasar")

    assert [str(one) for one in formats.WRITERS["qti"].write([drafted]).findings] == [
        "Semua soal: tanpa kompetensi, tingkat, dan kesulitan",
        "Semua soal: tanpa tag dan folder",
    ]


@given(st.text(LETTERS + "\n", max_size=60))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_plain_text_survives_markdown(text: str) -> None:
    lines = [" ".join(line.split()) for line in text.strip().split("\n")]
    squeezed = "\n".join(lines).strip()
    while "\n\n\n" in squeezed:
        squeezed = squeezed.replace("\n\n\n", "\n\n")

    assert wording.plain(wording.from_plain(text)) == squeezed


def test_the_weights_of_thirds_are_written_with_five_places() -> None:
    content = kinds.read(
        {
            "kind": "multiple_choice",
            "stem": "?",
            "options": [{"text": t, "fraction": f} for t, f in (("a", "0.3333"), ("b", "0.6667"), ("c", "0"))],
        }
    )
    drafted = drafted_of("multiple_choice", content, competency="K", level=1, difficulty="mudah", number=1)

    data = formats.WRITERS["moodle-xml"].write([drafted]).data.decode()

    assert 'fraction="33.33333"' in data
    assert 'fraction="66.66667"' in data
    assert Decimal("0.3333") == Decimal(content["options"][0]["fraction"])


def through(format: str, raw: dict[str, Any]) -> tuple[list[tuple[str, dict[str, Any]]], list[str]]:
    """(what comes back, what the writer says of this question)."""
    content = kinds.read(raw)
    drafted = drafted_of(raw["kind"], content, competency="K", level=1, difficulty="mudah", number=1)
    written = formats.WRITERS[format].write([drafted])
    checked = formats.read(format, written.data)
    assert checked.errors == []
    said = [one.message for one in written.findings if one.where == drafted.where]
    return [(one.drafted.kind, one.content) for one in checked.ready], said


def test_options_that_are_all_right_stay_options_in_gift() -> None:
    options = [{"text": text, "fraction": "1"} for text in ("satu", "dua")]

    ((kind, content),), said = through("gift", {"kind": "single_choice", "stem": "Apa?", "options": options})

    assert (kind, content["options"], said) == ("single_choice", options, [])


@pytest.mark.parametrize("text", ["[html]<b>a</b>", "[plain]"])
def test_names_of_formats_in_short_answers_come_back_from_gift(text: str) -> None:
    rows = [{"text": text, "fraction": "1"}]

    ((kind, content),), said = through("gift", {"kind": "short_text", "stem": "Apa?", "answers": rows})

    assert (kind, content["answers"], said) == ("short_text", rows, [])


@pytest.mark.parametrize("answer", [{"text": "a -> b"}, {"text": "a", "feedback": "x -> y"}])
def test_a_short_text_with_an_arrow_is_not_written_as_gift_since_moodle_would_make_pairs_of_it(
    answer: dict[str, str],
) -> None:
    rows = [answer | {"fraction": "1"}, {"text": "b", "fraction": "1"}]

    content = kinds.read({"kind": "short_text", "stem": "Apa?", "answers": rows})
    drafted = drafted_of("short_text", content, competency="K", level=1, difficulty="mudah", number=1)

    written = formats.WRITERS["gift"].write([drafted])

    assert (written.data.strip(), [one.message for one in written.findings]) == (
        b"",
        ["tidak ditulis: tanda -> di dalam teks berarti pasangan di GIFT"],
    )


def test_factors_of_units_come_back_from_moodle() -> None:
    units = [{"unit": "mil", "factor": "1609.344"}, {"unit": "cm", "factor": "0.01"}]

    ((_kind, content),), said = through(
        "moodle-xml", {"kind": "numeric", "stem": "Berapa?", "answer": "5", "unit": "m", "units": units}
    )

    assert (content["units"], said) == (units, [])


def gapped_once(gap: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "cloze", "stem": "Isi.", "text": "Awal {{1}} akhir.", "gaps": {"1": gap}}


def test_a_backslash_at_the_end_of_an_answer_does_not_swallow_what_is_said_to_it_in_moodle() -> None:
    answers = [{"text": "C:\\", "fraction": "1", "feedback": "benar # sekali"}]

    ((_kind, content),), said = through("moodle-xml", gapped_once({"kind": "text", "answers": answers}))

    assert (content["gaps"]["1"]["answers"], said) == (answers, [])


def test_lines_of_what_is_said_to_a_gap_become_one_in_moodle_which_is_said() -> None:
    answers = [{"text": "ya", "fraction": "1", "feedback": "satu\n\ndua"}]

    ((_kind, content),), said = through("moodle-xml", gapped_once({"kind": "text", "answers": answers}))

    assert (content["gaps"]["1"]["answers"][0]["feedback"], said) == (
        "satu dua",
        ["umpan balik rumpang menjadi satu baris"],
    )


def test_a_wrong_option_of_a_gap_that_begins_with_a_star_stays_wrong_in_a_sheet() -> None:
    gap = {"kind": "choice", "answers": [{"text": "*ya", "fraction": "1"}], "options": ["*bukan", "\\*lain", "tidak"]}

    ((_kind, content),), said = through("xlsx", gapped_once(gap))

    assert (content["gaps"]["1"], said) == (gap, [])


def test_one_gap_to_type_in_is_a_short_text_in_qti_which_is_said() -> None:
    gap = {"kind": "text", "answers": [{"text": "ya", "fraction": "1"}]}

    ((kind, _content),), said = through("qti", gapped_once(gap))

    assert (kind, said) == ("short_text", ["satu rumpang untuk diketik sama dengan isian singkat atau angka di QTI"])


@pytest.mark.parametrize("format", ["gift", "moodle-xml"])
def test_who_ticks_everything_has_nothing_where_only_all_right_ones_count(format: str) -> None:
    options = [{"text": text, "correct": text != "c"} for text in "abc"]
    raw = {"kind": "multiple_choice", "stem": "Mana?", "options": options, "scoring": "all_or_nothing"}

    ((_kind, content),), _said = through(format, raw)

    assert multiple_choice.mark(content, ["0", "1"]) == 1
    assert multiple_choice.mark(content, ["0", "1", "2"]) == 0
