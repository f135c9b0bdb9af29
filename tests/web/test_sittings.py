"""An organiser's pages: exams, scheduling, the page of a sitting, its PIN and its papers."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.clock import local
from lms.exams import blueprints, candidates, pins, preparing_all
from lms.exams.models import Attempt, Blueprint, Candidate, Paper, Sitting, SittingEvent
from lms.exams.room_models import SittingProctor
from lms.people.models import RoleGrant, UserSession
from lms.platform import Platform
from lms.questions.models import Question
from lms.web.request import NOTED_EVERY
from tests.cast import START, Cast, Person
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.factory import CODE, Hall
from tests.exams.test_room import begin
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
EXAM = f"/kelola/ujian/{CODE}"
SITTING = f"{EXAM}/sesi/sesi-1"
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
    "kunci_konfigurasi": "A" * 64,
    "kunci_peramban": "",
}


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    """The trainer organises for Jakarta, the other trainer for Tangerang Selatan."""
    for who, unit in ((cast.trainer, cast.jakarta), (cast.other_trainer, cast.tangsel)):
        session.add(RoleGrant(user_id=who.user_id, role="organiser", unit_id=unit, since=date(2020, 1, 1)))
    return factory.build(session, cast)


def enter(session: Session, cast: Cast, who: Person, extra_minutes: int = 0) -> None:
    sitting = session.scalars(select(Sitting)).one()
    candidates.add(session, sitting, who.employee_id, extra_minutes=extra_minutes, by=cast.trainer.user_id, now=START)
    session.commit()


def test_an_organiser_sees_the_exams_of_the_own_units_only(browser: Browser, cast: Cast) -> None:
    assert f'href="{EXAM}"' in browser(cast.trainer).get("/kelola/ujian").text
    assert "Belum ada ujian di unit Anda" in browser(cast.other_trainer).get("/kelola/ujian").text


@pytest.mark.parametrize("path", [EXAM, SITTING, f"{EXAM}/sesi-baru", f"{SITTING}/ubah", f"{SITTING}/peserta.xlsx"])
def test_an_organiser_of_another_unit_finds_nothing_there(browser: Browser, cast: Cast, path: str) -> None:
    assert browser(cast.trainer).get(path).status_code == 200
    assert browser(cast.other_trainer).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/kelola/ujian", EXAM, SITTING, "/kelola/ujian/templat-peserta.xlsx"])
def test_a_learner_is_told_who_may_enter(browser: Browser, cast: Cast, path: str) -> None:
    refused = browser(cast.learner).get(path)

    assert refused.status_code == 403
    if refused.mimetype == "text/html":
        assert "penyelenggara ujian" in refused.text


@pytest.mark.parametrize(
    ("state", "shown"), [("open", True), ("ahead", False), ("none", False), ("", True), ("nonsens", True)]
)
def test_the_list_is_narrowed_by_state_and_by_words(browser: Browser, cast: Cast, state: str, shown: bool) -> None:
    client = browser(cast.trainer)

    assert (f'href="{EXAM}"' in client.get(f"/kelola/ujian?keadaan={state}").text) == shown
    assert (f'href="{EXAM}"' in client.get(f"/kelola/ujian?keadaan={state}&cari=keamanan").text) == shown
    assert f'href="{EXAM}"' not in client.get("/kelola/ujian?cari=tidak+ada").text


def test_the_exam_page_shows_the_blueprint_beside_the_bank(browser: Browser, cast: Cast) -> None:
    page = browser(cast.trainer).get(EXAM).text

    assert "mudah: 2 dari 4 soal" in page
    assert "bebas: 3 dari 6 soal" in page
    assert "belum cukup" not in page


def test_what_the_bank_lacks_is_said_before_the_sitting_opens(browser: Browser, cast: Cast, session: Session) -> None:
    session.execute(update(Question).where(Question.uuid.like("soal-2-%")).values(status="suspended"))
    session.commit()

    page = browser(cast.trainer).get(EXAM).text

    assert "Bank soal belum cukup" in page
    assert "Penerapan, tingkat 2, bebas: perlu 3, ada 0" in page


def test_what_a_blueprint_asks_beyond_numbers_is_said_with_what_lacks(
    browser: Browser, cast: Cast, session: Session
) -> None:
    sections: Any = factory.CONTENT["sections"]
    first, second = sections
    content = {
        **factory.CONTENT,
        "sections": [
            {name: value for name, value in first.items() if name != "difficulty"} | {"tagged": {"surel": 2}},
            {**second, "fixed": ["soal-2-0"]},
        ],
    }
    session.execute(update(Blueprint).values(content=content))
    session.commit()

    page = browser(cast.trainer).get(EXAM).text

    assert "Dasar, tingkat 1, bertag surel: perlu 2, ada 0" in page
    assert "bertag surel: 2 dari 0 soal" in page
    assert "bebas: 1 dari 4 soal" in page  # six of level 1, less the two that are to bear the tag
    assert "1 soal di antaranya selalu sama" in page


def test_a_question_that_always_stands_there_is_named_where_it_cannot(
    browser: Browser, cast: Cast, session: Session
) -> None:
    asked: Any = factory.CONTENT["sections"]
    first, second = asked
    sections = [first, {**second, "fixed": ["soal-2-0", "soal-1-5"]}]  # the latter is of level 1
    session.execute(update(Blueprint).values(content={**factory.CONTENT, "sections": sections}))
    session.commit()

    page = browser(cast.trainer).get(EXAM).text

    assert "Penerapan, tingkat 2: soal tetap soal-1-5 tidak ada, tidak cocok, atau" in page
    assert "soal tetap soal-2-0" not in page


def test_rules_of_the_whole_paper_are_said_and_a_difficulty_that_is_out_of_reach(
    browser: Browser, cast: Cast, session: Session
) -> None:
    content = {
        **factory.CONTENT,
        "balance": {"facility": "0.95", "tolerance": "0.01"},
        "exposure": {"percent": 100, "days": 90},
        "trial": 2,
    }
    session.execute(update(Blueprint).values(content=content))
    session.commit()

    page = browser(cast.trainer).get(EXAM).text

    assert "Tingkat kesukaran naskah: perlu 95%, yang terdekat" in page
    assert "Tingkat kesukaran setiap naskah 95%, boleh meleset 1 poin." in page
    assert "paling banyak di 100% naskah selama 90 hari" in page
    assert "2 soal uji coba ditambahkan dan tidak dihitung" in page


def test_a_bank_that_will_wear_out_says_for_how_many_papers_it_suffices(
    browser: Browser, cast: Cast, session: Session
) -> None:
    """Six questions fit the second section, three a paper, each on 17 % of the papers: two papers use them all, and the third
    finds none. Until then people start, so nobody is said to be shut out."""
    session.execute(update(Blueprint).values(content={**factory.CONTENT, "exposure": {"percent": 17, "days": 90}}))
    session.commit()
    client = browser(cast.trainer)

    for address in (EXAM, SITTING):
        page = client.get(address).text
        assert "Bank soal cukup untuk paling banyak 2 naskah lagi." in page
        assert "Tidak ada yang dapat mulai" not in page
        assert "belum cukup" not in page
    assert "Di sesi ini 0 peserta belum punya naskah." in page


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
    client = browser(cast.trainer)
    enter(session, cast, cast.learner)
    assert client.post(f"{SITTING}/hapus").headers["Location"].endswith("/sesi-1")
    assert len(ask(select(Sitting))) == 1
    made = client.post(f"{EXAM}/sesi", data=FORM).headers["Location"]

    assert client.post(f"{made}/hapus").headers["Location"] == EXAM
    assert [one.code for one in ask(select(Sitting))] == ["sesi-1"]
    assert client.post(f"{made}/hapus").status_code == 404


def test_papers_are_laid_ready_before_the_doors_open_and_who_is_kept_from_one_is_named(
    browser: Browser, cast: Cast, session: Session, app: Flask, ask: Ask
) -> None:
    session.execute(update(Sitting).values(opens_at=START + timedelta(days=2)))
    enter(session, cast, cast.learner, extra_minutes=12)
    enter(session, cast, cast.colleague)
    client = browser(cast.trainer)
    assert client.post(f"{SITTING}/naskah").status_code == 303
    platform: Platform = app.extensions["platform"]
    sitting_id = ask(select(Sitting.id))[0]

    for _ in range(2):
        preparing_all.prepare_papers(platform, sitting_id)

    attempt = ask(select(Attempt))
    assert [(one.employee_id, one.state, one.extra_minutes) for one in attempt] == [
        (cast.learner.employee_id, "prepared", 12)
    ]
    obstacles = ask(select(Candidate.obstacle).order_by(Candidate.id))
    assert obstacles == [None, "lessons"]
    page = client.get(SITTING).text
    assert "1 dari 2 peserta sudah punya naskah" in page
    assert "Materi kursus belum selesai" in page
    assert "Budi Rekan" in client.get(f"{SITTING}?status=obstacle").text
    assert "Sari Uji" not in client.get(f"{SITTING}?status=obstacle").text


def test_papers_of_a_replaced_blueprint_are_drawn_anew_for_who_has_not_begun(
    browser: Browser, cast: Cast, session: Session, app: Flask, ask: Ask
) -> None:
    (plan,), (exam_id,) = ask(select(Blueprint.id)), ask(select(Blueprint.exam_id))
    enter(session, cast, cast.learner)
    client, sitting_id = browser(cast.trainer), ask(select(Sitting.id))[0]
    preparing_all.prepare_papers(app.extensions["platform"], sitting_id)
    of_paper = select(Paper.blueprint_id).join(Attempt, Attempt.paper_id == Paper.id)
    assert ask(of_paper) == [plan]
    assert "kisi-kisi lama" not in client.get(SITTING).text
    blueprints.append(session, exam_id, factory.CONTENT | {"pass_total": 71}, number=2, now=START)
    session.commit()

    assert "1 naskah yang siap masih mengikuti kisi-kisi lama" in client.get(SITTING).text
    assert "1 naskah dari kisi-kisi lama disusun ulang" in client.post(f"{SITTING}/naskah", follow_redirects=True).text
    preparing_all.prepare_papers(app.extensions["platform"], sitting_id)

    assert ask(of_paper) == ask(select(Blueprint.id).where(Blueprint.number == 2))
    assert "kisi-kisi lama disusun" not in client.post(f"{SITTING}/naskah", follow_redirects=True).text


def test_a_bank_that_cannot_fill_papers_is_written_beside_each_name(
    browser: Browser, cast: Cast, session: Session, app: Flask, ask: Ask
) -> None:
    enter(session, cast, cast.learner)
    session.execute(update(Question).values(status="suspended"))
    session.commit()

    preparing_all.prepare_papers(app.extensions["platform"], ask(select(Sitting.id))[0])

    assert ask(select(Candidate.obstacle)) == ["infeasible"]
    assert "Bank soal belum cukup" in browser(cast.trainer).get(SITTING).text


def test_a_name_is_looked_for_without_entering_the_address(browser: Browser, cast: Cast, session: Session) -> None:
    enter(session, cast, cast.learner)
    enter(session, cast, cast.colleague)
    client = browser(cast.trainer)

    found = client.post(SITTING, data={"cari": "sari"})

    assert found.headers["Location"].endswith("/sesi-1?cari=ya")
    page = client.get(found.headers["Location"]).text
    assert "Sari Uji" in page
    assert "Budi Rekan" not in page


def test_who_is_at_work_and_who_has_finished_is_seen(
    browser: Browser, cast: Cast, session: Session, time: Clock
) -> None:
    learner, organiser = browser(cast.learner), browser(cast.trainer)
    learner.get(f"/ujian/{CODE}")
    begun = learner.post(f"/ujian/{CODE}/pengerjaan").headers["Location"].split("/")[2]
    assert "selesai 09.30 WIB" in organiser.get(SITTING).text

    learner.post(f"/pengerjaan/{begun}/pengumpulan")

    page = organiser.get(f"{SITTING}?status=done").text
    assert "0,00" in page
    assert "Belum lulus" in page


def test_the_rules_after_an_exam_are_settled_by_its_organiser_alone(browser: Browser, cast: Cast, ask: Ask) -> None:
    rules, organiser = f"/kelola/ujian/{CODE}/aturan", browser(cast.trainer)
    assert f'href="{rules}"' in organiser.get(f"/kelola/ujian/{CODE}").text
    assert "Belum ada yang mulai" in organiser.get(rules).text
    chosen = {"penilai": "2", "selisih": "15", "terbuka": "items", "sanggah": "y", "hari": "3", "putusan": "14"}
    assert organiser.post(rules, data=chosen | {"hari": "0"}).status_code == 422
    assert browser(cast.learner).post(rules, data=chosen).status_code == 403
    assert browser(cast.other_trainer).post(rules, data=chosen).status_code == 404

    assert organiser.post(rules, data=chosen).status_code == 303

    content = ask(select(Blueprint.content).order_by(Blueprint.number))[-1]
    assert (content["marking"], content["release"]) == ({"markers": 2, "tolerance": 15}, "items")
    assert content["appeals"] == {"days": 3, "ruling_days": 14}


def test_once_somebody_has_begun_the_rules_only_grow_and_the_page_says_so(
    browser: Browser, cast: Cast, session: Session
) -> None:
    rules, organiser = f"/kelola/ujian/{CODE}/aturan", browser(cast.trainer)
    chosen = {"penilai": "1", "selisih": "20", "terbuka": "items", "sanggah": "y", "hari": "3", "putusan": "14"}
    organiser.post(rules, data=chosen)
    begin(session, cast)
    session.commit()

    assert "Sudah ada peserta yang mulai" in organiser.get(rules).text
    refused = organiser.post(rules, data=chosen | {"terbuka": "score", "hari": "2"})

    assert refused.status_code == 422
    assert "yang terbuka hanya dapat ditambah" in refused.text
    assert "hak sanggah hanya dapat ditambah" in refused.text
    assert organiser.post(rules, data=chosen | {"terbuka": "key"}).status_code == 303
