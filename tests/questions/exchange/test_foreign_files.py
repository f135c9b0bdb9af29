"""Files as others write them: what their formats allow beyond the plain cases, and what is said of what is not taken."""

import io
import zipfile
from decimal import Decimal
from typing import Any

import pytest

from lms.questions import kinds
from lms.questions.exchange import formats, wording, worth
from lms.questions.exchange.checking import Checked
from lms.questions.exchange.gift_text import mask, unmask
from lms.questions.kinds import cloze


def read(format: str, text: str) -> Checked:
    return formats.read(format, text.encode())


def answers(checked: Checked) -> list[dict[str, Any]]:
    (one,) = checked.ready
    return worth.answers(one.drafted)


def warned(checked: Checked) -> list[str]:
    return [str(one) for one in checked.warnings]


@pytest.mark.parametrize(
    ("format", "text"),
    [
        ("gift", "// hanya komentar\n$CATEGORY: x\n"),
        ("moodle-xml", '<quiz><question type="category"><category><text>top/a</text></category></question></quiz>'),
        ("csv", "Soal;Kunci\n"),
    ],
)
def test_a_file_without_any_question_is_an_error(format: str, text: str) -> None:
    checked = read(format, text)

    assert [str(one) for one in checked.errors] == ["Berkas: tidak ada soal di berkas ini"]


def test_a_typed_answer_of_gift_is_without_the_prefix_of_its_format() -> None:
    assert answers(read("gift", "a{=[markdown]ya =[html] %tidak}")) == [
        {"text": "ya", "fraction": 1},
        {"text": "%tidak", "fraction": 1},
    ]


@pytest.mark.parametrize("text", [r"\\=", r"\\\=", r"\\\\n", r"a\nb\:\\", r"\x\~\{\}\#"])
def test_escapes_of_gift_are_read_from_left_to_right(text: str) -> None:
    said, at = "", 0
    while at < len(text):
        is_escape = text[at] == "\\" and text[at + 1 : at + 2] in set("~=#{}:\\n")
        said += ("\n" if text[at + 1] == "n" else text[at + 1]) if is_escape else text[at]
        at += 2 if is_escape else 1

    assert len(mask(text)) == len(text)
    assert unmask(mask(text)) == said


def test_a_category_of_gift_names_the_same_folder_as_one_of_moodle_xml() -> None:
    (one,) = read("gift", "$CATEGORY: $course$/top/Bab 1/Awal\n\na{T}").ready

    assert one.drafted.tags["folder"] == "Bab 1/Awal"


@pytest.mark.parametrize("key", ["b", "B.", "B)"])
def test_aiken_may_be_written_in_small_letters_and_its_key_with_a_mark(key: str) -> None:
    checked = read("aiken", f"Ibu kota?\na) yang mana\na) Bogor\nb) Bandung\nANSWER: {key}")

    assert (worth.stem(checked.ready[0].drafted), answers(checked)) == (
        "Ibu kota?\na) yang mana",
        [{"text": "Bogor", "fraction": 0}, {"text": "Bandung", "fraction": 1}],
    )


def test_small_letters_of_aiken_are_words_where_there_are_options() -> None:
    checked = read("aiken", "Pilih:\na. satu\nb. dua\nA. hanya a\nB. keduanya\nANSWER: B")

    assert worth.stem(checked.ready[0].drafted) == "Pilih:\na. satu\nb. dua"


def test_an_empty_line_in_the_stem_of_aiken_may_hide_a_question_and_is_said() -> None:
    assert warned(read("aiken", "Soal tanpa pilihan\n\nSoal kedua\nA. a\nB. b\nANSWER: A")) == [
        "Baris 1: ada baris kosong sebelum baris 3; bila di sana mulai soal lain, soal di atasnya tidak punya pilihan dan ANSWER"
    ]


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
    (one,) = read("qti", item(ENTRY, declared("string", "single", inside), rules)).ready

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
    (one,) = read("qti", item(ENTRY, declared("float", "single", key), rules)).ready

    assert one.content["tolerance"] == near


def test_gaps_of_qti_keep_their_weights_and_what_is_lost_is_said() -> None:
    key = "<correctResponse><value>W G1</value><value>V G2</value></correctResponse>"
    weights = mapped('mapKey="W G1" mappedValue="1"', 'mapKey="V G2" mappedValue="3"', default="-1")
    checked = read("qti", item(GAPS, declared("directedPair", "multiple", key + weights), template("map_response")))

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
    checked = read("qti", item(MATCH, declared("directedPair", "multiple", inside), rules))

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

    (said,) = warned(read("qti", item(CHOICE, IS_A, rules)))
    assert said.startswith("Item i: bobot tidak dapat dibaca")


