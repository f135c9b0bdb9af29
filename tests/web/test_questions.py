"""/soal: banks within one's remit, every row of a file before it is taken in, undo and export."""

import csv
import io
import os
import re
import time as time_module
from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms import clock, reading, spreadsheets
from lms.people.models import User
from lms.questions import sent_files, sent_rows
from lms.questions.exchange import formats
from lms.questions.exchange.checking import Checked
from lms.questions.exchange.drafted import MOST_BYTES, Tell
from lms.questions.models import Bank, Question
from lms.questions.sent_models import QuestionFile
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


def sent(client: FlaskClient, code: str, given: Mapping[str, object]) -> tuple[str, str]:
    """Where the page of a file is that was sent, and that page."""
    answer = client.post(f"/soal/{code}/impor", data=given, follow_redirects=True)
    return answer.request.path, answer.text


def read_as_the_worker(app: Flask, address: str) -> None:
    """As the process that the worker starts does."""
    platform = app.extensions["platform"]
    with platform.database.transaction() as session:
        file = session.scalars(select(QuestionFile).where(QuestionFile.code == address.rpartition("/")[2])).one()
        assert sent_files.claim(session, file.id, now=clock.now())
    reading.read(platform.database, platform.files, file.id)


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
    for path in ("", "/kumpulan"):
        assert client.post(f"/soal/{code}/impor/kirimansia{path}").status_code == 404
    assert client.get(f"/soal/{code}/impor/kirimansia").status_code == 404


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

    address, page = sent(client, code, {"format": "gift", "berkas": (io.BytesIO(GIFT.encode()), "soal.gift")})
    assert "3 baris: 1 siap, 1 peringatan, 1 galat." in page
    assert "Baris 3, karakter ke-8" in page
    assert "peta.png" in page
    assert count(session) == before

    client.post(f"{address}/kumpulan")
    assert count(session) == before + 2
    assert client.post(f"{address}/kumpulan", follow_redirects=True).request.path == f"/soal/{code}"  # it came in once
    assert client.get(address).location == f"/soal/{code}"
    assert count(session) == before + 2
    bank = client.get(f"/soal/{code}?status=trial").text
    assert "Benarkah ibu kota Jawa Barat itu Bandung?" in bank
    undo = re.search(r'action="(/soal/[^"]+/pembatalan)"', bank)
    assert undo is not None

    assert "Semua soalnya dikeluarkan: 2." in client.post(undo[1], follow_redirects=True).text
    assert count(session) == before
    assert "Impor ini sudah dibatalkan." in client.post(undo[1], follow_redirects=True).text


def test_what_a_file_says_about_a_question_is_seen_before_it_comes_in(browser: Browser, cast: Cast, code: str) -> None:
    table = "Nama\tSoal\tKunci\tKompetensi\tTingkat\tKesulitan\tPoin\tTag\tFolder\nS-7\tYa?\tBenar\tTEK.KI\t3\tsulit\t2,5\tcpns\tDasar"

    _address, page = sent(browser(cast.trainer), code, {"format": "csv", "tempel": table})

    words = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
    assert "Benar/salah · TEK.KI · tingkat 3 · Sulit" in words
    assert "S-7 · Dasar · cpns" in words
    assert "Soal ini bernilai 2,5 poin" in words


def test_a_recording_in_a_file_plays_before_it_comes_in(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.trainer)
    file = moodle('Benar?<audio src="@@PLUGINFILE@@/a.mp3" title="Bel"></audio>', ("a.mp3", recordings.mp3()))

    _address, page = sent(client, code, {"format": "", "berkas": (io.BytesIO(file), "soal.xml")})

    player = re.search(r'<audio controls="" preload="metadata" src="([^"]+)" aria-label="Bel">', page)
    assert player is not None
    assert client.get(player[1]).mimetype == "audio/mpeg"


def test_an_empty_file_is_called_empty_and_no_file_asked_for(browser: Browser, cast: Cast, code: str) -> None:
    client, path = browser(cast.trainer), f"/soal/{code}/impor"

    empty = client.post(path, data={"format": "gift", "berkas": (io.BytesIO(b""), "soal.gift")})
    assert (empty.status_code, "Berkas itu kosong. Pilih berkas lain." in empty.text) == (422, True)
    none = client.post(path, data={"format": "gift", "berkas": (io.BytesIO(b""), "")})
    assert (none.status_code, "Pilih berkas atau tempel isinya." in none.text) == (422, True)


