"""A certificate for a position on its way: HR verifies, an official approves, the holder sees where it is."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate
from lms.certificates.proposal_models import Proposal
from lms.competencies.models import Evidence
from lms.exams.models import Result
from tests.cast import START, Cast, Person, official
from tests.certificates.register import TODAY
from tests.competencies import factory, proofs
from tests.competencies.factory import plain
from tests.test_earning import LEVEL, TRAINING, propose, scheme
from tests.web.conftest import Ask

Browser = Callable[[Person | None], FlaskClient]


@pytest.fixture
def result(session: Session, cast: Cast) -> Result:
    known = factory.dictionary(session)
    factory.proof(session, cast.learner, known["TEK.KI"], 2, "assessment", TODAY)
    return proofs.result(session, cast, [])


@pytest.fixture
def code(session: Session, cast: Cast, result: Result) -> str:
    """The code of the learner's proposal, which waits for verification."""
    scheme(session, cast, result, LEVEL, TRAINING)
    (made,) = propose(session, cast, result)
    session.commit()
    return made.code


@pytest.fixture
def head(session: Session, cast: Cast, code: str) -> Person:
    found = official(session, cast)
    session.commit()
    return found


def test_from_earning_to_the_certificate_in_the_making(
    browser: Browser, cast: Cast, code: str, head: Person, ask: Ask
) -> None:
    learner, hr, approver = browser(cast.learner), browser(cast.hr), browser(head)
    assert "Menunggu verifikasi" in learner.get("/sertifikat").text
    assert "Sari Uji" in hr.get("/sdm/usulan").text
    page = hr.get(f"/sdm/usulan/{code}").text
    assert "tingkat 2" in page
    assert "Sudah saya periksa" in page
    assert approver.get(f"/persetujuan/{code}").status_code == 404  # not before it was verified

    refused = hr.post(f"/sdm/usulan/{code}", data={"keputusan": "teruskan"})
    assert refused.headers["Location"].endswith(code)  # PKA was not ticked
    hr.post(f"/sdm/usulan/{code}", data={"keputusan": "teruskan", "diperiksa": "1"})
    assert "Menunggu persetujuan" in learner.get("/sertifikat").text
    assert "Sari Uji" in approver.get("/persetujuan").text
    assert ask(select(Certificate.id)) == []

    approver.get(f"/persetujuan/{code}")
    approver.post(f"/persetujuan/{code}", data={"keputusan": "setuju"})

    assert ask(select(Proposal.state)) == ["approved"]
    assert ask(select(Certificate.state)) == ["pending"]
    assert "Sedang diproses" in learner.get("/sertifikat").text
    assert "Disetujui" in hr.get(f"/sdm/usulan/{code}").text


@pytest.mark.parametrize("step", ["verifying", "approving"])
def test_a_refusal_needs_a_reason_and_the_holder_reads_it(
    browser: Browser, cast: Cast, code: str, head: Person, ask: Ask, step: str
) -> None:
    client, address = browser(cast.hr), f"/sdm/usulan/{code}"
    if step == "approving":
        client.post(address, data={"keputusan": "teruskan", "diperiksa": "1"})
        client, address = browser(head), f"/persetujuan/{code}"

    assert client.post(address, data={"keputusan": "tolak"}).status_code == 422
    client.post(address, data={"keputusan": "tolak", "uraian": "Berkas PKA tidak terbaca"})

    assert ask(select(Proposal.state)) == ["refused"]
    assert "Berkas PKA tidak terbaca" in browser(cast.learner).get("/sertifikat").text


@pytest.mark.parametrize("who", ["learner", "manager", "trainer", "outsider"])
def test_others_have_no_business_there(browser: Browser, cast: Cast, code: str, who: str) -> None:
    client = browser(getattr(cast, who))

    for address in ("/sdm/usulan", f"/sdm/usulan/{code}", "/persetujuan", f"/persetujuan/{code}"):
        assert client.get(address).status_code == 403
    assert client.post(f"/persetujuan/{code}", data={"keputusan": "setuju"}).status_code == 403


def test_hr_of_another_agency_finds_nothing(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.other_hr)

    assert "Sari Uji" not in client.get("/sdm/usulan").text
    assert client.get(f"/sdm/usulan/{code}").status_code == 404
    assert client.post(f"/sdm/usulan/{code}", data={"keputusan": "teruskan"}).status_code == 404


