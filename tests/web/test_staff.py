"""/sdm/pegawai: the people in an HR officer's remit."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.people.models import Employee
from tests.cast import Cast, Person
from tests.competencies import factory
from tests.competencies.factory import plain

Browser = Callable[[Person | None], FlaskClient]


def test_hr_sees_the_people_of_its_agency_alone(browser: Browser, cast: Cast) -> None:
    page = browser(cast.hr).get("/sdm/pegawai").text

    assert "6 pegawai" in page
    assert "Sari Uji" in page
    assert "Orang Luar" not in page


def test_a_name_finds_people_and_stands_in_no_address(browser: Browser, cast: Cast) -> None:
    client = browser(cast.hr)

    answer = client.post("/sdm/pegawai", data={"cari": " sari "})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sdm/pegawai?cari=ya")
    page = client.get("/sdm/pegawai?cari=ya").text
    assert "1 dari 6 pegawai" in page
    assert "Sari Uji" in page


@pytest.mark.parametrize("typed", ["199001012015052001", "19900101 201505 2 001"])
def test_a_nip_leads_to_the_profile_and_stands_in_no_address(browser: Browser, cast: Cast, typed: str) -> None:
    answer = browser(cast.hr).post("/sdm/pegawai", data={"cari": typed})

    assert (answer.status_code, answer.headers["Location"]) == (303, "/sdm/pegawai/p-learner")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("19900101201505", "Isi NIP dengan 18 angka."),
        ("199209092018011009", "Tidak ada pegawai dengan NIP itu dalam lingkup Anda."),
        ("199901012020011009", "Tidak ada pegawai dengan NIP itu dalam lingkup Anda."),
        ("x" * 81, "Isi paling banyak 80 huruf."),
    ],
)
def test_a_search_that_fails_says_why_at_its_field(browser: Browser, cast: Cast, typed: str, said: str) -> None:
    answer = browser(cast.hr).post("/sdm/pegawai", data={"cari": typed})

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text


def test_a_unit_narrows_the_list_to_itself_and_below(browser: Browser, cast: Cast) -> None:
    client = browser(cast.hr)

    assert "2 pegawai" not in client.get("/sdm/pegawai?unit=dki-jakbar").text
    assert "3 dari 6 pegawai · Kecamatan Kembangan" in plain(client.get("/sdm/pegawai?unit=dki-kembangan").text)
    assert "6 pegawai · seluruh lingkup Anda" in plain(client.get("/sdm/pegawai?unit=tangsel").text)


def test_a_page_holds_twenty_five_people(browser: Browser, cast: Cast, session: Session) -> None:
    factory.crowd(session, cast, 22)
    session.commit()
    client = browser(cast.hr)

    first, second = client.get("/sdm/pegawai").text, client.get("/sdm/pegawai?hal=2").text

    assert "Halaman 1 dari 2" in first
    assert "Ramai 21" not in first
    assert "Ramai 21" in second or "Widyaiswara Satu" in second
    assert first.count('<th scope="row">') == 25
    assert second.count('<th scope="row">') == 3


def test_a_profile_shows_where_each_level_comes_from(browser: Browser, cast: Cast, session: Session) -> None:
    known = factory.dictionary(session)
    factory.standard(session, cast.learner, known, {"TEK.KI": 2})
    factory.proof(session, cast.learner, known["TEK.KI"], 1, "manager", date(2026, 1, 5))
    factory.proof(session, cast.learner, known["TEK.KI"], 3, "self", date(2026, 2, 1))
    session.commit()

    page = plain(browser(cast.hr).get("/sdm/pegawai/p-learner").text)

    assert "NIP 19900101 201505 2 001" in page
    assert "Keamanan Informasi 1 dari 2" in page
    assert "Penilaian atasan 1 dari 5 5 Januari 2026" in page
    assert "Pengakuan sendiri perlu dibuktikan." in page


def test_hr_of_the_other_agency_finds_nobody_here(browser: Browser, cast: Cast) -> None:
    assert browser(cast.other_hr).get("/sdm/pegawai/p-learner").status_code == 404


@pytest.mark.parametrize("who", ["learner", "colleague", "manager", "other_manager", "trainer", "outsider"])
@pytest.mark.parametrize("address", ["/sdm/pegawai", "/sdm/pegawai/p-learner"])
def test_who_has_no_hr_role_is_told_who_may_enter(browser: Browser, cast: Cast, who: str, address: str) -> None:
    answer = browser(getattr(cast, who)).get(address)

    assert answer.status_code == 403
    assert "pengelola SDM" in answer.text


def test_people_stand_in_the_order_of_their_own_names(browser: Browser, cast: Cast, session: Session) -> None:
    for employee_id, name in ((cast.learner.employee_id, "Dr. Zulkifli"), (cast.colleague.employee_id, "Aminah, S.E.")):
        session.get_one(Employee, employee_id).name = name
    session.commit()

    page = browser(cast.hr).get("/sdm/pegawai").text

    assert page.index("Aminah") < page.index("Dr. Zulkifli")
    assert page.rindex('<th scope="row">') < page.index("Dr. Zulkifli")


def test_the_list_and_the_person_s_own_page_count_alike(browser: Browser, cast: Cast, session: Session) -> None:
    known = factory.dictionary(session)
    factory.standard(session, cast.learner, known, {"TEK.KI": 2, "MAN.INT": 2, "MAN.MPR": 2})
    factory.proof(session, cast.learner, known["TEK.KI"], 1, "manager", date(2026, 1, 5))
    factory.proof(session, cast.learner, known["MAN.INT"], 2, "manager", date(2026, 1, 5))
    session.commit()

    listed = plain(browser(cast.hr).get("/sdm/pegawai").text)
    own = plain(browser(cast.learner).get("/kompetensi").text)

    assert "1 dari 3 1 kompetensi 1 kompetensi" in listed
    assert "Semua 3 Kurang 1 Belum dinilai 1 Berakhir ≤ 90 hari 0 Terpenuhi 1" in own
