"""One competency of one person: what its levels mean, the evidence, and how the level came about."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from lms.competencies import standards
from lms.competencies.courses import Step, steps_for
from lms.competencies.gaps import Gap, gaps
from lms.competencies.profiles import Change, Standing, history, profile
from lms.competencies.standards import Required
from lms.frameworks.models import Competency, Framework
from lms.reports.lineage import Traced, evidence_of


@dataclass(frozen=True)
class LevelText:
    """One level of a competency, and whether the person stands there or the post asks for it."""

    number: int
    name: str
    description: str
    indicators: tuple[str, ...]
    is_attained: bool
    is_required: bool


@dataclass(frozen=True)
class PersonCompetency:
    """Everything about one competency of one person. gap: None where the post does not ask for it."""

    code: str
    name: str
    kind: str
    description: str
    source: str
    levels: tuple[LevelText, ...]
    standing: Standing
    gap: Gap | None
    steps: tuple[Step, ...]
    evidence: tuple[Traced, ...]
    history: tuple[Change, ...]

    @property
    def basis(self) -> Traced | None:
        """The evidence that gives the level."""
        decides = self.standing.basis
        return next((row for row in self.evidence if decides and row.seen.id == decides.id), None)


def of_person(session: Session, employee_id: int, code: str, *, today: date) -> PersonCompetency | None:
    """One competency of a person, in five statements; None if no dictionary has the code."""
    found = session.execute(
        select(Competency, Framework)
        .join(Framework, Framework.id == Competency.framework_id)
        .where(Competency.code == code)
        .options(selectinload(Competency.levels))
    ).one_or_none()
    if found is None:
        return None
    competency, framework = found
    post = standards.post_of(session, employee_id, on=today)
    evidence = [row for row in evidence_of(session, employee_id, on=today) if row.competency_code == code]
    seen = [row.seen for row in evidence]
    asked = [row for row in _asked(post) if row.code == code]
    gap = next(iter(gaps(asked, seen, on=today)), None)
    standing = profile(seen, today).get(competency.id) or Standing(None, None)
    steps = steps_for(session, employee_id, [gap] if gap else [])
    return PersonCompetency(
        code=code,
        name=competency.name,
        kind=competency.kind,
        description=competency.description,
        source=framework.source,
        levels=_levels(competency, framework, standing, gap),
        standing=standing,
        gap=gap,
        steps=steps.get(code, ()),
        evidence=tuple(evidence),
        history=tuple(reversed(history(seen, today))),
    )


def _asked(post: standards.Post | None) -> tuple[Required, ...]:
    return post.standard.requirements if post and post.standard else ()


def _levels(competency: Competency, framework: Framework, standing: Standing, gap: Gap | None) -> tuple[LevelText, ...]:
    return tuple(
        LevelText(
            number=level.number,
            name=framework.level_names[level.number - 1],
            description=level.description,
            indicators=tuple(level.indicators),
            is_attained=level.number == standing.estimated,
            is_required=gap is not None and level.number == gap.required.level,
        )
        for level in competency.levels
    )
