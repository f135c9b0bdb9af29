"""Raised and lowered letters in words that know no such form: x² is not x2."""

_FIGURES = {
    "sup": dict(zip("0123456789+-=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿ", strict=True)),
    "sub": dict(zip("0123456789+-=()", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎", strict=True)),
}
#: What raises or lowers in HTML.
NAMES = tuple(_FIGURES)


def shifted(words: str, where: str) -> str:
    """Raised or lowered figures as letters of their own, else with ^ or _ before them. where: one of NAMES."""
    figures = _FIGURES[where]
    if all(letter in figures for letter in words.strip()):
        return "".join(figures.get(letter, letter) for letter in words)
    return ("^" if where == "sup" else "_") + words.strip()
