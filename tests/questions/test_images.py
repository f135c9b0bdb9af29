"""Pictures of questions: checked by content, written anew, named by their hash."""

import io
import struct

import pytest
from PIL import Image

from lms import markup
from lms.questions import images, kinds, media
from lms.questions.content import BadQuestion
from lms.questions.images import BadImage
from lms.storage import FileMissing


def picture(form: str = "PNG", size: tuple[int, int] = (40, 30), **more: object) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, (18, 69, 107)).save(made, form, **more)
    return made.getvalue()


def of_size(gif: bytes, width: int, height: int) -> bytes:
    """The GIF, its head saying another size: to paint 30 million pixels took each collection of tests a second."""
    return gif[:6] + struct.pack("<HH", width, height) + gif[10:]


@pytest.mark.parametrize(("form", "ending"), [("PNG", "png"), ("JPEG", "jpg"), ("GIF", "png"), ("WEBP", "png")])
def test_a_picture_is_written_anew_under_the_hash_of_what_it_is(form: str, ending: str) -> None:
    name, content = images.encoded(picture(form))

    assert name.endswith(ending)
    assert media.NAME.fullmatch(name)
    assert Image.open(io.BytesIO(content)).size == (40, 30)
    assert images.encoded(picture(form))[0] == name


def test_what_a_camera_wrote_beside_the_picture_is_gone_and_it_stands_upright() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "Jalan Rahasia 1"  # turned by a quarter; a description
    data = picture("JPEG", exif=exif)
    assert b"Jalan Rahasia" in data

    _name, content = images.encoded(data)

    assert b"Jalan Rahasia" not in content
    assert Image.open(io.BytesIO(content)).size == (30, 40)


def test_a_large_picture_becomes_smaller() -> None:
    _name, content = images.encoded(picture(size=(3200, 1600)))

    assert Image.open(io.BytesIO(content)).size == (1600, 800)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "type"),
        (picture()[:60], "type"),
        (b"%PDF-1.7", "type"),
        (picture() + b"\0" * images.MOST_BYTES, "large"),
        (of_size(picture("GIF"), 6000, 5000), "large"),
    ],
    ids=["nothing", "svg", "half", "pdf", "bytes", "pixels"],
)
def test_what_is_no_picture_or_too_much_of_one_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(BadImage) as refused:
        images.encoded(data)
    assert refused.value.why == why


@pytest.mark.parametrize("name", ["../../secret", "a.png", "A" * 64 + ".png", "a" * 64 + ".svg"])
def test_a_name_that_is_none_finds_nothing(name: str) -> None:
    with pytest.raises(FileMissing):
        media.key(name)


def test_markdown_shows_kept_pictures_and_no_others() -> None:
    name = "a" * 64 + ".png"

    assert str(markup.html(f"![Peta <b>](gambar:{name})")) == f'<p><img src="/gambar/{name}" alt="Peta &lt;b&gt;"></p>'
    assert "<img" not in markup.html("![Peta](https://contoh.id/peta.png)")
    assert "<img" not in markup.html(f"![Peta](gambar:{name}.svg)")
    assert "href" not in markup.html(f"[Peta](gambar:{name})")


def test_a_picture_without_words_is_refused() -> None:
    raw = {"kind": "true_false", "stem": f"Benar? ![](gambar:{'a' * 64}.png)", "explanation": "", "answer": True}

    with pytest.raises(BadQuestion, match="apa yang terlihat"):
        kinds.read(raw)


def test_names_are_found_wherever_they_stand() -> None:
    first, second = ("a" * 64 + ".png", "b" * 64 + ".jpg")
    content = {"stem": images.reference(first, "Peta [1]"), "options": [{"text": f"![x](gambar:{second})"}]}

    assert list(media.named(content)) == [first, second]
    assert content["stem"] == f"![Peta (1)](gambar:{first})"
