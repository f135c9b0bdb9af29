"""A sitting as its organiser makes and changes it, and its PIN."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.clock import local
from lms.exams import pins
from lms.exams.models import Attempt, Sitting, SittingEvent
from lms.exams.room_models import SittingProctor
from lms.people.models import UserSession
from lms.web.request import NOTED_EVERY
from tests.cast import START, Cast
from tests.exams.factory import CODE
from tests.web.conftest import Ask
from tests.web.organising.pages import EXAM, SITTING, Browser, enter

FORM = {
    "judul": "Angkatan 3",
    "ruang": "Ruang CAT 2",
    "zona": "Asia/Makassar",
    "buka": "2026-11-24T09:00",
    "tutup": "2026-11-24T11:00",
    "peserta": "listed",
    "kapasitas": "30",
    "pin": "y",
    "pindah": "proctor",
    "jaringan": "10.20.0.0/16\n2001:db8::/48",
    "kunci_konfigurasi": "A" * 64 + "\n" + "a" * 64,
    "kunci_peramban": "",
}


def test_a_sitting_is_made_as_it_was_typed(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.trainer)
    answer = client.post(f"{EXAM}/sesi", data=FORM)

    assert answer.status_code == 303
    page = client.get(answer.headers["Location"]).text
    assert "Ruang CAT 2" in page
    assert "24 November 2026, 09.00 WITA" in page
    assert "WIB" not in page, "every time of a page is of one zone"
    made = ask(select(Sitting).where(Sitting.title == "Angkatan 3"))[0]
    assert (made.opens_at, made.closes_at) == (
        datetime(2026, 11, 24, 1, tzinfo=UTC),
        datetime(2026, 11, 24, 3, tzinfo=UTC),
    )
    assert (made.audience, made.capacity, made.pin_round, made.device_move) == ("listed", 30, 1, "proctor")
    assert made.ip_ranges == ["10.20.0.0/16", "2001:db8::/48"]
    assert (made.seb_config_keys, made.seb_exam_keys) == (["a" * 64], [])
    assert ask(select(AuditEvent.actor_id).where(AuditEvent.action == "sitting.create")) == [cast.trainer.user_id]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"judul": ""}, "Isi nama sesi."),
        ({"buka": "besok"}, "Tulis tanggal dan jam"),
        ({"tutup": "2026-11-24T09:00"}, "ditutup setelah dibuka"),
        ({"tutup": "2026-11-24T09:20"}, "lebih pendek daripada lama ujian"),
        ({"buka": "2026-11-20T09:00", "tutup": "2026-11-20T11:00"}, "sudah lewat"),
        ({"peserta": "everyone"}, "Kapasitas hanya berlaku"),
        ({"kapasitas": "0"}, "angka 1 atau lebih"),
        ({"pindah": "pin", "pin": None}, "memerlukan PIN ruang"),
        ({"jaringan": "10.20.0.1/16"}, "bukan alamat jaringan"),
        ({"kunci_peramban": "abc"}, "bukan kunci"),
        ({"jaringan": "\n".join(f"10.20.{n}.0/24" for n in range(51))}, "Isi paling banyak 50 baris."),
        ({"kunci_peramban": "\n".join(f"{n:064x}" for n in range(51))}, "Isi paling banyak 50 baris."),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_kept(
    browser: Browser, cast: Cast, ask: Ask, change: dict[str, str | None], said: str
) -> None:
    data = {key: value for key, value in (FORM | change).items() if value is not None}
    answer = browser(cast.trainer).post(f"{EXAM}/sesi", data=data)

    assert answer.status_code == 422
    assert said in answer.text
    assert "Ruang CAT 2" in answer.text
    assert ask(select(Sitting.title)) == ["Sesi daring"]


def test_a_sitting_that_closes_before_it_opens_is_told_beside_what_else_is_wrong(browser: Browser, cast: Cast) -> None:
    said = browser(cast.trainer).post(f"{EXAM}/sesi", data=FORM | {"judul": "", "tutup": "2026-11-24T08:00"}).text

    assert "Isi nama sesi." in said
    assert "ditutup setelah dibuka" in said


def test_once_somebody_has_begun_the_opening_stays(browser: Browser, cast: Cast, ask: Ask) -> None:
    learner = browser(cast.learner)
    learner.get(f"/ujian/{CODE}")
    assert learner.post(f"/ujian/{CODE}/pengerjaan").status_code == 303
    data = FORM | {"buka": "2026-11-23T10:00", "tutup": "2026-11-23T12:00", "peserta": "everyone", "kapasitas": ""}

    answer = browser(cast.trainer).post(f"{SITTING}/ubah", data=data)

    assert answer.status_code == 422
    assert "saat dibuka, pengawasan, dan PIN tidak dapat diubah" in answer.text
    assert ask(select(Sitting.title)) == ["Sesi daring"]

    (sitting,) = ask(select(Sitting))
    same = data | {"buka": f"{local(sitting.opens_at, data['zona']):%Y-%m-%dT%H:%M}", "pindah": "password"}
    same |= {"diawasi": "y"} if sitting.supervised else {}
    assert browser(cast.trainer).post(f"{SITTING}/ubah", data=same).status_code == 422, "nobody was asked for a PIN"
    del same["pin"]
    assert browser(cast.trainer).post(f"{SITTING}/ubah", data=same).status_code == 303


def test_a_sitting_that_opened_between_two_minutes_can_be_changed_while_people_work_and_keeps_its_seconds(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    """A pause moves its end by seconds, and a sitting may have been made by another way than the form."""
    opens_at, closes_at = START - timedelta(minutes=59, seconds=31), START + timedelta(hours=3, seconds=42)
    session.execute(update(Sitting).values(opens_at=opens_at, closes_at=closes_at))
    session.commit()
    learner, client = browser(cast.learner), browser(cast.trainer)
    learner.get(f"/ujian/{CODE}")
    assert learner.post(f"/ujian/{CODE}/pengerjaan").status_code == 303
    shown = {"buka": opens_at, "tutup": closes_at}
    same = FORM | {key: f"{local(at, FORM['zona']):%Y-%m-%dT%H:%M}" for key, at in shown.items()}
    same |= {"peserta": "everyone", "kapasitas": "", "pindah": "password", "jaringan": "", "kunci_konfigurasi": ""}
    del same["pin"]

    answer = client.post(f"{SITTING}/ubah", data=same, follow_redirects=True)

    assert answer.status_code == 200
    assert "mengerjakan tidak berubah" not in answer.text
    (changed,) = ask(select(Sitting))
    assert (changed.title, changed.opens_at, changed.closes_at) == ("Angkatan 3", opens_at, closes_at)
    later = client.post(f"{SITTING}/ubah", data=same | {"tutup": "2026-11-23T11:00"}, follow_redirects=True)
    assert "Batas waktu 1 peserta yang sedang mengerjakan tidak berubah." in later.text
    assert ask(select(Sitting.closes_at)) == [datetime(2026, 11, 23, 3, 0, tzinfo=UTC)]
    assert ask(select(Attempt.due_at)) == [START + timedelta(minutes=30)]


def test_a_pin_that_the_organiser_replaces_stands_in_the_room_s_log_once_anybody_is_on_the_list(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    session.execute(update(Sitting).values(pin_round=1))
    session.commit()
    client, noted = browser(cast.trainer), select(SittingEvent.kind)
    client.post(f"{SITTING}/pin")
    assert ask(noted) == [], "a sitting that nobody uses can still be dropped"

    enter(session, cast, cast.learner)
    client.post(f"{SITTING}/pin")

    assert ask(noted) == ["pin"]
    assert "PIN diganti pukul 09.00 WIB. Bacakan PIN yang baru:" in client.get("/ruang/sesi-1").text


def test_a_change_shows_the_sitting_as_it_stands_and_keeps_what_was_typed(
    browser: Browser, cast: Cast, ask: Ask
) -> None:
    client = browser(cast.trainer)
    form = client.get(f"{SITTING}/ubah").text
    assert 'value="2026-11-23T08:00"' in form  # 01.00 UTC on the clock of Jakarta

    assert client.post(f"{SITTING}/ubah", data=FORM).status_code == 303
    assert ask(select(Sitting.title)) == ["Angkatan 3"]
    assert browser(cast.other_trainer).post(f"{SITTING}/ubah", data=FORM).status_code == 404


def test_an_old_page_does_not_take_back_unseen_what_somebody_else_changed_meanwhile(
    browser: Browser, cast: Cast, ask: Ask
) -> None:
    client = browser(cast.trainer)
    address = f"{client.post(f'{EXAM}/sesi', data=FORM).headers['Location']}/ubah"
    known = {"dari": mark(client.get(address).text)}
    extended = FORM | {"tutup": "2026-11-24T12:00", "jaringan": "10.20.0.0/16\r\n2001:db8::/48"}
    assert client.post(address, data=extended | known).status_code == 303

    refused = client.post(address, data=FORM | known | {"ruang": "Aula"})

    assert refused.status_code == 422
    assert "“Ditutup” sementara itu diubah menjadi: 2026-11-24 12.00." in refused.text
    assert 'value="Aula"' in refused.text
    assert "“Ruang atau tempat” sementara" not in refused.text, "nobody else changed that"
    (kept,) = ask(select(Sitting).where(Sitting.title == "Angkatan 3"))
    assert (kept.room, kept.closes_at) == ("Ruang CAT 2", datetime(2026, 11, 24, 4, tzinfo=UTC))
    again = FORM | {"ruang": "Aula", "dari": mark(refused.text)}
    assert client.post(address, data=again).status_code == 303, "it is known now what it replaces"
    (kept,) = ask(select(Sitting).where(Sitting.title == "Angkatan 3"))
    assert (kept.room, kept.closes_at) == ("Aula", datetime(2026, 11, 24, 3, tzinfo=UTC))


def mark(page: str) -> str:
    """What the form sends of how the sitting stood when it was drawn."""
    return str(re.findall(r'name="dari"[^>]* value="([^"]*)"', page)[0])


def test_the_pin_is_shown_and_replaced_once_for_each_who_saw_it(
    browser: Browser, cast: Cast, session: Session, app: Flask, ask: Ask
) -> None:
    session.execute(update(Sitting).values(pin_round=1))
    session.commit()
    secret = app.extensions["platform"].settings.secret_key
    first, second = pins.pin_of(secret, "sesi-1", 1), pins.pin_of(secret, "sesi-1", 2)
    client = browser(cast.trainer)
    assert f"{first[:3]} {first[3:]}" in client.get(SITTING).text

    assert client.post(f"{SITTING}/pin").status_code == 303

    shown = f"{second[:3]} {second[3:]}"
    page = client.get(
        SITTING
    ).text  # beside its message, before the list that comes between on a phone, and once at its place
    assert page.index("PIN diganti.") < page.index(shown) < page.index('id="peserta"') < page.rindex(shown)
    assert page.count("PIN diganti.") == 1
    assert client.get(SITTING).text.count(shown) == 1
    assert ask(select(AuditEvent.action).where(AuditEvent.action == "sitting.pin")) == ["sitting.pin"]
    assert browser(cast.other_trainer).post(f"{SITTING}/pin").status_code == 404


def test_a_supervised_sitting_without_a_named_proctor_says_what_to_do(
    browser: Browser, cast: Cast, session: Session
) -> None:
    client, said = browser(cast.trainer), "Sesi ini diawasi, tetapi belum ada pengawas yang ditunjuk."
    assert said not in client.get(SITTING).text
    session.execute(update(Sitting).values(supervised=True, opens_at=START + timedelta(hours=1)))
    session.commit()
    warned = client.get(SITTING).text
    assert f"{said} Tunjuk sebelum sesi dibuka" in warned
    assert f'href="{SITTING}/pengawas"' in warned

    row = {"sitting_id": 1, "user_id": cast.hr.user_id, "added_at": START, "added_by": cast.trainer.user_id}
    session.add(SittingProctor(**row))
    session.commit()

    assert said not in client.get(SITTING).text


def test_a_named_proctor_who_sits_there_is_no_proctor_on_the_sitting_s_page(
    browser: Browser, cast: Cast, session: Session
) -> None:
    session.execute(update(Sitting).values(supervised=True, opens_at=START + timedelta(hours=1)))
    row = {"sitting_id": 1, "user_id": cast.hr.user_id, "added_at": START, "added_by": cast.trainer.user_id}
    session.add(SittingProctor(**row))
    session.commit()
    client, warning = browser(cast.trainer), "yang ditunjuk adalah peserta sesi ini"
    assert warning not in client.get(SITTING).text

    enter(session, cast, cast.hr)

    page = client.get(SITTING).text
    assert f"{warning}, jadi ruang tertutup baginya. Tunjuk sebelum sesi dibuka" in page
    assert "Belum ada yang dapat mengawasi." in page
    assert page.count("Peserta sesi ini; ruang tertutup baginya") == 1


def test_the_fullest_page_stays_within_ten_statements_when_it_notes_the_session_s_use(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    enter(session, cast, cast.learner)
    client = browser(cast.trainer)
    session.execute(update(UserSession).values(last_seen_at=START - 2 * NOTED_EVERY))
    session.commit()

    client.get(SITTING)
    asked = list(client.counter.statements)

    assert START in ask(select(UserSession.last_seen_at)), "noted, in the statements that were counted"
    assert len(asked) <= 10, "\n".join(asked)


def test_an_unused_sitting_can_be_dropped_and_a_used_one_cannot(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    """It is offered where it can be done; else the page says why not."""
    client = browser(cast.trainer)
    unused = client.get(f"{SITTING}/ubah").text
    assert f'action="{SITTING}/hapus"' in unused
    assert "tidak dapat dihapus" not in unused
    enter(session, cast, cast.learner)
    used = client.get(f"{SITTING}/ubah").text
    assert f'action="{SITTING}/hapus"' not in used
    assert "Sesi ini tidak dapat dihapus: sudah ada peserta" in used
    assert "dihapus" not in client.get(f"{EXAM}/sesi-baru").text
    assert client.post(f"{SITTING}/hapus").headers["Location"].endswith("/sesi-1")
    assert len(ask(select(Sitting))) == 1
    made = client.post(f"{EXAM}/sesi", data=FORM).headers["Location"]

    assert client.post(f"{made}/hapus").headers["Location"] == EXAM
    assert [one.code for one in ask(select(Sitting))] == ["sesi-1"]
    assert client.post(f"{made}/hapus").status_code == 404
