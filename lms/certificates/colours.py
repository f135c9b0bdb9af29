"""Colours as `#RRGGBB`: contrast as WCAG 2.2 counts it, mixing, and painting one text's colours in others. Pure."""

import re
from collections.abc import Mapping

#: What text needs against its ground (WCAG 2.2, 1.4.3, level AA).
AA = 4.5
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")


def is_colour(text: str) -> bool:
    """Whether the text is a colour in six hexadecimal digits."""
    return _COLOUR.fullmatch(text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, from 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """The first colour with a share in [0, 1] of the second."""
    parts = zip(_parts(one), _parts(other), strict=True)
    return "#" + "".join(f"{round(mine + (theirs - mine) * share):02X}" for mine, theirs in parts)


def painted(text: str, palette: Mapping[str, str]) -> str:
    """The text with its colours replaced. palette: colour → colour, in capitals; any other colour stays."""
    return _COLOUR.sub(lambda found: palette.get(found[0].upper(), found[0]), text)


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


def _luminance(colour: str) -> float:
    shares = (part / 255 for part in _parts(colour))
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
