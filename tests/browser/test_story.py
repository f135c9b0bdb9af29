"""The main job, end to end, in a browser: a learner becomes certified, and whoever should can check it.

The tests are the steps of one story and share one installation and its people (`story`): each begins where the one
before it ended, so they run in this order and all together.
"""

import io
import random
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from lms import clock, demo
from lms.certificates import codes
from lms.exams import journal
from tests.browser.exam_page import answer, answer_rightly, code_of, eventually, following, ready, saved, watch
from tests.browser.story import Story

pytestmark = pytest.mark.browser

LEARNER, COLLEAGUE = "pegawai", "rekan"
MANAGER, OTHER_MANAGER = "atasan", "atasan unit lain"
TRAINER, HR, OTHER_HR = "penyusun kursus", "pengelola SDM Jakarta", "pengelola SDM Tangerang Selatan"
COURSE = "Keamanan Informasi untuk ASN"


def test_1_the_learner_signs_in_with_nip_and_password_and_lands_at_home(story: Story) -> None:
    page = story.visitor()
    page.goto("/masuk")
    page.get_by_label("NIP").fill(story.nip(LEARNER))
    page.get_by_role("textbox", name="Kata sandi").fill("bukan sandinya")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_contain_text("NIP atau kata sandi tidak cocok.")

    page.get_by_role("textbox", name="Kata sandi").fill(demo.PASSWORD)
    page.get_by_role("button", name="Masuk").click()

    expect(page).to_have_url(re.compile("/beranda$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ratna Wulandari")
    gaps = page.get_by_role("region", name="Kesenjangan terbesar")
    expect(gaps.get_by_text("Keamanan Informasi", exact=True)).to_be_visible()
    expect(gaps.get_by_role("link", name=COURSE)).to_be_visible()


def test_2_she_finds_the_course_by_search_enrols_and_reads_and_her_place_is_kept(story: Story) -> None:
    page = story.page(LEARNER)
    page.goto("/kompetensi")
    expect(page.get_by_role("region", name="Jam pelajaran").locator(".figure")).to_contain_text("0 dari 20 JP")
    for words in ("mengamankan", "keamanan"):
        page.goto("/katalog")
        page.get_by_label("Cari kursus").fill(words)
        page.get_by_role("button", name="Cari").click()
        expect(page.get_by_role("heading", name=f"1 kursus untuk “{words}”")).to_be_visible()
    page.get_by_role("link", name=COURSE).click()
    page.get_by_role("button", name="Daftar kursus").click()
    page.get_by_role("link", name="Mulai belajar").click()

    read_half(page)
    page.goto("/beranda")
    page.get_by_role("link", name=re.compile("^Lanjutkan")).click()
    expect(page.get_by_text("Anda berhenti di sini")).to_be_in_viewport()

    assert finish_lessons(page) == 8
    expect(page.get_by_role("heading", level=1)).to_have_text("Semua materi selesai")


def read_half(page: Page) -> None:
    """Scroll to the middle of the lesson and wait until the place is kept."""
    page.wait_for_function("document.readyState === 'complete'")
    page.evaluate("scrollTo(0, document.querySelector('[data-lesson]').offsetHeight / 2)")
    expect(page.locator("#tersimpan")).to_contain_text("Tempat membaca tersimpan pukul")


def finish_lessons(page: Page) -> int:
    """Press the button under each lesson until there is none; how many there were."""
    lessons = 0
    while "/rangkuman" not in page.url:
        page.get_by_role("button", name="Tandai selesai & lanjut").click()
        lessons += 1
    return lessons


def test_3_she_sits_the_exam_on_a_phone_and_each_answer_is_saved_through_reload_and_second_tab(story: Story) -> None:
    page = begin(story, LEARNER)
    story.attempt = code_of(page)
    watch(page, story.acknowledged, story.sent)
    answer(page)
    page.get_by_role("button", name="Ragu-ragu").click()
    saved(page)
    page.get_by_role("link", name=re.compile("^Daftar soal")).click()
    expect(page.locator("#layar").get_by_role("link", name="Soal 1, dijawab, ragu-ragu")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Ragu")).click()
    expect(page.locator("#layar [data-cells] .q")).to_have_text(["1"])

    page.goto(f"/pengerjaan/{story.attempt}/1")
    ready(page).reload()
    ready(page)
    expect(page.locator("[name=jawaban]").first).to_be_checked()
    expect(page.get_by_role("button", name="Ragu-ragu")).to_have_attribute("aria-pressed", "true")

    other = page.context.new_page()
    watch(other, story.acknowledged, story.sent)
    other.goto(f"/pengerjaan/{story.attempt}/2")
    answer(ready(other))
    saved(other)
    expect(page.locator(".exam-side .q[data-n='2']")).to_have_class("q done")
    assert story.answered(story.attempt) == {1, 2}
    other.close()


def test_3_off_line_she_goes_on_and_all_arrives_when_the_line_is_back(story: Story) -> None:
    page = sitting(story, 3)
    page.context.set_offline(True)
    for _number in range(3):
        answer(page)
        following(page)
    expect(page.locator(".save")).to_contain_text("Luring sejak")
    page.wait_for_timeout(10_000)
    assert story.answered(story.attempt) == {1, 2}

    page.context.set_offline(False)

    saved(page)
    assert story.answered(story.attempt) == {1, 2, 3, 4, 5}


def test_3_her_session_ends_in_the_middle_and_she_signs_in_in_place_with_her_answers_kept(story: Story) -> None:
    page = sitting(story, 6)
    other = page.context.new_page()
    other.goto("/ujian")
    other.locator("summary").click()
    other.get_by_role("button", name="Keluar").click()
    expect(other.get_by_role("heading", name="Masuk")).to_be_visible()
    other.close()

    answer(page)
    page.get_by_role("button", name="Masuk lagi").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("NIP").fill(story.nip(LEARNER))
    dialog.get_by_label("Kata sandi").fill(demo.PASSWORD)
    dialog.get_by_role("button", name="Masuk", exact=True).click()

    expect(dialog).to_be_hidden()
    saved(page)
    assert story.answered(story.attempt) == {1, 2, 3, 4, 5, 6}


def test_3_kill_9_of_the_server_during_saves_loses_nothing_that_was_acknowledged(story: Story) -> None:
    page = sitting(story, 1)
    with ThreadPoolExecutor() as threads:
        blows = threads.submit(kill_and_start_twice, story)
        for item in story.items(story.attempt):
            page.get_by_role("button", name="Ragu-ragu").click()
            answer_rightly(page, item)
            following(page)
        while not blows.done():
            page.wait_for_timeout(100)
        blows.result()

    eventually(lambda: page.locator(".exam-side .unsent.q[data-n]").count() == 0, page, seconds=120)
    assert len(story.acknowledged) > 60
    assert story.acknowledged <= story.stored(story.attempt)
    assert story.sent <= story.stored(story.attempt)
    assert story.answered(story.attempt) == set(range(1, 21))


def test_3_when_time_runs_out_what_was_stored_is_graded(story: Story) -> None:
    page = story.page(COLLEAGUE)
    page.goto(f"/katalog?cari={'+'.join(COURSE.split())}")
    page.get_by_role("link", name=COURSE).click()
    page.get_by_role("button", name="Daftar kursus").click()
    page.get_by_role("link", name="Mulai belajar").click()
    finish_lessons(page)
    page = begin(story, COLLEAGUE)
    attempt = code_of(page)
    items = story.items(attempt)
    for item in items[:3]:
        answer_rightly(page, item)
        following(page)
    saved(page)
    page.goto("/beranda")

    story.end_at(attempt, clock.now() - timedelta(minutes=5))

    eventually(lambda: len(story.results(attempt)) == 1, page, seconds=60)
    result = story.results(attempt)[0]
    assert (result.answered, result.score, result.passed) == (3, 3, False)
    page.goto(f"/pengerjaan/{attempt}/hasil")
    expect(page.get_by_text("Waktu habis. Jawaban yang tersimpan sudah dinilai.")).to_be_visible()
    expect(page.get_by_text("15,00")).to_be_visible()


def begin(story: Story, part: str) -> Page:
    """Find the exam on a phone and start it."""
    page = story.page(part, width=360)
    page.goto("/ujian")
    page.get_by_role("link", name="Baca aturan").click()
    page.get_by_role("button", name="Mulai ujian").click()
    return ready(page)


def sitting(story: Story, number: int) -> Page:
    """The learner's exam, open at a question in a new tab."""
    page = story.page(LEARNER, width=360)
    watch(page, story.acknowledged, story.sent)
    page.goto(f"/pengerjaan/{story.attempt}/{number}")
    saved(ready(page))
    return page


def kill_and_start_twice(story: Story) -> None:
    """kill -9 of all processes of the web server, and a start on the same port."""
    for _blow in range(2):
        time.sleep(0.7)
        story.installation.kill("web")
        story.installation.start_web()
