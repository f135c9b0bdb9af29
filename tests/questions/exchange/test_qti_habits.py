"""QTI as others write it: what of an item cannot be kept as it is there is said, and nothing of it is lost without a word."""

import io
import zipfile

import pytest

from lms.questions.exchange import formats, worth
from lms.questions.exchange.checking import Checked
from tests.questions.exchange.test_qti_reading import (
    CHOICE,
    ENTRY,
    GAPS,
    IS_A,
    KEY,
    MATCH,
    PAIRS,
    declared,
    item,
    read,
    template,
)

MAPPED = template("map_response")
KEY_AB = "<correctResponse><value>A</value><value>B</value></correctResponse>"
PRINTED = '<printedVariable identifier="X"/>'


def said(checked: Checked) -> list[str]:
    return [one.message for one in checked.findings]


def mapping(bounds: str, **entries: float) -> str:
    rows = "".join(
        f'<mapEntry mapKey="{key.replace("_", " ")}" mappedValue="{value}"/>' for key, value in entries.items()
    )
    return f"<mapping {bounds}>{rows}</mapping>"


def fractions(checked: Checked) -> list[float]:
    (one,) = checked.ready
    return [row["fraction"] for row in worth.answers(one.drafted)]


def several(most: int) -> str:
    options = "".join(f'<simpleChoice identifier="{one}">{one.lower()}</simpleChoice>' for one in "ABC")
    return (
        f'<choiceInteraction responseIdentifier="R" maxChoices="{most}"><prompt>P</prompt>{options}</choiceInteraction>'
    )


def test_a_left_item_without_a_partner_is_said() -> None:
    alone = MATCH.replace(
        "</simpleMatchSet><simple",
        '<simpleAssociableChoice identifier="C">c</simpleAssociableChoice></simpleMatchSet><simple',
        1,
    )

    assert said(read(item(alone, declared("directedPair", "multiple", PAIRS)))) == [
        "butir kiri 'c' tanpa pasangan benar, jadi tidak ikut dimuat"
    ]


@pytest.mark.parametrize(
    "place",
    [
        CHOICE.replace("P</prompt>", 'P <printedVariable identifier="X"/></prompt>'),
        CHOICE + '<p><printedVariable identifier="X"/></p>',
    ],
)
def test_a_value_that_is_shown_and_written_nowhere_keeps_the_item_out(place: str) -> None:
    checked = read(item(place, IS_A))

    assert checked.ready == ()
    assert "isi soal ini dihitung saat ditampilkan" in said(checked)[0]


def test_a_value_in_what_is_said_afterwards_keeps_nothing_out() -> None:
    feedback = f'<feedbackBlock outcomeIdentifier="F" showHide="show" identifier="a">Nilai {PRINTED}</feedbackBlock>'

    assert len(read(item(CHOICE + feedback, IS_A)).ready) == 1


def test_words_of_another_file_are_said_to_be_missing() -> None:
    include = '<p><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="bagian/teks.xml"/></p>'

    assert said(read(item(include + CHOICE, IS_A))) == [
        "gambar atau media 'teks.xml' tidak ikut dimuat; tambahkan lagi setelah impor"
    ]


@pytest.mark.parametrize(("capitals", "is_strict"), [("false", None), ("true", True)])
def test_a_rule_says_whether_capitals_count(capitals: str, is_strict: bool | None) -> None:
    rules = (
        f'<responseProcessing><responseCondition><responseIf><stringMatch caseSensitive="{capitals}"><variable identifier="R"/>'
        '<correct identifier="R"/></stringMatch><setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue>'
        "</setOutcomeValue></responseIf></responseCondition></responseProcessing>"
    )

    (one,) = read(item(ENTRY, declared("string", "single", KEY), rules)).ready

    assert one.content.get("case_sensitive") is is_strict


def test_several_words_that_a_gap_rewards_are_all_kept() -> None:
    key = "<correctResponse><value>W G1</value><value>V G2</value></correctResponse>"
    worth_of = mapping("", W_G1=2, V_G1=1, V_G2=2)

    (one,) = read(item(GAPS, declared("directedPair", "multiple", key + worth_of), MAPPED)).ready

    assert one.content["gaps"]["1"]["answers"] == [{"text": "w", "fraction": "1"}, {"text": "v", "fraction": "0.5"}]


def test_words_for_right_and_for_wrong_become_one_explanation_which_is_said() -> None:
    feedback = "".join(
        f'<modalFeedback outcomeIdentifier="F" showHide="show" identifier="{name}">{name}</modalFeedback>'
        for name in ("ya", "bukan")
    )
    text = item(CHOICE, IS_A).replace("</assessmentItem>", f"{feedback}</assessmentItem>")

    checked = read(text)

    assert checked.ready[0].content["explanation"] == "ya\n\nbukan"
    assert said(checked) == ["umpan balik untuk jawaban benar dan salah menjadi satu pembahasan; periksa kalimatnya"]


def test_one_thing_that_is_said_afterwards_needs_no_word() -> None:
    feedback = '<modalFeedback outcomeIdentifier="F" showHide="show" identifier="x">karena</modalFeedback>'

    assert said(read(item(CHOICE, IS_A).replace("</assessmentItem>", f"{feedback}</assessmentItem>"))) == []


