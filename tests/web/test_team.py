"""/tim: a line manager's people, and nobody else's."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.competencies import evidence
from lms.competencies.evidence import CertifiedLevel
from lms.reports import views
from tests.cast import START, Cast, Person
from tests.competencies import factory, proofs
from tests.competencies.factory import plain
from tests.conftest import Clock

Browser = Callable[[Person | None], FlaskClient]


@pytest.fixture
def known(session: Session, cast: Cast) -> factory.Dictionary:
    """The learner with one met, one short, one unassessed; the colleague without a standard."""
    known = factory.dictionary(session)
    factory.standard(session, cast.learner, known, {"TEK.KI": 2, "TEK.PAT": 3, "MAN.INT": 2})
    factory.proof(session, cast.learner, known["TEK.PAT"], 1, "manager", date(2026, 1, 1))
    until = date(2026, 12, 31)
    factory.proof(session, cast.learner, known["MAN.INT"], 2, "assessment", date(2024, 1, 1), valid_until=until)
    session.commit()
    return known


def test_a_manager_sees_how_each_of_the_team_stands(browser: Browser, cast: Cast, known: factory.Dictionary) -> None:
    page = plain(browser(cast.manager).get("/tim").text)

    assert "2 pegawai di unit Anda dan di bawahnya" in page
    assert "Sari Uji Sekretaris Kecamatan Kecamatan Kembangan 1 dari 3 1 kompetensi 1 kompetensi 1 kompetensi" in page
    assert "Budi Rekan Pengelola Umum Kecamatan Kembangan tanpa standar" in page
    assert "Camat Palmerah" not in page


def test_most_gaps_come_first(browser: Browser, cast: Cast, known: factory.Dictionary) -> None:
    page = browser(cast.manager).get("/tim").text

    assert page.index("Sari Uji") < page.index("Budi Rekan")


def test_a_name_filter_works_without_a_name_in_the_address(browser: Browser, cast: Cast) -> None:
    client = browser(cast.manager)

    answer = client.post("/tim", data={"cari": "budi"})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/tim?cari=ya")
    page = client.get("/tim?cari=ya").text
    assert "Budi Rekan" in page
    assert "Sari Uji" not in page
    assert "Sari Uji" in client.get("/tim").text


def test_a_name_that_nobody_has_says_what_to_do(browser: Browser, cast: Cast) -> None:
    client = browser(cast.manager)
    client.post("/tim", data={"cari": "100%"})

    assert "Tidak ada pegawai yang cocok." in client.get("/tim?cari=ya").text


def test_a_member_s_profile_shows_levels_but_opens_no_attempt(
    browser: Browser, cast: Cast, known: factory.Dictionary, session: Session
) -> None:
    key = proofs.certificate(session, cast, proofs.result(session, cast, []), known["TEK.KI"], 2)
    certified = CertifiedLevel(key, cast.learner.employee_id, known["TEK.KI"], 2, factory.TODAY, None)
    evidence.from_certificates(session, [certified], now=START)
    session.commit()

    page = browser(cast.manager).get("/tim/p-learner").text

    assert "Keamanan Informasi 2 dari 2" in plain(page)
    assert 'href="/sertifikat/K7QM2XPA"' in page
    assert "/pengerjaan/" not in page
    assert cast.learner.nip not in page


@pytest.mark.parametrize("who", ["other_manager", "manager_of_himself"])
def test_who_is_not_of_the_team_looks_absent(browser: Browser, cast: Cast, who: str) -> None:
    if who == "other_manager":
        assert browser(cast.other_manager).get("/tim/p-learner").status_code == 404
    else:
        assert browser(cast.manager).get("/tim/p-manager").status_code == 404


@pytest.mark.parametrize("who", ["learner", "colleague", "trainer", "hr", "other_hr", "outsider"])
@pytest.mark.parametrize("address", ["/tim", "/tim/p-learner"])
def test_who_heads_no_unit_is_told_who_may_enter(browser: Browser, cast: Cast, who: str, address: str) -> None:
    answer = browser(getattr(cast, who)).get(address)

    assert answer.status_code == 403
    assert "atasan langsung" in answer.text


def test_a_look_at_a_profile_is_shown_to_its_owner(
    browser: Browser, cast: Cast, known: factory.Dictionary, time: Clock
) -> None:
    assert "Belum ada yang melihat dalam 30 hari." in browser(cast.learner).get("/kompetensi").text
    browser(cast.manager).get("/tim/p-learner")
    browser(cast.manager).get("/tim/p-learner")
    browser(cast.hr).get("/sdm/pegawai/p-learner")

    page = plain(browser(cast.learner).get("/kompetensi").text)

    assert "Dilihat 3 kali dalam 30 hari: atasan langsung (2), Pengelola SDM (1)." in page
    assert "Camat Kembangan" not in page


def test_a_look_is_forgotten_on_the_page_after_thirty_days(
    browser: Browser, cast: Cast, known: factory.Dictionary, session: Session
) -> None:
    views.record(
        session,
        cast.learner.employee_id,
        role="manager",
        by=cast.manager.user_id,
        now=START - timedelta(days=30),
    )
    views.record(
        session,
        cast.learner.employee_id,
        role="manager",
        by=cast.manager.user_id,
        now=START - timedelta(days=30, seconds=-1),
    )
    session.commit()

    assert "Dilihat 1 kali dalam 30 hari" in browser(cast.learner).get("/kompetensi").text


def test_a_refused_look_is_not_recorded(browser: Browser, cast: Cast, known: factory.Dictionary) -> None:
    browser(cast.other_manager).get("/tim/p-learner")

    assert "Belum ada yang melihat dalam 30 hari." in browser(cast.learner).get("/kompetensi").text
