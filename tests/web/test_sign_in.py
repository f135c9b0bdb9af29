"""Signing in at /masuk."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.db import Database
from lms.exams.models import Sitting
from lms.people import passwords, throttle
from lms.people.models import SignInFailure, User, UserSession
from tests.cast import PASSWORD, START, Cast, Person
from tests.conftest import Clock
from tests.exams import factory

Browser = Callable[[Person | None], FlaskClient]
NOBODY = "197001012015052999"


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes with the smallest parameters, which are those of the cast: nothing is renewed unless a test says so."""
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


def enter(client: FlaskClient, nip: str, password: str = PASSWORD, **more: str) -> tuple[int, str]:
    """(status, the page or where it leads)."""
    answer = client.post("/masuk", data={"nip": nip, "sandi": password, **more})
    return answer.status_code, answer.headers.get("Location") or answer.text


def test_the_right_password_opens_a_session(browser: Browser, cast: Cast) -> None:
    answer = browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD})

    assert answer.status_code == 303
    assert answer.headers["Location"] == "/beranda"
    assert "sesi=" in answer.headers["Set-Cookie"]


def test_a_nip_may_be_typed_with_blanks(browser: Browser, cast: Cast) -> None:
    assert enter(browser(None), "19900101 201505 2 001") == (303, "/beranda")


@pytest.mark.parametrize(("nip", "password"), [("199001012015052001", "salah"), (NOBODY, PASSWORD)])
def test_a_wrong_number_and_a_wrong_password_get_the_same_words(browser: Browser, nip: str, password: str) -> None:
    answer = browser(None).post("/masuk", data={"nip": nip, "sandi": password})

    assert answer.status_code == 422
    assert "NIP atau kata sandi tidak cocok." in answer.text


def test_a_wrong_number_and_a_wrong_password_cost_the_same_work(
    browser: Browser, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[str] = []
    hasher = passwords.HASHER

    def verify(password_hash: str, password: str) -> bool:
        verified.append(password_hash)
        return hasher.verify(password_hash, password)

    monkeypatch.setattr(passwords, "HASHER", type("Counting", (), {"verify": staticmethod(verify)}))

    def work(nip: str) -> tuple[int, list[str]]:
        client = browser(None)
        verified.clear()
        enter(client, nip, "salah")
        return len(verified), [statement.split()[0] for statement in client.counter.statements]  # type: ignore[attr-defined]

    assert work(cast.learner.nip) == work(NOBODY)
    assert work(NOBODY)[0] == 1


@pytest.mark.parametrize(("nip", "password", "told"), [
    ("", "x", "Isi NIP Anda, 18 angka."),
    ("1990010120150520", "x", "Isi NIP Anda, 18 angka."),
    ("199001012015052001", "", "Isi kata sandi Anda."),
])  # fmt: skip
def test_what_is_missing_is_told_at_its_field_and_the_number_stays(
    browser: Browser, nip: str, password: str, told: str
) -> None:
    answer = browser(None).post("/masuk", data={"nip": nip, "sandi": password})

    assert answer.status_code == 422
    assert answer.text.count(told) == 2
    assert "data-focus" in answer.text
    assert f'value="{nip}"' in answer.text
    assert PASSWORD not in answer.text


def test_after_five_failures_the_right_password_must_wait_too(browser: Browser, cast: Cast, time: Clock) -> None:
    for _ in range(5):
        assert enter(browser(None), cast.learner.nip, "salah")[0] == 422

    answer = browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD})
    assert answer.status_code == 429
    assert "Coba lagi dalam 1 menit." in answer.text
    assert answer.headers["Retry-After"] == "60"
    assert enter(browser(None), cast.colleague.nip) == (303, "/beranda")
    time.forward(seconds=60)
    assert enter(browser(None), cast.learner.nip) == (303, "/beranda")


def test_a_refused_try_while_waiting_does_not_make_the_wait_longer(browser: Browser, cast: Cast, time: Clock) -> None:
    for _ in range(5):
        enter(browser(None), cast.learner.nip, "salah")
    for _ in range(10):
        assert enter(browser(None), cast.learner.nip, "salah")[0] == 429

    time.forward(seconds=60)
    assert enter(browser(None), cast.learner.nip) == (303, "/beranda")


def test_failures_of_a_number_nobody_has_are_counted_in_the_same_way(browser: Browser) -> None:
    assert [enter(browser(None), NOBODY, "x")[0] for _ in range(6)] == [422, 422, 422, 422, 422, 429]


def test_success_forgets_the_failures_before_it(browser: Browser, cast: Cast, database: Database) -> None:
    for _ in range(4):
        enter(browser(None), cast.learner.nip, "salah")
    enter(browser(None), cast.learner.nip)

    with database.reader() as session:
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0
    assert [enter(browser(None), cast.learner.nip, "salah")[0] for _ in range(5)] == [422] * 5


