"""/sdm/sertifikat: HR's list of certificates, within its remit alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.certificates import stops
from lms.certificates.models import Certificate, Revocation
from lms.certificates.refusals import Refusal, Why
from lms.certificates.register import SqlRegister
from lms.certificates.signing.errors import NotAuthorised, Unreachable
from lms.certificates.verification import standing
from lms.people.models import User
from lms.reports import registry
from lms.reports.registry import Wanted
from tests.cast import START, Cast, Person
from tests.certificates import register

TODAY = register.TODAY
Browser = Callable[[Person | None], FlaskClient]


@pytest.fixture
def refused(session: Session, cast: Cast) -> str:
    """A certificate of the learner that could not be made; returns its code."""
    return register.refused(session, cast, Refusal(Why.MISSING_GLYPH, "holder_name", "ḍ"))


def test_hr_sees_what_was_refused_and_why(browser: Browser, cast: Cast, refused: str) -> None:
    page = browser(cast.hr).get("/sdm/sertifikat?status=refused").text

    assert "Huruf “ḍ” pada nama tidak ada di huruf cetak sertifikat. Perbaiki data pegawai" in page
    assert "Terbitkan lagi" in page


def test_hr_sees_that_signing_stands_still_why_and_who_acts(browser: Browser, cast: Cast, session: Session) -> None:
    client = browser(cast.hr)
    assert "Penandatanganan berhenti" not in client.get("/sdm/sertifikat").text

    stops.note(session, Unreachable("10.0.0.7 diam"), now=START)
    session.commit()
    passing = client.get("/sdm/sertifikat").text
    stops.note(session, NotAuthorised("PIN ditolak"), now=START)
    session.commit()
    lasting = client.get("/sdm/sertifikat").text

    assert "Layanan tanda tangan tidak menjawab. Dicoba lagi dengan sendirinya" in passing
    assert "10.0.0.7" not in passing
    assert "penanda tangan ditolak atau belum diberikan. Hubungi operator." in lasting


@pytest.mark.parametrize(
    ("refusal", "indonesian", "english"),
    [
        (
            Refusal(Why.NOT_SIGNED, ""),
            "Layanan tanda tangan menolak berkas ini. Terbitkan lagi; bila ditolak lagi, hubungi operator.",
            "The signing service refuses this file. Issue it again; if it is refused once more, contact the operator.",
        ),
        (
            Refusal(Why.TOO_LONG, "holder_position"),
            "Tulisan pada jabatan terlalu panjang untuk sertifikat. Perbaiki data pegawai, lalu terbitkan lagi.",
            "The position is too long for the certificate. Correct the person’s data, then issue again.",
        ),
        (
            Refusal(Why.MISSING_GLYPH, "signatory_name", "ḍ"),
            "Huruf “ḍ” pada rancangan sertifikat tidak ada di huruf cetak sertifikat. Hubungi pengelola sertifikat.",
            "The letter “ḍ” in the certificate design text is not in the certificate’s font. Contact the certificate manager.",
        ),
    ],
)
def test_why_it_was_refused_is_told_in_the_reader_s_language(
    browser: Browser, cast: Cast, session: Session, refusal: Refusal, indonesian: str, english: str
) -> None:
    register.refused(session, cast, refusal)
    client = browser(cast.hr)

    assert indonesian in client.get("/sdm/sertifikat").text
    session.execute(update(User).values(language="en"))
    session.commit()
    assert english in client.get("/sdm/sertifikat").text


def test_hr_of_another_agency_sees_none_of_it_and_cannot_act(browser: Browser, cast: Cast, refused: str) -> None:
    client = browser(cast.other_hr)

    assert "Belum ada sertifikat dalam lingkup Anda." in client.get("/sdm/sertifikat").text
    assert client.post(f"/sdm/sertifikat/{refused}/penerbitan").status_code == 404


def test_a_learner_has_no_business_there(browser: Browser, cast: Cast) -> None:
    answer = browser(cast.learner).get("/sdm/sertifikat")

    assert answer.status_code == 403
    assert "pengelola SDM" in answer.text


def test_a_name_that_is_looked_for_never_enters_the_address(browser: Browser, cast: Cast, refused: str) -> None:
    client = browser(cast.hr)

    answer = client.post("/sdm/sertifikat", data={"cari": "Sari"})

    assert answer.headers["Location"] == "/sdm/sertifikat?cari=ya"
    assert "Terbitkan lagi" in client.get(answer.headers["Location"]).text
    client.post("/sdm/sertifikat", data={"cari": "Bukan siapa pun"})
    assert "Tidak ada sertifikat yang cocok." in client.get("/sdm/sertifikat?cari=ya").text


def test_a_refused_certificate_is_taken_up_again_once(
    browser: Browser, cast: Cast, session: Session, refused: str
) -> None:
    client = browser(cast.hr)

    first = client.post(f"/sdm/sertifikat/{refused}/penerbitan")
    second = client.post(f"/sdm/sertifikat/{refused}/penerbitan")

    assert (first.status_code, second.status_code) == (303, 404)


@pytest.mark.parametrize(
    ("kind", "since", "until", "state"),
    [
        (None, TODAY, None, "valid"),
        (None, TODAY, TODAY + timedelta(days=91), "valid"),
        (None, TODAY, TODAY + timedelta(days=90), "expiring"),
        (None, TODAY, TODAY, "expiring"),
        (None, TODAY - timedelta(days=9), TODAY - timedelta(days=1), "expired"),
        (None, TODAY + timedelta(days=1), None, "not_yet_valid"),
        ("revoked", TODAY, None, "revoked"),
        ("suspended", TODAY, TODAY, "suspended"),
        ("superseded", TODAY, None, "superseded"),
    ],
)
def test_a_state_finds_what_the_check_page_calls_so_and_nothing_else(
    session: Session, cast: Cast, kind: str | None, since: date, until: date | None, state: str
) -> None:
    certificate = session.scalars(select(Certificate).where(Certificate.code == register.issued(session, cast))).one()
    certificate.valid_from, certificate.valid_until = since, until
    certificate.facts |= {"valid_from": since.isoformat(), "valid_until": until.isoformat() if until else None}
    if kind:
        session.add(Revocation(certificate_id=certificate.id, kind=kind, at=START, reason="Uji"))
    session.flush()

    found = [
        wanted
        for wanted in registry.STATES
        if registry.page_of(session, select(Certificate), Wanted(state=wanted), on=TODAY, page=1, size=5).total
    ]

    assert found == [state]
    entry = SqlRegister(session).by_code(certificate.code)
    assert entry is not None
    if kind != "superseded":  # the register names its successor, and here is none
        assert standing(entry, now=datetime(2026, 11, 23, 3, 0, tzinfo=UTC)) == state


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("status=valid", 1),
        ("status=expired", 0),
        ("akhir=none", 0),
        ("akhir=365", 0),
        ("unit=dki-kembangan", 1),
        ("unit=tangsel", 1),  # out of remit: no such unit to narrow by
        ("status=nonsense&akhir=nonsense", 1),
    ],
)
def test_the_address_narrows_the_list_and_says_how_many_there_are(
    browser: Browser, cast: Cast, session: Session, address: str, number: int
) -> None:
    register.issued(session, cast)

    page = browser(cast.hr).get(f"/sdm/sertifikat?{address}").text

    assert f"<strong>{number} sertifikat</strong>" in page
    assert ("Tidak ada sertifikat yang cocok." in page) == (number == 0)


def test_the_choices_stay_with_the_words(browser: Browser, cast: Cast, session: Session) -> None:
    register.issued(session, cast)
    asked = {"cari": "Sari", "status": "valid", "akhir": "", "unit": "dki-kembangan"}

    answer = browser(cast.hr).post("/sdm/sertifikat", data=asked)

    assert answer.headers["Location"] == "/sdm/sertifikat?status=valid&unit=dki-kembangan&cari=ya"
