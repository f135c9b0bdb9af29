"""Who may enter the proctor's room, and who may not."""

import re
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course
from lms.exams import candidates, proctors
from lms.exams.models import Sitting, SittingEvent
from lms.people.models import RoleGrant
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import CODE
from tests.web.conftest import Ask
from tests.web.rooms.room import MINUTES, ROOM, WHO, Browser, Learner


def without_tokens(answer: Any) -> str:
    """A page without the forgery token of its forms, which is another each time."""
    return re.sub(r'(name="csrf_token" value=")[^"]*', r"\1", answer.text)


PAGES = (ROOM, f"{ROOM}/papan", f"{ROOM}/semua", WHO, f"{WHO}/ditahan", MINUTES)
POSTS = (
    ROOM, f"{WHO}/pin", f"{ROOM}/pin", f"{ROOM}/semua/jeda", f"{ROOM}/semua/lanjut", f"{ROOM}/semua/waktu", f"{ROOM}/semua/kejadian",
    f"{ROOM}/semua/pengumuman", f"{WHO}/bantuan", f"{WHO}/bantuan/dilihat",
    f"{ROOM}/catatan/1/pembatalan", f"{WHO}/waktu", f"{WHO}/jeda", f"{WHO}/lanjut", f"{WHO}/pengakhiran",
    f"{WHO}/pembukaan", f"{WHO}/kehadiran", f"{WHO}/kejadian", f"{WHO}/perangkat", f"{WHO}/ditahan", MINUTES,
    f"{MINUTES}/tanda-tangan", f"{MINUTES}/penarikan", f"{MINUTES}/pengesahan",
)  # fmt: skip


@pytest.mark.parametrize("part", ["learner", "manager", "trainer", "other_trainer", "hr", "other_hr"])
@pytest.mark.parametrize("path", [*PAGES, f"{MINUTES}/berkas"])
def test_who_may_not_enter_finds_nothing_there(browser: Browser, cast: Cast, part: str, path: str) -> None:
    client, nowhere = browser(getattr(cast, part)), path.replace("sesi-1", "tiada")
    missing = client.get(nowhere)
    assert missing.status_code == 404

    answer = client.get(path)

    may = part in {"hr", "trainer"} and not path.endswith("berkas")
    assert answer.status_code == (200 if may else 404)
    if part not in {"hr", "trainer"}:
        assert without_tokens(answer) == without_tokens(missing)


@pytest.mark.parametrize("part", ["learner", "manager", "other_trainer", "other_hr"])
@pytest.mark.parametrize("path", POSTS)
def test_who_may_not_enter_does_nothing_there(browser: Browser, cast: Cast, ask: Ask, part: str, path: str) -> None:
    assert browser(getattr(cast, part)).post(path, data={"alasan": "x"}).status_code == 404
    assert ask(select(SittingEvent.id)) == []


def test_who_sits_in_the_room_does_not_watch_it_and_never_acts_on_the_own_seat(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    """The proctor and the organiser are on the list themselves."""
    sitting = session.scalars(select(Sitting)).one()
    for person, by in ((cast.hr, cast.trainer), (cast.trainer, cast.manager)):
        candidates.add(session, sitting, person.employee_id, by=by.user_id, now=START)
    factory.enrol(session, session.scalars(select(Course)).one(), cast.hr, now=START, finished=2)
    session.commit()
    own = f"{ROOM}/p-hr"
    proctor, organiser = browser(cast.hr), browser(cast.trainer)
    assert (proctor.get(ROOM).status_code, organiser.get(ROOM).status_code) == (404, 404)
    assert f'href="{ROOM}"' not in proctor.get("/ruang").text

    code = Learner(proctor).code
    for path in POSTS:
        assert proctor.post(path, data={"waktu-menit": "60", "waktu-alasan": "x"}).status_code == 404
    proctor.post(f"/pengerjaan/{code}/pengumpulan")

    assert proctor.get(ROOM).status_code == 200  # at an end with it: the others are watched again
    for path in (own, f"{own}/ditahan"):
        assert proctor.get(path).status_code == 404
    for act in ("waktu", "jeda", "lanjut", "pengakhiran", "kehadiran", "ditahan", "kejadian"):
        assert proctor.post(f"{own}/{act}", data={"aksi": "terima", "soal": "1", "alasan": "x"}).status_code == 404
    proctor.post(f"{MINUTES}/tanda-tangan")
    assert "Anda peserta sesi ini" in proctor.get(MINUTES).text
    assert ask(select(SittingEvent.id).where(SittingEvent.by == cast.hr.user_id)) == []


def test_a_proctor_sees_the_rooms_that_were_named_and_no_others(browser: Browser, cast: Cast) -> None:
    assert f'href="{ROOM}"' in browser(cast.hr).get("/ruang").text
    assert "Belum ada sesi untuk Anda" in browser(cast.manager).get("/ruang").text
    assert browser(cast.learner).get("/ruang").status_code == 403


def test_a_candidate_who_is_named_is_said_to_be_shut_out(browser: Browser, cast: Cast, session: Session) -> None:
    session.add(RoleGrant(user_id=cast.colleague.user_id, role="proctor", unit_id=cast.jakarta, since=date(2020, 1, 1)))
    session.commit()
    client, page = browser(cast.trainer), f"/kelola/ujian/{CODE}/sesi/sesi-1/pengawas"
    assert "ruang tertutup baginya" not in client.get(page).text

    said = client.post(page, data={"pengawas": "p-colleague"}, follow_redirects=True).text

    assert "tetapi ia peserta sesi ini" in said
    assert said.count("Peserta sesi ini; ruang tertutup baginya") == 1
    assert "Belum ada yang dapat mengawasi" not in said
    let_go = client.post(f"{page}/p-hr/penghapusan", data={"lepas-alasan": "Sakit"}, follow_redirects=True).text
    assert "Belum ada yang dapat mengawasi" in let_go
    assert browser(cast.colleague).get(ROOM).status_code == 404


def test_the_organiser_names_proctors_of_the_own_agency(
    browser: Browser, cast: Cast, ask: Ask, session: Session
) -> None:
    session.add(RoleGrant(user_id=cast.other_hr.user_id, role="proctor", unit_id=cast.tangsel, since=date(2020, 1, 1)))
    session.commit()
    client, page = browser(cast.trainer), f"/kelola/ujian/{CODE}/sesi/sesi-1/pengawas"
    assert "Camat Kembangan" in client.get(page).text

    assert client.post(page, data={"pengawas": "p-manager"}).status_code == 303
    assert client.post(page, data={"pengawas": "p-other-hr"}).status_code == 303
    assert [one.code for one in ask.through(lambda s: proctors.named(s, 1))] == ["p-manager", "p-hr"]
    assert browser(cast.manager).get(ROOM).status_code == 200

    client.post(f"{page}/p-manager/penghapusan")
    assert browser(cast.manager).get(ROOM).status_code == 404
    assert browser(cast.other_trainer).get(page).status_code == 404
