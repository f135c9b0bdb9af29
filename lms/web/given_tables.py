"""Tables that people give, as a file or pasted: taken in, or why that cannot be, and what to do."""

from typing import NamedTuple

from flask import request
from flask_babel import gettext as _
from werkzeug.exceptions import RequestEntityTooLarge

from lms import spreadsheets
from lms.spreadsheets import LONGEST_CELL, MOST_COLUMNS, BadFile, Cell, Source
from lms.web import empty_files
from lms.web.presentation import whole


class Given(NamedTuple):
    """A table with where it came from. data: the bytes of its file, empty where it was pasted."""

    source: Source
    rows: list[list[Cell]]
    data: bytes


def given(pasted: str) -> Given:
    """The rows of the file `berkas`, or of what was pasted where there is none. Raises BadFile."""
    try:
        file = request.files.get("berkas")
        if file is not None and file.filename:
            data = file.stream.read(spreadsheets.LARGEST + 1)
            source, rows = spreadsheets.read(data, file.filename)
            return Given(source, rows, data)
    except RequestEntityTooLarge as error:
        raise BadFile("large") from error
    return Given("pasted", spreadsheets.read_pasted(pasted), b"")


def bad_file(error: BadFile, *, empty: str) -> str:
    """In words. empty: what to say where nothing was given."""
    if error.problem == "empty":
        return empty_files.said("berkas", otherwise=empty)
    return {
        "large": _("Berkas terlalu besar. Paling besar 2 MB, dan tanpa isi di sel-sel yang jauh dari tabelnya."),
        "rows": _("Terlalu banyak baris. Paling banyak 5.000; bagi menjadi beberapa berkas."),
        "columns": _(
            "Baris %(line)s punya lebih dari %(most)s kolom. Hapus kolom yang tidak perlu, lalu unggah lagi.",
            line=error.line,
            most=MOST_COLUMNS,
        ),
        "cell": _cell(error.line),
        "kind": _("Jenis berkas tidak dikenal. Simpan sebagai XLSX atau CSV, lalu unggah lagi."),
        "encrypted": _("Berkas dikunci dengan kata sandi. Simpan tanpa kata sandi, lalu unggah lagi."),
        "broken": _("Berkas tidak dapat dibaca. Buka dan simpan ulang sebagai XLSX, lalu unggah lagi."),
    }[error.problem]


def _cell(line: int) -> str:
    if not line:  # so long that not even its row is known
        return _("Ada sel yang isinya terlalu panjang. Pendekkan isinya, lalu unggah lagi.")
    return _(
        "Baris %(line)s punya sel yang lebih panjang dari %(most)s huruf. Pendekkan isinya, lalu unggah lagi.",
        line=line,
        most=whole(LONGEST_CELL),
    )
