"""What is written comes back the same, for everything that a format can hold."""

import io
import zipfile
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions import kinds
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


QTI = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"
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
HOLDS = {
    "gift": ["single", "weighed", "truth", "numeric", "numerics", "short", "matched", "essay"],
    "moodle-xml": list(MAKERS),
    "qti": list(MAKERS),
    "xlsx": [name for name in MAKERS if name != "ordered"],
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


@pytest.mark.parametrize(("format", "maker"), [(format, maker) for format, makers in HOLDS.items() for maker in makers])
def test_a_question_comes_back_as_it_was(format: str, maker: str) -> None:
    @settings(max_examples=25, deadline=None, derandomize=True)
    @given(st.lists(MAKERS[maker](), min_size=1, max_size=2))
    def comes_back(raws: list[dict[str, Any]]) -> None:
        contents = [(raw["kind"], kinds.read(raw)) for raw in raws]
        if format == "qti":
            for n, (_kind, content) in enumerate(contents, 1):
                content["name"] = content.get("name") or f"soal-{n:04}"
        assert back_again(format, contents) == contents

    comes_back()


@pytest.mark.parametrize("format", ["gift", "moodle-xml", "xlsx"])
def test_tags_come_back(format: str) -> None:
    content = kinds.read({"kind": "true_false", "stem": "Benarkah?", "answer": True})
    drafted = drafted_of("true_false", content, competency="TEK.KI", level=3, difficulty="sulit", number=1)

    checked = formats.read(format, formats.WRITERS[format].write([drafted]).data)

    assert dict(checked.ready[0].drafted.tags) == {"competency": "TEK.KI", "level": 3, "difficulty": "sulit"}


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


@given(st.tuples(*(make() for make in MAKERS.values())))
@settings(max_examples=5, deadline=None, derandomize=True)
def test_a_package_that_is_written_is_qti_3(raws: tuple[dict[str, Any], ...]) -> None:
    given = [
        drafted_of(raw["kind"], kinds.read(raw), competency="K", level=1, difficulty="mudah", number=n)
        for n, raw in enumerate(raws, 1)
    ]
    with zipfile.ZipFile(io.BytesIO(formats.WRITERS["qti"].write(given).data)) as package:
        manifest = fromstring(package.read("imsmanifest.xml"))
        items = [fromstring(package.read(name)) for name in package.namelist() if name.startswith("items/")]

    assert {one.get("type") for one in manifest.iter() if one.tag.endswith("}resource")} == {"imsqti_item_xmlv3p0"}
    assert {one.tag for one in items} == {"{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}qti-assessment-item"}
    names = {one.tag.rpartition("}")[2] for item in items for one in item.iter()}
    assert all(name == name.lower() for item in items for one in item.iter() for name in one.attrib)
    plain = {"p", "br", "hr", "strong", "em", "code", "pre", "ul", "ol", "li", "div", "span", "s", "a", "blockquote"}
    plain |= {"table", "thead", "tbody", "tr", "th", "td", "h2", "h3", "del"}
    assert [name for name in names - plain if not name.startswith("qti-") or name != name.lower()] == []


def test_a_criterion_is_not_written_into_the_last_level_of_the_one_before() -> None:
    levels = [{"points": 0, "description": "Tidak menjawab"}, {"points": 2, "description": "Menjawab"}]
    rubric = [{"criterion": name, "points": 2, "levels": levels} for name in ("Tindakan", "Alasan")]
    content = kinds.read({"kind": "essay", "stem": "Ceritakan.", "rubric": rubric})
    drafted = drafted_of("essay", content, competency="K", level=1, difficulty="mudah", number=1)
    with zipfile.ZipFile(io.BytesIO(formats.WRITERS["qti"].write([drafted]).data)) as package:
        item = package.read("items/soal-0001.xml").decode()

    assert "<p>Alasan (2)</p>" in item


@pytest.mark.parametrize(
    ("raw", "scored", "shown"),
    [
        (
            {"kind": "single_choice", "options": [{"text": "a", "correct": True}, {"text": "b", "feedback": "Bukan."}]},
            "qti-match",
            ["RESPONSE", "pembahasan"],
        ),
        (
            {"kind": "short_text", "answers": [{"text": "a", "fraction": 1}, {"text": "b", "fraction": 0.5}]},
            "qti-map-response",
            ["pembahasan"],
        ),
        ({"kind": "essay"}, None, ["pembahasan"]),
    ],
)
def test_feedback_of_qti_is_shown_by_a_rule_of_its_item(
    raw: dict[str, Any], scored: str | None, shown: list[str]
) -> None:
    content = kinds.read({"stem": "Mana?", "explanation": "Sebab a.", **raw})

    package = zipfile.ZipFile(io.BytesIO(qti_of(raw["kind"], content)))
    item = fromstring(package.read("items/soal-0001.xml"))

    (rules,) = item.findall(f"{QTI}qti-response-processing")
    assert rules.get("template") is None
    assert [one.tag for one in rules.iter(f"{QTI}{scored}")] == ([f"{QTI}{scored}"] if scored else [])
    (told,) = [one for one in rules if one.get("identifier") == "FEEDBACK"]
    assert [one.get("identifier") or one.text for one in told[0]] == shown
    (declared,) = [one for one in item.iter(f"{QTI}qti-outcome-declaration") if one.get("identifier") == "FEEDBACK"]
    assert declared.get("cardinality") == "multiple"
    named = content | {"name": "soal-0001"}
    assert back_again("qti", [(raw["kind"], content)]) == [(raw["kind"], named)]


def test_an_item_of_qti_without_feedback_keeps_its_template() -> None:
    content = kinds.read({"kind": "true_false", "stem": "Ya?", "answer": True, "explanation": ""})

    item = zipfile.ZipFile(io.BytesIO(qti_of("true_false", content))).read("items/soal-0001.xml")

    assert b'template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"' in item
    assert b"FEEDBACK" not in item


def test_the_score_of_a_qti_cloze_is_the_sum_of_what_its_gaps_weigh_and_says_its_maximum() -> None:
    gaps = {
        "1": {"kind": "text", "weight": 3, "answers": [{"text": "a", "fraction": 1}, {"text": "b", "fraction": "0.5"}]},
        "2": {"kind": "number", "tolerance": "0.5", "answers": [{"text": "7", "fraction": 1}]},
    }
    content = kinds.read({"kind": "cloze", "stem": "?", "name": "soal-0001", "text": "{{1}} {{2}}", "gaps": gaps})

    item = fromstring(zipfile.ZipFile(io.BytesIO(qti_of("cloze", content))).read("items/soal-0001.xml"))

    (score,) = [one for one in item.iter(f"{QTI}qti-outcome-declaration") if one.get("identifier") == "SCORE"]
    assert score.get("normal-maximum") == "4"
    entries = [(one.get("map-key"), one.get("mapped-value")) for one in item.iter(f"{QTI}qti-map-entry")]
    assert entries == [("a", "3"), ("b", "1.5")]
    assert back_again("qti", [("cloze", content)]) == [("cloze", content)]


def test_what_the_schema_of_qti_does_not_hold_is_not_written() -> None:
    rich = "### Judul\n\n~~coret~~ [materi](materi:abc) [situs](https://contoh.go.id 'nama')\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    options = [{"text": "a", "correct": True, "feedback": rich}, {"text": "b", "feedback": "*Bukan.*"}]
    content = kinds.read({"kind": "single_choice", "stem": rich, "explanation": rich, "options": options})
    drafted = drafted_of("single_choice", content, competency="K", level=1, difficulty="mudah", number=1)

    written = formats.WRITERS["qti"].write([drafted])
    item = fromstring(zipfile.ZipFile(io.BytesIO(written.data)).read("items/soal-0001.xml"))

    elements = list(item.iter())
    assert [one for one in elements if one.tag == f"{QTI}s" or {"id", "rel", "title", "data-l"} & set(one.attrib)] == [
        item
    ]
    assert [one.attrib for one in elements if one.tag == f"{QTI}a"] == [{"href": "https://contoh.go.id"}] * 3
    assert any("coretan" in str(found.message) for found in written.findings)
    (block,) = item.iter(f"{QTI}qti-feedback-block")
    assert (block.get("identifier"), block[0].tag) == ("C1", f"{QTI}qti-content-body")
    assert [one.get("identifier") for one in item.iter(f"{QTI}qti-feedback-inline")] == ["C2"]
    ((_kind, again),) = [(one.drafted.kind, one.content) for one in formats.read("qti", written.data).ready]
    assert [row["feedback"] for row in again["options"]][1] == "*Bukan.*"
    assert "| 1 | 2 |" in again["options"][0]["feedback"]


def qti_of(kind: str, content: dict[str, Any]) -> bytes:
    drafted = drafted_of(kind, content, competency="K", level=1, difficulty="mudah", number=1)
    return formats.WRITERS["qti"].write([drafted]).data
