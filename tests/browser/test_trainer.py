"""The trainer's screens in a real browser: what is typed is kept, what has the focus is seen, and findings can be read."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms import clock
from lms.authoring.models import DraftLesson
from lms.frameworks import reference
from lms.packages import importing, reading
from lms.people.models import OrgUnit
from tests.browser.conftest import Live, PageOf, violations_light_and_dark
from tests.browser.exam_page import eventually
from tests.packages import small

pytestmark = pytest.mark.browser

LESSON = "/ajar/kursus-kecil/01-awal"
#: [name, place] of what has the focus; place: null when it lies in the window and under no bar, else where it and the bar lie.
COVERED = """() => {
  const it = document.activeElement, box = it.getBoundingClientRect();
  const bar = document.querySelector('.savebar').getBoundingClientRect();
  const isUnder = !it.closest('.savebar') && box.bottom > bar.top && box.top < bar.bottom;
  const isSeen = box.top >= 0 && box.bottom <= innerHeight && !isUnder;
  return [it.name || it.textContent.trim(), isSeen ? null : [box.top, box.bottom, bar.top]];
}"""


@pytest.fixture(autouse=True)
def course(live: Live, tmp_path: Path) -> None:
    """The small course, owned by the province."""
    with live.database.transaction() as session:
        reference.load(session, now=clock.now())
        package = reading.read(small.write(tmp_path / "paket"))
        importing.import_(session, package, unit=session.get_one(OrgUnit, live.cast.jakarta), by=None, now=clock.now())


@pytest.fixture
def editor(live: Live, page_of: PageOf) -> Page:
    """The trainer's editor, open at the first lesson."""
    page = page_of(live.cast.trainer)
    page.goto(LESSON)
    return page


def stored(live: Live) -> list[str]:
    """The first lesson's text in the draft; nothing while there is no draft."""
    with live.database.reader() as session:
        return list(session.scalars(select(DraftLesson.body).where(DraftLesson.slug == "01-awal")))


def write(page: Page, text: str) -> None:
    """Put a text into the field, without leaving the field."""
    page.get_by_label("Isi materi", exact=True).fill(text)


def test_what_is_typed_is_kept_after_a_while_and_the_bar_says_so_at_every_step(editor: Page, live: Live) -> None:
    words = editor.locator("[data-words]")
    expect(words).to_have_text("Belum diubah dari edisi terbit")

    write(editor, "Teks baru.")
    expect(words).to_have_text("Ada perubahan yang belum disimpan")
    assert stored(live) == []

    expect(words).to_have_text(re.compile(r"^Tersimpan otomatis \d\d\.\d\d WIB$"))
    assert stored(live) == ["Teks baru."]
    write(editor, "Teks lebih baru.")
    expect(words).to_have_text("Ada perubahan yang belum disimpan")
    editor.get_by_label("Isi materi", exact=True).blur()
    expect(words).to_have_text(re.compile("^Tersimpan otomatis"))
    assert stored(live) == ["Teks lebih baru."]


def test_off_line_the_bar_says_so_the_button_keeps_the_page_and_all_is_sent_when_the_line_is_back(
    editor: Page, live: Live
) -> None:
    words = editor.locator("[data-words]")
    editor.context.set_offline(True)
    write(editor, "Ditulis luring.")

    editor.get_by_role("button", name="Simpan materi").click()
    expect(words).to_have_text("Luring, dicoba lagi. Jangan tutup halaman ini.")
    expect(editor.get_by_label("Isi materi", exact=True)).to_have_value("Ditulis luring.")
    assert stored(live) == []

    editor.context.set_offline(False)
    expect(words).to_have_text(re.compile("^Tersimpan otomatis"))
    assert stored(live) == ["Ditulis luring."]


def test_a_save_whose_answer_is_lost_is_no_conflict_with_oneself(editor: Page, live: Live) -> None:
    lost: list[object] = []

    def lose(route: object) -> None:
        if lost:
            route.continue_()  # type: ignore[attr-defined]
            return
        lost.append(route.fetch())  # type: ignore[attr-defined]
        route.abort()  # type: ignore[attr-defined]

    editor.route(f"**{LESSON}", lose)
    write(editor, "Sampai, tetapi jawabannya hilang.")
    expect(editor.locator("[data-words]")).to_contain_text("dicoba lagi")
    assert stored(live) == ["Sampai, tetapi jawabannya hilang."]
    write(editor, "Dan lanjutannya.")

    expect(editor.locator("[data-words]")).to_have_text(re.compile("^Tersimpan otomatis"))
    eventually(lambda: stored(live) == ["Dan lanjutannya."], editor, seconds=30)