def test_an_item_of_qti_whose_words_are_computed_is_refused() -> None:
    checked = read("qti", item(CHOICE, IS_A, more="<templateProcessing/>"))

    assert [str(one) for one in checked.errors] == [
        "Item i, Baris 1, karakter ke-274: isi soal ini dihitung saat ditampilkan (templateProcessing); tulis nilainya sebagai teks"
    ]


def test_feedback_in_the_body_of_qti_is_the_explanation() -> None:
    shown = '<feedbackBlock outcomeIdentifier="F" identifier="x" showHide="show"><p>Sebab begitu.</p></feedbackBlock>'
    (one,) = read("qti", item(CHOICE + shown, IS_A)).ready

    assert (worth.stem(one.drafted), one.content["explanation"]) == ("P", "Sebab begitu.")


def test_formulas_of_which_only_letters_stay_are_said() -> None:
    checked = read("qti", item("<p>E = <math><msup><mi>c</mi><mn>2</mn></msup></math></p>" + CHOICE, IS_A))

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


def test_what_a_question_of_moodle_has_no_place_for_here_is_said_once_for_the_file() -> None:
    one = (
        '<question type="shortanswer"><name><text>n</text></name><questiontext><text>Kota {}?</text></questiontext>'
        '<answer fraction="100"><text>York</text></answer><answer fraction="0"><text>*</text></answer>'
        "<hint><text>di utara</text></hint></question>"
    )
    checked = read("moodle-xml", f"<quiz>{one}{one.replace('{}', 'lama')}<soal/></quiz>")

    assert worth.answers(checked.ready[0].drafted) == [{"text": "York", "fraction": 1}, {"text": "*", "fraction": 0}]
    assert [said for said in warned(checked) if "bobot" not in said and "nama" not in said] == [
        "Berkas: petunjuk (hint) tidak ikut dimuat; ada pada 2 soal",
        "Baris 1, karakter ke-497: elemen <soal> bukan soal dan tidak dibaca",
    ]


def test_words_before_a_table_stay_a_paragraph() -> None:
    assert wording.to_html("a").startswith("a")
    assert wording.to_html("a\n\n| b | c |\n| --- | --- |").startswith("<p>a</p>")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("pi {#3.141592653589793:0.001}", "3.1415926536"),
        ("pi {#=3.141592653589793:0.00000000001 =%50%3}", "3.1415926536"),
        ("pi {#-3.14159265358979..-3.14159265358978}", "-3.1415926536"),
    ],
)
def test_numbers_of_more_places_than_are_kept_are_rounded_and_said(text: str, key: str) -> None:
    checked = read("gift", text)
    (one,) = checked.ready

    assert (one.content.get("answer") or one.content["answers"][0]["value"]) == key
    assert warned(checked) == ["Baris 1: bilangan dibulatkan sampai 10 angka di belakang koma"]


def test_what_is_said_of_a_place_is_said_once() -> None:
    checked = read("gift", "[html]<img src\\=a.png> <img src\\=a.png> apa? {T}")

    assert len(checked.warnings) == 1


def in_moodle(gap: str) -> Checked:
    text = f'<questiontext format="html"><text><![CDATA[Suhu {gap} derajat.]]></text></questiontext>'
    return read("moodle-xml", f'<quiz><question type="cloze"><name><text>a</text></name>{text}</question></quiz>')


def test_answers_of_a_gap_of_moodle_keep_their_own_tolerances() -> None:
    checked = in_moodle("{2:NUMERICAL:=23.8:0.1#Tepat.~%50%23.8:2#Hampir.}")
    (one,) = checked.ready

    assert (warned(checked), answers(checked)) == (
        [],
        [{"text": "23.8", "fraction": 1}, {"text": "23.8", "fraction": 0.5}],
    )
    given = ("23,7", "23,9", "24", "21,8", "21,7")
    assert [cloze.mark(one.content, {"1": typed}) for typed in given] == [1, 1, Decimal("0.5"), Decimal("0.5"), 0]
    assert cloze.feedback(one.content, {"1": "23,8"}) == ["Tepat."]
    assert cloze.feedback(one.content, {"1": "25"}) == ["Hampir."]


