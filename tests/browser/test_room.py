"""Two browsers, candidate and proctor: pause and resume, extra time, held answers, and the board to every eye."""

import re
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update

from lms import clock
from lms.exams import messages
from lms.exams.models import Attempt, HeldEvent, Result, Sitting, SittingEvent
from lms.exams.room_models import Presence
from tests.browser.conftest import Live, PageOf, violations, violations_light_and_dark
from tests.browser.exam_page import answer, code_of, following, ready, saved
from tests.browser.exam_records import answered, fill_room
from tests.exams import factory

pytestmark = pytest.mark.browser
ROOM = "/ruang/sesi-1"
WHO = f"{ROOM}/p-learner"


@pytest.fixture
def proctor(live: Live, hall: factory.Hall, page_of: PageOf) -> Page:
    """The proctor's page, in a browser of its own."""
    fill_room(live, hall)
    return page_of(live.cast.hr)


#: On how many lines a word of an element stands.
LINES = """(element, word) => {
  const text = [...element.childNodes].find((one) => one.nodeType === Node.TEXT_NODE && one.data.includes(word));
  const range = document.createRange();
  range.setStart(text, text.data.indexOf(word));
  range.setEnd(text, text.data.indexOf(word) + word.length);
  return range.getClientRects().length;
}"""


#: The page is hidden now, and was for half a minute already; and it can be seen again.
HIDE = """() => {
  const now = performance.now.bind(performance);
  performance.now = () => now() - 30000;
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
  performance.now = now;
}"""
SHOW = """() => {
  delete document.hidden;
  document.dispatchEvent(new Event("visibilitychange"));
}"""


#: Whether the page counts just now that it is not seen.
COUNTS = """() => {
  const [name] = Object.keys(sessionStorage).filter((key) => key.startsWith("teruji-absen"));
  return JSON.parse(sessionStorage.getItem(name)).since !== null;
}"""


def beat(page: Page) -> None:
    """The next heartbeat, now: coming back on the line asks for one. The server has answered it when this returns."""
    with page.expect_response(re.compile("/waktu[?]")):
        page.evaluate("dispatchEvent(new Event('online'))")


def fits_a_phone(page: Page) -> None:
    """On a low phone nothing of the call for help lies half behind the bar, and no check finds anything."""
    usual = page.viewport_size
    assert usual
    page.set_viewport_size({"width": 360, "height": 740})
    call, moves = page.locator("#minta-bantuan").bounding_box(), page.locator(".moves").bounding_box()
    assert call
    assert moves
    assert call["y"] >= moves["y"] + moves["height"] - 1, "the call for help lies half behind the bar at rest"
    assert violations(page) == []
    page.set_viewport_size(usual)


def due_at(live: Live) -> datetime:
    with live.database.reader() as session:
        found = session.scalars(select(Attempt.due_at)).one()
        assert found is not None
        return found


def span_of_pause(live: Live) -> timedelta:
    """By the log: from the pause to the going on."""
    with live.database.reader() as session:
        rows = select(SittingEvent.at).where(SittingEvent.kind.in_(("pause", "resume"))).order_by(SittingEvent.id)
        began, ended = session.scalars(rows)
        return ended - began


def test_a_pause_reaches_the_candidate_with_a_heartbeat_and_the_deadline_moves_by_exactly_its_span(
    live: Live, begun: Page, proctor: Page
) -> None:
    answer(begun)
    saved(begun)
    before = due_at(live)
    begun.locator("[name=jawaban], [name^='jawaban-']").first.focus()
    proctor.goto(WHO)
    proctor.locator("#jeda-alasan").fill("Listrik padam")
    proctor.get_by_role("button", name="Jeda peserta ini").click()
    expect(proctor.get_by_text("Pengerjaan dijeda. Waktunya berhenti.")).to_be_visible()

    beat(begun)

    expect(begun.locator(".save")).to_contain_text("Ujian dijeda")
    expect(begun.locator("[name=jawaban], [name^='jawaban-']").first).to_be_disabled()
    expect(begun.locator("#judul")).to_be_focused()
    clock_before = begun.locator("[data-clock]").first.inner_text()
    begun.wait_for_timeout(2_200)
    assert begun.locator("[data-clock]").first.inner_text() == clock_before
    what_is_typed_while_one_waits_outlives_an_announcement(live, begun)

    proctor.get_by_role("button", name="Lanjutkan peserta ini").click()
    expect(proctor.get_by_text("Pengerjaan dilanjutkan")).to_be_visible()
    beat(begun)

    saved(begun)
    assert due_at(live) - before == span_of_pause(live)
    following(begun)
    answer(begun)
    saved(begun)
    assert answered(live, code_of(begun)) == {1, 2}


