"""Where questions wait for the end of the sitting: figures at once, and nothing of a question anywhere before that."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams.appealing.models import Appeal
from lms.exams.models import Attempt, Blueprint, Result, Sitting
from lms.exams.regrading import applying, regrades
from lms.exams.regrading.models import RegradeRow
from lms.people.models import UserSession
from tests.cast import START, Cast, Person
from tests.competencies.factory import plain
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.marking.essays import grant
from tests.exams.regrading import test_regrades as exam
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
TERMS = {"release": "key", "release_after": "sitting", "appeals": {"days": 3, "ruling_days": 14}}
CLOSES = START + timedelta(hours=5)
NOT_YET = "Soal, jawaban Anda, dan poinnya belum dapat dibaca."
AGAIN = "Bila sesi diperpanjang atau dibuka lagi, soal yang sudah dapat dibaca tertutup lagi sampai sesi selesai."
#: Of a question: its text and its options.
SECRETS = ("mana yang benar?", "Salah juga")
TEXT = "Pilihan kedua juga benar menurut materi 3."


@pytest.fixture
def code(session: Session, cast: Cast, time: Clock) -> str:
    """The colleague's attempt, handed in at 09.10; the window closes at 14.00."""
    exam.build(session, cast)
    session.execute(update(Blueprint).values(content={**exam.PLAN, **TERMS}))
    session.execute(update(Sitting).values(closes_at=CLOSES))
    session.commit()
    time.at = START + timedelta(minutes=20)
    found = session.scalars(select(Attempt.code).where(Attempt.employee_id == cast.colleague.employee_id)).one()
    session.commit()
    return found


def close(session: Session, time: Clock, at_work: int | None = None, **values: object) -> None:
    """It is past the end of the window; somebody may still be at work. All are signed in as before."""
    time.at = CLOSES + timedelta(minutes=1)
    session.execute(update(UserSession).values(last_seen_at=time.at))
    if at_work is not None:
        change = {"state": "open", "closed_at": None, "closed_by": None} | values
        session.execute(update(Attempt).where(Attempt.employee_id == at_work).values(**change))
    session.commit()


def test_figures_are_there_at_once_and_the_page_says_from_when_questions_are(
    browser: Browser, cast: Cast, code: str
) -> None:
    page = plain(browser(cast.colleague).get(f"/pengerjaan/{code}/hasil").text)

    assert "Anda lulus" in page
    assert "50,00 dari 100" in page
    assert "1 dari 2" in page  # of the section
    assert (
        f"{NOT_YET} Semuanya dapat dibaca setelah sesi ini selesai, paling cepat 23 November 2026, 14.00 WIB." in page
    )
    assert (
        "Masa sanggah 3 hari mulai saat soal dapat dibaca, paling cepat 23 November 2026, 14.00 WIB"
        " sampai 26 November 2026, 14.00 WIB." in page
    )
    assert f"/pengerjaan/{code}/rincian" not in browser(cast.colleague).get(f"/pengerjaan/{code}/hasil").text


def test_nothing_of_a_question_is_anywhere_before(browser: Browser, cast: Cast, code: str, ask: Ask) -> None:
    client, base = browser(cast.colleague), f"/pengerjaan/{code}"
    pages = [
        "",
        "/1",
        "/daftar",
        "/periksa",
        "/hasil",
        "/perangkat",
        "/soal",
        "/kabar",
        "/waktu",
        "/pemulihan",
        "/rincian",
    ]
    pages += ["/rincian/1", "/rincian/2", "/1/berkas", "/batas-lulus", "/tempat", "/jeda"]
    others = [
        "/beranda",
        "/ujian",
        f"/ujian/{factory.CODE}",
        "/kompetensi",
        "/kompetensi/TEK.KI",
        "/sertifikat",
        "/akun",
    ]
    for address in [base + page for page in pages] + others:
        answer = client.get(address, follow_redirects=True)
        assert not any(secret in answer.text for secret in SECRETS), address
    for address in (f"{base}/rincian/1", f"{base}/rincian/2"):
        shown = client.get(address).text
        assert NOT_YET in shown
        assert "dari 1" not in shown  # its points
        assert "Kirim sanggahan" not in shown
    assert "Nilai</th>" not in client.get(f"{base}/rincian").text
    assert ask(select(Appeal.id)) == []


def test_an_appeal_before_is_refused_and_what_was_typed_stays(
    browser: Browser, session: Session, cast: Cast, time: Clock, code: str, ask: Ask
) -> None:
    client, page = browser(cast.colleague), f"/pengerjaan/{code}/rincian/1"
    early = client.post(f"{page}/sanggahan", data={"sanggahan": TEXT})
    assert early.status_code == 409
    assert "Sanggahan belum dibuka." in early.text
    assert TEXT in early.text
    empty = client.post(f"{page}/sanggahan", data={"sanggahan": ""})
    assert empty.status_code == 422
    assert not any(secret in early.text + empty.text for secret in SECRETS)
    assert ask(select(Appeal.id)) == []

    close(session, time)
    assert "Soal dapat disanggah sampai 26 November 2026, 14.00 WIB." in plain(client.get(page).text)
    assert client.post(f"{page}/sanggahan", data={"sanggahan": TEXT}).status_code == 303


def test_once_the_sitting_is_over_everything_is_there(
    browser: Browser, session: Session, cast: Cast, time: Clock, code: str
) -> None:
    close(session, time)
    client = browser(cast.colleague)
    page = client.get(f"/pengerjaan/{code}/hasil").text

    assert NOT_YET not in page
    assert "Lihat rincian dan ajukan sanggahan" in page
    assert "0 dari 1" in client.get(f"/pengerjaan/{code}/rincian").text
    shown = client.get(f"/pengerjaan/{code}/rincian/1").text
    assert "mana yang benar?" in shown
    assert "Jawaban terbaik" in shown


