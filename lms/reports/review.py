"""What a candidate may see of a graded paper: each item as far as the exam releases it, and its appeal."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams import journal, results, saving
from lms.exams.appealing import filing
from lms.exams.appealing.filing import Window
from lms.exams.appealing.models import Appeal
from lms.exams.marking import rules, works
from lms.exams.marking.models import Marking, Work
from lms.exams.papers import Item
from lms.exams.regrading import regrades
from lms.exams.regrading.models import REMARK, Regrade, RegradeRow
from lms.exams.released import Released
from lms.questions.content import short
from lms.reports import answers


@dataclass(frozen=True)
class ReviewRow:
    """One item. short, mark, maximum: None where the exam does not release items; mark: None also while somebody marks it."""

    number: int
    short: str | None
    mark: Decimal | None
    maximum: Decimal | None
    appeal: Appeal | None


@dataclass(frozen=True)
class Review:
    """A graded paper. release: what may be seen now · window: when it may be appealed."""

    release: Released
    window: Window
    rows: tuple[ReviewRow, ...]


@dataclass(frozen=True)
class ItemReview:
    """One item in full. answer, key: in words · comments: of the people who marked it · certainty: 1 to 3, of the answer.

    again: where an appeal is upheld by having others mark the answer: "planned" until they have, then "applied"; else empty.
    """

    row: ReviewRow
    answer: Sequence[str]
    key: Sequence[str]
    comments: tuple[str, ...]
    certainty: int | None = None
    again: str = ""


def of_attempt(session: Session, attempt_id: int, items: Sequence[Item], release: Released) -> Review:
    """All items with their appeals. Three statements."""
    marks = results.newest(session, attempt_id).marks
    appeals = filing.of_attempt(session, attempt_id)
    rows = []
    for number, (item, mark) in enumerate(zip(items, marks, strict=True), 1):
        appeal = appeals.get(number)
        if release.shows_items:
            given, most = _decimal(mark["mark"]), Decimal(mark["maximum"])
            rows.append(ReviewRow(number, short(item.content["stem"]), given, most, appeal))
        else:
            rows.append(ReviewRow(number, None, None, None, appeal))
    return Review(release, filing.window(session, attempt_id, release.rule, release.end), tuple(rows))


def of_item(
    session: Session, attempt_id: int, exam_id: int, item: Item, row: ReviewRow, release: Released
) -> ItemReview:
    """One item as far as it is released. Up to five statements."""
    again = _again(session, row.appeal)
    if not release.shows_items:
        return ItemReview(row, (), (), (), again=again)
    latest = journal.fold(saving.entries(session, attempt_id)).get(row.number)
    key: Sequence[str] = ()
    if release.shows_key:
        held = regrades.in_force(session, exam_id).get(item.version)
        key = answers.keys(item, held.contents_for(item.content) if held else (item.content,))
    given = latest.answer if latest else None
    comments = _comments(session, attempt_id, row.number)
    return ItemReview(row, answers.said(item, given), key, comments, answers.certainty(item, given), again)


def _comments(session: Session, attempt_id: int, number: int) -> tuple[str, ...]:
    """What the people whose marks count wrote; a third's alone where a third decided."""
    work = session.scalars(
        select(Work).where(Work.attempt_id == attempt_id, Work.item == number, Work.mark.is_not(None))
    ).one_or_none()
    if work is None:
        return ()
    given: list[Marking] = [one for one in works.counting(session, [work.id]) if one.slot < rules.SPARE]
    decided = [one for one in given if one.slot == rules.ADJUDICATOR]
    return tuple(one.comment for one in decided or given if one.comment)


def _again(session: Session, appeal: Appeal | None) -> str:
    if appeal is None or appeal.regrade_id is None:
        return ""
    rows = select(RegradeRow.state).join(Regrade, Regrade.id == RegradeRow.regrade_id)
    of_appeal = (Regrade.id == appeal.regrade_id, RegradeRow.attempt_id == appeal.attempt_id, Regrade.remedy == REMARK)
    return session.scalar(rows.where(*of_appeal)) or ""


def _decimal(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)
