"""The log of a person in the room: when things happened, never what was answered, and no judgement."""

import re

from sqlalchemy import select

from lms.exams.models import Paper, SittingEvent
from tests.cast import START
from tests.conftest import Clock
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.rooms.room import MINUTES, ROOM, WHO, Learner, right


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
