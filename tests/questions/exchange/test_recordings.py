"""Recordings travel with questions as pictures do: files of Moodle XML, media of a package; elsewhere it is said that they stay."""

import base64
import io
import zipfile
from typing import Any

import pytest

from lms.questions import audio, kinds
from lms.questions.exchange import formats
from lms.questions.exchange.drafted import Drafted
from tests.questions import recordings
from tests.questions.exchange.test_pictures import moodle
from tests.questions.test_images import picture

NAME, RECORDING = audio.checked(recordings.mp3())
SAID = f'![Percakapan telepon](audio:{NAME} "Ibu: \\"Halo, di mana?\\"")'


def drafted(kind: str = "single_choice") -> Drafted:
    raw: dict[str, Any] = {"kind": "single_choice", "stem": f"Di mana?\n\n{SAID}", "explanation": ""}
    raw["options"] = [{"text": audio.reference(NAME, "Suara A"), "correct": True}, {"text": "Bogor", "correct": False}]
    if kind == "cloze":
        raw = {"kind": kind, "stem": SAID, "explanation": "", "text": "Kota {{1}}."}
        raw["gaps"] = {"1": {"kind": "text", "answers": [{"text": "Bogor", "fraction": 1}]}}
    content = kinds.read(raw)
    return Drafted("", kind, content["stem"], {"kind": kind, **content}, {}, "Soal 1", {NAME: RECORDING.content})


@pytest.mark.parametrize("format", ["moodle-xml", "qti"])
def test_a_question_comes_back_with_its_recordings_and_what_is_said_in_them(format: str) -> None:
    made = formats.WRITERS[format].write([drafted()])
    checked = formats.read(format, made.data)

    assert made.findings == ()
    assert checked.errors == []
    assert checked.media == {NAME: RECORDING.content}
    assert checked.ready[0].content["stem"] == f"Di mana?\n\n{SAID}"
    assert checked.ready[0].content["options"][0]["text"] == f"![Suara A](audio:{NAME})"


@pytest.mark.parametrize(
    ("format", "kind"), [("gift", "single_choice"), ("xlsx", "single_choice"), ("moodle-xml", "cloze")]
)
def test_a_format_without_recordings_says_that_they_are_lost(format: str, kind: str) -> None:
    said = [one.message for one in formats.WRITERS[format].write([drafted(kind)]).findings]

    assert any("rekaman suara" in one for one in said)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<audio controls><source src="@@PLUGINFILE@@/rekaman%201.mp3">Bunyi alarm</audio>', "Bunyi alarm"),
        ('<audio src="@@PLUGINFILE@@/rekaman%201.mp3" title="Bunyi alarm"></audio>', "Bunyi alarm"),
        ('<a href="@@PLUGINFILE@@/rekaman%201.mp3">Bunyi alarm</a>', "Bunyi alarm"),
        ('<audio><source src="@@PLUGINFILE@@/tidak.ogg"><source src="@@PLUGINFILE@@/rekaman%201.mp3"></audio>', None),
        ('<a href="@@PLUGINFILE@@/rekaman%201.mp3">rekaman.mp3</a>', None),
    ],
)
def test_recordings_of_moodle_come_in_however_they_are_put_there(html: str, words: str | None) -> None:
    checked = formats.read("moodle-xml", moodle(f"<p>Bunyi apa?</p><p>{html}</p>", ("rekaman 1.mp3", recordings.mp3())))

    assert checked.ready[0].content["stem"] == f"Bunyi apa?\n\n![{words or 'rekaman tanpa keterangan'}](audio:{NAME})"
    assert len(checked.findings) == (words is None)


@pytest.mark.parametrize("data", [b"<script>alert(1)</script>", b"", recordings.mp3()[:300]])
def test_what_is_no_recording_stays_out_and_is_named(data: bytes) -> None:
    stem = '<p>Benar?</p><audio src="@@PLUGINFILE@@/bunyi.mp3">Bunyi</audio><p>Pilih satu.</p>'

    checked = formats.read("moodle-xml", moodle(stem, ("bunyi.mp3", data)))

    assert checked.media == {}
    assert checked.ready[0].content["stem"] == "Benar?\n\nBunyi\n\nPilih satu."
    assert "bunyi.mp3" in checked.findings[-1].message


def item(inside: str) -> bytes:
    """A QTI 3 package of one item beside the recording."""
    xml = (
        '<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="s" title="s">'
        '<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">'
        "<qti-correct-response><qti-value>A</qti-value></qti-correct-response></qti-response-declaration>"
        '<qti-response-declaration identifier="PLAYS" cardinality="single" base-type="integer"/>'
        f'<qti-item-body><p>Bunyi apa?</p>{inside}<qti-choice-interaction response-identifier="RESPONSE" max-choices="1">'
        '<qti-simple-choice identifier="A">Alarm</qti-simple-choice><qti-simple-choice identifier="B">Bel</qti-simple-choice>'
        "</qti-choice-interaction></qti-item-body></qti-assessment-item>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(
            "imsmanifest.xml",
            '<manifest><resources><resource type="imsqti_item_xmlv3p0" href="s.xml"/></resources></manifest>',
        )
        archive.writestr("s.xml", xml)
        archive.writestr("media/bunyi.mp3", recordings.mp3())
        archive.writestr("media/peta.png", picture())
    return made.getvalue()


@pytest.mark.parametrize(
    ("inside", "warned"),
    [
        ('<p><audio controls="controls"><source src="media/bunyi.mp3" type="audio/mpeg"/>Alarm</audio></p>', 0),
        ('<p><object data="media/bunyi.mp3" type="audio/mpeg">Alarm</object></p>', 0),
        ('<qti-media-interaction max-plays="2"><audio src="media/bunyi.mp3">Alarm</audio></qti-media-interaction>', 1),
    ],
)  # fmt: skip
def test_recordings_of_a_package_come_in(inside: str, warned: int) -> None:
    checked = formats.read("qti", item(inside))

    assert checked.errors == []
    assert checked.ready[0].content["stem"] == f"Bunyi apa?\n\n![Alarm](audio:{NAME})"
    assert ["pemutaran" in one.message for one in checked.findings] == [True] * warned


def test_a_picture_that_is_an_object_comes_in_as_a_picture_and_a_film_stays_out() -> None:
    shown = formats.read("qti", item('<p><object data="media/peta.png" type="image/png">Peta</object></p>'))
    film = formats.read(
        "qti", item('<qti-media-interaction response-identifier="PLAYS"><video src="a.mp4"/></qti-media-interaction>')
    )

    assert "![Peta](gambar:" in shown.ready[0].content["stem"]
    assert ["memutar media" in one.message for one in film.errors] == [True]


def test_a_recording_at_a_data_address_comes_in() -> None:
    data = base64.b64encode(recordings.mp3()).decode()

    checked = formats.read(
        "moodle-xml", moodle(f'<p>Bunyi?</p><audio src="data:audio/mpeg;base64,{data}" title="Bel"></audio>')
    )

    assert checked.ready[0].content["stem"] == f"Bunyi?\n\n![Bel](audio:{NAME})"
