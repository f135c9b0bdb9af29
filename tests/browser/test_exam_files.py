"""A file that was chosen and has not arrived: kept on the device, as answers are, until the server has it."""

import hashlib
import json
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Route, expect
from sqlalchemy import func, select, update

from lms import clock
from lms.catalogue.models import Course
from lms.exams import journal, saving
from lms.exams.models import Attempt, HeldEvent
from lms.people.models import UserSession
from lms.storage import DiskFiles
from lms.web.request import COOKIE
from tests.browser.conftest import Live, PageOf, violations, violations_light_and_dark
from tests.browser.exam_page import begin, code_of, eventually, ready, saved
from tests.browser.exam_records import end_at
from tests.browser.test_exam_interruptions import signed_in_elsewhere
from tests.exams import factory
from tests.web.every_kind import MORE, PDF, PLAN

pytestmark = pytest.mark.browser
#: What this browser keeps of files: attempt, question, name and size.
KEPT = """async () => {
  const database = await new Promise((resolve) => {
    const asked = indexedDB.open("teruji-berkas");
    asked.onsuccess = () => resolve(asked.result);
  });
  const found = await new Promise((resolve) => {
    const asked = database.transaction("files").objectStore("files").getAll();
    asked.onsuccess = () => resolve(asked.result);
  });
  database.close();
  return found.map(({ attempt, n, file }) => [attempt, n, file.name, file.size]);
}"""
SAFE = "aman di perangkat ini dan dikirim sendiri begitu sambungan pulih."
NO_ROOM = "Perangkat ini tidak punya ruang untuk menyimpannya: jangan tutup halaman sebelum terkirim."
LEAVES = "dispatchEvent(new Event('beforeunload', { cancelable: true }))"


@pytest.fixture
def files_asked(live: Live) -> None:
    """An exam in which all questions ask for a file."""
    with live.database.writer() as session:
        hall = factory.build(session, live.cast, now=clock.now(), content=PLAN, bank_of=["file"] * len(MORE))
        course = session.get_one(Course, hall.course_id)
        factory.enrol(session, course, live.cast.colleague, now=clock.now(), finished=2)
        session.commit()


def named(folder: Path, name: str) -> tuple[Path, bytes]:
    """A PDF of its own."""
    content = PDF + f"\n% {name}".encode()
    (folder / name).write_bytes(content)
    return folder / name, content


def choose(page: Page, file: Path) -> None:
    page.get_by_label("Berkas jawaban").set_input_files(file)


def kept(page: Page) -> list[list[object]]:
    found: list[list[object]] = page.evaluate(KEPT)
    return found


def arrived(live: Live, code: str) -> dict[int, tuple[str, bytes]]:
    """The name and the bytes of each file that stands as an answer."""
    with live.database.reader() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.code == code)).one()
        latest = journal.fold(saving.entries(session, attempt_id))
    answers = {n: one.answer for n, one in latest.items() if one.answer is not None}
    files = DiskFiles(live.folder / "files")
    return {n: (one["name"], files.get(f"answers/{attempt_id}/{one['sha256']}")) for n, one in answers.items()}


def has_arrived(live: Live, code: str, n: int, name: str) -> bool:
    return arrived(live, code).get(n, ("", b""))[0] == name


def answers_written(live: Live, code: str) -> list[str]:
    """The values of all answer events, in order of arrival."""
    with live.database.reader() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.code == code)).one()
        return [entry.event.value for entry in saving.entries(session, attempt_id) if entry.event.kind == "answer"]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.usefixtures("files_asked")
