"""Taking a panel's cut over as the pass mark of an exam: it makes the next blueprint, the same in all else.

Whoever has begun keeps the pass mark under which they did. The content names the panel, so that a pass mark opens to its proof.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit
from lms.exams import blueprints
from lms.exams.models import Blueprint
from lms.exams.panels.models import PanelRound
from lms.exams.panels.rating import locked

#: What of a content names the panel.
SOURCE = "panel"
#: What decides which questions stand on a paper.
_DRAWS = ("competency", "level", "draw", "difficulty", "tagged", "tags", "fixed", "scoring")


class Outdated(RuntimeError):
    """The blueprint draws or weighs otherwise than when the panel was opened: its cut is for other papers."""


def take(session: Session, panel_id: int, *, round: int, by: int, now: datetime) -> Blueprint:
    """Make the cut of a closed round the total pass mark. Raises RoundOver and Outdated."""
    panel = locked(session, panel_id, "closed", round)
    blueprints.hold(session, panel.exam_id)
    found, rated = blueprints.in_force(session, panel.exam_id), session.get_one(Blueprint, panel.blueprint_id)
    if found is None or draws(found.content) != draws(rated.content):
        raise Outdated(panel_id)
    kept = select(PanelRound.figures).where(PanelRound.panel_id == panel_id, PanelRound.number == round)
    percent = session.scalars(kept).one()["percent"]
    content = content_with(found.content, panel.code, percent)
    made = blueprints.append(session, panel.exam_id, content, number=found.number + 1, now=now, by=by)
    session.flush()
    panel.state, panel.taken_id, panel.ended_at, panel.ended_by = "taken", made.id, now, by
    details = {"blueprint": made.number, "percent": percent, "round": round}
    audit.record(session, "panel.take", f"panel:{panel_id}", by=by, now=now, details=details)
    session.flush()
    return made


def content_with(content: Mapping[str, Any], code: str, percent: int) -> dict[str, Any]:
    """A blueprint's content with the pass mark of a panel."""
    made = {name: value for name, value in content.items() if name != "pass_total_points"}
    return {**made, "pass_total": percent, SOURCE: {"code": code, "percent": percent}}


def source_of(content: Mapping[str, Any]) -> str:
    """The code of the panel that the total pass mark comes from; empty where it comes from none, or was changed since."""
    source = content.get(SOURCE)
    return str(source["code"]) if source and source["percent"] == content.get("pass_total") else ""


def draws(content: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What of a content decides which questions stand on a paper, and for how many marks."""
    return [{name: section[name] for name in _DRAWS if section.get(name)} for section in content["sections"]]
