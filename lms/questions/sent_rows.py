"""What a file of questions gave, row by row, kept as JSON: whoever pages through it or takes it in does not read the file again.

Errors come first, then warnings, then what is simply ready, each in the order of the file; so the rows of a state are a stretch.
They lie in pieces of PIECE rows, each written whole or not at all, and a page opens one or two of them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import accumulate
from typing import Any, Literal

from lms.questions.exchange.checking import Ready
from lms.questions.exchange.drafted import Drafted, Finding, Unusable
from lms.questions.importing import Plan, Tagged
from lms.questions.said import from_json, say, to_json
from lms.storage import Files

State = Literal["error", "warning", "ready"]
STATES: tuple[State, ...] = ("error", "warning", "ready")
FOLDER = "question-imports"
PIECE = 100
#: All that is kept of one file. What it holds besides its pictures is as large as the file; a package unpacks to more.
MOST_BYTES = 64 * 1024 * 1024
#: Letters of a question that is kept out, by which its author knows it again.
LONGEST_QUOTE = 1_000


@dataclass(frozen=True)
class Row:
    """A place of a file: what is said about it, and the question if it can come in. about: the words of one that cannot.

    place: which of the file's questions it is, from 0.
    """

    where: str
    state: State
    findings: tuple[Finding, ...]
    about: str = ""
    question: Tagged | None = None
    place: int = 0


def of(planned: Plan) -> list[Row]:
    """All rows of a file, in the order in which they are kept."""
    said: dict[str, list[Finding]] = {}
    known = {one.ready.drafted.where for one in planned.questions}
    for one in planned.findings:
        said.setdefault(one.asked if one.asked in known else one.where, []).append(one)
    made = []
    for place, question in enumerate(planned.questions):
        where = question.ready.drafted.where
        about = tuple(said.pop(where, ()))
        made.append(Row(where, _worst(about), about, question=question, place=place))
    for about in map(tuple, said.values()):
        quote = next((one.about for one in about if one.about), "")
        made.append(Row(about[0].where, _worst(about), about, about=quote[:LONGEST_QUOTE]))
    return sorted(made, key=lambda row: STATES.index(row.state))


def keep(files: Files, code: str, rows: list[Row]) -> None:
    """Keep the rows of a file under its code. Raises Unusable for more than is kept."""
    kept = 0
    for start in range(0, len(rows), PIECE):
        piece = json.dumps([_written(row) for row in rows[start : start + PIECE]], ensure_ascii=False).encode()
        kept += len(piece)
        if kept > MOST_BYTES:
            raise Unusable(say("isi berkas ini terlalu besar untuk ditampilkan; pecah menjadi beberapa berkas"))
        files.put(_key(code, start // PIECE), piece)


def between(files: Files, code: str, start: int, end: int) -> Iterator[Row]:
    """The rows from start up to end, as kept. end: at most how many there are. Raises FileMissing."""
    for number in range(start // PIECE, -(-end // PIECE)):
        for place, row in enumerate(json.loads(files.get(_key(code, number))), number * PIECE):
            if start <= place < end:
                yield _read(row)


def in_file_order(files: Files, code: str, counts: Sequence[int]) -> Iterator[Row]:
    """All rows with a question as the file has them. counts: how many rows there are of each of the STATES. Raises FileMissing."""
    ends = list(accumulate(counts))
    stretches = [between(files, code, end - count, end) for end, count in zip(ends, counts, strict=True)]
    with_question = [(row for row in stretch if row.question is not None) for stretch in stretches]
    return merge(*with_question, key=lambda row: row.place)


def drop(files: Files, code: str, rows: int) -> None:
    """Delete the rows of a file. rows: how many were kept."""
    for number in range(-(-rows // PIECE)):
        files.drop(_key(code, number))


def _key(code: str, number: int) -> str:
    return f"{FOLDER}/{code}-{number}.json"


def _worst(about: tuple[Finding, ...]) -> State:
    if any(one.level == "error" for one in about):
        return "error"
    return "warning" if about else "ready"


def _written(row: Row) -> dict[str, Any]:
    made = {
        "where": to_json(row.where),
        "state": row.state,
        "findings": [
            [one.level, to_json(one.message)] + ([to_json(one.where)] if one.where != row.where else [])
            for one in row.findings
        ],
        "about": row.about,
        "place": row.place,
    }
    return made | ({"question": _question(row.question)} if row.question else {})


def _question(one: Tagged) -> dict[str, Any]:
    drafted = one.ready.drafted
    return {
        "name": drafted.name,
        "kind": drafted.kind,
        "content": one.ready.content,
        "tags": drafted.tags,
        "competency": one.competency,
        "level": one.level,
        "difficulty": one.difficulty,
    }


def _read(given: Mapping[str, Any]) -> Row:
    where, asked = from_json(given["where"]), given.get("question")
    findings = tuple(
        Finding(from_json(place[0]) if place else where, from_json(message), level)
        for level, message, *place in given["findings"]
    )
    question = _tagged(where, asked) if asked else None
    return Row(where, given["state"], findings, given["about"], question, given.get("place", 0))


def _tagged(where: str, given: Mapping[str, Any]) -> Tagged:
    """The question as it was kept. What its kind was given to read is not: it has been read. Keys of competencies are looked up anew."""
    content = given["content"]
    drafted = Drafted(given["name"], given["kind"], content["stem"], {}, given["tags"], where)
    return Tagged(Ready(drafted, content), 0, given["competency"], given["level"], given["difficulty"])
