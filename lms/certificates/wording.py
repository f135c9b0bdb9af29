"""How facts are written out in Indonesian, and dates read back: dates, numbers in words, a spaced NIP."""

import re
from datetime import date

_MONTHS = (
    "Januari",
    "Februari",
    "Maret",
    "April",
    "Mei",
    "Juni",
    "Juli",
    "Agustus",
    "September",
    "Oktober",
    "November",
    "Desember",
)
_WRITTEN = re.compile(r"(\d{1,2})\s*([A-Z][a-z]+)\s*(\d{4})")
_UNITS = (
    "nol",
    "satu",
    "dua",
    "tiga",
    "empat",
    "lima",
    "enam",
    "tujuh",
    "delapan",
    "sembilan",
    "sepuluh",
    "sebelas",
)


def written_date(day: date) -> str:
    """A date as people write it: 12 Mei 2026."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def read_date(text: str) -> date | None:
    """The day that written_date wrote, spaces left out or not; None for any other text."""
    found = _WRITTEN.fullmatch(text)
    try:
        return date(int(found[3]), _MONTHS.index(found[2]) + 1, int(found[1])) if found else None
    except ValueError:  # no such month, or no such day in it
        return None


def in_words(number: int) -> str:
    """A whole number from 0 to 999,999 in words: 21 is "dua puluh satu"."""
    if not 0 <= number < 1_000_000:
        raise ValueError(f"only 0 to 999999 are written in words, not {number}")
    if number < len(_UNITS):
        return _UNITS[number]
    if number < 20:
        return f"{_UNITS[number - 10]} belas"
    if number < 100:
        return _counted(number, 10, "puluh")
    if number < 1000:
        return _counted(number, 100, "ratus")
    return _counted(number, 1000, "ribu")


def spaced_nip(nip: str) -> str:
    """A NIP in its four groups: 19860926 201505 1 001. Any other text is left as it is."""
    if len(nip) != 18 or not nip.isdigit():
        return nip
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"


def _counted(number: int, of: int, name: str) -> str:
    """So many hundreds, and the rest; one of them is "seratus", not "satu ratus"."""
    count, rest = divmod(number, of)
    head = f"se{name}" if count == 1 else f"{in_words(count)} {name}"
    return f"{head} {in_words(rest)}" if rest else head
