"""Which courses to offer somebody who looks for one: first those that close a gap, then what else there is."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from lms.catalogue import listing
from lms.competencies import standards
from lms.competencies.courses import Step, steps_for
from lms.competencies.gaps import Gap, top_gaps


@dataclass(frozen=True)
class Offer:
    """A course to enrol in. competency, level, asked: the gap that it closes, to which level, of which; None for none."""

    slug: str
    title: str
    hours: int
    competency: str | None
    level: int | None
    asked: int | None


def of_person(session: Session, employee_id: int, *, today: date, limit: int) -> tuple[Offer, ...]:
    """For a page that knows no gaps of the person yet. Four statements; two for who has no standard."""
    post = standards.post_of(session, employee_id, on=today)
    asked = post.standard.requirements if post and post.standard else ()
    found = top_gaps(session, employee_id, asked, today=today, limit=len(asked)) if asked else []
    return of_gaps(session, employee_id, found, steps_for(session, employee_id, found), limit=limit)


def of_gaps(
    session: Session, employee_id: int, gaps: Sequence[Gap], steps: Mapping[str, Sequence[Step]], *, limit: int
) -> tuple[Offer, ...]:
    """Courses in which the person has not enrolled, each once, those for the first gaps first. One statement."""
    closing = list(_closing(gaps, steps))
    rest = [
        Offer(row.slug, row.title, row.learning_hours, None, None, None)
        for row in listing.recommended(session, employee_id, limit=limit)
    ]
    once: dict[str, Offer] = {}
    for offer in [*closing, *rest]:
        once.setdefault(offer.slug, offer)
    return tuple(once.values())[:limit]


def _closing(gaps: Sequence[Gap], steps: Mapping[str, Sequence[Step]]) -> Iterator[Offer]:
    for gap in gaps:
        for step in steps[gap.required.code]:
            if not step.is_begun:
                yield Offer(step.slug, step.title, step.hours, gap.required.name, step.level, gap.required.level)
