"""Dates, numbers and a NIP in Indonesian."""

from datetime import date

import pytest

from lms.certificates import wording


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 5, 12), "12 Mei 2026"),
        (date(2026, 8, 1), "1 Agustus 2026"),
        (date(2028, 2, 29), "29 Februari 2028"),
        (date(2026, 12, 31), "31 Desember 2026"),
    ],
)
def test_a_date_is_written_with_the_name_of_its_month(day: date, written: str) -> None:
    assert wording.written_date(day) == written


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (0, "nol"),
        (6, "enam"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (21, "dua puluh satu"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (240, "dua ratus empat puluh"),
        (999, "sembilan ratus sembilan puluh sembilan"),
        (1000, "seribu"),
        (1111, "seribu seratus sebelas"),
        (21_015, "dua puluh satu ribu lima belas"),
        (101_000, "seratus satu ribu"),
    ],
)
def test_a_number_is_written_in_words(number: int, words: str) -> None:
    assert wording.in_words(number) == words


@pytest.mark.parametrize("number", [-1, 1_000_000])
def test_a_number_nobody_writes_in_words_is_refused(number: int) -> None:
    with pytest.raises(ValueError, match="999999"):
        wording.in_words(number)


def test_a_nip_is_spaced_in_its_four_groups() -> None:
    assert wording.spaced_nip("198609262015051001") == "19860926 201505 1 001"
    assert wording.spaced_nip("12345") == "12345"
