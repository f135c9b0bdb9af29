"""Saving in a real browser against a real server: off-line, after a crash, in two tabs and under kill -9, nothing is lost."""

import threading
import time
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect
from sqlalchemy import select

from lms.exams import journal, saving
from lms.exams.models import AnswerEvent, Attempt
from tests.browser.conftest import Live
from tests.browser.exam_page import FLAT, answer, code_of, eventually, following, ready, saved
from tests.browser.exam_records import answered, answers_of

pytestmark = pytest.mark.browser
SIX = 6
#: Notes each event that leaves the page, and each that the server says it has.
WATCH = """() => {
  const seen = (window.seen = { sent: [], acknowledged: [] });
  const send = window.fetch;
  window.fetch = async (address, options) => {
    if (options?.method !== "PUT") return send(address, options);
    const { writer, events } = JSON.parse(options.body);
    const names = (some) => some.map((event) => [writer, event.seq, event.hash]);
    seen.sent.push(...names(events));
    const response = await send(address, options);
    if (response.ok) {
      const { stored } = await response.clone().json();
      seen.acknowledged.push(...names(events.filter((event) => stored.includes(event.seq))));
    }
    return response;
  };
}"""


def test_an_answer_is_stored_and_stays_after_a_reload(live: Live, begun: Page) -> None:
    answer(begun, 1)
    saved(begun)
    stored = answers_of(live, code_of(begun))[1].answer

    ready(begun).reload()
    ready(begun)

    assert stored is not None
    expect(begun.locator(".exam-side .q[data-n='1']")).to_have_class("q done")
    assert answers_of(live, code_of(begun))[1].answer == stored


def test_the_way_through_all_questions_needs_no_page_of_the_server(live: Live, begun: Page) -> None:
    documents: list[Request] = []
    begun.on("request", lambda request: documents.append(request) if request.resource_type == "document" else None)

    for _number in range(SIX):
        answer(begun)
        following(begun)

    expect(begun.get_by_role("heading", level=1)).to_have_text("Periksa jawaban")
    expect(begun.get_by_role("button", name="Kumpulkan jawaban (6 dari 6 terjawab)")).to_be_enabled()
    saved(begun)
    assert documents == []
    assert answered(live, code_of(begun)) == {1, 2, 3, 4, 5, 6}


def test_the_browsers_chain_is_whole_and_hashed_as_the_server_hashes(live: Live, begun: Page) -> None:
    for _number in range(3):
        answer(begun)
        begun.get_by_role("button", name="Ragu-ragu").click()
        following(begun)
    saved(begun)

    with live.database.reader() as session:
        attempt = session.scalars(select(Attempt)).one()
        entries = saving.entries(session, attempt.id)
    assert len(entries) >= 9
    assert journal.verify(attempt.code, entries) == []


def test_the_scripts_hash_is_the_browsers_own(begun: Page) -> None:
    same = begun.evaluate(
        """async () => {
          const saved = await new Promise((resolve) => {
            const send = window.fetch;
            window.fetch = (address, options) => { if (options?.method === "PUT") resolve(options.body); return send(address, options); };
            document.querySelector("[value=ragu]").click();
          });
          const { writer, events } = JSON.parse(saved);
          const code = document.querySelector(".exam-bar").dataset.attempt;
          return Promise.all(events.map(async (e) => {
            const text = [code, writer, e.seq, e.item, e.kind, e.value, e.device_at, e.previous].join("\\n");
            const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
            return Array.from(new Uint8Array(digest), (b) => b.toString(16).padStart(2, "0")).join("") === e.hash;
          }));
        }"""
    )

    assert same == [True] * len(same)
    assert same


