"""What a browser still keeps of an attempt that was closed meanwhile: the page of the result sends it, and it waits for a decision."""

import json
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Route, expect
from sqlalchemy import func, select

from lms import clock
from lms.catalogue.models import Course
from lms.exams.models import AnswerEvent, Attempt, HeldEvent, Result
from tests.browser.conftest import Live, PageOf, violations, violations_light_and_dark
from tests.browser.exam_page import FLAT, answer, begin, code_of, eventually, following, saved
from tests.browser.exam_records import answered, end_at, fill_room
from tests.browser.test_exam_files import become, choose, files_asked, held, kept, named
from tests.exams import factory

__all__ = ["files_asked"]
pytestmark = pytest.mark.browser
NOTE = "#tertinggal .note"
#: So many events go in one request.
FIRST = 50
#: Questions of which this browser keeps an answer, by attempt; -1 where it has no database for them.
EVENTS = """async () => {
  if (!(await indexedDB.databases()).some(({ name }) => name === "teruji-pengerjaan")) return -1;
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("teruji-pengerjaan");
    asked.onsuccess = () => resolve(asked.result);
  });
  const found = await new Promise((resolve) => {
    const asked = database.transaction("events").objectStore("events").getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  database.close();
  return found.filter(({ kind }) => kind === "answer").map(({ attempt, item }) => [attempt, item]);
}"""


def left_behind(live: Live, page: Page, write: Callable[[], object], *, most: int = 1) -> tuple[Page, str]:
    """Write off-line, close the tab, and let the time run out; a new tab of the same browser, and the attempt's code."""
    code = code_of(page)
    saved(page)
    page.context.set_offline(True)
    page.evaluate(FLAT)
    for number in range(most):
        if number:
            following(page)
        write()
    page.wait_for_timeout(500)  # the browser's store has it
    page.close()
    end_at(live, code, clock.now() - timedelta(minutes=5))
    assert answered(live, code) == set()
    return page.context.new_page(), code


def two_left_by_the_learner(live: Live, page_of: PageOf) -> tuple[Page, str]:
    """As `left_behind`, of two questions on a phone; its line is back, and the colleague is signed in on it."""
    begun = begin(page_of(live.cast.learner, width=360))
    page, code = left_behind(live, begun, lambda: answer(begun), most=2)
    page.context.set_offline(False)
    become(page.context, live, live.cast.colleague.token)
    return page, code


def waiting(live: Live) -> list[int]:
    """Numbers of the questions of which an answer is held, in order of arrival."""
    with live.database.reader() as session:
        return list(session.scalars(select(HeldEvent.item).where(HeldEvent.kind == "answer").order_by(HeldEvent.id)))


def puts(page: Page) -> list[str]:
    """Fills with the addresses to which this tab sends answers or files, and of the script that does."""
    found: list[str] = []
    page.on(
        "request",
        lambda asked: (
            found.append(asked.url)
            if asked.method == "PUT" or "left-sender" in asked.url or "/berkas" in asked.url
            else None
        ),
    )
    return found