def test_a_large_file_waits_for_the_worker_and_may_be_left_and_cancelled(
    browser: Browser, cast: Cast, code: str, app: Flask, session: Session
) -> None:
    client, path = browser(cast.trainer), f"/soal/{code}/impor"
    most = b"Benar? {T}\n\n" + b" " * (MOST_BYTES - 12)

    address, page = sent(client, code, {"format": "gift", "berkas": (io.BytesIO(most), "soal.gift")})
    assert "Menunggu giliran." in page
    assert "<h1>Berkas menunggu giliran</h1>" in page
    form = client.get(path).text
    assert f'href="{address}"' in form  # the way back
    assert ("Menunggu giliran." in form, "Berkas sedang dibaca" in form) == (True, False)
    assert client.post(f"{address}/kumpulan").location == address  # nothing to take in yet
    other, page = sent(client, code, {"format": "gift", "berkas": (io.BytesIO(most), "soal.gift")})
    assert (other, "sebelumnya belum selesai dibaca" in page) == (address, True)

    read_as_the_worker(app, address)
    assert "1 baris: 1 siap, 0 peringatan, 0 galat." in client.get(address).text
    session.execute(update(User).values(language="en"))
    session.commit()
    assert "1 row: 1 ready, 0 with a warning" in client.get(address).text
    session.execute(update(User).values(language="id"))
    session.commit()
    assert "Berkas itu dibuang." in client.post(address, follow_redirects=True).text
    assert "Unggah sekali lagi." in client.get(address, follow_redirects=True).text
    larger = client.post(path, data={"format": "gift", "berkas": (io.BytesIO(most + b" " * 2**20), "soal.gift")})
    assert (larger.status_code, "paling besar 20 MB" in larger.text) == (413, True)
    assert "Paling besar 20 MB dan 5.000 soal." in client.get(path).text


