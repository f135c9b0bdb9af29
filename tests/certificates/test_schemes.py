"""What a scheme asks for, against what is known of a person; and the schemes that are shipped."""

from decimal import Decimal
from typing import Any

import pytest
import yaml

from lms.certificates import designs, schemes
from lms.certificates.schemes import Candidate, Check, Passed
from lms.config import ROOT

SHIPPED = sorted((ROOT / "certificates" / "schemes").glob("*.yaml"))
PERSON = Candidate(
    grade="Penata Tingkat I, III/d",
    tier="administrator",
    levels={"MAN.INT": 3, "SOS.PKB": None},
    exams={"uk": Passed(Decimal("86.42"), supervised=True)},
    courses=frozenset({"kursus"}),
)


@pytest.mark.parametrize(
    ("asked", "outcome"),
    [
        ({"kind": "level", "competency": "MAN.INT", "level": 3}, "met"),
        ({"kind": "level", "competency": "MAN.INT", "level": 4}, "unmet"),
        ({"kind": "level", "competency": "SOS.PKB", "level": 1}, "unmet"),  # not assessed is not nought, and not met
        ({"kind": "level", "competency": "TEK.KI", "level": 1}, "unmet"),
        ({"kind": "exam", "exam": "uk"}, "met"),
        ({"kind": "exam", "exam": "uk", "supervised": True, "percent": 86}, "met"),
        ({"kind": "exam", "exam": "uk", "percent": 87}, "unmet"),
        ({"kind": "exam", "exam": "lain"}, "unmet"),
        ({"kind": "course", "course": "kursus"}, "met"),
        ({"kind": "course", "course": "lain"}, "unmet"),
        ({"kind": "rank", "least": "III/c"}, "met"),
        ({"kind": "rank", "least": "III/d"}, "met"),
        ({"kind": "rank", "least": "IV/a"}, "unmet"),
        ({"kind": "tier", "tiers": ["administrator", "pengawas"]}, "met"),
        ({"kind": "tier", "tiers": ["jpt_pratama"]}, "unmet"),
        ({"kind": "training", "name": "PKA"}, "open"),
    ],
)
def test_each_requirement_is_looked_at_by_itself(asked: dict[str, Any], outcome: str) -> None:
    (found,) = schemes.checks([asked | {"grade": "mutlak"}], PERSON)

    assert found.outcome == outcome
    assert Check.from_json(found.to_json()) == found


def test_an_unsupervised_pass_does_not_do_where_a_supervised_one_is_asked() -> None:
    alone = Candidate(grade="", tier="", exams={"uk": Passed(Decimal(90), supervised=False)})

    (found,) = schemes.checks([{"kind": "exam", "exam": "uk", "supervised": True, "grade": "mutlak"}], alone)

    assert found.blocks


@pytest.mark.parametrize(("grade", "earned"), [("mutlak", False), ("penting", True), ("perlu", True)])
def test_only_what_is_mutlak_keeps_somebody_from_being_proposed(grade: str, earned: bool) -> None:
    asked = [{"kind": "level", "competency": "MAN.INT", "level": 5, "grade": grade}]

    assert schemes.is_earned(schemes.checks(asked, PERSON)) is earned


def test_what_cannot_be_known_here_keeps_nobody_from_being_proposed() -> None:
    assert schemes.is_earned(schemes.checks([{"kind": "training", "name": "PKA", "grade": "mutlak"}], PERSON))


@pytest.mark.parametrize(
    ("grade", "order"),
    [("I/a", 0), ("Penata, III/c", 12), ("III/d", 13), ("Pembina, IV/a", 15), ("IX", None), ("", None), ("III/", None)],
)
def test_ranks_are_in_order_and_those_of_contracts_are_none(grade: str, order: int | None) -> None:
    assert schemes.rank_order(grade) == order


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_the_units_of_a_shipped_scheme_fit_the_annex(path: Any) -> None:
    given = yaml.safe_load(path.read_text("utf-8"))

    design = designs.load(ROOT / "certificates" / given["design"])
    levels = [asked for asked in given["requires"] if asked["kind"] == "level"]
    assert len(levels) <= design.most_rows


def test_lurah_camat_and_kepala_dinas_are_shipped_with_the_levels_of_their_tiers() -> None:
    levels = {}
    for path in SHIPPED:
        given = yaml.safe_load(path.read_text("utf-8"))
        found = {a["level"] for a in given["requires"] if a["kind"] == "level" and a["competency"] != "TEK.KI"}
        levels[given["code"]] = (given.get("position"), found)

    assert levels["lurah"] == ("Jabatan Lurah", {2})
    assert levels["camat"] == ("Jabatan Camat", {3})
    assert levels["kepala-dinas"] == ("Jabatan Kepala Dinas", {4})
