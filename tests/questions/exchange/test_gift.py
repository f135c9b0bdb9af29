"""GIFT: every form of question, escapes, encodings, and errors with their place."""

import codecs
from pathlib import Path
from typing import Any

import pytest

from lms.questions.exchange import formats, worth
from lms.questions.exchange.checking import Checked
from lms.questions.exchange.drafted import MOST_BYTES, MOST_QUESTIONS

FILES = Path(__file__).parent / "files"


def read(text: str | bytes) -> Checked:
    return formats.read("gift", text.encode() if isinstance(text, str) else text)


def only(text: str | bytes) -> dict[str, Any]:
    checked = read(text)
    assert checked.errors == []
    (one,) = checked.ready
    return {
        "kind": one.drafted.kind,
        "stem": worth.stem(one.drafted),
        "answers": worth.answers(one.drafted),
        "content": one.content,
    }


def said(text: str | bytes) -> list[str]:
    return [str(finding) for finding in read(text).errors]


def rows(*pairs: tuple[str, float]) -> list[dict[str, Any]]:
    return [{"text": text, "fraction": fraction} for text, fraction in pairs]


@pytest.mark.parametrize(
    ("text", "kind", "answers"),
    [
        ("Kota? {=Bandung ~Bogor}", "single_choice", rows(("Bandung", 1), ("Bogor", 0))),
        ("Kota? {=Bandung ~%50%Bogor}", "single_choice", rows(("Bandung", 1), ("Bogor", 0.5))),
        ("Dua? {~%50%a ~%50%b ~%-50%c}", "multiple_choice", rows(("a", 0.5), ("b", 0.5), ("c", -0.5))),
        (
            "Tiga? {~%33.33333%a ~%33.33333%b ~%33.33333%c ~%-100%d}",
            "multiple_choice",
            rows(("a", 0.3333333), ("b", 0.3333333), ("c", 0.3333333), ("d", -1)),
        ),
        ("Benar? {T}", "true_false", rows(("true", 1), ("false", 0))),
        ("Benar? {FALSE#salah#betul}", "true_false", rows(("true", 0), ("false", 1))),
        ("Kota? {=Bandung =%50%Bdg}", "short_text", rows(("Bandung", 1), ("Bdg", 0.5))),
        ("Pasang {=a -> 1 =b -> 2}", "matching", rows(("a -> 1", 0.5), ("b -> 2", 0.5))),
        ("Angka? {#3:0.5}", "numeric", rows(("3", 1))),
        ("Angka? {#1..5}", "numeric", rows(("3", 1))),
        ("Angka? {#=%100%3:0 =%50%3:1}", "numeric", rows(("3", 1), ("3", 0.5))),
        ("Tulis {}", "essay", []),
    ],
)
def test_each_form_of_question_is_understood(text: str, kind: str, answers: list[dict[str, Any]]) -> None:
    read = only(text)

    assert (read["kind"], read["answers"]) == (kind, answers)


def test_a_range_is_its_middle_and_half_its_width() -> None:
    content = only("Angka? {#1.5..2}")["content"]

    assert (content["answer"], content["tolerance"]) == ("1.75", "0.25")


def test_a_missing_word_is_a_line_in_the_text() -> None:
    assert only("Kota {=Bogor ~Depok} itu kota hujan.")["stem"] == "Kota _____ itu kota hujan."


def test_escaped_marks_are_letters() -> None:
    read = only(r"::A\:B:: f(x)\=\{1\} \~ \#1 \\ x\nbaris {=\=1 ~\~2 ~a\#b}")

    assert read["stem"] == "f(x)={1} ~ #1 \\ x\nbaris"
    assert [one["text"] for one in read["answers"]] == ["=1", "~2", "a#b"]
    assert read["content"]["name"] == "A:B"


def test_feedback_and_general_feedback_are_kept() -> None:
    content = only("Kota? {=Bandung#Tepat ~Bogor#Bukan####Ibu kota Jawa Barat.}")["content"]

    assert [one["feedback"] for one in content["options"]] == ["Tepat", "Bukan"]
    assert content["explanation"] == "Ibu kota Jawa Barat."


def test_blank_lines_and_comments_within_braces_belong_to_the_answers() -> None:
    read = only("Kota?\n{\n// satu\n=Bandung\n\n~Bogor\n\n}")

    assert [one["text"] for one in read["answers"]] == ["Bandung", "Bogor"]


