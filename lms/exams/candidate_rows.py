"""Judges a list of candidates row by row: which can be taken over, which with a warning, which not and what to do. Pure."""

import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from lms.exams import seats
from lms.people import nip
from lms.spreadsheets import Cell

#: Column → the words by which a first row may call it, in small letters.
NAMES: dict[str, tuple[str, ...]] = {
    "nip": ("nip", "nip pegawai", "nomor induk pegawai"),
    "name": ("nama", "nama pegawai", "nama lengkap", "name"),
    "extra": (
        "tambahan waktu",
        "tambahan waktu (menit)",
        "menit tambahan",
        "tambahan menit",
        "extra minutes",
        "extra time",
        "extra time (minutes)",
    ),
    "group": ("kelompok", "group"),
    "room": ("ruang", "ruangan", "nama ruang", "room"),
    "seat": ("meja", "nomor meja", "kursi", "nomor kursi", "seat", "desk"),
    "note": ("akomodasi", "catatan akomodasi", "catatan", "accommodation"),
}
#: Columns that nobody misses: a running number, and what stands behind rows that came back.
_BESIDE = frozenset(("no", "no.", "nomor", "number", "baris", "row", "galat", "error"))
LONGEST_GROUP = 40
#: No candidate gets more minutes than this on top of the exam's duration.
MOST_EXTRA = 600
#: What does not keep a row from being taken over.
WARNINGS = ("name_differs", "no_account", "not_active", "elsewhere", "unknown_group", "insider")


@dataclass(frozen=True)
class Known:
    """Whom a NIP belongs to. name as in the register; has_account: may sign in; is_active: is in service now.

    is_insider: knows the questions, and so cannot start.
    """

    employee_id: int
    name: str
    has_account: bool
    is_active: bool
    is_insider: bool = False


@dataclass(frozen=True)
class Surroundings:
    """What rows are judged by. listed: who is on the list · elsewhere: on another list of the exam · places: left, or None.

    groups: the groups that the exam's pass rules know · room: the sitting's · taken: places (seats.place) of who is listed ·
    own: who brings the list.
    """

    known: Mapping[str, Known]
    listed: AbstractSet[int] = frozenset()
    elsewhere: AbstractSet[int] = frozenset()
    places: int | None = None
    groups: AbstractSet[str] = frozenset()
    room: str = ""
    taken: AbstractSet[tuple[str, str]] = frozenset()
    own: int | None = None


@dataclass(frozen=True)
class Remark:
    """What is wrong with one cell. column: a key of NAMES. problem: a key, for the page's words. value: what stands there."""

    column: str
    problem: str
    value: str = ""


@dataclass(frozen=True)
class Row:
    """One row of a list. line: its number in the file, the first is 1. nip as typed; name as in the register."""

    line: int
    nip: str
    name: str
    extra_minutes: int
    group: str
    accommodation: str
    employee_id: int | None
    room: str = ""
    seat: str = ""
    findings: tuple[Remark, ...] = field(default=())

    @property
    def state(self) -> str:
        """ready, warning or error."""
        if any(one.problem not in WARNINGS for one in self.findings):
            return "error"
        return "warning" if self.findings else "ready"


def nips(table: Sequence[Sequence[Cell]]) -> list[str]:
    """The possible NIPs of a table, to look up."""
    columns, first = _columns(table)
    return [digits for row in table[first:] if (digits := _nip(_at(row, columns, "nip"))[0])]


def lacks_nips(table: Sequence[Sequence[Cell]]) -> bool:
    """Whether the first row only names columns, none of them for NIPs, and none stand where they stand without names."""
    columns, first = _columns(table)
    if first or not table or any(re.search(r"\d", str(cell)) for cell in table[0]):
        return False
    return not any(_nip(_at(row, columns, "nip"))[0] for row in table)


def unread(table: Sequence[Sequence[Cell]]) -> list[str]:
    """The names of columns from which nothing is taken over, as they stand in the first row; none where it has no names."""
    columns, first = _columns(table)
    if not first:
        return []
    heads = enumerate(map(_shown, table[0]))
    return [head for place, head in heads if head and place not in columns.values() and head.lower() not in _BESIDE]


def judge(table: Sequence[Sequence[Cell]], around: Surroundings) -> list[Row]:
    """Every row that is not empty, judged. A first row with a column called NIP names the columns."""
    columns, first = _columns(table)
    seen: dict[int, int] = {}
    places_seen: dict[tuple[str, str], int] = {}
    rows = []
    places = around.places
    for line, cells in enumerate(table[first:], start=first + 1):
        if not any(str(cell).strip() for cell in cells):
            continue
        row = _row(line, cells, columns, around)
        if row.employee_id is not None and row.employee_id in seen:
            row = _with(row, Remark("nip", "twice", str(seen[row.employee_id])))
        elif row.employee_id is not None:
            seen[row.employee_id] = line
        if row.seat:
            where = seats.place(row.room, row.seat, around.room)
            if where in around.taken:
                row = _with(row, Remark("seat", "seat_taken", row.seat))
            elif places_seen.setdefault(where, line) != line:
                row = _with(row, Remark("seat", "seat_twice", str(places_seen[where])))
        if places is not None and row.state != "error":
            row = row if places > 0 else _with(row, Remark("nip", "full"))
            places -= 1
        rows.append(row)
    return rows


