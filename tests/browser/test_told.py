"""What happened is said aloud, and the focus is where one goes on: screen readers and keys alone."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from lms import clock
from tests.browser.conftest import Live, PageOf
from tests.browser.exam_page import answer, code_of, following, ready, saved
from tests.browser.exam_records import fill_room
from tests.exams import factory

pytestmark = pytest.mark.browser
ROOM = "/ruang/sesi-1"

#: Notes what is put into a place for news after the page was there: only that is read out.
LISTEN = """addEventListener("DOMContentLoaded", () => {
  window.heard = [];
  const note = (changes) => {
    for (const { target, addedNodes } of changes) {
      const place = (target.closest ? target : target.parentElement).closest("[role=status], [role=alert]");
      if (place && addedNodes.length) heard.push(place.textContent.trim());
    }
  };
  new MutationObserver(note).observe(document, { subtree: true, childList: true });
});"""


@pytest.fixture
def proctor(live: Live, hall: factory.Hall, page_of: PageOf) -> Page:
    """The proctor's page, and in the room two people."""
    fill_room(live, hall)
    page = page_of(live.cast.hr, width=360)
    page.add_init_script(LISTEN)
    return page


def test_what_an_act_led_to_is_read_out_on_the_next_page(live: Live, begun: Page, proctor: Page) -> None:
    proctor.goto(f"{ROOM}/p-learner")
    proctor.locator("#jeda-alasan").fill("Listrik padam")
    proctor.keyboard.press("Enter")

    proctor.wait_for_function("() => heard.includes('Pengerjaan dijeda. Waktunya berhenti.')")
    expect(proctor.locator("main > .note.ok")).to_have_count(1)


def test_after_a_search_in_the_room_tab_leads_on_from_what_was_found(live: Live, begun: Page, proctor: Page) -> None:
    proctor.goto(ROOM)
    proctor.locator("#saring").press("Enter")
    proctor.get_by_label("Nama, ruang, atau meja").fill("sari")
    proctor.keyboard.press("Enter")

    proctor.wait_for_url("**cari=ya*")
    proctor.keyboard.press("Tab")
    expect(proctor.get_by_role("link", name="Buka Sari Uji")).to_be_focused()


def test_a_board_that_lost_its_line_says_so(live: Live, begun: Page, proctor: Page) -> None:
    proctor.clock.install()
    proctor.goto(ROOM)
    proctor.context.set_offline(True)
    proctor.clock.fast_forward(10_000)

    expect(proctor.get_by_role("status")).to_have_text(re.compile(r"^Papan terputus sejak \d\d\.\d\d\.\d\d\."))


def test_sending_again_in_vain_says_so(live: Live, begun: Page) -> None:
    saved(begun)
    begun.goto(f"/pengerjaan/{code_of(begun)}/1")
    ready(begun)
    begun.context.set_offline(True)
    answer(begun)
    following(begun)
    begun.get_by_role("link", name="Periksa jawaban").first.click()
    again = begun.get_by_role("button", name="Coba kirim lagi")
    again.press("Enter")

    expect(begun.locator("#siar")).to_have_text("Anda sedang luring. Coba lagi setelah sambungan pulih.")
    expect(again).to_be_focused()


def test_handing_in_over_a_slow_line_says_that_it_goes_on_and_sends_once(live: Live, begun: Page) -> None:
    saved(begun)
    begun.goto(f"/pengerjaan/{code_of(begun)}/periksa")
    saved(begun)
    on_their_way: list[Route] = []
    begun.route("**/pengumpulan", lambda route: on_their_way.append(route))  # noqa: PLW0108 - Playwright takes no method of a list
    button = begun.get_by_role("button", name="Kumpulkan jawaban")
    button.click()

    expect(begun.locator("#siar")).to_have_text("Jawaban sedang dikumpulkan. Tunggu sebentar.")
    button.click()
    begun.wait_for_timeout(300)
    assert len(on_their_way) == 1
    on_their_way[0].abort()
    expect(begun.locator("#siar")).to_have_text("Jawaban belum dapat dikumpulkan. Coba lagi beberapa saat lagi.")
    begun.unroute("**/pengumpulan")
    button.click()
    begun.wait_for_url("**/hasil")


def test_in_the_question_editor_errors_come_before_the_option_that_was_added(live: Live, page_of: PageOf) -> None:
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now())
    page = page_of(live.cast.trainer)
    page.goto("/soal/bank-ki/baru")
    page.get_by_role("button", name="Tambah pilihan").press("Enter")
    expect(page.get_by_label("Teks pilihan 5")).to_be_focused()
    page.get_by_role("button", name="Simpan soal").press("Enter")

    expect(page.get_by_role("heading", name="Ada yang perlu diperbaiki")).to_be_visible()
    page.wait_for_load_state()
    expect(page.locator("#galat")).to_be_focused()