@pytest.mark.parametrize("kind", ["plh", "pj"])
def test_plh_and_pj_do_not_approve(
    browser: Browser, cast: Cast, session: Session, code: str, ask: Ask, kind: str
) -> None:
    head = official(session, cast, kind=kind)
    session.commit()
    browser(cast.hr).post(f"/sdm/usulan/{code}", data={"keputusan": "teruskan", "diperiksa": "1"})

    browser(head).post(f"/persetujuan/{code}", data={"keputusan": "setuju"})

    assert ask(select(Proposal.state)) == ["approving"]


def test_a_pass_that_was_lost_meanwhile_is_neither_passed_on_nor_approved(
    browser: Browser, cast: Cast, session: Session, code: str, head: Person, result: Result, ask: Ask
) -> None:
    hr, approver = browser(cast.hr), browser(head)
    hr.post(f"/sdm/usulan/{code}", data={"keputusan": "teruskan", "diperiksa": "1"})
    proofs.regrade(session, result, [], passed=False)
    session.commit()

    page = plain(approver.get(f"/persetujuan/{code}").text)
    assert "Kelulusan yang mendasari usulan ini sudah tidak berlaku." in page
    assert "70,00 Belum lulus" in page
    assert "Setujui penerbitan" not in page

    approver.post(f"/persetujuan/{code}", data={"keputusan": "setuju"})  # from a page that was opened before

    assert ask(select(Proposal.state)) == ["approving"]
    assert ask(select(Certificate.id)) == []
    approver.post(f"/persetujuan/{code}", data={"keputusan": "tolak", "uraian": "Tidak lagi lulus."})
    assert ask(select(Proposal.state)) == ["refused"]


def test_hr_does_not_pass_on_what_rests_on_a_pass_that_was_lost(
    browser: Browser, cast: Cast, session: Session, code: str, result: Result, ask: Ask
) -> None:
    proofs.regrade(session, result, [], passed=False)
    session.commit()
    client, address = browser(cast.hr), f"/sdm/usulan/{code}"

    page = client.get(address).text
    assert "Kelulusan yang mendasari usulan ini sudah tidak berlaku." in page
    assert "Teruskan ke pejabat" not in page
    client.post(address, data={"keputusan": "teruskan", "diperiksa": "1"})

    assert ask(select(Proposal.state)) == ["verifying"]


def test_a_refusal_that_comes_after_another_window_passed_it_on_says_so(
    browser: Browser, cast: Cast, code: str, ask: Ask
) -> None:
    client, address = browser(cast.hr), f"/sdm/usulan/{code}"
    client.post(address, data={"keputusan": "teruskan", "diperiksa": "1"})

    answer = client.post(address, data={"keputusan": "tolak", "uraian": "Terlambat."}, follow_redirects=True)

    assert "Usulan ini sudah ditangani orang lain." in answer.text
    assert ask(select(Proposal.state)) == ["approving"]


def test_two_officials_at_once_approve_once(
    browser: Browser, cast: Cast, session: Session, code: str, head: Person, ask: Ask
) -> None:
    browser(cast.hr).post(f"/sdm/usulan/{code}", data={"keputusan": "teruskan", "diperiksa": "1"})

    for _ in range(2):
        assert browser(head).post(f"/persetujuan/{code}", data={"keputusan": "setuju"}).status_code == 303

    assert len(ask(select(Certificate.id))) == 1


def test_an_official_reads_what_has_lapsed_since_it_was_verified_and_cannot_approve_it(
    browser: Browser, cast: Cast, session: Session, code: str, head: Person, ask: Ask
) -> None:
    browser(cast.hr).post(f"/sdm/usulan/{code}", data={"keputusan": "teruskan", "diperiksa": "1"})
    session.execute(update(Evidence).values(set_aside_at=START))
    session.commit()

    page = browser(head).get(f"/persetujuan/{code}").text
    browser(head).post(f"/persetujuan/{code}", data={"keputusan": "setuju"})

    assert "Ada syarat mutlak yang tidak terpenuhi lagi." in plain(page)
    assert "tingkat 2; hari ini belum dinilai" in plain(page)
    assert "Setujui penerbitan" not in page
    assert ask(select(Proposal.state)) == ["approving"]
