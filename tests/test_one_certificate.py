"""One certificate for a person, a scheme and a time of validity, however many attempts come to be passes."""

import threading
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import completion, earning, ending
from lms.certificates.ending_models import Ending
from lms.certificates.models import Certificate, Revocation, Scheme
from lms.certificates.proposal_models import Proposal
from lms.exams.models import Attempt, Result, Sitting
from lms.exams.regrading import applying
from lms.people.officials import Power
from lms.reports import following
from lms.reports.following import Award
from tests.cast import START, Cast, Person, official
from tests.exams import factory
from tests.exams.regrading.test_regrades import NOW, PLAN, draft, follow_all, issue_all, start
from tests.exams.regrading.test_restoring import applied, restored
from tests.exams.sitting import sit

DAY = timedelta(days=1)
KEY = ("single_choice", "key", "1")
ACCEPT = ("single_choice", "accept", "1")
LATER = NOW + 3 * DAY


def build(session: Session, cast: Cast, *, position: str = "") -> tuple[Attempt, Attempt]:
    """The learner failed and, two days later, passed; the first would have passed had its choice been the key."""
    hall = factory.build(session, cast, content=PLAN, bank_of=("single_choice", "true_false"))
    session.execute(update(Sitting).values(closes_at=START + 30 * DAY))
    session.add(
        Scheme(
            code="skema", title="Skema", unit_id=cast.jakarta, exam_id=hall.exam_id, competency_id=hall.competency_id,
            level=1, design="kompetensi", validity_months=36, number_pattern="N.{n}/{month}/{year}", position=position,
            official={"office": "Kepala", "name": "Kepala", "nip": "197103151996032004", "place": "Jakarta"},
        )
    )  # fmt: skip
    session.commit()
    first = sit(session, cast.learner, {"single_choice": "1", "true_false": False})
    second = sit(session, cast.learner, {"single_choice": "0", "true_false": False}, now=START + 2 * DAY)
    return first, second


def certificates(session: Session) -> list[tuple[int, str]]:
    """Number of the attempt that earned each certificate, and how the register ends it; the first awarded first."""
    session.expire_all()
    rows = (
        select(Attempt.number, Revocation.kind)
        .select_from(Certificate)
        .join(Result, Result.id == Certificate.result_id)
        .join(Attempt, Attempt.id == Result.attempt_id)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .order_by(Certificate.id)
    )
    found = [(number, kind or "") for number, kind in session.execute(rows)]
    session.commit()
    return found


def revoke(app: Flask, session: Session, cast: Cast, head: Person, reason: str = "result_changed") -> None:
    """HR takes over what the system proposed, or proposes it; an official approves; what follows is done."""
    held = session.scalars(
        select(Certificate).where(
            Certificate.id.not_in(select(Revocation.certificate_id).where(Revocation.kind == "revoked"))
        )
    ).one()
    said: dict[str, Any] = {"words": "", "now": LATER}
    ending.propose(session, held, "revoke", reason=reason, by=cast.hr.user_id, employee_id=cast.hr.employee_id, **said)
    found = session.scalars(select(Ending).where(Ending.state == "open")).one()
    ending.decide(
        session, found, approved=True, power=Power(is_own=True), by=head.user_id, employee_id=head.employee_id, **said
    )
    session.commit()
    follow_all(app, session)


def test_an_earlier_attempt_that_is_lifted_earns_no_second_certificate(
    app: Flask, session: Session, cast: Cast
) -> None:
    build(session, cast)
    follow_all(app, session)
    issue_all(session)

    applied(app, session, cast, *ACCEPT)

    assert certificates(session) == [(2, "")]
    passes = select(Attempt.number).join(Result).where(Result.passed).order_by(Attempt.number)
    assert session.scalars(passes).all() == [1, 2]
    code = session.scalars(select(Certificate.code)).one()
    told = [following.award_of(session, key) for key in session.scalars(select(Attempt.id).order_by(Attempt.number))]
    assert told == [Award("", code, "", is_other=True), Award("", code, "")]


