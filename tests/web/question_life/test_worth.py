"""What each answer gives, as authors and reviewers read it before they agree to a question."""

import re

import pytest

from tests.cast import Cast, Person
from tests.web.question_life.writing import BANK, Browser, write


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"jenis": "numeric", "jawaban": "12,5 ± 0,1\n13:50% # Hampir.", "satuan": "m", "satuan-lain": "cm = 0,01"},
         ["12,5 ± 0,1 m 100% –", "13 m 50% Hampir.", "1 cm = 0,01 m"]),
        ({"jenis": "numeric", "jawaban": "1945 ± 2\n1944:50%"}, ["1945 ± 2 100% –", "1944 50% –"]),
        ({"jenis": "short_text", "jawaban": "Bandung\nBdg:50% # Lengkapi.", "huruf": "ya"},
         ["Bandung 100% –", "Bdg 50% Lengkapi.", "Huruf besar dan kecil dibedakan"]),
        ({"jenis": "situational", "poin-1": "5", "poin-2": "3"}, ["A. Dari bank 5 poin –", "B. Dari teman 3 poin –"]),
        ({"poin": "2,5"}, ["Soal ini bernilai 2,5 poin"]),
        ({"umpan-2": "Bukan **dia**."}, ["A. Dari bank Kunci –", "B. Dari teman – Bukan dia."]),
        ({"jenis": "multiple_choice", "bobot-1": "100", "bobot-2": "-50", "skor": "fractions"},
         ["A. Dari bank 100% –", "B. Dari teman -50% –", "Skor: Menurut bobot pilihan"]),
        ({"jenis": "cloze", "teks": "Ada {{1}}.", "isian-1": "3,5", "jenis-isian-1": "number", "toleransi-isian-1": "0,5",
          "bobot-isian-1": "2"}, ["(1) 3,5 ± 0,5 100% –", "Isian 1: bobot 2"]),
    ],
)  # fmt: skip
def test_all_that_gives_something_is_read_before_it_is_agreed_to(
    browser: Browser, cast: Cast, reviewer: Person, typed: dict[str, str], said: list[str]
) -> None:
    address = write(browser(cast.trainer), **typed)

    for page in (address, f"{BANK}?antrean=tinjau"):
        words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", browser(reviewer).get(page).text)).replace(" .", ".")
        assert [one for one in said if one not in words] == [], words
