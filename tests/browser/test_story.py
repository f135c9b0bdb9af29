"""The main job, end to end, in a browser: a learner becomes certified, and whoever should can check it.

The tests are the steps of one story and share one installation and its people (`story`): each begins where the one
before it ended, so they run in this order and all together.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from lms import demo
from tests.browser.exam_page import eventually
from tests.browser.story import Story

pytestmark = pytest.mark.browser

LEARNER = "pegawai"
COURSE = "Keamanan Informasi untuk ASN"


def test_1_the_learner_signs_in_with_nip_and_password_and_lands_at_home(story: Story) -> None:
    page = story.visitor()
    page.goto("/masuk")
    page.get_by_label("NIP").fill(story.nip(LEARNER))
    page.get_by_label("Kata sandi").fill("bukan sandinya")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_contain_text("NIP atau kata sandi tidak cocok.")

    page.get_by_label("Kata sandi").fill(demo.PASSWORD)
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
