"""Ruling on an appeal: one member of the panel proposes, another agrees. An upheld appeal regrades everybody who had the item."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from lms import audit
from lms.exams.appealing.models import Appeal, Opinion
from lms.exams.corrections import Remedy
from lms.exams.models import Exam
from lms.exams.regrading import regrades, remarks
from lms.exams.regrading.models import REMARK, Regrade
from lms.exams.regrading.regrades import NotDraft
from lms.questions.models import QuestionVersion

LONGEST_REASON = 2000


class NotOpen(RuntimeError):
    """The appeal has its ruling, or what was to be seconded does not stand any more."""


class NotOfPanel(LookupError):
    """The candidate, whoever else sat the exam, and whoever wrote the question do not rule on it; nobody seconds their own
    opinion."""


class BeforePanel(RuntimeError):
    """The regrade is a member's proposal: another member agrees with it, or nobody applies it."""


class TakesTwo(RuntimeError):
    """The regrade changes what a panel ruled, so whoever drafted it does not apply it."""


@dataclass(frozen=True)
class Member:
    """Who rules: by account, and as a person."""

    user_id: int
    employee_id: int


def reject(session: Session, appeal_id: int, *, reason: str, member: Member, now: datetime) -> None:
    """Propose to reject. Raises NotOpen and NotOfPanel."""
    appeal = _claim(session, appeal_id, member)
    _add(session, appeal, member, "rejected", reason, None, now=now)


def uphold(
    session: Session,
    appeal_id: int,
    *,
    remedy: Remedy,
    contents: Sequence[Mapping[str, Any]],
    reason: str,
    member: Member,
    now: datetime,
) -> None:
    """Propose to uphold, with a remedy whose difference the panel can look at. Raises NotOpen and NotOfPanel."""
    appeal = _claim(session, appeal_id, member)
    made = regrades.draft(
        session, appeal.exam_id, appeal.version_id, remedy, contents, reason=reason, by=member.user_id, now=now
    )
    _add(session, appeal, member, "upheld", reason, made.id, now=now)


def uphold_by_marking_again(
    session: Session, appeal_id: int, *, everybody: bool, reason: str, member: Member, now: datetime
) -> None:
    """Propose to uphold, and to have others mark the answer again; everybody: all answers to the question that have a mark.

    Where it has been marked again since the appeal was filed, or is being, that is what answers the appeal.
    Raises NotOpen, NotOfPanel, and NothingToMark where it has no mark that counts.
    """
    appeal = _claim(session, appeal_id, member)
    made = remarks.under_way(session, appeal.exam_id, appeal.version_id, appeal.attempt_id, since=appeal.filed_at)
    if made is None:
        whose = None if everybody else [appeal.attempt_id]
        made = remarks.draft(
            session, appeal.exam_id, appeal.version_id, attempts=whose, reason=reason, by=member.user_id, now=now
        )
    _add(session, appeal, member, "upheld", reason, made.id, now=now)


def uphold_by_what_holds(session: Session, appeal_id: int, *, reason: str, member: Member, now: datetime) -> None:
    """Propose to uphold by the correction that holds already, which another ruling or an organiser brought.

    Raises NotOpen, also where none holds, and NotOfPanel.
    """
    appeal = _claim(session, appeal_id, member)
    holding = _holding(session, appeal)
    if holding is None:
        raise NotOpen(appeal_id)
    _add(session, appeal, member, "upheld", reason, holding.id, now=now)


def second(session: Session, appeal_id: int, opinion_id: int, *, member: Member, now: datetime) -> Appeal:
    """Agree with another member's opinion: that is the ruling. Raises NotOpen and NotOfPanel."""
    appeal = _claim(session, appeal_id, member)
    opinion = session.scalars(
        select(Opinion).where(
            Opinion.id == opinion_id, Opinion.appeal_id == appeal_id, Opinion.seconds_id.is_(None), ~replaced()
        )
    ).one_or_none()
    if opinion is None:
        raise NotOpen(appeal_id)
    if opinion.member_id == member.user_id:
        raise NotOfPanel(appeal_id)
    if opinion.regrade_id is not None and not _holds(session, appeal, opinion.regrade_id):
        try:
            start(session, opinion.regrade_id, by=member.user_id, now=now)
        except NotDraft as error:
            raise NotOpen(appeal_id) from error
    session.add(
        Opinion(
            appeal_id=appeal.id, member_id=member.user_id, verdict=opinion.verdict, reason="", seconds_id=opinion.id,
            given_at=now,
        )
    )  # fmt: skip
    appeal.state, appeal.ruled_at, appeal.reason = opinion.verdict, now, opinion.reason
    appeal.regrade_id = opinion.regrade_id
    _drop_other_drafts(session, appeal, opinion, by=member.user_id, now=now)
    details = {"verdict": opinion.verdict, "members": [opinion.member_id, member.user_id]}
    audit.record(session, "appeal.rule", f"appeal:{appeal.id}", by=member.user_id, now=now, details=details)
    session.flush()
    return appeal


def is_before_panel(session: Session, regrade_id: int) -> bool:
    """Whether a regrade is a member's proposal: then two of the panel let it hold, and nobody else."""
    return bool(before_panel(session, [regrade_id]))