def test_two_tabs_are_told_of_each_other_and_neither_text_is_lost(editor: Page, live: Live) -> None:
    other = editor.context.new_page()
    other.goto(LESSON)
    write(other, "Dari tab lain.")
    expect(other.locator("[data-words]")).to_have_text(re.compile("^Tersimpan otomatis"))

    write(editor, "Dari tab ini.")
    expect(editor.locator("[data-words]")).to_have_text("Diubah di tempat lain. Tekan Simpan untuk membandingkan.")
    assert stored(live) == ["Dari tab lain."]
    editor.get_by_role("button", name="Simpan materi").click()

    expect(editor.get_by_role("heading", name="Materi ini berubah sejak Anda membukanya")).to_be_visible()
    expect(editor.get_by_label("Isi materi").first).to_have_value("Dari tab ini.")
    expect(editor.get_by_label("Isi materi").last).to_have_value("Dari tab lain.")


def test_whoever_is_signed_out_is_told_and_the_text_stays(editor: Page) -> None:
    other = editor.context.new_page()
    other.goto("/ajar")
    other.locator("details.role summary").click()
    other.get_by_role("button", name="Keluar").click()
    expect(other.get_by_role("heading", name="Masuk")).to_be_visible()

    write(editor, "Sesinya sudah berakhir.")

    expect(editor.locator("[data-words]")).to_have_text("Sesi berakhir. Teks tetap di sini.")
    expect(editor.get_by_role("link", name="Masuk lagi")).to_be_visible()
    editor.get_by_role("button", name="Simpan materi").click()
    expect(editor.get_by_label("Isi materi", exact=True)).to_have_value("Sesinya sudah berakhir.")


def test_a_text_that_is_refused_says_why(editor: Page, live: Live) -> None:
    write(editor, "")

    expect(editor.locator("[data-words]")).to_have_text("Belum tersimpan. Isi materi masih kosong.")
    editor.get_by_role("button", name="Simpan materi").click()
    expect(editor.get_by_role("heading", name="Ada yang perlu diperbaiki")).to_be_visible()
    assert stored(live) == []


def test_the_button_saves_what_was_just_typed_with_and_without_scripts(live: Live, page_of: PageOf) -> None:
    for js in (True, False):
        page = page_of(live.cast.trainer, js=js)
        page.goto(LESSON)
        write(page, f"Dengan tombol, skrip {js}.")
        page.get_by_role("button", name="Simpan dan tinjau").click()
        expect(page).to_have_url(re.compile("/terbitkan$"))
        assert stored(live) == [f"Dengan tombol, skrip {js}."]


@pytest.mark.parametrize("height", [640, 740])
def test_on_a_phone_whatever_has_the_focus_is_wholly_seen(live: Live, page_of: PageOf, height: int) -> None:
    page = page_of(live.cast.trainer, width=360)
    page.set_viewport_size({"width": 360, "height": height})
    page.goto(LESSON)
    page.get_by_text("Judul, lama belajar, dan tujuan").click()

    page.locator("[data-editor] summary").first.focus()
    stops = {}
    for _stop in range(14):
        page.keyboard.press("Tab")
        name, place = page.evaluate(COVERED)
        stops[name] = place

    assert {name: place for name, place in stops.items() if place} == {}
    assert {"judul", "menit", "tujuan", "teks", "simpan", "lanjut"} <= set(stops)
    assert page.locator(".savebar").bounding_box()["height"] < 80  # type: ignore[index]


@pytest.mark.parametrize("width", [360, 1280])
def test_a_finding_of_the_checklist_is_read_in_lines_not_in_letters(live: Live, page_of: PageOf, width: int) -> None:
    page = page_of(live.cast.trainer, width=width)
    page.goto(LESSON)
    write(page, "## Mulai\n\n# Terlalu besar")
    page.get_by_role("button", name="Simpan dan tinjau").click()

    finding = page.locator(".checks .points li").first
    expect(finding).to_have_text("Awal, baris 3: Judul di dalam materi mulai dari ##.")
    assert finding.bounding_box()["width"] > 200  # type: ignore[index]
    mend = page.get_by_role("link", name="Perbaiki “Awal”")
    expect(mend).to_be_in_viewport()
    mend.click()
    expect(page).to_have_url(re.compile(f"{LESSON}$"))


def test_the_editor_and_the_publish_page_have_no_fault_of_accessibility(live: Live, page_of: PageOf) -> None:
    page = page_of(live.cast.trainer, width=360)
    for address in (LESSON, "/ajar/kursus-kecil", f"{LESSON.replace('kecil/', 'kecil/pratinjau/')}"):
        page.goto(address)
        assert violations_light_and_dark(page) == [], address
