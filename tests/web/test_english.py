"""In English: no page leaves an Indonesian word outside what is marked as Indonesian."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.competencies.models import PositionStandard, Requirement
from lms.people.models import Appointment, User
from tests.cast import PASSWORD, Cast, Person
from tests.exams import factory as exams

Browser = Callable[[Person | None], FlaskClient]
#: Words that stand on Indonesian pages everywhere, and in no name or title of these tests.
INDONESIAN = re.compile(
    r"\b(?:Anda|Akun|Bantuan|Batal|belum|Belum|Beranda|Buka|dari|dengan|Hasil|jawaban|Kembali|Keluar|Kode|Kursus|Lanjut"
    r"|Lanjutkan|Lihat|Masuk|materi|menit|Mulai|Nama|Pegawai|Periksa|Pilih|pukul|sampai|selesai|Sertifikat"
    r"|Simpan|Soal|sudah|Tersimpan|tidak|tingkat|yang)\b"
)
SPOKEN = ("aria-label", "alt", "placeholder", "data-l")
PUBLIC = ("/", "/masuk", "/lupa-sandi", "/katalog", "/cek", "/cek/7Q4XM2KP9RWD", "/bantuan", "/aksesibilitas", "/privasi",
          "/status", "/tidak-ada")  # fmt: skip
LEARNER = ("/beranda", "/belajar", "/ujian", f"/ujian/{exams.CODE}", "/kompetensi", "/kompetensi/TEK.KI", "/sertifikat",
           "/akun", "/akun/tampilan", "/akun/sandi", "/katalog/keamanan-informasi")  # fmt: skip


@pytest.fixture
def in_english(session: Session, cast: Cast) -> None:
    """Everyone reads English; the learner has a standard, a course and an exam that is open."""
    hall = exams.build(session, cast)
    post = session.scalars(
        select(Appointment.position_id).where(Appointment.employee_id == cast.learner.employee_id)
    ).one()
    standard = PositionStandard(position_id=post, effective_from=date(2026, 1, 1), source="Uji")
    session.add(standard)
    session.flush()
    session.add(Requirement(standard_id=standard.id, competency_id=hall.competency_id, level=2, mandatory=True))
    session.execute(update(User).values(language="en"))
    session.commit()


def left_in_indonesian(page: str) -> list[str]:
    """Texts with an Indonesian word, outside what says lang="id"."""
    root: Any = html5lib.parse(page, namespaceHTMLElements=False)
    assert root.get("lang") == "en"
    return [text for text in texts(root, "en") if INDONESIAN.search(text)]


def texts(element: Element, language: str) -> Iterator[str]:
    language = element.get("lang", language)
    if language == "en":
        yield from (element.get(name, "") for name in SPOKEN)
        if element.tag not in {"script", "style"}:
            yield element.text or ""
    for child in element:
        yield from texts(child, language)
        yield (child.tail or "") if language == "en" else ""


def test_public_pages_speak_english(browser: Browser) -> None:
    client = browser(None)
    client.set_cookie("bahasa", "en")

    for address in PUBLIC:
        assert left_in_indonesian(client.get(address).text) == [], address


@pytest.mark.usefixtures("in_english")
def test_the_pages_of_a_learner_speak_english(browser: Browser, cast: Cast) -> None:
    client = browser(cast.learner)

    for address in LEARNER:
        assert left_in_indonesian(client.get(address).text) == [], address


@pytest.mark.usefixtures("in_english")
def test_the_exam_speaks_english(browser: Browser, cast: Cast) -> None:
    client = browser(cast.learner)
    client.get(f"/ujian/{exams.CODE}")
    first = client.post(f"/ujian/{exams.CODE}/pengerjaan").location
    attempt = first.rsplit("/", 1)[0]

    for address in (first, f"{attempt}/daftar", f"{attempt}/periksa"):
        assert left_in_indonesian(client.get(address).text) == []
    client.post(f"{attempt}/pengumpulan")
    assert left_in_indonesian(client.get(f"{attempt}/hasil").text) == []


@pytest.mark.usefixtures("in_english")
def test_the_pages_of_those_who_look_after_others_speak_english(browser: Browser, cast: Cast) -> None:
    for person, address in (
        (cast.manager, "/tim"),
        (cast.manager, f"/tim/{cast.learner.code}"),
        (cast.hr, "/sdm/pegawai"),
        (cast.hr, f"/sdm/pegawai/{cast.learner.code}"),
        (cast.hr, "/sdm/sertifikat"),
        (cast.trainer, "/ajar"),
        (cast.trainer, "/ajar/baru"),
        (cast.trainer, "/ajar/keamanan-informasi"),
        (cast.trainer, "/ajar/keamanan-informasi/terbitkan"),
    ):
        assert left_in_indonesian(browser(person).get(address).text) == [], address


def test_a_refused_form_says_why_in_english(browser: Browser) -> None:
    client = browser(None)
    client.set_cookie("bahasa", "en")

    page = client.post("/masuk", data={"nip": "12", "sandi": PASSWORD}).text

    assert "Enter your 18-digit NIP." in page
    assert left_in_indonesian(page) == []


@pytest.mark.usefixtures("in_english")
def test_dates_numbers_and_the_clock_have_english_forms(browser: Browser, cast: Cast) -> None:
    page = browser(cast.learner).get("/kompetensi").text

    assert "1 January 2026" in page
    assert "23 November 2026, 09:00 WIB" in page


def test_one_of_a_kind_is_singular(browser: Browser, session: Session, cast: Cast) -> None:
    exams.build(session, cast)
    session.commit()
    client = browser(None)
    client.set_cookie("bahasa", "en")

    assert "1 course<" in client.get("/katalog").text
