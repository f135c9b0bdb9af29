"""Everyone can sit the exam: without scripts, by keyboard alone, where the browser keeps nothing, and with axe looking on."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select, update

from lms.exams.models import Result
from lms.people.models import User
from tests.browser.conftest import Live, PageOf, violations_light_and_dark
from tests.browser.exam_page import answer, begin, code_of, following, ready, saved
from tests.browser.exam_records import answered
from tests.exams import factory

pytestmark = pytest.mark.browser
SIX = 6


def test_without_scripts_every_step_works_as_plain_forms(live: Live, hall: factory.Hall, page_of: PageOf) -> None:
    page = page_of(live.cast.learner, js=False, width=360)
    page.goto(f"/ujian/{factory.CODE}")
    page.get_by_role("button", name="Mulai ujian").click()
    page.get_by_role("button", name="Ragu-ragu").click()
    expect(page.get_by_role("button", name="Ragu-ragu")).to_have_attribute("aria-pressed", "true")

    for _number in range(SIX):
        answer(page)
        expect(page.get_by_text("Tersimpan")).to_be_hidden()  # it is not, before the form is sent
        following(page)

    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa jawaban")
    assert answered(live, code_of(page)) == {1, 2, 3, 4, 5, 6}
    page.get_by_role("button", name="Kumpulkan jawaban").click()
    expect(page.get_by_text("Kode bukti")).to_be_visible()


def test_the_keyboard_alone_suffices(live: Live, begun: Page) -> None:
    begun.keyboard.press("Tab")
    for _number in range(SIX):
        expect(begun.locator("#judul")).to_have_text(re.compile(f"^Soal {_number + 1} "))
        begun.locator("#judul").focus()
        tab_to(begun, "[name=jawaban]")
        if begun.locator("[name=jawaban]").first.get_attribute("type") == "text":
            begun.keyboard.type("12,5")
        else:
            begun.keyboard.press("b")
        tab_to(begun, "button[value=lanjut]")
        begun.keyboard.press("Enter")
    expect(begun.locator("#judul")).to_be_focused()
    saved(begun)
    tab_to(begun, "[data-hand-in]")
    begun.keyboard.press("Space")

    begun.wait_for_url("**/hasil")
    with live.database.reader() as session:
        assert session.scalars(select(Result.answered)).one() == SIX


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there."""
    for _press in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} cannot be reached by Tab")


def test_enlarged_four_times_most_of_the_window_is_left_to_read_in(begun: Page) -> None:
    # 1280 × 1024 at 400 per cent (WCAG 1.4.10)
    begun.set_viewport_size({"width": 320, "height": 256})
    begun.evaluate("scrollTo(0, 0)")
    covered = begun.evaluate(
        """() => [...document.querySelectorAll('.exam-bar, .moves')].map((bar) => bar.getBoundingClientRect())
            .reduce((sum, box) => sum + Math.max(0, Math.min(box.bottom, innerHeight) - Math.max(box.top, 0)), 0)"""
    )
    assert covered < 256 / 3
    begun.get_by_role("button", name="Simpan & lanjut").click()
    expect(begun.locator("#judul")).to_have_text(re.compile("^Soal 2 "))
    assert begun.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_twice_as_large_letters_make_no_page_of_an_exam_wider_than_a_phone(
    live: Live, hall: factory.Hall, page_of: PageOf
) -> None:
    with live.database.writer() as session:
        session.execute(update(User).where(User.id == live.cast.learner.user_id).values(text_size=200))
        session.commit()
    page = page_of(live.cast.learner, width=360)
    wide = []
    page.goto(f"/ujian/{factory.CODE}")
    wide += is_wide(page, "aturan")
    begin(page)
    for number in range(1, SIX + 1):
        page.goto(f"/pengerjaan/{code_of(page)}/{number}")
        wide += is_wide(ready(page), str(number))
        heights = page.locator(".exam-bar").evaluate("bar => bar.offsetHeight / innerHeight")
        assert heights < 1 / 4
        expect(page.locator(".skip")).not_to_be_in_viewport()
    for place in ("daftar", "periksa"):
        page.goto(f"/pengerjaan/{code_of(page)}/{place}")
        wide += is_wide(page, place)
    three_digits = "cells => cells.every((cell) => cell.offsetWidth >= 2 * parseFloat(getComputedStyle(cell).fontSize))"
    page.goto(f"/pengerjaan/{code_of(page)}/daftar")
    assert page.locator(".qs .q:visible").evaluate_all(three_digits)
    page.goto(f"/pengerjaan/{code_of(page)}/periksa")
    page.get_by_role("button", name="Kumpulkan jawaban").click()
    page.wait_for_url("**/hasil")
    assert wide + is_wide(page, "hasil") == []