def what_is_typed_while_one_waits_outlives_an_announcement(live: Live, begun: Page) -> None:
    with live.database.transaction() as session:
        session.execute(update(Sitting).values(supervised=True))
    waiting = begun.context.new_page()
    waiting.clock.install()
    waiting.goto(f"/pengerjaan/{code_of(begun)}/jeda")
    waiting.get_by_text("Tulis alasan").click()
    reason = waiting.get_by_label("Alasan, boleh kosong")
    reason.fill("Saya perlu keluar")
    with live.database.transaction() as session:
        sitting_id, by = session.scalars(select(Sitting.id)).one(), live.cast.hr.user_id
        messages.announce(session, sitting_id, "Tunggu 5 menit.", key="k1", by=by, now=clock.now())
    waiting.clock.fast_forward(10_000)

    expect(waiting.locator("#kabar [data-words]")).to_have_text("Tunggu 5 menit.")
    expect(reason).to_be_focused()
    expect(reason).to_have_value("Saya perlu keluar")
    waiting.close()


def test_extra_time_follows_at_the_next_heartbeat(live: Live, begun: Page, proctor: Page) -> None:
    saved(begun)
    before = due_at(live)
    proctor.goto(ROOM)
    proctor.get_by_role("link", name="Buka Sari Uji").click()
    proctor.get_by_label("Tambahan (menit)").fill("10")
    proctor.locator("#waktu-alasan").fill("Komputer macet")
    proctor.get_by_role("button", name="Tambah waktu").click()
    expect(proctor.get_by_text("Tambahan waktu dicatat.")).to_be_visible()

    beat(begun)

    expect(begun.locator("[data-clock]").first).to_contain_text("00.39.")
    assert due_at(live) - before == timedelta(minutes=10)


def test_what_another_device_held_is_accepted_from_the_board_that_refreshes_itself(
    live: Live, begun: Page, proctor: Page
) -> None:
    saved(begun)
    code = code_of(begun)
    proctor.goto(ROOM)
    expect(proctor.get_by_role("heading", name="Perlu Anda tangani: 0")).to_be_visible()
    with live.database.transaction() as session:
        session.execute(update(Attempt).values(lease="perangkat-lain"))
    answer(begun)
    expect(begun.locator(".save")).to_contain_text("Pindah")
    expect(begun.locator(".exam-side .q[data-n='1']")).to_have_attribute(
        "aria-label", "Soal 1, dijawab, ditahan, menunggu keputusan penyelenggara"
    )
    expect(begun.locator(".exam-side [data-tally]")).to_contain_text("1 di antaranya ditahan")

    all_notes = proctor.get_by_role("link", name="Semua catatan")
    all_notes.focus()
    expect(proctor.get_by_role("link", name="Putuskan Sari Uji")).to_be_visible()
    told = "Perlu Anda tangani: 1. Sari Uji, 1 jawaban ditahan, Ada yang ditahan"
    expect(proctor.get_by_role("status")).to_have_text(told)
    expect(all_notes).to_be_focused()
    proctor.get_by_role("link", name="Putuskan Sari Uji").click()
    expect(proctor.get_by_role("checkbox", name="Soal 1")).to_be_checked()
    proctor.get_by_label("Alasan").fill("Laptop diganti atas izin pengawas")
    proctor.get_by_role("button", name="Terima yang dicentang").click()
    expect(proctor.get_by_text("Jawaban 1 soal diterima.")).to_be_visible()

    assert 1 in answered(live, code)
    with live.database.reader() as session:
        assert set(session.scalars(select(HeldEvent.decision).where(HeldEvent.item == 1))) == {"admitted"}
        assert session.scalars(select(Result.id)).all() == []


def test_a_tab_behind_another_one_of_the_attempt_is_not_said_to_be_hidden(
    live: Live, begun: Page, proctor: Page
) -> None:
    with live.database.transaction() as session:
        session.execute(update(Attempt).values(started_at=clock.now() - timedelta(minutes=5)))
    log = proctor.locator(".log")
    behind = HIDE.replace("30000", "0")
    front = begun.context.new_page()
    front.goto(begun.url)
    ready(front)

    begun.evaluate(behind)
    begun.wait_for_function(f"() => !({COUNTS})()")
    front.goto("/bantuan")
    begun.wait_for_function(COUNTS)
    begun.evaluate(SHOW)
    front.go_back()
    ready(front)
    front.evaluate(behind)
    front.wait_for_function(f"() => !({COUNTS})()")
    begun.evaluate(HIDE)  # now neither can be seen
    begun.evaluate(SHOW)
    beat(begun)
    beat(front)

    proctor.goto(f"{WHO}?jenis=sambungan")
    expect(log).to_contain_text(re.compile(r"halaman ujian tidak tampil selama 3\d detik"))
    expect(log.get_by_text("halaman ujian tidak tampil")).to_have_count(1)


