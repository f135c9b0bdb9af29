"""Places in a room: one is the same however it is written, and they stand in the order in which people count. Pure."""

import re

LONGEST_ROOM = 60
LONGEST_SEAT = 12


def place(room: str, seat: str, usual: str) -> tuple[str, str]:
    """What two rows with the same seat have in common. usual: the sitting's room, where none is named."""
    return _plain(room or usual), _number(_plain(seat))


def order(room: str, seat: str) -> tuple[object, ...]:
    """By room, then seat: 2 before 10, A2 before A10, without a seat last."""
    parts = re.findall(r"\d+|\D+", _plain(seat))
    return (_plain(room), not seat, [(0, int(one), "") if one.isdecimal() else (1, 0, one) for one in parts])


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


def _number(seat: str) -> str:
    """07 is 7: a spreadsheet drops the noughts before a number."""
    return seat.lstrip("0") or "0" if seat.isdecimal() else seat
