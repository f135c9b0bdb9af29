"""/sertifikat: what one has earned, also before the worker came to make it."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.certificates.models import Scheme
from lms.exams.models import Attempt, Result
from tests.cast import START, Cast, Person
from tests.competencies import factory, proofs
from tests.competencies.factory import plain

Browser = Callable[[Person | None], FlaskClient]


def pass_exam(session: Session, cast: Cast) -> Result:
    """The learner passes an exam for which a scheme awards a certificate; nobody has followed the result yet."""
    known = factory.dictionary(session)
    result = proofs.result(session, cast, [])
    scheme = Scheme(
        code="uji",
        title="Uji Kompetensi Keamanan Informasi",
        unit_id=cast.jakarta,
        exam_id=session.get_one(Attempt, result.attempt_id).exam_id,
        competency_id=known["TEK.KI"],
        level=2,
        design="kompetensi",
        validity_months=36,
        number_pattern="B.{n}",
        official={},
    )
    session.add(scheme)
    session.commit()
    return result


def test_a_certificate_that_waits_for_the_worker_is_said_to_be_in_process(
    browser: Browser, session: Session, cast: Cast
) -> None:
    pass_exam(session, cast)

    page = plain(browser(cast.learner).get("/sertifikat").text)

    assert "Uji Kompetensi Keamanan Informasi Sedang diproses Keamanan Informasi · tingkat 2 dari 5 · Dasar" in page
    assert "Belum ada sertifikat." not in page


def test_what_was_followed_or_is_another_person_s_is_not_waited_for(
    browser: Browser, session: Session, cast: Cast
) -> None:
    result = pass_exam(session, cast)
    assert "Belum ada sertifikat." in browser(cast.colleague).get("/sertifikat").text

    result.followed_at = START
    session.commit()

    assert "Belum ada sertifikat." in browser(cast.learner).get("/sertifikat").text
