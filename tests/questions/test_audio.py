"""Recordings of questions: told by what they are, kept without what stands beside the sound, played by the browser's own player."""

import pytest

from lms import markup
from lms.questions import audio, kinds, media
from lms.questions.audio import BadAudio
from lms.questions.content import BadQuestion, words
from lms.questions.sound.ogg import _checksum
from lms.storage import FileMissing
from tests.questions import recordings
from tests.questions.recordings import AAC_FRAME, MP3_FRAME, PRIVATE
from tests.questions.test_images import picture

NAME = "a" * 64 + ".mp3"


@pytest.mark.parametrize(
    ("data", "ending", "seconds"),
    [
        (recordings.mp3(49), "mp3", 49 * 1152 / 44_100),
        (recordings.aac(43), "aac", 43 * 1024 / 44_100),
        (recordings.m4a(), "m4a", 3.0),
        (recordings.ogg(), "ogg", 2.0),
        (recordings.wav(0.5), "wav", 0.5),
    ],
    ids=["mp3", "aac", "m4a", "ogg", "wav"],
)
def test_a_recording_is_kept_without_what_stands_beside_the_sound(data: bytes, ending: str, seconds: float) -> None:
    name, found = audio.checked(data)

    assert media.ending(name) == ending
    assert found.seconds == pytest.approx(seconds)
    assert PRIVATE not in found.content
    assert audio.checked(found.content)[0] == name


def test_frames_of_mpeg_are_kept_whole_and_nothing_else() -> None:
    assert audio.checked(recordings.mp3(5))[1].content == MP3_FRAME * 5
    assert audio.checked(AAC_FRAME * 4 + AAC_FRAME[:20])[1].content == AAC_FRAME * 4  # the last one was cut short


def test_blanks_in_the_comments_of_ogg_leave_every_place_and_a_right_sum() -> None:
    data = recordings.ogg()
    content = audio.checked(data)[1].content

    start = data.index(b"LOCATION")
    assert content[start : start + 24] == b"X=" + b" " * 22
    assert len(content) == len(data)
    page = bytearray(content[content.index(b"OggS", 10) : content.rindex(b"OggS")])
    stated, page[22:26] = page[22:26], bytes(4)
    assert int.from_bytes(stated, "little") == _checksum(page)
    assert (
        _checksum(b"123456789") == 0x89A1897F
    )  # CRC-32 of polynomial 04C11DB7, begun with 0, neither reflected nor inverted


HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    "data",
    [
        b"", HTML, b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"%PDF-1.7", picture(), picture("JPEG"),
        b"RIFF\xff\xff\xff\xffWAVE" + HTML, b"ID3\x04\x00\x00\x00\x00\x00\x05hello" + HTML, MP3_FRAME * 3, MP3_FRAME * 4 + HTML * 200,
        b"OggS" + HTML, recordings.ogg(b"\x80theora0"), recordings.ogg()[:-1], recordings.ogg() + HTML,
        recordings.m4a(handler=b"vide"), recordings.m4a(codec=b"avc1"), recordings.m4a() + HTML, recordings.m4a()[:-1],
    ],
)  # fmt: skip
def test_what_is_no_recording_is_refused_whatever_it_is_called(data: bytes) -> None:
    with pytest.raises(BadAudio) as refused:
        audio.checked(data)
    assert refused.value.why == "type"


def test_a_recording_of_more_than_ten_megabytes_is_too_large() -> None:
    with pytest.raises(BadAudio) as refused:
        audio.checked(MP3_FRAME * (10 * 1024 * 1024 // 417 + 1))
    assert refused.value.why == "large"


@pytest.mark.parametrize("name", ["../../secret.mp3", "a.mp3", "a" * 64 + ".exe", NAME + "/x"])
def test_a_name_that_is_none_finds_nothing(name: str) -> None:
    with pytest.raises(FileMissing):
        media.key(name)


def test_markdown_shows_a_player_that_waits_and_says_what_it_plays() -> None:
    written = audio.reference(NAME, "Percakapan [telepon]", 'Ibu: "Tolong\n<b>kirim</b> &lt; surat\\".')

    shown = str(markup.html(f"Dengarkan.\n\n{written}"))

    assert (
        f'<audio controls="" preload="metadata" src="/audio/{NAME}" aria-label="Percakapan (telepon)"></audio>' in shown
    )
    assert '<small aria-hidden="true">Percakapan (telepon)</small>' in shown
    assert 'Transkrip: Ibu: "Tolong &lt;b&gt;kirim&lt;/b&gt; &amp;lt; surat\\".</small>' in shown
    assert "autoplay" not in shown
    assert "transcript" not in markup.html(audio.reference(NAME, "Percakapan"))
    assert words(written) == "Percakapan (telepon)"
    assert list(media.named(written)) == [NAME]


@pytest.mark.parametrize("source", ["https://contoh.id/a.mp3", f"audio:{NAME}.exe", "audio:a.mp3"])
def test_no_other_source_is_played(source: str) -> None:
    assert "<audio" not in markup.html(f"![Percakapan]({source})")


def test_a_recording_without_words_is_refused() -> None:
    raw = {"kind": "true_false", "stem": f"Benar? ![ ](audio:{NAME})", "explanation": "", "answer": True}

    with pytest.raises(BadQuestion, match="rekaman suara"):
        kinds.read(raw)
