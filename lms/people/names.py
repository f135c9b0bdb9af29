"""Names of people as Indonesia writes them: titles stand before and behind, and some have one word alone."""

import re
import unicodedata

#: Titles before a name, in small letters and without their stop.
ACADEMIC = ("prof", "dr", "dra", "drs", "ir", "drg", "drh", "dokter", "apt", "ns", "psi")
RELIGIOUS = ("h", "hj", "haji", "hajjah", "kh", "ust", "ustaz", "ustazah", "ustad", "pdt")
TITLES = frozenset((*ACADEMIC, *RELIGIOUS))


def sort_key(name: str) -> str:
    """By what a list of people is put in order: the personal name in small ASCII letters, without titles.

    What follows the first comma is a title behind the name. A name that would leave nothing keeps its words, so the
    key is never empty for a name that has letters. Same key, same place: a list then falls back on the person's key.
    Plain ASCII, so that both databases order it alike.
    """
    words = _words(name.split(",", maxsplit=1)[0])
    personal = list(words)
    while len(personal) > 1 and personal[0] in TITLES:
        personal.pop(0)
    return " ".join(personal or _words(name))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.findall(r"[a-z0-9]+", plain.replace("'", ""))
