"""What a proctor does in the room: time, pauses, calls, incidents, held answers, devices and the PIN."""

import re
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams import pins
from lms.exams.models import Attempt, Candidate, Result, Sitting, SittingEvent
from tests.cast import START, Cast
from tests.conftest import Clock
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.rooms.room import MINUTES, ROOM, WHO, Browser, Learner, right


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


def test_time_that_is_sent_twice_is_given_once(proctor: CheckedClient, learner: Learner, ask: Ask) -> None:
    for place in (WHO, f"{ROOM}/semua"):
        before = ask(select(Attempt.extra_minutes))[0]
        mark = re.search(r'name="waktu-sudah"[^>]* value="(\d+)"', proctor.get(place).text)
        assert mark
        sent = {"waktu-menit": "10", "waktu-alasan": "Komputer diganti", "waktu-sudah": mark[1]}
        proctor.post(f"{place}/waktu", data=sent)
        again = proctor.post(f"{place}/waktu", data=sent, follow_redirects=True)
        assert "Waktu sudah ditambah sejak halaman ini dibuka." in again.text
        assert ask(select(Attempt.extra_minutes)) == [before + 10]
        renewed = re.search(r'name="waktu-sudah"[^>]* value="(\d+)"', again.text)
        assert renewed
        proctor.post(f"{place}/waktu", data={**sent, "waktu-sudah": renewed[1]})
        assert ask(select(Attempt.extra_minutes)) == [before + 20]


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
    assert "Peserta mungkin sudah melihat hasilnya" in organiser.get(WHO).text
    organiser.post(f"{WHO}/pembukaan", data={"buka-alasan": "Keliru"})

    assert ask(select(Attempt.due_at)) == [START + timedelta(minutes=30)]
    assert learner.client.get(f"/pengerjaan/{learner.code}/1").status_code == 200


def test_a_device_that_waits_is_let_in_from_the_board(
    proctor: CheckedClient, learner: Learner, session: Session, cast: Cast, ask: Ask
) -> None:
    session.execute(update(Attempt).values(move_session_id=1, move_asked_at=START))
    session.commit()
    assert "Minta pindah" in proctor.get(ROOM).text

    assert f'name="diminta" value="{START.isoformat()}"' in proctor.get(ROOM).text

    for unseen in ("", "kemarin", "2026-11-23T01:00:00", (START - timedelta(seconds=1)).isoformat()):
        proctor.post(f"{WHO}/perangkat", data={"diminta": unseen})
        assert ask(select(Attempt.move_session_id)) == [1]
    proctor.post(f"{WHO}/perangkat", data={"diminta": START.isoformat()})

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
    assert "0 diterima, 0 ditolak; <strong>2 menunggu keputusan" in proctor.get(MINUTES).text

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


def test_what_is_held_and_would_empty_an_answer_says_so(proctor: CheckedClient, learner: Learner, ask: Ask) -> None:
    first = right(ask, learner, 1)
    learner.put(learner.device.event(1, first))
    learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan")
    events = ((1, first), (1, None), (2, None), (5, right(ask, learner, 5)))
    learner.put(*(learner.device.event(n, value) for n, value in events))

    page = proctor.get(f"{WHO}/ditahan").text

    said = re.findall(r'data-l="Akibat"><span>([^<]*)', page)
    assert said == ["mengosongkan jawaban tersimpan", "soal tetap kosong", "mengisi soal kosong"]


def test_what_was_written_after_handing_in_says_so_and_is_not_ticked(
    proctor: CheckedClient, learner: Learner, time: Clock, ask: Ask
) -> None:
    time.forward(minutes=10)
    learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan")
    time.forward(minutes=2)
    first, fifth = right(ask, learner, 1), right(ask, learner, 5)
    learner.put(
        learner.device.event(1, first, at=START + timedelta(minutes=11)), learner.device.event(5, fifth, at=START)
    )

    page = proctor.get(f"{WHO}/ditahan").text

    assert re.findall(r'value="(\d)"( checked)?', page) == [("1", ""), ("5", " checked")]
    assert page.count("<span>ditulis setelah peserta mengumpulkan<") == 1
    assert page.count("datang setelah pengerjaan ditutup") == 1
    assert "Yang ditulis setelah peserta mengumpulkan tidak." in page


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
