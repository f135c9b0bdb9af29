"""Enemies: pairs of questions that never stand on one paper. Kept once for each pair, told both ways."""

from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session, aliased

from lms.db import insert_into
from lms.questions.models import Question, QuestionEnemy


def add(session: Session, pairs: Iterable[tuple[str, str]]) -> None:
    """Make questions enemies, by UUID. Nothing happens to known pairs, or where they are not of one bank."""
    wanted = {frozenset(pair) for pair in pairs}
    uuids = {uuid for pair in wanted for uuid in pair}
    if not uuids:
        return
    found = session.execute(select(Question.uuid, Question.id, Question.bank_id).where(Question.uuid.in_(uuids)))
    keys = {row.uuid: (row.bank_id, row.id) for row in found}
    rows = []
    for pair in wanted:
        both = sorted(keys[uuid] for uuid in pair if uuid in keys)
        if len(both) == 2 and both[0][0] == both[1][0]:
            rows.append({"first_id": both[0][1], "second_id": both[1][1]})
    if rows:
        session.execute(insert_into(session, QuestionEnemy).values(rows).on_conflict_do_nothing())


def remove(session: Session, first: int, second: int) -> None:
    """End it between two questions, by key."""
    low, high = sorted((first, second))
    session.execute(delete(QuestionEnemy).where(QuestionEnemy.first_id == low, QuestionEnemy.second_id == high))


def of(session: Session, uuids: Collection[str]) -> Mapping[str, set[str]]:
    """UUID → the UUIDs of its enemies, where both are among these."""
    one, other = aliased(Question), aliased(Question)
    rows = session.execute(
        select(one.uuid, other.uuid)
        .join(QuestionEnemy, or_(QuestionEnemy.first_id == one.id, QuestionEnemy.second_id == one.id))
        .join(other, or_(QuestionEnemy.first_id == other.id, QuestionEnemy.second_id == other.id))
        .where(one.id != other.id, one.uuid.in_(uuids), other.uuid.in_(uuids))
    )
    found: dict[str, set[str]] = {}
    for mine, theirs in rows:
        found.setdefault(mine, set()).add(theirs)
    return found
