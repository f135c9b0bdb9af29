"""A certificate for a position: earned, verified, approved, made; by three people."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms import audit, earning
from lms.certificates import proposals
from lms.certificates.models import Certificate, Scheme
from lms.certificates.proposal_models import Proposal
from lms.competencies.models import Evidence
from lms.exams.models import Attempt, Result
from lms.frameworks.models import Competency
from lms.people.officials import Official, Party, Power, official_on
from tests.cast import START, Cast, Person, official
from tests.certificates.register import TODAY
from tests.competencies import factory, proofs

LATER = START + timedelta(hours=1)
OWN = Power(is_own=True)
LEVEL = {"kind": "level", "competency": "TEK.KI", "level": 2, "grade": "mutlak"}
TRAINING = {"kind": "training", "name": "PKA", "grade": "mutlak"}


@pytest.fixture
def known(session: Session) -> factory.Dictionary:
    return factory.dictionary(session)


@pytest.fixture
def result(session: Session, cast: Cast, known: factory.Dictionary) -> Result:
    """The learner has level 2 in TEK.KI, and passed the exam."""
    factory.proof(session, cast.learner, known["TEK.KI"], 2, "assessment", TODAY)
    return proofs.result(session, cast, [])


def scheme(
    session: Session, cast: Cast, result: Result, *requires: dict[str, Any], position: str = "Jabatan Camat"
) -> Scheme:
    made = Scheme(
        code=f"skema-{position}"[:60],
        title=f"Uji Kompetensi {position}",
        unit_id=cast.jakarta,
        exam_id=session.get_one(Attempt, result.attempt_id).exam_id,
        competency_id=session.scalars(select(Competency.id).where(Competency.code == "TEK.KI")).one(),
        level=3,
        design="jabatan",
        validity_months=36,
        number_pattern="B.{n}/UJI/{month}/{year}",
        official={"office": "Kepala", "name": "Pejabat", "nip": "197103151996032004", "place": "Jakarta"},
        position=position,
        requires=list(requires),
    )
    session.add(made)
    session.flush()
    return made


def propose(session: Session, cast: Cast, result: Result) -> list[Proposal]:
    return earning.propose_earned(session, result, employee_id=cast.learner.employee_id, on=TODAY, now=START)


def verify(session: Session, proposal: Proposal, by: Person, confirmed: frozenset[int] = frozenset()) -> None:
    earning.verify(
        session,
        proposal,
        confirmed=confirmed,
        words="Lengkap",
        by=by.user_id,
        employee_id=by.employee_id,
        on=TODAY,
        now=LATER,
    )


def approve(
    session: Session, proposal: Proposal, by: Person, official: Official | None = None, power: Power = OWN
) -> Certificate:
    return earning.approve(
        session, proposal, official=official, power=power, words="", by=by.user_id, employee_id=by.employee_id,
        check_page="http://localhost/cek", zone="Asia/Jakarta", on=TODAY, now=LATER,
    )  # fmt: skip


def refuse(session: Session, proposal: Proposal, by: Person, power: Power = OWN) -> None:
    said = {"words": "Kurang", "by": by.user_id, "employee_id": by.employee_id}
    earning.refuse(session, proposal, **said, now=LATER, power=power)  # type: ignore[arg-type]


def test_earning_makes_a_proposal_and_no_certificate(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL)

    (made,) = propose(session, cast, result)

    assert (made.state, made.cycle, made.since) == ("verifying", 1, START)
    assert [check["outcome"] for check in made.checks] == ["met"]
    assert session.scalars(select(Certificate.id)).all() == []


def test_whoever_lacks_what_is_mutlak_is_not_proposed(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL | {"level": 3})

    assert propose(session, cast, result) == []


def test_following_a_result_twice_proposes_once(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL)

    assert [len(propose(session, cast, result)) for _ in range(2)] == [1, 0]


def test_verified_by_one_and_approved_by_another_it_is_made(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL)
    (proposal,) = propose(session, cast, result)
    head = official(session, cast, kind="plt")

    verify(session, proposal, cast.hr)
    assert (proposal.state, proposal.since) == ("approving", LATER)
    certificate = approve(session, proposal, head, official_on(session, head.employee_id, TODAY))

    assert (proposal.state, proposal.certificate_id, certificate.state) == ("approved", certificate.id, "pending")
    facts = certificate.facts
    assert (facts["competency"], facts["level"], facts["signatory_office"]) == ("Jabatan Camat", 3, "Plt. Kepala BPSDM")
    assert [(unit["code"], unit["required"], unit["attained"]) for unit in facts["units"]] == [("TEK.KI", 2, 2)]
    acts = select(audit.AuditEvent.action, audit.AuditEvent.actor_id).order_by(audit.AuditEvent.id)
    assert [tuple(row) for row in session.execute(acts)] == [
        ("proposal.make", None),
        ("proposal.verify", cast.hr.user_id),
        ("proposal.approve", head.user_id),
    ]


def test_a_deputy_s_approval_names_the_official_of_the_scheme(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL)
    (proposal,) = propose(session, cast, result)
    verify(session, proposal, cast.hr)

    assert approve(session, proposal, cast.other_manager).facts["signatory_name"] == "Pejabat"


def test_nobody_approves_what_he_verified_or_what_is_his_own(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL)
    (proposal,) = propose(session, cast, result)

    with pytest.raises(proposals.OwnProposal):
        verify(session, proposal, cast.learner)
    verify(session, proposal, cast.hr)
    for person, fault in ((cast.hr, proposals.SameVerifier), (cast.learner, proposals.OwnProposal)):
        with pytest.raises(fault):
            approve(session, proposal, person)
    with pytest.raises(proposals.SameVerifier):
        refuse(session, proposal, cast.hr)


def test_nobody_approves_through_power_lent_by_the_holder_or_the_verifier(
    session: Session, cast: Cast, result: Result
) -> None:
    scheme(session, cast, result, LEVEL)
    (proposal,) = propose(session, cast, result)
    verify(session, proposal, cast.hr)
    head = official(session, cast)

    for lender in (cast.learner, cast.hr):
        lent = Power(False, (Party(lender.user_id, lender.employee_id),))
        with pytest.raises(proposals.LentByParty):
            approve(session, proposal, head, power=lent)
        with pytest.raises(proposals.LentByParty):
            refuse(session, proposal, head, power=lent)

    approve(session, proposal, head, power=Power(False, (Party(cast.manager.user_id, cast.manager.employee_id),)))


def test_the_database_itself_wants_two_people(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL)
    (proposal,) = propose(session, cast, result)
    verify(session, proposal, cast.hr)
    proposal.state, proposal.decided_by = "approved", cast.hr.user_id

    with pytest.raises(IntegrityError, match="two_people"):
        session.flush()


def test_what_has_lapsed_since_it_was_verified_is_not_approved(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL)
    (proposal,) = propose(session, cast, result)
    verify(session, proposal, cast.hr)
    session.execute(update(Evidence).values(set_aside_at=LATER))  # as a regrade of another exam does

    with pytest.raises(proposals.Lapsed):
        approve(session, proposal, official(session, cast))

    assert (proposal.state, session.scalars(select(Certificate)).all()) == ("approving", [])


def test_the_certificate_states_the_result_that_holds_when_it_is_approved(
    session: Session, cast: Cast, result: Result
) -> None:
    """A regrade has changed the score since it was proposed, and left it a pass."""
    scheme(session, cast, result, LEVEL)
    (proposal,) = propose(session, cast, result)
    verify(session, proposal, cast.hr)
    values = {column.name: getattr(result, column.name) for column in Result.__table__.columns}
    later = Result(**values | {"id": None, "number": 2, "percent": Decimal("77.5"), "cause": "regrade"})
    session.add(later)
    session.flush()

    certificate = approve(session, proposal, official(session, cast))

    assert (certificate.result_id, certificate.facts["score"]) == (later.id, "77,5")


def test_what_nothing_here_knows_is_confirmed_by_hand(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL, TRAINING)
    (proposal,) = propose(session, cast, result)

    with pytest.raises(proposals.NotConfirmed):
        verify(session, proposal, cast.hr)
    verify(session, proposal, cast.hr, frozenset({1}))

    assert [check["outcome"] for check in proposal.checks] == ["met", "met"]


def test_verification_looks_anew(session: Session, cast: Cast, result: Result) -> None:
    made = scheme(session, cast, result, LEVEL)
    (proposal,) = propose(session, cast, result)
    made.requires = [LEVEL | {"level": 3}]
    session.flush()

    with pytest.raises(proposals.NotConfirmed):
        verify(session, proposal, cast.hr, frozenset({0}))


def test_each_step_is_taken_once(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL)
    (proposal,) = propose(session, cast, result)
    head = official(session, cast)
    with pytest.raises(proposals.NotWaiting):
        approve(session, proposal, head)
    verify(session, proposal, cast.hr)
    with pytest.raises(proposals.NotWaiting):
        verify(session, proposal, cast.hr)
    approve(session, proposal, head)

    with pytest.raises(proposals.NotWaiting):
        approve(session, proposal, head)
    with pytest.raises(proposals.NotWaiting):
        refuse(session, proposal, cast.other_manager)


def test_a_refusal_ends_it_and_the_next_pass_begins_another_cycle(session: Session, cast: Cast, result: Result) -> None:
    scheme(session, cast, result, LEVEL)
    (proposal,) = propose(session, cast, result)
    refuse(session, proposal, cast.hr)
    assert (proposal.state, proposal.verification) == ("refused", "Kurang")

    assert propose(session, cast, result) == []  # the same pass does not come back
    again = proofs.regrade(session, result, [])
    (second,) = propose(session, cast, again)
    assert second.cycle == 2
    assert proposal.state == "refused"
