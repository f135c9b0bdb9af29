"""Evidence against a standard: what is missing, what runs out, and the Job Person Match."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from sqlalchemy.orm import Session

from lms.competencies import evidence
from lms.competencies.profiles import Observation, Standing, last_lapsed, profile
from lms.competencies.standards import Required

#: A level that ends within so many days is shown as ending.
SOON_DAYS = 90


class State(StrEnum):
    """How a requirement stands."""

    SHORT = "short"
    UNASSESSED = "unassessed"
    ENDING = "ending"
    MET = "met"


@dataclass(frozen=True)
class Gap:
    """One requirement against one person's standing.

    level: the estimated level, None where not assessed. missing: levels still wanted, None where not assessed.
    lapsed: higher evidence that has expired, which would close the gap if renewed.
    until, days_left: when the level ends, if it does.
    """

    required: Required
    standing: Standing
    state: State
    lapsed: Observation | None
    days_left: int | None

    @property
    def level(self) -> int | None:
        """The level attained, by the estimate."""
        return self.standing.estimated

    @property
    def missing(self) -> int | None:
        """Levels still wanted; 0 where the requirement is met."""
        return None if self.level is None else max(self.required.level - self.level, 0)

    @property
    def surplus(self) -> int:
        """Levels beyond what is asked for."""
        return max((self.level or 0) - self.required.level, 0)

    @property
    def is_met(self) -> bool:
        """Whether the requirement is fulfilled today."""
        return self.state in {State.MET, State.ENDING}


@dataclass(frozen=True)
class Tally:
    """How many requirements stand how; every page says these numbers, and none counts by itself.

    required = met + short + unassessed; those that end soon are among the met.
    """

    required: int = 0
    met: int = 0
    unassessed: int = 0
    ending: int = 0

    @property
    def short(self) -> int:
        """Assessed, and below what is asked for. Never assessed is another matter: nobody knows."""
        return self.required - self.met - self.unassessed

    @property
    def unmet(self) -> int:
        """Short or never assessed: what there is a next step for."""
        return self.required - self.met


@dataclass(frozen=True)
class MatchRow:
    """One line of the arithmetic: what counts of what was attained."""

    required: Required
    level: int | None
    counted: int


@dataclass(frozen=True)
class Match:
    """A Job Person Match: attained of required levels over the competencies that were assessed.

    A requirement without an assessment is in `missing`, neither above nor below the line: it has no score.
    """

    attained: int
    required: int
    rows: tuple[MatchRow, ...]
    missing: tuple[Required, ...]

    @property
    def share(self) -> Decimal | None:
        """Per cent, not rounded; None where nothing was assessed."""
        return Decimal(self.attained * 100) / Decimal(self.required) if self.required else None


def gaps(requirements: Iterable[Required], observations: Sequence[Observation], *, on: date) -> list[Gap]:
    """Each requirement with its standing; mandatory and expired first, then largest gap, then ending soon, then met.

    Of equal gaps the mandatory one comes first; what was never assessed follows the known gaps.
    """
    standings = profile(observations, on)
    found = [_gap(required, standings.get(required.competency_id), observations, on) for required in requirements]
    return sorted(found, key=_urgency)


def tally(found: Iterable[Gap]) -> Tally:
    """The count of one person's requirements; `unit_levels.counts` gives the same for whole units."""
    states = [gap.state for gap in found]
    ending = states.count(State.ENDING)
    return Tally(len(states), states.count(State.MET) + ending, states.count(State.UNASSESSED), ending)


def top_gaps(
    session: Session, employee_id: int, requirements: Sequence[Required], *, today: date, limit: int
) -> list[Gap]:
    """What of a standard a person lacks most pressingly; empty when all is met. One statement."""
    seen = evidence.observations_of(session, employee_id)
    return [gap for gap in gaps(requirements, seen, on=today) if not gap.is_met][:limit]


def job_person_match(
    requirements: Iterable[Required], levels: Mapping[int, int | None], *, offset: bool = False
) -> Match:
    """Attained over required levels. levels: competency id → level, None or absent where not assessed.

    Each competency counts at most what is asked for; with `offset` a surplus in one makes up for a gap in another,
    and the sum counts at most what is asked for in all.
    """
    rows, missing = [], []
    for required in requirements:
        level = levels.get(required.competency_id)
        if level is None:
            missing.append(required)
        else:
            rows.append(MatchRow(required, level, level if offset else min(level, required.level)))
    asked = sum(row.required.level for row in rows)
    return Match(min(sum(row.counted for row in rows), asked), asked, tuple(rows), tuple(missing))


def _gap(required: Required, standing: Standing | None, seen: Sequence[Observation], on: date) -> Gap:
    standing = standing or Standing(None, None)
    level = standing.estimated
    of_this = [row for row in seen if row.competency_id == required.competency_id]
    met = level is not None and level >= required.level
    ends = standing.until
    soon = ends is not None and ends <= on + timedelta(days=SOON_DAYS)
    return Gap(
        required=required,
        standing=standing,
        state=(State.ENDING if soon else State.MET) if met else State.UNASSESSED if level is None else State.SHORT,
        lapsed=None if met else last_lapsed(of_this, on, above=level or 0),
        days_left=(ends - on).days if ends else None,
    )


def _urgency(gap: Gap) -> tuple[int, int, int, bool, int]:
    """A sort key: smaller is more urgent."""
    mandatory = gap.required.mandatory
    if mandatory and gap.lapsed is not None:
        rank = 0
    else:
        rank = {State.SHORT: 1, State.UNASSESSED: 2, State.ENDING: 3, State.MET: 4}[gap.state]
    size = gap.required.level if gap.missing is None else gap.missing
    days = gap.days_left if gap.state is State.ENDING and gap.days_left is not None else 0
    return rank, -size, days, not mandatory, gap.required.order
