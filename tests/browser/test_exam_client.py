"""The exam screen in a real browser against a real server: nothing that was answered is lost, and everyone can use it."""

import re
import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect
from sqlalchemy import func, select, update

from lms import clock
from lms.exams import journal, saving
from lms.exams.models import AnswerEvent, Attempt, Result, Sitting
from lms.people.models import UserSession
from tests.browser.conftest import Live, violations
from tests.browser.exam_page import answer, code_of, eventually, following, ready, saved
from tests.cast import PASSWORD, Person
from tests.exams import factory

pytestmark = pytest.mark.browser

PageOf = Callable[..., Page]
SIX = 6


@pytest.fixture
def hall(live: Live) -> factory.Hall:
    """The exam, with a sitting that is open."""
    with live.database.writer() as session:
        return factory.build(session, live.cast, now=clock.now())


@pytest.fixture
def begun(live: Live, hall: factory.Hall, page_of: PageOf) -> Page:
    """The learner's page at question 1, its script ready."""
    return begin(page_of(live.cast.learner))


def begin(page: Page) -> Page:
    """Start the exam as a candidate does."""
    page.goto(f"/ujian/{factory.CODE}")
    page.get_by_role("button", name="Mulai ujian").click()
    return ready(page)


def answers_of(live: Live, code: str) -> dict[int, journal.Latest]:
    """Where each question stands by the journal."""
    with live.database.reader() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.code == code)).one()
        return journal.fold(saving.entries(session, attempt_id))


def answered(live: Live, code: str) -> set[int]:
    """Numbers of the questions with a stored answer."""
    return {number for number, latest in answers_of(live, code).items() if latest.is_answered}


def end_at(live: Live, code: str, due_at: datetime) -> None:
    """Move the deadline of an attempt."""
    with live.database.transaction() as session:
        session.execute(update(Attempt).where(Attempt.code == code).values(due_at=due_at))


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

    begun.context.set_offline(False)

    expect(begun.get_by_role("status")).to_have_text("Sambungan pulih. Semua jawaban terkirim.")
    expect(begun.get_by_role("button", name="Kumpulkan jawaban")).to_be_enabled()
    assert answered(live, code_of(begun)) == {1, 2, 3, 4, 5, 6}


def test_what_a_crash_left_unsent_is_found_and_sent_by_the_next_page(live: Live, begun: Page) -> None:
    saved(begun)
    context, code = begun.context, code_of(begun)
    context.set_offline(True)
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


def as_set(rows: list[list[Any]]) -> set[tuple[Any, ...]]:
    """(writer, seq, hash) of each."""
    return {tuple(row) for row in rows}


def test_when_time_runs_out_what_was_stored_is_graded(live: Live, begun: Page) -> None:
    code = code_of(begun)
    answer(begun)
    saved(begun)
    end_at(live, code, clock.now() + timedelta(seconds=4))
    begun.reload()
    ready(begun)

    begun.wait_for_url("**/hasil", timeout=20_000)

    expect(begun.get_by_text("Waktu habis. Jawaban yang tersimpan sudah dinilai.")).to_be_visible()
    with live.database.reader() as session:
        closed_by = session.scalars(select(Attempt.closed_by).where(Attempt.code == code)).one()
        assert closed_by == "time"
        assert session.scalars(select(Result.answered)).one() == 1


def test_off_line_when_time_runs_out_the_page_asks_to_be_kept_open_and_hands_in_later(live: Live, begun: Page) -> None:
    code = code_of(begun)
    saved(begun)
    end_at(live, code, clock.now() + timedelta(seconds=5))
    begun.reload()
    ready(begun)
    saved(begun)
    begun.context.set_offline(True)
    answer(begun)

    expect(begun.get_by_role("alert").first).to_contain_text("Jangan tutup halaman", timeout=20_000)
    assert begun.locator("[name=jawaban]").first.is_disabled()
    begun.context.set_offline(False)

    begun.wait_for_url("**/hasil", timeout=20_000)
    with live.database.reader() as session:
        assert session.scalars(select(Result.answered)).one() == 1
        assert True in set(session.scalars(select(AnswerEvent.late)))


def test_without_scripts_every_step_works_as_plain_forms(live: Live, hall: factory.Hall, page_of: PageOf) -> None:
    page = page_of(live.cast.learner, js=False, width=360)
    page.goto(f"/ujian/{factory.CODE}")
    page.get_by_role("button", name="Mulai ujian").click()
    page.get_by_role("button", name="Ragu-ragu").click()
    expect(page.get_by_role("button", name="Ragu-ragu")).to_have_attribute("aria-pressed", "true")

    for _number in range(SIX):
        answer(page)
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


def test_shortcuts_work_only_for_those_who_asked(live: Live, begun: Page) -> None:
    flag = begun.get_by_role("button", name="Ragu-ragu")
    begun.locator("#judul").focus()
    begun.keyboard.press("r")
    expect(flag).to_have_attribute("aria-pressed", "false")

    begun.get_by_role("button", name="Pintasan papan ketik").click()
    begun.get_by_label("Aktifkan R, D, W, dan ?").check()
    begun.get_by_role("button", name="Tutup").click()
    begun.locator("#judul").focus()
    begun.keyboard.press("r")

    expect(flag).to_have_attribute("aria-pressed", "true")
    begun.keyboard.press("d")
    expect(begun.get_by_role("heading", level=1)).to_contain_text("Daftar soal")


