"""What comes after handing in, as an organiser settles it: how many mark, what is released, and appeals.

A change makes the next blueprint of the exam, the same in all else: so whoever has begun keeps the terms under which they
did, and papers that lie ready are drawn anew. Once somebody has begun, all that follow are to be treated as well at least:

    marking    stays
    release    may show more or sooner, never less or later
    appeals    may be opened or last longer; a ruling may be promised sooner, never later
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from lms import audit
from lms.exams import blueprints
from lms.exams.marking.rules import rule_of
from lms.exams.models import Attempt, Blueprint
from lms.exams.panels import taking
from lms.exams.release import LEVELS, MOMENTS, release_of

#: What of a blueprint's content this is.
KEYS = ("marking", "release", "release_after", "appeals")


@dataclass(frozen=True)
class Terms:
    """markers: 1 or 2 · tolerance: per cent, where there are two · release: one of release.LEVELS · after: one of release.MOMENTS,
    which under "score" says nothing · days: of the window of appeals, None for none · ruling_days: how long a ruling may take."""

    markers: int
    tolerance: int
    release: str
    days: int | None
    ruling_days: int
    after: str = "result"


class Narrowed(ValueError):
    """Somebody has begun, and the change would treat who follows worse. `keys`: which of KEYS."""

    def __init__(self, keys: list[str]) -> None:
        super().__init__(", ".join(keys))
        self.keys = keys


def terms_of(content: Mapping[str, Any]) -> Terms:
    """What a blueprint's content says."""
    rule, release = rule_of(content), release_of(content)
    level, after = content.get("release", "score"), "sitting" if release.waits else "result"
    return Terms(rule.markers, int(rule.tolerance), level, release.days, release.ruling_days, after)


def narrowed(old: Terms, new: Terms) -> list[str]:
    """What of a change would treat who follows worse, or otherwise."""
    marking = (new.markers, new.tolerance if new.markers == 2 else 0) != (
        old.markers,
        old.tolerance if old.markers == 2 else 0,
    )
    release = LEVELS.index(new.release) < LEVELS.index(old.release)
    later = "score" not in {old.release, new.release} and MOMENTS.index(new.after) > MOMENTS.index(old.after)
    appeals = old.days is not None and (new.days is None or new.days < old.days or new.ruling_days > old.ruling_days)
    return [key for key, holds in zip(KEYS, (marking, release, later, appeals), strict=True) if holds]


def has_begun(session: Session, exam_id: int) -> bool:
    """Whether anybody has begun an attempt of an exam."""
    return bool(session.scalar(select(exists().where(Attempt.exam_id == exam_id, Attempt.state != "prepared"))))


def change(session: Session, exam_id: int, new: Terms, *, by: int, now: datetime) -> bool:
    """Settle the terms anew, from the next attempt on; False where they are the same. Raises Narrowed.

    The exam must have a blueprint.
    """
    blueprints.hold(session, exam_id)
    found = blueprints.in_force(session, exam_id)
    assert found is not None, "there is a blueprint to change"
    old = terms_of(found.content)
    content = content_with(found.content, new)
    if content == content_with(found.content, old):
        return False
    if (worse := narrowed(old, new)) and has_begun(session, exam_id):
        raise Narrowed(worse)
    blueprints.append(session, exam_id, content, number=found.number + 1, now=now, by=by)
    details = {"blueprint": found.number + 1, "from": asdict(old), "to": asdict(new)}
    audit.record(session, "exam.terms", f"exam:{exam_id}", by=by, now=now, details=details)
    return True


def content_with(content: Mapping[str, Any], new: Terms) -> dict[str, Any]:
    """A blueprint's content with other terms."""
    made = {name: value for name, value in content.items() if name not in KEYS}
    made["marking"] = {"markers": new.markers} | ({"tolerance": new.tolerance} if new.markers == 2 else {})
    made["release"] = new.release
    if new.release != "score" and new.after != "result":
        made["release_after"] = new.after
    if new.days is not None:
        made["appeals"] = {"days": new.days, "ruling_days": new.ruling_days}
    return made


def kept(session: Session, exam_id: int, content: Mapping[str, Any]) -> dict[str, Any]:
    """The content of a package with what was settled here, if anything was: an import replaces neither the terms nor a
    panel's pass mark."""
    settled = exists().where(Blueprint.exam_id == exam_id, Blueprint.made_by.is_not(None))
    latest = blueprints.in_force(session, exam_id) if session.scalar(select(settled)) else None
    if latest is None:
        return dict(content)
    made = content_with(content, terms_of(latest.content))
    code = taking.source_of(latest.content)
    return taking.content_with(made, code, latest.content["pass_total"]) if code else made
