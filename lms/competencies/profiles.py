"""What a person's evidence adds up to on a day: a pure function, so that anyone can recompute it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

#: Strongest first: which of two observations of the same level is named as the basis of a level.
STRENGTH = ("assessment", "certificate", "exam", "manager")


@dataclass(frozen=True)
class Observation:
    """One row of evidence as the rule sees it. `valid_until` is the last day on which it counts; None: it does not end."""

    id: int
    competency_id: int
    level: int
    source: str
    observed_on: date
    supervised: bool = False
    valid_until: date | None = None
    set_aside_at: datetime | None = None


class Reason(StrEnum):
    """Why an observation counts on a day, or why it does not."""

    DECIDES = "decides"
    COUNTS = "counts"
    OUTRANKED = "outranked"
    SELF_CLAIM = "self_claim"
    UNSUPERVISED = "unsupervised"
    SET_ASIDE = "set_aside"
    EXPIRED = "expired"
    NOT_YET = "not_yet"


@dataclass(frozen=True)
class Standing:
    """Where a person stands in one competency.

    official, estimated: levels 1-5, or None where not assessed.
    basis: the observation that gives the estimated level. until: the last day of that level, None where it does not end.
    claimed: the latest self-claim, which never counts.
    """

    official: int | None
    estimated: int | None
    basis: Observation | None = None
    official_basis: Observation | None = None
    until: date | None = None
    claimed: int | None = None


@dataclass(frozen=True)
class Change:
    """From this day on the levels were these."""

    on: date
    official: int | None
    estimated: int | None


def profile(evidence: Iterable[Observation], on: date) -> dict[int, Standing]:
    """The standing on a day in each competency for which there is any evidence.

    Only evidence counts that was observed on or before the day, has not expired by it and was not set aside.
    official level: the latest official assessment. estimated level: the highest among official assessments,
    certificates and supervised exams; where there is none of these, the latest manager's assessment.
    A self-claim and an unsupervised exam never count. What nothing counts for is None: not assessed, not 0.

    Worked examples, on 23 November 2026 (A assessment, C certificate, E supervised exam, M manager, S self-claim):

    1. A 2 in March 2025, C 3 in May 2026                     official 2, estimated 3
    2. A 4 in March 2022, A 3 in March 2025                   official 3, estimated 4
    3. C 3 valid until 31 October 2026, M 1 in June 2026      official none, estimated 1 (the certificate has expired)
    4. E 2 in July 2026, M 4 in August 2026                   official none, estimated 2 (M yields to stronger evidence)
    5. S 5 in June 2026, C 3 dated 24 November 2026           official none, estimated none: not assessed
    """
    by_competency: dict[int, list[Observation]] = defaultdict(list)
    for observation in evidence:
        by_competency[observation.competency_id].append(observation)
    return {competency: _standing(rows, on) for competency, rows in by_competency.items()}


def reasons(evidence: Sequence[Observation], on: date) -> dict[int, Reason]:
    """Observation id → why it counts on the day or not. evidence: all rows of one person."""
    bases = {standing.basis.id for standing in profile(evidence, on).values() if standing.basis}
    found = {row.id: _set_back(row, on) for row in evidence}
    for row in evidence:
        if found[row.id] is None:
            found[row.id] = _weight(row, decides=row.id in bases)
    return {key: reason for key, reason in found.items() if reason is not None}


def history(evidence: Sequence[Observation], until: date) -> list[Change]:
    """How the levels of one competency came and went up to a day, oldest first. Evidence set aside never appears."""
    days = {row.observed_on for row in evidence}
    days |= {row.valid_until + timedelta(days=1) for row in evidence if row.valid_until}
    changes: list[Change] = []
    before: tuple[int | None, int | None] = (None, None)
    for day in sorted(day for day in days if day <= until):
        standing = _standing(evidence, day)
        levels = (standing.official, standing.estimated)
        if levels != before:
            changes.append(Change(day, *levels))
        before = levels
    return changes


def last_lapsed(evidence: Iterable[Observation], on: date, *, above: int) -> Observation | None:
    """The evidence of a level higher than `above` that expired last, or None: what a person must renew."""
    lapsed = [
        row
        for row in evidence
        if row.level > above and row.valid_until is not None and _set_back(row, on) is Reason.EXPIRED and _proves(row)
    ]
    return max(lapsed, key=lambda row: (row.valid_until or date.min, row.id), default=None)


def _standing(rows: Sequence[Observation], on: date) -> Standing:
    counting = [row for row in rows if _set_back(row, on) is None]
    official = _latest(counting, "assessment")
    proven = [row for row in counting if _proves(row)]
    manager = _latest(counting, "manager")
    claim = _latest([row for row in rows if not _out_of_time(row, on)], "self")
    claimed = claim.level if claim else None
    level = max((row.level for row in proven), default=None)
    bases = [row for row in proven if row.level == level] or ([manager] if manager else [])
    if not bases:
        return Standing(None, None, claimed=claimed)
    ends = [row.valid_until for row in bases]
    return Standing(
        official=official.level if official else None,
        estimated=bases[0].level,
        basis=min(bases, key=lambda row: (STRENGTH.index(row.source), -row.observed_on.toordinal(), -row.id)),
        official_basis=official,
        until=max((day for day in ends if day), default=None) if None not in ends else None,
        claimed=claimed,
    )


def _latest(rows: Iterable[Observation], source: str) -> Observation | None:
    """Of two on the same day, the one recorded later."""
    of_source = (row for row in rows if row.source == source)
    return max(of_source, key=lambda row: (row.observed_on, row.id), default=None)


def _set_back(row: Observation, on: date) -> Reason | None:
    """What keeps an observation from counting whatever else there is; None if nothing does."""
    if row.source == "self":
        return Reason.SELF_CLAIM
    if row.source == "exam" and not row.supervised:
        return Reason.UNSUPERVISED
    return _out_of_time(row, on)


def _out_of_time(row: Observation, on: date) -> Reason | None:
    if row.set_aside_at is not None:
        return Reason.SET_ASIDE
    if row.observed_on > on:
        return Reason.NOT_YET
    if row.valid_until is not None and row.valid_until < on:
        return Reason.EXPIRED
    return None


def _proves(row: Observation) -> bool:
    return row.source in {"assessment", "certificate"} or (row.source == "exam" and row.supervised)


def _weight(row: Observation, *, decides: bool) -> Reason:
    if decides:
        return Reason.DECIDES
    return Reason.COUNTS if _proves(row) else Reason.OUTRANKED
