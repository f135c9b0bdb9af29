"""Escapes of GIFT: a backslash before ~ = # { } : or another backslash, and \\n for a line break.

Escaped letters are masked by private ones, two for two, so that places in the text stay what they are.
"""

import re

_NAMES = "\\~=#{}:n"
_BASE, _FILLER = 0xE100, "\ue1ff"
#: (what stands in a file, how it is masked); a backslash that is escaped comes first, so that it escapes nothing.
_PAIRS = tuple((f"\\{name}", chr(_BASE + place) + _FILLER) for place, name in enumerate(_NAMES))
_OURS = re.compile(f"[{chr(_BASE)}-{chr(_BASE + len(_NAMES) - 1)}{_FILLER}]")


def mask(text: str) -> str:
    """The text with escapes masked."""
    made = _OURS.sub("\ufffd", text)
    for escaped, masked in _PAIRS:
        made = made.replace(escaped, masked)
    return made


def unmask(text: str) -> str:
    """What masked text says."""
    for escaped, masked in _PAIRS:
        text = text.replace(masked, "\n" if escaped == "\\n" else escaped[1:])
    return text


def escape(text: str) -> str:
    """Text as a GIFT file writes it, on one line."""
    return re.sub(r"[~=#{}:\\]", lambda found: "\\" + found[0], text).replace("\n", "\\n")
