"""The proctor's room: who may enter, the board, its refreshing, acts on one and all, held answers, minutes."""

import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import worker
from lms.catalogue.models import Course
from lms.exams import candidates, pins, proctors
from lms.exams.models import Attempt, Candidate, Exam, Paper, Result, Sitting, SittingEvent
from lms.exams.room_models import Minutes, Presence, SittingProctor
from lms.people.models import RoleGrant
from lms.platform import Platform
from tests.cast import START, Cast, Person
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.device import Device
from tests.exams.factory import CODE, RIGHT, Hall
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
ROOM = "/ruang/sesi-1"
WHO = f"{ROOM}/p-learner"
MINUTES = f"{ROOM}/berita-acara"


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    """HR proctors this sitting, the other HR has the role but was not named; the trainer organises."""
    for who, role, unit in (
        (cast.hr, "proctor", cast.jakarta),
        (cast.manager, "proctor", cast.jakarta),
        (cast.trainer, "organiser", cast.jakarta),
        (cast.other_trainer, "organiser", cast.tangsel),
    ):
        session.add(RoleGrant(user_id=who.user_id, role=role, unit_id=unit, since=date(2020, 1, 1)))
    made = factory.build(session, cast)
    sitting = session.get_one(Sitting, made.sitting_id)
    session.add(
        SittingProctor(sitting_id=sitting.id, user_id=cast.hr.user_id, added_at=START, added_by=cast.trainer.user_id)
    )
    sitting.supervised = True
    sitting.audience, sitting.pin_round, sitting.closes_at = "listed", None, START + timedelta(hours=2)
    for person in (cast.learner, cast.colleague):
        candidates.add(session, sitting, person.employee_id, by=cast.trainer.user_id, now=START)
    session.commit()
    return made


@pytest.fixture
def proctor(browser: Browser, cast: Cast) -> CheckedClient:
    return browser(cast.hr)


class Learner:
    """The candidate's page, as its script uses it."""

    def __init__(self, client: CheckedClient) -> None:
        self.client = client
        client.get(f"/ujian/{CODE}")
        answer = client.post(f"/ujian/{CODE}/pengerjaan")
        self.code = answer.headers["Location"].split("/")[2]
        self.device = Device(self.code)
        self.token = client.get(f"/pengerjaan/{self.code}/soal").get_json()["token"]

    def put(self, *events: Any) -> Any:
        return self.client.put(
            f"/pengerjaan/{self.code}/jawaban",
            data=json.dumps(self.device.body(*events)),
            headers={"X-Attempt-Token": self.token},
        )

    def beat(self, unsent: int = 0, more: str = "") -> Any:
        return self.client.get(
            f"/pengerjaan/{self.code}/waktu?belum={unsent}{more}", headers={"X-Attempt-Token": self.token}
        ).json


@pytest.fixture
def learner(browser: Browser, cast: Cast) -> Learner:
    return Learner(browser(cast.learner))


def right(ask: Ask, learner: Learner, item: int) -> Any:
    """What gets the full mark there."""
    return RIGHT[ask.through(lambda session: factory.paper_of(session, learner.code))[item - 1]["kind"]]


def without_tokens(answer: Any) -> str:
    """A page without the forgery token of its forms, which is another each time."""
    return re.sub(r'(name="csrf_token" value=")[^"]*', r"\1", answer.text)


