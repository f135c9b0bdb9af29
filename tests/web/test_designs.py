"""/sdm/rancangan: HR adapts a design, looks at it as the renderer prints it, publishes it, and goes back."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from lms import worker
from lms.certificates import editions
from lms.certificates.edition_models import DesignDraft, DesignEdition
from tests.cast import Cast, Person
from tests.web.conftest import Ask

Browser = Callable[[Person | None], FlaskClient]
HERE = "/sdm/rancangan/dki-bpsdm/keikutsertaan"
TYPED = {"judul": "Surat Keterangan Pelatihan", "sebagai": "definitif", "revisi": "0"}


def look(app: Flask, *faults: list[str]) -> None:
    """What the worker notes, without printing."""
    with app.extensions["platform"].database.transaction() as session:
        (draft,) = session.scalars(select(DesignDraft))
        looked = {"revision": draft.revision, "faults": list(faults), "files": []}
        editions.note_look(session, draft.id, looked)


def test_from_the_form_to_an_edition_and_back_to_it(
    app: Flask, browser: Browser, cast: Cast, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = browser(cast.hr)
    assert "Sertifikat Keikutsertaan" in client.get("/sdm/rancangan").text
    assert "Bawaan: Sertifikat Keikutsertaan" in client.get(HERE).text
    assert "Tidak ada draf." in client.get(f"{HERE}/pratinjau").text

    saved = client.post(HERE, data=TYPED | {"judul": "Surat Keterangan\u200b"})
    assert saved.status_code == 422
    assert '<a href="#judul">Judul: ' in saved.text
    assert "U+200B" in saved.text
    assert client.post(HERE, data=TYPED).headers["Location"].endswith("/pratinjau")
    assert "sedang dicetak" in client.get(f"{HERE}/pratinjau").text
    client.post(f"{HERE}/terbit", data={"catatan": "Judul daerah.", "revisi": "1"})
    assert ask(select(DesignEdition.id)) == []  # not before it was looked at

    look(app, ["title", "glyph", "日"])
    page = client.get(f"{HERE}/pratinjau").text
    assert "日" in page
    assert "Terbitkan edisi baru" not in page
    assert "日" in client.get(HERE).text
    client.post(HERE, data=TYPED | {"revisi": "1"})
    look(app)
    page = client.get(f"{HERE}/pratinjau").text
    assert "Surat Keterangan Pelatihan" in page
    assert "Terbitkan edisi baru" in page
    assert client.post(f"{HERE}/terbit", data={"catatan": "", "revisi": "2"}).status_code == 422
    client.post(f"{HERE}/terbit", data={"catatan": "Judul daerah.", "revisi": "2"})
    assert "Edisi 1" in client.get("/sdm/rancangan").text

    client.post(HERE, data=TYPED | {"judul": "Sertifikat Pelatihan"})
    look(app)
    client.post(f"{HERE}/terbit", data={"catatan": "Lain.", "revisi": "1"})
    assert "Judul daerah." in client.get(f"{HERE}/edisi").text
    client.post(f"{HERE}/edisi/1/draf")
    assert ask(select(DesignDraft.content))[0]["title"] == "Surat Keterangan Pelatihan"
    assert f'href="{HERE}/buang"' in client.get(f"{HERE}/pratinjau").text
    asked = client.get(f"{HERE}/buang").text
    assert "Draf dengan 1 perubahan" in asked
    assert "Edisi 2 tetap berlaku." in asked
    assert ask(select(DesignDraft.revision)) == [1]  # asked, and nothing more
    client.post(f"{HERE}/buang", data={"revisi": "1"})
    assert ask(select(DesignDraft.id)) == []
    assert client.get(f"{HERE}/buang").status_code == 303
    assert ask(select(DesignEdition.number).order_by(DesignEdition.number)) == [1, 2]


def test_a_stale_form_keeps_what_was_typed(browser: Browser, cast: Cast) -> None:
    client = browser(cast.hr)
    client.post(HERE, data=TYPED)

    refused = client.post(HERE, data=TYPED | {"judul": "Tanda Hadir"})

    assert refused.status_code == 409
    assert "Tanda Hadir" in refused.text
    assert client.post(HERE, data=TYPED | {"judul": "Tanda Hadir", "revisi": "1"}).status_code == 303


def test_the_worker_prints_the_draft_with_its_logo_and_hr_alone_sees_it(
    app: Flask, browser: Browser, cast: Cast, ask: Ask
) -> None:
    client, picture = browser(cast.hr), io.BytesIO()
    Image.new("RGB", (300, 300), "#12456B").save(picture, "PNG")
    picture.seek(0)
    typed = TYPED | {"alt": "Lambang", "logo": (picture, "lambang.png"), "warna": "#e0a030"}
    refused = client.post(HERE, data=typed)
    assert refused.status_code == 422
    assert "kontras" in refused.text
    empty = client.post(HERE, data=TYPED | {"alt": "Lambang", "logo": (io.BytesIO(), "lambang.png")})
    assert (empty.status_code, "Berkas itu kosong. Pilih berkas lain." in empty.text) == (422, True)
    kept = refused.text.partition('name="terpasang"')[2].partition('value="')[2].partition('"')[0]
    client.post(HERE, data=TYPED | {"alt": "Lambang", "terpasang": kept})  # what was sent is not lost

    worker.look_at_drafts(app.extensions["platform"])  # not due yet: its own job comes first
    assert ask(select(DesignDraft.looked)) == [None]
    (draft_id,) = ask(select(DesignDraft.id))
    worker.look_at_draft(app.extensions["platform"], draft_id)

    assert ask(select(DesignDraft.looked))[0]["faults"] == []
    page = client.get(f"{HERE}/pratinjau").text
    for name, kind in (
        ("biasa.pdf", "application/pdf"),
        ("terpanjang-1.png", "image/png"),
        ("berlaku-1.png", "image/png"),
    ):
        assert f"pratinjau/{name}" in page
        answer = client.get(f"{HERE}/pratinjau/{name}")
        assert (answer.status_code, answer.mimetype) == (200, kind)
        assert browser(cast.other_hr).get(f"{HERE}/pratinjau/{name}").status_code == 404
    assert client.get(f"{HERE}/pratinjau/logo.jpg").mimetype == "image/jpeg"
    assert client.get(f"{HERE}/pratinjau/lain.pdf").status_code == 404


@pytest.mark.parametrize("address", ["", "/pratinjau", "/edisi", "/pratinjau/biasa.pdf"])
def test_another_agency_sees_nothing_and_another_role_is_not_let_in(browser: Browser, cast: Cast, address: str) -> None:
    assert browser(cast.other_hr).get(f"{HERE}{address}").status_code == 404
    assert browser(cast.trainer).get(f"{HERE}{address}").status_code == 403
    if not address:
        assert browser(cast.other_hr).post(HERE, data=TYPED).status_code == 404
        assert browser(cast.hr).get("/sdm/rancangan/dki-bpsdm/../jabatan2").status_code == 404
        assert browser(cast.hr).get("/sdm/rancangan/dki-bpsdm/tidak-ada").status_code == 404
