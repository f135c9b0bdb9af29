"""The difference between two contents of a course."""

from dataclasses import replace
from difflib import SequenceMatcher

import pytest

from lms.authoring import difference
from lms.authoring.difference import Change, Line, Part, between, lines_between
from lms.catalogue.editions import CompetencyLevel, CourseContent, LessonContent


def lesson(n: int, body: str = "Isi.") -> LessonContent:
    return LessonContent(f"uuid-{n}", f"materi-{n}", f"Materi {n}", 10, ("Tujuan.",), body)


BASE = CourseContent(
    "Judul", "Ringkasan.", "Semua.", "id", "e-learning", 1, "", (CompetencyLevel("TEK.KI", 2),), (lesson(1), lesson(2))
)


def test_equal_contents_differ_in_nothing() -> None:
    assert between(BASE, BASE).is_empty


def test_a_changed_word_is_shown_inside_its_line() -> None:
    assert lines_between("Satu dua tiga.", "Satu lima tiga.") == (
        Line((Part("same", "Satu "), Part("del", "dua"), Part("ins", "lima"), Part("same", " tiga."))),
    )


def test_lines_that_have_little_in_common_are_taken_out_and_put_in() -> None:
    assert lines_between("Satu dua tiga.", "Kalimat lain sama sekali, panjang pula") == (
        Line((Part("del", "Satu dua tiga."),)),
        Line((Part("ins", "Kalimat lain sama sekali, panjang pula"),)),
    )


def test_what_stays_the_same_is_folded_but_for_its_neighbours() -> None:
    old = "\n\n".join(f"Baris {n}." for n in range(1, 8))

    lines = lines_between(old, old.replace("Baris 4.", "Garis 4."))

    said = ["".join(part.text for part in line.parts) for line in lines]
    assert said == ["", "Baris 3.", "BarisGaris 4.", "Baris 5.", ""]


def test_thousands_of_equal_lines_are_not_compared_each_with_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SequenceMatcher, "get_opcodes", None)  # with 25,000 lines it would not end

    lines = lines_between("Awal.\n" + "a\n" * 25_000 + "Akhir.", "Awal.\n" + "a\n" * 24_999 + "b\nc\nAkhir.")

    assert lines == (
        Line(()),
        Line((Part("same", "a"),)),
        Line((Part("del", "a"),)),
        Line((Part("ins", "b"),)),
        Line((Part("ins", "c"),)),
        Line((Part("same", "Akhir."),)),
    )


def test_lines_that_only_repeat_are_counted_from_both_ends_once() -> None:
    assert lines_between("a\n" * 200, "a\n" * 199) == (Line(()), Line((Part("same", "a"),)), Line((Part("del", "a"),)))


def test_after_so_many_words_lines_are_shown_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(difference, "MOST_WORD_PAIRS", 9)

    lines = lines_between("Satu dua.\nTiga empat lima.", "Satu enam.\nTiga tujuh lima.")

    assert lines == (
        Line((Part("del", "Satu dua."),)),
        Line((Part("ins", "Satu enam."),)),
        Line((Part("del", "Tiga empat lima."),)),
        Line((Part("ins", "Tiga tujuh lima."),)),
    )


def test_blank_lines_are_no_difference() -> None:
    assert lines_between("Satu.\nDua.", "Satu.\n\n\nDua.\n") == ()


def test_new_gone_and_moved_lessons_are_told_apart() -> None:
    new = replace(BASE, lessons=(lesson(3), lesson(1)))

    found = between(BASE, new)

    assert [(change.kind, change.title) for change in found.lessons] == [("new", "Materi 3"), ("gone", "Materi 2")]
    assert between(BASE, replace(BASE, lessons=(lesson(2), lesson(1)))).lessons[0].kind == "moved"


def test_the_course_s_own_fields_are_named() -> None:
    found = between(BASE, replace(BASE, learning_hours=2))

    assert found.course == (Change("learning_hours", (Line((Part("del", "1"),)), Line((Part("ins", "2"),)))),)


def test_competencies_are_called_by_their_names() -> None:
    new = replace(BASE, competencies=(CompetencyLevel("TEK.KI", 3),))
    (change,) = between(BASE, new, competencies={"TEK.KI": "Keamanan Informasi"}).course

    said = "".join(part.text for line in change.lines for part in line.parts if part.kind != "del")
    assert (change.name, said) == ("competencies", "Keamanan Informasi 3/5")


def test_very_long_lines_are_not_compared_word_by_word() -> None:
    old = "kata " * 5000

    assert [part.kind for line in lines_between(old, old + "lain") for part in line.parts] == ["del", "ins"]
