"""The minutes: drafted, signed by two, and kept."""

import io
import json
from datetime import date, timedelta
from typing import Any

from python_calamine import CalamineWorkbook
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms import worker
from lms.catalogue.models import Course
from lms.exams import held
from lms.exams.models import Attempt, Candidate, Exam, Sitting, SittingEvent
from lms.exams.room_models import Minutes, SittingProctor
from lms.people.models import RoleGrant
from lms.platform import Platform
from tests.cast import START, Cast
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.device import Device
from tests.exams.factory import CODE
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.rooms.room import MINUTES, ROOM, WHO, Browser, Learner, right


def test_the_minutes_are_drafted_signed_by_two_and_then_stay(
    proctor: CheckedClient, browser: Browser, cast: Cast, learner: Learner, time: Clock, ask: Ask, app: Any
) -> None:
    organiser = browser(cast.trainer)
    proctor.post(f"{WHO}/kejadian", data={"catat-kejadian": "Minta ganti tetikus"})
    proctor.post(MINUTES, data={"keterangan": "Berjalan tertib."})
    assert "Masih ada peserta yang mengerjakan" in proctor.get(MINUTES).text
    proctor.post(f"{MINUTES}/tanda-tangan")
    assert ask(select(Minutes.proctor_id)) == [None]

    learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan")
    assert "masih ada peserta yang dapat mulai" in proctor.get(MINUTES).text
    proctor.post(f"{ROOM}/p-colleague/kehadiran", data={"hadir-hadir": "absent"})
    assert organiser.post(f"{MINUTES}/tanda-tangan").status_code == 404
    assert proctor.post(f"{MINUTES}/pengesahan").status_code == 404
    organiser.post(f"{MINUTES}/pengesahan")
    assert ask(select(Minutes.organiser_id)) == [None]

    proctor.post(f"{MINUTES}/tanda-tangan")
    proctor.post(f"{MINUTES}/penarikan")
    assert ask(select(Minutes.facts)) == [None]
    proctor.post(f"{MINUTES}/tanda-tangan")
    facts = ask(select(Minutes.facts))[0]
    figures = facts["figures"]
    assert (figures["invited"], figures["present"], figures["absent"], figures["done"]) == (2, 1, 1, 1)
    assert (facts["absent"], facts["proctors"], facts["remarks"]) == (
        ["Budi Rekan"], ["Pengelola SDM Jakarta"], "Berjalan tertib.",
    )  # fmt: skip
    assert [event["text"] for event in facts["events"]] == [
        "Sari Uji: Minta ganti tetikus (dicatat Pengelola SDM Jakarta)"
    ]
    assert "Sahkan berita acara" in organiser.get(MINUTES).text
    organiser.post(f"{MINUTES}/pengesahan")

    for late in (f"{MINUTES}/penarikan", f"{MINUTES}/tanda-tangan"):
        proctor.post(late)
    proctor.post(MINUTES, data={"keterangan": "Diubah."})
    assert "sudah ditandatangani" in proctor.get(MINUTES).text
    assert ask(select(Minutes.remarks)) == ["Berjalan tertib."]

    platform: Platform = app.extensions["platform"]
    assert proctor.get(f"{MINUTES}/berkas").status_code == 404
    worker.make_overdue_minutes(platform)
    worker.make_minutes(platform, ask(select(Minutes.id))[0])
    file = proctor.get(f"{MINUTES}/berkas")
    assert file.data.startswith(b"%PDF-")
    assert browser(cast.learner).get(f"{MINUTES}/berkas").status_code == 404


def test_where_nobody_was_named_the_organiser_is_led_to_naming_one(
    proctor: CheckedClient, session: Session, browser: Browser, cast: Cast, learner: Learner, time: Clock, ask: Ask
) -> None:
    organiser, naming = browser(cast.trainer), "/sesi/sesi-1/pengawas"
    learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan")
    proctor.post(f"{ROOM}/p-colleague/kehadiran", data={"hadir-hadir": "absent"})
    assert naming not in organiser.get(MINUTES).text
    organiser.post(f"/kelola/ujian/{CODE}{naming}/p-hr/penghapusan", data={"lepas-alasan": "Sakit"})

    page = organiser.get(MINUTES).text
    assert "Belum ada pengawas yang ditunjuk" in page
    assert f'href="/kelola/ujian/{CODE}{naming}"' in page
    session.execute(update(Sitting).values(closes_at=time.at - timedelta(seconds=1)))
    session.commit()
    organiser.post(f"/kelola/ujian/{CODE}{naming}", data={"pengawas": "p-hr"})
    proctor.post(f"{MINUTES}/tanda-tangan")
    assert ask(select(Minutes.facts))[0]["proctors"] == ["Pengelola SDM Jakarta (ditunjuk setelah sesi ditutup)"]
    assert "Sahkan berita acara" in organiser.get(MINUTES).text