def test_thirty_failures_from_one_address_make_all_its_tries_wait(browser: Browser, cast: Cast) -> None:
    for number in range(30):
        assert enter(browser(None), f"19700101201505{1 + number // 999}{1 + number:03d}", "x")[0] == 422

    assert enter(browser(None), cast.learner.nip)[0] == 429
    elsewhere = browser(None).post(
        "/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD}, environ_base={"REMOTE_ADDR": "10.9.8.7"}
    )
    assert elsewhere.status_code == 303


@pytest.mark.parametrize(
    ("sitting", "status"),
    [
        ({}, 303),
        ({"opens_at": START + timedelta(hours=2)}, 303),
        ({"opens_at": START + timedelta(hours=2, seconds=1)}, 429),
        ({"closes_at": START}, 429),
        ({"supervised": False}, 429),
        ({"ip_ranges": ["10.0.0.0/8"]}, 429),
        ({"ip_ranges": ["0.0.0.0/0"]}, 429),
        ({"ip_ranges": None}, 429),
    ],
)
def test_in_an_exam_room_nobody_waits_for_the_failures_of_others(
    browser: Browser, cast: Cast, session: Session, time: Clock, sitting: dict[str, Any], status: int
) -> None:
    factory.build(session, cast)
    terms = {"ip_ranges": ["127.0.0.0/16"], "supervised": True} | sitting
    session.execute(update(Sitting).values(**terms))
    session.commit()
    for number in range(30):
        enter(browser(None), f"197001012015051{1 + number:03d}", "x")

    assert enter(browser(None), cast.learner.nip)[0] == status
    for _ in range(5):
        enter(browser(None), cast.colleague.nip, "salah")
    assert enter(browser(None), cast.colleague.nip)[0] == 429


def test_a_machine_with_its_hands_full_says_so_and_the_try_does_not_count(
    browser: Browser, cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(_hash: str | None, _password: str) -> bool:
        raise passwords.Busy

    monkeypatch.setattr(passwords, "matches", busy)
    answer = browser(None).post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD})

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "1"
    assert "Banyak orang sedang masuk bersamaan." in answer.text
    with database.reader() as session:
        assert session.scalar(select(func.count()).select_from(SignInFailure)) == 0


def test_no_transaction_is_open_while_a_password_is_looked_at(
    browser: Browser, cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []

    def matches(_hash: str | None, _password: str) -> bool:
        taken.append(database.engine.pool.checkedout())  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(passwords, "matches", matches)
    enter(browser(cast.colleague), cast.learner.nip)

    assert taken == [0]


def test_a_try_is_written_down_for_all_to_see_before_it_is_judged(
    browser: Browser, cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int | None] = []
    judge = throttle.wait

    def wait(session: Session, tried: throttle.Tried, *, now: datetime, is_shared: Any) -> timedelta | None:
        with database.reader() as another:
            seen.append(another.scalar(select(func.count()).select_from(SignInFailure)))
        return judge(session, tried, now=now, is_shared=is_shared)

    monkeypatch.setattr(throttle, "wait", wait)
    enter(browser(None), cast.learner.nip)

    assert seen == [1]


def test_a_hash_with_old_parameters_is_renewed_at_sign_in(
    browser: Browser, cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=16, parallelism=1))

    assert enter(browser(None), cast.learner.nip)[0] == 303

    with database.reader() as session:
        kept = session.get_one(User, cast.learner.user_id).password_hash
    assert kept is not None
    assert kept.startswith("$argon2id$v=19$m=16,")
    assert enter(browser(None), cast.learner.nip)[0] == 303


def test_a_closed_account_and_one_without_a_password_do_not_sign_in(
    browser: Browser, cast: Cast, database: Database, time: Clock
) -> None:
    with database.transaction() as session:
        session.execute(update(User).where(User.id == cast.learner.user_id).values(disabled_at=time.at))
        session.execute(update(User).where(User.id == cast.colleague.user_id).values(password_hash=None))

    assert enter(browser(None), cast.learner.nip)[0] == 422
    assert enter(browser(None), cast.colleague.nip)[0] == 422


def test_a_demo_account_does_not_sign_in_in_production(app: Flask, browser: Browser, cast: Cast) -> None:
    platform = app.extensions["platform"]
    with platform.database.transaction() as session:
        session.execute(update(User).where(User.id == cast.learner.user_id).values(is_demo=True))
    assert enter(browser(None), cast.learner.nip)[0] == 303

    object.__setattr__(platform.settings, "mode", "production")
    status, page = enter(browser(None), cast.learner.nip)
    assert status == 422
    assert "NIP atau kata sandi tidak cocok." in page


@pytest.mark.parametrize("wanted", ["/akun", "/akun/tampilan?x=1", "/kompetensi#a"])
def test_one_lands_where_one_wanted_to_go(browser: Browser, cast: Cast, wanted: str) -> None:
    assert enter(browser(None), cast.learner.nip, lanjut=wanted) == (303, wanted)


