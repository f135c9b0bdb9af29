"""The analyser that both engines share."""

import pytest

from lms.search import analysis
from lms.search.analysis import QueryWord


@pytest.mark.parametrize(
    ("word", "stem"),
    [("keamanan", "aman"), ("mengamankan", "aman"), ("penilaian", "nilai"), ("pegawai", "pegawai"), ("2fa", "2fa")],
)
def test_a_word_is_brought_to_its_stem(word: str, stem: str) -> None:
    assert analysis.stem(word) == stem


def test_accents_and_signs_do_not_matter() -> None:
    assert analysis.words("Surat-e “Résmi”, 2027!") == ["surat", "e", "resmi", "2027"]


def test_stop_words_are_left_out_unless_nothing_else_was_typed() -> None:
    assert analysis.query("data yang aman") == (QueryWord("data", "data"), QueryWord("aman", "aman"))
    assert analysis.query("untuk") == (QueryWord("untuk", "untuk"),)


def test_an_excerpt_is_cut_between_words_around_what_was_looked_for() -> None:
    text = "Kata pembuka. " * 40 + "Laporkan insiden segera. " + "Kata penutup. " * 40

    cut = analysis.excerpt(text, analysis.query("pelaporan"), length=60)

    assert cut.startswith("… ")
    assert cut.endswith(" …")
    assert "Laporkan insiden" in cut
    assert len(cut) <= 66


def test_an_excerpt_of_a_short_text_is_the_text() -> None:
    assert analysis.excerpt("Isi pendek.", analysis.query("lain")) == "Isi pendek."
