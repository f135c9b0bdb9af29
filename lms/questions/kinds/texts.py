"""How a typed word is compared with the answers of its author, for every kind that asks for one.

Blanks at the ends are dropped and those between words count as one. Large and small letters are the same unless the question
says otherwise. In an author's answer `*` stands for any letters, also none, and `\\*` for the star itself.
"""

import re
import unicodedata

#: So many stars an answer may hold: more say nothing.
MOST_STARS = 10
_STAR = re.compile(r"(?<!\\)\*")


def fits(pattern: str, typed: str, *, case_sensitive: bool = False) -> bool:
    """Whether what was typed is what the author's answer says. Takes time in proportion to the two lengths."""
    text = folded(typed, case_sensitive=case_sensitive)
    first, *rest = [folded(part, case_sensitive=case_sensitive, ends=False) for part in _parts(pattern.strip())]
    if not rest:
        return text == first
    *middle, last = rest
    if not text.startswith(first) or not text.endswith(last) or len(text) < len(first) + len(last):
        return False
    end = len(text) - len(last)
    place = len(first)
    for part in middle:
        found = text.find(part, place, end)
        if found < 0:
            return False
        place = found + len(part)
    return True


def folded(text: str, *, case_sensitive: bool, ends: bool = True) -> str:
    """A text as it is compared. ends: drop blanks at its ends."""
    plain = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))
    plain = plain.strip() if ends else plain
    return plain if case_sensitive else plain.casefold()


def stars(pattern: str) -> int:
    """How many places of an answer take any letters."""
    return len(_STAR.findall(pattern))


def takes_all(pattern: str) -> bool:
    """Whether any answer would be right."""
    return stars(pattern) > 0 and not any(part.strip() for part in _parts(pattern))


def readable(pattern: str) -> str:
    """An answer as it is shown to a reader."""
    return _STAR.sub("…", pattern).replace("\\*", "*")


def _parts(pattern: str) -> list[str]:
    return [part.replace("\\*", "*") for part in _STAR.split(pattern)]
