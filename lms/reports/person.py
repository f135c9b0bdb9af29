"""A person's competency profile against the standard of the post: all that its page shows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import hours
from lms.catalogue.hours import YearHours
from lms.competencies import reference, standards
from lms.competencies.courses import Step, steps_for
from lms.competencies.gaps import Gap, Match, State, Tally, gaps, job_person_match, tally
from lms.competencies.profiles import profile
from lms.competencies.reference import Category
from lms.competencies.standards import Post, Required
from lms.frameworks.models import KINDS
from lms.people.models import Employee
from lms.reports.lineage import Traced, evidence_of


@dataclass(frozen=True)
class Line:
    """One competency of the profile: the gap, the evidence that gives its level, and the courses beyond it."""

    gap: Gap
    basis: Traced | None
    steps: tuple[Step, ...]

    @property
    def step(self) -> Step | None:
        """The best course, if there is one."""
        return self.steps[0] if self.steps else None


@dataclass(frozen=True)
class Group:
    """The lines of one kind of competency, most pressing first; `met` of `total` count all lines, not only those shown."""

    kind: str
    lines: tuple[Line, ...]
    met: int
    total: int


@dataclass(frozen=True)
class Beyond:
    """A level shown in a competency that the post does not ask for."""

    code: str
    name: str
    level: int
    basis: Traced


@dataclass(frozen=True)
class Subtotal:
    """Attained of required levels in one kind of competency."""

    kind: str
    attained: int
    required: int


@dataclass(frozen=True)
class MatchReport:
    """A Job Person Match with its arithmetic. The categories are None where nothing was assessed."""

    match: Match
    subtotals: tuple[Subtotal, ...]
    placement: Category | None
    mapping: Category | None

    @property
    def asked(self) -> int:
        """Competencies of the standard, assessed or not."""
        return len(self.match.rows) + len(self.match.missing)


@dataclass(frozen=True)
class PersonProfile:
    """The whole profile. lines: by urgency. official_on: day of the latest official assessment that counts."""

    post: Post | None
    lines: tuple[Line, ...]
    beyond: tuple[Beyond, ...]
    official: MatchReport
    estimate: MatchReport
    official_on: date | None
    evidence: tuple[Traced, ...]

    @property
    def next(self) -> Line | None:
        """The most pressing unmet competency for which there is a course."""
        return next((line for line in self.lines if line.step and not line.gap.is_met), None)

    @property
    def counted(self) -> Tally:
        """What the filters say."""
        return tally(line.gap for line in self.lines)

    @property
    def hours_wanted(self) -> int:
        """Learning hours of the best course for each unmet competency, each course once."""
        best = {line.step.slug: line.step.hours for line in self.lines if line.step and not line.gap.is_met}
        return sum(best.values())


def profile_of(session: Session, employee_id: int, *, today: date) -> PersonProfile:
    """A person's profile on a day. Three statements."""
    post = standards.post_of(session, employee_id, on=today)
    evidence = evidence_of(session, employee_id, on=today)
    seen = [row.seen for row in evidence]
    asked = post.standard.requirements if post and post.standard else ()
    found = gaps(asked, seen, on=today)
    steps = steps_for(session, employee_id, [gap for gap in found if gap.state is not State.MET])
    by_key = {row.seen.id: row for row in evidence}
    standings = profile(seen, today)
    bases = [standing.official_basis for standing in standings.values() if standing.official_basis]
    return PersonProfile(
        post=post,
        lines=tuple(
            Line(gap, by_key[gap.standing.basis.id] if gap.standing.basis else None, steps.get(gap.required.code, ()))
            for gap in found
        ),
        beyond=_beyond(evidence, asked),
        official=_match(asked, {key: row.official for key, row in standings.items()}, today),
        estimate=_match(asked, {key: row.estimated for key, row in standings.items()}, today),
        official_on=max((row.observed_on for row in bases), default=None),
        evidence=tuple(evidence),
    )


def groups(lines: Sequence[Line], shown: Sequence[Line]) -> list[Group]:
    """`shown`, one group for each kind, in the order of the kinds; the counts are over all `lines`."""
    made = []
    for kind in KINDS:
        of_kind = [line for line in lines if line.gap.required.kind == kind]
        listed = tuple(line for line in shown if line.gap.required.kind == kind)
        if listed:
            made.append(Group(kind, listed, sum(line.gap.is_met for line in of_kind), len(of_kind)))
    return made


def hours_of(session: Session, employee_id: int, *, year: int) -> YearHours:
    """The learning hours of a year, against what the person's kind of employment asks for. Two statements."""
    employment = session.scalars(select(Employee.employment).where(Employee.id == employee_id)).one()
    return hours.of_year(session, employee_id, employment, year=year)


def _beyond(evidence: Sequence[Traced], asked: Sequence[Required]) -> tuple[Beyond, ...]:
    required = {row.competency_id for row in asked}
    return tuple(
        Beyond(row.competency_code, row.competency, row.seen.level, row)
        for row in sorted(evidence, key=lambda row: row.competency)
        if row.reason == "decides" and row.seen.competency_id not in required
    )


def _match(asked: Sequence[Required], levels: dict[int, int | None], on: date) -> MatchReport:
    match = job_person_match(asked, levels)
    subtotals = tuple(
        Subtotal(kind, sum(row.counted for row in rows), sum(row.required.level for row in rows))
        for kind, found in groupby(match.rows, key=lambda row: row.required.kind)
        for rows in [list(found)]
    )
    share = match.share
    if share is None:
        return MatchReport(match, subtotals, None, None)
    return MatchReport(
        match,
        subtotals,
        placement=reference.category(share, "placement", on=on),
        mapping=reference.category(share, "mapping", on=on),
    )