def is_wide(page: Page, name: str) -> list[str]:
    """The name of a page that has to be scrolled sideways."""
    expect(page.locator("html")).to_have_css("font-size", "32px")
    return [name] if page.evaluate("document.documentElement.scrollWidth > innerWidth") else []


def test_shortcuts_work_only_for_those_who_asked(live: Live, begun: Page) -> None:
    flag = begun.get_by_role("button", name="Ragu-ragu")
    begun.locator("#judul").focus()
    begun.keyboard.press("r")
    expect(flag).to_have_attribute("aria-pressed", "false")

    begun.get_by_role("button", name="Pintasan papan ketik").click()
    expect(begun.get_by_role("heading", name="Pintasan papan ketik")).to_be_focused()  # it is read from its beginning
    begun.get_by_label("Aktifkan R, D, W, dan ?").check()
    begun.get_by_role("button", name="Tutup").click()
    begun.locator("#judul").focus()
    begun.keyboard.press("r")

    expect(flag).to_have_attribute("aria-pressed", "true")
    expect(begun.locator("[aria-live=polite]")).to_have_text("Ditandai ragu-ragu")
    begun.keyboard.press("r")
    expect(flag).to_have_attribute("aria-pressed", "false")
    expect(begun.locator("[aria-live=polite]")).to_have_text("Tanda ragu-ragu dihapus")
    begun.keyboard.press("d")
    expect(begun.get_by_role("heading", level=1)).to_contain_text("Daftar soal")


def test_where_the_browser_keeps_nothing_one_is_warned_and_answers_are_still_saved(
    live: Live, hall: factory.Hall, page_of: PageOf
) -> None:
    page = page_of(live.cast.learner)
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('refused', 'SecurityError'); };")
    page.goto(f"/ujian/{factory.CODE}")
    expect(page.get_by_text("Peramban ini tidak mau menyimpan data.")).to_be_visible()
    page.get_by_role("button", name="Mulai ujian").click()
    ready(page)

    answer(page)

    expect(page.get_by_role("status")).to_contain_text("Peramban ini menolak penyimpanan.")
    saved(page)
    assert answered(live, code_of(page)) == {1}


@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_any_page_of_an_exam(live: Live, hall: factory.Hall, page_of: PageOf, width: int) -> None:
    page = page_of(live.cast.learner, width=width)
    found = {}
    for name, address in (("list", "/ujian"), ("rules", f"/ujian/{factory.CODE}")):
        visit(page, address)
        found[name] = violations_light_and_dark(page)
    begin_on(page)
    found["question"] = violations_light_and_dark(page)
    answer(page)
    page.get_by_role("button", name="Ragu-ragu").click()
    for name in ("daftar", "periksa"):
        visit(page, f"/pengerjaan/{code_of(page)}/{name}")
        saved(page)
        found[name] = violations_light_and_dark(page)
    found |= off_line(page, page.context)
    saved(page)
    page.goto(f"/pengerjaan/{code_of(page)}/periksa")
    page.get_by_role("button", name="Kumpulkan jawaban").click()
    page.wait_for_url("**/hasil")
    found["result"] = violations_light_and_dark(page)

    assert {name: problems for name, problems in found.items() if problems} == {}


def visit(page: Page, address: str) -> None:
    """Go to a page that has to be there."""
    response = page.goto(address)
    assert response is not None
    assert response.ok, address


def begin_on(page: Page) -> None:
    """Start, also on a phone, where the grid is a page of its own."""
    page.get_by_role("button", name="Mulai ujian").click()
    expect(page.locator("html.js .save")).to_contain_text("Tersimpan")
    page.wait_for_timeout(500)


def off_line(page: Page, context: BrowserContext) -> dict[str, list[str]]:
    """What axe finds while the line is cut: on a question, and on the check page that may not hand in."""
    page.goto(f"/pengerjaan/{code_of(page)}/2")
    page.wait_for_timeout(500)
    context.set_offline(True)
    answer(page)
    expect(page.locator(".save")).to_contain_text("Luring sejak")
    found = {"off-line": violations_light_and_dark(page)}
    page.locator(".count:visible, .exam-side .btn:visible").first.click()
    found["off-line list or check"] = violations_light_and_dark(page)
    context.set_offline(False)
    return found
