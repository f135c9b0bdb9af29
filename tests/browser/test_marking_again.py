"""An essay is marked again by somebody else, in a real browser: an organiser by keyboard, a panel of two, and what everybody reads."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock, completion
from lms.exams.appealing.models import Appeal
from lms.exams.marking.models import Work
from lms.exams.models import Attempt
from lms.questions.models import Question, QuestionVersion
from tests.browser.conftest import Live, violations_light_and_dark
from tests.browser.test_after import sound
from tests.cast import Person
from tests.exams import factory
from tests.exams.marking import essays
from tests.exams.sitting import sit

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]


def build(live: Live) -> tuple[Attempt, Work, str]:
    """The learner's two essays have 0.75 each by the colleague: 87.5 per cent. (attempt, first essay, its question's UUID)."""
    begun, cast = clock.now() - timedelta(hours=1), live.cast
    content = essays.plan() | {"release": "items", "appeals": {"days": 3, "ruling_days": 14}}
    with live.database.writer() as session:
        factory.build(session, cast, now=begun, content=content, bank_of=essays.BANK)
        for who, role in ((cast.colleague, "marker"), (cast.other_manager, "marker"), (cast.hr, "organiser")):
            essays.grant(session, who, role, cast.jakarta)
        session.commit()
        attempt = sit(session, cast.learner, essays.ANSWERS, now=begun)
        for work in session.scalars(select(Work)).all():
            give(session, work, cast.colleague, 4, 2)
        session.commit()
        work = session.scalars(select(Work).order_by(Work.id).limit(1)).one()
        rows = select(Question.uuid).join(QuestionVersion, QuestionVersion.question_id == Question.id)
        uuid = session.scalars(rows.where(QuestionVersion.id == work.version_id)).one()
    return attempt, work, uuid


def give(session: Session, work: Work, who: Person, *points: int) -> None:
    content = session.get_one(QuestionVersion, work.version_id).content
    now = clock.now()
    completion.give_mark(
        session, work.id, content, essays.points(*points), comment="", seen=0, by=who.user_id,
        employee_id=who.employee_id, now=now, today=now.date(),
    )  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
def test_an_organiser_gives_an_answer_to_another_marker(live: Live, page_of: PageOf, width: int) -> None:
    attempt, work, uuid = build(live)
    page = page_of(live.cast.hr, width=width)
    page.goto(f"/kelola/ujian/{factory.CODE}/penilaian-ulang/baru/{uuid}/1")
    page.get_by_label("Nilai lagi").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_label("Nomor jawaban")).to_be_focused()
    page.keyboard.type("tidakada")
    page.keyboard.press("Tab")
    page.keyboard.type("Penilai keliru membaca rubrik.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#galat")).to_be_focused()
    sound(page)
    page.get_by_label("Nomor jawaban").fill(work.code)
    page.get_by_role("button", name="Lihat perubahannya").click()
    expect(page.get_by_text("Setiap jawaban perlu 1 penilai lain.")).to_be_visible()
    assert violations_light_and_dark(page) == []
    sound(page)
    page.get_by_label("Saya sudah memeriksa").check()
    page.get_by_role("button", name="Berikan kepada penilai lain").click()
    expect(page.get_by_text("0 dari 1 jawaban sudah dinilai lagi")).to_be_visible()
    sound(page)
    page.goto(f"/kelola/ujian/{factory.CODE}/penilaian-ulang")
    expect(page.get_by_text("menunggu penilai")).to_be_visible()
    sound(page)

    candidate = page_of(live.cast.learner, width=width)
    candidate.goto(f"/pengerjaan/{attempt.code}/hasil")
    expect(candidate.get_by_text("Sampai selesai, nilai yang lama berlaku.")).to_be_visible()
    assert violations_light_and_dark(candidate) == []
    sound(candidate)

    first = page_of(live.cast.colleague, width=width)
    first.goto(f"/koreksi/jawaban/{work.code}")
    expect(first.get_by_text("Jawaban ini dinilai lagi oleh penilai lain.")).to_be_visible()
    sound(first)
    other = page_of(live.cast.other_manager, width=width)
    other.goto("/koreksi")
    other.locator("tbody th a").first.click()
    other.get_by_role("link", name="Nilai jawaban berikutnya").click()
    other.get_by_label("Isi", exact=True).fill("2")
    other.get_by_label("Bahasa", exact=True).fill("0")
    other.get_by_role("button", name="Simpan & lanjut").click()
    expect(other.get_by_text("Tidak ada lagi jawaban soal ini")).to_be_visible()

    candidate.reload()
    expect(candidate.get_by_text("Nilai Anda berubah dari 87,50 menjadi 75,00 dari 100.")).to_be_visible()
    sound(candidate)


def test_a_panel_of_two_has_an_answer_marked_again(live: Live, page_of: PageOf) -> None:
    attempt, work, _uuid = build(live)
    candidate = page_of(live.cast.learner, width=360)
    candidate.goto(f"/pengerjaan/{attempt.code}/rincian/{work.item}")
    candidate.get_by_label("Mengapa soal atau nilainya keliru?").fill("Butir kedua rubrik terpenuhi.")
    candidate.get_by_role("button", name="Kirim sanggahan").click()
    expect(candidate.get_by_text("menunggu putusan")).to_be_visible()
    with live.database.reader() as session:
        panel = f"/sanggah/{session.scalars(select(Appeal.code)).one()}"
    first = page_of(live.cast.trainer, width=360)
    first.goto(panel)
    first.get_by_label("Nilai lagi jawaban ini").check()
    first.locator("#alasan").fill("Penilai keliru membaca rubrik.")
    first.get_by_role("button", name="Catat usulan").click()
    expect(first.get_by_text("1 jawaban diberikan kepada penilai")).to_be_visible()
    sound(first)
    second = page_of(live.cast.hr)
    second.goto(panel)
    sound(second)
    second.get_by_role("button", name="Setujui dan putuskan").click()
    expect(second.get_by_text("Sanggahan diterima.")).to_be_visible()
    sound(second)
    candidate.reload()
    expect(candidate.get_by_text("Jawaban Anda sedang dinilai lagi oleh penilai lain")).to_be_visible()
    sound(candidate)