def test_off_line_one_goes_on_and_all_is_sent_when_the_line_is_back(live: Live, begun: Page) -> None:
    saved(begun)
    begun.context.set_offline(True)
    for _number in range(SIX):
        answer(begun)
        following(begun)

    expect(begun.get_by_role("status")).to_have_text("Anda sedang luring. Silakan terus mengerjakan.")
    expect(begun.locator(".save")).to_contain_text("Luring sejak")
    expect(begun.get_by_role("button", name="Kumpulkan jawaban")).to_be_disabled()
    expect(begun.get_by_text("6 jawaban belum terkirim: soal 1, 2, 3, 4, 5, dan 6.")).to_be_visible()
    assert answered(live, code_of(begun)) == set()
    cell = begun.locator("[data-cells=belum] [data-n='3']")
    cell.focus()
    begun.evaluate("dispatchEvent(new Event('offline'))")  # the lists are put anew, and are the same
    expect(cell).to_be_focused()

    begun.context.set_offline(False)

    expect(begun.get_by_role("status")).to_have_text("Sambungan pulih. Semua jawaban terkirim.")
    expect(begun.locator("#judul")).to_be_focused()  # the cell is in its list no longer
    expect(begun.get_by_role("button", name="Kumpulkan jawaban")).to_be_enabled()
    assert answered(live, code_of(begun)) == {1, 2, 3, 4, 5, 6}


def test_what_a_crash_left_unsent_is_found_and_sent_by_the_next_page(live: Live, begun: Page) -> None:
    saved(begun)
    context, code = begun.context, code_of(begun)
    context.set_offline(True)
    begun.evaluate(FLAT)
    answer(begun)
    expect(begun.locator(".exam-side .q[data-n='1']")).to_have_class("q done unsent")
    begun.wait_for_timeout(300)
    begun.close()
    # Asked while there is no line: what a page sends as it is closed may still go out once there is one.
    assert answered(live, code) == set()
    context.set_offline(False)

    page = context.new_page()
    page.goto(f"/pengerjaan/{code}/1")

    expect(page.locator(".exam-side .q[data-n='1']")).to_have_class("q done")
    expect(page.locator("[name=jawaban]:checked, [name=jawaban][type=text]")).to_have_count(1)
    saved(page)
    eventually(lambda: answered(live, code) == {1}, page)


def test_two_tabs_save_both_and_know_of_each_other(live: Live, begun: Page) -> None:
    code = code_of(begun)
    other = begun.context.new_page()
    other.goto(f"/pengerjaan/{code}/2")
    ready(other)

    answer(begun)
    answer(other)

    expect(begun.locator(".exam-side .q[data-n='2']")).to_have_class("q done")
    expect(other.locator(".exam-side .q[data-n='1']")).to_have_class("q done")
    saved(begun)
    saved(other)
    assert answered(live, code) == {1, 2}
    with live.database.reader() as session:
        assert len(set(session.scalars(select(AnswerEvent.writer)))) == 2


def test_kill_9_of_the_server_loses_nothing_that_was_acknowledged_and_all_arrives(live: Live, begun: Page) -> None:
    code = code_of(begun)
    begun.evaluate(WATCH)
    killer = threading.Thread(target=kill_three_times, args=(live,))
    killer.start()
    for step in range(40):
        flag = begun.get_by_role("button", name="Ragu-ragu")
        flag.click()
        answer(begun, step % 2)
        begun.get_by_role("button", name="Simpan & lanjut" if step % 6 < 5 else "Sebelumnya").click()
        if "periksa" in begun.url:
            begun.go_back()
        begun.wait_for_timeout(100)
    killer.join()

    eventually(lambda: begun.locator(".exam-side .unsent.q[data-n]").count() == 0, begun, seconds=60)
    sent, acknowledged = (as_set(begun.evaluate(f"seen.{name}")) for name in ("sent", "acknowledged"))
    with live.database.reader() as session:
        rows = session.execute(select(AnswerEvent.writer, AnswerEvent.seq, AnswerEvent.hash))
        kept = {(writer, seq, hash_) for writer, seq, hash_ in rows}
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.code == code)).one()
        entries = saving.entries(session, attempt_id)
    assert len(acknowledged) > 40
    assert acknowledged <= kept
    assert sent <= kept
    assert journal.verify(code, entries) == []


def kill_three_times(live: Live) -> None:
    """In the middle of the work: kill -9, and start again."""
    for _blow in range(3):
        time.sleep(0.7)
        live.kill()
        live.start()


def as_set(rows: list[list[Any]]) -> set[tuple[Any, ...]]:
    """(writer, seq, hash) of each."""
    return {tuple(row) for row in rows}
