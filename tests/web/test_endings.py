"""Revocation by two people, as HR, the official, the holder and strangers see it."""

import re
from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.certificates.ending_models import Ending
from lms.certificates.models import Certificate, Revocation
from lms.people.models import Appointment, Delegation, Employee, Position, RoleGrant
from tests.cast import START, Cast, Person, official
from tests.certificates import register
from tests.web.conftest import Ask

Browser = Callable[[Person | None], FlaskClient]
WHY = {"revoke-alasan": "wrong_data", "revoke-uraian": "Surat 12"}


@pytest.fixture
def code(session: Session, cast: Cast) -> str:
    return register.issued(session, cast)


@pytest.fixture
def head(session: Session, cast: Cast) -> Person:
    found = official(session, cast)
    session.commit()
    return found


def proposed(browser: Browser, cast: Cast, code: str, ask: Ask) -> str:
    assert browser(cast.hr).post(f"/sdm/sertifikat/{code}/pencabutan", data=WHY).status_code == 303
    return str(ask(select(Ending.code))[0])


def test_two_people_revoke_and_everybody_reads_it(
    browser: Browser, cast: Cast, head: Person, code: str, ask: Ask
) -> None:
    found = proposed(browser, cast, code, ask)
    assert "Menunggu keputusan" in browser(cast.hr).get("/sdm/pencabutan").text
    assert "Sertifikat sah" in browser(None).get(f"/cek/{code}").text
    official_client = browser(head)
    assert "Sari Uji" in official_client.get("/persetujuan/pencabutan").text
    page = official_client.get(f"/persetujuan/pencabutan/{found}").text
    assert "Surat 12" in page

    answer = official_client.post(f"/persetujuan/pencabutan/{found}", data={"keputusan": "setuju", "uraian": ""})

    assert answer.status_code == 303
    public = browser(None).get(f"/cek/{code}").text
    assert "Dicabut" in public
    assert "Data pada sertifikat tidak benar" in public
    assert "Surat 12" not in public
    mine = browser(cast.learner).get(f"/sertifikat/{code}").text
    assert "Data pada sertifikat tidak benar" in mine
    assert "Surat 12" in mine
    again = official_client.post(f"/persetujuan/pencabutan/{found}", data={"keputusan": "tolak", "uraian": "x"})
    assert again.status_code == 303
    assert ask(select(Revocation.kind)) == ["revoked"]


def test_a_reason_and_words_are_wanted(browser: Browser, cast: Cast, code: str, ask: Ask) -> None:
    answer = browser(cast.hr).post(f"/sdm/sertifikat/{code}/pencabutan", data={})

    assert answer.status_code == 422
    assert "Pilih alasan." in answer.text
    assert ask(select(Ending.id)) == []


def test_refusing_wants_words(browser: Browser, cast: Cast, head: Person, code: str, ask: Ask) -> None:
    found = proposed(browser, cast, code, ask)
    client = browser(head)

    assert client.post(f"/persetujuan/pencabutan/{found}", data={"keputusan": "tolak"}).status_code == 422
    client.post(f"/persetujuan/pencabutan/{found}", data={"keputusan": "tolak", "uraian": "Datanya benar"})
    assert ask(select(Ending.state)) == ["declined"]


@pytest.mark.parametrize("who", ["learner", "manager", "outsider", "trainer"])
def test_whoever_is_not_hr_has_no_business_there(browser: Browser, cast: Cast, code: str, who: str) -> None:
    client = browser(getattr(cast, who))

    assert client.get(f"/sdm/sertifikat/{code}/keadaan").status_code == 403
    assert client.post(f"/sdm/sertifikat/{code}/pembekuan").status_code == 403
    assert client.get("/persetujuan/pencabutan").status_code == 403
    assert client.get("/delegasi").status_code == 403


def test_hr_of_another_agency_finds_nothing(browser: Browser, cast: Cast, code: str, ask: Ask) -> None:
    found = proposed(browser, cast, code, ask)
    client = browser(cast.other_hr)

    assert client.get(f"/sdm/sertifikat/{code}/keadaan").status_code == 404
    assert client.post(f"/sdm/pencabutan/{found}/penarikan").status_code == 404
    assert "Sari Uji" not in client.get("/sdm/pencabutan").text


