"""Pictures and recordings of a question."""

import io
import re

from tests.cast import Cast, Person
from tests.questions import recordings
from tests.questions.test_images import picture
from tests.web.question_life.writing import BANK, TYPED, Browser, write


def test_a_picture_is_added_with_words_shown_and_served_as_a_picture_only(
    browser: Browser, cast: Cast, reviewer: Person
) -> None:
    client = browser(cast.trainer)

    def add(data: bytes, alt: str) -> str:
        sent = TYPED | {"aksi": "gambar", "gambar": (io.BytesIO(data), "peta.png"), "alt": alt, "tempat": "pilihan-2"}
        return client.post(f"{BANK}/baru", data=sent).text

    assert "Tulis apa yang terlihat" in add(picture(), " ")
    assert "bukan gambar" in add(b"<svg/>", "Peta")
    assert "Berkas itu kosong. Pilih berkas lain." in add(b"", "Peta")
    named = re.search(r"!\[Peta\]\((gambar:([0-9a-f]{64}\.png))\)", add(picture(), "Peta"))
    assert named is not None
    page = client.get(write(client, **{"pilihan-2": f"Dari teman ![Peta]({named[1]})"})).text
    assert f'<img src="/gambar/{named[2]}" alt="Peta">' in page
    served = browser(cast.learner).get(f"/gambar/{named[2]}")
    assert served.mimetype == "image/png"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in served.headers["Cache-Control"]
    assert browser(cast.learner).get(f"/gambar/{'0' * 64}.png").status_code == 404
    assert browser(None).get(f"/gambar/{named[2]}").status_code == 302


def test_a_recording_is_added_with_words_played_in_parts_and_served_as_a_recording_only(
    browser: Browser, cast: Cast, reviewer: Person
) -> None:
    client = browser(cast.trainer)

    def add(data: bytes, words: str) -> str:
        sent = TYPED | {"aksi": "rekaman", "rekaman": (io.BytesIO(data), "suara.mp3"), "isi-rekaman": words}
        return client.post(f"{BANK}/baru", data=sent | {"tempat-rekaman": "soal", "transkrip": "Tolong kirim."}).text

    assert "Tulis apa isi rekaman" in add(recordings.mp3(), " ")
    assert "bukan rekaman suara" in add(b"<!doctype html><script>alert(1)</script>", "Percakapan")
    assert "paling besar 10 MB" in add(recordings.MP3_FRAME * 25_200, "Percakapan")
    page = add(recordings.mp3(), "Percakapan")  # 49 frames of 1152 samples at 44.1 kHz are 1.28 s
    assert "Rekaman ditambahkan (0:01)." in page
    named = re.search(r"!\[Percakapan\]\((audio:([0-9a-f]{64}\.mp3)) &#34;Tolong kirim\.&#34;\)", page)
    assert named is not None
    shown = client.get(write(client, soal=f"Apa ini? ![Percakapan]({named[1]})")).text
    assert f'src="/audio/{named[2]}" aria-label="Percakapan"></audio>' in shown
    learner = browser(cast.learner)
    whole = learner.get(f"/audio/{named[2]}")
    assert (whole.status_code, whole.mimetype, whole.headers["Accept-Ranges"]) == (200, "audio/mpeg", "bytes")
    assert whole.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    part = learner.get(f"/audio/{named[2]}", headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.data) == (206, b"\xff\xfb")
    assert part.headers["Content-Range"] == f"bytes 0-1/{49 * 417}"
    assert learner.get(f"/audio/{named[2]}", headers={"Range": "bytes=99999-"}).status_code == 416
    assert learner.get(f"/gambar/{named[2]}").status_code == 404
    assert learner.get(f"/audio/{'0' * 64}.mp3").status_code == 404
    assert browser(None).get(f"/audio/{named[2]}").status_code == 302
