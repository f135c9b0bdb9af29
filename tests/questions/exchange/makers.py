"""Questions of all kinds as hypothesis makes them up, and their way through a format and back."""

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st

from lms.questions.exchange import formats, wording
from lms.questions.exchange.drafted import Drafted
from lms.questions.exchange.written import drafted_of

LETTERS = "abcXYZ09 .,;:~=#{}%[]\\*_<>&|`'\"!?-+()/@$^é→"
TEXTS = (
    st.text(LETTERS, min_size=1, max_size=30)
    .map(lambda text: wording.from_plain(" ".join(text.split())))
    .filter(
        lambda text: (
            text.strip() == text and text != "" and wording.is_plain(text) and "->" not in text and "{{" not in text
        )
    )
)
FORMATTED = st.sampled_from(
    ["**Tebal** dan *miring*", "Lihat:\n\n- satu\n- dua", "| A | B |\n| --- | --- |\n| 1 | 2 |", "Isi `kode`"]
)
STEMS = st.one_of(TEXTS, TEXTS, FORMATTED)
WORDS = (
    st.text("abcdefgXYZ ~=#{}%\\|<&:'", min_size=1, max_size=12)
    .map(lambda t: " ".join(t.split()))
    .filter(lambda t: bool(t) and "->" not in t and not t.endswith("\\"))
)
NUMBERS = st.decimals("-1000", "1000", places=2).map(lambda n: f"{n.normalize():f}" if n else "0")
NAMES = st.text("abcXYZ 12", max_size=10).map(lambda t: " ".join(t.split()))


