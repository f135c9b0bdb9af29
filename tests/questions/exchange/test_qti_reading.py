"""QTI of other systems: what is understood of its declarations and rules, and what is said of the rest."""

import io
import zipfile
from typing import Any

import pytest

from lms.questions.exchange import formats, worth
from lms.questions.exchange.checking import Checked


def read(text: str) -> Checked:
    return formats.read("qti", text.encode())


def answers(checked: Checked) -> list[dict[str, Any]]:
    (one,) = checked.ready
    return worth.answers(one.drafted)


def warned(checked: Checked) -> list[str]:
    return [str(one) for one in checked.warnings]


def item(body: str, declared: str, rules: str = "", more: str = "") -> str:
    """A QTI item; declared: what stands in its responseDeclaration, of type `kind` where it says so."""
    return (
        '<assessmentItem xmlns="http://www.imsglobal.org/xsd/imsqti_v2p2" identifier="i" title="t">'
        f"{declared}{more}<itemBody>{body}</itemBody>{rules}</assessmentItem>"
    )


def declared(kind: str, cardinality: str, inside: str) -> str:
    return f'<responseDeclaration identifier="R" cardinality="{cardinality}" baseType="{kind}">{inside}</responseDeclaration>'


def template(name: str) -> str:
    return f'<responseProcessing template="http://www.imsglobal.org/question/qti_v2p1/rptemplates/{name}"/>'


def mapped(*entries: str, default: str = "0") -> str:
    rows = "".join(f"<mapEntry {one}/>" for one in entries)
    return f'<mapping defaultValue="{default}">{rows}</mapping>'


ENTRY = '<p>Kota <textEntryInteraction responseIdentifier="R"/></p>'
KEY = "<correctResponse><value>York</value></correctResponse>"
MATCH = (
    '<matchInteraction responseIdentifier="R"><prompt>P</prompt><simpleMatchSet>'
    '<simpleAssociableChoice identifier="A">a</simpleAssociableChoice><simpleAssociableChoice identifier="B">b</simpleAssociableChoice>'
    '</simpleMatchSet><simpleMatchSet><simpleAssociableChoice identifier="X">x</simpleAssociableChoice>'
    '<simpleAssociableChoice identifier="Y">y</simpleAssociableChoice></simpleMatchSet></matchInteraction>'
)
PAIRS = "<correctResponse><value>A X</value><value>B Y</value></correctResponse>"
GAPS = (
    '<gapMatchInteraction responseIdentifier="R"><gapText identifier="W">w</gapText><gapText identifier="V">v</gapText>'
    '<p><gap identifier="G1"/> lalu <gap identifier="G2"/></p></gapMatchInteraction>'
)
CHOICE = (
    '<choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>P</prompt>'
    '<simpleChoice identifier="A">a</simpleChoice><simpleChoice identifier="B">b</simpleChoice></choiceInteraction>'
)
IS_A = declared("identifier", "single", "<correctResponse><value>A</value></correctResponse>")


@pytest.mark.parametrize(
    ("inside", "rules", "is_strict"),
    [
        (KEY, template("match_correct"), True),
        (
            KEY + mapped('mapKey="York" mappedValue="1"', 'mapKey="york" mappedValue="0.5"'),
            template("map_response"),
            True,
        ),
        (KEY + mapped('mapKey="York" mappedValue="1" caseSensitive="false"'), template("map_response"), None),
    ],
)
def test_capitals_count_in_qti_unless_an_entry_says_otherwise(inside: str, rules: str, is_strict: bool | None) -> None:
    (one,) = read(item(ENTRY, declared("string", "single", inside), rules)).ready

    assert one.content.get("case_sensitive") == is_strict


@pytest.mark.parametrize(
    ("mode", "given", "near"), [("absolute", "0.5 0.5", "0.5"), ("relative", "10 10", "4"), ("exact", "1", "0")]
)
def test_a_tolerance_of_qti_is_read_by_its_mode(mode: str, given: str, near: str) -> None:
    rules = (
        f'<responseProcessing><responseCondition><responseIf><equal toleranceMode="{mode}" tolerance="{given}">'
        '<variable identifier="R"/><correct identifier="R"/></equal><setOutcomeValue identifier="SCORE">'
        '<baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf></responseCondition></responseProcessing>'
    )
    key = "<correctResponse><value>40</value></correctResponse>"
    (one,) = read(item(ENTRY, declared("float", "single", key), rules)).ready

    assert one.content["tolerance"] == near


