"""How words are kept from meaning anything in Markdown."""

import re

_ESCAPED = re.compile(r"[\\`*_\[\]<>~|]|&(?=#?\w+;)")
_LINE_START = re.compile(r"^(\d+)([.)])(?=\s|$)|^([-+=#:>])")


def escape_inline(text: str) -> str:
    """Words inside a line of Markdown: nothing in them formats."""
    return _ESCAPED.sub(lambda found: "\\" + found[0], text)


def guard_start(line: str) -> str:
    """A line of Markdown whose beginning shall mean nothing, such as "1. " or "# "."""
    return _LINE_START.sub(lambda found: f"{found[1]}\\{found[2]}" if found[1] else "\\" + found[3], line)
