"""Renewing a certificate by its exam: who passed may sit it again once the certificate comes to its end."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import completion
from lms.certificates import issuing
from lms.certificates.issuing import MadeFile
from lms.certificates.models import Certificate, Revocation, Scheme
from lms.exams import preparing, starting
from lms.exams.definitions import definition
from lms.exams.eligibility import Eligibility, Reason, may_start
from lms.exams.models import Attempt, Exam, Sitting
from lms.questions.models import Question
from lms.reports import following
from lms.reports.following import Award
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.regrading.test_regrades import PLAN, follow_all
from tests.exams.regrading.test_restoring import applied
from tests.exams.sitting import sit

Browser = Callable[[Person | None], FlaskClient]
DAY = timedelta(days=1)
PASS = {"single_choice": "0", "true_false": False}
FAIL = {"single_choice": "1", "true_false": False}
#: Certified on 23 November 2026 for 36 months: valid to 22 November 2029, and renewable in the 90 days before.
UNTIL, FROM = date(2029, 11, 22), datetime(2029, 8, 24, tzinfo=START.tzinfo)


def certify(app: Flask, session: Session, *, on: date) -> None:
    """What waits is followed, numbered and entered on that day."""
    follow_all(app, session)
    waiting = issuing.pending(session, session.scalars(select(Certificate.id)).all())
    issuing.give_numbers(session, waiting, signature_kind="test", today=on)
    made = {one.certificate.id: MadeFile(f"{one.certificate.id:064}", "c/a.pdf", "d" * 64) for one in waiting}
    completion.certificates_made(session, made, now=START)
    session.commit()


def standing(session: Session, cast: Cast, now: datetime) -> Eligibility:
    session.expire_all()
    found = definition(session, factory.CODE, now=now, employee_id=cast.learner.employee_id)
    assert found is not None
    made = may_start(session, found, cast.learner.employee_id, now=now)
    session.commit()
    return made


@pytest.fixture
def held(app: Flask, session: Session, cast: Cast) -> Scheme:
    """The learner failed once, passed two days later and is certified; a sitting is open for years."""
    hall = factory.build(session, cast, content=PLAN, bank_of=("single_choice", "true_false"))
    session.execute(update(Sitting).values(closes_at=START + 2000 * DAY))
    session.execute(update(Exam).values(max_attempts=2))
    scheme = Scheme(
        code="skema", title="Skema", unit_id=cast.jakarta, exam_id=hall.exam_id, competency_id=hall.competency_id,
        level=1, design="kompetensi", validity_months=36, number_pattern="N.{n}/{month}/{year}", window_days=90,
        official={"office": "Kepala", "name": "Kepala", "nip": "197103151996032004", "place": "Jakarta"},
    )  # fmt: skip
    session.add(scheme)
    session.commit()
    sit(session, cast.learner, FAIL)
    sit(session, cast.learner, PASS, now=START + 2 * DAY)
    certify(app, session, on=START.date())
    return scheme


def ends(session: Session) -> list[date | None]:
    """The last days of the learner's issued certificates, in the order in which they were awarded."""
    rows = select(Certificate.valid_until).where(Certificate.state == "issued").order_by(Certificate.id)
    return list(session.scalars(rows))


def test_until_the_window_opens_a_pass_stands_and_says_from_when(session: Session, cast: Cast, held: Scheme) -> None:
    now = standing(session, cast, FROM - timedelta(seconds=1))

    assert ends(session) == [UNTIL]
    assert now.reasons == (Reason.PASSED, Reason.USED_UP)
    assert now.passed is not None
    assert (now.passed.number, now.passed.renew_from, now.renews) == (2, FROM, None)


def test_in_the_window_all_chances_are_there_again(session: Session, cast: Cast, held: Scheme) -> None:
    now = standing(session, cast, FROM)

    assert now.reasons == ()
    assert now.passed is None
    assert now.renews is not None
    assert (now.renews.number, now.attempts_left, now.number) == (2, 2, 3)


def test_passing_again_renews_and_the_new_pass_stands(app: Flask, session: Session, cast: Cast, held: Scheme) -> None:
    sit(session, cast.learner, PASS, now=FROM + DAY)
    at_once = standing(session, cast, FROM + 2 * DAY)
    last = session.scalars(select(Attempt.id).order_by(Attempt.number.desc())).first() or 0
    assert following.award_of(session, last) == Award("", None, "")
    session.commit()
    certify(app, session, on=(FROM + 2 * DAY).date())
    newest = session.scalars(select(Certificate.code).order_by(Certificate.id.desc())).first()
    assert following.award_of(session, last) == Award("", newest, "")

    after = standing(session, cast, FROM + 3 * DAY)
    assert ends(session) == [UNTIL, date(2032, 8, 25)]
    for one in (at_once, after):
        assert one.first_reason is Reason.PASSED
        assert one.passed is not None
        assert one.passed.number == 3
    assert after.passed is not None
    assert after.passed.renew_from == datetime(2032, 5, 27, tzinfo=START.tzinfo)