def test_one_that_is_lifted_while_the_other_still_waits_to_be_made_earns_none_either(
    app: Flask, session: Session, cast: Cast
) -> None:
    build(session, cast)
    follow_all(app, session)

    applied(app, session, cast, *ACCEPT)

    assert certificates(session) == [(2, "")]


def test_the_pass_that_holds_is_certified_once_the_other_is_revoked(app: Flask, session: Session, cast: Cast) -> None:
    first, _second = build(session, cast)
    head = official(session, cast)
    follow_all(app, session)
    issue_all(session)

    applied(app, session, cast, *KEY)
    assert certificates(session) == [(2, "suspended")]  # the suspension may yet be lifted

    revoke(app, session, cast, head)
    issue_all(session)
    assert certificates(session) == [(2, "revoked"), (1, "")]
    told = following.award_of(session, first.id)
    assert told is not None
    assert (told.ended, told.is_other) == ("", False)

    restored(app, session, cast, "single_choice")  # the first is lost again, the second a pass again
    assert certificates(session) == [(2, "revoked"), (1, "suspended")]
    revoke(app, session, cast, head)
    assert certificates(session) == [(2, "revoked"), (1, "revoked"), (2, "")]


def test_a_pass_that_comes_back_after_its_certificate_was_revoked_is_certified_anew(
    app: Flask, session: Session, cast: Cast
) -> None:
    build(session, cast)
    follow_all(app, session)
    issue_all(session)
    made = draft(session, cast, "single_choice", "drop")
    start(session, cast, made)
    applying.apply(app.extensions["platform"], made.id)
    follow_all(app, session)
    assert certificates(session) == [(2, "suspended")]
    revoke(app, session, cast, official(session, cast))
    assert certificates(session) == [(2, "revoked")]

    restored(app, session, cast, "single_choice")

    assert certificates(session) == [(2, "revoked"), (2, "")]


@pytest.mark.parametrize("reason", ["exam_conduct", "holder_asked"])
def test_what_was_revoked_for_another_reason_is_not_certified_again_by_the_same_attempt_or_by_the_revocation(
    app: Flask, session: Session, cast: Cast, reason: str
) -> None:
    build(session, cast)
    follow_all(app, session)
    issue_all(session)
    revoke(app, session, cast, official(session, cast), reason)

    applied(app, session, cast, "true_false", "key", False)  # the second has all points now, the first the half

    assert certificates(session) == [(2, "revoked"), (1, "")]


def test_the_pass_that_holds_is_proposed_for_a_position_once_the_lost_one_was_refused(
    app: Flask, session: Session, cast: Cast
) -> None:
    first, second = build(session, cast, position="Jabatan Camat")
    follow_all(app, session)
    applied(app, session, cast, *KEY)
    (proposal,) = session.scalars(select(Proposal)).all()
    assert session.get_one(Result, proposal.result_id).attempt_id == second.id

    earning.refuse(
        session, proposal, words="Hasil berubah.", by=cast.hr.user_id, employee_id=cast.hr.employee_id, now=LATER
    )
    session.commit()
    follow_all(app, session)

    later = session.scalars(select(Proposal).where(Proposal.state == "verifying")).one()
    assert session.get_one(Result, later.result_id).attempt_id == first.id


def test_two_attempts_that_are_followed_at_the_same_moment_earn_one(app: Flask, session: Session, cast: Cast) -> None:
    """Each waits for the other where it awards."""
    build(session, cast)
    made = draft(session, cast, *ACCEPT)
    start(session, cast, made)
    applying.apply(app.extensions["platform"], made.id)
    keys = session.scalars(select(Result.id).where(Result.passed)).all()
    session.commit()
    assert len(keys) == 2
    at_once = threading.Barrier(2)

    def follow(key: int) -> None:
        at_once.wait()
        completion.follow_result(app.extensions["platform"], key)

    both = [threading.Thread(target=follow, args=(key,)) for key in keys]
    for one in both:
        one.start()
    for one in both:
        one.join()

    assert len(certificates(session)) == 1