def before_panel(session: Session, keys: Sequence[int]) -> frozenset[int]:
    """Those of these regrades, by key, that are members' proposals, or came to hold or stay by a ruling. One statement."""
    proposed = select(Opinion.regrade_id).join(Regrade, Regrade.id == Opinion.regrade_id).where(Regrade.id.in_(keys))
    by_ruling = exists(select(1).where(Appeal.regrade_id == Regrade.id)).correlate(Regrade)
    return frozenset(session.scalars(proposed.where((Regrade.state == "draft") | by_ruling)))


def apply(session: Session, regrade: Regrade, *, by: int, now: datetime) -> None:
    """Let an organiser's draft hold. Raises BeforePanel and TakesTwo, and what `regrades.start` raises.

    A ruling took two people, and so does changing it; marking again changes none.
    """
    session.execute(select(Exam.id).where(Exam.id == regrade.exam_id).with_for_update(key_share=True))
    holding = regrades.in_force(session, regrade.exam_id).get(regrade.version_id)
    taken_over = select(Regrade.id).where(Regrade.code == (holding.code if holding else ""))
    of_panel = before_panel(session, [regrade.id, *session.scalars(taken_over)])
    if regrade.id in of_panel:
        raise BeforePanel(regrade.id)
    if of_panel and regrade.made_by == by and regrade.remedy != REMARK:
        raise TakesTwo(regrade.id)
    start(session, regrade.id, by=by, now=now)


def start(session: Session, regrade_id: int, *, by: int, now: datetime) -> None:
    """Let a regrade hold, whichever remedy it is. Raises as `regrades.start` and `remarks.start`."""
    is_remark = session.get_one(Regrade, regrade_id).remedy == REMARK
    (remarks if is_remark else regrades).start(session, regrade_id, by=by, now=now)


def replaced(opinion: Any = Opinion) -> Any:
    """The SQL of "the same member proposed something else later": of each member the newest proposal stands alone."""
    later = aliased(Opinion)
    return exists(
        select(1).where(
            later.appeal_id == opinion.appeal_id,
            later.member_id == opinion.member_id,
            later.seconds_id.is_(None),
            later.id > opinion.id,
        )
    )


def opinions_of(session: Session, appeal_id: int) -> list[Opinion]:
    """What the members hold, the oldest first."""
    return list(session.scalars(select(Opinion).where(Opinion.appeal_id == appeal_id).order_by(Opinion.id)))


def _claim(session: Session, appeal_id: int, member: Member) -> Appeal:
    appeal, may = session.execute(
        select(Appeal, may_rule(member))
        .where(Appeal.id == appeal_id)
        .with_for_update(of=Appeal)
        .execution_options(populate_existing=True)
    ).one()
    if not may:
        raise NotOfPanel(appeal_id)
    if appeal.state != "open":
        raise NotOpen(appeal_id)
    return cast(Appeal, appeal)


def _holding(session: Session, appeal: Appeal) -> Regrade | None:
    """The regrade by which the question is marked now; None while it is marked as it was written."""
    session.execute(select(Exam.id).where(Exam.id == appeal.exam_id).with_for_update(key_share=True))
    holding = regrades.in_force(session, appeal.exam_id).get(appeal.version_id)
    if holding is None or holding.restores:
        return None
    return session.scalars(select(Regrade).where(Regrade.code == holding.code)).one()


def _holds(session: Session, appeal: Appeal, regrade_id: int) -> bool:
    regrade = session.get_one(Regrade, regrade_id)
    if regrade.remedy == REMARK:
        return regrade.state in ("applying", "done")
    holding = _holding(session, appeal)
    return holding is not None and holding.id == regrade_id


def _wrote(member: Member) -> Any:
    """The SQL of "the member wrote some version of the question that the appeal is about".

    The version that a new key becomes bears the name of whoever let it hold, and its moment: that is no writing.
    """
    by_a_correction = exists(
        select(1).where(Regrade.applied_by == QuestionVersion.made_by, Regrade.applied_at == QuestionVersion.made_at)
    ).correlate(QuestionVersion)
    return exists(
        select(1).where(
            QuestionVersion.made_by == member.user_id,
            ~by_a_correction,
            QuestionVersion.question_id.in_(
                select(QuestionVersion.question_id).where(QuestionVersion.id == Appeal.version_id).correlate(Appeal)
            ),
        )
    ).correlate(Appeal)


def may_rule(member: Member) -> Any:
    """The SQL of "the member may belong to the panel of the appeal": has neither sat the exam, as its candidate has, nor
    written the question."""
    return ~regrades.sat(Appeal.exam_id, member.employee_id).correlate(Appeal) & ~_wrote(member)


def _add(
    session: Session,
    appeal: Appeal,
    member: Member,
    verdict: str,
    reason: str,
    regrade_id: int | None,
    *,
    now: datetime,
) -> None:
    session.add(
        Opinion(
            appeal_id=appeal.id, member_id=member.user_id, verdict=verdict, reason=reason, regrade_id=regrade_id,
            given_at=now,
        )
    )  # fmt: skip
    details = {"verdict": verdict}
    audit.record(session, "appeal.propose", f"appeal:{appeal.id}", by=member.user_id, now=now, details=details)
    session.flush()


def _drop_other_drafts(session: Session, appeal: Appeal, opinion: Opinion, *, by: int, now: datetime) -> None:
    for other in opinions_of(session, appeal.id):
        if other.regrade_id is not None and other.regrade_id != opinion.regrade_id:
            try:
                regrades.withdraw(session, other.regrade_id, by=by, now=now)
            except NotDraft:
                continue  # given up before