def test_a_failed_renewal_takes_one_chance_and_leaves_the_certificate(
    app: Flask, session: Session, cast: Cast, held: Scheme
) -> None:
    sit(session, cast.learner, FAIL, now=FROM + DAY)
    certify(app, session, on=(FROM + DAY).date())

    soon, later = standing(session, cast, FROM + DAY + timedelta(hours=1)), standing(session, cast, FROM + 3 * DAY)
    assert ends(session) == [UNTIL]
    assert (soon.reasons, later.reasons, later.attempts_left) == ((Reason.COOLDOWN,), (), 1)

    sit(session, cast.learner, FAIL, now=FROM + 3 * DAY)
    assert standing(session, cast, FROM + 9 * DAY).reasons == (Reason.USED_UP,)


def test_an_earlier_attempt_that_became_a_pass_does_not_stand_in_the_way(
    app: Flask, session: Session, cast: Cast, held: Scheme
) -> None:
    applied(app, session, cast, "single_choice", "accept", "1")
    certify(app, session, on=START.date())

    session.execute(update(Question).values(status="live"))
    assert standing(session, cast, FROM).reasons == ()
    assert sit(session, cast.learner, PASS, now=FROM + DAY).number == 3


def test_what_no_certificate_followed_from_or_what_hours_renew_is_not_sat_again(
    app: Flask, session: Session, cast: Cast
) -> None:
    hall = factory.build(session, cast, content=PLAN, bank_of=("single_choice", "true_false"))
    session.execute(update(Sitting).values(closes_at=START + 2000 * DAY))
    session.add(
        Scheme(
            code="skema", title="Skema", unit_id=cast.jakarta, exam_id=hall.exam_id, competency_id=hall.competency_id,
            level=1, design="kompetensi", validity_months=36, number_pattern="N.{n}/{month}/{year}", renewal_by="hours",
            renewal_hours=20, official={"office": "Kepala", "name": "Kepala", "nip": "1", "place": "Jakarta"},
        )
    )  # fmt: skip
    session.commit()
    sit(session, cast.learner, PASS)
    certify(app, session, on=START.date())

    assert standing(session, cast, FROM + 400 * DAY).reasons == (Reason.PASSED,)


def test_the_statement_that_starts_asks_for_itself(session: Session, cast: Cast, held: Scheme) -> None:
    found = definition(session, factory.CODE, now=FROM)
    assert found is not None
    who = cast.learner
    ready = may_start(session, found, who.employee_id, now=FROM)
    preparing.prepare(session, found, ready, who.employee_id, now=FROM)
    session.commit()

    def begin(now: datetime) -> object:
        return starting.start(
            session, factory.CODE, who.employee_id, entry=factory.ENTRY, user_session_id=1, by=who.user_id, now=now
        )

    early = begin(FROM - timedelta(seconds=1))
    assert not isinstance(early, starting.Started)
    assert isinstance(begin(FROM), starting.Started)


def test_the_pages_say_from_when_and_why(browser: Browser, session: Session, cast: Cast, held: Scheme) -> None:
    before = browser(cast.learner).get(f"/ujian/{factory.CODE}").text
    assert "Anda sudah lulus" in before
    assert "Mulai 24 Agustus 2029 Anda dapat mengikutinya lagi untuk memperpanjang sertifikat." in before

    session.execute(update(Attempt).values(renew_from=START - DAY, closed_at=START - 2 * DAY))
    session.commit()
    page, exams = browser(cast.learner).get(f"/ujian/{factory.CODE}").text, browser(cast.learner).get("/ujian").text
    assert "Siap dimulai" in page
    assert "Kesempatan ke-1 dari 2." in page
    for text in (page, exams):
        assert "Sertifikatnya dapat diperpanjang dengan lulus sekali lagi." in text


def test_a_certificate_that_was_renewed_asks_for_nothing(
    app: Flask, browser: Browser, session: Session, cast: Cast, held: Scheme
) -> None:
    first = session.scalars(select(Certificate)).one()
    first.valid_until = START.date() + 30 * DAY
    session.execute(update(Attempt).values(renew_from=START - DAY))
    session.commit()
    address, said = f"/sertifikat/{first.code}", "Perpanjang sampai"
    assert said in browser(cast.learner).get(address).text

    sit(session, cast.learner, PASS, now=START + 4 * DAY)
    certify(app, session, on=START.date() + 4 * DAY)

    assert len(ends(session)) == 2
    assert said not in browser(cast.learner).get(address).text
    second = session.scalars(select(Certificate).order_by(Certificate.id.desc())).first()
    assert second is not None
    page, listed = browser(cast.learner).get(address).text, browser(cast.learner).get("/sertifikat").text
    assert "Sudah diperpanjang." in page
    assert f'href="/sertifikat/{second.code}"' in page
    assert listed.count("Sudah diperpanjang. Tidak ada yang perlu Anda lakukan.") == 1


def test_a_renewal_that_was_revoked_renews_nothing(
    app: Flask, browser: Browser, session: Session, cast: Cast, held: Scheme
) -> None:
    first = session.scalars(select(Certificate)).one()
    first.valid_until = START.date() + 30 * DAY
    session.execute(update(Attempt).values(renew_from=START - DAY))
    session.commit()
    address = f"/sertifikat/{first.code}"
    sit(session, cast.learner, PASS, now=START + 4 * DAY)
    certify(app, session, on=START.date() + 4 * DAY)
    second = session.scalars(select(Certificate.id).order_by(Certificate.id.desc())).first()
    session.add(Revocation(certificate_id=second, kind="revoked", at=START, by=None, reason="wrong_data"))
    session.commit()

    page = browser(cast.learner).get(address).text

    assert "Perpanjang sampai" in page
    assert "Sudah diperpanjang." not in page
