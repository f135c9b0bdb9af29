"""Options of one question that read the same: however they are marked up, in whatever file they come."""

from typing import Any

import pytest

from lms.questions import kinds, look_alikes
from lms.questions.exchange import formats
from lms.questions.look_alikes import read_as

PEAR, PLUM = (f"![buah](gambar:{letter * 64}.png)" for letter in "ab")


@pytest.mark.parametrize(
    "other",
    [
        "**Kepala dinas**",
        "_Kepala_ dinas",
        "Kepala  dinas",
        "Kepala\u00a0dinas",
        "Kepala\u200b dinas",
        "Kepala dinas\u200e",
        "Kepala\u2066 dinas\u2069",
        "Kepala\ufe0f dinas",
        "`Kepala dinas`",
    ],
)
def test_mark_up_and_blanks_make_no_other_option(other: str) -> None:
    assert read_as(other) == read_as("Kepala dinas")


@pytest.mark.parametrize("other", ["kepala dinas", "Kepala dinas.", "Kepala", f"Kepala dinas {PEAR}"])
def test_what_reads_otherwise_is_another(other: str) -> None:
    assert read_as(other) != read_as("Kepala dinas")


def test_blanks_count_in_a_block_of_code() -> None:
    program = "```\nfor n in daftar:\n{}print(n)\n```"

    assert read_as(program.format("    ")) != read_as(program.format(""))


def test_pictures_are_told_apart_by_which_they_are() -> None:
    assert read_as(PEAR) != read_as(PLUM)
    assert read_as(PEAR) == read_as(f"**{PEAR}**")


@pytest.mark.parametrize(
    ("kind", "fields", "found"),
    [
        ("single_choice", {"options": [{"text": "a", "correct": True}, {"text": "b"}, {"text": "*a*"}]}, ["options[3]"]),
        ("situational", {"options": [{"text": "a", "points": 5}, {"text": "**a**", "points": 1}]}, ["options[2]"]),
        ("ordering", {"items": ["a", "b", "**b**"]}, ["items[3]"]),
        ("matching", {"pairs": [{"left": "a", "right": "x"}, {"left": "*a*", "right": "y"}]}, ["pairs[2].left"]),
        ("cloze", {"text": "{{1}}", "gaps": {"1": {"kind": "choice", "answers": [{"text": "a b"}], "options": ["a  b", "c"]}}}, ["gaps.1"]),
        ("matching", {"pairs": [{"left": "a", "right": "x"}, {"left": "b", "right": "x\u200f"}]}, ["pairs[2].right"]),
        ("matching", {"pairs": [{"left": "a", "right": "x"}, {"left": "b", "right": "y"}], "distractors": ["y\u200b"]}, ["distractors[1]"]),
        ("matching", {"pairs": [{"left": "a", "right": "x"}, {"left": "b", "right": "x"}], "distractors": ["y"]}, []),
        ("single_choice", {"options": [{"text": "\\*", "correct": True}, {"text": "+"}]}, ["options[2]"]),
        ("single_choice", {"options": [{"text": PEAR, "correct": True}, {"text": "\u200b"}]}, ["options[2]"]),
        ("single_choice", {"options": [{"text": "123", "correct": True}, {"text": "\u202e321\u202c"}]}, ["options[2]"]),
        ("cloze", {"text": "{{1}}", "gaps": {"1": {"kind": "choice", "answers": [{"text": "12"}], "options": ["\u202e21"]}}}, ["gaps.1"]),
        ("multiple_choice", {"options": [{"text": "a", "correct": True}, {"text": "b"}]}, []),
        ("true_false", {"answer": True}, []),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)  # fmt: skip
def test_each_kind_says_where(kind: str, fields: dict[str, Any], found: list[str]) -> None:
    content = kinds.read({"kind": kind, "stem": "Apa?", **fields})

    assert [one.field for one in look_alikes.problems(content)] == found


def test_a_file_with_such_a_question_brings_in_the_others() -> None:
    gift = b"Siapa? {=Kepala ~[markdown]**Kepala** ~Camat}\n\nMana? {=Kota ~Desa}"

    checked = formats.read("gift", gift)

    assert [one.drafted.stem for one in checked.ready] == ["Mana?"]
    assert [str(one) for one in checked.errors] == [
        "Baris 1: pilihan 2: terbaca sama dengan nomor 1; tebal, miring, atau spasi saja tidak membedakannya"
    ]
