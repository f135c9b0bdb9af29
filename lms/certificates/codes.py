"""Certificate codes: eleven random characters and one that checks them.

A code names one certificate for the public, so it cannot be guessed (55 random bits) and a slip of
the pen is told from an unknown certificate: as numbers of GF(32), the characters times distinct
powers of a generator add up to zero. One wrong character, or two that changed places, never do.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from functools import reduce

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12

_REDUCER = 0b100101  # x^5 + x^2 + 1 is primitive: x generates all 31 non-zero numbers of GF(32)
_NUMBER = {character: number for number, character in enumerate(ALPHABET)}
_LOOK_ALIKES = str.maketrans("OIL", "011")
_ADDRESS = re.compile(r"(?:.*/cek/|\w+://.*/)([^/?#]+)", re.IGNORECASE | re.DOTALL)
_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf", "Pd"}  # spaces, controls, marks without width, every dash


class Problem(StrEnum):
    """What is wrong with a text that should be a code."""

    WRONG_LENGTH = "wrong_length"
    ILLEGAL_CHARACTER = "illegal_character"
    WRONG_CHECK_CHARACTER = "wrong_check_character"


class MalformedCode(ValueError):
    """The text cannot be a code, whatever the register holds."""

    problem: Problem


class WrongLength(MalformedCode):
    """It has more or fewer characters than a code."""

    problem = Problem.WRONG_LENGTH

    def __init__(self, length: int) -> None:
        super().__init__(f"a code has {LENGTH} characters, this has {length}")
        self.length = length


class IllegalCharacter(MalformedCode):
    """It holds characters that no code has."""

    problem = Problem.ILLEGAL_CHARACTER

    def __init__(self, characters: str) -> None:
        super().__init__(f"no code has the characters {characters}")
        self.characters = characters


class WrongCheckCharacter(MalformedCode):
    """At least one character was mistyped, or two changed places."""

    problem = Problem.WRONG_CHECK_CHARACTER

    def __init__(self) -> None:
        super().__init__("the check character does not fit the others")


def new_code() -> str:
    """A fresh code of twelve characters, without hyphens."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that makes these eleven a code."""
    return ALPHABET[_double(_weighted_sum(body))]


def normalise(text: str) -> str:
    """The bare code in what somebody typed, pasted or scanned; it may still be malformed.

    Takes the code out of a check address; drops spaces and hyphens; reads O as 0, I and L as 1.
    """
    address = _ADDRESS.match(text.strip())
    wanted = unicodedata.normalize("NFKC", address.group(1) if address else text)
    seen = "".join(c for c in wanted if unicodedata.category(c) not in _UNSEEN)
    return seen.upper().translate(_LOOK_ALIKES)


def parse(text: str) -> str:
    """The well-formed code in a text. Raises a MalformedCode that says what is wrong."""
    code = normalise(text)
    if illegal := "".join(dict.fromkeys(c for c in code if c not in _NUMBER)):
        raise IllegalCharacter(illegal)
    if len(code) != LENGTH:
        raise WrongLength(len(code))
    if _weighted_sum(code) != 0:
        raise WrongCheckCharacter
    return code


def is_well_formed(code: str) -> bool:
    """Whether this bare, normalised text is a code."""
    return len(code) == LENGTH and all(c in _NUMBER for c in code) and _weighted_sum(code) == 0


def display(code: str) -> str:
    """The code as people read it: K7QD-M4XR-2TVE."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _weighted_sum(characters: Iterable[str]) -> int:
    """The sum of character × x^k in GF(32), k counted from the right: Horner's rule."""
    return reduce(lambda total, character: _double(total) ^ _NUMBER[character], characters, 0)


def _double(number: int) -> int:
    """A number of GF(32) times x."""
    doubled = number << 1
    return doubled ^ _REDUCER if doubled & 0b100000 else doubled
