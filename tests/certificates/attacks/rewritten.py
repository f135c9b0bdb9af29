"""An issued file, opened and saved anew: by honest tools, and by dishonest ones."""

import subprocess
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pikepdf
from PIL import Image

from lms.certificates.causes import Cause
from lms.certificates.verification import State
from tests.certificates.attacks.corpus import attack
from tests.certificates.attacks.tools import resaved
from tests.certificates.attacks.world import World

changed = attack(State.ALTERED, Cause.CHANGED_INSIDE)
unsigned = attack(State.ALTERED, Cause.MISSING)


def by_tool(world: World, pdf: bytes, *command: str) -> bytes:
    """What a command makes of a file; it gets the names of both behind its own words."""
    source, made = world.folder / "masuk.pdf", world.folder / "keluar.pdf"
    source.write_bytes(pdf)
    subprocess.run([*command, source, made], check=True, capture_output=True)
    return made.read_bytes()


def _set_contents(change: Callable[[bytes], bytes]) -> Callable[[pikepdf.Pdf], None]:
    def apply(pdf: pikepdf.Pdf) -> None:
        contents = pdf.pages[0].Contents
        parts = [contents] if isinstance(contents, pikepdf.Stream) else list(contents)
        pdf.pages[0].Contents = pdf.make_stream(change(b"\n".join(part.read_bytes() for part in parts)))

    return apply


@changed
def saved_again_by_pikepdf(world: World) -> bytes:
    return resaved(world.mine.pdf)


@changed
def saved_again_by_qpdf(world: World) -> bytes:
    return by_tool(world, world.mine.pdf, "qpdf", "--object-streams=disable")


@changed
def linearised(world: World) -> bytes:
    return by_tool(world, world.mine.pdf, "qpdf", "--linearize")


@changed
def packed_in_object_streams(world: World) -> bytes:
    return resaved(world.mine.pdf, object_stream_mode=pikepdf.ObjectStreamMode.generate)


@changed
def unpacked_for_reading(world: World) -> bytes:
    return by_tool(world, world.mine.pdf, "qpdf", "--qdf")


@changed
def title_swapped_in_place(world: World) -> bytes:
    """Same length, in the bytes: no reader has to repair anything."""
    name = world.mine.facts.holder_name.encode()
    assert name in world.mine.pdf
    return world.mine.pdf.replace(name, b"X" * len(name))


@changed
def text_swapped_in_the_content(world: World) -> bytes:
    def add(content: bytes) -> bytes:
        return content + b"\nq 1 1 1 rg 60 480 470 60 re f Q"

    return resaved(world.mine.pdf, _set_contents(add))


@changed
def name_moved_off_the_page(world: World) -> bytes:
    return resaved(world.mine.pdf, _set_contents(lambda content: b"1 0 0 1 0 2000 cm\n" + content))


@changed
def page_added_in_front(world: World) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.pages.insert(0, pikepdf.Page(pdf.add_blank_page().obj))

    return resaved(world.mine.pdf, change)


@changed
def pages_of_another_put_in_front(world: World) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        with pikepdf.open(BytesIO(world.other.pdf)) as other:
            pdf.pages.insert(0, other.pages[0])

    return resaved(world.mine.pdf, change)


@changed
def own_page_replaced_by_that_of_another(world: World) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        with pikepdf.open(BytesIO(world.other.pdf)) as other:
            pdf.pages.append(other.pages[0])
            del pdf.pages[0]

    return resaved(world.mine.pdf, change)


@changed
def all_pages_removed(world: World) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        del pdf.pages[0]

    return resaved(world.mine.pdf, change)


@changed
def script_added_and_saved(world: World) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS=pikepdf.String("app.alert(1)"))

    return resaved(world.mine.pdf, change)


@changed
def submits_a_form_on_opening(world: World) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        pdf.Root.OpenAction = pikepdf.Dictionary(S=pikepdf.Name.SubmitForm, F=pikepdf.String("http://127.0.0.1/"))

    return resaved(world.mine.pdf, change)


@changed
def fonts_exchanged(world: World) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        fonts = pdf.pages[0].Resources.Font
        names = list(fonts.keys())
        first = fonts[names[0]]
        for name in names:
            fonts[name] = first

    return resaved(world.mine.pdf, change)


@changed
def words_beneath_exchanged_by_the_character_map(world: World) -> bytes:
    """What is copied out of the page is another text than what is seen."""

    def change(pdf: pikepdf.Pdf) -> None:
        for font in pdf.pages[0].Resources.Font.values():
            font.ToUnicode = pdf.make_stream(b"1 beginbfrange <0000> <FFFF> <0041> endbfrange")

    return resaved(world.mine.pdf, change)


@changed
def metadata_say_another_code(world: World) -> bytes:
    """The pages, the link and the credential still say whose it is."""

    def change(pdf: pikepdf.Pdf) -> None:
        pdf.docinfo["/Title"] = "Sertifikat Nama Palsu"
        pdf.Root.Metadata = pdf.make_stream(b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>K7QD-M4XR-2TVE</x:xmpmeta>")

    return resaved(world.mine.pdf, change)


@unsigned
def signature_removed(world: World) -> bytes:
    def change(pdf: pikepdf.Pdf) -> None:
        del pdf.Root.AcroForm
        del pdf.Root.Perms
        del pdf.pages[0].Annots

    return resaved(world.mine.pdf, change)


@unsigned
def printed_to_a_file(world: World) -> bytes:
    return by_tool(world, world.mine.pdf, "pdftocairo", "-pdf")


@unsigned
def remade_with_the_same_words_and_another_name(world: World) -> bytes:
    """A file of the forger's own, with the code in words and in the link under the QR symbol."""
    words = f"Nama Palsu, S.Kom.  {world.mine.facts.number}  {world.mine.code[:4]}-{world.mine.code[4:8]}-{world.mine.code[8:]}"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
        page.Contents = pdf.make_stream(b"BT /F 12 Tf 50 700 Td (%b) Tj ET" % words.encode())
        saved = BytesIO()
        pdf.save(saved)
    return saved.getvalue()


@attack(State.NOT_A_CERTIFICATE, Cause.MISSING)
def scanned_as_a_picture(world: World) -> bytes:
    """A picture in a PDF: there is no code but in the pixels, and no word of it is believed."""
    picture = by_tool_picture(world)
    saved = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").save(saved, "PDF")
    return saved.getvalue()


def by_tool_picture(world: World) -> bytes:
    """The page as a picture."""
    source = world.folder / "masuk.pdf"
    source.write_bytes(world.mine.pdf)
    subprocess.run(["pdftoppm", "-png", "-r", "72", "-singlefile", source, world.folder / "gambar"], check=True)
    return Path(world.folder / "gambar.png").read_bytes()
