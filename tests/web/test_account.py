"""One's own account, at /akun."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from lms.db import Database
from lms.people import second_factor, sign_in
from lms.people.models import Appointment, User, UserSession
from tests.cast import PASSWORD, START, Cast, Person
from tests.conftest import Clock

Browser = Callable[[Person | None], FlaskClient]
NEW = "gajah ungu makan rujak"


@pytest.fixture
def phone(cast: Cast, database: Database) -> Person:
    """The learner once more, signed in on a phone."""
    with database.transaction() as session:
        token = sign_in.open_session(
            session, cast.learner.user_id, now=START, browser="Chrome, Android", second_factor=False
        )
    return Person(cast.learner.employee_id, cast.learner.user_id, "", "", "", token)


def session_id(database: Database, person: Person) -> int:
    with database.reader() as session:
        found = sign_in.find_session(session, person.token, now=START, today=START.date())
    assert found is not None
    return found.session_id


def test_a_person_sees_what_is_known_and_nobody_else_s(browser: Browser, cast: Cast) -> None:
    page = browser(cast.learner).get("/akun").text

    for told in ("Sari Uji", "19900101 201505 2 001", "III/c", "Sekretaris Kecamatan", "Kecamatan Kembangan"):
        assert told in page
    assert "Data keliru? Hubungi pengelola kepegawaian" in page
    assert cast.colleague.name not in page


@pytest.mark.parametrize("address", ["/akun", "/akun/sandi", "/akun/kode", "/akun/tampilan"])
def test_the_account_is_for_those_who_signed_in(browser: Browser, cast: Cast, address: str) -> None:
    assert browser(None).get(address).headers["Location"] == f"/masuk?lanjut={address}"
    assert browser(cast.colleague).get(address).status_code == 200


def test_the_devices_are_listed_and_this_one_is_marked(browser: Browser, cast: Cast, phone: Person) -> None:
    page = browser(cast.learner).get("/akun").text

    assert "Chrome, Android" in page
    assert page.count("Perangkat ini") == 1
    assert page.count(">Keluarkan<") == 1


def test_a_device_can_be_signed_out_from_another(
    browser: Browser, cast: Cast, phone: Person, database: Database
) -> None:
    address = f"/akun/sesi/{session_id(database, phone)}/pengakhiran"

    assert browser(cast.learner).post(address).status_code == 303

    assert browser(phone).get("/akun").status_code == 302
    assert browser(cast.learner).get("/akun").status_code == 200
    assert browser(cast.learner).post(address).status_code == 404


def test_nobody_signs_somebody_else_s_device_out(browser: Browser, cast: Cast, database: Database) -> None:
    address = f"/akun/sesi/{session_id(database, cast.learner)}/pengakhiran"

    assert browser(cast.colleague).post(address).status_code == 404
    assert browser(cast.hr).post(address).status_code == 404
    assert browser(cast.learner).get("/akun").status_code == 200


def test_all_other_devices_can_be_signed_out_at_once(browser: Browser, cast: Cast, phone: Person) -> None:
    assert browser(cast.learner).post("/akun/sesi/pengakhiran").status_code == 303

    assert browser(phone).get("/akun").status_code == 302
    assert browser(cast.learner).get("/akun").status_code == 200
    assert browser(cast.colleague).get("/akun").status_code == 200


def test_sessions_that_ran_out_are_not_listed(browser: Browser, cast: Cast, phone: Person, time: Clock) -> None:
    client = browser(cast.learner)
    for _ in range(3):
        time.forward(minutes=50)
        client.get("/akun")

    assert "Chrome, Android" not in client.get("/akun").text


def test_a_new_password_needs_the_old_one_and_signs_the_others_out(browser: Browser, cast: Cast, phone: Person) -> None:
    client = browser(cast.learner)
    wrong = client.post("/akun/sandi", data={"lama": "salah", "baru": NEW, "ulang": NEW})
    assert wrong.status_code == 422
    assert "Kata sandi tidak cocok." in wrong.text
    assert browser(phone).get("/akun").status_code == 200

    assert client.post("/akun/sandi", data={"lama": PASSWORD, "baru": NEW, "ulang": NEW}).status_code == 303

    assert client.get("/akun").status_code == 200
    assert browser(phone).get("/akun").status_code == 302
    assert browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": NEW}).status_code == 303


def test_the_old_password_cannot_be_guessed_from_a_browser_left_open(browser: Browser, cast: Cast) -> None:
    client = browser(cast.learner)
    for _ in range(5):
        assert client.post("/akun/sandi", data={"lama": "salah", "baru": NEW, "ulang": NEW}).status_code == 422

    refused = client.post("/akun/sandi", data={"lama": PASSWORD, "baru": NEW, "ulang": NEW})
    assert refused.status_code == 429
    assert "Coba lagi dalam 1 menit." in refused.text


def test_what_is_wrong_is_listed_in_the_order_of_the_page(browser: Browser, cast: Cast) -> None:
    page = browser(cast.learner).post("/akun/sandi", data={"baru": "x", "ulang": "y"}).text

    assert page.index("Isi kata sandi Anda sekarang.") < page.index("Kedua kata sandi baru belum sama.")


def test_the_look_is_kept_with_the_account(browser: Browser, cast: Cast, phone: Person) -> None:
    chosen = {"bahasa": "en", "tema": "dark", "ukuran": "150"}
    assert browser(cast.learner).post("/akun/tampilan", data=chosen).status_code == 303

    page = browser(phone).get("/akun/tampilan").text

    assert '<html lang="en" data-theme="dark" data-text="150">' in page


@pytest.mark.parametrize("wrong", [{"bahasa": "fr"}, {"tema": "pink"}, {"ukuran": "300"}, {"ukuran": "besar"}])
def test_a_look_that_does_not_exist_is_refused(
    browser: Browser, cast: Cast, database: Database, wrong: dict[str, str]
) -> None:
    chosen = {"bahasa": "id", "tema": "light", "ukuran": "112"} | wrong

    assert browser(cast.learner).post("/akun/tampilan", data=chosen).status_code == 422
    with database.reader() as session:
        kept = session.get_one(User, cast.learner.user_id)
        assert (kept.language, kept.theme, kept.text_size) == ("id", "auto", 100)


def test_anyone_may_set_up_a_second_factor_and_is_asked_for_it_from_then_on(
    browser: Browser, cast: Cast, phone: Person, database: Database, time: Clock
) -> None:
    client = browser(phone)
    client.get("/akun/kode")
    with client.session_transaction() as kept:
        secret = kept["new_secret"]
    code = second_factor.code_at(secret, now=time.at)
    for kode, sandi in (("000000", PASSWORD), (code, ""), (code, "bukan kata sandinya")):
        assert client.post("/akun/kode", data={"kode": kode, "sandi": sandi}).status_code == 422

    answer = client.post("/akun/kode", data={"kode": code, "sandi": PASSWORD})

    assert answer.status_code == 303
    assert "Verifikasi dua langkah sudah aktif." in client.get("/akun").text
    assert client.get("/akun/kode").headers["Location"] == "/akun"
    with client.session_transaction() as kept:
        assert "new_secret" not in kept
    first_step = browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD})
    assert first_step.headers["Location"] == "/masuk/kode"
    with database.reader() as session:
        mine = select(UserSession.second_factor_at).where(UserSession.id == session_id(database, phone))
        assert session.scalar(mine) == START


def test_an_acting_post_is_told_as_such(browser: Browser, cast: Cast, database: Database) -> None:
    with database.transaction() as session:
        mine = Appointment.employee_id == cast.learner.employee_id
        session.execute(update(Appointment).where(mine).values(kind="plt"))

    assert "Plt. Sekretaris Kecamatan" in browser(cast.learner).get("/akun").text