def test_files_chosen_off_line_outlive_the_page_and_arrive_by_themselves(
    live: Live, page_of: PageOf, tmp_path: Path, width: int
) -> None:
    page = begin(page_of(live.cast.learner, width=width))
    code = code_of(page)
    saved(page)
    (first, first_bytes), (second, second_bytes) = named(tmp_path, "telaah.pdf"), named(tmp_path, "nota.pdf")
    page.context.set_offline(True)
    choose(page, first)
    said = page.locator("[data-upload-said]")
    expect(said).to_have_text(f"Sambungan putus. telaah.pdf {SAFE}")
    expect(page.locator(".save")).to_contain_text("Luring sejak")
    expect(page.locator(".save")).to_contain_text("1 belum terkirim")
    assert violations_light_and_dark(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate(LEAVES) is True  # nothing would be lost
    page.get_by_role("button", name="Simpan & lanjut").click()
    choose(page, second)
    expect(said).to_contain_text("nota.pdf")
    page.get_by_role("button", name="Sebelumnya").click()
    expect(said).to_contain_text("telaah.pdf")
    eventually(
        lambda: kept(page) == [[code, 1, "telaah.pdf", len(first_bytes)], [code, 2, "nota.pdf", len(second_bytes)]],
        page,
    )

    page.close()  # with all its memory; the context is the browser's profile
    page = page_of_same(page)
    page.route("**/berkas", lambda route: route.abort())
    page.context.set_offline(False)
    page.goto(f"/pengerjaan/{code}/periksa")
    expect(page.locator("[data-unsent-note]")).to_contain_text("2 jawaban belum terkirim: soal 1 dan 2.")
    expect(page.get_by_role("button", name="Kumpulkan jawaban")).to_be_disabled()
    assert violations(page) == []
    assert arrived(live, code) == {}
    page.unroute("**/berkas")
    page.goto(f"/pengerjaan/{code}/3")

    eventually(lambda: len(arrived(live, code)) == 2, page)
    assert arrived(live, code) == {1: ("telaah.pdf", first_bytes), 2: ("nota.pdf", second_bytes)}
    assert [json.loads(value)["name"] for value in answers_written(live, code)] == ["telaah.pdf", "nota.pdf"]
    saved(page)
    eventually(lambda: kept(page) == [], page)
    page.goto(f"/pengerjaan/{code}/periksa")
    page.get_by_role("button", name="Kumpulkan jawaban").click()
    page.wait_for_url("**/hasil")


def page_of_same(page: Page) -> Page:
    """A new tab of the same browser."""
    return page.context.new_page()


@pytest.mark.usefixtures("files_asked")
def test_a_tab_that_is_reloaded_while_it_sends_goes_on(live: Live, page_of: PageOf, tmp_path: Path) -> None:
    page = begin(page_of(live.cast.learner))
    code = code_of(page)
    chosen, content = named(tmp_path, "telaah.pdf")
    page.route("**/berkas", lambda route: route.abort())
    choose(page, chosen)
    expect(page.locator("[data-upload-said]")).to_have_text(f"Sambungan putus. telaah.pdf {SAFE}")
    page.reload()
    expect(page.locator("[data-upload-said]")).to_have_text(f"Sambungan putus. telaah.pdf {SAFE}")
    page.unroute("**/berkas")

    expect(page.locator("[data-upload-said]")).to_have_text("telaah.pdf sudah tersimpan.")
    eventually(partial(has_arrived, live, code, 1, "telaah.pdf"), page)
    assert arrived(live, code)[1][1] == content
    assert len(answers_written(live, code)) == 1


@pytest.mark.usefixtures("files_asked")
def test_a_newer_choice_takes_the_place_of_one_that_waits_whichever_tab_it_is_made_in(
    live: Live, page_of: PageOf, tmp_path: Path
) -> None:
    page = begin(page_of(live.cast.learner))
    code = code_of(page)
    saved(page)
    other = page_of_same(page)
    other.goto(f"/pengerjaan/{code}/1")
    ready(other)
    (old, _), (newer, _), (last, content) = (named(tmp_path, name) for name in ("lama.pdf", "baru.pdf", "akhir.pdf"))
    page.context.set_offline(True)
    for file in (old, newer):
        choose(page, file)
        expect(page.locator("[data-upload-said]")).to_contain_text(file.name)
    choose(other, last)
    expect(page.locator("[data-upload-said]")).to_be_empty()  # it sends none any more
    eventually(lambda: kept(other) == [[code, 1, "akhir.pdf", len(content)]], other)

    page.context.set_offline(False)
    eventually(partial(has_arrived, live, code, 1, "akhir.pdf"), other)
    saved(other)
    assert arrived(live, code)[1][1] == content
    assert len(answers_written(live, code)) == 1


@pytest.mark.usefixtures("files_asked")
def test_emptying_the_answer_withdraws_a_file_that_waits(live: Live, page_of: PageOf, tmp_path: Path) -> None:
    page = begin(page_of(live.cast.learner, width=360))
    code = code_of(page)
    saved(page)
    page.context.set_offline(True)
    choose(page, named(tmp_path, "telaah.pdf")[0])
    eventually(lambda: len(kept(page)) == 1, page)
    page.get_by_role("button", name="Kosongkan jawaban").click()
    expect(page.locator("[data-upload-said]")).to_be_empty()
    eventually(lambda: kept(page) == [], page)
    page.context.set_offline(False)
    page.reload()
    ready(page)

    saved(page)
    assert arrived(live, code) == {}
    expect(page.get_by_role("button", name="Kosongkan jawaban")).to_be_hidden()


@pytest.mark.usefixtures("files_asked")
def test_a_device_without_room_says_so_and_sends_all_the_same(live: Live, page_of: PageOf, tmp_path: Path) -> None:
    page = page_of(live.cast.learner)
    page.add_init_script(
        """const put = IDBObjectStore.prototype.put;
        IDBObjectStore.prototype.put = function (value) {
          if (this.name === "files") throw new DOMException("full", "QuotaExceededError");
          return put.call(this, value);
        };"""
    )
    begin(page)
    code = code_of(page)
    saved(page)
    page.context.set_offline(True)
    chosen, content = named(tmp_path, "telaah.pdf")
    choose(page, chosen)
    expect(page.locator("[data-upload-said]")).to_have_text(f"Sambungan putus. Unggahan diulang sendiri. {NO_ROOM}")
    assert violations(page) == []
    assert page.evaluate(LEAVES) is False  # the browser asks first
    page.context.set_offline(False)

    expect(page.locator("[data-upload-said]")).to_have_text("telaah.pdf sudah tersimpan.")
    eventually(partial(has_arrived, live, code, 1, "telaah.pdf"), page)
    assert hashlib.sha256(arrived(live, code)[1][1]).digest() == hashlib.sha256(content).digest()


@pytest.mark.usefixtures("files_asked")
def test_another_account_on_the_device_neither_sends_nor_sees_a_file_that_waits(
    live: Live, page_of: PageOf, tmp_path: Path
) -> None:
    page = begin(page_of(live.cast.learner))
    code = code_of(page)
    saved(page)
    page.context.set_offline(True)
    choose(page, named(tmp_path, "rahasia.pdf")[0])
    eventually(lambda: len(kept(page)) == 1, page)
    context = page.context
    page.close()
    context.set_offline(False)
    become(context, live, live.cast.colleague.token)
    sent: list[str] = []
    other = context.new_page()
    other.on("request", lambda request: sent.append(request.url) if request.url.endswith("/berkas") else None)
    begin(other)
    saved(other)
    assert code_of(other) != code
    expect(other.locator("[data-upload-said]")).to_be_empty()
    choose(other, named(tmp_path, "sendiri.pdf")[0])
    eventually(partial(has_arrived, live, code_of(other), 1, "sendiri.pdf"), other)
    saved(other)

    assert [url.partition("/pengerjaan/")[2] for url in sent] == [f"{code_of(other)}/1/berkas"]
    assert arrived(live, code) == {}
    assert [one[0] for one in kept(other)] == [code]  # it waits for whom it belongs to
    become(context, live, live.cast.learner.token)
    other.goto(f"/pengerjaan/{code}/1")
    eventually(partial(has_arrived, live, code, 1, "rahasia.pdf"), other)


def become(context: BrowserContext, live: Live, token: str) -> None:
    """Somebody else signs in on this device."""
    context.clear_cookies()
    context.add_cookies([{"name": COOKIE, "value": token, "url": live.base_url}])


@pytest.mark.usefixtures("files_asked")
def test_handing_in_before_the_page_is_ready_waits_for_a_file_that_is_kept(
    live: Live, page_of: PageOf, tmp_path: Path
) -> None:
    page = begin(page_of(live.cast.learner, width=360))
    code = code_of(page)
    page.route("**/berkas", lambda route: route.abort())
    choose(page, named(tmp_path, "telaah.pdf")[0])
    eventually(lambda: len(kept(page)) == 1, page)
    asked: list[Route] = []
    page.route("**/soal", lambda route: asked.append(route))  # noqa: PLW0108 - Playwright takes no method of a list
    page.goto(f"/pengerjaan/{code}/periksa")
    eventually(lambda: bool(asked), page)
    page.get_by_role("button", name="Kumpulkan jawaban").click()
    expect(page.locator("#siar")).to_have_text("Jawaban sedang dikumpulkan. Tunggu sebentar.")
    asked[0].continue_()
    expect(page.locator("#siar")).to_contain_text("Berkas Anda masih dikirim")
    assert violations(page) == []
    page.unroute("**/berkas")
    saved(page)
    page.get_by_role("button", name="Kumpulkan jawaban").click()

    page.wait_for_url("**/hasil")
    assert [name for name, _content in arrived(live, code).values()] == ["telaah.pdf"]


def held(live: Live) -> list[str]:
    """The names of the files that wait for a decision and are there to be looked at."""
    files = DiskFiles(live.folder / "files")
    with live.database.reader() as session:
        rows = session.scalars(select(HeldEvent).where(HeldEvent.kind == "answer").order_by(HeldEvent.id)).all()
        named = [(row.attempt_id, json.loads(row.value)) for row in rows]
    assert all(len(files.get(f"answers/{id}/{one['sha256']}")) == one["size"] for id, one in named)
    return [one["name"] for _id, one in named]


@pytest.mark.usefixtures("files_asked")
def test_a_file_chosen_in_time_that_comes_after_the_end_waits_for_a_decision(
    live: Live, page_of: PageOf, tmp_path: Path
) -> None:
    page = begin(page_of(live.cast.learner))
    code = code_of(page)
    saved(page)
    end_at(live, code, clock.now() + timedelta(seconds=4))
    page.evaluate("dispatchEvent(new Event('online'))")  # the page asks for the time
    page.route("**/berkas", lambda route: route.abort())
    choose(page, named(tmp_path, "telaah.pdf")[0])
    expect(page.get_by_role("alert").first).to_contain_text("berkas Anda masih dikirim", timeout=20_000)
    expect(page.get_by_role("button", name="Unduh berkas pemulihan")).to_be_visible()
    assert violations(page) == []
    end_at(live, code, clock.now() - timedelta(minutes=5))
    page.unroute("**/berkas")

    page.wait_for_url("**/hasil")
    assert held(live) == ["telaah.pdf"]
    assert arrived(live, code) == {}


@pytest.mark.usefixtures("files_asked")
def test_a_file_chosen_where_the_lease_was_lost_is_held_at_once(live: Live, page_of: PageOf, tmp_path: Path) -> None:
    page = begin(page_of(live.cast.learner))
    saved(page)
    signed_in_elsewhere(page_of, live.cast.learner)
    with live.database.transaction() as session:
        second = session.scalar(select(func.max(UserSession.id)))
        session.execute(update(Attempt).values(lease="lain", user_session_id=second))
    choose(page, named(tmp_path, "telaah.pdf")[0])

    expect(page.locator(".save")).to_contain_text("Pindah")
    eventually(lambda: held(live) == ["telaah.pdf"] and kept(page) == [], page)
    assert arrived(live, code_of(page)) == {}


@pytest.mark.usefixtures("files_asked")
def test_the_recovery_file_brings_a_file_that_could_not_be_sent(live: Live, page_of: PageOf, tmp_path: Path) -> None:
    page = begin(page_of(live.cast.learner, width=360))
    code = code_of(page)
    saved(page)
    end_at(live, code, clock.now() + timedelta(seconds=4))
    page.evaluate("dispatchEvent(new Event('online'))")
    saved(page)
    page.wait_for_timeout(500)
    page.context.set_offline(True)
    chosen, content = named(tmp_path, "telaah.pdf")
    choose(page, chosen)
    with page.expect_download(timeout=30_000) as downloading:
        page.get_by_role("button", name="Unduh berkas pemulihan").click()
    recovery = downloading.value.path()
    assert content not in recovery.read_bytes()
    end_at(live, code, clock.now() - timedelta(minutes=5))
    other = page_of(live.cast.learner)
    for _twice in range(2):
        other.goto(f"/pengerjaan/{code}/pemulihan")
        other.get_by_label("Berkas pemulihan").set_input_files(recovery)
        other.get_by_role("button", name="Serahkan berkas").click()
        expect(other.get_by_text("1 perubahan ditahan dan menunggu keputusan penyelenggara.")).to_be_visible()

    assert held(live) == ["telaah.pdf"]
