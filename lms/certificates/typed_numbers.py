"""Certificate numbers as people type them, such as `b.589 / bpsdm/rsdm.510/v/2026`. Pure."""

import re
import unicodedata

_ADDRESS = re.compile(r"://|/cek/", re.IGNORECASE)


def spellings(text: str) -> tuple[str, ...]:
    """The numbers that a text may mean, the likeliest first: as it stands, without blanks, in capitals."""
    plain = " ".join(unicodedata.normalize("NFKC", text).split())
    close = plain.replace(" ", "")
    return tuple(dict.fromkeys((plain, close, plain.upper(), close.upper())))


def looks_like_number(text: str) -> bool:
    """Whether a text is more like a number than like a mistyped code: parts between strokes, with letters and digits."""
    is_mixed = any(c.isalpha() for c in text) and any(c.isdigit() for c in text)
    return "/" in text and is_mixed and _ADDRESS.search(text) is None
