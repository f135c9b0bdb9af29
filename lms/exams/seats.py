"""Places in a room: one is the same however it is written, and they stand in the order in which people count. Pure."""

import re

LONGEST_ROOM = 60
LONGEST_SEAT = 12
#: What people write before the number of a desk, in both languages.
_DESK = frozenset(("meja", "seat"))


def place(room: str, seat: str, usual: str) -> tuple[str, str]:
    """What two rows with the same seat have in common. usual: the sitting's room, where none is named."""
    return _plain(room or usual), _number(_plain(seat))


def order(room: str, seat: str) -> tuple[object, ...]:
    """By room, then seat: 2 before 10, A2 before A10, without a seat last."""
    parts = re.findall(r"\d+|\D+", _plain(seat))
    return (_plain(room), not seat, [(0, int(one), "") if one.isdecimal() else (1, 0, one) for one in parts])


def is_meant(words: str, room: str, seat: str) -> bool:
    """Whether words name this desk, this room, or both: "12", "meja 12", "Ruang C", "ruang c, meja 12"."""
    said = _parts(words)
    return bool(said) and said in (_parts(seat), _parts(room), _parts(room) + _parts(seat))


def _parts(text: str) -> list[str]:
    """Its words and numbers, without what a desk is called."""
    return [_number(part) for part in re.split(r"[\s,]+", text.casefold()) if part and part not in _DESK]


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _number(seat: str) -> str:
    """07 is 7: a spreadsheet drops the noughts before a number."""
    return seat.lstrip("0") or "0" if seat.isdecimal() else seat
