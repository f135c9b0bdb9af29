"""What a certificate's page states, read from the text of its pages: a reading of words, proof of nothing.

The fields are found by the words that our designs print around them. White space does not matter, since programs that
print or save a file again break lines and words as they like.
"""

import re
import unicodedata
from dataclasses import dataclass, fields

_MOST_TEXT = 20_000  # characters; a certificate has 2,000
_LONGEST = 200
_DAY = r"\d{1,2}(?:Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember)\d{4}"
#: How an agency's legal basis begins, so that it is told from the number that stands before it.
BASES = ("Berdasarkan", "Menurut", "Mengingat", "Sesuai dengan")
_BASES = "|".join(basis.replace(" ", "") for basis in BASES)
#: Field → where it stands between our own words, white space left out.
_PLACES = {
    "holder_name": re.compile(r"(?:herebystatesthat|awardedto)(.{1,200}?)NIP\d"),
    "title": re.compile(r"KompetensiCompetency(.{1,300}?)(?=[1-5]·.{1,40}?Level\d)"),
    "level": re.compile(r"KompetensiCompetency.{1,300}?([1-5]·.{1,40}?)Level\d"),
    "learning_hours": re.compile(r"setaradengan(\d{1,4})\("),
    "issued_on": re.compile(rf"[^\W\d],({_DAY})"),
    "valid_from": re.compile(rf"Validfrom({_DAY})"),
    "valid_until": re.compile(rf"Validuntil({_DAY}|tidakterbatas)"),
    "number": re.compile(rf"Nomor:(.{{1,120}}?)(?:{_BASES}|denganinimenyatakan|diberikankepada)"),
    "code": re.compile(r"Checkcode([0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4})"),
}


@dataclass(frozen=True, kw_only=True)
class Printed:
    """The facts as they stand on the page, in its own words; None where a field cannot be read.

    A field that stands there more than once with different values holds them all, joined by " / ".
    """

    holder_name: str | None = None
    title: str | None = None
    level: str | None = None
    learning_hours: str | None = None
    issued_on: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    number: str | None = None
    code: str | None = None

    @property
    def is_blank(self) -> bool:
        """Whether nothing at all could be read: an image, or another document."""
        return all(getattr(self, field.name) is None for field in fields(self))


def read(text: str) -> Printed:
    """The facts in the text of a file's pages."""
    text = unicodedata.normalize("NFKC", text[:_MOST_TEXT])
    places = [place for place, character in enumerate(text) if _is_seen(character)]
    squeezed = "".join(text[place] for place in places)
    found = {}
    for name, pattern in _PLACES.items():
        spans = [match.span(1) for match in pattern.finditer(squeezed)]
        values = dict.fromkeys(_spaced(text[places[start] : places[end - 1] + 1]) for start, end in spans)
        found[name] = " / ".join(values)[:_LONGEST] or None
    return Printed(**found)


def _is_seen(character: str) -> bool:
    """No white space, no control, no mark without width."""
    return unicodedata.category(character) not in {"Zs", "Zl", "Zp", "Cc", "Cf"}


def _spaced(text: str) -> str:
    """One line, one space between words."""
    return " ".join("".join(c if _is_seen(c) else " " for c in text if unicodedata.category(c) != "Cf").split())
