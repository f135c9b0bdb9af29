"""What files of Moodle hold beside the plain question: nothing of it is lost or changed without a word."""

import base64
import io

import pytest
from PIL import Image

from lms.questions.exchange import formats, worth
from lms.questions.exchange.checking import Checked


def gift(text: str) -> Checked:
    return formats.read("gift", text.encode())


def quiz(kind: str, inside: str) -> Checked:
    stem = "" if "<questiontext" in inside else "<questiontext><text>Apa?</text></questiontext>"
    return formats.read("moodle-xml", f'<quiz><question type="{kind}">{stem}{inside}</question></quiz>'.encode())


def answers(*rows: tuple[str, object]) -> str:
    return "".join(f'<answer fraction="{share}"><text>{text}</text></answer>' for text, share in rows)


def said(checked: Checked) -> list[str]:
    return [one.message for one in checked.findings]


def picture() -> str:
    made = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode()


@pytest.mark.parametrize(
    "numbers", ["3:2~#Kurang tepat", "3:2#Tepat~#Kurang tepat", "\n=3:2\n~#Kurang tepat", "=3:2 =%0%*#Kurang tepat"]
)
def test_what_is_said_to_wrong_numbers_of_gift_stands_apart_from_the_number(numbers: str) -> None:
    checked = gift("::S::Berapa? {#" + numbers + "}")

    assert [(row["text"], row["fraction"]) for row in worth.answers(checked.ready[0].drafted)] == [("3", 1)]
    assert checked.ready[0].content["explanation"] == "Kurang tepat"
    assert said(checked) == ["umpan balik untuk jawaban salah menjadi pembahasan bagi semua; periksa kalimatnya"]


def test_a_pair_of_gift_keeps_what_stands_behind_a_hash_and_says_it() -> None:
    checked = gift("Pasangkan. {=C# -> Microsoft =Java -> Sun}")

    assert [row["text"] for row in worth.answers(checked.ready[0].drafted)] == ["C# -> Microsoft", "Java -> Sun"]
    assert said(checked) == ["# di dalam pasangan bagian dari teksnya, bukan umpan balik"]


@pytest.mark.parametrize(
    ("text", "stem"),
    [
        ("Dua tambah dua sama dengan {=empat =4}.", "Dua tambah dua sama dengan _____."),
        ("Ibu kota {=Bandung} ada di Jawa.", "Ibu kota _____ ada di Jawa."),
        ("(tahun{=1945})", "(tahun_____)"),
        ("{=Asia} terluas.", "_____ terluas."),
    ],
)
def test_a_blank_of_gift_stands_as_near_to_the_words_as_the_braces(text: str, stem: str) -> None:
    assert worth.stem(gift(text).ready[0].drafted) == stem


@pytest.mark.parametrize("left", ["{1:mc:=merah~biru}", "{1:Numerical:=3}", "{1:MULTICHOICE}", "{1:SA:=merah"])
def test_a_gap_that_is_none_shows_its_answer_to_nobody(left: str) -> None:
    checked = quiz("cloze", f"<questiontext><text>Satu {{1:SA:=dua}} tiga {left}</text></questiontext>")

    assert checked.ready == ()
    assert "tidak terbaca sebagai rumpang" in said(checked)[0]


def test_braces_that_are_no_gap_stay() -> None:
    checked = quiz("cloze", "<questiontext><text>Isi {1:abc} dengan {1:SA:=dua}</text></questiontext>")

    assert [said(checked), checked.ready[0].content["text"]] == [[], "Isi {1:abc} dengan {{1}}"]


def test_pictures_of_a_text_with_gaps_come_along() -> None:
    text = '<![CDATA[<img src="@@PLUGINFILE@@/a.png" alt="merah"> {1:SA:=dua}]]>'
    inside = f'<questiontext format="html"><text>{text}</text><file name="a.png" encoding="base64">{picture()}</file></questiontext>'
    checked = quiz("cloze", inside)

    assert [said(checked), len(checked.media)] == [[], 1]
    assert "![merah](gambar:" in checked.ready[0].content["text"]


def test_the_picture_beside_the_text_of_an_old_question_comes_along() -> None:
    inside = f"<image>a.png</image><image_base64>\n{picture()}\n</image_base64>" + answers(("ya", 100), ("tidak", 0))
    checked = quiz("multichoice", inside)

    assert "](gambar:" in checked.ready[0].content["stem"]
    assert said(checked) == ["ada gambar tanpa keterangan; tulis apa yang terlihat padanya"]


def test_a_picture_of_an_old_question_that_is_not_in_the_file_is_named() -> None:
    checked = quiz("multichoice", "<image>2/a.png</image>" + answers(("ya", 100), ("tidak", 0)))

    assert said(checked) == ["gambar atau media 'a.png' tidak ikut dimuat; tambahkan lagi setelah impor"]


def test_another_rule_for_several_answers_is_said() -> None:
    checked = quiz("oumultiresponse", answers(("ya", 100), ("tidak", 0)))

    assert said(checked) == [
        "di sana pilihan salah hanya mengurangi nilai bila terlalu banyak yang dipilih; di sini selalu mengurangi"
    ]


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        (
            "<gradingtype>LONGEST_ORDERED_SUBSET</gradingtype>",
            "cara menilai LONGEST_ORDERED_SUBSET tidak ada di sini; yang dinilai letak setiap butir",
        ),
        (
            "<selecttype>RANDOM</selecttype><selectcount>2</selectcount>",
            "di sana hanya sebagian butir ditampilkan; di sini semuanya",
        ),
        ("<hidden>1</hidden>", "soal ini tersembunyi di Moodle, jadi mungkin sudah dihapus di sana"),
        ("<idnumber>S-1</idnumber>", "nomor ID tidak ikut dimuat; ada pada 1 soal"),
    ],
)
def test_what_is_otherwise_here_is_said(inside: str, message: str) -> None:
    assert said(quiz("ordering", inside + answers(("satu", 1), ("dua", 2), ("tiga", 3)))) == [message]