PAGES = (ROOM, f"{ROOM}/papan", f"{ROOM}/semua", WHO, f"{WHO}/ditahan", MINUTES)
POSTS = (
    f"{ROOM}/pin", f"{ROOM}/semua/jeda", f"{ROOM}/semua/lanjut", f"{ROOM}/semua/waktu", f"{ROOM}/semua/kejadian",
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


def test_the_board_counts_with_denominators_and_shows_progress_but_no_nip_and_no_score(
    proctor: CheckedClient, cast: Cast, learner: Learner, time: Clock, ask: Ask
) -> None:
    time.forward(minutes=1)
    mine = right(ask, learner, 1)
    learner.put(learner.device.event(1, mine, at=time.at), learner.device.event(2, None, at=time.at))
    learner.beat(unsent=3)
    time.forward(seconds=75)

    page = proctor.get(ROOM).text

    assert "<b>1 dari 2</b>belum hadir" in page
    assert "<b>1 dari 2</b>sedang mengerjakan" in page
    assert "1 dari 6" in page
    assert "00.27.45" in page
    assert "09.02.15" in page  # per 09.02.15 WIB
    assert "tersimpan 09.01.00" in page
    assert "<strong>3</strong>" in page
    assert "Perlu Anda tangani: 0" in page
    assert cast.learner.nip not in page


def test_who_gives_no_sign_of_life_for_two_minutes_comes_first(
    proctor: CheckedClient, learner: Learner, time: Clock
) -> None:
    learner.beat()
    time.forward(minutes=2)
    assert "Perlu Anda tangani: 0" in proctor.get(ROOM).text

    time.forward(seconds=1)

    page = proctor.get(ROOM).text
    assert "Perlu Anda tangani: 1" in page
    assert "<b>1 dari 1</b>luring" in page
    assert page.index("Sari Uji") < page.index("Budi Rekan")
    assert "Budi Rekan" not in proctor.get(f"{ROOM}?status=away").text


def test_the_refreshing_is_three_statements_and_none_of_the_page_while_nothing_changed(
    proctor: CheckedClient, learner: Learner, time: Clock
) -> None:
    first = proctor.get(f"{ROOM}/papan")
    who_asks = 1  # the session with its roles
    assert len(proctor.counter.statements) == who_asks + 3
    assert "Sari Uji" in first.get_json()["html"]

    time.forward(seconds=10)
    again = proctor.get(f"{ROOM}/papan", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data, again.headers["X-Now"]) == (304, b"", "2026-11-23T02:00:10.000Z")

    learner.beat()
    changed = proctor.get(f"{ROOM}/papan", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_a_save_stays_one_statement_and_a_heartbeat_is_two(learner: Learner) -> None:
    learner.put(learner.device.event(1, None))
    assert len(learner.client.counter.statements) == 1
    learner.beat()
    assert len(learner.client.counter.statements) == 2


def test_the_log_of_a_person_tells_when_and_never_what(
    proctor: CheckedClient, learner: Learner, time: Clock, ask: Ask
) -> None:
    time.forward(minutes=1)
    secret = right(ask, learner, 1)
    learner.put(learner.device.event(1, secret, at=time.at), learner.device.event(2, True, kind="flag", at=time.at))
    learner.beat()
    due = learner.beat()["due_at"]
    time.forward(seconds=100)
    began = int(START.timestamp())
    learner.beat(unsent=1, more=f"&tunggu=3&sembunyi={began + 70}-42,{began + 999}-9,salah")
    assert len(learner.client.counter.statements) <= 5  # with the gap and the one span that can be true
    learner.beat(more=f"&sembunyi={began + 70}-42")  # told again: the answer was lost
    assert learner.beat()["due_at"] == due
    learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan")

    page = proctor.get(WHO).text
    assert len(proctor.counter.statements) <= 10

    told = re.findall(r"<li><time[^>]*>([^<]*)</time><span>(.*?)</span></li>", page)
    paper = ask(select(Paper.hash))[0][:8]
    assert told == [
        ("09.02.40", "Jawaban dikumpulkan oleh peserta."),
        ("09.01.10", "Sari Uji: halaman ujian tidak tampil selama 42 detik, menurut perangkatnya. (sampai 09.01.52)"),
        ("09.01.00", "Sari Uji: tidak ada kabar dari perangkat selama 1 menit 40 detik; saat tersambung lagi, jawaban 3 soal"
         " menunggu. (sampai 09.02.40)"),
        ("09.01.00", "Tersimpan pada menit ini: jawaban untuk 1 soal."),
        ("09.01.00", "Soal 2 ditandai ragu-ragu."),
        ("09.00.00", f"Mulai mengerjakan, kesempatan ke-1, lembar soal {paper}."),
    ]  # fmt: skip
    narrowed = proctor.get(f"{WHO}?jenis=sambungan").text
    assert ("tidak tampil" in narrowed, "Tersimpan pada menit" in narrowed) == (True, False)
    assert "Belum ada catatan jenis ini." in proctor.get(f"{WHO}?jenis=catatan").text
    assert "tidak tampil" in proctor.get(f"{ROOM}/semua?jenis=sambungan").text
    for left_out in (ROOM, MINUTES, f"{ROOM}/semua?jenis=waktu", f"{ROOM}/p-colleague"):
        assert "tidak tampil" not in proctor.get(left_out).text, left_out


def test_a_pause_is_no_gap(proctor: CheckedClient, learner: Learner, time: Clock, ask: Ask) -> None:
    """The page of who waits gives no signs of life."""
    learner.beat()
    proctor.post(f"{WHO}/jeda", data={"jeda-alasan": "Listrik padam"})
    time.forward(minutes=5)
    proctor.post(f"{WHO}/lanjut")
    time.forward(seconds=90)

    learner.beat()

    assert ask(select(SittingEvent.kind).order_by(SittingEvent.id)) == ["pause", "resume"]


def test_a_proctor_pauses_one_and_the_candidate_gets_exactly_that_back(
    proctor: CheckedClient, learner: Learner, time: Clock, ask: Ask
) -> None:
    time.forward(minutes=10)
    assert proctor.post(f"{WHO}/jeda", data={"jeda-alasan": ""}).status_code == 422
    assert proctor.post(f"{WHO}/jeda", data={"jeda-alasan": "Listrik padam"}).status_code == 303
    time.forward(minutes=25)  # longer than was left

    said = learner.beat()
    assert (said["state"], said["due_at"]) == ("paused", "2026-11-23T02:55:00.000Z")
    assert learner.put(learner.device.event(1, None)).json["state"] == "paused"
    page = learner.client.get(f"/pengerjaan/{learner.code}/1", follow_redirects=True).text
    assert "Sisa waktu Anda tetap 00.20.00" in page
    assert learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan").headers["Location"].endswith("/hasil")
    for part in ("hasil", "periksa", "daftar", ""):
        shown = learner.client.get(f"/pengerjaan/{learner.code}/{part}".rstrip("/"), follow_redirects=True)
        assert "Ujian Anda sedang dijeda" in shown.text

    assert proctor.post(f"{WHO}/lanjut").status_code == 303
    assert ask(select(Attempt.due_at)) == [START + timedelta(minutes=55)]
    assert learner.beat()["state"] == "open"
    assert "dilanjutkan oleh Pengelola SDM Jakarta; batas waktu mundur 25 menit 0 detik" in proctor.get(WHO).text


def test_a_paused_room_says_so_and_goes_on_with_the_time_given_back(
    proctor: CheckedClient, learner: Learner, time: Clock, ask: Ask
) -> None:
    proctor.post(f"{ROOM}/semua/jeda", data={"jeda-alasan": "Alarm"})
    assert "Ruang dijeda sejak 09.00 WIB" in proctor.get(ROOM).text
    assert learner.beat()["state"] == "paused"
    refused = proctor.post(f"{WHO}/lanjut", follow_redirects=True)
    assert "Lanjutkan ruangnya dahulu" in refused.text

    time.forward(minutes=4)
    proctor.post(f"{ROOM}/semua/lanjut")

    assert ask(select(Attempt.due_at)) == [START + timedelta(minutes=34)]
    assert ask(select(Sitting.closes_at)) == [START + timedelta(hours=2, minutes=4)]


def test_time_is_given_to_one_and_to_all_and_follows_at_the_next_heartbeat(
    proctor: CheckedClient, learner: Learner, ask: Ask
) -> None:
    assert proctor.post(f"{WHO}/waktu", data={"waktu-menit": "5", "waktu-alasan": "Komputer macet"}).status_code == 303
    assert learner.beat()["due_at"] == "2026-11-23T02:35:00.000Z"
    proctor.post(f"{ROOM}/semua/waktu", data={"waktu-menit": "10", "waktu-alasan": "Server lambat"})

    assert learner.beat()["due_at"] == "2026-11-23T02:45:00.000Z"
    assert sorted(ask(select(Candidate.extra_minutes))) == [10, 15]
    assert proctor.post(f"{ROOM}/semua/waktu", data={"waktu-menit": "0", "waktu-alasan": "x"}).status_code == 422
    assert proctor.post(f"{ROOM}/semua/waktu", data={"waktu-menit": "600", "waktu-alasan": "x"}).status_code == 422


def test_who_came_is_marked_with_a_seat(proctor: CheckedClient, ask: Ask) -> None:
    absent = f"{ROOM}/p-colleague"
    proctor.post(f"{absent}/kehadiran", data={"hadir-hadir": "present", "hadir-meja": "12"})
    page = proctor.get(ROOM).text
    assert "Meja 12" in page
    assert "Hadir, belum mulai" in page
    assert "<b>1 dari 2</b>belum hadir" in page

    proctor.post(f"{WHO}/kehadiran", data={"hadir-hadir": "present", "hadir-meja": "2"})
    ordered = proctor.get(f"{ROOM}?urut=meja").text
    assert ordered.index("Sari Uji") < ordered.index("Budi Rekan")
    taken = proctor.post(f"{WHO}/kehadiran", data={"hadir-meja": "012"}, follow_redirects=True)
    assert "Meja itu sudah dipakai peserta lain" in taken.text
    assert sorted(ask(select(Candidate.seat))) == ["12", "2"]

    proctor.post(f"{absent}/kehadiran", data={"hadir-hadir": "absent", "hadir-meja": "12"})
    assert "ditandai tidak hadir" in proctor.get(absent).text


KEY = "0123456789abcdef"


def test_a_candidate_calls_and_reads_what_became_of_it(proctor: CheckedClient, learner: Learner, time: Clock) -> None:
    client, attempt = learner.client, f"/pengerjaan/{learner.code}"
    quiet = learner.beat()["news"]
    asked = client.post(f"{attempt}/bantuan", data={"kunci": KEY, "alasan": "Tetikus macet", "kembali": "2"})
    assert asked.headers["Location"] == f"{attempt}/2#bantuan"
    called = client.get(f"{attempt}/2").text
    assert "Bantuan dipanggil pukul 09.00 WIB" in called
    assert "ditahan, menunggu keputusan pengawas" in called, "one is named"
    page = proctor.get(ROOM).text
    assert "<b>1 dari 1</b>minta bantuan" in page
    assert "Memanggil 09.00.00" in page
    assert "Tetikus macet" in page
    assert page.index("Sari Uji") < page.index("Budi Rekan")

    time.forward(minutes=1)
    proctor.post(f"{WHO}/bantuan/dilihat")
    assert "Panggilan Anda dilihat pukul 09.01 WIB" in client.get(f"{attempt}/daftar").text
    time.forward(minutes=1)
    assert "Minta bantuan, dilihat" in proctor.get(WHO).text
    assert proctor.post(f"{WHO}/bantuan", data={"bantu-jawaban": "Diganti"}).status_code == 303

    told = client.get(f"{attempt}/kabar").get_json()
    assert "Jawaban dari ruang, 09.02 WIB" in told["help"]
    assert "Diganti" in told["help"]
    assert learner.beat()["news"] == told["mark"] == quiet + 3
    learner.beat()
    assert len(client.counter.statements) == 2
    assert "Sudah dijawab" not in proctor.get(ROOM).text
    assert "sudah dijawab" in proctor.post(f"{WHO}/bantuan", follow_redirects=True).text


def test_what_is_announced_stands_on_every_page_of_the_attempt_and_in_the_minutes(
    proctor: CheckedClient, learner: Learner, time: Clock
) -> None:
    tell = f"{ROOM}/semua/pengumuman"
    assert proctor.post(tell, data={"umum-kunci": KEY, "umum-pengumuman": " "}).status_code == 422
    for key, words in ((KEY, "Listrik stabil"), (KEY, "Listrik stabil"), (KEY[::-1], "Sisa 10 menit")):
        assert proctor.post(tell, data={"umum-kunci": key, "umum-pengumuman": words}).status_code == 303
        time.forward(minutes=1)

    for view in ("1", "daftar", "periksa"):
        page = learner.client.get(f"/pengerjaan/{learner.code}/{view}").text
        assert "Pengumuman, 09.02 WIB" in page
        assert "1 pengumuman sebelumnya" in page
    proctor.post(f"{WHO}/jeda", data={"jeda-alasan": "Istirahat"})
    assert "Sisa 10 menit" in learner.client.get(f"/pengerjaan/{learner.code}/jeda").text
    assert "Pengumuman Pengelola SDM Jakarta: Listrik stabil" in proctor.get(MINUTES).text


def test_who_is_watched_by_nobody_calls_nobody(
    session: Session, learner: Learner, browser: Browser, cast: Cast
) -> None:
    ask_help = f"/pengerjaan/{learner.code}/bantuan"
    assert browser(cast.colleague).post(ask_help, data={"kunci": KEY}).status_code == 404
    assert browser(cast.colleague).get(f"/pengerjaan/{learner.code}/kabar").status_code == 404
    session.execute(update(Sitting).values(supervised=False))
    session.commit()

    assert learner.client.post(ask_help, data={"kunci": KEY}).status_code == 404
    assert "Minta bantuan" not in learner.client.get(f"/pengerjaan/{learner.code}/1").text


def test_an_incident_is_noted_and_struck_out_by_its_writer(
    proctor: CheckedClient, browser: Browser, cast: Cast, ask: Ask
) -> None:
    proctor.post(f"{ROOM}/semua/kejadian", data={"catat-kejadian": "Lampu padam sebentar"})
    proctor.post(f"{WHO}/kejadian", data={"catat-kejadian": "Minta ganti tetikus"})
    assert "Minta ganti tetikus" in proctor.get(WHO).text
    line = ask(select(SittingEvent.id).where(SittingEvent.employee_id.is_(None)))[0]

    browser(cast.trainer).post(f"{ROOM}/catatan/{line}/pembatalan")
    assert "<s>" not in proctor.get(f"{ROOM}/semua").text
    proctor.post(f"{ROOM}/catatan/{line}/pembatalan")

    assert "<s>Ruang: Lampu padam sebentar" in proctor.get(f"{ROOM}/semua").text


def test_an_attempt_is_ended_by_the_proctor_and_reopened_by_the_organiser_alone(
    proctor: CheckedClient, browser: Browser, cast: Cast, learner: Learner, time: Clock, ask: Ask
) -> None:
    time.forward(minutes=10)
    proctor.post(f"{WHO}/pengakhiran", data={"akhiri-alasan": "Salah orang"})
    assert ask(select(Attempt.closed_by)) == ["proctor"]
    assert "diakhiri pengawas" in learner.client.get(f"/pengerjaan/{learner.code}/hasil").text
    assert "Buka kembali pengerjaan" not in proctor.get(WHO).text
    assert proctor.post(f"{WHO}/pembukaan", data={"buka-alasan": "Keliru"}).status_code == 404

    organiser = browser(cast.trainer)
    assert "Buka kembali pengerjaan" in organiser.get(WHO).text
    organiser.post(f"{WHO}/pembukaan", data={"buka-alasan": "Keliru"})

    assert ask(select(Attempt.due_at)) == [START + timedelta(minutes=30)]
    assert learner.client.get(f"/pengerjaan/{learner.code}/1").status_code == 200


def test_a_device_that_waits_is_let_in_from_the_board(
    proctor: CheckedClient, learner: Learner, session: Session, cast: Cast, ask: Ask
) -> None:
    session.execute(update(Attempt).values(move_session_id=1, move_asked_at=START))
    session.commit()
    assert "Minta pindah" in proctor.get(ROOM).text

    proctor.post(f"{WHO}/perangkat")

    assert ask(select(Attempt.move_session_id)) == [None]


def test_what_is_held_is_shown_without_its_content_and_counts_once_accepted(
    proctor: CheckedClient, learner: Learner, time: Clock, ask: Ask
) -> None:
    first, fifth = right(ask, learner, 1), right(ask, learner, 5)
    learner.put(learner.device.event(1, first))
    time.forward(minutes=10)
    learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan")
    held = learner.put(learner.device.event(1, first, at=START), learner.device.event(5, fifth, at=START))
    assert held.json["held"] == [2, 3]
    assert "Ada yang ditahan" in proctor.get(ROOM).text

    page = proctor.get(f"{WHO}/ditahan").text
    assert re.findall(r'value="(\d)"( checked)?', page) == [("1", ""), ("5", " checked")]
    assert "09.10.00" in page  # by the server; by the device 09.00.00
    assert "09.00.00" in page
    assert "datang setelah pengerjaan ditutup" in page
    assert proctor.post(f"{WHO}/ditahan", data={"aksi": "terima", "soal": ["5"]}).status_code == 422
    assert proctor.post(f"{WHO}/ditahan", data={"aksi": "terima", "alasan": "x"}).status_code == 422
    assert proctor.post(f"{WHO}/ditahan", data={"alasan": "x", "soal": ["5"]}).status_code == 400

    told = {"alasan": "Jaringan ruang putus", "soal": ["5"], "aksi": "terima"}
    assert proctor.post(f"{WHO}/ditahan", data=told).status_code == 303
    refused = {"alasan": "Sudah dijawab", "soal": ["1"], "aksi": "tolak"}
    proctor.post(f"{WHO}/ditahan", data=refused)

    assert ask(select(Result.cause).order_by(Result.number)) == ["closed", "admitted"]
    seen = learner.client.get(f"/pengerjaan/{learner.code}/hasil").text
    assert "Diterima dan dinilai" in seen
    assert "Jaringan ruang putus" in seen
    assert "Ditolak" in seen
    assert "Tidak ada yang menunggu keputusan" in proctor.get(f"{WHO}/ditahan").text


def test_the_pin_is_shown_with_its_end_and_changed(
    proctor: CheckedClient, session: Session, cast: Cast, settings: Any, time: Clock
) -> None:
    session.execute(update(Sitting).values(pin_round=1))
    session.commit()
    first, second = (pins.pin_of(settings.secret_key, "sesi-1", number) for number in (1, 2))
    page = proctor.get(ROOM).text
    assert f"{first[:3]} {first[3:]}" in page
    assert "Berlaku sampai diganti, paling lama sampai sesi ditutup 23 November 2026, 11.00 WIB" in page

    proctor.post(f"{ROOM}/pin")

    above, board = proctor.get(ROOM).text.split('<ul class="counts">')
    assert ("PIN diganti pukul 09.00" in above, f"{second[:3]} {second[3:]}" in above) == (True, True)
    assert f"{second[:3]} {second[3:]}" in board
    time.at += timedelta(minutes=3)
    assert "PIN diganti pukul" not in proctor.get(ROOM).text
    assert "PIN ruang diganti oleh Pengelola SDM Jakarta" in proctor.get(ROOM).text


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


def test_the_sign_of_life_belongs_to_the_device_that_writes(learner: Learner, session: Session, ask: Ask) -> None:
    session.execute(update(Attempt).values(lease="lain"))
    session.commit()

    assert learner.beat()["lease"] is False

    assert ask(select(Presence.attempt_id)) == []
    assert ask(select(Exam.id)) != []
