"""A file on its way when time runs out or another tab hands in, in a real browser."""

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from lms import clock
from lms.exams.models import AnswerEvent, HeldEvent
from tests.browser.conftest import Live, PageOf, violations
from tests.browser.exam_page import begin, code_of, eventually, saved
from tests.browser.exam_records import end_at
from tests.browser.test_exam_files import LEAVES
from tests.browser.test_question_kinds import is_stored, stored
from tests.exams import factory
from tests.web.every_kind import MORE, PDF, PLAN

pytestmark = pytest.mark.browser


def send_slowly(page: Page, folder: Path) -> list[Route]:
    """Choose a file whose sending waits for the test to let it go on: what was asked for so far."""
    on_their_way: list[Route] = []
    page.route("**/berkas", lambda route: on_their_way.append(route))  # noqa: PLW0108 - Playwright takes no method of a list
    chosen = folder / "telaah.pdf"
    chosen.write_bytes(PDF)
    page.get_by_label("Berkas jawaban").set_input_files(chosen)
    expect(page.locator(".save")).to_have_text("Menyimpan…")
    return on_their_way


def end_soon(live: Live, code: str, page: Page) -> None:
    """Let time run out three seconds from now: after what was done in time, however slow the machine is."""
    end_at(live, code, clock.now() + timedelta(seconds=3))
    page.evaluate("dispatchEvent(new Event('online'))")  # the page asks for the time


def test_a_file_that_is_on_its_way_when_time_runs_out_still_arrives(
    live: Live, page_of: PageOf, tmp_path: Path
) -> None:
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now(), content=PLAN, bank_of=["file"] * len(MORE))
    page = begin(page_of(live.cast.learner, width=360))
    code = code_of(page)
    on_their_way = send_slowly(page, tmp_path)
    again: list[Route] = []
    page.route("**/jawaban", lambda route: again.append(route))  # noqa: PLW0108 - as above
    page.route("**/jawaban", lambda route: route.abort(), times=1)
    page.get_by_role("button", name="Ragu-ragu").click()
    expect(page.locator(".save")).to_have_text("1 belum terkirim – aman di perangkat ini")
    assert page.evaluate(LEAVES) is True  # a page that is opened later sends it
    eventually(lambda: bool(again), page)
    page.unroute("**/jawaban")
    again[0].continue_()
    end_soon(live, code, page)
    expect(page.get_by_role("alert").first).to_have_text(
        "Waktu habis. Jangan tutup halaman: berkas Anda masih dikirim."
    )
    assert stored(live, code).get(1) is None
    assert page.evaluate(LEAVES) is False  # there is little time for a later page: the browser asks first
    choosing = page.get_by_label("Berkas jawaban")
    choosing.evaluate("input => { input.disabled = false; }")  # as where the window to choose in was open already
    too_late = tmp_path / "susulan.pdf"
    too_late.write_bytes(PDF)
    choosing.set_input_files(too_late)
    expect(choosing).to_have_value("")
    on_their_way[0].continue_()

    page.wait_for_url("**/hasil")
    assert len(on_their_way) == 1
    assert page.evaluate(LEAVES) is True
    assert stored(live, code)[1] == "telaah.pdf"
    with live.database.reader() as session:
        late = session.scalars(select(AnswerEvent.late).where(AnswerEvent.kind == "answer")).all()
        assert late == [True]
        assert session.scalars(select(HeldEvent.id)).all() == []


@pytest.mark.parametrize("by_hand", [False, True])
def test_another_tab_does_not_hand_in_while_a_file_is_on_its_way(
    live: Live, page_of: PageOf, tmp_path: Path, by_hand: bool
) -> None:
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now(), content=PLAN, bank_of=["file"] * len(MORE))
    page = begin(page_of(live.cast.learner))
    code = code_of(page)
    on_their_way = send_slowly(page, tmp_path)
    if not by_hand:
        end_soon(live, code, page)
    other = page.context.new_page()
    other.goto(f"/pengerjaan/{code}/periksa")
    saved(other)

    if by_hand:
        other.get_by_role("button", name="Kumpulkan jawaban").click()
        expect(other.locator("#siar")).to_contain_text("Berkas Anda masih dikirim, mungkin dari tab lain.")
        assert violations(other) == []
    else:
        for one in (other, page):
            expect(one.get_by_role("alert").first).to_contain_text("berkas Anda masih dikirim", timeout=20_000)
        assert page.evaluate(LEAVES) is False
    on_their_way[0].continue_()
    eventually(partial(is_stored, live, code, 1), page)
    if by_hand:
        other.get_by_role("button", name="Kumpulkan jawaban").click()

    other.wait_for_url("**/hasil")
    assert stored(live, code)[1] == "telaah.pdf"