def test_a_plain_order_needs_no_word() -> None:
    inside = "<gradingtype>ABSOLUTE_POSITION</gradingtype><selecttype>ALL</selecttype><selectcount>2</selectcount>"

    assert (
        said(quiz("ordering", f"{inside}<hidden>0</hidden><idnumber/>" + answers(("satu", 1), ("dua", 2), ("tiga", 3))))
        == []
    )


def test_what_is_said_to_a_wrong_number_is_said_to_become_an_explanation() -> None:
    checked = quiz(
        "numerical",
        answers(("3", 100)) + '<answer fraction="0"><text>*</text><feedback><text>Salah.</text></feedback></answer>',
    )

    assert said(checked) == ["umpan balik untuk jawaban salah menjadi pembahasan bagi semua; periksa kalimatnya"]


def test_a_less_than_sign_in_a_list_of_answers_is_a_letter() -> None:
    rows = "".join(
        f"<subquestion><text>{left}</text><answer><text>{right}</text></answer></subquestion>"
        for left, right in (("satu", "List&lt;int&gt;"), ("dua", "a&lt;b"))
    )

    (one,) = quiz("matching", rows).ready

    assert [row["text"] for row in worth.answers(one.drafted)] == ["satu -> List<int>", "dua -> a<b"]


@pytest.mark.parametrize(
    ("attachments", "required", "is_said"), [("2", "0", True), ("1", "1", True), ("0", "0", False)]
)
def test_files_beside_an_essay_are_said_to_be_unknown(attachments: str, required: str, is_said: bool) -> None:
    inside = f"<attachments>{attachments}</attachments><attachmentsrequired>{required}</attachmentsrequired>"

    assert said(quiz("essay", inside)) == ["lampiran tidak dikenal pada esai; buat soal berkas bila perlu"] * is_said


def test_a_left_item_without_a_right_one_is_said() -> None:
    pair = "<subquestion><text>{}</text><answer><text>{}</text></answer></subquestion>"

    checked = quiz("matching", pair.format("a", "1") + pair.format("b", "2") + pair.format("c", ""))

    assert [row["text"] for row in worth.answers(checked.ready[0].drafted)] == ["a -> 1", "b -> 2"]
    assert said(checked) == ["butir kiri 'c' tanpa pasangan benar, jadi tidak ikut dimuat"]


@pytest.mark.parametrize(("graded", "is_said"), [("0", False), ("1", True), ("2", True)])
def test_units_that_are_marked_there_and_not_here_are_said(graded: str, is_said: bool) -> None:
    units = "<units><unit><multiplier>1</multiplier><unit_name>m</unit_name></unit></units>"

    checked = quiz("numerical", answers(("2", 100)) + units + f"<unitgradingtype>{graded}</unitgradingtype>")

    assert (
        said(checked)
        == ["di sana satuan yang salah atau tidak ditulis mengurangi nilai; di sini satuan boleh tidak ditulis"]
        * is_said
    )


def test_a_picture_in_a_folder_of_its_question_comes_along() -> None:
    stem = '<questiontext format="html"><text>&lt;img src="@@PLUGINFILE@@/a%20b/x.png" alt="merah"></text>'
    file = f'<file name="x.png" path="/a b/" encoding="base64">{picture()}</file></questiontext>'

    checked = quiz("truefalse", stem + file + answers(("true", 100), ("false", 0)))

    assert "![merah](gambar:" in checked.ready[0].content["stem"]
    assert said(checked) == []


def test_a_question_that_counts_nothing_there_and_a_point_here_is_said() -> None:
    checked = quiz("truefalse", "<defaultgrade>0</defaultgrade>" + answers(("true", 100), ("false", 0)))

    assert said(checked) == ["poin 0 di luar 0.25 sampai 100; dihitung 1 poin"]


@pytest.mark.parametrize(
    ("text", "is_said"), [("1.500", True), ("12.250", True), ("3.142", False), ("0.500", False), ("1500", False)]
)
def test_a_number_that_people_write_for_thousands_is_said(text: str, is_said: bool) -> None:
    files = [
        gift("Berapa? {#" + text + ":0}"),
        gift("Berapa? {#=" + text + ":0 =%50%2:0}"),
        quiz("numerical", answers((text, 100))),
        quiz("cloze", "<questiontext><text>Berapa {1:NM:=" + text + ":0}?</text></questiontext>"),
    ]

    told = f"'{text}' dibaca dengan titik desimal; bila titik itu pemisah ribuan, hapus titiknya"
    assert [said(one) for one in files] == [[told] * is_said] * len(files)


def test_id_numbers_of_gift_are_said_to_be_lost() -> None:
    checked = gift("// question: 7  name: S [id:S-7] [tag:dasar]\nS{T}\n\n// [tag:dasar]\nR{F}")

    assert [str(one) for one in checked.findings] == ["Berkas: nomor ID tidak ikut dimuat; ada pada 1 soal"]
