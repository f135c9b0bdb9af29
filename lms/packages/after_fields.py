"""Reads what exam.yaml may say of what others see and do: who marks, what a candidate may see and when, appeals, the score
screen, and what there is to rehearse with.

lms/exams/marking/rules.py, lms/exams/release.py, lms/exams/live_scores.py and lms/exams/rehearsing.py say what it means.
"""

from typing import Any

from lms.exams import live_scores
from lms.exams.rehearsing import REHEARSALS
from lms.exams.release import LEVELS, MOMENTS
from lms.packages.fields import Fields
from lms.packages.located import Located
from lms.packages.package import Problem

EXAM_FIELDS = ("marking", "release", "release_after", "appeals", "live_scores", "rehearsals")


def read(source: Located, fields: Fields, found: list[Problem]) -> dict[str, Any]:
    """Each only where it is said."""
    said: dict[str, Any] = {}
    if fields.has("marking"):
        marking = Fields(source, found, path=("marking",), known=("markers", "tolerance"))
        said["marking"] = {"markers": marking.number("markers", least=1, most=2)}
        if marking.has("tolerance"):
            said["marking"]["tolerance"] = marking.amount("tolerance", least=0, most=100)
    if fields.has("release"):
        said["release"] = fields.one_of("release", LEVELS)
    if fields.has("release_after"):
        said["release_after"] = fields.one_of("release_after", MOMENTS)
        if fields.value("release") in {None, "score"}:
            fields.refuse("release_after", "pakai release_after hanya bersama release: items atau key")
    if fields.has("rehearsals"):
        said["rehearsals"] = list(fields.texts("rehearsals", most=len(REHEARSALS)))
        if not set(said["rehearsals"]) <= set(REHEARSALS):
            fields.refuse("rehearsals", f"pakai hanya {' dan '.join(REHEARSALS)}")
    if fields.has("live_scores"):
        said["live_scores"] = fields.one_of("live_scores", live_scores.SHOWN_AS)
    if fields.has("appeals"):
        appeals = Fields(source, found, path=("appeals",), known=("days", "ruling_days"))
        said["appeals"] = {
            "days": appeals.number("days", least=1, most=60),
            "ruling_days": appeals.number("ruling_days", least=1, most=180),
        }
    return said