def test_who_was_replaced_during_the_sitting_stays_named_with_the_time(
    proctor: CheckedClient, browser: Browser, cast: Cast, learner: Learner
) -> None:
    organiser, naming = browser(cast.trainer), f"/kelola/ujian/{CODE}/sesi/sesi-1/pengawas"
    organiser.post(naming, data={"pengawas": "p-manager"})
    organiser.post(f"{naming}/p-hr/penghapusan")

    page = organiser.get(MINUTES).text

    assert "Camat Kembangan; Pengelola SDM Jakarta (sampai 23-11-2026, " in page
    organiser.post(naming, data={"pengawas": "p-hr"})
    assert "(sampai " not in organiser.get(MINUTES).text


def test_the_last_proctor_of_a_running_sitting_is_let_go_for_a_reason_that_the_minutes_tell(
    proctor: CheckedClient, browser: Browser, cast: Cast, learner: Learner, time: Clock, ask: Ask
) -> None:
    organiser, naming = browser(cast.trainer), f"/kelola/ujian/{CODE}/sesi/sesi-1/pengawas"
    gone, line = (
        f"{naming}/p-hr/penghapusan",
        "Pengelola SDM Jakarta, pengawas terakhir, dilepas oleh Widyaiswara Satu: Sakit",
    )
    organiser.post(naming, data={"pengawas": "p-manager"})
    assert "Lepas pengawas terakhir" not in organiser.get(naming).text
    assert organiser.post(f"{naming}/p-manager/penghapusan").status_code == 303

    assert "menunggu Anda di ruang" in organiser.get(naming).text
    for reason in ("", "   ", "x" * 301):
        assert organiser.post(gone, data={"lepas-alasan": reason}).status_code == 422
    assert proctor.get(ROOM).status_code == 200
    for _twice in range(2):
        assert organiser.post(gone, data={"lepas-alasan": "Sakit"}).status_code == 303

    assert proctor.get(ROOM).status_code == 404
    page = organiser.get(f"{ROOM}/semua").text
    assert line in page
    assert "Batalkan catatan ini" not in page
    event = ask(select(SittingEvent.id).where(SittingEvent.kind == "incident"))
    assert len(event) == 1
    organiser.post(f"{ROOM}/catatan/{event[0]}/pembatalan")
    assert line in organiser.get(MINUTES).text
    assert "Pengelola SDM Jakarta (sampai " in organiser.get(MINUTES).text

    assert "ditunjuk mengawasi" not in organiser.get(MINUTES).text
    for _again in range(2):
        organiser.post(naming, data={"pengawas": "p-manager"})
    organiser.post(naming, data={"pengawas": "p-hr"})
    after = "ditunjuk mengawasi oleh Widyaiswara Satu; sebelumnya tidak ada yang mengawasi."
    assert organiser.get(MINUTES).text.count(after) == 1
    assert f"Camat Kembangan {after}" in organiser.get(MINUTES).text
    assert "<dt>Kejadian</dt><dd>0</dd>" in organiser.get(MINUTES).text, "that counts what was noted by hand"


