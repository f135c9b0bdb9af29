"""Reads what exam.yaml may say of passing beyond per cent; lms/exams/pass_rules.py says what it means."""

from collections.abc import Collection
from typing import Any

from lms.packages.fields import Fields
from lms.packages.located import Located, Path
from lms.packages.package import Problem
from lms.questions.kinds import KINDS
from lms.questions.said import say

MOST_POINTS = 100_000
EXAM_FIELDS = ("pass_total", "pass_total_points", "compensation", "predicates", "groups")
SECTION_FIELDS = ("pass", "pass_points", "scoring")
WEIGHTS = ("right", "wrong", "blank")
_MORE = say("%(name)s harus lebih dari 0", name="right")


def read_exam(source: Located, fields: Fields, found: list[Problem], *, sections: Collection[str]) -> dict[str, Any]:
    """compensation, predicates and groups, each only where it is said. sections: the titles that there are."""
    rules: dict[str, Any] = {}
    if fields.has("compensation"):
        rules["compensation"] = fields.truth("compensation")
    if fields.has("predicates"):
        places = range(len(fields.rows("predicates", most=20)))
        rules["predicates"] = [_predicate(source, ("predicates", n), found) for n in places]
    if fields.has("groups"):
        places = range(len(fields.rows("groups", most=20)))
        rules["groups"] = [_group(source, ("groups", n), found, sections) for n in places]
        codes = [group["code"] for group in rules["groups"]]
        if len(set(codes)) < len(codes):
            fields.refuse("groups", say("ada dua kelompok dengan %(name)s yang sama", name="code"))
    return rules


def threshold(fields: Fields, name: str, *, required: bool) -> dict[str, Any]:
    """{name: per cent} or {name_points: points}; empty where neither is said and none is required.

    `name: null` says that nothing need be reached: left out of what must say something, it could be forgotten.
    """
    points = f"{name}_points"
    if fields.has(name) and fields.has(points):
        fields.refuse(
            points,
            say("pakai salah satu: %(name)s dalam persen atau %(other)s dalam poin", name=name, other=points),
        )
    if fields.has(name) and fields.value(name) is None and not fields.has(points):
        return {}
    if fields.has(points):
        return {points: fields.amount(points, least=0, most=MOST_POINTS)}
    if fields.has(name) or required:
        return {name: fields.number(name, least=0, most=100)}
    return {}


def scoring(source: Located, path: Path, found: list[Problem]) -> dict[str, Any]:
    """{"right", "wrong", "blank"} as far as they are said, and the same by kind."""
    fields = Fields(source, found, path=path, known=(*WEIGHTS, "kinds"))
    made: dict[str, Any] = _weights(fields)
    if fields.has("kinds"):
        by_kind = Fields(source, found, path=(*path, "kinds"), known=KINDS)
        made["kinds"] = {
            kind: _weights(Fields(source, found, path=(*path, "kinds", kind), known=WEIGHTS))
            for kind in KINDS
            if by_kind.has(kind)
        }
    if made and "right" not in made:
        # What is left out is 0: every question would count 0 of 0, and the exam could not be passed.
        fields.refuse("right", _MORE)
    if not made:
        fields.refuse(
            "",
            say(
                "isi %(name)s dengan %(right)s, dan bila perlu %(wrong)s serta %(blank)s",
                name="scoring",
                right="right",
                wrong="wrong",
                blank="blank",
            ),
        )
    return made


def _weights(fields: Fields) -> dict[str, Any]:
    made = {word: fields.amount(word, least=-100, most=100) for word in WEIGHTS if fields.has(word)}
    if "right" in made and float(made["right"]) <= 0:
        fields.refuse("right", _MORE)
    return made


def _predicate(source: Located, path: Path, found: list[Problem]) -> dict[str, Any]:
    fields = Fields(source, found, path=path, known=("title", "from"))
    return {"title": fields.text("title", longest=60), "from": fields.amount("from", least=0, most=100)}


def _group(source: Located, path: Path, found: list[Problem], titles: Collection[str]) -> dict[str, Any]:
    known = ("code", "title", "pass_total", "pass_total_points", "compensation", "sections")
    fields = Fields(source, found, path=path, known=known)
    group: dict[str, Any] = {"code": fields.slug("code"), "title": fields.text("title", longest=120)}
    group |= threshold(fields, "pass_total", required=False)
    if fields.has("compensation"):
        group["compensation"] = fields.truth("compensation")
    if fields.has("sections"):
        places = range(len(fields.rows("sections", most=20)))
        group["sections"] = [_group_section(source, (*path, "sections", n), found, titles) for n in places]
    return group


def _group_section(source: Located, path: Path, found: list[Problem], titles: Collection[str]) -> dict[str, Any]:
    fields = Fields(source, found, path=path, known=("title", "pass", "pass_points"))
    title = fields.text("title", longest=120)
    if title and title not in titles:
        fields.refuse("title", say("tidak ada bagian berjudul %(title)s", title=title))
    return {"title": title, **threshold(fields, "pass", required=True)}
