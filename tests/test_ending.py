"""Revoking, suspending and correcting: two people, and everything that follows the register."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit, completion, ending
from lms.certificates import awarding, endings, log_ends
from lms.certificates.ending_models import Ending
from lms.certificates.issuing import MadeFile
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate, Revocation
from lms.certificates.register import SqlRegister
from lms.certificates.verification import State, check_code
from lms.competencies.models import Evidence
from lms.exams import results
from lms.exams.models import Result
from lms.people.employment import employment_on
from lms.people.models import Employee
from lms.people.officials import Party, Power
from tests.cast import START, Cast, Person, official
from tests.certificates import register

LATER = START + timedelta(hours=1)
OWN = Power(is_own=True)


@pytest.fixture
def certificate(session: Session, cast: Cast) -> Certificate:
    """An issued certificate of the learner, counted as evidence."""
    proposed = register.propose(session, cast, register.passed(session, cast))
    assert proposed is not None
    register.number(session, proposed.id)
    completion.certificates_made(session, {proposed.id: register.MADE}, now=START)
    return proposed


def propose(session: Session, certificate: Certificate, by: Person, kind: str = "revoke", reason: str = "") -> Ending:
    reason = reason or endings.OF_KIND[kind][0]
    return ending.propose(
        session,
        certificate,
        kind,
        reason=reason,
        words="Surat 12",
        by=by.user_id,
        employee_id=by.employee_id,
        now=START,
    )


def decide(session: Session, found: Ending, by: Person, *, approved: bool = True, power: Power = OWN) -> None:
    ending.decide(
        session, found, approved=approved, power=power, words="Setuju", by=by.user_id, employee_id=by.employee_id,
        now=LATER,
    )  # fmt: skip


def suspend(session: Session, certificate: Certificate, by: Person) -> None:
    ending.suspend(
        session, certificate, reason="wrong_data", words="", by=by.user_id, employee_id=by.employee_id, now=START
    )


def state_of(session: Session, certificate: Certificate) -> State:
    return check_code(certificate.code, register=SqlRegister(session), now=LATER).state


def counts(session: Session, certificate: Certificate) -> bool:
    session.expire_all()
    evidence = session.scalars(select(Evidence).where(Evidence.certificate_id == certificate.id)).one()
    return evidence.set_aside_at is None


def test_a_proposal_changes_nothing_until_a_second_person_approves(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    found = propose(session, certificate, cast.hr)
    assert (state_of(session, certificate), counts(session, certificate)) == (State.VALID, True)

    decide(session, found, official(session, cast))

    assert (state_of(session, certificate), counts(session, certificate)) == (State.REVOKED, False)
    ended = session.scalars(select(Revocation)).one()
    assert (ended.reason, ended.at) == ("wrong_data", LATER)


def test_whoever_proposes_does_not_decide(session: Session, cast: Cast, certificate: Certificate) -> None:
    found = propose(session, certificate, cast.hr)

    with pytest.raises(endings.SamePerson):
        decide(session, found, cast.hr)


def test_the_holder_neither_proposes_nor_decides(session: Session, cast: Cast, certificate: Certificate) -> None:
    with pytest.raises(endings.OwnCertificate):
        propose(session, certificate, cast.learner)
    with pytest.raises(endings.OwnCertificate):
        decide(session, propose(session, certificate, cast.hr), cast.learner)


def test_nobody_decides_through_power_lent_by_the_proposer_or_the_holder(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    found, head = propose(session, certificate, cast.hr), official(session, cast)

    for lender in (cast.hr, cast.learner):
        with pytest.raises(endings.LentByParty):
            decide(session, found, head, power=Power(False, (Party(lender.user_id, lender.employee_id),)))
    assert state_of(session, certificate) is State.VALID


def test_the_database_itself_wants_two_people(session: Session, cast: Cast, certificate: Certificate) -> None:
    found = propose(session, certificate, cast.hr)
    found.state, found.decided_at, found.decided_by = "approved", LATER, cast.hr.user_id

    with pytest.raises(IntegrityError, match="two_people"):
        session.flush()


def test_declined_it_stays_in_force_and_may_be_proposed_again(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    found = propose(session, certificate, cast.hr)
    decide(session, found, official(session, cast), approved=False)

    assert state_of(session, certificate) is State.VALID
    assert propose(session, certificate, cast.hr).state == "open"


def test_a_decision_is_made_once(session: Session, cast: Cast, certificate: Certificate) -> None:
    second = official(session, cast)
    found = propose(session, certificate, cast.hr)
    decide(session, found, second)

    with pytest.raises(endings.AlreadyDecided):
        decide(session, found, second, approved=False)
    assert state_of(session, certificate) is State.REVOKED


def test_the_proposer_takes_it_back_while_nobody_has_decided(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    second = official(session, cast)
    found = propose(session, certificate, cast.hr)
    with pytest.raises(endings.AlreadyDecided):
        ending.withdraw(session, found, by=second.user_id, now=LATER)
    ending.withdraw(session, found, by=cast.hr.user_id, now=LATER)

    with pytest.raises(endings.AlreadyDecided):
        decide(session, found, second)
    assert state_of(session, certificate) is State.VALID


def test_one_proposal_at_a_time(session: Session, cast: Cast, certificate: Certificate) -> None:
    propose(session, certificate, cast.hr)

    with pytest.raises(endings.AlreadyProposed):
        propose(session, certificate, cast.other_hr)


def test_what_is_revoked_is_not_revoked_again_nor_reinstated(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    decide(session, propose(session, certificate, cast.hr), official(session, cast))

    for kind in ("revoke", "reinstate"):
        with pytest.raises(endings.NothingToEnd):
            propose(session, certificate, cast.hr, kind)
    with pytest.raises(endings.NothingToEnd):
        suspend(session, certificate, cast.hr)


def test_suspending_takes_one_and_holds_at_once_lifting_takes_two(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    with pytest.raises(endings.NothingToEnd):
        propose(session, certificate, cast.hr, "reinstate")
    suspend(session, certificate, cast.hr)
    assert (state_of(session, certificate), counts(session, certificate)) == (State.SUSPENDED, False)

    found = propose(session, certificate, cast.hr, "reinstate")
    assert state_of(session, certificate) is State.SUSPENDED
    decide(session, found, official(session, cast))

    assert (state_of(session, certificate), counts(session, certificate)) == (State.VALID, True)


def test_the_log_and_the_audit_trail_tell_it_all(session: Session, cast: Cast, certificate: Certificate) -> None:
    second = official(session, cast)
    suspend(session, certificate, cast.hr)
    log_ends.follow(session, now=LATER)
    decide(session, propose(session, certificate, cast.hr, "reinstate"), second)
    log_ends.follow(session, now=LATER)
    decide(session, propose(session, certificate, cast.hr), second)
    log_ends.follow(session, now=LATER)

    kinds = session.scalars(select(LogEntry.kind).where(LogEntry.kind != "file").order_by(LogEntry.index)).all()
    assert kinds == ["suspended", "reinstated", "revoked"]
    acts = select(audit.AuditEvent.action, audit.AuditEvent.actor_id).where(
        audit.AuditEvent.action != "certificate.issue"
    )
    assert [tuple(row) for row in session.execute(acts.order_by(audit.AuditEvent.id))] == [
        ("certificate.suspend", cast.hr.user_id),
        ("certificate.propose_reinstate", cast.hr.user_id),
        ("certificate.reinstate", second.user_id),
        ("certificate.propose_revoke", cast.hr.user_id),
        ("certificate.revoke", second.user_id),
    ]


def lose_pass(session: Session, certificate: Certificate) -> None:
    ending.pass_lost(session, regraded(session, certificate, passed=False), now=LATER)


def regraded(session: Session, certificate: Certificate, *, passed: bool) -> Result:
    first = session.get_one(Result, certificate.result_id)
    number = results.newest(session, first.attempt_id).number + 1
    values = {column.name: getattr(first, column.name) for column in Result.__table__.columns}
    at = START + number * timedelta(minutes=10)
    again = Result(**values | {"id": None, "number": number, "passed": passed, "cause": "regrade", "recorded_at": at})
    session.add(again)
    session.flush()
    return again


def test_a_lost_pass_suspends_at_once_and_two_people_decide_on_revoking(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    lose_pass(session, certificate)

    assert state_of(session, certificate) is State.SUSPENDED
    proposed = endings.open_for(session, certificate.id)
    assert proposed is not None
    assert (proposed.kind, proposed.proposed_by, proposed.reason) == ("revoke", None, "result_changed")
    second = official(session, cast)
    with pytest.raises(endings.NotYetProposed):
        decide(session, proposed, second)
    decide(session, propose(session, certificate, cast.hr), second)
    assert state_of(session, certificate) is State.REVOKED


def correct(session: Session, cast: Cast, certificate: Certificate) -> Certificate:
    session.get_one(Employee, cast.learner.employee_id).name = "Sari Uji, S.A.P."
    session.flush()
    holder = employment_on(session, cast.learner.employee_id, register.TODAY)
    return awarding.reissue(session, certificate, holder=holder, on=register.TODAY, now=START)


def issue(session: Session, made: Certificate) -> None:
    register.number(session, made.id)
    completion.certificates_made(session, {made.id: MadeFile("b" * 64, "certificates/bb/b.pdf", "d" * 64)}, now=LATER)


def test_a_corrected_certificate_takes_the_place_of_the_old_when_it_is_issued(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    made = correct(session, cast, certificate)
    assert state_of(session, certificate) is State.VALID

    issue(session, made)

    verdict = check_code(certificate.code, register=SqlRegister(session), now=LATER)
    assert verdict.entry is not None
    assert (verdict.state, verdict.entry.superseded_by) == (State.SUPERSEDED, made.code)
    assert (state_of(session, made), counts(session, made), counts(session, certificate)) == (State.VALID, True, False)
    assert (made.facts["holder_name"], made.valid_until) == ("Sari Uji, S.A.P.", certificate.valid_until)
    assert made.number != certificate.number


def test_there_is_nothing_to_correct_twice_or_in_what_is_right(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    holder = employment_on(session, cast.learner.employee_id, register.TODAY)
    with pytest.raises(awarding.NothingToCorrect):
        awarding.reissue(session, certificate, holder=holder, on=register.TODAY, now=START)
    correct(session, cast, certificate)

    with pytest.raises(awarding.NothingToCorrect):
        correct(session, cast, certificate)


def test_a_correction_is_no_way_around_a_suspension_or_a_proposal(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    made = correct(session, cast, certificate)
    suspend(session, certificate, cast.hr)
    proposed = propose(session, certificate, cast.hr)

    issue(session, made)

    assert (state_of(session, made), counts(session, made)) == (State.SUSPENDED, False)
    session.refresh(proposed)
    assert proposed.certificate_id == made.id


def test_a_pass_that_is_lost_while_a_correction_waits_holds_the_corrected_one_too(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    made = correct(session, cast, certificate)
    lose_pass(session, certificate)

    issue(session, made)

    assert (state_of(session, made), counts(session, made)) == (State.SUSPENDED, False)
    proposed = endings.open_for(session, made.id)
    assert proposed is not None
    assert (proposed.kind, proposed.reason) == ("revoke", "result_changed")
    assert endings.open_for(session, certificate.id) is None


def test_lifting_what_it_was_suspended_for_does_not_bring_back_a_pass_that_was_lost_meanwhile(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    suspend(session, certificate, cast.hr)
    lose_pass(session, certificate)

    decide(session, propose(session, certificate, cast.hr, "reinstate"), official(session, cast))

    assert (state_of(session, certificate), counts(session, certificate)) == (State.SUSPENDED, False)
    proposed = endings.open_for(session, certificate.id)
    assert proposed is not None
    assert (proposed.kind, proposed.proposed_by, proposed.reason) == ("revoke", None, "result_changed")


def regain_pass(session: Session, certificate: Certificate) -> None:
    ending.pass_regained(session, regraded(session, certificate, passed=True), now=LATER)


@pytest.mark.parametrize("is_taken_over", [False, True])
def test_a_pass_that_is_lost_again_takes_back_what_was_proposed_when_it_had_come_back(
    session: Session, cast: Cast, certificate: Certificate, is_taken_over: bool
) -> None:
    """Nobody lifts a suspension on the word of a result that holds no more."""
    lose_pass(session, certificate)
    regain_pass(session, certificate)
    lifting = endings.open_for(session, certificate.id)
    assert lifting is not None
    if is_taken_over:
        propose(session, certificate, cast.hr, "reinstate")

    lose_pass(session, certificate)

    session.refresh(lifting)
    assert (lifting.kind, lifting.state) == ("reinstate", "withdrawn")
    proposed = endings.open_for(session, certificate.id)
    assert proposed is not None
    assert (proposed.kind, proposed.proposed_by) == ("revoke", None)


def test_what_people_proposed_knowing_that_the_pass_is_lost_stays(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    """Another figure changes, the verdict does not."""
    lose_pass(session, certificate)
    found = propose(session, certificate, cast.hr, "reinstate")
    found.proposed_at = LATER
    session.flush()

    lose_pass(session, certificate)

    assert endings.open_for(session, certificate.id) is found


def test_a_pass_that_comes_back_leaves_what_people_suspended_for_another_reason_to_them(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    suspend(session, certificate, cast.hr)
    lose_pass(session, certificate)

    regain_pass(session, certificate)

    assert endings.open_for(session, certificate.id) is None
    assert state_of(session, certificate) is State.SUSPENDED
    decide(session, propose(session, certificate, cast.hr, "reinstate"), official(session, cast))
    assert state_of(session, certificate) is State.VALID


def test_what_was_revoked_while_its_correction_waited_lets_another_pass_be_certified(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    """Until the corrected one says that it is revoked too, it stands in the other's way."""
    made = correct(session, cast, certificate)
    lose_pass(session, certificate)
    decide(session, propose(session, certificate, cast.hr, reason="result_changed"), official(session, cast))
    again = regraded(session, certificate, passed=True)
    again.followed_at = LATER
    session.flush()

    issue(session, made)

    assert state_of(session, made) is State.REVOKED
    session.refresh(again)
    assert again.followed_at is None


def test_a_certificate_that_is_over_is_not_corrected(session: Session, cast: Cast, certificate: Certificate) -> None:
    certificate.valid_until = register.TODAY - timedelta(days=1)
    session.flush()

    with pytest.raises(awarding.NothingToCorrect):
        correct(session, cast, certificate)


def test_a_correction_that_waits_beyond_its_last_day_is_issued_for_the_past(
    session: Session, cast: Cast, certificate: Certificate
) -> None:
    """Those that are issued together with it would wait for ever, too."""
    made = correct(session, cast, certificate)
    over = register.TODAY + timedelta(days=4000)
    register.number(session, made.id, today=over)

    completion.certificates_made(session, {made.id: MadeFile("b" * 64, "certificates/bb/b.pdf", "d" * 64)}, now=LATER)

    assert made.valid_from == made.valid_until == certificate.valid_until
    verdict = check_code(made.code, register=SqlRegister(session), now=LATER + timedelta(days=4000))
    assert verdict.state is State.EXPIRED
