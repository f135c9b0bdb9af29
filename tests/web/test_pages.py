"""The pages anyone may read."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text

from lms import jobs
from lms.db import Database
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.pages import check

Browser = Callable[[Person | None], FlaskClient]


@pytest.mark.parametrize("address", ["/bantuan", "/aksesibilitas", "/privasi", "/status", "/masuk"])
def test_a_public_page_opens_without_an_account(browser: Browser, address: str) -> None:
    assert browser(None).get(address).status_code == 200


def test_an_unknown_address_says_so_in_the_site_s_own_page(browser: Browser) -> None:
    answer = browser(None).get("/tidak-ada")

    assert answer.status_code == 404
    assert "Halaman tidak ditemukan" in answer.text


def test_the_page_check_finds_broken_html_and_a_second_heading() -> None:
    with pytest.raises(AssertionError, match="not valid HTML"):
        check("<!doctype html><title>A</title><h1>x</h1><p></div>", where="/")
    with pytest.raises(AssertionError, match="one h1"):
        check("<!doctype html><title>A</title><h1>x</h1><h1>y</h1>", where="/")
    with pytest.raises(AssertionError, match="an id stands twice"):
        check('<!doctype html><title>A</title><h1 id="a">x</h1><p id="a">y</p>', where="/")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("/bantuan", ["Saya lupa kata sandi", "Sambungan putus saat ujian", "Kode tidak ditemukan"]),
        ("/aksesibilitas", ["WCAG 2.2 tingkat AA", "Keterbatasan yang kami ketahui", "Belum dicoba oleh pengguna"]),
        ("/privasi", ["UU 27/2022", "3 × 24 jam", "Berapa lama", "Mintalah seseorang memeriksa"]),
    ],
)
def test_a_public_page_says_what_it_is_for(browser: Browser, address: str, told: list[str]) -> None:
    page = browser(None).get(address).text

    assert [words for words in told if words not in page] == []


def test_a_page_that_is_not_there_offers_to_search_the_catalogue(browser: Browser) -> None:
    page = browser(None).get("/tidak-ada").text

    assert '<form action="/katalog" method="get" role="search">' in page
    assert 'name="cari"' in page


def test_a_page_that_is_not_there_leads_a_stranger_to_the_check_and_a_learner_to_her_home(
    browser: Browser, cast: Cast
) -> None:
    assert '<a class="btn" href="/cek">Cek sertifikat</a>' in browser(None).get("/tidak-ada").text
    assert '<a class="btn" href="/beranda">' in browser(cast.learner).get("/tidak-ada").text


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("address", "page"),
    [("/katalog/apa%20pun/pendaftaran", "/katalog/apa%20pun"), ("/akun/sesi/pengakhiran", "/akun"), ("/bahasa", "/")],
)
def test_an_address_that_only_takes_forms_leads_to_the_page_above_it(browser: Browser, address: str, page: str) -> None:
    answer = browser(None).get(address)

    assert (answer.status_code, "Alamat ini bukan halaman" in answer.text) == (405, True)
    assert f'<a class="btn main" href="{page}">' in answer.text


def test_choosing_a_language_after_a_refused_upload_leads_back_to_the_check(browser: Browser) -> None:
    stranger = browser(None)
    refused = stranger.post("/cek/berkas", data={}).text
    back = re.findall(r'name="lanjut" value="([^"]+)"', refused)[0]

    chosen = stranger.post("/bahasa", data={"bahasa": "en", "lanjut": back})
    page = stranger.get(chosen.headers["Location"], follow_redirects=True).text

    assert "<h1>Check a certificate</h1>" in page


def test_an_area_that_is_not_one_s_own_names_who_may_enter(browser: Browser, cast: Cast) -> None:
    answer = browser(cast.learner).get("/sdm/pegawai")

    assert answer.status_code == 403
    assert "Yang dapat masuk: pengelola SDM." in answer.text


def test_the_services_are_listed_with_a_time_each(browser: Browser, database: Database, time: Clock) -> None:
    with database.transaction() as session:
        jobs.note_pulse(session, jobs.JOBS, now=time.at - timedelta(minutes=1))

    page = browser(None).get("/status").text

    assert "Sebagian layanan tertunda. Belajar dan ujian berjalan." in page
    assert "23 November 2026, 08.59 WIB" in page
    assert page.count("Belum pernah terlihat") == 1


def test_a_machine_is_told_the_state_in_one_word(browser: Browser, database: Database) -> None:
    answer = browser(None).get("/status.json")
    assert (answer.status_code, answer.json) == (200, {"status": "degraded", "at": "2026-11-23T02:00:00+00:00"})

    with database.transaction() as session:
        session.execute(text("DROP TABLE pulse"))
    down = browser(None).get("/status.json")
    assert (down.status_code, down.json) == (503, {"status": "down", "at": "2026-11-23T02:00:00+00:00"})
    assert browser(None).get("/status").status_code == 503
