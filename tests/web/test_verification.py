"""/cek: by code and by file, without an account and without telling too much."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.certificates import codes
from lms.certificates.file_report import FileReport, Signature, first_look
from lms.certificates.printed import Printed
from lms.certificates.sandbox_client import SandboxClient
from tests.cast import Cast, Person
from tests.certificates import register
from tests.competencies.factory import plain

Browser = Callable[[Person | None], FlaskClient]


def test_an_unknown_code_says_so_with_likely_causes(browser: Browser) -> None:
    answer = browser(None).get(f"/cek/{codes.new_code()}")

    assert answer.status_code == 404
    assert "Kode tidak ditemukan" in answer.text
    assert "Periksa huruf yang mirip" in answer.text


@pytest.mark.parametrize(
    ("typed", "said"),
    [("ABCD", "Kode terdiri atas 12 huruf dan angka"), ("K7QD-M4XR-2TU!", "Ada tanda yang tidak dipakai dalam kode")],
)
def test_a_code_of_the_wrong_form_is_told_what_is_wrong(browser: Browser, typed: str, said: str) -> None:
    assert said in browser(None).get("/cek", query_string={"kode": typed}).text


def test_a_mistyped_code_is_told_by_its_check_character(browser: Browser) -> None:
    code = codes.new_code()
    typo = ("2" if code[0] != "2" else "3") + code[1:]

    assert "salah ketik atau tertukar" in browser(None).get("/cek", query_string={"kode": typo}).text


def test_a_good_code_leads_to_its_own_address_whatever_its_form(browser: Browser) -> None:
    code = codes.new_code()

    answer = browser(None).get("/cek", query_string={"kode": codes.display(code).lower()})

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/cek/{code}")


def test_an_issued_certificate_is_shown_without_nip_unit_and_score(
    browser: Browser, session: Session, cast: Cast
) -> None:
    page = browser(None).get(f"/cek/{register.issued(session, cast)}").text

    assert "Sertifikat sah" in page
    assert "Sari Uji" in page
    assert "noindex" in page
    assert cast.learner.nip not in page
    assert "Kecamatan Kembangan" not in page


@pytest.mark.parametrize(
    ("hours", "said"),
    [
        (4, "Nama, tingkat, JP, dan tanggal harus sama persis."),
        (None, "Nama, tingkat, dan tanggal harus sama persis."),
    ],
)
def test_only_what_a_certificate_says_is_to_be_compared(
    browser: Browser, session: Session, cast: Cast, hours: int | None, said: str
) -> None:
    page = browser(None).get(f"/cek/{register.issued(session, cast, learning_hours=hours)}").text

    assert said in page
    assert ("jam pelajaran (JP)" in page) == (hours is not None)


def test_an_upload_without_a_file_is_asked_for_one(browser: Browser) -> None:
    answer = browser(None).post("/cek/berkas", data={})

    assert answer.status_code == 422
    assert answer.text.count("Pilih berkas PDF yang tidak kosong.") == 2
    assert 'href="#berkas"' in answer.text


def test_an_empty_file_is_told_in_the_summary_and_at_its_field(browser: Browser) -> None:
    answer = browser(None).post("/cek/berkas", data={"berkas": (io.BytesIO(b""), "kosong.pdf")})

    assert answer.status_code == 422
    assert answer.text.count("Pilih berkas PDF yang tidak kosong.") == 2


def test_a_file_that_is_no_pdf_is_told_what_to_upload_instead(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SandboxClient, "inspect", lambda _client, data, *, now, is_issued: first_look(data))

    page = browser(None).post("/cek/berkas", data={"berkas": (io.BytesIO(b"\x89PNG\r\n"), "foto.pdf")}).text

    assert "Berkas ini bukan PDF." in page
    assert "foto dan tangkapan layar tidak dapat diperiksa" in page


def test_a_stopped_sandbox_is_an_outage_and_never_called_invalid(browser: Browser) -> None:
    answer = browser(None).post("/cek/berkas", data={"berkas": (io.BytesIO(b"%PDF-1.7\n%%EOF"), "x.pdf")})

    assert answer.status_code == 503
    assert "Belum dapat diperiksa" in answer.text
    assert "bukan berarti sertifikatnya tidak sah" in answer.text


@pytest.mark.parametrize(
    ("signature", "reasons", "title", "cause"),
    [
        (Signature.BROKEN, ("content_changed",), "Berkas diubah", "Isi berkas berubah setelah ditandatangani."),
        (Signature.APPENDED_AFTER, ("bytes_after_signature",), "Berkas diubah", "Ada yang ditambahkan ke berkas"),
        (Signature.NONE, (), "Bukan berkas asli", "tidak lagi memuat tanda tangan elektronik"),
        (Signature.NOT_OURS, ("signer_x",), "Bukan berkas asli", "ditandatangani pihak lain, bukan penerbit"),
        (Signature.MULTIPLE, ("extra_signature",), "Berkas diubah", "Ada lebih dari satu tanda tangan"),
    ],
)
def test_a_changed_file_is_set_beside_the_register_with_its_one_cause(
    browser: Browser,
    session: Session,
    cast: Cast,
    monkeypatch: pytest.MonkeyPatch,
    signature: Signature,
    reasons: tuple[str, ...],
    title: str,
    cause: str,
) -> None:
    code = register.issued(session, cast)
    printed = Printed(holder_name="Sari Uji", level="4 · Mumpuni")

    def inspect(_client: SandboxClient, data: bytes, *, now: datetime, is_issued: bool) -> FileReport:
        return replace(first_look(data), codes=(code,), signature=signature, reasons=reasons, printed=printed)

    monkeypatch.setattr(SandboxClient, "inspect", inspect)

    page = browser(None).post("/cek/berkas", data={"berkas": (io.BytesIO(b"%PDF-1.7\n%%EOF"), "x.pdf")}).text
    said = plain(page)

    assert f"<h1>{title}</h1>" in page
    assert cause in said
    assert "1 dari 9 data berbeda, 7 tidak terbaca" in said
    assert said.index("Tingkat 4 dari 5 · Mumpuni 2 dari 5 · Dasar Berbeda") < said.index("tidak terbaca 4 JP")
    assert said.index("tidak terbaca 4 JP") < said.index("Nama Sari Uji Sari Uji Sama")
    assert f'class="btn main wide" href="/cek/{code}"' in page
    assert cast.learner.nip not in page


def test_facts_of_which_none_differs_are_folded(
    browser: Browser, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = register.issued(session, cast)

    def inspect(_client: SandboxClient, data: bytes, *, now: datetime, is_issued: bool) -> FileReport:
        report = replace(first_look(data), codes=(code,), signature=Signature.BROKEN, reasons=("content_changed",))
        return replace(report, printed=Printed(holder_name="Sari Uji"))

    monkeypatch.setattr(SandboxClient, "inspect", inspect)

    page = browser(None).post("/cek/berkas", data={"berkas": (io.BytesIO(b"%PDF-1.7\n%%EOF"), "x.pdf")}).text

    folded = page[page.index("Lihat 9 data yang dibandingkan") :]
    assert page.count("0 dari 9 data berbeda, 8 tidak terbaca") == 1
    assert folded.index("0 dari 9 data berbeda") < folded.index("</details>")


def test_whoever_comes_back_to_a_file_s_result_is_led_to_the_upload(browser: Browser) -> None:
    assert browser(None).get("/cek/berkas").headers["Location"] == "/cek#unggah"


def test_a_file_that_is_refused_unread_gets_the_way_on(browser: Browser) -> None:
    huge = io.BytesIO(b"%PDF-1.7" + b"0" * 6_000_000)

    answer = browser(None).post("/cek/berkas", data={"berkas": (huge, "besar.pdf")})

    assert answer.status_code == 413
    assert "terlalu besar" in answer.text
    assert 'name="berkas"' in answer.text
    assert 'name="kode"' in answer.text


def test_a_missing_code_is_said_above_the_form_and_at_its_field(browser: Browser) -> None:
    page = browser(None).get("/cek?kode=").text

    assert page.count("Isi kode sertifikat.") == 2
    assert 'href="#kode"' in page
