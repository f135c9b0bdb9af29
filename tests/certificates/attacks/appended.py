"""An issued file, untouched to its last byte, with something behind it."""

from collections.abc import Mapping

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from lms.certificates.causes import Cause
from lms.certificates.verification import State
from tests.certificates.attacks.corpus import attack
from tests.certificates.attacks.tools import page_of, plain, updated
from tests.certificates.attacks.world import World

appends = attack(State.ALTERED, Cause.APPENDED)
_DIRECTORY = b"startxref"
PAINTED = b"q 1 1 1 rg 60 480 470 60 re f 0 g BT /Palsu 28 Tf 70 500 Td (Nama Palsu, S.Kom.) Tj ET Q"


def _painted(writer: IncrementalPdfFileWriter, content: bytes = PAINTED) -> None:
    page, font = page_of(writer), plain({"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Helvetica"})
    added = writer.add_object(generic.StreamObject(stream_data=content))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), added])
    page["/Resources"]["/Font"][generic.pdf_name("/Palsu")] = font
    writer.update_container(page["/Resources"])


def _annotated(writer: IncrementalPdfFileWriter, annotation: Mapping[str, object]) -> None:
    page = page_of(writer)
    added = writer.add_object(plain({"/Type": "/Annot", "/Rect": [60, 480, 530, 540], "/F": 4, **annotation}))
    page["/Annots"] = generic.ArrayObject([*(page["/Annots"].raw_get(n) for n in range(len(page["/Annots"]))), added])


def in_root(writer: IncrementalPdfFileWriter, **entries: object) -> None:
    """Set entries of the catalog."""
    for name, value in entries.items():
        writer.root[generic.pdf_name(f"/{name}")] = plain(value)
    writer.update_root()  # type: ignore[no-untyped-call]


def _directory(pdf: bytes) -> int:
    """Where a file says at its end that its cross-references begin, in bytes from its start."""
    return int(pdf[pdf.rindex(_DIRECTORY) + len(_DIRECTORY) :].split()[0])


def _with_its_directory_at(pdf: bytes, place: int) -> bytes:
    """The same file, saying so of another place."""
    head, tail = pdf[: pdf.rindex(_DIRECTORY)], pdf[pdf.rindex(_DIRECTORY) + len(_DIRECTORY) :]
    return head + _DIRECTORY + tail.replace(str(_directory(pdf)).encode(), str(place).encode(), 1)


@appends
def overlay_with_another_name(world: World) -> bytes:
    return updated(world.mine.pdf, _painted)


@appends
def stamp_over_the_name(world: World) -> bytes:
    return updated(world.mine.pdf, lambda w: _annotated(w, {"/Subtype": "/Stamp", "/Name": "/Approved"}))


@appends
def free_text_over_the_name(world: World) -> bytes:
    text = {"/Subtype": "/FreeText", "/Contents": "Nama Palsu", "/DA": "/Helv 28 Tf 0 g"}
    return updated(world.mine.pdf, lambda w: _annotated(w, text))


@appends
def square_that_hides_the_level(world: World) -> bytes:
    return updated(world.mine.pdf, lambda w: _annotated(w, {"/Subtype": "/Square", "/IC": [1, 1, 1]}))


