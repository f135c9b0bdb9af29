"""The columns of a sheet of questions, by their Indonesian and English headings, and the names of the kinds."""

import re
import string

from lms.questions.exchange.aiken import LETTERS

#: Letters of options that no question has: their columns are known, so that what stands there can be refused.
BEYOND = string.ascii_uppercase[len(LETTERS) :]


def _option(letter: str) -> tuple[str, ...]:
    return (f"Pilihan {letter}", f"Option {letter}", f"Opsi {letter}", f"Choice {letter}", letter)


#: Field → the heading that a template has, and others that are understood.
HEADINGS: dict[str, tuple[str, ...]] = {
    "name": ("Nama", "Name", "Judul", "Title"),
    "kind": ("Jenis", "Kind", "Type", "Tipe", "Jenis soal", "Question type"),
    "stem": ("Soal", "Question", "Pertanyaan", "Stem", "Question text", "Teks soal"),
    **{letter: _option(letter) for letter in LETTERS},
    "key": ("Kunci", "Key", "Answer", "Jawaban", "Kunci jawaban", "Correct answer"),
    "explanation": ("Pembahasan", "Umpan balik", "Explanation", "Feedback", "Umpan balik/Pembahasan"),
    "competency": ("Kompetensi", "Competency", "Kode kompetensi"),
    "level": ("Tingkat", "Level"),
    "difficulty": ("Kesulitan", "Difficulty", "Tingkat kesulitan"),
    "points": ("Poin", "Points", "Bobot", "Nilai"),
    "tolerance": ("Toleransi", "Tolerance"),
    "unit": ("Satuan", "Unit"),
    "tags": ("Tag", "Tags", "Label"),
    "folder": ("Folder", "Map", "Kategori", "Category"),
}

#: Kind → the name that a sheet gives it, and others that are understood.
KINDS: dict[str, tuple[str, ...]] = {
    "single_choice": ("Pilihan ganda", "Pilihan tunggal", "Single choice", "Multiple choice single", "PG"),
    "multiple_choice": ("Pilihan jamak", "Pilihan ganda kompleks", "Multiple choice", "Multiple response", "PGK"),
    "true_false": ("Benar/salah", "Benar salah", "True/false", "True false", "B/S", "BS"),
    "situational": ("Situasional", "Situational", "TKP"),
    "numeric": ("Angka", "Numerik", "Numeric", "Numerical", "Number"),
    "short_text": ("Isian singkat", "Short text", "Short answer", "Isian"),
    "matching": ("Menjodohkan", "Matching", "Jodohkan"),
    "ordering": ("Mengurutkan", "Ordering", "Urutkan"),
    "cloze": ("Rumpang", "Cloze", "Isian rumpang"),
    "essay": ("Esai", "Essay", "Uraian"),
    "file": ("Berkas", "File", "File upload", "Unggah berkas"),
}


def folded(text: str) -> str:
    """A heading or a name as it is compared: small letters, single blanks, no star or colon at its end."""
    return re.sub(r"[\s_]+", " ", text.strip().strip("*:").strip()).casefold()


FIELD_OF = {folded(heading): letter for letter in BEYOND for heading in _option(letter)} | {
    folded(heading): field for field, headings in HEADINGS.items() for heading in headings
}
KIND_OF = {folded(name): kind for kind, names in KINDS.items() for name in (kind, *names)}


def letter_of(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA: what a spreadsheet calls a column."""
    made = ""
    number = column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        made = chr(65 + rest) + made
    return made