@pytest.mark.parametrize(
    ("format", "given", "mark"),
    [
        ("moodle-xml", "24", "0.5"),
        ("moodle-xml", "23,85", "1"),
        ("qti", "24", "0.5"),
        ("qti", "23,85", "1"),
        ("xlsx", "23,85", "1"),
    ],
)
def test_tolerances_of_the_answers_of_a_gap_are_written_or_missed(format: str, given: str, mark: str) -> None:
    (one,) = in_moodle("{:NM:=23.8:0.1~%50%23.8:2}").ready
    written = formats.WRITERS[format].write([one.drafted])
    (again,) = formats.read(format, written.data).ready

    assert any("toleransi" in found.message for found in written.findings) is (format == "xlsx")
    typed = {"1": given} if again.drafted.kind == "cloze" else given
    assert kinds.TABLE[again.drafted.kind].mark(again.content, typed) == Decimal(mark)


def test_a_weight_below_nought_in_a_gap_is_said() -> None:
    checked = in_moodle("{1:MC:=ya~%-50%tidak}")

    assert ["di bawah nol pada rumpang 1" in one for one in warned(checked)] == [True]
    assert cloze.mark(checked.ready[0].content, {"1": "tidak"}) == 0


@pytest.mark.parametrize("href", ["soal%20satu/a.xml", "soal satu/a.xml", "soal%20satu/a.xml?v=1#i"])
def test_a_package_names_its_files_as_addresses_do(href: str) -> None:
    row = f'<resource identifier="1" type="imsqti_item_xmlv2p1" href="{href}"/>'
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("imsmanifest.xml", f"<manifest><resources>{row}</resources></manifest>")
        package.writestr("soal satu/a.xml", item(CHOICE, IS_A))
    checked = formats.read("qti", made.getvalue())

    assert (len(checked.ready), warned(checked), checked.errors) == (1, [], [])


@pytest.mark.parametrize(
    ("feedback", "is_said"), [("#Keliru.#Tepat.", True), ("#Sama.#Sama.", False), ("#Satu.", False)]
)
def test_what_is_said_to_one_of_two_truths_becomes_an_explanation_and_is_said(feedback: str, is_said: bool) -> None:
    truth = "<answer fraction='100'><text>true</text><feedback><text>{}</text></feedback></answer>"
    wrong = truth.replace("true", "false").replace("100", "0")
    texts = [*feedback.removeprefix("#").split("#"), ""][:2]
    moodle = (
        f"<quiz><question type='truefalse'><questiontext><text>a</text></questiontext>{truth}{wrong}</question></quiz>"
    )

    for checked in (read("gift", f"a{{T{feedback}}}"), read("moodle-xml", moodle.format(*reversed(texts)))):
        assert ["satu pembahasan" in said for said in warned(checked)] == ([True] if is_said else [])


def test_drawings_and_frames_in_html_are_named() -> None:
    frame, drawing = "<iframe src='https://contoh.go.id/peta'>x</iframe>", "<svg><text>y</text><svg></svg></svg>"
    assert wording.from_html(f"<p>Lihat {drawing} di {frame} sini</p>") == ("Lihat di sini", ["svg", "peta"])


@pytest.mark.parametrize("opened", ["svg", "iframe", "title", "noscript"])
def test_what_is_never_closed_hides_nothing_that_comes_after(opened: str) -> None:
    said = [opened] if opened in {"svg", "iframe"} else []

    assert wording.from_html(f"<p>Lihat <{opened}> ini</p><p>Lalu jawab.</p>") == ("Lihat ini\n\nLalu jawab.", said)


def test_what_closes_in_a_drawing_does_not_open_it() -> None:
    assert wording.from_html("<svg><title>x</svg> Jawab.") == ("Jawab.", ["svg"])
    assert wording.from_html("<svg></title>x</svg> Jawab.") == ("Jawab.", ["svg"])


@pytest.mark.parametrize("place", ["https://contoh.go.id/peta.png", "peta.png", "@@PLUGINFILE@@/peta.png"])
def test_a_picture_in_markdown_that_is_not_there_is_named(place: str) -> None:
    text = f"Lihat ![Peta]({place}) itu."
    moodle = (
        "<quiz><question type='essay'><questiontext format='markdown'><text>{}</text></questiontext></question></quiz>"
    )

    for checked in (read("gift", f"[markdown]{text} {{}}"), read("moodle-xml", moodle.format(text))):
        assert [one.drafted.raw["stem"] for one in checked.ready] == ["Lihat Peta itu."]
        assert ["'peta.png' tidak ikut dimuat" in said for said in warned(checked)] == [True]