def test_gaps_of_qti_keep_their_weights_and_what_is_lost_is_said() -> None:
    key = "<correctResponse><value>W G1</value><value>V G2</value></correctResponse>"
    weights = mapped('mapKey="W G1" mappedValue="1"', 'mapKey="V G2" mappedValue="3"', default="-1")
    checked = read(item(GAPS, declared("directedPair", "multiple", key + weights), template("map_response")))

    assert answers(checked) == [{"text": "w", "fraction": 0.25}, {"text": "v", "fraction": 0.75}]
    assert warned(checked) == ["Item i: kata yang salah tidak mengurangi nilai di sini"]


@pytest.mark.parametrize(
    ("inside", "rules", "warning"),
    [
        (
            PAIRS + mapped('mapKey="A X" mappedValue="1"', 'mapKey="B Y" mappedValue="2"'),
            template("map_response"),
            "bobot pasangannya tidak dapat dipertahankan; di sini setiap pasangan sama berat dan yang salah bernilai 0",
        ),
        (
            PAIRS,
            template("match_correct"),
            "di sana hanya jawaban yang benar seluruhnya bernilai; di sini setiap bagian dinilai sendiri",
        ),
    ],
)
def test_a_matching_that_is_marked_otherwise_in_qti_is_said(inside: str, rules: str, warning: str) -> None:
    checked = read(item(MATCH, declared("directedPair", "multiple", inside), rules))

    assert warned(checked) == [f"Item i: {warning}"]


def test_rules_of_qti_with_two_values_are_a_weighting_of_their_own() -> None:
    def gives(key: str, value: str) -> str:
        given = f'<setOutcomeValue identifier="SCORE"><baseValue baseType="float">{value}</baseValue></setOutcomeValue>'
        return f'<match><variable identifier="R"/>{key}</match>{given}'

    first = gives('<correct identifier="R"/>', "2")
    second = gives('<baseValue baseType="identifier">B</baseValue>', "1")
    rules = (
        f"<responseProcessing><responseCondition><responseIf>{first}</responseIf><responseElseIf>{second}</responseElseIf>"
        "</responseCondition></responseProcessing>"
    )

    (said,) = warned(read(item(CHOICE, IS_A, rules)))
    assert said.startswith("Item i: bobot tidak dapat dibaca")


def test_an_item_of_qti_whose_words_are_computed_is_refused() -> None:
    checked = read(item(CHOICE, IS_A, more="<templateProcessing/>"))

    assert [str(one) for one in checked.errors] == [
        "Item i, Baris 1, karakter ke-274: isi soal ini dihitung saat ditampilkan (templateProcessing); tulis nilainya sebagai teks"
    ]


def test_feedback_in_the_body_of_qti_is_the_explanation() -> None:
    shown = '<feedbackBlock outcomeIdentifier="F" identifier="x" showHide="show"><p>Sebab begitu.</p></feedbackBlock>'
    (one,) = read(item(CHOICE + shown, IS_A)).ready

    assert (worth.stem(one.drafted), one.content["explanation"]) == ("P", "Sebab begitu.")


def test_formulas_of_which_only_letters_stay_are_said() -> None:
    checked = read(item("<p>E = <math><msup><mi>c</mi><mn>2</mn></msup></math></p>" + CHOICE, IS_A))

    assert warned(checked) == [
        "Item i: gambar atau media 'rumus MathML' tidak ikut dimuat; tambahkan lagi setelah impor"
    ]


@pytest.mark.parametrize("is_there", [True, False])
def test_a_text_that_items_share_stands_before_each_or_is_missed(is_there: bool) -> None:
    refers = '<assessmentStimulusRef identifier="s" href="../bacaan/satu.xml"/>'
    shared = "<assessmentStimulus><stimulusBody><p>Bacaan.</p></stimulusBody></assessmentStimulus>"
    row = '<resource identifier="1" type="imsqti_item_xmlv3p0" href="items/a.xml"/>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("imsmanifest.xml", f"<manifest><resources>{row}</resources></manifest>")
        package.writestr("items/a.xml", item(CHOICE, IS_A, more=refers))
        package.writestr("bacaan/satu.xml" if is_there else "lain.xml", shared)
    checked = formats.read("qti", made.getvalue())

    assert worth.stem(checked.ready[0].drafted) == ("Bacaan.\n\nP" if is_there else "P")
    assert len(checked.warnings) == (0 if is_there else 1)


@pytest.mark.parametrize("href", ["soal%20satu/a.xml", "soal satu/a.xml", "soal%20satu/a.xml?v=1#i"])
def test_a_package_names_its_files_as_addresses_do(href: str) -> None:
    row = f'<resource identifier="1" type="imsqti_item_xmlv2p1" href="{href}"/>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("imsmanifest.xml", f"<manifest><resources>{row}</resources></manifest>")
        package.writestr("soal satu/a.xml", item(CHOICE, IS_A))
    checked = formats.read("qti", made.getvalue())

    assert (len(checked.ready), warned(checked), checked.errors) == (1, [], [])
