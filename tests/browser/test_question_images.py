"""Pictures in an exam whose line is gone, and the pages of a question for everyone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms import clock
from lms.questions import images
from lms.questions.models import QuestionVersion
from lms.storage import DiskFiles
from tests.browser.conftest import Live, violations
from tests.browser.exam_page import following, ready, saved
from tests.exams import factory
from tests.questions.test_images import picture

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]


def test_pictures_of_all_questions_are_there_when_the_line_is_gone(live: Live, page_of: PageOf) -> None:
    name = images.keep(DiskFiles(live.folder / "files"), picture())
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now())
    with live.database.transaction() as session:
        for version in session.scalars(select(QuestionVersion)):
            version.content = version.content | {"stem": f"Apa ini? {images.reference(name, 'Titik biru')}"}
    page = page_of(live.cast.learner)
    page.goto(f"/ujian/{factory.CODE}")
    page.get_by_role("button", name="Mulai ujian").click()
    ready(page)
    saved(page)
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)

    following(page)

    shown = page.get_by_role("img", name="Titik biru")
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 40


def test_the_pages_of_a_bank_are_for_everyone(live: Live, page_of: PageOf) -> None:
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now())
    for width in (360, 1280):
        page = page_of(live.cast.trainer, width=width, dark=width == 360)
        for path in ("", "?antrean=tinjau", "/soal-1-0", "/soal-1-0/sunting", "/baru?jenis=numeric"):
            page.goto(f"/soal/bank-ki{path}")
            assert violations(page) == [], (path, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_a_preview_is_what_the_exam_shows(live: Live, page_of: PageOf) -> None:
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now())
    page = page_of(live.cast.trainer, js=False)
    page.goto("/soal/bank-ki/baru")
    page.get_by_label("Soal", exact=True).first.fill("Mana yang benar?")
    page.get_by_label("Teks pilihan 1").fill("Satu")
    page.get_by_label("Teks pilihan 2").fill("Dua")
    page.get_by_label("Pilihan 2 benar").check()

    page.get_by_role("button", name="Lihat pratinjau").click()

    expect(page.locator("[data-preview] .opt")).to_contain_text(["Satu", "Dua"])
    expect(page.get_by_label("Teks pilihan 2")).to_have_value("Dua")
