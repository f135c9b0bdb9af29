"""Questions from the rows of a sheet. What each kind writes where is said in the template (sheet_writer.py).

Cells are plain text; one that begins with [markdown] or [html] is read as such.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lms.questions.exchange import html_media, sheet_files
from lms.questions.exchange import sheet_cells as cells
from lms.questions.exchange.aiken import LETTERS
from lms.questions.exchange.cloze_text import passage
from lms.questions.exchange.columns import BEYOND, FIELD_OF, HEADINGS, KIND_OF, KINDS, folded, letter_of
from lms.questions.exchange.drafted import Reading, TooMany, Unusable, number
from lms.questions.exchange.gift_answers import numbers
from lms.questions.exchange.marked_tags import DIFFICULTIES, folder_of
from lms.questions.free_tags import free_tags
from lms.questions.kinds import file, rubrics
from lms.questions.said import say

_TRUTH = dict.fromkeys(("benar", "b", "true", "t", "ya", "1"), True) | dict.fromkeys(
    ("salah", "s", "false", "f", "tidak", "0"), False
)
#: Of those, what says so without the name of the kind: a B may be an option, and a 1 a number.
_TRUE_WORDS = {word for word in _TRUTH if len(word) > 1}


@dataclass
class Row:
    """A row being read: its cells by field, and what its places are called."""

    cells: Mapping[str, str]
    number: int
    columns: Mapping[str, tuple[int, str]]
    found: Reading

    def where(self, field: str = "") -> str:
        """The row, and the column by letter and heading."""
        if field not in self.columns:
            return say("Baris %(line)s", line=self.number)
        column, heading = self.columns[field]
        return say(
            "Baris %(line)s, kolom %(letter)s (%(heading)s)",
            line=self.number,
            letter=letter_of(column),
            heading=heading,
        )

    def refuse(self, field: str, message: str) -> Unusable:
        """An error at a column; at the heading it should have when the sheet lacks it."""
        missing = (
            say("Baris %(line)s, kolom %(heading)s", line=self.number, heading=HEADINGS[field][0])
            if field in HEADINGS
            else say("Baris %(line)s", line=self.number)
        )
        return Unusable(message, self.where(field) if field in self.columns else missing)

    def plain(self, field: str) -> str:
        """What stands there."""
        return self.cells.get(field, "")

    def text(self, field: str) -> str:
        """Markdown of what stands there."""
        made, media = cells.styled(self.plain(field))
        for name in media:
            self.found.warn(self.where(field), html_media.left_out(name))
        return made

    def options(self) -> dict[str, str]:
        """Letter → text of the options. Raises Unusable for a gap among them, and for more of them than a question has."""
        for letter in BEYOND:
            if self.plain(letter):
                raise self.refuse(letter, say("paling banyak %(letters)s pilihan", letters=len(LETTERS)))
        filled = [letter for letter in LETTERS if self.plain(letter)]
        for place, letter in enumerate(filled):
            if letter != LETTERS[place]:
                raise self.refuse(
                    LETTERS[place],
                    say("kosong, padahal pilihan %(letter)s terisi; isi berurutan dari A", letter=letter),
                )
        return {letter: self.text(letter) for letter in filled}


def read_xlsx(data: bytes, found: Reading) -> None:
    """All questions of a workbook. Raises Unusable."""
    _read(sheet_files.of_xlsx(data, found), found)


def read_text(data: bytes, found: Reading) -> None:
    """All questions of a delimited or pasted table. Raises Unusable."""
    _read(sheet_files.of_text(data, found), found, is_text=True)


def _read(rows: Sequence[Sequence[str]], found: Reading, *, is_text: bool = False) -> None:
    top = sheet_files.headings_at(rows)
    if top is None:
        raise Unusable(
            say("judul kolom tidak ditemukan; baris pertama harus memuat paling sedikit Soal dan Kunci"),
            say("Baris %(line)s", line=1),
        )
    columns = _columns(rows[top], top + 1, found)
    told: set[int] = set()
    try:
        for place, row in enumerate(rows[top + 1 :], top + 2):
            found.reached(place, len(rows))
            given = {
                field: row[column] for field, (column, _heading) in columns.items() if column < len(row) and row[column]
            }
            if given:
                one = Row(given, place, columns, found)
                with found.question(one.where(), one.plain("stem")):
                    _check_place(row, rows[top], one, told=None if is_text else told)
                    _read_row(one)
    except TooMany as error:
        found.stop(error)


def _check_place(cells: Sequence[str], headings: Sequence[str], row: Row, *, told: set[int] | None) -> None:
    """Words under no heading are said, once a column that told knows. In a text, without told, they mean that a mark within an
    answer parts it, so that every cell behind it stands in the column of another. Raises Unusable.
    """
    lost = [n for n, cell in enumerate(cells) if cell and not (n < len(headings) and headings[n])]
    for column in lost:
        where = say("Baris %(line)s, kolom %(letter)s", line=row.number, letter=letter_of(column))
        if told is None:
            said = say(
                "'%(text)s' di luar kolom berjudul; apit isi yang memuat tanda pemisah dengan tanda kutip",
                text=cells[column][:20],
            )
            raise Unusable(said, where)
        if column not in told:
            told.add(column)
            row.found.warn(where, say("kolom tanpa judul tidak dibaca; beri judul bila isinya bagian soal"))


def _columns(headings: Sequence[str], line: int, found: Reading) -> dict[str, tuple[int, str]]:
    made: dict[str, tuple[int, str]] = {}
    for column, heading in enumerate(headings):
        field = FIELD_OF.get(folded(heading))
        where = say(
            "Baris %(line)s, kolom %(letter)s (%(heading)s)",
            line=line,
            letter=letter_of(column),
            heading=heading[:40],
        )
        if field is None and heading:
            found.warn(where, say("kolom ini tidak dikenal dan tidak dibaca"))
        elif field in made:
            raise Unusable(
                say("kolom %(heading)s ada dua kali; hapus salah satu", heading=HEADINGS.get(field, (heading,))[0]),
                where,
            )
        elif field is not None:
            made[field] = (column, heading)
    return made


def _read_row(row: Row) -> None:
    if not row.plain("stem"):
        raise row.refuse("stem", say("kosong; tulis soalnya"))
    kind = _kind(row)
    fields = _KINDS[kind](row)
    stem = fields.pop("stem", None) or row.text("stem")
    fields |= {"explanation": row.text("explanation"), "points": _points(row)}
    row.found.take(kind, stem, where=row.where(), name=row.plain("name"), tags=_tags(row), **fields)


def _kind(row: Row) -> str:
    """The kind that is named, else the one that the cells look like."""
    named = row.plain("kind")
    if named:
        if folded(named) not in KIND_OF:
            raise row.refuse(
                "kind",
                say(
                    "'%(named)s' tidak dikenal; pakai %(kinds)s",
                    named=named[:40],
                    kinds=", ".join(names[0] for names in KINDS.values()),
                ),
            )
        return KIND_OF[folded(named)]
    key = row.plain("key")
    if row.plain("A"):
        return "single_choice" if cells.is_letter(key) else "multiple_choice"
    if folded(key) in _TRUE_WORDS:
        return "true_false"
    if len(key) == 1 and key.isalpha():
        raise row.refuse("kind", say("kosong; dengan kunci '%(key)s' isi pilihannya, atau tulis jenisnya", key=key))
    try:
        number(key)
    except Unusable:
        return "short_text" if key else "essay"
    return "numeric"


def _points(row: Row) -> float | int | None:
    if not row.plain("points"):
        return None
    with cells.at(row.refuse, "points"):
        value = float(number(row.plain("points")))
    return int(value) if value.is_integer() else value


def _tags(row: Row) -> dict[str, Any]:
    made: dict[str, Any] = {"competency": row.plain("competency")} if row.plain("competency") else {}
    if row.plain("level"):
        if row.plain("level") not in {"1", "2", "3", "4", "5"}:
            raise row.refuse("level", say("'%(text)s' bukan tingkat; isi 1 sampai 5", text=row.plain("level")[:20]))
        made["level"] = int(row.plain("level"))
    if row.plain("difficulty"):
        if folded(row.plain("difficulty")) not in DIFFICULTIES:
            raise row.refuse(
                "difficulty",
                say("'%(text)s' tidak dikenal; isi mudah, sedang, atau sulit", text=row.plain("difficulty")[:20]),
            )
        made["difficulty"] = DIFFICULTIES[folded(row.plain("difficulty"))]
    if tags := free_tags(row.plain("tags")):
        made["tags"] = tags
    if folder := folder_of(row.plain("folder")):
        made["folder"] = folder
    return made


def _keyed(row: Row) -> tuple[dict[str, str], dict[str, float | int | None]]:
    """(options, letter → weight or None) of a choice."""
    options = row.options()
    if len(options) < 2:
        raise row.refuse("B" if options else "A", say("kosong; tulis paling sedikit dua pilihan"))
    if not row.plain("key"):
        raise row.refuse("key", say("kosong; tulis huruf pilihan yang benar"))
    with cells.at(row.refuse, "key"):
        keys = cells.letters(row.plain("key"))
    strange = next((letter for letter in keys if letter not in options), None)
    if strange is not None:
        raise row.refuse(
            "key", say("'%(strange)s' tidak ada; pilihan hanya A–%(last)s.", strange=strange, last=list(options)[-1])
        )
    return options, keys


def _single(row: Row) -> dict[str, Any]:
    options, keys = _keyed(row)
    if any(weight is not None for weight in keys.values()):
        worth = {letter: 1 if weight is None else weight for letter, weight in keys.items()}
        return {"options": [{"text": text, "fraction": worth.get(letter, 0)} for letter, text in options.items()]}
    if len(keys) > 1:
        raise row.refuse(
            "key",
            say(
                "'%(text)s' memuat %(keys)s kunci; tulis satu huruf, atau pakai Jenis %(kinds)s",
                text=row.plain("key")[:20],
                keys=len(keys),
                kinds=KINDS["multiple_choice"][0],
            ),
        )
    return {"options": [{"text": text, "correct": letter in keys} for letter, text in options.items()]}


def _multiple(row: Row) -> dict[str, Any]:
    options, keys = _keyed(row)
    if any(weight is not None for weight in keys.values()):
        rows = [{"text": text, "fraction": keys.get(letter) or 0} for letter, text in options.items()]
        return {"options": rows, "scoring": "fractions"}
    whole = "(semua)" in row.plain("key").lower()
    return {"options": [{"text": text, "correct": letter in keys} for letter, text in options.items()]} | (
        {"scoring": "all_or_nothing"} if whole else {}
    )


def _truth(row: Row) -> dict[str, Any]:
    key = folded(row.plain("key"))
    if key not in _TRUTH:
        raise row.refuse("key", say("'%(text)s' tidak dikenal; tulis Benar atau Salah", text=row.plain("key")[:20]))
    return {"answer": _TRUTH[key]}


def _situational(row: Row) -> dict[str, Any]:
    options = row.options()
    with cells.at(row.refuse, "key"):
        points = cells.points(row.plain("key"), list(options))
    return {"options": [{"text": text, "points": points[letter]} for letter, text in options.items()]}


def _numeric(row: Row) -> dict[str, Any]:
    with cells.at(row.refuse, "tolerance"):
        near = number(row.plain("tolerance") or "0")
    with cells.at(row.refuse, "key"):
        rows = [
            {"value": number(text), "tolerance": near, "fraction": weight}
            for text, weight in cells.accepted(row.plain("key"))
        ]
    with cells.at(row.refuse, "unit"):
        units = cells.units(row.plain("unit"))
    for field in ("key", "tolerance"):
        for text in cells.ambiguous(row.plain(field)):
            said = say(
                "'%(text)s' dibaca dengan titik desimal; bila titik itu pemisah ribuan, hapus titiknya", text=text
            )
            row.found.warn(row.where(field), said)
    return numbers(rows) | units


def _short(row: Row) -> dict[str, Any]:
    with cells.at(row.refuse, "key"):
        return {"answers": [{"text": text, "fraction": weight} for text, weight in cells.accepted(row.plain("key"))]}


def _matching(row: Row) -> dict[str, Any]:
    pairs, others = [], []
    for letter in row.options():
        left, right = cells.pair(row.plain(letter))
        if not right:
            raise row.refuse(letter, say("tulis pasangan sebagai kiri -> kanan"))
        if left:
            pairs.append({"left": left, "right": right})
        else:
            others.append(right)
    return {"pairs": pairs, "distractors": others or None}


def _ordering(row: Row) -> dict[str, Any]:
    return {"items": list(row.options().values())}


def _cloze(row: Row) -> dict[str, Any]:
    gaps = {}
    for place, letter in enumerate(row.options(), 1):
        with cells.at(row.refuse, letter):
            gaps[str(place)] = cells.gap(row.plain(letter))
    stem, fields = passage(row.text("stem"), gaps)
    return {"stem": stem, **fields}


def _essay(row: Row) -> dict[str, Any]:
    """The key is what the marker looks for."""
    return {"rubric": rubrics.of_words(row.text("key"))}


def _file(row: Row) -> dict[str, Any]:
    return {"types": list(file.TYPES), "rubric": rubrics.of_words(row.text("key"))}


_KINDS: dict[str, Callable[[Row], dict[str, Any]]] = {
    "single_choice": _single,
    "multiple_choice": _multiple,
    "true_false": _truth,
    "situational": _situational,
    "numeric": _numeric,
    "short_text": _short,
    "matching": _matching,
    "ordering": _ordering,
    "cloze": _cloze,
    "essay": _essay,
    "file": _file,
}
