"""NIP: the 18-digit number of a civil servant.

PNS: birth date YYYYMMDD, start as candidate YYYYMM, sex 1 or 2, serial 001–999.
PPPK: birth date, start year YYYY, `2` and the count of the contract 1–9, sex, serial.
No check digit. It reveals birth date and sex, so it stands in no address, log or public page.
"""

import re
from datetime import date


class BadNip(ValueError):
    """Not a possible NIP. `problem` is a key: length, birth, start, sex or serial."""

    def __init__(self, problem: str) -> None:
        super().__init__(problem)
        self.problem = problem


def normalise(text: str) -> str:
    """The 18 digits of a NIP typed with or without spaces, dots and hyphens. Raises BadNip."""
    number = digits(text)
    if len(number) != 18:
        raise BadNip("length")
    _date(number[:8])
    if not (number[12] == "2" and number[13] in "123456789") and not "01" <= number[12:14] <= "12":
        raise BadNip("start")
    if number[14] not in "12":
        raise BadNip("sex")
    if number[15:] == "000":
        raise BadNip("serial")
    return number


def digits(text: str) -> str:
    """What was typed without spaces, dots and hyphens, if digits remain; else nothing. It need not be a NIP."""
    number = re.sub(r"[\s.\-]", "", text)
    return number if re.fullmatch(r"[0-9]+", number) else ""


def display(nip: str) -> str:
    """As it is printed: `19860926 201505 1 001`."""
    return f"{nip[:8]} {nip[8:14]} {nip[14]} {nip[15:]}"


def _date(digits: str) -> None:
    try:
        date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError as error:
        raise BadNip("birth") from error