@pytest.mark.parametrize(
    ("most", "entries", "bounds", "message"),
    [
        (
            2,
            {"A": 1, "B": 1},
            'lowerBound="0"',
            "di sana paling banyak 2 pilihan; di sini semua dapat dipilih, jadi kurangi nilai yang salah",
        ),
        (0, {"A": 1, "B": 1}, 'lowerBound="0"', ""),
        (2, {"A": 1, "B": 1, "C": -1}, 'lowerBound="0"', ""),
        (0, {"A": 1, "B": 1, "C": -1}, "", "nilai soal ini dapat di bawah nol di sana; di sini paling sedikit 0"),
    ],
)
def test_what_keeps_from_ticking_everything_and_what_costs_more_than_all_is_said(
    most: int, entries: dict[str, float], bounds: str, message: str
) -> None:
    checked = read(item(several(most), declared("identifier", "multiple", mapping(bounds, **entries)), MAPPED))

    assert len(checked.ready) == 1
    assert said(checked) == [message] * bool(message)


def test_the_bounds_of_a_mapping_hold_for_one_choice_too() -> None:
    bounds = mapping('upperBound="1" lowerBound="0" defaultValue="-1"', A=2, B=0.5)

    checked = read(item(several(1), declared("identifier", "single", bounds), MAPPED))

    assert [fractions(checked), said(checked)] == [[1, 0.5, 0], []]


def test_an_option_that_keeps_its_place_there_is_said() -> None:
    fixed = CHOICE.replace('maxChoices="1"', 'maxChoices="1" shuffle="true"').replace(
        '"B">b', '"B" fixed="true">semua benar'
    )

    assert said(read(item(fixed, IS_A))) == [
        "pilihan 'semua benar' tetap di tempatnya di sana; di sini semua pilihan diacak"
    ]
    assert said(read(item(fixed.replace('shuffle="true"', 'shuffle="false"'), IS_A))) == []


def test_a_guide_for_markers_of_what_no_one_marks_is_said_to_be_left_out() -> None:
    assert said(read(item(CHOICE + '<rubricBlock view="scorer"><p>lihat buku</p></rubricBlock>', IS_A))) == [
        "pedoman untuk pemeriksa tidak ikut dimuat"
    ]


@pytest.mark.parametrize("head", ["<!DOCTYPE assessmentItem>\n", '<?xml version="1.0"?>\n<!DOCTYPE assessmentItem >\n'])
def test_a_doctype_that_only_names_the_element_is_passed_over_and_places_stay(head: str) -> None:
    checked = read(head + item(CHOICE, IS_A))
    broken = read(head + "<assessmentItem>\n<p></b>")

    assert len(checked.ready) == 1
    assert f"Baris {head.count(chr(10)) + 2}, karakter ke-6" in str(broken.errors[0])


@pytest.mark.parametrize(
    "head", ['<!DOCTYPE a [<!ENTITY b "c">]>', '<!DOCTYPE a SYSTEM "b.dtd">', "<!DOCTYPE a><!DOCTYPE a>"]
)
def test_any_other_doctype_is_refused(head: str) -> None:
    assert read(head + item(CHOICE, IS_A)).ready == ()


@pytest.mark.parametrize(
    ("root", "resources", "resource"),
    [
        ('xml:base="paket/"', 'xml:base="soal/"', ""),
        ("", 'xml:base="paket/soal/"', ""),
        ("", 'xml:base="paket/"', 'xml:base="soal/"'),
    ],
)
def test_a_manifest_may_say_in_parts_where_its_files_stand(root: str, resources: str, resource: str) -> None:
    manifest = (
        f'<manifest xmlns="http://www.imsglobal.org/xsd/imscp_v1p1" {root}><resources {resources}>'
        f'<resource {resource} identifier="r" type="imsqti_item_xmlv2p2" href="satu%20dua.xml"/></resources></manifest>'
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("imsmanifest.xml", manifest)
        archive.writestr("paket/soal/satu dua.xml", item(CHOICE, IS_A))

    checked = formats.read("qti", made.getvalue())

    assert [len(checked.ready), said(checked)] == [1, []]


def bounded(most: str, *, comparison: str = "gt") -> str:
    """The rules that sum up a mapping and then keep the score between two variables, and those variables."""
    bounds = "".join(
        f'<responseCondition><responseIf><{word}><variable identifier="SCORE"/><variable identifier="{name}"/></{word}>'
        f'<setOutcomeValue identifier="SCORE"><variable identifier="{name}"/></setOutcomeValue></responseIf></responseCondition>'
        for word, name in ((comparison, "MAXSCORE"), ("lt", "MINSCORE"))
    )
    return (
        '<responseProcessing><setOutcomeValue identifier="SCORE"><sum><variable identifier="SCORE"/><mapResponse identifier="R"/>'
        f"</sum></setOutcomeValue>{bounds}</responseProcessing>"
        f'<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float"><defaultValue><value>{most}</value>'
        "</defaultValue></outcomeDeclaration>"
    )


@pytest.mark.parametrize(
    ("rules", "is_read"),
    [
        (bounded("2"), True),
        (bounded("3", comparison="gte"), True),
        (bounded("1"), False),
        (bounded(""), False),
    ],
)
def test_rules_that_only_keep_a_score_in_its_bounds_do_not_hide_the_weights(rules: str, is_read: bool) -> None:
    weights = mapping('lowerBound="0"', A=1, B=1, C=-1)

    checked = read(item(several(0), declared("identifier", "multiple", f"{KEY_AB}{weights}"), rules))

    assert fractions(checked) == ([0.5, 0.5, -0.5] if is_read else [0.5, 0.5, 0])
    assert [one.startswith("bobot tidak dapat dibaca") for one in said(checked)] == ([] if is_read else [True])
