"""The item analysis of an exam, from the latest result of each closed attempt: six statements, however many there are.

Of 2,000 attempts at 100 questions it takes seconds, so what was reckoned is kept in the process with what it was reckoned from:
results and corrections, which are appended and never change. Whoever looks again while no more have come finds it at hand.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import fmean
from typing import Any, Literal
from weakref import WeakKeyDictionary

from markupsafe import Markup
from sqlalchemy import Engine, Select, func, select
from sqlalchemy.orm import Session

from lms import clock, markup
from lms.exams import exam_analysis, journal
from lms.exams.corrections import Correction
from lms.exams.exam_analysis import Choice, ExamResult, ItemResult, Taken
from lms.exams.journal import Entry, Event
from lms.exams.models import AnswerEvent, Attempt, Paper, Result, Sitting
from lms.exams.models import Blueprint as Plan
from lms.exams.regrading import regrades
from lms.frameworks.models import Competency
from lms.questions.content import short
from lms.questions.models import Question, QuestionVersion

#: Attempts that are looked at, the newest first: a page must answer, and older ones say little of today's bank.
MOST = 2000
TAKES = ("semua", "pertama")
#: Analyses at hand of each database, the one asked for longest ago first: some 300 KB each.
KEPT = 8
_kept: WeakKeyDictionary[Engine, dict[Hashable, tuple[ExamResult, int]]] = WeakKeyDictionary()

Take = Literal["semua", "pertama"]


@dataclass(frozen=True)
class Wanted:
    """What is analysed. sitting: a code, empty for all. take: all attempts, or each person's first."""

    exam_id: int
    zone: str
    sitting: str = ""
    take: Take = "semua"


@dataclass(frozen=True)
class Option:
    """An option with its words and who took it. points: what a situational one is worth; 0 for any other."""

    html: Markup
    choice: Choice
    points: int = 0


@dataclass(frozen=True)
class ItemRow:
    """A question version with its words, tags, standing and figures. short: the end of its stem as plain words."""

    uuid: str
    number: int
    is_current: bool
    status: str
    kind: str
    competency: str
    level: int
    difficulty: str
    stem: Markup
    short: str
    options: tuple[Option, ...]
    result: ItemResult


@dataclass(frozen=True)
class CompetencyRow:
    """The items of one competency and level. facility: mean over items; discrimination: over those that have one."""

    competency: str
    level: int
    items: int
    facility: float | None
    discrimination: float | None
    flagged: int


@dataclass(frozen=True)
class ExamReport:
    """Items: flagged ones first, then by discrimination, voided ones last. left_out: attempts whose marks are not complete yet."""

    result: ExamResult
    items: tuple[ItemRow, ...]
    competencies: tuple[CompetencyRow, ...]
    left_out: int
    is_cut: bool

    @property
    def flagged(self) -> int:
        """How many items somebody should look at."""
        return sum(is_flagged(row) for row in self.items)

    @property
    def voided(self) -> int:
        """How many items count for nobody any more."""
        return sum(row.result.is_void for row in self.items)


def is_flagged(row: ItemRow) -> bool:
    """Whether there is something to look at; too few candidates is not, nor an item that was voided."""
    return bool(row.result.flags) and row.result.flags not in (("few",), ("void",))


def measured(report: ExamReport) -> dict[str, float]:
    """UUID → facility of the current versions that enough candidates had and nobody lost marks by; in [0, 1]."""
    return {
        row.uuid: row.result.figures.facility
        for row in report.items
        if row.is_current
        and row.result.n >= exam_analysis.FEWEST
        and row.result.figures.facility is not None
        and not row.result.is_penal
    }


def asked_certainty(session: Session, exam_id: int) -> bool:
    """Whether answers of the exam were weighed by certainty: then marks say nothing of the chance to be right."""
    drawn_by = select(Paper.blueprint_id).where(Paper.exam_id == exam_id)
    return any(
        content.get("certainty") for content in session.scalars(select(Plan.content).where(Plan.id.in_(drawn_by)))
    )


def sittings_of(session: Session, exam_id: int) -> list[tuple[str, str]]:
    """(code, title) of the exam's sittings, the newest first."""
    rows = select(Sitting.code, Sitting.title).where(Sitting.exam_id == exam_id).order_by(Sitting.opens_at.desc())
    return [(row.code, row.title) for row in session.execute(rows.limit(200))]


def of_exam(session: Session, wanted: Wanted) -> ExamReport:
    """The analysis; empty where nobody has sat the exam."""
    rows = session.execute(attempts(wanted, Attempt.id, Result.id.label("result")))
    made_from = tuple((row.id, row.result) for row in rows)
    holding = regrades.in_force(session, wanted.exam_id)
    kept = _kept.setdefault(session.get_bind().engine, {})
    key = (wanted, made_from, tuple(sorted(one.code for one in holding.values())))
    if (at_hand := kept.pop(key, None)) is not None:
        result, left_out = kept[key] = at_hand
        found = versions(session, {one.version for one in result.items})
    else:
        result, left_out, found = _analysed(session, wanted, holding)
        kept[key] = result, left_out
    while len(kept) > KEPT:
        kept.pop(next(iter(tuple(kept))), None)
    items = sorted((_row(one, found[one.version]) for one in result.items if one.version in found), key=_urgency)
    return ExamReport(
        result=result,
        items=tuple(items),
        competencies=_by_competency(items),
        left_out=left_out,
        is_cut=len(made_from) == MOST,
    )


