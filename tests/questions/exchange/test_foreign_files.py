"""Files as others write them: what their formats allow beyond the plain cases, and what is said of what is not taken."""

from decimal import Decimal
from typing import Any

import pytest

from lms.questions import kinds
from lms.questions.exchange import formats, html_media, wording, worth
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


@pytest.mark.parametrize("word", ["JAWABAN", "Jawaban", "Kunci", "KUNCI JAWABAN"])
def test_aiken_may_name_its_key_in_indonesian(word: str) -> None:
    checked = formats.read("aiken", f"{word}: apa itu?\nA. satu\nB. dua\n{word} : B\n".encode())

    (one,) = checked.ready
    assert worth.stem(one.drafted) == f"{word}: apa itu?"
    assert [row["fraction"] for row in worth.answers(one.drafted)] == [0, 1]


def test_small_letters_of_aiken_are_words_where_there_are_options() -> None:
    checked = read("aiken", "Pilih:\na. satu\nb. dua\nA. hanya a\nB. keduanya\nANSWER: B")

    assert worth.stem(checked.ready[0].drafted) == "Pilih:\na. satu\nb. dua"


@pytest.mark.parametrize("stem", ["R.A. Kartini lahir di?", "H. Agus Salim lahir di?", "K. H. Dewantara lahir di?"])
def test_a_question_of_aiken_may_begin_with_a_name_and_its_initials(stem: str) -> None:
    (one,) = read("aiken", f"{stem}\nA. Jepara\nB. Solo\nANSWER: A").ready

    assert one.drafted.stem == stem


def test_a_later_line_of_aiken_that_begins_with_initials_belongs_to_the_stem_which_is_said() -> None:
    checked = read("aiken", "Siapa dia?\nB.J. Habibie lahir di Parepare.\nA. Presiden\nB. Menteri\nANSWER: A")

    assert [one.drafted.stem for one in checked.ready] == ["Siapa dia?\\\nB.J. Habibie lahir di Parepare."]
    assert answers(checked) == [{"text": "Presiden", "fraction": 1}, {"text": "Menteri", "fraction": 0}]
    assert warned(checked) == [
        "Baris 2: baris ini diawali huruf seperti pilihan, tetapi dibaca sebagai bagian soal karena pilihan A ada di bawahnya"
    ]


def test_a_missing_option_a_of_aiken_is_an_error() -> None:
    assert [str(one) for one in read("aiken", "Siapa?\nB. x\nC. y\nANSWER: B").errors] == [
        "Baris 2, kolom Pilihan B: di sini diharapkan pilihan A, bukan B"
    ]


def test_options_in_small_letters_may_have_their_key_in_indonesian() -> None:
    assert answers(read("aiken", "1. Apa?\na. x\nb. y\nJawaban: b")) == [
        {"text": "x", "fraction": 0},
        {"text": "y", "fraction": 1},
    ]


def test_an_empty_line_in_the_stem_of_aiken_may_hide_a_question_and_is_said() -> None:
    assert warned(read("aiken", "Soal tanpa pilihan\n\nSoal kedua\nA. a\nB. b\nANSWER: A")) == [
        "Baris 1: ada baris kosong sebelum baris 3; bila di sana mulai soal lain, soal di atasnya tidak punya pilihan dan ANSWER"
    ]


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


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        ("Arti kata <u>lugas</u> adalah", "Arti kata *lugas* adalah"),
        ('Arti kata <span style="text-decoration: underline;">lugas</span> adalah', "Arti kata *lugas* adalah"),
        ('<span lang="id">Kata <u><b>ini</b></u> itu</span>', "Kata ***ini*** itu"),
        ("<em>Kata <u>ini</u> itu</em>", "*Kata ini itu*"),
    ],
)
def test_underlined_words_are_still_told_apart_and_said(html: str, markdown: str) -> None:
    made, left_out = wording.from_html(html)

    assert made == markdown
    assert left_out == ([html_media.UNDERLINE] if "<em>" not in html else [])


@pytest.mark.parametrize("text", ["[html]Arti <u>lugas</u>? {=a ~b}", "[html]Arti? {=<u>a</u> ~b}"])
def test_underlined_words_of_gift_are_said_once_for_a_question(text: str) -> None:
    assert warned(read("gift", text)) == ["Baris 1: garis bawah menjadi huruf miring; periksa kalimat yang menyebutnya"]


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