@pytest.mark.parametrize(
    "wanted",
    ["https://jahat.example", "//jahat.example", "/\\jahat.example", "/a\\..\\b", "\\\\jahat.example", "javascript:alert(1)",
     "/\t/jahat.example", "/\n/jahat.example", "jahat.example", " //jahat.example", "///jahat.example", "http:jahat.example"],
)  # fmt: skip
def test_one_is_never_led_to_another_site(browser: Browser, cast: Cast, wanted: str) -> None:
    assert enter(browser(None), cast.learner.nip, lanjut=wanted) == (303, "/beranda")
    assert browser(cast.learner).get("/masuk?lanjut=" + quote(wanted)).headers["Location"] == "/beranda"
    assert browser(None).post("/bahasa", data={"bahasa": "en", "lanjut": wanted}).headers["Location"] == "/"


def test_the_language_chosen_before_signing_in_becomes_the_accounts(
    browser: Browser, cast: Cast, session: Session
) -> None:
    client, again = browser(None), browser(None)
    client.get("/masuk")
    client.post("/bahasa", data={"bahasa": "en", "lanjut": "/masuk"})

    assert enter(client, cast.learner.nip) == (303, "/beranda")

    assert '<html lang="en"' in client.get("/beranda").text
    assert session.scalars(select(User.language).where(User.id == cast.learner.user_id)).one() == "en"
    session.commit()
    assert enter(again, cast.learner.nip) == (303, "/beranda")
    assert '<html lang="en"' in again.get("/beranda").text, "whoever chooses nothing keeps what they chose last"


def test_the_language_that_a_browser_remembers_of_somebody_else_changes_no_account(
    browser: Browser, cast: Cast
) -> None:
    client = browser(None)
    client.set_cookie("bahasa", "en")
    assert '<html lang="en"' in client.get("/masuk").text

    enter(client, cast.learner.nip)

    assert '<html lang="id"' in client.get("/beranda").text


@pytest.mark.parametrize("chosen", ["id", "fr"])
def test_a_choice_that_changes_nothing_costs_the_sign_in_nothing(browser: Browser, cast: Cast, chosen: str) -> None:
    def cost(*, chooses: bool) -> int:
        client = browser(None)
        if chooses:
            client.post("/bahasa", data={"bahasa": chosen})
        assert enter(client, cast.learner.nip) == (303, "/beranda")
        return len(client.counter.statements)  # type: ignore[attr-defined]

    assert cost(chooses=True) == cost(chooses=False)


def test_a_page_that_needs_an_account_leads_back_to_itself(browser: Browser, cast: Cast) -> None:
    client = browser(None)
    asked = client.get("/akun/tampilan")
    assert asked.headers["Location"] == "/masuk?lanjut=/akun/tampilan"

    page = client.get(asked.headers["Location"]).text
    assert '<input type="hidden" name="lanjut" value="/akun/tampilan">' in page


def test_who_is_signed_in_goes_on_from_the_sign_in_page(browser: Browser, cast: Cast) -> None:
    assert browser(cast.learner).get("/masuk").headers["Location"] == "/beranda"
    assert browser(cast.hr).get("/masuk").headers["Location"] == "/sdm/pegawai"


def test_a_script_signs_in_without_leaving_its_page(browser: Browser, cast: Cast) -> None:
    as_script = {"Accept": "application/json"}
    client = browser(None)

    wrong = client.post("/masuk", data={"nip": cast.learner.nip, "sandi": "salah"}, headers=as_script)
    assert (wrong.status_code, wrong.json) == (422, {"error": "NIP atau kata sandi tidak cocok."})
    empty = client.post("/masuk", data={"nip": cast.learner.nip}, headers=as_script)
    assert (empty.status_code, empty.json) == (422, {"error": "Isi kata sandi Anda."})
    right = client.post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD}, headers=as_script)
    assert (right.status_code, right.json) == (200, {"ok": True})
    assert client.get("/akun").status_code == 200


def test_a_script_is_told_how_to_go_on_where_a_code_is_needed(browser: Browser, cast: Cast) -> None:
    answer = browser(None).post(
        "/masuk", data={"nip": cast.hr.nip, "sandi": PASSWORD}, headers={"Accept": "application/json"}
    )

    assert (answer.status_code, answer.json) == (200, {"second_factor": "/masuk/kode"})
    assert "sesi=" not in answer.headers.get("Set-Cookie", "")


def test_signing_out_ends_the_session_on_the_server(browser: Browser, cast: Cast) -> None:
    client = browser(cast.learner)

    client.post("/keluar")
    client.set_cookie("sesi", cast.learner.token)

    assert client.post("/keluar").status_code == 401


def test_the_session_remembers_the_browser_in_words_only(browser: Browser, cast: Cast, database: Database) -> None:
    client = browser(None)
    agent = "Mozilla/5.0 (Linux; Android 14; SM-A155F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36"
    client.post("/masuk", data={"nip": cast.learner.nip, "sandi": PASSWORD}, headers={"User-Agent": agent})

    with database.reader() as session:
        newest = session.scalars(select(UserSession.browser).order_by(UserSession.id.desc())).first()
    assert newest == "Chrome, Android"
