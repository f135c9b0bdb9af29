"""A file's printed facts beside those of the register: what is the same, what differs, what cannot be read. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from lms.certificates import codes
from lms.certificates.entry import RegisterEntry
from lms.certificates.printed import Printed
from lms.certificates.wording import read_date

ENDLESS = "tidak terbatas"
_NUMBERED = re.compile(r"([1-5]) ?· ?([^/]+)")


class Outcome(StrEnum):
    """How a printed fact stands to the register's, in the order of their weight."""

    DIFFERS = "differs"
    UNREADABLE = "unreadable"
    SAME = "same"


@dataclass(frozen=True)
class Row:
    """One fact. printed: as it stands in the file, typed where it could be, None where unreadable.

    registered: the register's value, typed; of a level (both) its number and name.
    registered is None where the certificate has no end (valid_until) or gives no credit (learning_hours).
    """

    field: str
    printed: str | date | tuple[int, str] | None
    registered: str | int | date | tuple[int, str] | None
    outcome: Outcome


def compare(printed: Printed, entry: RegisterEntry) -> tuple[Row, ...]:
    """All facts, those that differ first; within an outcome in the order of the page."""
    rows = [
        _text("holder_name", printed.holder_name, entry.holder_name),
        _text("title", printed.title, entry.title),
        _level(printed.level, entry),
        _hours(printed.learning_hours, entry.learning_hours),
        _day("issued_on", printed.issued_on, entry.issued_on),
        _day("valid_from", printed.valid_from, entry.valid_from),
        _day("valid_until", printed.valid_until, entry.valid_until),
        _text("number", printed.number, entry.serial_number),
        _text("code", printed.code, codes.display(entry.code)),
    ]
    order = list(Outcome)
    return tuple(sorted(rows, key=lambda row: order.index(row.outcome)))


def _text(field: str, printed: str | None, registered: str) -> Row:
    if printed is None:
        return Row(field, None, registered, Outcome.UNREADABLE)
    if _letters(printed) == _letters(registered):  # the page's line breaks are not part of the fact
        return Row(field, registered, registered, Outcome.SAME)
    return Row(field, printed, registered, Outcome.DIFFERS)


def _level(printed: str | None, entry: RegisterEntry) -> Row:
    if not entry.level:  # attendance: there is nothing to print
        return Row("level", printed, None, Outcome.DIFFERS if printed else Outcome.SAME)
    row = _text("level", printed, f"{entry.level} · {entry.level_name}")
    read = _NUMBERED.fullmatch(row.printed) if isinstance(row.printed, str) else None
    shown = (int(read[1]), read[2]) if read else row.printed
    return Row("level", shown, (entry.level, entry.level_name), row.outcome)


def _hours(printed: str | None, registered: int | None) -> Row:
    """A certificate without credit prints no hours: then there is nothing to read."""
    if printed is None:
        return Row("learning_hours", None, registered, Outcome.UNREADABLE if registered else Outcome.SAME)
    same = printed == str(registered)
    return Row("learning_hours", printed, registered, Outcome.SAME if same else Outcome.DIFFERS)


def _day(field: str, printed: str | None, registered: date | None) -> Row:
    if printed is None:
        return Row(field, None, registered, Outcome.UNREADABLE)
    if registered is None:
        same = _letters(printed) == _letters(ENDLESS)
        return Row(field, printed, None, Outcome.SAME if same else Outcome.DIFFERS)
    day = read_date(printed)
    return Row(field, day or printed, registered, Outcome.SAME if day == registered else Outcome.DIFFERS)


def _letters(text: str) -> str:
    return "".join(text.split())
