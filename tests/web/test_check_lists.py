"""/sdm/cek: HR's own sheet comes back with the state of each certificate, and holders of its remit alone."""

import csv
import io
from collections.abc import Callable
from datetime import timedelta

import pytest
import xlsxwriter
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.certificates import check_models, codes
from lms.certificates.check_models import CheckList
from tests.cast import Cast, Person
from tests.certificates import register
from tests.conftest import Clock
from tests.pages import MOST_STATEMENTS, CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
NUMBER = "B.1/UJI/XI/2026"


@pytest.fixture
def code(session: Session, cast: Cast) -> str:
    """The code of the learner's certificate, number NUMBER."""
    return register.issued(session, cast)


def paste(client: CheckedClient, text: str) -> str:
    """Give a list in; the address of its result."""
    answer = client.post("/sdm/cek", data={"tempel": text})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_a_pasted_list_is_answered_row_by_row_counted_and_filtered(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.hr)
    unknown, wrong = codes.new_code(), code[:-1] + ("A" if code[-1] != "A" else "B")
    address = paste(client, f"{codes.display(code)}\n{NUMBER}\n{unknown}\n{wrong}\n=1+1\n")
    page = client.get(address).text

    assert "2 dari 5 baris berlaku hari ini." in page
    assert "Sertifikat sah <b>2</b>" in page
    assert "Sama dengan baris 1." in page
    assert "Ada huruf yang salah ketik atau tertukar letaknya." in page
    assert "Sel berisi rumus. Salin sebagai nilai, lalu cek lagi." in page
    assert cast.learner.name in page
    only = client.get(f"{address}?status=not_found").text
    assert unknown in only
    assert cast.learner.name not in only
    assert codes.display(code) in client.get(f"/sdm/cek?daftar={address.rsplit('/', 1)[1]}").text


def test_hr_of_another_agency_learns_the_state_and_nothing_of_the_holder(
    browser: Browser, cast: Cast, code: str
) -> None:
    client = browser(cast.other_hr)
    address = paste(client, NUMBER)
    page, sheet = client.get(address).text, client.get(f"{address}/hasil.csv").text

    assert "Sertifikat sah" in page
    assert "Di luar lingkup Anda" in page
    for told in (page, sheet):
        assert cast.learner.name not in told
        assert cast.learner.nip[:8] not in told
        assert code not in told
        assert codes.display(code) not in told


def test_a_list_belongs_to_whoever_gave_it(browser: Browser, cast: Cast, ask: Ask, code: str) -> None:
    address = paste(browser(cast.hr), code)
    other = browser(cast.other_hr)

    for path in (
        address,
        f"{address}/hasil.xlsx",
        f"{address}/hasil.csv",
        "/sdm/cek?daftar=" + address.rsplit("/", 1)[1],
    ):
        assert other.get(path).status_code == 404
    assert other.post(f"{address}/penghapusan").status_code == 404
    refused = browser(cast.learner).get("/sdm/cek")
    assert refused.status_code == 403
    assert "pengelola SDM" in refused.text
    assert browser(cast.hr).post(f"{address}/penghapusan").status_code == 303
    assert ask(select(func.count()).select_from(CheckList)) == [0]
    assert ask(select(AuditEvent.details).where(AuditEvent.action == "certificate.check_list")) == [{"rows": 1}]


def test_the_sheet_comes_back_as_it_was_with_the_answers_behind_it(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.hr)
    out = io.BytesIO()
    given = [
        ["No", "NIP", "Nomor sertifikat", "Catatan"],
        [7, "199001012015052001", NUMBER, "=1+1"],
        [],
        [8, "", "", "-x"],
    ]
    with xlsxwriter.Workbook(out, {"strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        for line, row in enumerate(given):
            page.write_row(line, 0, row)
    out.seek(0)
    data = {"berkas": (out, "daftar.xlsx"), "tempel": "yang ini tidak dibaca"}
    address = client.post("/sdm/cek", data=data, content_type="multipart/form-data").headers["Location"]

    book_out = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{address}/hasil.xlsx").data))
    head, first, second, third = book_out.get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert head[:7] == ["No", "NIP", "Nomor sertifikat", "Catatan", "Keadaan", "Penjelasan", "Waktu cek"]
    assert first[:5] == [7.0, "199001012015052001", NUMBER, "=1+1", "Sertifikat sah"]
    assert first[6:11] == [
        "2026-11-23 09:00 WIB",
        NUMBER,
        codes.display(code),
        cast.learner.name,
        "19900101 201505 2 001",
    ]
    assert not any(second)
    assert third[:6] == [8.0, "", "", "-x", "Perlu diperbaiki", "Kode dan nomor kosong. Isi salah satunya."]

    lines = list(csv.reader(io.StringIO(client.get(f"{address}/hasil.csv").data.decode("utf-8-sig"))))
    assert lines[1][:5] == ["7", "199001012015052001", NUMBER, "'=1+1", "Sertifikat sah"]
    assert lines[3][3] == "'-x"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"tempel": " "}, "Pilih berkas, atau tempel kode atau nomor sertifikat."),
        ({"tempel": "\n".join(["7Q4X-M2KP-9RWC"] * 501)}, "Daftar berisi 501 baris; paling banyak 500."),
        ({"tempel": "satu\tdua\ntiga\tempat"}, "Tidak ada kolom berisi kode atau nomor."),
        ({"tempel": "a\n" + "b" * 1001}, "Baris 2 punya sel yang lebih panjang dari 1.000 huruf."),
        ({"tempel": "7Q4X-M2KP-9RWC", "berkas": (io.BytesIO(b"%PDF-1.7"), "a.pdf")}, "Jenis berkas tidak dikenal."),
    ],
)
def test_a_list_that_cannot_be_checked_says_what_to_do_and_keeps_what_was_pasted(
    browser: Browser, cast: Cast, data: dict[str, str], told: str
) -> None:
    answer = browser(cast.hr).post("/sdm/cek", data=data, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert told in answer.text
    assert data["tempel"].strip() in answer.text


def test_five_hundred_rows_cost_no_more_statements_than_one(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.hr)
    address = paste(
        client, "\n".join([code, NUMBER, *(codes.new_code() for _ in range(249)), *(f"B.{n}/X/1" for n in range(249))])
    )

    page = client.get(f"{address}?hal=2").text  # the client counts: see tests/pages.py
    assert "Halaman 2 dari 10" in page
    client.get(f"{address}/hasil.xlsx")
    assert len(client.counter.statements) <= MOST_STATEMENTS


def test_after_a_day_a_list_is_gone(browser: Browser, cast: Cast, app: Flask, time: Clock, ask: Ask, code: str) -> None:
    paste(browser(cast.hr), code)
    platform = app.extensions["platform"]

    check_models.forget_old(platform)
    assert len(ask(select(CheckList.id))) == 1
    time.at += check_models.KEPT + timedelta(seconds=1)
    check_models.forget_old(platform)
    assert ask(select(CheckList.id)) == []


def test_the_check_page_leads_hr_and_nobody_else_to_it(browser: Browser, cast: Cast) -> None:
    assert "Cek sampai 500 sertifikat sekaligus" in browser(cast.hr).get("/cek").text
    assert "Cek sampai 500" not in browser(cast.learner).get("/cek").text
    assert "Cek sampai 500" not in browser(None).get("/cek").text
