"""/soal: banks within one's remit, every row of a file before it is taken in, undo and export."""

import csv
import hashlib
import io
import os
import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.questions import sent_files
from lms.questions.exchange import formats
from lms.questions.exchange.checking import Checked
from lms.questions.exchange.drafted import MOST_BYTES
from lms.questions.models import Bank, Question
from lms.web import question_imports
from lms.web.request import db
from tests.cast import Cast, Person
from tests.conftest import Clock
from tests.exams import factory
from tests.questions import recordings
from tests.questions.exchange.test_pictures import moodle

Browser = Callable[[Person | None], FlaskClient]
GIFT = "Benarkah ibu kota Jawa Barat itu Bandung? {T}\n\nrusak {~a ~b}\n\n[html]<img src='peta.png'>Kota? {=Bandung ~Bogor}"


@pytest.fixture
def code(session: Session, cast: Cast) -> str:
    """The code of a bank of the trainer's agency."""
    hall = factory.build(session, cast)
    found = session.get_one(Bank, hall.bank_id).code
    session.commit()
    return found


def count(session: Session) -> int:
    number = session.scalar(select(func.count()).select_from(Question)) or 0
    session.rollback()  # a writing session holds the lock that the page needs
    return number


def kept(page: str) -> str:
    found = re.search(r'name="berkas" value="([0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_a_trainer_reads_the_full_text_and_narrows_it(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.trainer)

    assert f"/soal/{code}" in client.get("/soal").text
    page = client.get(f"/soal/{code}").text
    assert "Kunci" in page
    assert "Tidak ada soal yang cocok." in client.get(f"/soal/{code}?kata=tidak+ada+kata+ini").text
    assert "Tidak ada soal yang cocok." not in client.get(f"/soal/{code}?status=live&tingkat=1").text


def test_a_trainer_of_another_agency_sees_nothing_of_it(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.other_trainer)

    assert f"/soal/{code}" not in client.get("/soal").text
    for path in ("", "/impor", "/ekspor/gift"):
        assert client.get(f"/soal/{code}{path}").status_code == 404
    assert client.post(f"/soal/{code}/impor", data={"format": "gift", "tempel": GIFT}).status_code == 404
    for path in ("kumpulan", "impor/galat"):
        assert client.post(f"/soal/{code}/{path}", data={"format": "gift", "berkas": "a" * 64}).status_code == 404


def test_a_learner_has_no_business_there(browser: Browser, cast: Cast, code: str) -> None:
    assert browser(cast.learner).get(f"/soal/{code}").status_code == 403
    assert browser(cast.learner).get("/bank-soal/baru").status_code == 403


def test_a_trainer_makes_an_empty_bank_of_the_own_unit(
    browser: Browser, cast: Cast, code: str, session: Session
) -> None:
    client, other = browser(cast.trainer), browser(cast.other_trainer)
    typed = {"judul": " Pelayanan  publik ", "kode": "Layanan-2027", "unit": "dki"}

    assert 'href="/bank-soal/baru"' in client.get("/soal").text
    assert "Buat bank, lalu tulis atau impor soalnya." in other.get("/soal").text
    for wrong, said in (
        ({"judul": " "}, "Isi judul bank."),
        ({"kode": "dua kata"}, "Pakai huruf kecil"),
        ({"kode": "templat"}, "Pakai huruf kecil"),  # a page of its own
        ({"kode": code}, "Kode ini sudah dipakai bank lain."),
    ):
        refused = client.post("/bank-soal/baru", data=typed | wrong)
        assert (refused.status_code, said in refused.text) == (422, True)
        assert "layanan-2027" in refused.text or "kode" in wrong
    made = client.post("/bank-soal/baru", data=typed)

    assert made.location == "/soal/layanan-2027"
    assert "Tulis soal pertama, atau impor dari berkas." in client.get(made.location).text
    assert client.get(f"{made.location}/baru").status_code == 200
    assert other.get(made.location).status_code == 404
    # Another's unit cannot be chosen: with one unit, the bank is of that.
    assert other.post("/bank-soal/baru", data=typed | {"kode": "lain"}).status_code == 303
    rows = session.execute(select(Bank.title, Bank.unit_id).where(Bank.code.in_(("layanan-2027", "lain")))).all()
    assert sorted(rows) == sorted([("Pelayanan publik", cast.jakarta), ("Pelayanan publik", cast.tangsel)])


def test_every_row_is_seen_before_any_comes_in_and_one_act_takes_them_out(
    browser: Browser, cast: Cast, code: str, session: Session
) -> None:
    client, before = browser(cast.trainer), count(session)

    page = client.post(
        f"/soal/{code}/impor", data={"format": "gift", "berkas": (io.BytesIO(GIFT.encode()), "soal.gift")}
    ).text
    assert "2 baris siap, 1 dengan peringatan, 1 perlu diperbaiki." in page
    assert "Baris 3, karakter ke-8" in page
    assert "peta.png" in page
    assert count(session) == before

    client.post(f"/soal/{code}/kumpulan", data={"format": "gift", "berkas": kept(page)})
    assert count(session) == before + 2
    bank = client.get(f"/soal/{code}?status=trial").text
    assert "Benarkah ibu kota Jawa Barat itu Bandung?" in bank
    undo = re.search(r'action="(/soal/[^"]+/pembatalan)"', bank)
    assert undo is not None

    client.post(undo[1])
    assert count(session) == before
    assert "Impor ini sudah dibatalkan." in client.post(undo[1], follow_redirects=True).text


def test_a_recording_in_a_file_plays_before_it_comes_in(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.trainer)
    file = moodle('Benar?<audio src="@@PLUGINFILE@@/a.mp3" title="Bel"></audio>', ("a.mp3", recordings.mp3()))

    page = client.post(f"/soal/{code}/impor", data={"format": "", "berkas": (io.BytesIO(file), "soal.xml")}).text

    player = re.search(r'<audio controls="" preload="metadata" src="([^"]+)" aria-label="Bel">', page)
    assert player is not None
    assert client.get(player[1]).mimetype == "audio/mpeg"


def test_a_file_of_twenty_megabytes_is_read_while_others_may_write_and_a_larger_one_is_told_the_limit(
    browser: Browser, cast: Cast, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, path, lengths = browser(cast.trainer), f"/soal/{code}/impor", []

    def read(_format: str, data: bytes) -> Checked:
        assert not db().in_transaction()
        lengths.append(len(data))
        return Checked((), ())

    monkeypatch.setattr(formats, "read", read)
    most = b" " * MOST_BYTES
    seen = {"format": "gift", "kompetensi": "X", "berkas": (io.BytesIO(most), "soal.gift")}
    assert client.post(path, data=seen).status_code == 200
    client.post(path, data={"format": "gift", "berkas": hashlib.sha256(most).hexdigest(), "halaman": "1"})
    assert lengths == [MOST_BYTES] * 2
    larger = client.post(path, data={"format": "gift", "berkas": (io.BytesIO(most + b" " * 2**20), "soal.gift")})
    assert (larger.status_code, "paling besar 20 MB" in larger.text) == (413, True)
    assert "Paling besar 20 MB dan 5.000 soal." in client.get(path).text


def test_who_comes_while_another_file_is_read_is_asked_to_wait(
    browser: Browser, cast: Cast, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, sent = browser(cast.trainer), {"format": "gift", "tempel": "Apa? {=Ya ~Tidak}"}
    monkeypatch.setattr(question_imports, "_PATIENCE", 0)

    with question_imports._alone:
        told = client.post(f"/soal/{code}/impor", data=sent)

    assert (told.status_code, "Berkas lain sedang dibaca" in told.text, "Ya ~Tidak" in told.text) == (503, True, True)
    assert client.post(f"/soal/{code}/impor", data=sent).status_code == 200


def test_a_day_after_it_was_sent_a_file_is_gone_and_asked_for_again(
    browser: Browser, cast: Cast, code: str, app: Flask, time: Clock
) -> None:
    client, path = browser(cast.trainer), f"/soal/{code}/impor"
    sent, platform = b"Apa? {=Ya ~Tidak}", app.extensions["platform"]
    again = {"format": "gift", "kompetensi": "X", "berkas": hashlib.sha256(sent).hexdigest(), "halaman": "1"}
    client.post(path, data={"format": "gift", "berkas": (io.BytesIO(sent), "soal.gift")})
    kept = platform.settings.var / "files" / "question-imports" / again["berkas"]
    day_old = (time.at - sent_files.KEPT).timestamp()

    os.utime(kept, (day_old + 1, day_old + 1))
    sent_files.forget_old(platform)
    assert client.post(path, data=again).status_code == 200
    os.utime(kept, (day_old - 1, day_old - 1))
    sent_files.forget_old(platform)
    assert not kept.exists()
    assert "Unggah sekali lagi" in client.post(path, data=again, follow_redirects=True).text


def test_a_pasted_table_is_read_and_nothing_chosen_is_told(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.trainer)

    page = client.post(f"/soal/{code}/impor", data={"format": "csv", "tempel": "Soal\tKunci\nBenar?\tBenar"}).text

    assert "Masukkan 1 soal yang siap" in page
    assert client.post(f"/soal/{code}/impor", data={"format": "csv"}).status_code == 422


def test_every_row_of_a_long_file_is_on_some_page(
    browser: Browser, cast: Cast, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_imports, "ROWS_A_PAGE", 2)
    client, path = browser(cast.trainer), f"/soal/{code}/impor"
    page = client.post(path, data={"tempel": "\n\n".join(f"Ini soal {n}? {{T}}" for n in range(3))}).text
    more = {"format": "gift", "berkas": kept(page)}

    def on(number: str) -> list[str]:
        return re.findall(r"Ini soal \d", client.post(path, data={**more, "halaman": number}).text)

    assert re.findall(r"Ini soal \d", page) == on("1") == on("x") == ["Ini soal 0", "Ini soal 1"]
    assert on("2") == on("999999999999") == ["Ini soal 2"]
    assert client.post(path, data={**more, "berkas": "0" * 64, "halaman": "2"}).status_code == 303


def test_an_export_says_what_it_lacks_and_downloads(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.trainer)

    assert "soal tertulis" in client.get(f"/soal/{code}/ekspor/qti").text
    assert client.get(f"/soal/{code}/ekspor/qti?unduh=1").data[:2] == b"PK"
    assert client.get(f"/soal/{code}/ekspor/apa").status_code == 404
    assert client.get("/soal/templat").data[:2] == b"PK"


def test_the_faulty_rows_are_quoted_and_handed_back_with_the_reasons(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.trainer)
    table = "Soal\tPilihan A\tPilihan B\tKunci\n=Apa ibu kota Banten?\tSerang\tBandung\tF\nBenar?\t\t\tBenar"

    page = client.post(f"/soal/{code}/impor", data={"format": "csv", "tempel": table}).text
    assert "<q>=Apa ibu kota Banten?</q>" in page

    file = client.post(f"/soal/{code}/impor/galat", data={"format": "csv", "berkas": kept(page)})
    assert file.headers["Content-Disposition"] == f"attachment; filename={code}-galat.csv"
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Tempat", "Soal", "Yang perlu diperbaiki"]
    assert [row[:2] for row in rows[1:]] == [["Baris 2, kolom D (Kunci)", "'=Apa ibu kota Banten?"]]
    assert rows[1][2].endswith(".")


def test_a_file_that_was_not_looked_at_is_asked_for_again(browser: Browser, cast: Cast, code: str) -> None:
    answer = browser(cast.trainer).post(
        f"/soal/{code}/kumpulan", data={"format": "gift", "berkas": "0" * 64}, follow_redirects=True
    )

    assert "Unggah sekali lagi." in answer.text
