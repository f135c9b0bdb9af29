"""The list of attacks: a name, the state that it must get, the cause that must be named, and how its file is made."""

from collections.abc import Callable
from dataclasses import dataclass

from lms.certificates.causes import Cause
from lms.certificates.verification import State
from tests.certificates.attacks.world import World

Maker = Callable[[World], bytes]


@dataclass(frozen=True)
class Attack:
    """One file. cause: why the signature does not prove it; None where the state says all, or the file was not read so far."""

    name: str
    state: State
    cause: Cause | None
    make: Maker


ATTACKS: dict[str, Attack] = {}


def attack(state: State, cause: Cause | None = None) -> Callable[[Maker], Maker]:
    """Enter a function that makes a file, under its own name."""

    def enter(make: Maker) -> Maker:
        name = make.__name__
        assert name not in ATTACKS, name
        ATTACKS[name] = Attack(name, state, cause, make)
        return make

    return enter


def all_attacks() -> list[Attack]:
    """Every attack, in the order of their modules."""
    from tests.certificates.attacks import appended, containers, hostile, proofs, rewritten, signed  # noqa: F401, PLC0415

    return list(ATTACKS.values())
