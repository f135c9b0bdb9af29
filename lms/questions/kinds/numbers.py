"""How a typed number is read, for every kind that asks for one. Indonesian notation first.

- blanks count for nothing;
- where both marks occur, the last one is the decimal mark: 1.250,5 = 1,250.5 = 1250½;
- one comma is the decimal mark: 12,5 and 1,250 (= 1¼);
- one dot is the decimal mark (12.5), but before exactly three digits it groups thousands (1.250 = 1250),
  unless a zero begins it (0.125 = ⅛);
- a mark that occurs twice or more groups thousands, and groups have three digits.

Two of these could be meant otherwise: 1,250 is 1250 in English, and 1.250 is 1¼ there. Here both are read as Indonesian,
always, and whether or not the answer would be right the other way.
"""

import re
from collections.abc import Mapping
from decimal import Decimal

LONGEST = 40
_UNSIGNED = re.compile(r"[0-9]{1,15}(\.[0-9]{1,10})?")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}({re.escape(mark)}\d{{3}})+") for mark in ".,"}


def is_plain(text: str) -> bool:
    """Whether an author's number is plain: a dot as decimal mark, nothing grouped."""
    return _UNSIGNED.fullmatch(text.removeprefix("-")) is not None


def number_in(typed: str, *, unit: str = "") -> Decimal | None:
    """The number that was typed, perhaps with the unit behind it; None when there is none."""
    return amount_in(typed, {unit: Decimal(1)})


def amount_in(typed: str, units: Mapping[str, Decimal]) -> Decimal | None:
    """The number that was typed times the factor of the unit behind it; without a unit it stands for itself."""
    if len(typed) > LONGEST:
        return None
    text = "".join(typed.split()).replace("\N{MINUS SIGN}", "-").casefold()
    endings = {"".join(unit.split()).casefold(): factor for unit, factor in units.items()}
    # The longest first: "km" ends in "m".
    for ending in sorted(endings, key=len, reverse=True):
        if ending and text.endswith(ending) and (number := _number(text.removesuffix(ending))) is not None:
            return number * endings[ending]
    return _number(text)


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
    return text.replace(",", ".")


def _groups_thousands(text: str) -> bool:
    before, _, after = text.partition(".")
    return len(after) == 3 and 1 <= len(before) <= 3 and not before.startswith("0")


def _joined(whole: str, mark: str, fraction: str) -> str:
    if not _GROUPED[mark].fullmatch(whole):
        return ""
    return whole.replace(mark, "") + (f".{fraction}" if fraction else "")
