"""A QTI 3.0 package that is written: what stands in it, and what its rules say."""

import io
import zipfile
from typing import Any

import pytest
from defusedxml.ElementTree import fromstring
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions import kinds
from lms.questions.exchange import formats
from lms.questions.exchange.written import drafted_of
from tests.questions.exchange.makers import MAKERS, back_again

QTI = "{http://www.imsglobal.org/xsd/imsqtiasi_v3p0}"


def qti_of(kind: str, content: dict[str, Any]) -> bytes:
    drafted = drafted_of(kind, content, competency="K", level=1, difficulty="mudah", number=1)
    return formats.WRITERS["qti"].write([drafted]).data


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
    assert back_again("qti", [(raw["kind"], content)]) == [(raw["kind"], content)], "nameless, and still so"


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
    content = kinds.read({"kind": "cloze", "stem": "?", "text": "{{1}} {{2}}", "gaps": gaps})

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