def test_an_ended_session_is_signed_in_again_in_the_page_and_nothing_is_lost(live: Live, begun: Page) -> None:
    saved(begun)
    other = begun.context.new_page()
    other.goto("/ujian")
    other.locator("summary").click()
    other.get_by_role("button", name="Keluar").click()
    expect(other.get_by_role("heading", name="Masuk")).to_be_visible()

    answer(begun)
    begun.get_by_role("button", name="Masuk lagi").click()
    dialog = begun.get_by_role("dialog")
    dialog.get_by_label("NIP").fill(live.cast.learner.nip)
    dialog.get_by_label("Kata sandi").fill("salah")
    dialog.get_by_role("button", name="Masuk", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text("NIP atau kata sandi tidak cocok.")
    dialog.get_by_label("Kata sandi").fill(PASSWORD)
    dialog.get_by_role("button", name="Masuk", exact=True).click()

    expect(dialog).to_be_hidden()
    saved(begun)
    assert answered(live, code_of(begun)) == {1}


def test_where_the_room_s_network_is_left_the_page_says_what_to_do_and_leads_there(live: Live, begun: Page) -> None:
    saved(begun)
    begun.route("**/soal", lambda route: (only_from(live, "10.20.0.0/16"), route.continue_()))

    begun.reload()

    expect(begun.get_by_role("status")).to_contain_text("Sambungkan perangkat ke jaringan ruang")
    begun.get_by_role("button", name="Lanjutkan di ruang").click()
    expect(begun.get_by_role("heading", level=1)).to_have_text("Ujian ini hanya dibuka dari jaringan ruang ujian.")
    begun.unroute("**/soal")
    only_from(live, "127.0.0.0/8")
    begun.get_by_role("link", name="Coba lagi").click()
    saved(ready(begun))


def only_from(live: Live, network: str) -> None:
    """Let the exam be taken from there alone."""
    with live.database.transaction() as session:
        session.execute(update(Sitting).values(ip_ranges=[network]))


def test_where_moving_takes_the_room_s_pin_its_page_asks_for_it(live: Live, begun: Page, page_of: PageOf) -> None:
    with live.database.transaction() as session:
        session.execute(update(Sitting).values(pin_round=1, device_move="pin"))
    begun.reload()
    saved(ready(begun))
    signed_in_elsewhere(page_of, live.cast.learner)
    with live.database.transaction() as session:
        second = session.scalar(select(func.max(UserSession.id)))
        session.execute(update(Attempt).values(lease="lain", user_session_id=second))

    answer(begun)
    begun.get_by_role("button", name="Pindah perangkat").click()

    expect(begun).to_have_url(re.compile("/perangkat$"))
    expect(begun.get_by_label("PIN ruang")).to_be_visible()


def test_a_second_device_takes_over_against_the_password_and_the_first_can_only_read(
    live: Live, begun: Page, page_of: PageOf
) -> None:
    code = code_of(begun)
    answer(begun)
    saved(begun)
    second = signed_in_elsewhere(page_of, live.cast.learner)
    second.goto(f"/pengerjaan/{code}/1")
    expect(second.get_by_role("heading", level=1)).to_have_text("Ujian ini terbuka di perangkat lain.")
    second.get_by_role("textbox", name="Kata sandi").fill(PASSWORD)
    second.get_by_role("button", name="Pindahkan ke perangkat ini").click()
    ready(second)

    begun.get_by_role("button", name="Ragu-ragu").click()

    expect(begun.get_by_role("button", name="Pindah perangkat")).to_be_visible()
    assert begun.locator("[name=jawaban]").first.is_disabled()
    following(second)
    answer(second)
    saved(second)
    assert answered(live, code) == {1, 2}
    assert not answers_of(live, code)[1].flag


def signed_in_elsewhere(page_of: PageOf, person: Person) -> Page:
    """A page of another browser, where the person signs in by the form."""
    page = page_of(None, width=360)
    page.goto("/masuk")
    page.get_by_label("NIP").fill(person.nip)
    page.get_by_role("textbox", name="Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    return page


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


def test_time_is_announced_at_thresholds_only_and_read_out_on_request(live: Live, begun: Page) -> None:
    expect(begun.get_by_role("status")).to_be_empty()
    begun.get_by_role("button", name="Bacakan sisa waktu").first.click()
    expect(begun.get_by_role("status")).to_have_text("Sisa waktu 30 menit.")
    begun.get_by_role("button", name="Sembunyikan waktu").first.click()
    expect(begun.locator(".exam-bar .clock")).to_be_hidden()

    end_at(live, code_of(begun), clock.now() + timedelta(minutes=5, seconds=4))
    begun.reload()
    ready(begun)

    expect(begun.locator(".exam-bar .clock")).to_be_hidden()
    expect(begun.get_by_role("status")).to_have_text("Sisa waktu 5 menit.", timeout=10_000)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_finds_nothing_on_any_page_of_an_exam(
    live: Live, hall: factory.Hall, page_of: PageOf, width: int, dark: bool
) -> None:
    page = page_of(live.cast.learner, width=width, dark=dark)
    found = {}
    for name, address in (("list", "/ujian"), ("rules", f"/ujian/{factory.CODE}")):
        visit(page, address)
        found[name] = violations(page)
    begin_on(page)
    found["question"] = violations(page)
    answer(page)
    page.get_by_role("button", name="Ragu-ragu").click()
    for name in ("daftar", "periksa"):
        visit(page, f"/pengerjaan/{code_of(page)}/{name}")
        saved(page)
        found[name] = violations(page)
    found |= off_line(page, page.context)
    saved(page)
    page.goto(f"/pengerjaan/{code_of(page)}/periksa")
    page.get_by_role("button", name="Kumpulkan jawaban").click()
    page.wait_for_url("**/hasil")
    found["result"] = violations(page)

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
    found = {"off-line": violations(page)}
    page.locator(".count:visible, .exam-side .btn:visible").first.click()
    found["off-line list or check"] = violations(page)
    context.set_offline(False)
    return found