def test_a_file_is_read_while_others_may_write_and_what_takes_long_goes_to_the_worker(
    browser: Browser, cast: Cast, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, small = browser(cast.trainer), {"format": "gift", "tempel": "Apa? {=Ya ~Tidak}"}
    states = []

    def read(_format: str, _data: bytes, *, tell: Tell) -> Checked:
        states.append(db().in_transaction())
        monkeypatch.setattr(time_module, "monotonic", lambda: 1e12)
        tell("reading", 1, 2)
        raise AssertionError("nobody waits any longer")

    with question_imports._alone:  # somebody else's file is being read in this process
        address, page = sent(client, code, small)
    assert "Menunggu giliran." in page
    client.post(address)
    monkeypatch.setattr(formats, "read", read)
    assert "Menunggu giliran." in sent(client, code, small)[1]
    assert states == [False]


def test_a_file_is_for_the_person_who_sent_it(browser: Browser, cast: Cast, code: str, session: Session) -> None:
    address, _page = sent(browser(cast.trainer), code, {"format": "gift", "tempel": GIFT})
    session.execute(update(QuestionFile).values(sent_by=cast.learner.user_id))
    session.commit()
    client = browser(cast.trainer)

    assert "Unggah sekali lagi." in client.get(address, follow_redirects=True).text
    for path in ("", "/kumpulan"):
        assert client.post(f"{address}{path}").location == f"/soal/{code}/impor"
    assert client.get(f"{address}/temuan.csv").status_code == 404
    assert "Kiriman Anda" not in client.get(f"/soal/{code}/impor").text
    assert session.scalar(select(QuestionFile.state)) == "read"


def test_a_day_after_it_was_sent_a_file_is_gone_and_asked_for_again(
    browser: Browser, cast: Cast, code: str, app: Flask, time: Clock, session: Session
) -> None:
    client, platform = browser(cast.trainer), app.extensions["platform"]
    sent(client, code, {"format": "gift", "berkas": (io.BytesIO(GIFT.encode()), "soal.gift")})
    (kept,) = (platform.settings.var / "files" / "question-imports").iterdir()
    session.execute(update(QuestionFile).values(sent_at=time.at))
    session.commit()
    os.utime(kept, (time.at.timestamp(),) * 2)

    time.forward(hours=24)
    sent_files.forget_old(platform)
    assert (kept.exists(), len(session.scalars(select(QuestionFile)).all())) == (True, 1)
    session.rollback()
    time.forward(seconds=1)
    sent_files.forget_old(platform)
    assert (kept.exists(), session.scalars(select(QuestionFile)).all()) == (False, [])


def test_a_pasted_table_is_read_and_nothing_chosen_is_told(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.trainer)

    _address, page = sent(client, code, {"format": "csv", "tempel": "Soal\tKunci\nBenar?\tBenar"})

    assert "Masukkan 1 soal" in page
    assert client.post(f"/soal/{code}/impor", data={"format": "csv"}).status_code == 422


def test_every_row_of_a_long_file_is_on_some_page_and_under_its_state(
    browser: Browser, cast: Cast, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(question_imports, "ROWS_A_PAGE", 2)
    monkeypatch.setattr(sent_rows, "PIECE", 3)
    client, asked = browser(cast.trainer), "\n\n".join(f"Ini soal {n}? {{T}}" for n in range(3))
    address, page = sent(client, code, {"tempel": f"{asked}\n\nrusak {{~a ~b}}"})

    def on(number: str, state: str = "") -> list[str]:
        return re.findall(r"Ini soal \d|rusak", client.get(f"{address}?hal={number}&status={state}").text)

    assert re.findall(r"Ini soal \d|rusak", page) == on("1") == on("x") == ["rusak", "Ini soal 0"]
    assert on("2") == on("999999") == ["Ini soal 1", "Ini soal 2"]
    assert on("2", "ready") == ["Ini soal 2"]
    assert on("1", "error") == ["rusak"]
    assert "Tidak ada baris seperti itu." in client.get(f"{address}?status=warning").text


def test_an_export_says_what_it_lacks_and_downloads(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.trainer)

    assert "soal tertulis" in client.get(f"/soal/{code}/ekspor/qti").text
    assert client.get(f"/soal/{code}/ekspor/qti?unduh=1").data[:2] == b"PK"
    assert client.get(f"/soal/{code}/ekspor/apa").status_code == 404
    assert client.get("/soal/templat").data[:2] == b"PK"


def test_what_is_wrong_is_quoted_and_handed_back_with_the_reasons(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.trainer)
    table = "Soal\tPilihan A\tPilihan B\tKunci\n=Apa ibu kota Banten?\tSerang\tBandung\tF\nBenar?\t\t\tBenar\nBenar?\t\t\tBenar"

    address, page = sent(client, code, {"format": "csv", "tempel": table})
    assert "<q>=Apa ibu kota Banten?</q>" in page

    file = client.get(f"{address}/temuan.csv")
    assert file.headers["Content-Disposition"] == f"attachment; filename={code}-temuan.csv"
    rows = list(csv.reader(io.StringIO(file.data.decode("utf-8-sig")), delimiter=";"))
    assert rows[0] == ["Tempat", "Keadaan", "Soal", "Yang perlu diperbaiki"]
    assert [row[:3] for row in rows[1:]] == [
        ["Baris 2, kolom D (Kunci)", "Galat", "'=Apa ibu kota Banten?"],
        ["Baris 4", "Peringatan", "Benar?"],
    ]
    assert rows[1][3].endswith(".")
    (sheet,) = spreadsheets.read(client.get(f"{address}/temuan.xlsx").data, "temuan.xlsx")[1:]
    assert sheet[1][:3] == ["Baris 2, kolom D (Kunci)", "Galat", "=Apa ibu kota Banten?"]
    assert client.get(f"{address}/temuan.pdf").status_code == 404


def test_beyond_the_last_page_of_a_bank_is_the_last(browser: Browser, cast: Cast, code: str) -> None:
    client = browser(cast.trainer)
    table = "Soal\tKunci\n" + "\n".join(f"Benarkah pernyataan ke-{n} itu?\tBenar" for n in range(40))
    address, _page = sent(client, code, {"format": "csv", "tempel": table})
    client.post(f"{address}/kumpulan")

    page = client.get(f"/soal/{code}?hal=99").text

    assert "Halaman 3 dari 3" in page
    assert page.count("<article") == 12
    assert "Tidak ada soal yang cocok." not in page


def test_pasted_options_that_read_the_same_are_refused(browser: Browser, cast: Cast, code: str) -> None:
    pasted = "Siapa? {=Kepala ~[markdown]**Kepala** ~Camat}\n\nMana? {=Kota ~Desa}"

    _address, page = sent(browser(cast.trainer), code, {"format": "gift", "tempel": pasted})

    assert "Pilihan 2: terbaca sama dengan nomor 1" in page
    assert "Masukkan 1 soal" in page