@appends
def form_field_with_a_name(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        _annotated(writer, {"/Subtype": "/Widget", "/FT": "/Tx", "/T": "nama", "/V": "Nama Palsu", "/DA": "/Helv 0 Tf"})
        form = writer.root["/AcroForm"]
        form["/Fields"] = generic.ArrayObject([form["/Fields"].raw_get(0), page_of(writer)["/Annots"].raw_get(-1)])
        writer.update_container(form)

    return updated(world.mine.pdf, change)


@appends
def link_to_another_check_page(world: World) -> bytes:
    action = {"/S": "/URI", "/URI": f"https://cek.example/cek/{world.mine.code}"}
    return updated(world.mine.pdf, lambda w: _annotated(w, {"/Subtype": "/Link", "/A": action}))


@appends
def script_on_opening(world: World) -> bytes:
    action = {"/S": "/JavaScript", "/JS": "app.alert('Sertifikat sah')"}
    return updated(world.mine.pdf, lambda w: in_root(w, OpenAction=action))


@appends
def programme_on_opening(world: World) -> bytes:
    return updated(world.mine.pdf, lambda w: in_root(w, OpenAction={"/S": "/Launch", "/F": "cmd.exe"}))


@appends
def one_more_attachment(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        file = writer.add_object(generic.StreamObject(stream_data=b"MZ"))
        spec = writer.add_object(plain({"/Type": "/Filespec", "/F": "a.exe", "/EF": {"/F": file}}))
        names = writer.root["/Names"]["/EmbeddedFiles"]["/Names"]
        names.insert(0, spec)
        names.insert(0, generic.pdf_string("a.exe"))
        writer.update_container(names)

    return updated(world.mine.pdf, change)


@appends
def one_more_page(world: World) -> bytes:
    def change(writer: IncrementalPdfFileWriter) -> None:
        pages = writer.root["/Pages"]
        new = plain({"/Type": "/Page", "/MediaBox": [0, 0, 595, 842], "/Parent": writer.root.raw_get("/Pages")})
        pages["/Kids"] = generic.ArrayObject([pages["/Kids"].raw_get(0), writer.add_object(new)])
        pages["/Count"] = plain(2)
        writer.update_container(pages)

    return updated(world.mine.pdf, change)


@appends
def only_page_replaced(world: World) -> bytes:
    """Shadow attack "replace": the page tree leads to another page, the signed one stays in the bytes."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        pages, content = writer.root["/Pages"], writer.add_object(generic.StreamObject(stream_data=PAINTED))
        page = {"/Type": "/Page", "/MediaBox": [0, 0, 595, 842], "/Parent": writer.root.raw_get("/Pages")}
        pages["/Kids"] = generic.ArrayObject([writer.add_object(plain({**page, "/Contents": content}))])
        writer.update_container(pages)

    return updated(world.mine.pdf, change)


@appends
def font_replaced(world: World) -> bytes:
    """The glyphs of a signed text, exchanged for others."""

    def change(writer: IncrementalPdfFileWriter) -> None:
        fonts = page_of(writer)["/Resources"]["/Font"]
        for name in list(fonts):
            fonts[name] = plain({"/Type": "/Font", "/Subtype": "/Type1", "/BaseFont": "/Symbol"})
        writer.update_container(fonts)

    return updated(world.mine.pdf, change)


@appends
def metadata_replaced(world: World) -> bytes:
    packet = generic.StreamObject(stream_data=b"<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")
    return updated(world.mine.pdf, lambda w: in_root(w, Metadata=w.add_object(packet)))


@appends
def permissions_taken_away(world: World) -> bytes:
    return updated(world.mine.pdf, lambda w: in_root(w, Perms={}))


@appends
def signature_field_taken_away(world: World) -> bytes:
    return updated(world.mine.pdf, lambda w: in_root(w, AcroForm={"/Fields": []}))


@appends
def seventy_updates_before_the_last(world: World) -> bytes:
    """More revisions than are looked at: the issued one is the first of them."""
    data = world.mine.pdf
    for number in range(35):
        data = updated(data, lambda w, n=number: in_root(w, Lang=f"i{n}"))  # type: ignore[misc]
    return updated(data, _painted)


@appends
def rubbish_after_the_end(world: World) -> bytes:
    return world.mine.pdf + b"\x00\xff" * 500


@appends
def one_line_end_after_the_end(world: World) -> bytes:
    return world.mine.pdf + b"\n"


@appends
def a_second_file_whose_end_names_the_first_ones_directory(world: World) -> bytes:
    """Two certificates of one length each name the same place: then the first is what is read."""
    return world.mine.pdf + _with_its_directory_at(world.other.pdf, _directory(world.mine.pdf))


@attack(State.DATA_MISMATCH, Cause.UNREADABLE)
def a_second_file_after_the_end(world: World) -> bytes:
    """The place that it names for its directory lies within the first, and nothing of the kind is there."""
    return world.mine.pdf + _with_its_directory_at(world.other.pdf, _directory(world.mine.pdf) + 7)


@appends
def a_page_of_html_after_the_end(world: World) -> bytes:
    return world.mine.pdf + b"<!doctype html><h1>Sertifikat sah</h1><script>alert(1)</script>"
