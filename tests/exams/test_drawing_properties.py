"""Drawing, tried against brute force on small banks: rows, enemies, tags, fixed questions, the exposure cap, equal difficulty."""

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from itertools import combinations, product
from random import Random
from statistics import fmean
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.exams import matching
from lms.exams.blueprint import draw, shortfalls, shortfalls_ahead
from lms.exams.blueprint_rows import Candidate, Infeasible, Shortfall, rows

TAGS = ("surel", "sandi")


@st.composite
def banks(draw_: st.DrawFn) -> list[Candidate]:
    size = draw_(st.integers(1, 7))
    pairs = draw_(st.sets(st.sampled_from([*combinations(range(size), 2)] or [(0, 0)]), max_size=6))
    friends = [frozenset(b if a == n else a for a, b in pairs if n in (a, b) and a != b) for n in range(size)]
    return [
        Candidate(
            version=n,
            competency="MP.2",
            level=draw_(st.integers(1, 2)),
            difficulty=draw_(st.sampled_from(("mudah", "sulit"))),
            uuid=f"u{n}",
            tags=draw_(st.frozensets(st.sampled_from(TAGS))),
            enemies=friends[n],
            is_spent=draw_(st.booleans()) if n > 4 else False,
        )
        for n in range(size)
    ]


@st.composite
def sections(draw_: st.DrawFn) -> dict[str, Any]:
    total = draw_(st.integers(1, 3))
    made: dict[str, Any] = {"title": "Bagian", "competency": "MP.2", "level": draw_(st.integers(1, 2)), "draw": total}
    said = draw_(st.sampled_from(("nothing", "difficulty", "tagged", "tags")))
    if said == "difficulty":
        made["difficulty"] = {"mudah": draw_(st.integers(0, total))}
    if said == "tagged":
        made["tagged"] = {draw_(st.sampled_from(TAGS)): draw_(st.integers(1, total))}
    if said == "tags":
        made["tags"] = [draw_(st.sampled_from(TAGS))]
    made["fixed"] = [f"u{n}" for n in draw_(st.sets(st.integers(0, 7), max_size=1))]
    return made


blueprints = st.builds(lambda parts: {"sections": parts}, st.lists(sections(), min_size=1, max_size=3))


def can_be_filled(bank: Sequence[Candidate], content: Mapping[str, Any]) -> bool:
    """By trying everything: a set of questions for each section, all apart, no enemies, what is fixed in its section."""
    parts = content["sections"]
    fixed = [uuid for part in parts for uuid in part["fixed"]]
    if len(set(fixed)) < len(fixed):
        return False
    choices = [list(combinations([one for one in bank if may_stand(one, part, fixed)], part["draw"])) for part in parts]
    return any(is_paper(paper, parts) for paper in product(*choices))


def may_stand(one: Candidate, part: Mapping[str, Any], fixed: Sequence[str]) -> bool:
    if (one.competency, one.level) != (part["competency"], part["level"]):
        return False
    if one.uuid in part["fixed"]:
        return True
    return one.uuid not in fixed and not one.is_spent and set(part.get("tags", ())) <= one.tags


def is_paper(paper: Sequence[Sequence[Candidate]], parts: Sequence[Mapping[str, Any]]) -> bool:
    asked = [one for section in paper for one in section]
    keys = {one.version for one in asked}
    return (
        len(keys) == len(asked)
        and not any(one.enemies & keys for one in asked)
        and all(says_enough(section, part) for section, part in zip(paper, parts, strict=True))
    )


def says_enough(section: Sequence[Candidate], part: Mapping[str, Any]) -> bool:
    return (
        set(part["fixed"]) <= {one.uuid for one in section}
        and all(sum(one.difficulty == word for one in section) >= n for word, n in part.get("difficulty", {}).items())
        and all(sum(word in one.tags for one in section) >= n for word, n in part.get("tagged", {}).items())
    )


