"""Whoever opens a page beyond the last sees the last, on every kind of list; never an empty one."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams import room
from lms.exams.models import Sitting
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.marking import essays
from tests.exams.marking.essays import grant
from tests.exams.regrading import test_regrades as exam
from tests.pages import CheckedClient

Browser = Callable[[Person | None], CheckedClient]
ORGANISED = f"/kelola/ujian/{factory.CODE}"
LISTS = (
    ("hr", "/sdm/pegawai", "Sari Uji"),
    ("manager", "/tim", "Budi Rekan"),
    ("trainer", "/ajar", "Keamanan Informasi"),
    ("trainer", "/soal/bank-ki", "<article"),
    ("hr", "/kelola/ujian", "Uji Kompetensi Keamanan Informasi"),
    ("hr", ORGANISED, "Sesi daring"),
    ("hr", f"{ORGANISED}/sesi/sesi-1", "Sari Uji"),
    ("hr", f"{ORGANISED}/penilaian-ulang", "benar"),
    ("hr", "/ruang/sesi-1", "Sari Uji"),
    ("hr", "/ruang/sesi-1/semua", "Kunci ruang diganti"),
    ("hr", "/ruang/sesi-1/p-learner", "Pindah meja"),
    ("hr", "/sdm/penerbitan", "Skema"),
    ("hr", "/sdm/rancangan", "Sertifikat Keikutsertaan"),
    ("learner", "/katalog", "Keamanan Informasi"),
)
_OF_THE_MOMENT = re.compile(
    r'name="csrf_token" value="[^"]*"|name="(?:umum-)?kunci"[^>]*|value="[0-9a-f]{32}"|hal(?:aman)?=\d+'
)


@pytest.fixture
def sat(session: Session, cast: Cast) -> None:
    """Three people have sat, HR organises, and something stands in the room's log."""
    exam.build(session, cast)
    grant(session, cast.hr, "organiser", cast.jakarta)
    exam.draft(session, cast, "single_choice", "drop")
    sitting_id = session.scalars(select(Sitting.id)).one()
    for who, what in ((None, "Kunci ruang diganti."), (cast.learner.employee_id, "Pindah meja.")):
        room.note_incident(session, sitting_id, who, what=what, by=cast.hr.user_id, now=START)
    session.commit()


@pytest.mark.parametrize(("who", "address", "row"), LISTS, ids=[address for _, address, _ in LISTS])
def test_beyond_the_last_page_is_the_last(
    sat: None, browser: Browser, cast: Cast, who: str, address: str, row: str
) -> None:
    client = browser(getattr(cast, who))
    page, beyond = (_OF_THE_MOMENT.sub("", client.get(f"{address}?hal={n}&halaman={n}").text) for n in (1, 999))

    assert row in page.split("<main", 1)[1]
    assert beyond == page


def test_a_marker_s_lists_know_their_last_page_too(session: Session, browser: Browser, cast: Cast) -> None:
    """They count their rows in the statement that reads them: beyond the last it reads none."""
    essays.build(session, cast, people=(cast.learner,))
    client = browser(cast.colleague)

    page = client.get("/koreksi?hal=999").text
    assert page.count('href="/koreksi/uk') == client.get("/koreksi").text.count('href="/koreksi/uk') > 0