def test_help_is_asked_for_off_line_and_the_announcement_is_read_out(live: Live, begun: Page, proctor: Page) -> None:
    with live.database.transaction() as session:
        session.execute(update(Sitting).values(supervised=True))
    begun.reload()
    ready(begun)
    with live.database.transaction() as session:  # five minutes ago, all of it
        session.execute(update(Attempt).values(started_at=clock.now() - timedelta(minutes=5)))
        seen_at = clock.now() - timedelta(minutes=4)
        session.merge(Presence(attempt_id=session.scalars(select(Attempt.id)).one(), seen_at=seen_at, unsent=0))
    begun.context.set_offline(True)
    fits_a_phone(begun)
    begun.get_by_role("button", name="Minta bantuan").click()
    expect(begun.locator("#bantuan")).to_contain_text("begitu sambungan pulih")
    answer(begun)
    begun.evaluate(HIDE)
    begun.evaluate(SHOW)
    begun.context.set_offline(False)
    beat(begun)
    expect(begun.locator("#bantuan")).to_contain_text("Bantuan dipanggil pukul")
    proctor.goto(f"{WHO}?jenis=sambungan")
    expect(proctor.locator(".log")).to_contain_text("tidak ada kabar dari perangkat selama 4 menit")
    expect(proctor.locator(".log")).to_contain_text("jawaban 1 soal menunggu")
    expect(proctor.locator(".log")).to_contain_text(re.compile(r"halaman ujian tidak tampil selama 3\d detik"))

    proctor.goto(ROOM)
    proctor.get_by_role("button", name="Tandai dilihat Sari Uji").click()
    proctor.get_by_role("link", name="Jawab Sari Uji").click()
    proctor.get_by_label("Jawaban singkat").fill("Saya ke meja Anda")
    proctor.get_by_role("button", name="Kirim jawaban").click()
    expect(proctor.get_by_label("Jawaban singkat")).to_be_hidden()
    proctor.goto(f"{ROOM}/semua")
    proctor.get_by_label("Pengumuman").fill("Sisa waktu 10 menit.")
    proctor.get_by_role("button", name="Umumkan").click()
    expect(proctor.get_by_text("Diumumkan.")).to_be_visible()
    beat(begun)

    expect(begun.locator("#bantuan")).to_contain_text("Saya ke meja Anda")
    expect(begun.get_by_role("status").first).to_contain_text("Pengumuman: Sisa waktu 10 menit.")
    assert violations(begun) == []
    fits_a_phone(begun)
    begun.reload()
    words = begun.locator("#kabar [data-words]")
    expect(words).to_have_text("Sisa waktu 10 menit.")

    begun.locator("#kabar summary").click()
    expect(words).to_be_hidden()
    ready(begun)
    begun.get_by_role("button", name="Minta bantuan").click()
    expect(begun.locator("#bantuan")).to_contain_text("Bantuan dipanggil pukul")
    beat(begun)
    expect(words).to_be_hidden()


def test_the_board_works_without_scripts(live: Live, begun: Page, proctor: Page, page_of: PageOf) -> None:
    page = page_of(live.cast.hr, js=False)
    page.goto(ROOM)

    page.get_by_role("link", name="Muat ulang").click()

    expect(page.get_by_role("rowheader", name="Sari Uji")).to_be_visible()
    expect(page.get_by_text("1 dari 2").first).to_be_visible()


def test_the_room_s_pages_are_accessible_and_fit(live: Live, begun: Page, proctor: Page, page_of: PageOf) -> None:
    with live.database.transaction() as session:  # one person off the line: an urgent row
        session.execute(update(Presence).values(seen_at=clock.now() - timedelta(minutes=5)))
    for width in (360, 1280):
        page = page_of(live.cast.hr, width=width)
        for path in (ROOM, f"{ROOM}/semua", WHO, f"{WHO}/ditahan", f"{ROOM}/berita-acara", "/ruang"):
            page.goto(path)
            assert violations_light_and_dark(page) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        page.close()
    narrow = page_of(live.cast.hr, width=360)
    narrow.set_viewport_size({"width": 320, "height": 640})
    narrow.goto(ROOM)
    for word in ("mengerjakan", "dikumpulkan"):
        assert narrow.locator(".counts li", has_text=word).evaluate(LINES, word) == 1, word
    narrow.locator(".role summary").press("Enter")
    lefts = narrow.locator(".role .panel .ic").evaluate_all("all => all.map((one) => one.getBoundingClientRect().left)")
    assert len(lefts) > 2
    assert len(set(lefts)) == 1
    assert narrow.locator(".role summary .hide-wide .ic").evaluate("one => getComputedStyle(one).transform") == "none"