@pytest.mark.parametrize("kind", ["plh", "pj"])
def test_plh_and_pj_do_not_decide(
    browser: Browser, cast: Cast, session: Session, code: str, kind: str, ask: Ask
) -> None:
    head = official(session, cast, kind=kind)
    session.commit()
    found = proposed(browser, cast, code, ask)
    client = browser(head)

    client.post(f"/persetujuan/pencabutan/{found}", data={"keputusan": "setuju"})

    assert "definitif atau Plt." in client.get(f"/persetujuan/pencabutan/{found}").text
    assert ask(select(Ending.state)) == ["open"]


def test_a_plt_decides(browser: Browser, cast: Cast, session: Session, code: str, ask: Ask) -> None:
    head = official(session, cast, kind="plt")
    session.commit()
    found = proposed(browser, cast, code, ask)

    browser(head).post(f"/persetujuan/pencabutan/{found}", data={"keputusan": "setuju"})

    assert ask(select(Ending.state)) == ["approved"]


def test_the_proposer_takes_it_back(browser: Browser, cast: Cast, code: str, ask: Ask) -> None:
    found = proposed(browser, cast, code, ask)
    client = browser(cast.hr)

    assert "Tarik usulan" in client.get(f"/sdm/sertifikat/{code}/keadaan").text
    client.post(f"/sdm/pencabutan/{found}/penarikan")

    assert ask(select(Ending.state)) == ["withdrawn"]
    assert "Ditarik" in client.get("/sdm/pencabutan?status=withdrawn").text


def test_suspended_at_once_and_lifted_by_two(browser: Browser, cast: Cast, head: Person, code: str, ask: Ask) -> None:
    client = browser(cast.hr)
    said = {"suspend-alasan": "under_examination", "suspend-uraian": "Laporan 3"}
    client.post(f"/sdm/sertifikat/{code}/pembekuan", data=said)
    assert "Dibekukan" in browser(None).get(f"/cek/{code}").text
    for page in ("/sertifikat", f"/sertifikat/{code}"):
        shown = browser(cast.learner).get(page).text
        assert "Pengelola SDM memeriksanya, lalu pejabat berwenang memutuskan: dipulihkan atau dicabut." in shown
        assert not re.search(rf'class="btn main[^"]*" href="/sertifikat/{code}/berkas"', shown), (
            "a file that is not in force is not what to fetch first"
        )
        assert "berlaku sampai" not in shown
    said = {"reinstate-alasan": "cleared", "reinstate-uraian": "Berita acara 4"}
    client.post(f"/sdm/sertifikat/{code}/pemulihan", data=said)
    found = ask(select(Ending.code).where(Ending.kind == "reinstate"))[0]

    browser(head).post(f"/persetujuan/pencabutan/{found}", data={"keputusan": "setuju"})

    assert ask(select(Revocation.id)) == []
    assert "Sertifikat sah" in browser(None).get(f"/cek/{code}").text


def test_a_corrected_name_gets_a_new_certificate(
    browser: Browser, cast: Cast, session: Session, code: str, ask: Ask
) -> None:
    client = browser(cast.hr)
    assert "Terbitkan pengganti" not in client.get(f"/sdm/sertifikat/{code}/keadaan").text
    session.get_one(Employee, cast.learner.employee_id).name = "Sari Uji, S.A.P."
    session.commit()

    assert "Terbitkan pengganti" in client.get(f"/sdm/sertifikat/{code}/keadaan").text
    for _ in range(2):
        client.post(f"/sdm/sertifikat/{code}/penggantian")

    made = ask(select(Certificate).where(Certificate.replaces_id.is_not(None)))
    assert [one.facts["holder_name"] for one in made] == ["Sari Uji, S.A.P."]
    assert (
        "Namanya diperbaiki." not in browser(cast.learner).get(f"/sertifikat/{made[0].code}").text
    )  # still being made


