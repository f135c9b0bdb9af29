"""Reads what exam.yaml may say of drawing beyond numbers by difficulty; lms/exams/blueprint.py says what it means."""

from decimal import Decimal
from typing import Any

from lms.packages.fields import Fields
from lms.packages.located import Located, Path
from lms.packages.package import Problem
from lms.questions.free_tags import LONGEST_TAG, MOST_TAGS, free_tag
from lms.questions.said import say

EXAM_FIELDS = ("exposure", "balance", "trial")
SECTION_FIELDS = ("tags", "tagged", "fixed")
MOST_ON_TRIAL = 20
OUT_OF_TOLERANCE = "%(name)s lebih dari 0 dan paling besar %(most)s"


def read_exam(source: Located, fields: Fields, found: list[Problem]) -> dict[str, Any]:
    """exposure, balance and trial, each only where it is said."""
    said: dict[str, Any] = {}
    if fields.has("exposure"):
        inner = Fields(source, found, path=("exposure",), known=("percent", "days"))
        said["exposure"] = {
            "percent": inner.number("percent", least=1, most=100),
            "days": inner.number("days", least=1, most=3650),
        }
    if fields.has("balance"):
        inner = Fields(source, found, path=("balance",), known=("facility", "tolerance"))
        facility, tolerance = (inner.amount(name, least=0, most=1) for name in ("facility", "tolerance"))
        if not 0 < Decimal(str(tolerance)) <= Decimal("0.25"):
            inner.refuse("tolerance", say(OUT_OF_TOLERANCE, name="tolerance", most='"0.25"'))
        said["balance"] = {"facility": str(facility), "tolerance": str(tolerance)}
    if fields.has("trial"):
        said["trial"] = fields.number("trial", least=1, most=MOST_ON_TRIAL)
    return said


def read_section(source: Located, fields: Fields, path: Path, found: list[Problem]) -> dict[str, Any]:
    """tags, tagged and fixed, each only where it is said."""
    said: dict[str, Any] = {}
    if fields.has("tags"):
        said["tags"] = sorted({_tag(tag, "tags", fields) for tag in fields.texts("tags", most=MOST_TAGS)})
    if fields.has("tagged"):
        said["tagged"] = _tagged(source, fields, path, found)
    if fields.has("fixed"):
        said["fixed"] = list(fields.texts("fixed", most=50))
    draw = fields.number("draw", least=1, most=200)
    if len(said.get("fixed", ())) > draw:
        fields.refuse("fixed", say("soal tetap lebih banyak daripada %(name)s, %(most)s", name="draw", most=draw))
    if sum(said.get("tagged", {}).values()) > draw:
        fields.refuse(
            "tagged",
            say("jumlah %(name)s lebih besar daripada %(other)s, %(most)s", name="tagged", other="draw", most=draw),
        )
    return said


def _tagged(source: Located, fields: Fields, path: Path, found: list[Problem]) -> dict[str, int]:
    if fields.has("difficulty"):
        fields.refuse("tagged", say("pakai salah satu: %(name)s atau %(other)s", name="difficulty", other="tagged"))
    given = fields.value("tagged")
    words = [word for word in given if isinstance(word, str)] if isinstance(given, dict) else []
    inner = Fields(source, found, path=(*path, "tagged"), known=words)
    return {_tag(word, word, inner): inner.number(word, least=1, most=200) for word in words}


def _tag(word: str, name: str, fields: Fields) -> str:
    """A tag as questions have it. Notes under a field's name where none can be as long."""
    if len(tag := free_tag(word)) > LONGEST_TAG:
        fields.refuse(name, say("tag paling panjang %(most)s huruf", most=LONGEST_TAG))
    return tag
