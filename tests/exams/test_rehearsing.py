"""Questions to practise with: as many as may stand together."""

from typing import Any

import pytest

from lms.exams import rehearsing
from lms.exams.blueprint_rows import Candidate, Infeasible


def _one(version: int, *, tags: frozenset[str] = frozenset(), enemies: frozenset[int] = frozenset()) -> Candidate:
    return Candidate(version, "TEK.KI", 1, "mudah", tags=tags, enemies=enemies)


def _section(draw: int, **more: Any) -> dict[str, Any]:
    return {"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": draw, **more}


def _drawn(pool: list[Candidate], *sections: dict[str, Any], seed: int) -> list[tuple[int, int]]:
    return [(one.section, one.version) for one in rehearsing.some(pool, {"sections": sections}, seed=seed)]


@pytest.mark.parametrize("seed", range(20))
def test_enemies_never_stand_on_one_practice_paper_and_all_others_do(seed: int) -> None:
    around = [_one(number, enemies=frozenset((4,))) for number in (1, 2, 3)]
    pool = [*around, _one(4, enemies=frozenset((1, 2, 3)))]

    assert sorted(_drawn(pool, _section(4), seed=seed)) == [(0, 1), (0, 2), (0, 3)]


@pytest.mark.parametrize("seed", range(20))
def test_enemies_never_stand_in_two_sections_either(seed: int) -> None:
    pool = [
        _one(1, tags=frozenset(("surel",)), enemies=frozenset((2,))),
        _one(2, tags=frozenset(("surat",)), enemies=frozenset((1,))),
    ]

    assert len(_drawn(pool, _section(1, tags=["surel"]), _section(1, tags=["surat"]), seed=seed)) == 1


@pytest.mark.parametrize("seed", range(20))
def test_a_section_takes_only_what_bears_all_of_its_tags(seed: int) -> None:
    pool = [_one(1, tags=frozenset(("jabar", "surel"))), _one(2, tags=frozenset(("jabar",))), _one(3)]

    assert _drawn(pool, _section(3, tags=["jabar", "surel"]), seed=seed) == [(0, 1)]
    with pytest.raises(Infeasible):
        _drawn(pool, _section(3, tags=["jateng"]), seed=seed)
    assert len(_drawn(pool, _section(3), seed=seed)) == 3


def test_questions_come_in_a_random_order() -> None:
    pool = [_one(number) for number in range(6)]

    assert len({tuple(_drawn(pool, _section(6), seed=seed)) for seed in range(20)}) > 10
