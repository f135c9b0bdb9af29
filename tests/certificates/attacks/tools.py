"""What attackers work with: saving a file anew, appending to it, writing one by hand."""

from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

CATALOG, PAGES = b"<< /Type /Catalog /Pages 2 0 R >>", b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << >> >>"
#: A sound file of one empty page; an attack replaces what it needs.
SOUND = {1: CATALOG, 2: PAGES, 3: PAGE, 4: b"<< /Length 0 >>\nstream\n\nendstream"}


def resaved(data: bytes, change: Callable[[pikepdf.Pdf], object] = lambda _: None, **options: Any) -> bytes:
    """The file after somebody opened it, changed it and saved it whole."""
    with pikepdf.open(BytesIO(data)) as pdf:
        change(pdf)
        saved = BytesIO()
        pdf.save(saved, **options)
    return saved.getvalue()


def updated(data: bytes, change: Callable[[IncrementalPdfFileWriter], object]) -> bytes:
    """The file with an incremental update behind it; what was there stays byte for byte."""
    writer = IncrementalPdfFileWriter(BytesIO(data))
    change(writer)
    longer = BytesIO()
    writer.write(longer)  # type: ignore[no-untyped-call]
    assert longer.getvalue().startswith(data)
    return longer.getvalue()


def page_of(writer: IncrementalPdfFileWriter) -> Any:
    """The first page, to be changed in an update."""
    reference, _ = writer.find_page_for_modification(0)  # type: ignore[no-untyped-call]
    page = reference.get_object()
    writer.update_container(page)
    return page


def plain(value: Any) -> Any:
    """Python values as objects of a file: a text that begins with / is a name, bytes are a string."""
    match value:
        case dict():
            entries = {generic.pdf_name(key): plain(one) for key, one in value.items()}
            return generic.DictionaryObject(entries)  # type: ignore[no-untyped-call]
        case list():
            return generic.ArrayObject([plain(one) for one in value])
        case str() if value.startswith("/"):
            return generic.pdf_name(value)
        case str():
            return generic.pdf_string(value)
        case bytes():
            return generic.ByteStringObject(value)
        case bool():
            return generic.BooleanObject(value)  # type: ignore[no-untyped-call]
        case int():
            return generic.NumberObject(value)  # type: ignore[no-untyped-call]
        case _:
            return value


def written(objects: Mapping[int, bytes], *, trailer: bytes = b"", missing: int = 0) -> bytes:
    """A file by hand with a classic cross-reference table. missing: how many numbers more the table claims."""
    data, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), {}
    for number, body in sorted(objects.items()):
        places[number] = len(data)
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start, size = len(data), max(objects) + 1
    data += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        data += b"%010d 00000 %b \n" % (places.get(number, 0), b"n" if number in places else b"f")
    data += b"trailer\n<< /Size %d /Root 1 0 R %b >>\nstartxref\n%d\n%%%%EOF\n" % (size + missing, trailer, start)
    return bytes(data)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    """The body of a stream."""
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(content), content)