def test_a_replaced_certificate_is_called_so_wherever_it_is_listed(
    browser: Browser, cast: Cast, session: Session, code: str
) -> None:
    replaced = session.scalars(select(Certificate).where(Certificate.code == code)).one()
    session.add(Revocation(certificate_id=replaced.id, kind="superseded", at=START, reason="corrected"))
    session.commit()

    for person, address in (
        (cast.learner, "/sertifikat"),
        (cast.learner, f"/sertifikat/{code}"),
        (cast.hr, "/sdm/sertifikat"),
    ):
        page = browser(person).get(address).text
        assert "Digantikan</span>" in page, address
        assert "Berlaku</span>" not in page, address


def test_power_is_lent_for_some_days_and_taken_back(
    browser: Browser, cast: Cast, session: Session, head: Person, code: str, ask: Ask
) -> None:
    found = proposed(browser, cast, code, ask)
    days = {"mulai": "2026-11-23", "sampai": "2026-11-30"}
    client = browser(head)
    refused = client.post("/delegasi", data=days | {"nip": cast.colleague.nip})
    assert refused.status_code == 422  # no head post

    client.post("/delegasi", data=days | {"nip": cast.other_manager.nip})
    deputy = browser(cast.other_manager)
    assert "Sari Uji" in deputy.get("/persetujuan/pencabutan").text
    assert deputy.post("/delegasi", data=days | {"nip": cast.manager.nip}).status_code == 422  # not lent on

    client.post(f"/delegasi/{ask(select(Delegation.id))[0]}/pengakhiran")
    assert deputy.get(f"/persetujuan/pencabutan/{found}").status_code == 403


def test_the_holder_lends_nobody_the_power_to_decide_about_the_own_certificate(
    browser: Browser, cast: Cast, session: Session, code: str, ask: Ask
) -> None:
    """The learner became an official of the agency since: a deputy's decision would be hers."""
    session.execute(update(Position).where(Position.code == "post-p-learner").values(is_head=True))
    session.add(RoleGrant(user_id=cast.learner.user_id, role="approver", unit_id=cast.jakarta, since=date(2020, 1, 1)))
    session.commit()
    found = proposed(browser, cast, code, ask)
    days = {"mulai": "2026-11-23", "sampai": "2026-11-30", "nip": cast.other_manager.nip}
    assert browser(cast.learner).post("/delegasi", data=days).status_code == 303
    deputy, address = browser(cast.other_manager), f"/persetujuan/pencabutan/{found}"

    deputy.post(address, data={"keputusan": "tolak", "uraian": "Datanya benar"})

    assert "dipinjamkan kepada Anda" in deputy.get(address).text
    assert ask(select(Ending.state)) == ["open"]


def test_a_delegation_ends_with_its_last_day(
    browser: Browser, cast: Cast, session: Session, head: Person, time: object
) -> None:
    days = {"mulai": "2026-11-23", "sampai": "2026-11-23"}
    browser(head).post("/delegasi", data=days | {"nip": cast.other_manager.nip})
    deputy = browser(cast.other_manager)
    assert deputy.get("/persetujuan/pencabutan").status_code == 200

    time.forward(hours=20)  # type: ignore[attr-defined]
    answer = deputy.get("/persetujuan/pencabutan")
    assert answer.status_code in {302, 403}


def test_the_deputy_must_still_be_an_official_on_the_day(
    browser: Browser, cast: Cast, session: Session, head: Person, code: str, ask: Ask
) -> None:
    found = proposed(browser, cast, code, ask)
    days = {"mulai": "2026-11-23", "sampai": "2026-11-30"}
    browser(head).post("/delegasi", data=days | {"nip": cast.other_manager.nip})
    post = session.scalars(select(Appointment).where(Appointment.employee_id == cast.other_manager.employee_id)).one()
    post.kind = "plh"
    session.commit()

    browser(cast.other_manager).post(f"/persetujuan/pencabutan/{found}", data={"keputusan": "setuju"})

    assert ask(select(Ending.state)) == ["open"]
