"""The rules for a lesson's text."""

import pytest

from lms.catalogue.lesson_text import Embedded, embedded, flaws


@pytest.mark.parametrize(
    ("body", "line", "message"),
    [
        ("", 1, "isi materi masih kosong"),
        ("# Judul", 1, "judul di dalam materi mulai dari ##"),
        ("Teks.\n\nTeks <b>tebal</b>.", 3, "HTML tidak dipakai; tulis dengan Markdown"),
        ("<script>alert(1)</script>", 1, "HTML tidak dipakai; tulis dengan Markdown"),
        ("![gambar](x.png)", 1, "gambar belum didukung di dalam materi"),
        ("[luar](https://contoh.id)", 1, "tautan ke luar tidak dipakai: https://contoh.id"),
        ("[lain](materi:tidak-ada)", 1, "tautan ke materi tidak-ada, yang tidak ada"),
        ("::: penting Ingat\nTeks.", 1, "kotak ini tidak ditutup dengan :::"),
        ("Teks.\n\n:::", 3, "::: menutup kotak yang tidak dibuka"),
        ("::: penting\nTeks.\n:::", 1, "beri judul pada kotak penting"),
        ("::: bahaya X\n:::", 1, "kotak bahaya tidak dikenal; pakai penting, contoh, catatan atau latihan"),
        ("::: latihan satu\n:::", 1, "sebut soal latihan yang ada di belakang ::: latihan"),
    ],
)
def test_a_flaw_is_named_with_its_line(body: str, line: int, message: str) -> None:
    assert [(flaw.line, flaw.message) for flaw in flaws(body, lessons={"ada"})] == [(line, message)]


def test_a_box_inside_another_is_named() -> None:
    body = "::: penting A\n\n::: contoh B\nTeks.\n:::"

    found = [(flaw.line, flaw.message) for flaw in flaws(body, lessons=())]

    assert found == [(3, "kotak di baris 1 belum ditutup dengan :::")]


def test_a_sound_text_has_no_flaws() -> None:
    body = (
        "## Judul\n\nTeks `<b>` dan [lain](materi:ada), [bawah](#judul).\n\n::: contoh Kasus\n- satu\n:::\n\n"
        "```\n::: bukan kotak\n```\n"
    )

    assert flaws(body, lessons={"ada"}) == []


def test_practice_questions_are_found_but_not_in_code() -> None:
    one = "d14654ad-b46f-4ae2-9421-37325754941c"

    assert embedded(f"Teks.\n\n::: latihan {one}\n:::\n\n```\n::: latihan {one}\n```\n") == [Embedded(3, one)]
