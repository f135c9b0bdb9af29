"""What comes between a candidate and the end of the exam: time runs out, the session ends, another device takes over."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import func, select, update

from lms import clock
from lms.exams import moving
from lms.exams.models import AnswerEvent, Attempt, HeldEvent, Result, Sitting
from lms.people.models import UserSession
from tests.browser.conftest import Live, PageOf, violations
from tests.browser.exam_page import answer, begin, code_of, following, ready, saved
from tests.browser.exam_records import answered, answers_of, end_at
from tests.cast import PASSWORD, Person
from tests.exams import factory

pytestmark = pytest.mark.browser
SIX = 6


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


def test_when_time_runs_out_a_device_that_only_reads_leaves_the_other_its_two_minutes(
    live: Live, begun: Page, page_of: PageOf
) -> None:
    code = code_of(begun)
    saved(begun)
    second = signed_in_elsewhere(page_of, live.cast.learner)
    second.goto(f"/pengerjaan/{code}/1")
    second.get_by_role("textbox", name="Kata sandi").fill(PASSWORD)
    second.get_by_role("button", name="Pindahkan ke perangkat ini").click()
    ready(second)
    end_at(live, code, clock.now() + timedelta(seconds=6))
    begun.evaluate(
        "dispatchEvent(new Event('online'))"
    )  # its sign of life: it hears of the new end, and that it only reads
    expect(begun.get_by_role("button", name="Pindah perangkat")).to_be_visible()
    second.reload()
    ready(second)
    saved(second)
    second.context.set_offline(True)
    answer(second)

    expect(second.get_by_role("alert").first).to_contain_text("Jangan tutup halaman", timeout=20_000)
    expect(begun.get_by_role("alert").first).to_contain_text("dinilai tanpa langkah lagi", timeout=20_000)
    second.context.set_offline(False)
    second.wait_for_url("**/hasil", timeout=20_000)

    begun.wait_for_url("**/hasil", timeout=20_000)
    with live.database.reader() as session:
        assert session.scalars(select(Result.answered)).one() == 1
        assert session.scalars(select(func.count(HeldEvent.id))).one() == 0


def test_a_device_that_must_be_left_gives_a_file_that_another_hands_in(
    live: Live, begun: Page, page_of: PageOf
) -> None:
    code = code_of(begun)
    saved(begun)
    end_at(live, code, clock.now() + timedelta(seconds=5))
    begun.reload()
    ready(begun)
    saved(begun)
    begun.context.set_offline(True)
    answer(begun)
    with begun.expect_download(timeout=20_000) as download:
        begun.get_by_role("button", name="Unduh berkas pemulihan").click(timeout=20_000)
    file = download.value.path()
    assert download.value.suggested_filename == f"jawaban-{code}.teruji"
    assert b"answer" not in file.read_bytes()

    end_at(live, code, clock.now() - timedelta(minutes=5))
    other = page_of(live.cast.learner)
    other.goto(f"{live.base_url}/pengerjaan/{code}/pemulihan")
    other.get_by_label("Berkas pemulihan").set_input_files(file)
    other.get_by_role("button", name="Serahkan berkas").click()

    expect(other.get_by_text("1 perubahan ditahan dan menunggu keputusan penyelenggara.")).to_be_visible()
    with live.database.reader() as session:
        assert session.scalars(select(HeldEvent.kind)).all().count("answer") == 1


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


def left_is(live: Live, page: Page, **left: int) -> None:
    """The deadline is moved, and the page hears of it."""
    end_at(live, code_of(page), clock.now() + timedelta(**left))
    with page.expect_response("**/waktu*"):
        page.evaluate("dispatchEvent(new Event('online'))")


def test_a_notice_tells_the_time_that_is_left_and_goes_when_more_is_given(live: Live, begun: Page) -> None:
    status = begun.locator("#siar")
    left_is(live, begun, minutes=20)
    left_is(live, begun, minutes=3)  # as after a device has slept
    expect(status).to_have_text("Sisa waktu 3 menit.")

    left_is(live, begun, minutes=20)
    expect(status).to_be_empty()

    left_is(live, begun, minutes=5, seconds=3)
    begun.reload()
    end_at(live, code_of(begun), clock.now() + timedelta(minutes=4, seconds=50))
    begun.reload()
    ready(begun)
    expect(status).to_have_text("Sisa waktu 5 menit.")


def test_what_has_to_stay_said_comes_back_after_the_time_was_told(
    live: Live, hall: factory.Hall, page_of: PageOf
) -> None:
    page = page_of(live.cast.learner)
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException('refused', 'SecurityError'); };")
    page.clock.install()
    begin(page)
    status = page.locator("#siar")
    expect(status).to_contain_text("Peramban ini menolak penyimpanan.")
    page.get_by_role("button", name="Bacakan sisa waktu").first.click()
    page.clock.run_for(1_000)
    expect(status).to_have_text("Sisa waktu 30 menit.")

    page.clock.run_for(60_000)

    expect(status).to_contain_text("Peramban ini menolak penyimpanan.")


def test_an_ended_session_is_signed_in_again_in_the_page_and_nothing_is_lost(live: Live, begun: Page) -> None:
    saved(begun)
    other = begun.context.new_page()
    other.goto("/ujian")
    other.locator("summary").click()
    other.get_by_role("button", name="Keluar").click()
    expect(other.get_by_role("heading", name="Masuk")).to_be_visible()

    begun.evaluate("dispatchEvent(new Event('online'))")  # a sign of life alone tells it: nothing need be written first
    expect(begun.locator("#siar")).to_contain_text("Sesi Anda berakhir.")
    answer(begun)
    begun.get_by_role("button", name="Masuk lagi").click()
    dialog = begun.get_by_role("dialog")
    dialog.get_by_label("NIP").fill(live.cast.learner.nip)
    dialog.get_by_label("Kata sandi").fill("salah")
    dialog.get_by_role("button", name="Masuk", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text("NIP atau kata sandi tidak cocok.")
    expect(
        dialog.get_by_role("button", name="Masuk", exact=True)
    ).to_be_focused()  # it rested while the server was asked
    dialog.get_by_label("Kata sandi").fill(PASSWORD)
    dialog.get_by_role("button", name="Masuk", exact=True).click()

    expect(dialog).to_be_hidden()
    saved(begun)
    expect(begun.locator("#judul")).to_be_focused()  # what was pressed says something else now
    assert answered(live, code_of(begun)) == {1}

    with live.database.transaction() as session:
        session.execute(update(UserSession).values(ended_at=clock.now()))
        session.execute(update(Attempt).values(lease=None, user_session_id=None))
    begun.evaluate("dispatchEvent(new Event('online'))")
    begun.get_by_role("button", name="Masuk lagi").click()
    dialog.get_by_label("NIP").fill(live.cast.learner.nip)
    dialog.get_by_label("Kata sandi").fill(PASSWORD)
    dialog.get_by_role("button", name="Masuk", exact=True).click()
    expect(begun.locator("#siar")).to_be_empty(timeout=10_000)  # at once, although nothing had to be sent
    saved(begun)


def test_where_the_room_s_network_is_left_the_page_says_what_to_do_and_leads_there(live: Live, begun: Page) -> None:
    saved(begun)

    def outside(route: Route) -> None:
        only_from(live, "10.20.0.0/16")
        route.continue_()

    begun.route("**/soal", outside)

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


def test_a_device_that_waits_for_the_proctor_hears_by_itself_what_was_decided(
    live: Live, begun: Page, page_of: PageOf
) -> None:
    code = code_of(begun)
    with live.database.transaction() as session:
        session.execute(update(Sitting).values(device_move="proctor"))
    which = Attempt.code == code
    second = signed_in_elsewhere(page_of, live.cast.learner)
    second.clock.install()
    second.goto(f"/pengerjaan/{code}/1")
    assert violations(second) == []
    second.get_by_role("button", name="Minta pindah ke perangkat ini").click()
    expect(second.get_by_text("Menunggu persetujuan penyelenggara.")).to_be_visible()
    assert violations(second) == []
    with live.database.transaction() as session:
        moving.refuse_move(session, which, why="Selesaikan di sana", by=live.cast.hr.user_id, now=clock.now())
    second.clock.fast_forward(10_000)

    expect(second.get_by_text("Selesaikan di sana")).to_be_visible()
    assert violations(second) == []
    second.get_by_role("button", name="Minta pindah ke perangkat ini").click()
    expect(second.get_by_text("Menunggu persetujuan penyelenggara.")).to_be_visible()
    with live.database.transaction() as session:
        moving.allow_move(session, which, by=live.cast.hr.user_id, now=clock.now())
    second.clock.fast_forward(10_000)

    expect(second).to_have_url(re.compile(f"/pengerjaan/{code}/1$"))


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
    expect(begun.locator("#siar")).to_have_text(
        re.compile("^Ujian ini terbuka di perangkat lain. .* Jawaban soal 1 ditahan")
    )
    assert begun.locator("[name=jawaban]").first.is_disabled()
    expect(begun.get_by_role("button", name="Kosongkan jawaban")).to_be_hidden()
    expect(begun.locator("#kata")).to_be_hidden()  # the store of words, although an answer is held
    following(second)
    answer(second)
    saved(second)
    assert answered(live, code) == {1, 2}
    assert not answers_of(live, code)[1].flag

    begun.get_by_role("button", name="Pindah perangkat").click()
    dialog = begun.get_by_role("dialog")
    dialog.get_by_label("Kata sandi").fill("salah")
    dialog.get_by_label("Kata sandi").press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("Kata sandi tidak cocok.")
    with live.database.transaction() as session:
        session.execute(update(UserSession).values(ended_at=clock.now()))
    dialog.get_by_role("button", name="Pindahkan ke perangkat ini").click()
    begun.wait_for_url(re.compile("/masuk"))  # who is signed out meanwhile signs in first


def test_a_device_that_was_left_off_line_says_at_its_next_sign_of_life_what_became_of_its_answers(
    live: Live, begun: Page, page_of: PageOf
) -> None:
    code = code_of(begun)
    saved(begun)
    begun.evaluate("window.setTimeout = () => 0")  # so long is the pause after a failure: it does not end by itself
    begun.context.set_offline(True)
    answer(begun)
    expect(begun.locator(".save")).to_contain_text("Luring sejak")
    second = signed_in_elsewhere(page_of, live.cast.learner)
    second.goto(f"/pengerjaan/{code}/1")
    second.get_by_role("textbox", name="Kata sandi").fill(PASSWORD)
    second.get_by_role("button", name="Pindahkan ke perangkat ini").click()
    ready(second)

    begun.context.set_offline(False)

    expect(begun.get_by_role("button", name="Pindah perangkat")).to_be_visible()
    expect(begun.locator("[role=alert], [role=status]").filter(has_text="ditahan")).to_be_visible()
    assert begun.locator("[name=jawaban]").first.is_disabled()
    with live.database.reader() as session:
        assert session.scalars(select(HeldEvent.kind)).all() == ["answer"]


def signed_in_elsewhere(page_of: PageOf, person: Person) -> Page:
    """A page of another browser, where the person signs in by the form."""
    page = page_of(None, width=360)
    page.goto("/masuk")
    page.get_by_label("NIP").fill(person.nip)
    page.get_by_role("textbox", name="Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    return page
