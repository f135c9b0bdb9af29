"""HR adapts a certificate in a browser: refused first, then printed by the renderer, published, and for everyone."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms import worker
from lms.app import create_platform
from lms.certificates.edition_models import DesignDraft, DesignEdition
from lms.config import Settings
from tests.browser.conftest import Live, violations
from tests.browser.installation import SECRET

pytestmark = pytest.mark.browser
PageOf = Callable[..., Page]
HERE = "/sdm/rancangan/dki-bpsdm/kompetensi"


def look(live: Live) -> None:
    """What the worker does about the draft."""
    url = live.database.engine.url.render_as_string(hide_password=False)
    platform = create_platform(
        Settings(mode="test", var=live.folder, database_url=url, public_url=live.base_url, secret_key=SECRET)
    )
    with live.database.reader() as session:
        draft_id = session.scalars(select(DesignDraft.id)).one()
    worker.look_at_draft(platform, draft_id)


def logo() -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 320), "#1F6B45").save(buffer, "PNG")
    return buffer.getvalue()


def test_a_design_is_adapted_looked_at_and_published(live: Live, page_of: PageOf) -> None:
    page = page_of(live.cast.hr, width=360, dark=True)
    page.goto("/sdm/rancangan")
    assert violations(page) == []
    page.goto(HERE)
    page.get_by_label("Judul", exact=True).fill("Sertifikat Kompetensi BNSP")
    page.locator("input[type=file]").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": logo()})
    page.get_by_role("button", name="Simpan & lihat pratinjau").click()
    expect(page.locator("#galat")).to_be_focused()
    assert violations(page) == []

    page.get_by_label("Judul", exact=True).fill("Sertifikat Uji Kompetensi Daerah")
    page.get_by_label("Keterangan logo").fill("Lambang provinsi")
    page.locator("#warna").fill("#5b2a6e")
    page.get_by_role("button", name="Simpan & lihat pratinjau").click()
    expect(page.get_by_text("Pratinjau sedang dicetak.")).to_be_visible()
    look(live)
    page.get_by_role("link", name="Muat ulang").click()

    shown = page.get_by_role("img", name="Draf, isi biasa, halaman 1")
    shown.scroll_into_view_if_needed()
    assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") > 1000
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("Catatan perubahan").fill("Judul dan logo daerah.")
    page.get_by_role("button", name="Terbitkan edisi baru").click()

    expect(page.get_by_text("Edisi 1 berlaku")).to_be_visible()
    with live.database.reader() as session:
        assert session.scalars(select(DesignEdition.content)).one()["main"] == "#5B2A6E"
