"""Tables of marks as files: what is read, and everything that is refused, told at once."""

from decimal import Decimal

import pytest

from lms.exams.grading import CERTAINTY
from lms.exams.marks_file import LEAST, BadTable, read, read_ratings

SOUND = "candidate,s1,s2\nmax,1,5\np1,1,4\np2,,3.5\n"


INDONESIAN = "candidate;s1;s2\nmax;1;5\np1;1;4\np2;;3,5\n"


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(BadTable) as caught:
        read(text if isinstance(text, bytes) else text.encode())
    return list(caught.value.problems)


def test_a_sound_table_is_read_and_an_empty_cell_is_nought() -> None:
    found = read(SOUND.encode())

    assert (found.names, found.candidates) == (("s1", "s2"), ("p1", "p2"))
    assert found.maxima == (Decimal(1), Decimal(5))
    assert found.rows == ((Decimal(1), Decimal(4)), (Decimal(0), Decimal("3.5")))


@pytest.mark.parametrize(
    "written",
    [
        "\ufeff" + SOUND,
        SOUND.replace("\n", "\r\n"),
        SOUND.replace("p2", "\n,,\n p2 "),
        SOUND.replace("s1", '"s1"').removesuffix("\n"),
    ],
    ids=["byte order mark", "windows lines", "blank lines", "quoted"],
)
def test_what_spreadsheets_add_changes_nothing(written: str) -> None:
    assert read(written.encode()) == read(SOUND.encode())


def test_a_mark_is_read_as_programs_write_it() -> None:
    found = read((SOUND + "p3,0.3333333333333333,3.0000000000000004\np4,5e-05,-1.5e-7\n").encode())

    assert found.rows[2:] == (
        (Decimal("0.3333333333333333"), Decimal("3.0000000000000004")),
        (Decimal("0.00005"), Decimal("-0.00000015")),
    )


@pytest.mark.parametrize(
    "written",
    [
        INDONESIAN,
        "\ufeff" + INDONESIAN.replace("\n", "\r\n"),
        INDONESIAN.replace("candidate", '"Candidate"'),
        ";;\n" + INDONESIAN.replace("p2", "\n;;\n p2 "),
        INDONESIAN.replace("3,5", '"3,5"'),
    ],
    ids=["as it is", "byte order mark and windows lines", "quoted heading", "blank lines", "quoted number"],
)
def test_a_table_parted_by_semicolons_has_decimal_commas(written: str) -> None:
    assert read(written.encode()) == read(SOUND.encode())


def test_a_decimal_comma_is_read_as_indonesian_spreadsheets_write_it() -> None:
    found = read((INDONESIAN + "p3;0,333333333;-1,5\np4;5E-05;-1,5E-7\n").encode())

    assert found.rows[2:] == (
        (Decimal("0.333333333"), Decimal("-1.5")),
        (Decimal("0.00005"), Decimal("-0.00000015")),
    )