@settings(max_examples=200, deadline=None)
@given(bank=banks(), content=blueprints, seed=st.integers(0, 2**64))
def test_a_paper_is_drawn_exactly_when_trying_everything_finds_one(
    bank: list[Candidate], content: dict[str, Any], seed: int
) -> None:
    if not can_be_filled(bank, content):
        with pytest.raises(Infeasible, match="perlu"):
            draw(bank, content, seed=seed)
        return
    drawn = draw(bank, content, seed=seed)
    of = {one.version: one for one in bank}
    paper = [[of[one.version] for one in drawn if one.section == n] for n in range(len(content["sections"]))]
    assert is_paper(paper, content["sections"])
    assert [len(section) for section in paper] == [part["draw"] for part in content["sections"]]
    assert all(
        may_stand(one, part, ()) for section, part in zip(paper, content["sections"], strict=True) for one in section
    )
    assert draw(list(reversed(bank)), content, seed=seed) == drawn


def stock(count: int, difficulty: str = "sedang", first: int = 1, **more: Any) -> list[Candidate]:
    return [Candidate(n, "MP.2", 3, difficulty, uuid=f"u{n}", **more) for n in range(first, first + count)]


def plan(number: int, **more: Any) -> dict[str, Any]:
    return {"sections": [{"title": "Inti", "competency": "MP.2", "level": 3, "draw": number}], **more}


def feud(bank: Sequence[Candidate], *keys: int) -> list[Candidate]:
    """The bank with these questions all enemies of each other."""
    return [one._replace(enemies=frozenset(keys) - {one.version}) if one.version in keys else one for one in bank]


def test_the_proof_names_what_is_left_after_enemies() -> None:
    """Four questions fit, but three of them say the same: two can stand together, three are asked for."""
    assert shortfalls(feud(stock(4), 1, 2, 3), plan(3)) == [Shortfall("Inti", "MP.2", 3, None, 3, 2, why="enemies")]
    assert shortfalls(feud(stock(4), 1, 2, 3), plan(2)) == []


def test_the_proof_names_enemies_of_what_is_fixed() -> None:
    """Question 1 is fixed and an enemy of 2 and 3: of five that fit, three can stand together."""
    bank = [one._replace(enemies=foes) for one, foes in zip(stock(5), FOES, strict=True)]
    content = plan(4)
    content["sections"][0]["fixed"] = ["u1"]

    assert [(gap.why, gap.available, gap.held) for gap in shortfalls(bank, content)] == [("enemies", 3, 5)]
    assert [(gap.why, gap.available, gap.held) for gap in shortfalls(stock(3), plan(4))] == [("bank", 3, 3)]


#: Question 1 is an enemy of 2 and 3.
FOES = (frozenset({2, 3}), frozenset({1}), frozenset({1}), frozenset[int](), frozenset[int]())


def test_every_one_of_enemies_comes_on_some_papers() -> None:
    """Also the one that two others bar, where two places leave room for any."""
    bank = [one._replace(enemies=foes) for one, foes in zip(stock(5), FOES, strict=True)]
    papers = [{one.version for one in draw(bank, plan(2), seed=seed)} for seed in range(60)]

    assert set().union(*papers) == {1, 2, 3, 4, 5}
    assert not any(paper >= {1, 2} or paper >= {1, 3} for paper in papers)


def test_the_proof_names_a_cap_that_wears_the_bank_out() -> None:
    """Eight questions on at most 40 % of papers each give 3.2 places a paper: three, where four are asked for."""
    capped = plan(4, exposure={"percent": 40, "days": 90})

    assert shortfalls(stock(8), capped) == [Shortfall("Inti", "MP.2", 3, None, 4, 3, why="wear", lasts=4)]
    assert shortfalls(stock(10), capped) == []
    assert draw(stock(8), capped, seed=1)  # a single paper can be drawn


def after(bank: Sequence[Candidate], content: Mapping[str, Any], papers: int, chance: Random) -> Counter[int]:
    """Question → on how many papers it stood, after so many were drawn one after the other."""
    cap, seen = content["exposure"]["percent"], Counter[int]()
    for _paper in range(papers):
        asked = {one.version for one in draw(bank, content, seed=chance.getrandbits(64))}
        bank = [one.after(is_asked=one.version in asked, percent=cap) for one in bank]
        seen.update(asked)
    return seen


@pytest.mark.parametrize("seed", range(8))
def test_a_bank_that_just_suffices_under_the_cap_suffices_for_every_paper(seed: int) -> None:
    """Ten questions on 40 % of papers each are the four that a paper asks: after 5 papers each stood on 2, after 25 on 10."""
    capped = plan(4, exposure={"percent": 40, "days": 90})

    assert set(after(stock(10), capped, 5, Random(seed)).values()) == {2}
    assert set(after(stock(10), capped, 25, Random(seed)).values()) == {10}


