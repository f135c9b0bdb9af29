"""A number, with a tolerance and perhaps a unit. An answer is the text that was typed.

How a typed number is read (Indonesian notation first):
- blanks count for nothing, and the unit may stand behind the number;
- where both marks occur, the last one is the decimal mark: 1.250,5 = 1,250.5 = 1250½;
- one comma is the decimal mark: 12,5 and 1,250 (= 1¼);
- one dot is the decimal mark (12.5), but before exactly three digits it groups thousands (1.250 = 1250),
  unless a zero begins it (0.125 = ⅛);
- a mark that occurs twice or more groups thousands, and groups have three digits.
"""

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from lms import markup
from lms.questions.content import Presented, Reader

LONGEST = 40
_UNSIGNED = re.compile(r"[0-9]{1,15}(\.[0-9]{1,10})?")
_GROUPED = {mark: re.compile(rf"\d{{1,3}}({re.escape(mark)}\d{{3}})+") for mark in ".,"}


def read(raw: Mapping[str, Any]) -> dict[str, Any]:
    """answer, tolerance and unit as texts; the numbers plain with a dot, such as "12.5". Raises BadQuestion."""
    reader = Reader(raw, fields=("answer", "tolerance", "unit"))
    answer, tolerance = reader.text("answer"), reader.text("tolerance", required=False) or "0"
    for field, text in (("answer", answer), ("tolerance", tolerance)):
        if text and not _UNSIGNED.fullmatch(text.removeprefix("-")):
            reader.refuse(field, 'tulis bilangan dalam tanda kutip dengan titik desimal, misalnya "12.5"')
    if tolerance.startswith("-"):
        reader.refuse("tolerance", "tidak boleh kurang dari nol")
    return reader.finish({"answer": answer, "tolerance": tolerance, "unit": reader.text("unit", required=False)})


def present(content: Mapping[str, Any], order: Sequence[int]) -> Presented:
    """The stem and the unit."""
    del order
    return Presented("numeric", markup.html(content["stem"]), unit=content["unit"])


def maximum(content: Mapping[str, Any]) -> Decimal:
    """Always 1."""
    del content
    return Decimal(1)


def mark(content: Mapping[str, Any], value: object) -> Decimal:
    """1 within the tolerance (its ends included), else 0."""
    number = number_in(value, unit=content["unit"]) if isinstance(value, str) else None
    if number is None:
        return Decimal(0)
    return Decimal(abs(number - Decimal(content["answer"])) <= Decimal(content["tolerance"]))


def number_in(typed: str, *, unit: str = "") -> Decimal | None:
    """The number that was typed, by the rules above; None when there is none."""
    if len(typed) > LONGEST:
        return None
    text = "".join(typed.split()).replace("\N{MINUS SIGN}", "-").casefold()
    ending = "".join(unit.split()).casefold()
    digits = text.removesuffix(ending) if ending else text
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
