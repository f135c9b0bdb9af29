"""Escapes of GIFT: a backslash before ~ = # { } : or another backslash, and \\n for a line break.

Escaped letters are masked by private ones, two for two, so that places in the text stay what they are.
"""

import re

_NAMES = "~=#{}:\\n"
_BASE, _FILLER = 0xE100, "\ue1ff"
_ESCAPE = re.compile(r"\\([~=#{}:\\n])")
_MASKED = re.compile(f"([{chr(_BASE)}-{chr(_BASE + len(_NAMES) - 1)}]){_FILLER}")
_OURS = re.compile(f"[{chr(_BASE)}-{chr(_BASE + len(_NAMES) - 1)}{_FILLER}]")


def mask(text: str) -> str:
    """The text with escapes masked."""
    return _ESCAPE.sub(lambda found: chr(_BASE + _NAMES.index(found[1])) + _FILLER, _OURS.sub("\ufffd", text))


def unmask(text: str) -> str:
    """What masked text says."""
    return _MASKED.sub(lambda found: _said(_NAMES[ord(found[1]) - _BASE]), text)


def escape(text: str) -> str:
    """Text as a GIFT file writes it, on one line."""
    return re.sub(r"[~=#{}:\\]", lambda found: "\\" + found[0], text).replace("\n", "\\n")


def _said(name: str) -> str:
    return "\n" if name == "n" else name