def _columns(table: Sequence[Sequence[Cell]]) -> tuple[dict[str, int], int]:
    """(column → its place, number of the first row with a person). Without a first row of names they are in NAMES' order."""
    head = [re.sub(r"\s+", " ", str(cell)).strip().strip("\ufeff*:").lower() for cell in table[0]] if table else []
    named = {
        key: next(place for place, word in enumerate(head) if word in words)
        for key, words in NAMES.items()
        if any(word in words for word in head)
    }
    if "nip" in named:
        return named, 1
    return {"nip": 0, "extra": 1, "group": 2, "note": 3, "room": 4, "seat": 5}, 0


def _row(line: int, cells: Sequence[Cell], columns: Mapping[str, int], around: Surroundings) -> Row:
    typed = _at(cells, columns, "nip")
    digits, problem = _nip(typed)
    who = around.known.get(digits) if digits else None
    findings = [Remark("nip", problem, _shown(typed))] if problem else []
    if digits and who is None:
        findings.append(Remark("nip", "unknown"))
    extra = _minutes(_at(cells, columns, "extra"))
    if extra is None:
        findings.append(Remark("extra", "minutes", _shown(_at(cells, columns, "extra"))))
    group = str(_at(cells, columns, "group")).strip()
    if len(group) > LONGEST_GROUP:
        findings.append(Remark("group", "long"))
    elif group and group not in around.groups:
        findings.append(Remark("group", "unknown_group", group))
    if who is not None:
        given = str(_at(cells, columns, "name")).strip()
        findings += [Remark(*one) for one in _about(who, given, around)]
    room, seat = (" ".join(_shown(_at(cells, columns, column)).split()) for column in ("room", "seat"))
    findings += [
        Remark(column, f"{column}_long")
        for column, text, most in (("room", room, seats.LONGEST_ROOM), ("seat", seat, seats.LONGEST_SEAT))
        if len(text) > most
    ]
    note = str(_at(cells, columns, "note")).strip()
    known = who.employee_id if who else None
    name = who.name if who else ""
    return Row(line, _shown(typed), name, extra or 0, group, note, known, room, seat, tuple(findings))


def _about(who: Known, given: str, around: Surroundings) -> list[tuple[str, str, str]]:
    rules: list[tuple[bool, tuple[str, str, str]]] = [
        (who.employee_id == around.own, ("nip", "own", "")),
        (who.employee_id in around.listed, ("nip", "listed", "")),
        (bool(given) and not _same_name(given, who.name), ("name", "name_differs", given)),
        (not who.has_account, ("nip", "no_account", "")),
        (not who.is_active, ("nip", "not_active", "")),
        (who.is_insider, ("nip", "insider", "")),
        (who.employee_id in around.elsewhere, ("nip", "elsewhere", "")),
    ]
    return [finding for holds, finding in rules if holds]


def _nip(typed: Cell) -> tuple[str, str]:
    """(the 18 digits, ""), or ("", what is wrong with what stands there)."""
    if isinstance(typed, float):
        return "", "number"
    text = typed.strip().strip("'’`").strip()
    if not text:
        return "", "empty"
    if re.fullmatch(r"\d+([.,]\d+)?[eE]\+?\d+", text):
        return "", "number"
    try:
        return nip.normalise(text), ""
    except nip.BadNip as error:
        return "", f"nip_{error.problem}"


def _minutes(cell: Cell) -> int | None:
    """Whole minutes, nothing for an empty cell; None for what is no number of them."""
    if isinstance(cell, float):
        return int(cell) if cell.is_integer() and 0 <= cell <= MOST_EXTRA else None
    text = cell.strip()
    if not text:
        return 0
    return int(text) if text.isdecimal() and len(text) < 5 and int(text) <= MOST_EXTRA else None


def _same_name(given: str, known: str) -> bool:
    """Titles, dots and capitals apart: the words of one are the first words of the other, in whatever order."""
    one, other = _words(given), _words(known)
    return one <= other or other <= one


def _words(name: str) -> set[str]:
    return set(re.findall(r"[a-z]{3,}", name.split(",", maxsplit=1)[0].lower()))


def _at(cells: Sequence[Cell], columns: Mapping[str, int], column: str) -> Cell:
    place = columns.get(column)
    return cells[place] if place is not None and place < len(cells) else ""


def _shown(cell: Cell) -> str:
    return f"{cell:.0f}" if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


def _with(row: Row, finding: Remark) -> Row:
    return replace(row, findings=(*row.findings, finding))
