"""Proposals for certificates of positions: earned → verified by HR → approved by an official. Nothing signs itself.

Three people at least: the holder, who verifies, who approves. A refusal ends the proposal with a reason that its author
signs; a later pass makes another. Each cycle is a row of its own.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.certificates.models import Scheme
from lms.certificates.proposal_models import Proposal
from lms.certificates.schemes import Check, Outcome
from lms.exams.codes import new_code
from lms.exams.models import Attempt, Result
from lms.people.officials import Party, Power

STATES = ("verifying", "approving", "approved", "refused")


class ProposalRefused(Exception):
    """A rule about proposals forbids it; see the subclasses."""


class OwnProposal(ProposalRefused):
    """Nobody verifies or approves what is proposed for himself or herself."""


class SameVerifier(ProposalRefused):
    """Whoever verified does not approve."""


class LentByParty(ProposalRefused):
    """The power to approve was lent by the very person whom it is about, or who verified, or by nobody who has it today."""


class NotWaiting(ProposalRefused):
    """It does not wait for this step: somebody was first, or it has ended."""


class NotConfirmed(ProposalRefused):
    """Something that must be met is not, or nobody confirmed it by hand."""


class PassLost(ProposalRefused):
    """The attempt behind it is no pass any more, or waits for a mark: there is nothing to certify."""


class Lapsed(ProposalRefused):
    """What must be met was met when it was verified, and is not any more."""


def schemes_of(session: Session, result: Result) -> list[Scheme]:
    """The schemes for positions to which a pass of this exam leads."""
    of_exam = select(Attempt.exam_id).where(Attempt.id == result.attempt_id).scalar_subquery()
    rows = select(Scheme).where(Scheme.exam_id == of_exam, Scheme.position != "").order_by(Scheme.id)
    return list(session.scalars(rows))


def propose(
    session: Session, scheme: Scheme, result: Result, *, employee_id: int, checks: Sequence[Check], now: datetime
) -> Proposal | None:
    """The next cycle of a person under a scheme. None while another is under way, or was made of this very result."""
    before = select(Proposal.state, Proposal.result_id).where(
        Proposal.scheme_id == scheme.id, Proposal.employee_id == employee_id
    )
    known = session.execute(before).all()
    if any(state in {"verifying", "approving"} or result_id == result.id for state, result_id in known):
        return None
    last = select(func.max(Proposal.cycle)).where(Proposal.scheme_id == scheme.id, Proposal.employee_id == employee_id)
    made = Proposal(
        code=new_code(),
        scheme_id=scheme.id,
        employee_id=employee_id,
        result_id=result.id,
        cycle=(session.scalar(last) or 0) + 1,
        state="verifying",
        since=now,
        proposed_at=now,
        checks=[check.to_json() for check in checks],
        verification="",
        decision="",
    )
    session.add(made)
    session.flush()
    return made


def verify(
    session: Session,
    proposal: Proposal,
    *,
    checks: Sequence[Check],
    confirmed: frozenset[int],
    words: str,
    by: int,
    employee_id: int,
    now: datetime,
) -> None:
    """Everything asked for was looked at; on to approval. confirmed: places of open checks that were seen on paper.

    Raises OwnProposal, NotConfirmed, NotWaiting.
    """
    _refuse_own(proposal, employee_id)
    for place, check in enumerate(checks):
        if check.blocks or (check.grade == "mutlak" and check.outcome is Outcome.OPEN and place not in confirmed):
            raise NotConfirmed
    seen = [
        check.to_json() | ({"outcome": Outcome.MET} if place in confirmed and check.outcome is Outcome.OPEN else {})
        for place, check in enumerate(checks)
    ]
    _move(
        session,
        proposal,
        "verifying",
        now=now,
        state="approving",
        verified_by=by,
        verified_at=now,
        verification=words,
        checks=seen,
    )


def refuse(
    session: Session,
    proposal: Proposal,
    *,
    words: str,
    by: int,
    employee_id: int,
    now: datetime,
    power: Power | None = None,
) -> None:
    """End a proposal with a signed-off reason, at either step. power: of who ends what waits for approval.

    Raises OwnProposal, SameVerifier, LentByParty, NotWaiting.
    """
    _refuse_own(proposal, employee_id)
    if proposal.state == "verifying":
        _move(
            session,
            proposal,
            "verifying",
            now=now,
            state="refused",
            verified_by=by,
            verified_at=now,
            verification=words,
        )
        return
    _refuse_verifier(proposal, by, power)
    _move(session, proposal, "approving", now=now, state="refused", decided_by=by, decided_at=now, decision=words)


def approve(
    session: Session, proposal: Proposal, *, power: Power, words: str, by: int, employee_id: int, now: datetime
) -> None:
    """The official's approval; the certificate is made after it. Raises OwnProposal, SameVerifier, LentByParty, NotWaiting."""
    _refuse_own(proposal, employee_id)
    _refuse_verifier(proposal, by, power)
    _move(session, proposal, "approving", now=now, state="approved", decided_by=by, decided_at=now, decision=words)


def _refuse_own(proposal: Proposal, employee_id: int) -> None:
    if proposal.employee_id == employee_id:
        raise OwnProposal


def _refuse_verifier(proposal: Proposal, by: int, power: Power | None) -> None:
    if proposal.verified_by == by:
        raise SameVerifier
    parties = (Party(employee_id=proposal.employee_id), Party(user_id=proposal.verified_by))
    if power is None or not power.reaches(*parties):
        raise LentByParty


def _move(session: Session, proposal: Proposal, waiting: str, *, now: datetime, **values: object) -> None:
    """Take the step if it still waits: of two at once, one is told that it does not."""
    claim = update(Proposal).where(Proposal.id == proposal.id, Proposal.state == waiting)
    if not session.execute(claim.values(since=now, **values).returning(Proposal.id)).all():
        raise NotWaiting
    session.refresh(proposal)
