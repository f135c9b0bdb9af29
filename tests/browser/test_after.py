"""What comes after an exam, in a real browser: marked on a phone, appealed, ruled by two, regraded; by axe and by keyboard."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from lms import clock
from lms.exams.appealing.models import Appeal
from lms.exams.marking.models import Work
from lms.exams.models import Attempt, Result, Sitting
from lms.exams.regrading import applying, regrades
from lms.exams.regrading.models import Regrade, RegradeRow
from lms.people.sign_in import open_session
from tests.browser.conftest import Live, violations, violations_light_and_dark
from tests.cast import official
from tests.certificates import register
from tests.competencies import proofs
from tests.exams import factory
from tests.exams.marking import essays
from tests.exams.regrading import test_regrades as exam
from tests.exams.sitting import sit

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]


def sound(page: Page) -> None:
    """Nothing that axe finds, and no sideways scrolling."""
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


@pytest.mark.parametrize("width", [360, 1280])
def test_a_marker_goes_through_the_answers_and_the_result_is_there(live: Live, page_of: PageOf, width: int) -> None:
    begun = clock.now() - timedelta(hours=1)
    with live.database.writer() as session:
        factory.build(session, live.cast, now=begun, content=essays.plan(), bank_of=essays.BANK)
        essays.grant(session, live.cast.colleague, "marker", live.cast.jakarta)
        session.commit()
        attempt = sit(session, live.cast.learner, essays.ANSWERS, now=begun)
    page = page_of(live.cast.colleague, width=width)
    page.goto("/koreksi")
    sound(page)
    page.locator("tbody th a").first.click()
    sound(page)
    page.get_by_role("link", name="Nilai jawaban berikutnya").click()
    page.get_by_role("button", name="Simpan & lanjut").click()
    expect(page.locator("#galat")).to_be_focused()
    sound(page)
    while page.get_by_label("Isi", exact=True).count():
        page.get_by_label("Isi", exact=True).fill("5,5")
        page.get_by_label("Bahasa", exact=True).press_sequentially("2")
        with page.expect_navigation():
            page.keyboard.press("Enter")
    page.goto("/koreksi")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Nilai jawaban berikutnya").click()
    page.get_by_label("Isi", exact=True).fill("6")
    page.get_by_label("Bahasa", exact=True).fill("2")
    page.context.set_offline(True)
    page.get_by_role("button", name="Simpan & lanjut").click()
    expect(page.get_by_role("alert").filter(has_text="Isian Anda masih di halaman ini")).to_be_focused()
    expect(page.get_by_label("Isi", exact=True)).to_have_value("6")
    sound(page)
    page.context.set_offline(False)
    page.get_by_role("button", name="Simpan & lanjut").click()
    expect(page.get_by_text("Tidak ada lagi jawaban soal ini")).to_be_visible()
    sound(page)
    with live.database.reader() as session:
        assert set(session.scalars(select(Work.state))) == {"settled"}
        newest = session.scalars(select(Result).where(Result.attempt_id == attempt.id, Result.number == 2)).one()
        assert newest.state == "graded"


def test_marking_needs_no_script(live: Live, page_of: PageOf) -> None:
    begun = clock.now() - timedelta(hours=1)
    with live.database.writer() as session:
        factory.build(session, live.cast, now=begun, content=essays.plan(), bank_of=essays.BANK)
        essays.grant(session, live.cast.colleague, "marker", live.cast.jakarta)
        session.commit()
        sit(session, live.cast.learner, essays.ANSWERS, now=begun)
    page = page_of(live.cast.colleague, width=360, js=False)
    page.goto("/koreksi")
    page.locator("tbody th a").first.click()
    page.get_by_role("link", name="Nilai jawaban berikutnya").click()
    page.get_by_label("Isi", exact=True).fill("6")
    page.get_by_label("Bahasa", exact=True).fill("2")
    page.get_by_text("Komentar dan bank komentar").click()  # folded on a phone
    page.get_by_label("Komentar", exact=True).fill("Lengkap.")
    page.get_by_label("Simpan komentar ini").check()
    page.get_by_role("button", name="Simpan & lanjut").click()
    expect(page.get_by_text("Nilai tersimpan.")).to_be_visible()
    page.goto("/koreksi/komentar")
    expect(page.get_by_text("Lengkap.").first).to_be_visible()


def test_an_appeal_is_filed_ruled_and_everybody_is_regraded(live: Live, page_of: PageOf) -> None:
    begun, cast = clock.now() - timedelta(hours=1), live.cast
    content = {**exam.PLAN, "release": "items", "appeals": {"days": 3, "ruling_days": 14}}
    with live.database.writer() as session:
        factory.build(session, cast, now=begun, content=content, bank_of=exam.BANK)
        essays.grant(session, cast.manager, "marker", cast.jakarta)
        session.commit()
        attempt = sit(session, cast.colleague, {"single_choice": "1", "true_false": False}, now=begun)
        other = sit(session, cast.outsider, {"single_choice": "1", "true_false": True}, now=begun)
        version = exam.version_of(session, "single_choice").id
        marks = session.scalars(select(Result.marks).where(Result.attempt_id == attempt.id)).one()
        number = next(mark["item"] for mark in marks if mark["version"] == version)
    candidate = page_of(cast.colleague, width=360)
    candidate.goto(f"/pengerjaan/{attempt.code}/hasil")
    candidate.get_by_role("link", name="Lihat rincian dan ajukan sanggahan").click()
    sound(candidate)
    candidate.get_by_role("link", name=f"Soal {number}", exact=True).click()
    sound(candidate)
    candidate.get_by_label("Mengapa soal atau kuncinya keliru?").fill("Pilihan kedua juga benar.")
    candidate.get_by_role("button", name="Kirim sanggahan").click()
    expect(candidate.get_by_text("menunggu putusan")).to_be_visible()
    sound(candidate)

    first = page_of(cast.trainer)
    first.goto("/sanggah")
    sound(first)
    first.locator("tbody th a").click()
    sound(first)
    first.get_by_label("Terima juga").check()
    first.get_by_label("Salah", exact=True).check()
    first.locator("#alasan").fill("Keduanya benar menurut materi 3.")
    first.get_by_role("button", name="Catat usulan").click()
    second = page_of(cast.manager, width=360)
    with live.database.reader() as session:
        second.goto(f"/sanggah/{session.scalars(select(Appeal.code)).one()}")
    sound(second)
    expect(second.get_by_text("2 pengerjaan memuat soal ini: 2 berubah nilai")).to_be_visible()
    second.get_by_role("button", name="Setujui dan putuskan").click()
    expect(second.get_by_text("Sanggahan diterima.")).to_be_visible()

    regrade_all(live)
    candidate.reload()
    expect(candidate.get_by_text("Keduanya benar menurut materi 3.")).to_be_visible()
    affected = page_of(cast.outsider, width=360)
    affected.goto(f"/pengerjaan/{other.code}/hasil")
    expect(affected.get_by_text("Nilai Anda berubah dari 50,00 menjadi 100,00 dari 100.")).to_be_visible()
    sound(affected)


@pytest.mark.parametrize("width", [360, 1280])
def test_questions_wait_for_the_end_of_the_sitting(live: Live, page_of: PageOf, width: int) -> None:
    """The organiser settles it; the candidate reads figures and from when the rest is there, then reads and appeals."""
    begun, cast = clock.now() - timedelta(hours=1), live.cast
    with live.database.writer() as session:
        factory.build(session, cast, now=begun, content=exam.PLAN, bank_of=exam.BANK)
        essays.grant(session, cast.hr, "organiser", cast.jakarta)
        session.commit()
    organiser = page_of(cast.hr, width=width)
    organiser.goto(f"/kelola/ujian/{factory.CODE}/aturan")
    expect(organiser.get_by_label("Setelah sesi selesai, saat tidak ada lagi")).to_be_checked()
    organiser.get_by_label("Nilai, soal, jawabannya sendiri, dan poinnya").check()
    organiser.get_by_label("Peserta dapat menyanggah butir soal").check()
    sound(organiser)
    organiser.get_by_role("button", name="Simpan aturan").click()
    expect(organiser.get_by_text("Aturan disimpan.")).to_be_visible()
    with live.database.writer() as session:
        attempt = sit(session, cast.colleague, {"single_choice": "1", "true_false": True}, now=begun)
    candidate = page_of(cast.colleague, width=width)
    candidate.goto(f"/pengerjaan/{attempt.code}/hasil")
    expect(candidate.get_by_role("heading", name="Anda lulus")).to_be_visible()
    waits = candidate.get_by_text("Soal, jawaban Anda, dan poinnya belum dapat dibaca.")
    for address in ("hasil", "rincian", "rincian/1"):
        candidate.goto(f"/pengerjaan/{attempt.code}/{address}")
        expect(waits).to_be_visible()
        expect(candidate.get_by_text("mana yang benar?")).to_have_count(0)
        assert violations_light_and_dark(candidate) == [], address
        sound(candidate)

    with live.database.writer() as session:
        session.execute(update(Sitting).values(closes_at=clock.now() - timedelta(minutes=1)))
        session.commit()
    candidate.goto(f"/pengerjaan/{attempt.code}/hasil")
    candidate.get_by_role("link", name="Lihat rincian dan ajukan sanggahan").click()
    candidate.get_by_role("link", name="Soal 1", exact=True).click()
    expect(candidate.get_by_text("mana yang benar?")).to_be_visible()
    expect(candidate.get_by_role("button", name="Kirim sanggahan")).to_be_visible()
    sound(candidate)


def regrade_all(live: Live) -> None:
    """What the worker does, which does not run here."""
    with live.database.writer() as session:
        regrade = session.scalars(select(Regrade).where(Regrade.state == "applying")).one()
        for row_id in list(session.scalars(select(RegradeRow.id))):
            applying.apply_row(session, row_id, now=clock.now(), today=clock.now().date())
        assert regrades.finish(session, regrade.id, now=clock.now())
        session.commit()


def assemble(page: Page) -> None:
    """Begin an exam, and change a blueprint: rows take the focus along, and so does what is wrong."""
    page.goto("/kelola/ujian/baru")
    page.get_by_role("button", name="Buat ujian").click()
    expect(page.locator("#galat")).to_be_focused()
    sound(page)
    page.goto(f"/kelola/ujian/{factory.CODE}/kisi-kisi")
    page.get_by_role("button", name="Tambah kelompok").click()
    expect(page.locator("#k0")).to_be_focused()
    page.get_by_role("button", name="Tambah bagian").click()
    expect(page.get_by_role("heading", name="Bagian", exact=False).and_(page.locator(":focus"))).to_be_visible()
    page.get_by_role("button", name="Simpan versi 2").click()
    expect(page.locator("#galat")).to_be_focused()
    sound(page)


def test_an_organiser_sees_the_difference_before_it_holds(live: Live, page_of: PageOf) -> None:
    begun, cast = clock.now() - timedelta(hours=1), live.cast
    with live.database.writer() as session:
        factory.build(session, cast, now=begun, content=exam.PLAN, bank_of=exam.BANK)
        essays.grant(session, cast.hr, "organiser", cast.jakarta)
        session.commit()
        sit(session, cast.learner, {"single_choice": "0", "true_false": False}, now=begun)
    for width in (1280, 360):
        page = page_of(cast.hr, width=width)
        page.goto(f"/kelola/ujian/{factory.CODE}/penilaian-ulang/baru/soal-1-0/1")
        sound(page)
        page.get_by_label("Ganti kunci").check()
        page.get_by_label("Salah", exact=True).check()
        page.locator("#alasan").fill("Kunci keliru.")
        page.get_by_role("button", name="Lihat perubahannya").click()
        expect(page.get_by_role("heading", name="Perubahan karena penilaian ulang")).to_be_visible()
        sound(page)
        page.goto(f"/kelola/ujian/{factory.CODE}/penilaian-ulang")
        sound(page)
        assemble(page)
    with live.database.reader() as session:
        assert session.scalars(select(Regrade.state)).all() == ["draft", "draft"]
        assert session.scalars(select(Attempt.id)).all() != []
        assert session.scalars(select(Result.number)).all() == [1]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_regrade_applied_by_mistake_is_taken_back(live: Live, page_of: PageOf, width: int) -> None:
    begun, cast = clock.now() - timedelta(hours=1), live.cast
    with live.database.writer() as session:
        factory.build(session, cast, now=begun, content=exam.PLAN, bank_of=exam.BANK)
        essays.grant(session, cast.hr, "organiser", cast.jakarta)
        session.commit()
        attempt = sit(session, cast.learner, {"single_choice": "0", "true_false": False}, now=begun)
    page = page_of(cast.hr, width=width)
    page.goto(f"/kelola/ujian/{factory.CODE}/penilaian-ulang/baru/soal-1-0/1")
    page.get_by_label("Anulir").check()
    page.locator("#alasan").fill("Soal tampak keliru.")
    apply_draft(live, page)
    sound(page)
    page.get_by_role("link", name="Kembalikan penilaian semula").click()
    expect(page.get_by_label("Kembalikan penilaian semula")).to_be_checked()
    expect(page.get_by_text("Soal tampak keliru.")).to_be_visible()
    sound(page)
    page.locator("#alasan").fill("Soalnya ternyata benar.")
    apply_draft(live, page)
    expect(page.get_by_text("penilaian semula dikembalikan")).to_be_visible()
    sound(page)
    candidate = page_of(cast.learner, width=width)
    candidate.goto(f"/pengerjaan/{attempt.code}/hasil")
    expect(candidate.get_by_text("Soalnya ternyata benar.")).to_be_visible()
    expect(candidate.get_by_text("Nilai Anda berubah dari 0,00 menjadi 50,00 dari 100.")).to_be_visible()
    sound(candidate)


def apply_draft(live: Live, page: Page) -> None:
    """From the form of a regrade to the page of the one that was applied."""
    page.get_by_role("button", name="Lihat perubahannya").click()
    page.get_by_label("Saya sudah memeriksa perubahan").check()
    page.get_by_role("button", name="Terapkan penilaian ulang").click()
    expect(page.get_by_text("Penilaian ulang diterapkan.")).to_be_visible()
    regrade_all(live)
    page.reload()


@pytest.mark.parametrize("width", [360, 1280])
def test_an_official_sees_what_the_marks_behind_a_certificate_became(live: Live, page_of: PageOf, width: int) -> None:
    with live.database.writer() as session:
        head = official(session, live.cast)
        head = replace(
            head, token=open_session(session, head.user_id, now=clock.now(), browser="Uji", second_factor=True)
        )
        code = register.issued(session, live.cast)
        result = session.scalars(select(Result)).one()
        proofs.regrade(session, result, [], passed=False)
        session.commit()
    hr = page_of(live.cast.hr, width=width)
    hr.goto(f"/sdm/sertifikat/{code}/keadaan")
    expect(hr.get_by_role("heading", name="Nilai ujian yang mendasari")).to_be_visible()
    sound(hr)
    hr.get_by_text("Usulkan pencabutan", exact=True).click()
    hr.locator("#revoke-alasan").select_option("result_changed")
    hr.locator("#revoke-uraian").fill("Nilainya turun.")
    hr.get_by_role("button", name="Kirim usulan pencabutan").click()
    expect(hr.get_by_text("Usulan dikirim.")).to_be_visible()
    page = page_of(head, width=width)
    page.goto("/persetujuan/pencabutan")
    page.locator("tbody th a").click()
    page.get_by_role("link", name="Lihat nilai sebelum dan sesudahnya").click()
    expect(page.get_by_text("berlaku sekarang", exact=True)).to_be_visible()
    sound(page)
    learner = page_of(live.cast.learner, width=width)
    learner.goto("/kompetensi/TEK.KI")
    sound(learner)
