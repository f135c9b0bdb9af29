"""An organiser assembles an exam: a new one, its blueprint saved, looked at, and changed by two at once; what a wrong role sees."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.exams import blueprints, candidates, rehearsing
from lms.exams.models import Blueprint, Candidate, Exam, Sitting
from lms.people.models import OrgUnit, RoleGrant, User
from lms.questions.models import Question, QuestionEnemy
from lms.web import blueprint_form
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.factory import CODE, CONTENT
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
EXAM = f"/kelola/ujian/{CODE}"
PAGE = f"{EXAM}/kisi-kisi"
NEW = "/kelola/ujian/baru"
KEPT = {"marking": {"markers": 2, "tolerance": 20}, "appeals": {"days": 3, "ruling_days": 14}}


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> None:
    """The trainer organises for Jakarta, the other trainer for Tangerang Selatan."""
    for who, unit in ((cast.trainer, cast.jakarta), (cast.other_trainer, cast.tangsel)):
        session.add(RoleGrant(user_id=who.user_id, role="organiser", unit_id=unit, since=date(2020, 1, 1)))
    factory.build(session, cast, content=CONTENT | KEPT)


def typed(button: str, since: int = 1, **changed: str) -> dict[str, object]:
    """The form as the page shows it, with something typed over it, and a button pressed."""
    form = blueprint_form.of({"duration_minutes": 30, "attempts": 3, "cooldown_hours": 24}, CONTENT)
    said: dict[str, object] = {name: form.getlist(name) for name in form}
    return (
        said | {"aksi": button, "dari": str(since)} | {name.replace("_", "-"): text for name, text in changed.items()}
    )


def test_a_blueprint_is_looked_at_without_saving_and_then_saved_as_the_next(
    browser: Browser, cast: Cast, ask: Ask
) -> None:
    client = browser(cast.trainer)
    page = client.get(PAGE).text
    assert "mudah: perlu 2, ada 4" in page
    assert "Simpan versi 2" in page
    assert "cara menilai" in page

    poor = client.post(PAGE, data=typed("periksa", b1_soal="7"))
    assert poor.status_code == 200
    assert "perlu 7, ada 6" in poor.text
    assert "perlu 7, ada 6" in poor.text
    assert len(ask(select(Blueprint.id))) == 1

    saved = client.post(PAGE, data=typed("simpan", b1_soal="4", durasi="45"))
    assert (saved.status_code, saved.headers["Location"]) == (303, EXAM)
    first, second = ask(select(Blueprint).order_by(Blueprint.number))
    assert first.content == CONTENT | KEPT
    assert [section["draw"] for section in second.content["sections"]] == [3, 4]
    assert {name: second.content[name] for name in KEPT} == KEPT
    assert (second.number, second.made_by) == (2, cast.trainer.user_id)
    assert ask(select(Exam.duration_minutes)) == [45]
    assert len(ask(select(AuditEvent.id).where(AuditEvent.action == "exam.blueprint"))) == 1

    client.post(PAGE, data=typed("simpan", b1_soal="4", durasi="45"))
    assert len(ask(select(Blueprint.id))) == 2


def test_what_the_bank_lacks_says_how_many_fit_where_fewer_can_be_drawn(
    browser: Browser, cast: Cast, session: Session
) -> None:
    keys = {one.uuid: one.id for one in session.scalars(select(Question))}
    first, second = sorted((keys["soal-2-0"], keys["soal-2-1"]))
    session.add(QuestionEnemy(first_id=first, second_id=second))
    session.commit()

    poor = browser(cast.trainer).post(PAGE, data=typed("periksa", b1_soal="7")).text

    assert "Penerapan, tingkat 2, bebas: perlu 7, ada 5 dari 6 yang cocok; yang lain terpakai" in " ".join(poor.split())


def test_a_longer_exam_warns_of_the_sittings_it_no_longer_fits_into(
    browser: Browser, cast: Cast, session: Session
) -> None:
    session.execute(update(Sitting).values(opens_at=START, closes_at=START + timedelta(minutes=60)))
    session.commit()
    client = browser(cast.trainer)
    named = f'href="{EXAM}/sesi/sesi-1/ubah"'
    assert named not in client.post(PAGE, data=typed("periksa", durasi="60")).text
    assert named in client.post(PAGE, data=typed("periksa", durasi="61")).text
    assert "lebih pendek daripada lama ujian" not in client.get(f"{EXAM}/sesi/sesi-1").text

    saved = client.post(PAGE, data=typed("simpan", durasi="61"), follow_redirects=True).text

    assert "Ada sesi yang kini lebih pendek" in saved
    assert "Terlalu pendek" in saved
    assert "lebih pendek daripada lama ujian, 61 menit" in client.get(f"{EXAM}/sesi/sesi-1").text


def test_saving_it_as_it_stands_changes_nothing(browser: Browser, cast: Cast, ask: Ask) -> None:
    saved = browser(cast.trainer).post(PAGE, data=typed("simpan"), follow_redirects=True)

    assert "tidak ada yang berubah" in saved.text
    assert len(ask(select(Blueprint.id))) == 1


def test_of_two_organisers_the_later_sees_both_and_loses_nothing(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.trainer)
    client.post(PAGE, data=typed("simpan", b0_judul="Dasar sekali", b0_batas="65", durasi="45"))

    late = client.post(PAGE, data=typed("simpan", b1_judul="Penerapan saya"))
    assert late.status_code == 409
    assert "Dasar sekali" in late.text
    assert "65 dari 100" in late.text
    assert "45 menit" in late.text
    assert 'value="Penerapan saya"' in late.text
    assert re.search(r'name="dari" value="2"', late.text)
    assert len(ask(select(Blueprint.id))) == 2

    assert client.post(PAGE, data=typed("simpan", since=2, b1_judul="Penerapan saya")).status_code == 303
    assert ask(select(func.max(Blueprint.number))) == [3]


def test_of_two_organisers_the_later_sees_that_the_time_was_changed_too(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.trainer)
    seen = re.search(r'name="dari-waktu" value="([^"]+)"', client.get(PAGE).text)
    assert seen
    client.post(PAGE, data=typed("simpan", durasi="45", dari_waktu=seen[1]))

    late = client.post(PAGE, data=typed("simpan", durasi="90", dari_waktu=seen[1]))

    assert late.status_code == 409
    assert "Waktu dan kesempatan diubah sejak Anda membuka halaman ini" in late.text
    assert "45 menit" in late.text
    assert 'value="90"' in late.text
    assert ask(select(Exam.duration_minutes)) == [45]
    again = re.search(r'name="dari-waktu" value="([^"]+)"', late.text)
    assert again
    assert client.post(PAGE, data=typed("simpan", durasi="90", dari_waktu=again[1])).status_code == 303
    assert ask(select(Exam.duration_minutes)) == [90]


def test_two_sections_of_one_name_are_refused_at_the_second(browser: Browser, cast: Cast, ask: Ask) -> None:
    refused = browser(cast.trainer).post(PAGE, data=typed("simpan", b1_judul=" Dasar"))

    assert refused.status_code == 422
    assert '<a href="#b1-judul">Bagian 2: Ada dua bagian dengan “Nama” yang sama.</a>' in refused.text
    assert len(ask(select(Blueprint.id))) == 1


def test_groups_and_bands_are_added_and_shown_with_what_each_section_asks(
    browser: Browser, cast: Cast, ask: Ask
) -> None:
    client = browser(cast.trainer)
    page = client.post(PAGE, data=typed("kelompok-tambah")).text
    assert 'name="k0-b1-batas"' in page
    assert 'name="b1-essay-salah"' in client.post(PAGE, data=typed("jenis-tambah-1", b1_jenis_baru="essay")).text
    assert 'id="p0"' in client.post(PAGE, data=typed("predikat-tambah")).text

    more: dict[str, Any] = {"kelompok": "0", "k0_kode": "khusus", "k0_nama": "Khusus", "k0_satuan": "tanpa", "k0_b1_satuan": "poin",
            "k0_b1_batas": "1,5", "predikat": "0", "p0_nama": "Baik", "p0_mulai": "80"}  # fmt: skip
    assert client.post(PAGE, data=typed("simpan", **more)).status_code == 303
    content = ask(select(Blueprint).order_by(Blueprint.number))[-1].content
    assert content["groups"] == [
        {"code": "khusus", "title": "Khusus", "sections": [{"title": "Penerapan", "pass_points": "1.5"}]}
    ]
    assert content["predicates"] == [{"title": "Baik", "from": 80}]
    assert 'value="1,5"' in client.get(PAGE).text


def test_the_page_of_an_exam_tells_the_pass_marks_of_each_group(browser: Browser, cast: Cast) -> None:
    client = browser(cast.trainer)
    assert "Batas kelompok" not in client.get(EXAM).text
    more: dict[str, Any] = {"kelompok": "0", "k0_kode": "khusus", "k0_nama": "Khusus", "k0_batas": "50", "k0_satuan": "persen",
            "k0_b0_satuan": "tanpa", "k0_b1_satuan": "persen", "k0_b1_batas": "40", "k0_kompensasi": "ya", "yakin": "ya"}  # fmt: skip
    assert client.post(PAGE, data=typed("simpan", **more)).status_code == 303

    page = client.get(EXAM).text

    said = re.sub(r"<[^>]+>", "", page)
    assert "Batas kelompok Khusus: Seluruh ujian 50 dari 100, Penerapan 40 dari 100, bagian saling menutup" in said
    assert "Jawaban diberi tingkat keyakinan." in said
    assert "Kekurangan satu bagian" not in said


@pytest.mark.parametrize(("changed", "named"), [({"b1_judul": "Lain"}, True), ({"b1_soal": "2"}, False)])
def test_a_pass_mark_names_its_panel_until_other_papers_are_drawn(
    browser: Browser, cast: Cast, session: Session, ask: Ask, changed: dict[str, Any], named: bool
) -> None:
    (plan,) = session.scalars(select(Blueprint)).all()
    content = {**plan.content, "panel": {"code": "abc", "percent": plan.content["pass_total"]}}
    blueprints.append(session, plan.exam_id, content, number=2, now=START)
    session.commit()

    assert browser(cast.trainer).post(PAGE, data=typed("simpan", since=2, **changed)).status_code == 303
    assert ("panel" in ask(select(Blueprint).order_by(Blueprint.number))[-1].content) is named


def test_what_is_wrong_stands_at_its_field_and_rows_move_without_scripts(
    browser: Browser, cast: Cast, ask: Ask
) -> None:
    client = browser(cast.trainer)

    refused = client.post(PAGE, data=typed("simpan", b1_soal="banyak", b0_kompetensi="TIDAK.ADA"))
    assert refused.status_code == 422
    assert 'href="#b1-soal"' in refused.text
    assert "Isi “Jumlah soal” dengan bilangan bulat 1 sampai 200." in refused.text
    assert 'id="b0-kompetensi-e"' in refused.text
    assert 'value="banyak"' in refused.text

    several = client.post(
        PAGE, data=typed("simpan", durasi="0", b0_judul="", b0_soal="0", predikat="0", p0_mulai="90")
    ).text
    places = re.findall(r'<li><a href="#([^"]+)">', several)
    assert places == ["durasi", "b0-judul", "b0-soal", "p0-nama"], "in the order in which the form was sent"
    assert '<a href="#p0-nama">Predikat 1: ' in several

    full = client.post(PAGE, data=typed("periksa") | {"bagian": [str(n) for n in range(blueprint_form.MOST)]}).text
    assert ('value="bagian-tambah"' in full, "Paling banyak 20." in full) == (False, True)

    moved = client.post(PAGE, data=typed("bagian-naik-1", b1_judul="Baru diketik"))
    assert moved.status_code == 200
    assert re.findall(r'name="bagian" value="(\d)"', moved.text) == ["1", "0"]
    assert 'value="Baru diketik"' in moved.text
    assert len(ask(select(Blueprint.id))) == 1


def test_the_page_speaks_english(browser: Browser, cast: Cast, session: Session) -> None:
    session.execute(update(User).values(language="en"))
    session.commit()

    refused = browser(cast.trainer).post(PAGE, data=typed("simpan", b1_soal="many", b1_benar="x")).text

    assert "Fill in “Questions” with a whole number from 1 to 200." in refused
    assert "Fill in “Right answer” with a number from -100 to 100, such as 65 or 90,01." in refused
    assert ">no pass mark</option>" in refused


@pytest.mark.parametrize("path", [PAGE, NEW])
def test_who_may_not_finds_nothing(browser: Browser, cast: Cast, path: str) -> None:
    assert browser(cast.learner).get(path).status_code == 403
    if path == PAGE:
        assert browser(cast.other_trainer).get(path).status_code == 404
        assert browser(cast.other_trainer).post(path, data=typed("simpan", b0_judul="Asing")).status_code == 404


def test_a_rehearsal_follows_and_is_changed_at_its_exam(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    exam = session.scalars(select(Exam)).one()
    made = rehearsing.provide(session, exam, CONTENT, "practice", by=None, now=START).code
    session.commit()
    client = browser(cast.trainer)

    assert client.get(f"/kelola/ujian/{made}/kisi-kisi").headers["Location"] == PAGE
    client.post(PAGE, data=typed("simpan", b1_soal="4"))
    rows = select(Blueprint).join(Exam, Exam.id == Blueprint.exam_id).where(Exam.code == made)
    assert [one.content["sections"][1]["draw"] for one in ask(rows.order_by(Blueprint.number))] == [3, 4]


def test_a_new_exam_leads_to_its_blueprint_and_is_made_once(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    unit = session.get_one(OrgUnit, cast.jakarta).code
    session.rollback()
    client = browser(cast.trainer)
    key = re.search(r'name="kunci"[^>]*value="([^"]+)"', client.get(NEW).text)
    assert key
    form = {"judul": "Uji Arsip", "kode": "uji-arsip", "unit": unit, "bank": "bank-ki", "kursus": "", "menit": "60",
            "kesempatan": "2", "jeda": "0", "tujuan": "exam", "kunci": key.group(1)}  # fmt: skip

    for _ in range(2):
        assert client.post(NEW, data=form).headers["Location"] == "/kelola/ujian/uji-arsip/kisi-kisi"
    assert len(ask(select(Exam.id).where(Exam.code == "uji-arsip"))) == 1
    assert client.post(NEW, data=form | {"kunci": ""}).status_code == 422
    assert client.post(NEW, data=form | {"kode": "baru", "kunci": ""}).status_code == 422
    assert client.post(NEW, data=form | {"kode": "Uji Arsip"}).status_code == 422
    assert browser(cast.other_trainer).post(NEW, data=form | {"kode": "lain", "kunci": ""}).status_code == 422
    assert len(ask(select(Exam.id))) == 2

    place = "/kelola/ujian/uji-arsip/kisi-kisi"
    page = client.get(place).text
    assert 'name="bagian" value="0"' in page
    assert "Ada yang perlu diperbaiki" not in page
    assert "Kisi-kisi yang lama" not in page  # there is none, and nobody has begun
    assert " 0 pengerjaan" not in page
    assert f'btn main" href="{place}"' in client.get("/kelola/ujian/uji-arsip").text  # the one next step
    first = typed("simpan", since=0) | {"bagian": ["0"]}
    assert client.post(place, data=first).status_code == 303
    assert [one.number for one in ask(select(Blueprint).join(Exam).where(Exam.code == "uji-arsip"))] == [1]


def test_the_tick_for_certainty_says_what_answers_then_count(browser: Browser, cast: Cast) -> None:
    page = browser(cast.trainer).get(PAGE).text
    hint = re.search(r'<p class="hint" id="yakin-h">([^<]*)</p>', page)

    assert hint
    assert hint[1].endswith("jawaban benar bernilai ⅓, ⅔, atau 1; jawaban salah 0, −⅔, atau −2")
    assert 'name="yakin" value="ya" aria-describedby="yakin-h"' in page


def test_a_fixed_question_is_named_by_the_address_of_its_page_and_shown_beside_the_field(
    browser: Browser, cast: Cast, ask: Ask
) -> None:
    client = browser(cast.trainer)
    pasted = "https://belajar.test/soal/bank-ki/soal-2-4/sunting?dari=2#isi\nhttps://belajar.test/soal/lain/bukan-ada\nsoal-2-1"

    page = client.post(PAGE, data=typed("periksa", b1_tetap=pasted)).text
    described = re.search(r'id="b1-tetap"[^>]*aria-describedby="([^"]*)"', page)
    beside = re.search(r'<ol[^>]*id="b1-tetap-isi">(.*?)</ol>', page, re.DOTALL)

    assert described
    assert "b1-tetap-isi" in described[1].split()
    assert beside
    words = " ".join(re.sub(r"<[^>]+>", " ", beside[1]).split())
    assert words == "Soal 2-4: mana yang benar? Tidak ada di bank soal ini bukan-ada Soal 2-1: mana yang benar?"
    saved = client.post(PAGE, data=typed("simpan", b1_tetap=pasted.replace("lain/bukan-ada", "bank-ki/soal-2-2")))
    assert saved.status_code == 303
    newest = ask(select(Blueprint).order_by(Blueprint.number.desc()))[0]
    assert newest.content["sections"][1]["fixed"] == ["soal-2-4", "soal-2-2", "soal-2-1"]


def test_a_sitting_warns_while_the_bank_cannot_fill_a_paper(browser: Browser, cast: Cast, session: Session) -> None:
    client = browser(cast.trainer)
    page = client.get(f"{EXAM}/sesi/sesi-1").text
    assert "Bank soal belum cukup" not in page
    assert "hanya tampil bagi peserta terdaftar" not in page

    session.execute(update(Exam).values(course_id=None))
    session.execute(update(Question).where(Question.uuid.like("soal-2-%")).values(status="suspended"))
    session.commit()
    page = client.get(f"{EXAM}/sesi/sesi-1").text

    assert "Bank soal belum cukup" in page
    assert "Penerapan, tingkat 2, bebas: perlu 3, ada 0" in page
    assert "hanya tampil bagi peserta terdaftar" in page
    assert f"/ujian/{CODE}</span>" in page


def test_a_title_is_put_right_in_the_audit_too_and_what_hangs_on_the_exam_holds_the_rest(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    made = rehearsing.provide(session, session.scalars(select(Exam)).one(), CONTENT, "practice", by=None, now=START)
    rehearsal = made.code
    session.commit()
    client = browser(cast.trainer)
    page = client.get(f"{EXAM}/data").text
    assert 'name="unit"' not in page
    assert "unit, bank soal, dan kursusnya tetap" in page

    assert client.post(f"{EXAM}/data", data={"judul": "  "}).status_code == 422
    for _ in range(2):
        answer = client.post(f"{EXAM}/data", data={"judul": "Uji  kearsipan", "unit": "lain", "kursus": ""})
        assert answer.headers["Location"] == EXAM
    (exam,) = ask(select(Exam).where(Exam.code == CODE))
    assert exam.title == "Uji kearsipan"
    assert exam.course_id is not None
    assert ask(select(Exam.title).where(Exam.code == rehearsal)) == ["Latihan: Uji kearsipan"]
    (noted,) = ask(select(AuditEvent).where(AuditEvent.action == "exam.correct"))  # the second time nothing changed
    assert noted.details["to"] == {"title": "Uji kearsipan"}
    assert client.get(f"/kelola/ujian/{rehearsal}/data").headers["Location"] == f"{EXAM}/data"

    why = client.get(f"{EXAM}/hapus").text
    for said in ("punya sesi", "dibawa paket"):
        assert said in why
    assert client.post(f"{EXAM}/hapus").status_code == 409
    assert browser(cast.other_trainer).post(f"{EXAM}/hapus").status_code == 404
    assert len(ask(select(Exam.id).where(Exam.code == CODE))) == 1


def test_an_exam_made_by_mistake_is_put_right_or_removed(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    unit, standing = session.get_one(OrgUnit, cast.jakarta).code, session.scalars(select(Exam)).one()
    bank, course = standing.bank_id, standing.course_id
    row = {"duration_minutes": 30, "max_attempts": 1, "cooldown_hours": 0}
    made = Exam(
        uuid="00000000-0000-4000-8000-00000000beef",
        code="uji-salah",
        title="Uji",
        unit_id=cast.jakarta,
        bank_id=bank,
        course_id=course,
        **row,
    )
    session.add(made)
    session.flush()
    blueprints.append(session, made.id, dict(CONTENT), number=1, now=START, by=cast.trainer.user_id)
    session.commit()
    client, place = browser(cast.trainer), "/kelola/ujian/uji-salah"
    assert 'name="unit"' in client.get(f"{place}/data").text

    given = {"judul": "Uji", "unit": unit, "bank": "bank-ki", "kursus": ""}
    assert client.post(f"{place}/data", data=given | {"bank": "lain"}).status_code == 422
    assert client.post(f"{place}/data", data=given).status_code == 303
    assert ask(select(Exam.course_id).where(Exam.code == "uji-salah")) == [None]
    for word in ("latihan", "uji-coba"):
        assert client.post(f"{place}/{word}").status_code == 303
    tried = session.scalars(select(Sitting).join(Exam).where(Exam.mode == "tryout")).one()
    candidates.add(session, tried, cast.learner.employee_id, extra_minutes=0, by=cast.trainer.user_id, now=START)
    session.commit()
    assert "sudah dipakai peserta" in client.get(f"{place}/hapus").text
    assert client.post(f"{place}/hapus").status_code == 409
    session.execute(delete(Candidate))
    session.commit()
    asked = client.get(f"{place}/hapus").text
    assert "Hapus ujian ini?" in asked
    assert "Latihan: Uji" in asked
    assert client.post(f"{place}/hapus").headers["Location"] == "/kelola/ujian"
    assert ask(select(Exam.code)) == [CODE]
    assert client.get(place).status_code == 404


@pytest.mark.parametrize("unit", ["persen", "poin"])
def test_an_empty_pass_mark_names_both_ways_out(browser: Browser, cast: Cast, unit: str) -> None:
    client = browser(cast.trainer)
    told = "Isi batas lulus, atau pilih satuan “tanpa batas”."
    refused = client.post(PAGE, data=typed("simpan", b0_batas="", b0_satuan=unit))
    assert refused.status_code == 422
    assert refused.text.split('id="b0-batas-e"')[1].split("</p>")[0].count(told) == 1

    assert told not in client.post(PAGE, data=typed("simpan", b0_batas="x", b0_satuan=unit)).text
    assert client.post(PAGE, data=typed("simpan", b0_batas="", b0_satuan="tanpa")).status_code == 303


@pytest.mark.parametrize("place", ["b0-batas", "batas"])
def test_a_pass_mark_beside_none_is_refused_and_stays_typed(browser: Browser, cast: Cast, place: str) -> None:
    unit = place.replace("batas", "satuan")
    refused = browser(cast.trainer).post(PAGE, data=typed("simpan") | {place: "65", unit: "tanpa"})

    assert refused.status_code == 422
    told = refused.text.split(f'id="{place}-e"')[1].split("</p>")[0]
    assert "Kosongkan batas lulus, atau pilih satuan “persen” atau “poin”." in told
    assert f'name="{place}" value="65"' in refused.text


@pytest.mark.parametrize(
    ("changed", "place", "most"),
    [
        ({"b0_batas": "15,5"}, "b0-batas", 15),
        ({"batas": "41", "satuan": "poin"}, "batas", 40),
        ({"k0_batas": "41", "k0_satuan": "poin"}, "k0-batas", 40),
        ({"k0_b1_batas": "25,5", "k0_b1_satuan": "poin"}, "k0-b1-batas", 25),
    ],
)
def test_more_points_than_there_are_cannot_be_asked_for(
    browser: Browser, cast: Cast, changed: dict[str, str], place: str, most: int
) -> None:
    client = browser(cast.trainer)
    sections: dict[str, Any] = {"b0_soal": "3", "b1_soal": "5", "b0_benar": "5", "b1_benar": "5", "b0_satuan": "poin", "b0_batas": "15",
                "b1_satuan": "poin", "b1_batas": "25", "batas": "40", "satuan": "poin"}  # fmt: skip
    group = {"kelompok": "0", "k0_kode": "khusus", "k0_nama": "Khusus", "k0_satuan": "tanpa"}
    whole = sections | group

    refused = client.post(PAGE, data=typed("simpan", **(whole | changed)))

    assert refused.status_code == 422
    assert f'id="{place}-e"' in refused.text
    assert refused.text.count("lebih dari itu tidak dapat dicapai") == 2
    assert f"Isi paling banyak {most}:" in refused.text
    assert client.post(PAGE, data=typed("simpan", **whole)).status_code == 303