def _analysed(
    session: Session, wanted: Wanted, holding: Mapping[int, Correction]
) -> tuple[ExamResult, int, dict[int, dict[str, Any]]]:
    """(the figures, attempts whose marks are not complete yet, the versions they are of)."""
    results = session.execute(attempts(wanted, Attempt.id, Attempt.closed_at, Result.marks)).all()
    complete = [row for row in results if all(mark["mark"] is not None for mark in row.marks)]
    answers = _answers(session, wanted)
    taken = [_taken(row.closed_at, row.marks, answers[row.id], wanted.zone) for row in complete]
    found = versions(session, {version for one in taken for version in one.marks})
    contents = {
        key: holding[key].contents_for(row["content"]) if key in holding else (row["content"],)
        for key, row in found.items()
    }
    return exam_analysis.analyse(taken, contents), len(results) - len(complete), found


def attempts(wanted: Wanted, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Closed attempts with their latest result, the newest first."""
    latest = select(func.max(Result.number)).where(Result.attempt_id == Attempt.id).correlate(Attempt).scalar_subquery()
    rows = (
        select(*columns)
        .select_from(Attempt)
        .join(Result, (Result.attempt_id == Attempt.id) & (Result.number == latest))
        .where(Attempt.exam_id == wanted.exam_id, Attempt.state == "closed")
    )
    if wanted.sitting:
        rows = rows.join(Sitting, Sitting.id == Attempt.sitting_id).where(Sitting.code == wanted.sitting)
    if wanted.take == "pertama":
        rows = rows.where(Attempt.number == 1)
    return rows.order_by(Attempt.closed_at.desc(), Attempt.id.desc()).limit(MOST)


def _answers(session: Session, wanted: Wanted) -> defaultdict[int, dict[int, Any]]:
    """attempt → item number → latest answer."""
    chosen = attempts(wanted, Attempt.id).subquery()
    rows = session.execute(
        select(AnswerEvent.attempt_id, AnswerEvent.writer, AnswerEvent.seq, AnswerEvent.item, AnswerEvent.value)
        .where(AnswerEvent.attempt_id.in_(select(chosen.c.id)), AnswerEvent.kind == "answer")
        .order_by(AnswerEvent.id)
    )
    journals: dict[int, list[Entry]] = defaultdict(list)
    for attempt_id, writer, seq, item, value in rows:
        journals[attempt_id].append(Entry(writer, Event(seq, item, "answer", value, "", "", "")))
    found: defaultdict[int, dict[int, Any]] = defaultdict(dict)
    for attempt_id, entries in journals.items():
        state = journal.fold(entries)
        found[attempt_id] = {item: latest.answer for item, latest in state.items() if latest.is_answered}
    return found


def _taken(closed_at: datetime, marks: list[dict[str, Any]], answers: dict[int, Any], zone: str) -> Taken:
    return Taken(
        month=clock.local_date(closed_at, zone).strftime("%Y-%m"),
        marks={row["version"]: (Decimal(row["mark"]), Decimal(row["maximum"])) for row in marks},
        answers={row["version"]: answers[row["item"]] for row in marks if row["item"] in answers},
        unscored=frozenset(row["version"] for row in marks if not row.get("scored", True)),
    )


def versions(session: Session, keys: set[int]) -> dict[int, dict[str, Any]]:
    """Key → what a report says of these versions: their question, content and tags."""
    rows = session.execute(
        select(
            QuestionVersion.id, QuestionVersion.number, QuestionVersion.kind, QuestionVersion.content,
            QuestionVersion.level, QuestionVersion.difficulty, Question.uuid, Question.status, Question.current_id,
            Competency.name.label("competency"),
        )
        .join(Question, Question.id == QuestionVersion.question_id)
        .join(Competency, Competency.id == QuestionVersion.competency_id)
        .where(QuestionVersion.id.in_(keys))
    )  # fmt: skip
    return {row.id: dict(row._mapping) for row in rows}


def _row(result: ItemResult, version: dict[str, Any]) -> ItemRow:
    content = version["content"]
    return ItemRow(
        uuid=version["uuid"],
        number=version["number"],
        is_current=version["current_id"] == version["id"],
        status=version["status"],
        kind=version["kind"],
        competency=version["competency"],
        level=version["level"],
        difficulty=version["difficulty"],
        stem=markup.html(content["stem"]),
        short=short(content["stem"]),
        options=tuple(
            Option(markup.inline(row["text"]), choice, row.get("points", 0))
            for row, choice in zip(content.get("options", ()), result.choices, strict=True)
        ),
        result=result,
    )


def _urgency(row: ItemRow) -> tuple[bool, bool, float, str, int]:
    value = row.result.figures.discrimination
    return (row.result.is_void, not is_flagged(row), 2.0 if value is None else value, row.uuid, row.number)


def _by_competency(items: list[ItemRow]) -> tuple[CompetencyRow, ...]:
    groups: dict[tuple[str, int], list[ItemRow]] = defaultdict(list)
    for row in items:
        if not row.result.is_void:
            groups[row.competency, row.level].append(row)
    return tuple(
        CompetencyRow(
            competency=name,
            level=level,
            items=len(rows),
            facility=_mean([row.result.figures.facility for row in rows]),
            discrimination=_mean([row.result.figures.discrimination for row in rows]),
            flagged=sum(is_flagged(row) for row in rows),
        )
        for (name, level), rows in sorted(groups.items())
    )


def _mean(values: list[float | None]) -> float | None:
    known = [value for value in values if value is not None]
    return fmean(known) if known else None
