"""How a typed number is read, for every kind that asks for one. Indonesian notation first.

- blanks and letters that nobody sees count for nothing; any dash is a minus;
- where both marks occur, the last one is the decimal mark: 1.250,5 = 1,250.5 = 1250½;
- one comma is the decimal mark: 12,5 and 1,250 (= 1¼);
- one dot is the decimal mark (12.5), but before exactly three digits it groups thousands (1.250 = 1250),
  unless a zero begins it (0.125 = ⅛);
- a mark that occurs twice or more groups thousands, and groups have three digits;
- a mark with nothing behind it (12,) or before it (,5) is the decimal mark.

Two of these could be meant otherwise: 1,250 is 1250 in English, and 1.250 is 1¼ there. Here both are read as Indonesian,
always, and whether or not the answer would be right the other way; under the answer the candidate sees how it is read
(`web/static/js/lib/exam/numbers.js` reads alike).
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from decimal import Decimal

LONGEST, MOST_PLACES = 40, 10
_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\N{MINUS SIGN}"), "-")
_UNSIGNED = re.compile(rf"[0-9]{{1,15}}(\.[0-9]{{1,{MOST_PLACES}}})?")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}({re.escape(mark)}\d{{3}})+") for mark in ".,"}


def is_plain(text: str) -> bool:
    """Whether an author's number is plain: a dot as decimal mark, nothing grouped."""
    return _UNSIGNED.fullmatch(text.removeprefix("-")) is not None


def number_in(typed: str, *, unit: str = "") -> Decimal | None:
    """The number that was typed, perhaps with the unit behind it; None when there is none."""
    return amount_in(typed, {unit: Decimal(1)})


def amount_in(typed: str, units: Mapping[str, Decimal]) -> Decimal | None:
    """The number that was typed times the factor of the unit behind it; without a unit it stands for itself."""
    found = parts_in(typed, units)
    if found is None:
        return None
    number, unit = found
    return number * units[unit] if unit else number


def parts_in(typed: str, units: Iterable[str]) -> tuple[Decimal, str] | None:
    """(the number that was typed, which of the units stands behind it, empty for none); None when there is no number."""
    if len(typed) > LONGEST:
        return None
    text = _bare(typed).translate(_DASHES)
    endings = {_bare(unit): unit for unit in units}
    # The longest first: "km" ends in "m".
    for ending in sorted(endings, key=len, reverse=True):
        if ending and text.endswith(ending) and (number := _number(text.removesuffix(ending))) is not None:
            return number, endings[ending]
    number = _number(text)
    return None if number is None else (number, "")


def _bare(text: str) -> str:
    return "".join(one for one in text if not one.isspace() and unicodedata.category(one) != "Cf").casefold()


def _number(digits: str) -> Decimal | None:
    sign = digits[:1] if digits.startswith(("-", "+")) else ""
    plain = _plain(digits.removeprefix(sign))
    return Decimal(sign + plain) if _UNSIGNED.fullmatch(plain) else None


def _plain(text: str) -> str:
    """The number without grouping and with a dot as decimal mark; empty when its marks make no sense."""
    dots, commas = text.count("."), text.count(",")
    if dots and commas:
        decimal = max(".,", key=text.rfind)
        whole, _, fraction = text.rpartition(decimal)
        return _joined(whole, "," if decimal == "." else ".", fraction)
    if dots + commas > 1 or (dots and _groups_thousands(text)):
        return _joined(text, "." if dots else ",", "")
    whole, mark, fraction = text.replace(",", ".").partition(".")
    return (whole or "0") + (mark + fraction if fraction else "") if whole or fraction else ""


def _groups_thousands(text: str) -> bool:
    before, _, after = text.partition(".")
    return len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")


def _joined(whole: str, mark: str, fraction: str) -> str:
    if not _GROUPED[mark].fullmatch(whole):
        return ""
    return whole.replace(mark, "") + (f".{fraction}" if fraction else "")