def test_the_home_page_tells_once_they_can_be_read_and_not_before(
    browser: Browser, session: Session, cast: Cast, time: Clock, code: str
) -> None:
    told = f'sudah dapat dibaca: <a href="/pengerjaan/{code}/rincian">'
    client = browser(cast.colleague)
    assert told not in client.get("/beranda").text
    close(session, time, cast.outsider.employee_id, due_at=CLOSES + timedelta(minutes=30))
    assert told not in client.get("/beranda").text

    close(session, time, cast.outsider.employee_id, state="closed", closed_at=time.at, closed_by="time")
    page = client.get("/beranda").text
    assert told in page
    assert page.count("sudah dapat dibaca:") == 1

    session.execute(update(Result).values(state="pending_marking", passed=False))
    session.commit()
    assert told not in client.get("/beranda").text  # points are to come
    session.execute(update(Result).values(state="graded"))
    session.execute(update(Blueprint).values(content={**exam.PLAN, "release": "items"}))
    session.commit()
    assert told not in client.get("/beranda").text  # it had never waited


def test_who_works_on_with_extra_time_is_waited_for_without_a_name(
    browser: Browser, session: Session, cast: Cast, time: Clock, code: str
) -> None:
    close(session, time, cast.outsider.employee_id, due_at=CLOSES + timedelta(minutes=30))
    client = browser(cast.colleague)
    for address in (f"/pengerjaan/{code}/hasil", f"/pengerjaan/{code}/rincian/1"):
        page = plain(client.get(address).text)
        assert "begitu peserta lain di sesi ini selesai, kira-kira 23 November 2026, 14.30 WIB" in page
        assert "kira-kira 23 November 2026, 14.30 WIB sampai 26 November 2026, 14.30 WIB" in page
        assert cast.outsider.name not in page

    time.at = CLOSES + timedelta(minutes=31)
    for address in (f"/pengerjaan/{code}/hasil", f"/pengerjaan/{code}/rincian/1"):
        page = plain(client.get(address).text)
        assert "begitu peserta lain di sesi ini selesai, biasanya dalam beberapa menit." in page
        assert "Masa sanggah 3 hari mulai begitu soal dapat dibaca, biasanya dalam beberapa menit." in page
        assert "14.30" not in page  # it has gone by
        assert "kira-kira" not in page


def test_a_result_that_waits_for_markers_says_when_appeals_begin(
    browser: Browser, session: Session, cast: Cast, code: str
) -> None:
    session.execute(update(Result).values(state="pending_marking", passed=False))
    session.commit()
    client = browser(cast.colleague)

    assert "setelah semua jawaban dinilai dan soalnya dapat dibaca" in client.get(f"/pengerjaan/{code}/rincian").text


def test_a_regrade_meanwhile_tells_its_effect_and_neither_question_nor_reason(
    browser: Browser, session: Session, cast: Cast, time: Clock, code: str
) -> None:
    made = exam.draft(session, cast, "single_choice", "drop")
    exam.start(session, cast, made)
    for row in list(session.scalars(select(RegradeRow.id))):
        applying.apply_row(session, row, now=exam.NOW, today=exam.NOW.date())
    assert regrades.finish(session, made.id, now=exam.NOW)
    session.commit()
    client = browser(cast.colleague)

    page = plain(client.get(f"/pengerjaan/{code}/hasil").text)
    assert "Satu soal dinilai ulang" in page
    assert "Nilai Anda berubah dari 50,00 menjadi 100,00 dari 100." in page
    assert "Kunci keliru." not in page
    assert not re.search(r"Soal \d: ", page)

    close(session, time)
    page = plain(client.get(f"/pengerjaan/{code}/hasil").text)
    assert "Kunci keliru." in page
    assert re.search(r"Soal \d: ", page)


def test_a_sitting_that_is_opened_again_shuts_the_questions_again_and_its_organiser_is_told(
    browser: Browser, session: Session, cast: Cast, time: Clock, code: str
) -> None:
    """What was filed stays, with its state; the days of appeals begin anew when it is over."""
    close(session, time)
    client, page = browser(cast.colleague), f"/pengerjaan/{code}/rincian/1"
    assert client.post(f"{page}/sanggahan", data={"sanggahan": TEXT}).status_code == 303
    grant(session, cast.hr, "organiser", cast.jakarta)
    session.commit()
    organiser, edit = browser(cast.hr), f"/kelola/ujian/{factory.CODE}/sesi/sesi-1/ubah"
    form = organiser.get(edit).text
    assert "Soal dan poinnya baru dapat dibaca peserta setelah itu" in form
    opened = re.search(r'name="buka"[^>]* value="([^"]+)"', form)
    assert opened is not None
    said = {
        "judul": "Sesi daring", "ruang": "", "zona": "Asia/Jakarta", "buka": opened[1], "tutup": "2026-11-23T18:00",
        "peserta": "everyone", "kapasitas": "", "pindah": "password", "diawasi": "y",
    }  # fmt: skip
    told = organiser.post(edit, data=said, follow_redirects=True).text
    assert "Sesi ini dibuka lagi. Soal yang sudah dapat dibaca pesertanya tertutup sampai sesi selesai" in told

    shown = client.get(page).text
    assert NOT_YET in shown
    assert AGAIN in shown
    assert AGAIN in client.get(f"/pengerjaan/{code}/hasil").text
    assert TEXT in shown
    assert "mana yang benar?" not in shown
    index = client.get(f"/pengerjaan/{code}/rincian").text
    assert len(re.findall(r'<th scope="row">', index)) == 1
    assert "26 November 2026, 18.00 WIB" in plain(client.get(f"/pengerjaan/{code}/hasil").text)