def test_a_sitting_that_nobody_uses_can_be_dropped_though_its_proctors_were_changed_while_it_was_open(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    session.execute(delete(Candidate))
    session.commit()
    organiser, page = browser(cast.trainer), f"/kelola/ujian/{CODE}/sesi/sesi-1"

    assert organiser.post(f"{page}/pengawas/p-hr/penghapusan").status_code == 303
    organiser.post(f"{page}/pengawas", data={"pengawas": "p-hr"})
    organiser.post(f"{page}/hapus")

    assert ask(select(Sitting.id)) == []


def test_before_the_doors_open_and_once_all_is_over_a_proctor_is_let_go_without_a_reason(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    organiser, naming = browser(cast.trainer), f"/kelola/ujian/{CODE}/sesi/sesi-1/pengawas"
    for opens, closes in ((1, 2), (-2, -1)):
        session.execute(
            update(Sitting).values(opens_at=START + timedelta(hours=opens), closes_at=START + timedelta(hours=closes))
        )
        session.commit()
        assert organiser.post(f"{naming}/p-hr/penghapusan").status_code == 303
        assert ask(select(SittingProctor.id)) == []
        organiser.post(naming, data={"pengawas": "p-hr"})


def test_once_a_proctor_has_signed_nobody_begins_is_entered_or_goes_on_until_the_signature_is_withdrawn(
    proctor: CheckedClient, browser: Browser, cast: Cast, learner: Learner, session: Session, ask: Ask
) -> None:
    late, organiser = browser(cast.colleague), browser(cast.trainer)
    factory.enrol(session, session.scalars(select(Course)).one(), cast.colleague, now=START, finished=2)
    session.commit()
    late.get(f"/ujian/{CODE}")
    learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan")
    proctor.post(f"{ROOM}/p-colleague/kehadiran", data={"hadir-hadir": "absent"})
    proctor.post(f"{MINUTES}/tanda-tangan")
    assert ask(select(Minutes.proctor_id)) == [cast.hr.user_id]
    page = f"/kelola/ujian/{CODE}/sesi/sesi-1"
    people, told = f"{page}/peserta", organiser.get(page).text
    assert "sudah selesai" in told
    assert "Daftarkan peserta" not in told
    entering = organiser.get(people).text
    assert "Sesi sudah selesai, jadi peserta tidak dapat didaftarkan." in entering
    assert "Unggah daftar" not in entering
    book = CalamineWorkbook.from_filelike(io.BytesIO(organiser.get(f"{page}/peserta.xlsx").data))
    table = book.get_sheet_by_index(0).to_python()
    assert [row[6] for row in table if row[0] == "Budi Rekan"] == ["Tidak hadir"]

    assert "Belum ada sesi" in late.get(f"/ujian/{CODE}").text
    assert "/pengerjaan/" not in late.post(f"/ujian/{CODE}/pengerjaan").headers.get("Location", "")
    reopened = organiser.post(f"{WHO}/pembukaan", data={"buka-alasan": "Salah orang"}, follow_redirects=True).text
    assert "Berita acara sudah ditandatangani, jadi pengerjaan tidak dapat dibuka kembali." in reopened
    organiser.post(people, data={"nip": cast.manager.nip})
    uploaded = organiser.post(f"{page}/unggahan", data={"tempel": cast.manager.nip}).headers["Location"]
    assert (
        "Sesi sudah selesai, jadi peserta tidak dapat didaftarkan."
        in organiser.post(uploaded, follow_redirects=True).text
    )
    assert ask(select(Candidate.employee_id).where(Candidate.employee_id == cast.manager.employee_id)) == []
    assert ask(select(Attempt.id).where(Attempt.state.in_(("open", "paused")))) == []

    proctor.post(f"{MINUTES}/penarikan")

    late.get(f"/ujian/{CODE}")
    assert "/pengerjaan/" in late.post(f"/ujian/{CODE}/pengerjaan").headers["Location"]
    organiser.post(f"{WHO}/pembukaan", data={"buka-alasan": "Salah orang"})
    assert len(ask(select(Attempt.id).where(Attempt.state == "open"))) == 2


def test_minutes_are_not_signed_off_while_somebody_works_or_an_answer_waits_for_a_decision(
    proctor: CheckedClient, browser: Browser, cast: Cast, learner: Learner, session: Session, ask: Ask
) -> None:
    organiser, other = browser(cast.trainer), Device(learner.code)
    learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan")
    proctor.post(f"{ROOM}/p-colleague/kehadiran", data={"hadir-hadir": "absent"})
    proctor.post(f"{MINUTES}/tanda-tangan")
    closed = session.execute(select(Attempt.state, Attempt.closed_at)).one()._asdict()
    session.execute(
        update(Attempt).values(state="open", closed_at=None)
    )  # as by a start in the instant of the signature
    session.commit()

    working = organiser.post(f"{MINUTES}/pengesahan", follow_redirects=True).text
    session.execute(update(Attempt).values(closed))
    session.commit()
    late = learner.client.put(
        f"/pengerjaan/{learner.code}/jawaban",
        data=json.dumps(other.body(other.event(1, right(ask, learner, 1)))),
        headers={"X-Attempt-Token": learner.token},
    )
    waiting = organiser.post(f"{MINUTES}/pengesahan", follow_redirects=True).text

    assert "Masih ada peserta yang mengerjakan." in working
    assert "held" in late.text
    assert "Masih ada jawaban ditahan yang belum diputuskan." in waiting
    assert ask(select(Minutes.organiser_id)) == [None]
    held.refuse(session, ask(select(Attempt.id))[0], [1], why="Bukan perangkatnya", by=cast.hr.user_id, now=START)
    session.commit()
    organiser.post(f"{MINUTES}/pengesahan")
    assert ask(select(Minutes.organiser_id)) == [cast.trainer.user_id]


def test_one_person_alone_does_not_sign_twice(session: Session, browser: Browser, cast: Cast, ask: Ask) -> None:
    session.add(RoleGrant(user_id=cast.hr.user_id, role="organiser", unit_id=cast.jakarta, since=date(2020, 1, 1)))
    session.commit()
    session.execute(update(Sitting).values(closes_at=START))
    session.commit()
    both = browser(cast.hr)
    both.post(f"{MINUTES}/tanda-tangan")

    said = both.post(f"{MINUTES}/pengesahan", follow_redirects=True).text

    assert "harus dua orang" in said
    assert ask(select(Minutes.organiser_id)) == [None]


def test_who_handed_in_and_looks_at_the_rules_of_the_next_try_is_present(
    proctor: CheckedClient, learner: Learner, session: Session, time: Clock, ask: Ask
) -> None:
    """The paper of the next try lies ready from then on. To have sat and failed is not to have stayed away."""
    learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan")
    session.execute(update(Exam).values(cooldown_hours=0))
    session.commit()
    time.forward(minutes=1)
    learner.client.get(f"/ujian/{CODE}")
    assert ask(select(Attempt.state).order_by(Attempt.number)) == ["closed", "prepared"]

    proctor.post(f"{ROOM}/p-colleague/kehadiran", data={"hadir-hadir": "absent"})
    proctor.post(f"{MINUTES}/tanda-tangan")

    facts = ask(select(Minutes.facts))[0]
    assert (facts["figures"]["present"], facts["figures"]["done"], facts["absent"]) == (1, 1, ["Budi Rekan"])