def test_ratings_parted_by_semicolons_are_read_as_with_commas() -> None:
    found = read_ratings(b"judge;s1;s2\nA;0,5;1\nB;0,75;0\n")

    assert found == read_ratings(b"judge,s1,s2\nA,0.5,1\nB,0.75,0\n")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("", "berkas kosong"),
        ("\ufeff\n,,\n", "berkas kosong"),
        (
            "candidate\ts1\nmax\t1\np1\t1\n",
            "baris 1: kolom dipisahkan tab; pakai koma dengan desimal titik, atau titik koma dengan desimal koma",
        ),
        (SOUND + "p3;0;1\n", "baris 5: 1 kolom, judulnya 3"),
        (INDONESIAN + "p3,0,1\n", "baris 5: 1 kolom, judulnya 3"),
        (
            INDONESIAN + "p3;0.5;1\n",
            "baris 5, kolom “s1”: “0.5” memakai titik; dalam berkas bertitik koma, tulis desimal dengan koma dan ribuan tanpa titik",
        ),
        (
            INDONESIAN + "p3;1.000,5;1\n",
            "baris 5, kolom “s1”: “1.000,5” memakai titik; dalam berkas bertitik koma, tulis desimal dengan koma dan ribuan tanpa titik",
        ),
        (INDONESIAN + "p3;0,5,1;1\n", "baris 5, kolom “s1”: “0,5,1” bukan bilangan"),
        (INDONESIAN + "p3;1,01;1\n", "baris 5, kolom “s1”: 1.01 melebihi nilai maksimum 1"),
        ("nama;s1\nmax;1\n", "baris 1: kolom pertama harus berjudul candidate, bukan “nama”"),
        ("candidate,s1\n", "setelah baris judul: baris nilai maksimum tidak ada; tulis max,… tepat di bawah judul"),
        ("candidate,s1\np1,1\n", "baris 2: baris nilai maksimum tidak ada; tulis max,… tepat di bawah judul"),
        ("nama,s1\nmax,1\n", "baris 1: kolom pertama harus berjudul candidate, bukan “nama”"),
        ("candidate\nmax\n", "baris 1: tidak ada butir soal"),
        ("candidate,s1,\nmax,1,1\n", "baris 1, kolom 3: judul butir kosong"),
        ("candidate,s1,s1\nmax,1,1\n", "baris 1, kolom 3: judul butir “s1” sudah ada di kolom 2"),
        ("candidate,s1\nmax,0\n", "baris 2, kolom “s1”: nilai maksimum harus lebih dari 0"),
        ("candidate,s1,s2\nmax,,1\n", "baris 2, kolom “s1”: nilai maksimum harus lebih dari 0"),
        (SOUND + "p3,x,1\n", "baris 5, kolom “s1”: “x” bukan bilangan"),
        (SOUND + "p3,nan,1\n", "baris 5, kolom “s1”: “nan” bukan bilangan"),
        (SOUND + "p3,1e0,1\n", "baris 5, kolom “s1”: “1e0” bukan bilangan"),
        (SOUND + 'p3,"0,5",1\n', "baris 5, kolom “s1”: “0,5” memakai koma desimal; tulis dengan titik"),
        (SOUND + "p3,-2.0001,1\n", "baris 5, kolom “s1”: -2.0001 di bawah −2 × nilai maksimum 1"),
        (SOUND + "p3,1,-10.5\n", "baris 5, kolom “s2”: -10.5 di bawah −2 × nilai maksimum 5"),
        (SOUND + "p3,--1,1\n", "baris 5, kolom “s1”: “--1” bukan bilangan"),
        ("candidate,s1\nmax,-1\n", "baris 2, kolom “s1”: “-1” negatif"),
        (SOUND + "p3,1.01,1\n", "baris 5, kolom “s1”: 1.01 melebihi nilai maksimum 1"),
        (SOUND + "p1,1,1\n", "baris 5: peserta “p1” sudah ada di baris 3"),
        (SOUND + ",1,1\n", "baris 5: kode peserta kosong"),
        (SOUND + "p3,1\n", "baris 5: 2 kolom, judulnya 3"),
        (SOUND + "p3,1,1,1\n", "baris 5: 4 kolom, judulnya 3"),
        (SOUND + 'p3,"1"x,1\n', "baris 5: CSV tidak dapat dibaca (',' expected after '\"')"),
        (b"candidate,\xff\n", "bita 10: bukan UTF-8; simpan sebagai CSV UTF-8"),
    ],
)
def test_each_flaw_is_named_with_its_place(written: str | bytes, said: str) -> None:
    assert problems(written) == [said]


def test_all_flaws_are_told_at_once() -> None:
    found = problems("candidate,s1,s2\nmax,1,1\np1,2,x\np1,-3\n")

    assert found == [
        "baris 3, kolom “s2”: “x” bukan bilangan",
        "baris 3, kolom “s1”: 2 melebihi nilai maksimum 1",
        "baris 4: 2 kolom, judulnya 3",
        "baris 4, kolom “s1”: -3 di bawah −2 × nilai maksimum 1",
        "baris 4: peserta “p1” sudah ada di baris 3",
    ]


def test_a_cell_that_would_steer_a_terminal_is_shown_without_it() -> None:
    assert problems(SOUND + "p3,\x1b[31m,1\n") == ["baris 5, kolom “s1”: “?[31m” bukan bilangan"]


def test_a_wrong_answer_given_with_certainty_costs_up_to_twice_the_maximum() -> None:
    found = read((SOUND + "p3,-2,-10\np4,-0.6667,-0\n").encode())

    assert found.rows[2:] == ((Decimal(-2), Decimal(-10)), (Decimal("-0.6667"), Decimal(0)))
    assert min(wrong for _, wrong in CERTAINTY.values()) == LEAST


def test_a_judge_s_rating_is_not_below_nought() -> None:
    with pytest.raises(BadTable, match=r"“-0[.]5” negatif"):
        read_ratings(b"judge,s1\nA,-0.5\n")