@pytest.mark.parametrize("seed", range(8))
def test_a_bank_lasts_for_as_many_papers_as_the_proof_says(seed: int) -> None:
    """Ten questions at 30 %: once each until the third paper, so for two papers of four; a third lacks two."""
    capped = plan(4, exposure={"percent": 30, "days": 90})

    assert [gap.lasts for gap in shortfalls(stock(10), capped)] == [2]
    assert after(stock(10), capped, 2, Random(seed)).total() == 8
    with pytest.raises(Infeasible, match="perlu 4, ada 2 \\(exposure\\)"):
        after(stock(10), capped, 3, Random(seed))


def test_the_proof_looks_ahead_where_enemies_wear_the_others_out() -> None:
    """Two of five are enemies and four are asked at 80 %: the three others stand on every paper, and of five on four at most.

    The fifth has one of the enemies left. Five at 80 % each are the four that are asked, so that a flow sees nothing.
    """
    capped = plan(4, exposure={"percent": 80, "days": 90})
    bank = feud(stock(5), 1, 2)

    assert shortfalls(bank, capped) == []
    assert shortfalls_ahead(bank, capped) == [Shortfall("Inti", "MP.2", 3, None, 4, 1, why="exposure", lasts=4)]
    assert shortfalls_ahead(stock(5), capped) == []
    assert shortfalls_ahead(bank, plan(4)) == []


def test_the_proof_looks_ahead_where_the_cap_takes_the_difficulty_away() -> None:
    """Two of four at 50 %, and a mean of 80 %: only 90 and 70 have it. The second paper is left with 50 and 40, so with 45."""
    bank = [one._replace(facility=part) for one, part in zip(stock(4), (0.9, 0.7, 0.5, 0.4), strict=True)]
    content = plan(2, exposure={"percent": 50, "days": 90}, balance={"facility": "0.8", "tolerance": "0.05"})

    assert shortfalls(bank, content) == []
    assert [(gap.why, gap.lasts, gap.available) for gap in shortfalls_ahead(bank, content)] == [("balance", 1, 45)]


def test_a_bank_with_room_to_spare_is_drawn_by_chance_alone() -> None:
    """At 50 % a question may stand on two of three papers: the third is not what the first two of ten in 100 left out."""
    capped = plan(10, exposure={"percent": 50, "days": 90})
    drawn = [after(stock(100), capped, 3, Random(seed)) for seed in range(20)]

    assert any(max(seen.values()) == 2 for seen in drawn)


def test_questions_that_are_used_up_are_passed_over_and_then_missed() -> None:
    bank = stock(3) + stock(2, first=4, is_spent=True)

    assert {one.version for one in draw(bank, plan(3), seed=5)} == {1, 2, 3}
    with pytest.raises(Infeasible, match="perlu 4, ada 3 \\(exposure\\)"):
        draw(bank, plan(4), seed=5)


def test_a_fixed_question_stands_on_every_paper_even_when_it_is_used_up() -> None:
    bank = stock(30) + stock(1, first=31, is_spent=True)
    content = plan(2)
    content["sections"][0]["fixed"] = ["u31"]

    assert all(31 in {one.version for one in draw(bank, content, seed=seed)} for seed in range(20))
    content["sections"][0]["fixed"] = ["u99"]
    assert shortfalls(bank, content) == [Shortfall("Inti", "MP.2", 3, None, 1, 0, why="fixed")]
    assert [one.question for one in shortfalls(bank, content)] == ["u99"]


def test_questions_on_trial_come_in_the_stated_number_and_do_not_count() -> None:
    bank = stock(10) + stock(3, first=11, is_trial=True)

    drawn = draw(bank, plan(5, trial=2), seed=3)

    assert [one.scored for one in drawn].count(True) == 5
    assert {one.version for one in drawn if not one.scored} < {11, 12, 13}
    assert len(drawn) == 7
    assert len(draw(bank[:11], plan(5, trial=2), seed=3)) == 6  # an exam does not wait for what counts nothing
    assert len(draw(bank, plan(5), seed=3)) == 5


