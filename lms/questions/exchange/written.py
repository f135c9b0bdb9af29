"""What every writer of a format returns, and what it is given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.questions.exchange.drafted import Drafted, Finding
from lms.questions.said import say


@dataclass(frozen=True)
class Written:
    """A file, and what its format could not hold: a question that is left out is an error, a part that is lost a warning."""

    data: bytes
    findings: tuple[Finding, ...]


def drafted_of(
    kind: str,
    content: Mapping[str, Any],
    *,
    competency: str,
    level: int,
    difficulty: str,
    number: int,
    tags: Sequence[str] = (),
    folder: str = "",
) -> Drafted:
    """A question of a bank in the neutral shape. number: its place in the export, from 1."""
    name = content.get("name", "")
    raw = {"kind": kind, **content}
    where = say("Soal %(n)s (%(name)s)", n=number, name=name[:60]) if name else say("Soal %(n)s", n=number)
    said = {"competency": competency, "level": level, "difficulty": difficulty}
    more = {"tags": list(tags), "folder": folder}
    return Drafted(name, kind, content["stem"], raw, said | {key: value for key, value in more.items() if value}, where)