def distinct(one: st.SearchStrategy[str], least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(one, min_size=least, max_size=most, unique_by=lambda text: wording.plain(text).casefold().strip())


@st.composite
def common(draw: st.DrawFn, kind: str) -> dict[str, Any]:
    return {"kind": kind, "stem": draw(STEMS), "name": draw(NAMES), "explanation": draw(st.one_of(st.just(""), TEXTS))}


@st.composite
def single(draw: st.DrawFn) -> dict[str, Any]:
    texts = draw(distinct(TEXTS, 2, 5))
    right = draw(st.integers(0, len(texts) - 1))
    return draw(common("single_choice")) | {
        "options": [{"text": t, "correct": n == right} for n, t in enumerate(texts)]
    }


@st.composite
def weighed(draw: st.DrawFn) -> dict[str, Any]:
    texts = draw(distinct(TEXTS, 3, 5))
    shares = ["0.3333", "0.6667", "-0.5", "0", "-1"][: len(texts)]
    options = [{"text": text, "fraction": share} for text, share in zip(texts, shares, strict=True)]
    return draw(common("multiple_choice")) | {"options": options, "scoring": "fractions"}


@st.composite
def truth(draw: st.DrawFn) -> dict[str, Any]:
    return draw(common("true_false")) | {"answer": draw(st.booleans())}


@st.composite
def numeric(draw: st.DrawFn) -> dict[str, Any]:
    return draw(common("numeric")) | {"answer": draw(NUMBERS), "tolerance": draw(NUMBERS).removeprefix("-")}


@st.composite
def numerics(draw: st.DrawFn) -> dict[str, Any]:
    values = draw(st.lists(NUMBERS, min_size=2, max_size=4, unique=True))
    near = draw(NUMBERS).removeprefix("-")
    rows = [{"value": v, "tolerance": near, "fraction": "1" if n == 0 else "0.5"} for n, v in enumerate(values)]
    return draw(common("numeric")) | {"answers": rows}


@st.composite
def short(draw: st.DrawFn) -> dict[str, Any]:
    texts = draw(distinct(WORDS, 1, 4))
    rows = [{"text": text, "fraction": "1" if n == 0 else "0.25"} for n, text in enumerate(texts)]
    return draw(common("short_text")) | {"answers": rows}


@st.composite
def matched(draw: st.DrawFn) -> dict[str, Any]:
    texts = draw(distinct(TEXTS, 5, 5))
    pairs = [{"left": texts[0], "right": texts[1]}, {"left": texts[2], "right": texts[3]}]
    return draw(common("matching")) | {"pairs": pairs, "distractors": [texts[4]]}


@st.composite
def ordered(draw: st.DrawFn) -> dict[str, Any]:
    return draw(common("ordering")) | {"items": draw(distinct(TEXTS, 2, 5)), "scoring": "all_or_nothing"}


@st.composite
def gapped(draw: st.DrawFn) -> dict[str, Any]:
    words = draw(distinct(WORDS, 3, 3))
    gaps = {
        "1": {"kind": "text", "answers": [{"text": words[0], "fraction": "1"}, {"text": words[1], "fraction": "0.5"}]},
        "2": {"kind": "choice", "answers": [{"text": words[2], "fraction": "1"}], "options": [words[1]]},
        "3": {"kind": "number", "answers": [{"text": draw(NUMBERS), "fraction": "1"}]},
    }
    return draw(common("cloze")) | {"text": "Awal {{1}} lalu {{2}} dan {{3}} akhir.", "gaps": gaps}


@st.composite
def essay(draw: st.DrawFn) -> dict[str, Any]:
    return draw(common("essay"))


@st.composite
def handed_in(draw: st.DrawFn) -> dict[str, Any]:
    return draw(common("file"))


MAKERS: dict[str, Callable[[], st.SearchStrategy[dict[str, Any]]]] = {
    "single": single,
    "weighed": weighed,
    "truth": truth,
    "numeric": numeric,
    "numerics": numerics,
    "short": short,
    "matched": matched,
    "ordered": ordered,
    "gapped": gapped,
    "essay": essay,
    "handed_in": handed_in,
}


def back_again(format: str, contents: Sequence[tuple[str, dict[str, Any]]]) -> list[tuple[str, dict[str, Any]]]:
    drafts: list[Drafted] = [
        drafted_of(kind, content, competency="TEK.KI", level=2, difficulty="sulit", number=n)
        for n, (kind, content) in enumerate(contents, 1)
    ]
    written = formats.WRITERS[format].write(drafts)
    checked = formats.read(format, written.data)
    assert checked.errors == []
    return [(one.drafted.kind, one.content) for one in checked.ready]


@st.composite
def enriched(draw: st.DrawFn) -> dict[str, Any]:
    """A question with what authors add to it: words for single answers, points, capitals that count, weights of gaps, more lines."""
    raw: dict[str, Any] = draw(
        draw(st.sampled_from([single, weighed, truth, short, numerics, matched, ordered, gapped, essay]))()
    )
    gaps = list(raw.get("gaps", {}).values())
    for row in [*raw.get("options", ()), *raw.get("answers", ()), *(row for gap in gaps for row in gap["answers"])]:
        row.update(draw(st.one_of(st.just({}), st.fixed_dictionaries({"feedback": TEXTS}))))
    for gap in gaps:
        gap.update(draw(st.sampled_from([{}, {"weight": "2"}, {"weight": "0.5"}])))
    raw |= draw(st.sampled_from([{}, {"points": "2"}, {"points": "0.25"}]))
    raw |= draw(st.sampled_from([{}, {"explanation": "satu\n\ndua"}, {"explanation": "- satu\n- dua"}]))
    if raw["kind"] == "short_text":
        raw |= draw(st.sampled_from([{}, {"case_sensitive": True}]))
    if raw["kind"] == "ordering":
        raw["scoring"] = draw(st.sampled_from(["places", "pairs", "all_or_nothing"]))
    if raw["kind"] == "multiple_choice" and draw(st.booleans()):
        options = [{"text": row["text"], "correct": place == 0} for place, row in enumerate(raw["options"])]
        raw |= {"options": options, "scoring": draw(st.sampled_from(["net", "all_or_nothing"]))}
    return raw