@pytest.mark.parametrize("width", [360, 1280])
def test_the_result_sends_what_the_browser_kept_and_the_proctor_lets_it_count(
    live: Live, hall: factory.Hall, page_of: PageOf, width: int
) -> None:
    fill_room(live, hall)
    begun = begin(page_of(live.cast.learner, width=width))
    page, code = left_behind(live, begun, lambda: answer(begun), most=2)
    page.context.set_offline(False)
    page.goto(f"/pengerjaan/{code}/1")

    expect(page).to_have_url(f"{live.base_url}/pengerjaan/{code}/hasil")
    status = page.locator("#tertinggal")
    expect(status).to_contain_text("Tidak ada lagi jawaban di perangkat ini yang belum terkirim.")
    expect(status).to_contain_text("Soal 1 dan 2: terkirim dan ditahan, menunggu keputusan pengawas.")
    expect(page.get_by_role("button", name="Unduh berkas pemulihan")).to_be_hidden()
    assert violations_light_and_dark(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert waiting(live) == [1, 2]
    eventually(lambda: page.evaluate(EVENTS) == [], page)

    sent = puts(page)
    page.get_by_role("link", name="Muat ulang hasil ini").click()
    expect(page.get_by_text("2 jawaban Anda ditahan dan menunggu keputusan pengawas.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(page.locator(NOTE)).to_be_hidden()
    assert sent == []

    proctor = page_of(live.cast.hr)
    proctor.goto("/ruang/sesi-1")
    proctor.get_by_role("link", name="Putuskan Sari Uji").click()
    proctor.get_by_label("Alasan").fill("Ponsel mati, jawaban ditulis sebelum waktu habis")
    proctor.get_by_role("button", name="Terima yang dicentang").click()
    expect(proctor.get_by_text("Jawaban 2 soal diterima.")).to_be_visible()
    assert answered(live, code) == {1, 2}
    with live.database.reader() as session:
        assert list(session.scalars(select(Result.answered).order_by(Result.number))) == [0, 2]


def test_a_browser_that_keeps_nothing_makes_no_database_and_loads_nothing_more(
    live: Live, begun: Page, page_of: PageOf
) -> None:
    code = code_of(begun)
    saved(begun)
    end_at(live, code, clock.now() - timedelta(minutes=5))
    other = page_of(live.cast.learner)
    sent = puts(other)
    other.goto(f"/pengerjaan/{code}/hasil")
    expect(other.get_by_role("heading", name="Jawaban diterima")).to_be_visible()
    other.wait_for_load_state("networkidle")

    assert sent == []
    expect(other.locator(NOTE)).to_be_hidden()
    assert other.evaluate("indexedDB.databases()") == []


def test_the_list_of_exams_says_which_of_them_still_waits_on_this_device(
    live: Live, hall: factory.Hall, page_of: PageOf
) -> None:
    page, code = two_left_by_the_learner(live, page_of)
    page.goto("/ujian")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("masih menyimpan jawaban")).to_have_count(0)

    become(page.context, live, live.cast.learner.token)
    page.goto("/ujian")
    status = page.locator("#tertinggal")
    expect(status).to_contain_text("Perangkat ini masih menyimpan jawaban yang belum terkirim.")
    expect(status.get_by_role("listitem")).to_have_text("Uji Kompetensi Keamanan Informasi · belum terkirim: 2")
    assert violations_light_and_dark(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert answered(live, code) == set()

    status.get_by_role("link").click()
    page.wait_for_url(f"**/pengerjaan/{code}/hasil")
    eventually(lambda: page.evaluate(EVENTS) == [], page)
    assert waiting(live) == [1, 2]
    page.goto("/ujian")
    page.wait_for_load_state("networkidle")
    expect(page.locator(NOTE)).to_be_hidden()


def test_the_home_page_says_so_too_to_whom_it_concerns_and_asks_nothing_where_nothing_is_kept(
    live: Live, hall: factory.Hall, page_of: PageOf
) -> None:
    page, code = two_left_by_the_learner(live, page_of)
    page.goto("/beranda")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("masih menyimpan jawaban")).to_be_hidden()

    become(page.context, live, live.cast.learner.token)
    page.goto("/beranda")
    status = page.locator("#tertinggal")
    expect(status.get_by_role("listitem")).to_have_text("Uji Kompetensi Keamanan Informasi · belum terkirim: 2")
    assert violations_light_and_dark(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    status.get_by_role("link").click()
    page.wait_for_url(f"**/pengerjaan/{code}/hasil")
    eventually(lambda: page.evaluate(EVENTS) == [], page)
    assert waiting(live) == [1, 2]

    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/beranda")
    page.wait_for_load_state("networkidle")
    expect(page.locator(NOTE)).to_have_count(0)
    assert not [url for url in asked if url.endswith("/ujian")]


def test_the_list_of_exams_makes_no_database_where_nothing_waits(live: Live, begun: Page, page_of: PageOf) -> None:
    saved(begun)
    other = page_of(live.cast.learner)
    sent = puts(other)
    other.goto("/ujian")
    other.wait_for_load_state("networkidle")

    expect(other.locator(NOTE)).to_be_hidden()
    assert sent == []
    assert other.evaluate("indexedDB.databases()") == []


def send_again(page: Page) -> None:
    """Press the button, which goes as soon as the page's own next try has got through."""
    page.locator("[data-do=send-again]").dispatch_event("click")


def test_another_account_on_the_device_neither_sees_nor_sends_what_is_kept(
    live: Live, hall: factory.Hall, page_of: PageOf
) -> None:
    with live.database.writer() as session:
        course = session.get_one(Course, hall.course_id)
        factory.enrol(session, course, live.cast.colleague, now=clock.now(), finished=2)
        session.commit()
    begun = begin(page_of(live.cast.learner))
    page, code = left_behind(live, begun, lambda: answer(begun))
    context = page.context
    context.set_offline(False)
    become(context, live, live.cast.colleague.token)
    sent = puts(page)
    answer_to = page.goto(f"/pengerjaan/{code}/hasil")
    assert answer_to is not None
    assert answer_to.status == 404
    begin(page)
    own = code_of(page)
    saved(page)
    end_at(live, own, clock.now() - timedelta(minutes=5))
    page.goto(f"/pengerjaan/{own}/hasil")
    page.wait_for_load_state("networkidle")

    expect(page.locator(NOTE)).to_be_hidden()
    assert [url for url in sent if f"/{own}/" not in url] == []
    assert page.evaluate(EVENTS) == [[code, 1]]
    assert waiting(live) == []
    become(context, live, live.cast.learner.token)
    page.goto(f"/pengerjaan/{code}/hasil")
    expect(page.locator(NOTE)).to_contain_text("Soal 1: terkirim dan ditahan, menunggu keputusan penyelenggara.")
    assert waiting(live) == [1]


@pytest.mark.parametrize("width", [360, 1280])
def test_while_the_line_fails_the_page_says_so_offers_the_recovery_file_and_goes_on_trying(
    live: Live, hall: factory.Hall, page_of: PageOf, width: int
) -> None:
    begun = begin(page_of(live.cast.learner, width=width))
    page, code = left_behind(live, begun, lambda: answer(begun))
    page.context.set_offline(False)
    page.route("**/jawaban", lambda route: route.abort())
    page.goto(f"/pengerjaan/{code}/hasil")
    note = page.locator(NOTE)
    expect(note).to_contain_text("1 jawaban di perangkat ini belum terkirim: soal 1. Sambungan putus.")
    assert violations_light_and_dark(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Unduh berkas pemulihan").click()
    assert page.evaluate(EVENTS) == [[code, 1]]
    other = page_of(live.cast.learner)
    other.goto(f"/pengerjaan/{code}/pemulihan")
    other.get_by_label("Berkas pemulihan").set_input_files(downloading.value.path())
    other.get_by_role("button", name="Serahkan berkas").click()
    expect(other.get_by_text("ditahan dan menunggu keputusan penyelenggara.").first).to_be_visible()
    assert waiting(live) == [1]

    page.unroute("**/jawaban")
    send_again(page)
    expect(note).to_contain_text("Soal 1: terkirim dan ditahan, menunggu keputusan penyelenggara.")
    assert waiting(live) == [1]
    eventually(lambda: page.evaluate(EVENTS) == [], page)


def test_what_the_server_has_already_is_taken_off_the_device_and_the_rest_is_held(
    live: Live, hall: factory.Hall, page_of: PageOf
) -> None:
    page = begin(page_of(live.cast.learner))
    code = code_of(page)
    saved(page)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        with suppress(Error):  # the page may have given the request up meanwhile
            route.abort()

    page.route("**/jawaban", lose_the_answer)
    answer(page)
    for _time in range(60):  # more than fit into one request
        page.get_by_role("button", name="Ragu-ragu").click()

    def has_the_first_request() -> bool:
        page.evaluate("dispatchEvent(new Event('online'))")  # tries again at once
        with live.database.reader() as session:
            return session.scalars(select(func.count()).select_from(AnswerEvent)).one() >= FIRST

    eventually(has_the_first_request, page)
    page.evaluate(FLAT)
    page.context.set_offline(True)
    page.unroute("**/jawaban")
    following(page)
    answer(page)
    page.wait_for_timeout(500)
    page.close()
    end_at(live, code, clock.now() - timedelta(minutes=5))
    context = page.context
    context.set_offline(False)
    page = context.new_page()
    page.goto(f"/pengerjaan/{code}/hasil")

    note = page.locator(NOTE)
    expect(note).to_contain_text("Soal 1: sudah tersimpan di server sebelum ujian ditutup.")
    expect(note).to_contain_text("Soal 2: terkirim dan ditahan")
    assert waiting(live) == [2]
    eventually(lambda: page.evaluate(EVENTS) == [], page)


@pytest.mark.usefixtures("files_asked")
def test_a_file_that_is_kept_is_sent_and_held(live: Live, page_of: PageOf, tmp_path: Path) -> None:
    begun = begin(page_of(live.cast.learner, width=360))
    chosen, content = named(tmp_path, "telaah.pdf")
    page, code = left_behind(live, begun, lambda: choose(begun, chosen))
    page.context.set_offline(False)
    page.route("**/berkas", lambda route: route.abort())
    page.goto(f"/pengerjaan/{code}/hasil")
    note = page.locator(NOTE)
    expect(note).to_contain_text("1 jawaban di perangkat ini belum terkirim: soal 1. Sambungan putus.")
    assert kept(page) == [[code, 1, "telaah.pdf", len(content)]]
    assert violations(page) == []
    with page.expect_download() as downloading:
        page.get_by_role("button", name="Unduh berkas pemulihan").click()
    assert json.loads(downloading.value.path().read_text())["format"] == "teruji-pemulihan-2"
    page.unroute("**/berkas")
    send_again(page)

    expect(note).to_contain_text("Soal 1: terkirim dan ditahan, menunggu keputusan penyelenggara.")
    assert held(live) == ["telaah.pdf"]
    eventually(lambda: kept(page) == [], page)
    page.reload()
    page.wait_for_load_state("networkidle")
    expect(page.locator(NOTE)).to_be_hidden()
    assert held(live) == ["telaah.pdf"]


@pytest.mark.usefixtures("files_asked")
def test_a_file_that_the_server_refuses_says_why_and_is_kept_no_longer(
    live: Live, page_of: PageOf, tmp_path: Path
) -> None:
    begun = begin(page_of(live.cast.learner))
    chosen = tmp_path / "telaah.pdf"
    chosen.write_bytes(b"PK\x03\x04 bukan PDF")
    page, code = left_behind(live, begun, lambda: choose(begun, chosen))
    page.context.set_offline(False)
    page.goto(f"/pengerjaan/{code}/hasil")

    expect(page.locator(NOTE)).to_contain_text("Berkas soal 1 ditolak. Berkas itu tidak tersimpan.")
    eventually(lambda: kept(page) == [], page)
    assert held(live) == []


def test_an_attempt_that_was_opened_again_leads_to_its_questions_which_send(live: Live, begun: Page) -> None:
    page, code = left_behind(live, begun, lambda: answer(begun))
    page.context.set_offline(False)
    asked: list[Route] = []
    page.route("**/jawaban", lambda route: asked.append(route))  # noqa: PLW0108 - Playwright takes no method of a list
    page.goto(f"/pengerjaan/{code}/hasil")
    eventually(lambda: bool(asked), page)
    with live.database.transaction() as session:
        attempt = session.scalars(select(Attempt).where(Attempt.code == code)).one()
        attempt.state, attempt.closed_at, attempt.closed_by = "open", None, None
        attempt.lease, attempt.user_session_id = None, None
        attempt.due_at = clock.now() + timedelta(minutes=10)
    asked[0].continue_()
    page.unroute("**/jawaban")

    page.wait_for_url("**/1")
    eventually(lambda: answered(live, code) == {1}, page)