@pytest.mark.parametrize(
    ("prefix", "stem"),
    [
        ("[html]<p>Isi <b>ini</b></p>", "Isi **ini**"),
        ("[markdown]Isi *ini*", "Isi *ini*"),
        ("[plain]a *b* <i>", "a *b* <i>"),
    ],
)
def test_the_prefix_says_what_the_text_is(prefix: str, stem: str) -> None:
    assert only(prefix + " {T}")["stem"] == stem


def test_html_brings_no_script() -> None:
    assert "alert" not in only("[html]<p onclick='alert(1)'>Aman<script>alert(1)</script></p> {T}")["stem"]


@pytest.mark.parametrize(
    ("data", "warns"),
    [
        (codecs.BOM_UTF8 + "Café? {T}".encode(), False),
        ("Café? {T}".replace("\n", "\r\n").encode(), False),
        ("Café? {T}".encode("cp1252"), True),
        ("Café? {T}".encode("utf-16"), True),
        ("Café? {T}".encode("utf-16-le"), True),
    ],
)
def test_usual_encodings_are_recognised_and_said(data: bytes, warns: bool) -> None:
    checked = read(data)

    assert worth.stem(checked.ready[0].drafted) == "Café?"
    assert (len(checked.warnings) > 0) is warns


def test_a_category_is_the_folder_of_what_follows() -> None:
    checked = read("$CATEGORY: Dasar/Satu\n\nBenar? {T}")

    assert checked.ready[0].drafted.tags["folder"] == "Dasar/Satu"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        (
            "Kota? {~a ~b}",
            "Baris 1, karakter ke-8: tidak ada jawaban benar; tandai satu pilihan dengan = atau beri bobot seperti ~%50%",
        ),
        ("Kota? {=a ~b", "Baris 1, karakter ke-7: kurung kurawal { tidak ditutup; tambahkan } di akhir jawaban"),
        ("Kota? {=a ~%200%b}", "Baris 1, karakter ke-11: bobot 200% di luar −100 sampai 100"),
        ("Kota? {#tiga}", "Baris 1, karakter ke-9: 'tiga' bukan angka"),
        ("\n{T}", "Baris 2: soal ini tidak punya teks; tulis soalnya sebelum kurung kurawal {"),
        ("a {=x ~y} b {=z}", None),
    ],
)
def test_an_error_names_its_line_and_column(text: str, error: str | None) -> None:
    if error is None:
        assert "dua pasang kurung kurawal" in said(text)[0]
    else:
        assert said(text) == [error]


def test_one_bad_question_keeps_only_itself_out() -> None:
    checked = read("satu {T}\n\n::rusak:: dua {=a ~b\n\n::tiga:: tiga {F}\n\nempat {~a ~b}\n\nlima {T}")

    assert [worth.stem(one.drafted) for one in checked.ready] == ["satu", "tiga", "lima"]
    assert [one.where for one in checked.errors] == ["Baris 3, karakter ke-15", "Baris 7, karakter ke-8"]


def test_a_description_is_a_warning_and_no_question() -> None:
    checked = read("Bacalah teks ini.\n\nBenar? {T}")

    assert len(checked.ready) == 1
    assert [one.where for one in checked.warnings] == ["Baris 1"]


def test_a_name_used_twice_is_a_warning() -> None:
    checked = read("::A:: satu {T}\n\n::a:: dua {F}")

    assert len(checked.ready) == 2
    assert [str(one) for one in checked.warnings] == [
        "Baris 1: nama 'A' dipakai 2 kali; bedakan bila perlu",
        "Baris 3: nama 'a' dipakai 2 kali; bedakan bila perlu",
    ]


def test_a_file_that_is_too_large_is_refused_whole() -> None:
    assert said(b"x" * (MOST_BYTES + 1)) == ["Berkas: berkas lebih dari 20 MB; pecah menjadi beberapa berkas"]


def test_more_questions_than_are_taken_are_refused_at_the_first_too_many() -> None:
    checked = read("\n\n".join(f"Soal {n} {{T}}" for n in range(MOST_QUESTIONS + 1)))

    assert len(checked.ready) == MOST_QUESTIONS
    assert checked.errors[0].where == f"Baris {2 * MOST_QUESTIONS + 1}"


def test_deeply_nested_braces_end_at_once() -> None:
    assert len(said("Soal " + "{" * 100_000)) == 1


def test_the_sample_file_gives_all_its_good_questions() -> None:
    checked = read((FILES / "semua.gift.txt").read_bytes())

    assert (len(checked.ready), len(checked.warnings), len(checked.errors)) == (12, 3, 2)
