"""QTI of other tools: truths in words of their own, ranges, points, and packages with more in them than their manifest says."""

import io
import zipfile

import pytest

from lms.questions.exchange import formats, worth
from lms.questions.exchange.checking import Checked
from tests.questions.exchange.test_qti_habits import fractions, mapping, said
from tests.questions.exchange.test_qti_reading import CHOICE, ENTRY, IS_A, declared, item, read, template

MAPPED = template("map_response")
ITEM = item(CHOICE, IS_A)


def two(first: tuple[str, str], second: tuple[str, str]) -> str:
    options = "".join(f'<simpleChoice identifier="{name}">{words}</simpleChoice>' for name, words in (first, second))
    return f'<choiceInteraction responseIdentifier="R" maxChoices="1"><prompt>P</prompt>{options}</choiceInteraction>'


def asked(checked: Checked) -> tuple[str, list[tuple[str, float]]]:
    (one,) = checked.ready
    return one.drafted.kind, [(row["text"], row["fraction"]) for row in worth.answers(one.drafted)]


def packed(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return made.getvalue()


TRUE = declared("identifier", "single", "<correctResponse><value>true</value></correctResponse>")


@pytest.mark.parametrize(
    ("options", "kind", "answers"),
    [
        ((("true", "Benar"), ("false", "Salah")), "true_false", [("true", 1), ("false", 0)]),
        ((("false", "False."), ("true", "True.")), "true_false", [("true", 1), ("false", 0)]),
        ((("true", "Salah"), ("false", "Benar")), "single_choice", [("Salah", 1), ("Benar", 0)]),
        ((("true", "Setuju"), ("false", "Tidak setuju")), "single_choice", [("Setuju", 1), ("Tidak setuju", 0)]),
    ],
)
def test_a_truth_is_what_its_options_say_and_not_what_they_are_called(
    options: tuple[tuple[str, str], tuple[str, str]], kind: str, answers: list[tuple[str, float]]
) -> None:
    assert asked(read(item(two(*options), TRUE))) == (kind, answers)


def test_what_is_said_to_either_truth_becomes_an_explanation_and_is_said() -> None:
    feedback = (
        '<feedbackInline outcomeIdentifier="F" identifier="false" showHide="show">Bacalah pasal 3.</feedbackInline>'
    )

    checked = read(item(two(("true", "Benar"), ("false", f"Salah{feedback}")), TRUE))

    assert checked.ready[0].content["explanation"] == "Bacalah pasal 3."
    assert said(checked) == ["umpan balik untuk jawaban benar dan salah menjadi satu pembahasan; periksa kalimatnya"]


def within(low: str, high: str, *, lower: str = "gte") -> str:
    def bound(word: str, value: str) -> str:
        return f'<{word}><variable identifier="R"/><baseValue baseType="float">{value}</baseValue></{word}>'

    return (
        f"<responseProcessing><responseCondition><responseIf><and>{bound(lower, low)}{bound('lte', high)}</and>"
        '<setOutcomeValue identifier="SCORE"><baseValue baseType="float">1</baseValue></setOutcomeValue></responseIf>'
        "</responseCondition></responseProcessing>"
    )


def test_a_range_that_rules_ask_for_is_its_middle_and_half_its_width() -> None:
    key = "<correctResponse><value>5</value></correctResponse>"

    checked = read(item(ENTRY, declared("float", "single", key), within("4", "7")))

    content = checked.ready[0].content
    assert (content["answer"], content["tolerance"], said(checked)) == ("5.5", "1.5", [])


@pytest.mark.parametrize("rules", [within("4", "7", lower="gt"), within("7", "4")])
def test_a_range_that_no_tolerance_says_is_said(rules: str) -> None:
    key = "<correctResponse><value>5</value></correctResponse>"

    assert said(read(item(ENTRY, declared("float", "single", key), rules))) == [
        "bobot tidak dapat dibaca: pemrosesan jawabannya buatan sendiri; dipakai kuncinya saja"
    ]


@pytest.mark.parametrize(("value", "points"), [("3", "3"), ("0.5", "0.5"), ("1", None), ("0", None), ("", None)])
def test_what_an_item_says_that_it_is_worth_are_its_points(value: str, points: str | None) -> None:
    worth_of_it = (
        '<outcomeDeclaration identifier="MAXSCORE" cardinality="single" baseType="float">'
        f"<defaultValue><value>{value}</value></defaultValue></outcomeDeclaration>"
    )

    checked = read(item(CHOICE, IS_A + worth_of_it))

    assert (checked.ready[0].content.get("points"), said(checked)) == (points, [])


def test_a_key_other_than_what_the_mapping_rewards_is_said() -> None:
    key = "<correctResponse><value>B</value></correctResponse>"

    checked = read(item(CHOICE, declared("identifier", "single", key + mapping("", A=1)), MAPPED))

    assert fractions(checked) == [1, 0]
    assert said(checked) == ["kunci dan pemetaan nilai di sana berbeda; dipakai pemetaannya: A"]


def test_kinds_of_file_that_are_not_taken_here_are_said() -> None:
    upload = '<uploadInteraction responseIdentifier="R" type="application/pdf application/zip"><prompt>P</prompt></uploadInteraction>'

    checked = read(item(upload, declared("file", "single", "")))

    assert checked.ready[0].content["types"] == ["pdf"]
    assert said(checked) == ["jenis berkas application/zip tidak diterima di sini; yang ada pdf, docx, xlsx, jpg, png"]


def test_an_item_that_the_manifest_does_not_know_is_said() -> None:
    manifest = '<manifest><resources><resource type="imsqti_item_xmlv2p1" href="a.xml"/></resources></manifest>'

    checked = formats.read(
        "qti", packed({"imsmanifest.xml": manifest.encode(), "a.xml": ITEM.encode(), "b.xml": ITEM.encode()})
    )

    assert len(checked.ready) == 1
    assert [str(one) for one in checked.findings] == [
        "b.xml: soal ini tidak disebut di imsmanifest.xml, jadi tidak dibaca"
    ]


def test_the_shadows_that_a_mac_packs_are_passed_over() -> None:
    checked = formats.read("qti", packed({"a.xml": ITEM.encode(), "__MACOSX/._a.xml": b"\0\5\x16\7"}))

    assert len(checked.ready) == 1
    assert said(checked) == ["imsmanifest.xml tidak ada; semua berkas XML dibaca sebagai soal"]
