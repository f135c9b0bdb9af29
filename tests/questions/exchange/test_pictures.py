"""Pictures travel with questions: out as files of the format, in again, and what cannot come in is said."""

import base64
import io
import zipfile
from typing import Any

import pytest

from lms.questions import images, kinds
from lms.questions.exchange import formats
from lms.questions.exchange.drafted import Drafted
from tests.questions.test_images import picture

NAME, CONTENT = images.encoded(picture())
RAW: dict[str, Any] = {
    "kind": "single_choice",
    "stem": f"Kota apa di {images.reference(NAME, 'Peta Jawa Barat')}?",
    "explanation": "Lihat peta.",
    "options": [
        {"text": images.reference(NAME, "Titik merah"), "correct": True},
        {"text": "Bogor", "correct": False},
    ],
}


def drafted() -> Drafted:
    content = kinds.read(RAW)
    return Drafted(
        "", "single_choice", RAW["stem"], {"kind": "single_choice", **content}, {}, "Soal 1", {NAME: CONTENT}
    )


@pytest.mark.parametrize("format", ["moodle-xml", "qti"])
def test_a_question_comes_back_with_its_pictures(format: str) -> None:
    checked = formats.read(format, formats.WRITERS[format].write([drafted()]).data)

    assert checked.errors == []
    (back,) = checked.ready
    assert list(checked.media) == [NAME]
    assert back.content["stem"] == RAW["stem"]
    assert back.content["options"][0]["text"] == f"![Titik merah](gambar:{NAME})"


@pytest.mark.parametrize("format", ["gift", "xlsx"])
def test_a_format_without_pictures_says_that_they_are_lost(format: str) -> None:
    said = [one.message for one in formats.WRITERS[format].write([drafted()]).findings]

    assert any("gambar" in one for one in said)


def moodle(stem: str, *files: tuple[str, bytes]) -> bytes:
    there = "".join(
        f'<file name="{name}" path="/" encoding="base64">{base64.b64encode(data).decode()}</file>'
        for name, data in files
    )
    return (
        f'<quiz><question type="truefalse"><name><text>Soal</text></name><questiontext format="html">'
        f"<text><![CDATA[{stem}]]></text>{there}</questiontext>"
        '<answer fraction="100"><text>true</text></answer><answer fraction="0"><text>false</text></answer>'
        "</question></quiz>"
    ).encode()


def test_a_picture_of_moodle_comes_in_by_its_encoded_name() -> None:
    stem = '<p>Benar?</p><p><img src="@@PLUGINFILE@@/peta%20kota.png" alt="Peta kota"></p>'

    checked = formats.read("moodle-xml", moodle(stem, ("peta kota.png", picture())))

    assert checked.ready[0].content["stem"] == f"Benar?\n\n![Peta kota](gambar:{NAME})"
    assert checked.findings == ()


def test_a_picture_without_words_comes_in_and_is_pointed_out() -> None:
    data = f"data:image/png;base64,{base64.b64encode(picture()).decode()}"

    checked = formats.read("moodle-xml", moodle(f'<p>Benar?</p><img src="{data}">'))

    assert "![gambar tanpa keterangan]" in checked.ready[0].content["stem"]
    assert [one.level for one in checked.findings] == ["warning"]


def test_why_a_picture_stays_out_is_said_once_where_it_is_first_named(monkeypatch: pytest.MonkeyPatch) -> None:
    stem = '<p>Benar?</p><p><img src="@@PLUGINFILE@@/peta.png" alt="Peta"></p>'
    for data, most, why in (
        (
            picture(),
            10,
            "gambar atau rekaman terlalu besar: gambar paling besar 5 MB dan 24 juta piksel, rekaman 10 MB",
        ),
        (b"<svg/>", 500, "gambar atau rekaman tidak terbaca: pakai PNG, JPEG, GIF, WebP, MP3, M4A, Ogg, atau WAV"),
    ):
        monkeypatch.setattr(images, "MOST_BYTES", most)

        checked = formats.read("moodle-xml", moodle(stem, ("peta.png", data)))

        assert [one.message for one in checked.warnings] == [
            why,
            "gambar atau media 'peta.png' tidak ikut dimuat; tambahkan lagi setelah impor",
        ]


def test_one_picture_too_many_is_said_and_no_more_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lms.questions.exchange.drafted.MOST_MEDIA", 1)
    stem = '<p>Benar?</p><img src="@@PLUGINFILE@@/a.png" alt="A"><img src="@@PLUGINFILE@@/b.png" alt="B">'
    both = ("a.png", picture()), ("b.png", b"GIF89a")

    checked = formats.read("moodle-xml", moodle(stem, *both))

    assert len(checked.media) == 1
    assert "lebih dari 1 gambar dan rekaman; pecah berkas ini" in [one.message for one in checked.warnings]


@pytest.mark.parametrize("data", [b"<svg onload='alert(1)'/>", b"", picture()[:40]])
def test_what_is_no_picture_stays_out_and_is_named(data: bytes) -> None:
    stem = '<p>Benar?</p><p><img src="@@PLUGINFILE@@/peta.png" alt="Peta"></p>'

    checked = formats.read("moodle-xml", moodle(stem, ("peta.png", data)))

    assert checked.media == {}
    assert "gambar:" not in checked.ready[0].content["stem"]
    assert "peta.png" in checked.findings[-1].message


def test_a_package_holds_its_pictures_beside_its_items() -> None:
    with zipfile.ZipFile(io.BytesIO(formats.WRITERS["qti"].write([drafted()]).data)) as package:
        assert package.read(f"media/{NAME}") == CONTENT
        assert f'<file href="media/{NAME}"/>' in package.read("imsmanifest.xml").decode()
        assert f'src="../media/{NAME}"' in package.read("items/soal-0001.xml").decode()
