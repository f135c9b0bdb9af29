"""Drawing papers, and saying what is missing when they cannot be drawn."""

import hashlib
import json
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams.blueprint import draw, shortfalls
from lms.exams.blueprint_rows import Candidate, Infeasible, Shortfall
from lms.exams.papers import Item, Version, digest, freeze, items_of, read, rows_of, written


def pool(*cells: tuple[int, str, int]) -> list[Candidate]:
    """(level, difficulty, how many) → candidates with keys of their own."""
    wide = [(level, difficulty) for level, difficulty, count in cells for _ in range(count)]
    return [Candidate(key, "TEK.KI", level, difficulty) for key, (level, difficulty) in enumerate(wide, 1)]


def section(title: str, level: int, total: int, **difficulty: int) -> dict[str, Any]:
    return {"title": title, "competency": "TEK.KI", "level": level, "draw": total, "difficulty": difficulty}


RICH = pool((1, "mudah", 10), (1, "sedang", 10), (2, "sulit", 10), (2, "mudah", 2))
PLAN = {"sections": [section("Dasar", 1, 8, mudah=4, sedang=4), section("Penerapan", 2, 5, sulit=2)]}


def test_a_paper_has_as_many_of_each_difficulty_as_the_blueprint_says() -> None:
    tags = {one.version: (one.level, one.difficulty) for one in RICH}

    drawn = draw(RICH, PLAN, seed=7)

    counted = Counter((one.section, *tags[one.version]) for one in drawn)
    assert counted[0, 1, "mudah"] == counted[0, 1, "sedang"] == 4
    assert counted[1, 2, "sulit"] + counted[1, 2, "mudah"] == 5
    assert counted[1, 2, "sulit"] >= 2
    assert [one.section for one in drawn] == [0] * 8 + [1] * 5


def test_the_same_seed_gives_the_same_paper_and_another_seed_another() -> None:
    assert draw(RICH, PLAN, seed=1) == draw(list(reversed(RICH)), PLAN, seed=1)
    assert draw(RICH, PLAN, seed=1) != draw(RICH, PLAN, seed=2)


@given(seed=st.integers(min_value=0, max_value=2**64))
def test_no_question_comes_twice(seed: int) -> None:
    plan = {"sections": [section("Satu", 1, 9, mudah=2), section("Dua", 1, 11, mudah=5, sedang=3)]}

    drawn = draw(RICH, plan, seed=seed)

    assert len({one.version for one in drawn}) == 20


def test_what_is_missing_is_named_with_section_difficulty_wanted_and_available() -> None:
    poor = pool((1, "mudah", 4), (1, "sedang", 3), (2, "sulit", 1), (2, "mudah", 1))

    assert shortfalls(poor, PLAN) == [
        Shortfall("Dasar", "TEK.KI", 1, "sedang", 4, 3),
        Shortfall("Penerapan", "TEK.KI", 2, "sulit", 2, 1),
        Shortfall("Penerapan", "TEK.KI", 2, None, 3, 1),
    ]
    with pytest.raises(Infeasible, match=r"Dasar, TEK\.KI tingkat 1, sedang: perlu 4, ada 3"):
        draw(poor, PLAN, seed=1)


def test_a_bank_that_just_suffices_is_enough_however_wishes_overlap() -> None:
    """The section for any difficulty comes first, and must leave the easy ones to the section that asks for them."""
    plan = {"sections": [section("Bebas", 1, 3), section("Mudah", 1, 2, mudah=2)]}

    assert shortfalls(pool((1, "mudah", 2), (1, "sedang", 3)), plan) == []


def test_a_frozen_paper_comes_back_from_its_column_as_it_was() -> None:
    drawn = draw(RICH, PLAN, seed=3)
    options = [{"text": letter, "correct": letter == "a"} for letter in "abcde"]
    content = {"stem": "Apa?", "explanation": "Karena.", "options": options}
    versions = {one.version: Version(f"hash-{one.version}", "single_choice", json.dumps(content)) for one in RICH}

    items = freeze(drawn, versions, seed=3)

    assert items_of(rows_of(items)) == items
    assert all(sorted(item.order) == [0, 1, 2, 3, 4] for item in items)
    assert len({tuple(item.order) for item in items}) > 1
    assert all("explanation" not in item.content for item in items)
    assert read(written(items)) == tuple(items)
    assert digest("b", written(items)) != digest("b", written(items[1:]))


def test_the_digest_is_over_the_canonical_json_of_blueprint_and_items() -> None:
    """By hand: sorted keys, no blanks."""
    item = Item(version=7, hash="é", section=0, order=[1, 0], kind="k", content={"b": 1, "a": "x"})
    text = '{"blueprint":"b","items":[{"content":{"a":"x","b":1},"hash":"é","kind":"k","order":[1,0],"section":0,"version":7}]}'

    assert digest("b", written([item])) == hashlib.sha256(text.encode()).hexdigest()