@settings(max_examples=60, deadline=None)
@given(
    facilities=st.lists(st.integers(20, 95), min_size=24, max_size=60),
    seeds=st.tuples(st.integers(0, 2**32), st.integers(0, 2**32)),
)
def test_two_forms_are_as_difficult_within_twice_the_tolerance(facilities: list[int], seeds: tuple[int, int]) -> None:
    """The target is the mean of the bank, so that there are papers of that difficulty."""
    bank = [Candidate(n, "MP.2", 3, "sedang", facility=value / 100) for n, value in enumerate(facilities, 1)]
    of = {one.version: one.expected for one in bank}
    target = fmean(of.values())
    content = plan(8, balance={"facility": f"{target:.4f}", "tolerance": "0.02"})

    means = []
    for seed in seeds:
        with suppress(Infeasible):
            means.append(fmean(of[one.version] for one in draw(bank, content, seed=seed)))
    assert all(abs(mean - float(f"{target:.4f}")) <= 0.02 + 1e-9 for mean in means)
    assert not means or max(means) - min(means) <= 0.04 + 1e-9


def test_a_difficulty_that_no_paper_has_is_said() -> None:
    """All questions are expected at 0.6: no paper comes near 0.9."""
    content = plan(3, balance={"facility": "0.90", "tolerance": "0.05"})

    assert shortfalls(stock(9), content) == [Shortfall("", "", 0, None, 90, 60, why="balance")]


@pytest.mark.parametrize(("facility", "nearest"), [(0.586, 58), (0.654, 66), (0.59, None), (0.65, None)])
def test_what_just_misses_the_tolerance_does_not_read_as_if_it_did_not(facility: float, nearest: int | None) -> None:
    """62 % within 3: 58.6 misses 59, and 65.4 misses 65, which rounding would say."""
    bank = [one._replace(facility=facility) for one in stock(4)]

    found = shortfalls(bank, plan(2, balance={"facility": "0.62", "tolerance": "0.03"}))

    assert [gap.available for gap in found] == ([] if nearest is None else [nearest])


def test_an_even_bank_gives_parallel_forms_without_giving_up() -> None:
    bank = [Candidate(n, "MP.2", 3, "sedang", facility=0.3 + n / 100) for n in range(61)]
    content = plan(10, balance={"facility": "0.60", "tolerance": "0.01"})
    of = {one.version: one.expected for one in bank}

    forms = [frozenset(one.version for one in draw(bank, content, seed=seed)) for seed in range(40)]

    assert all(abs(fmean(of[key] for key in form) - 0.6) <= 0.01 + 1e-9 for form in forms)
    assert len(set(forms)) == 40


@given(data=st.data())
def test_a_flow_meets_as_much_of_the_demand_as_trying_everything(data: st.DataObject) -> None:
    demands = data.draw(st.lists(st.integers(0, 3), min_size=1, max_size=3))
    kinds = [frozenset(c) for size in range(1, len(demands) + 1) for c in combinations(range(len(demands)), size)]
    classes = {kind: data.draw(st.integers(0, 3)) for kind in kinds}

    got = matching.flow(demands, classes)

    # Hall's condition for flows: what cannot be met is the largest lack over all sets of rows.
    lacks = [
        sum(demands[row] for row in chosen) - sum(size for kind, size in classes.items() if kind & set(chosen))
        for size in range(len(demands) + 1)
        for chosen in combinations(range(len(demands)), size)
    ]
    assert sum(got) == sum(demands) - max(lacks)
    assert all(0 <= amount <= demand for amount, demand in zip(got, demands, strict=True))


def test_rows_say_what_a_section_says() -> None:
    section = {"title": "Inti", "competency": "MP.2", "level": 3, "draw": 5, "tagged": {"surel": 2}, "tags": ["jabar"]}

    assert [(row.number, row.tag, row.tags) for row in rows({"sections": [section]})] == [
        (2, "surel", frozenset({"jabar"})),
        (3, "", frozenset({"jabar"})),
    ]


def test_many_feuds_in_a_large_bank_cost_no_search() -> None:
    """A thousand questions in two hundred groups of five, one of each group at most: two hundred can be drawn."""
    bank = stock(1000)
    bank = [
        one._replace(enemies=frozenset(n for n in range(g * 5 + 1, g * 5 + 6) if n != one.version))
        for g in range(200)
        for one in bank[g * 5 : g * 5 + 5]
    ]

    made = matching.assign(
        [200], [[one.version for one in bank]], {one.version: one.enemies for one in bank}, Random(1)
    )

    assert len({(key - 1) // 5 for key in made[0]}) == 200
