"""What a signature adds to a file (ISO 32000-1, 7.5.6 and 12.8): an invisible field that certifies it, and room for the CMS.

It keeps PDF/A valid: a widget with the print flag and no stamp, and nothing after %%EOF. All else stays as it is.
"""

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime

from lms.certificates.pdf_reading import NotOurs, OwnFile, opened
from lms.certificates.pdf_writing import indirect, stream, text_string
from lms.certificates.signing.errors import Rejected

FIELD = "TandaTangan"

_RANGE = b"/ByteRange [0 %010d %010d %010d]"
_PAGES, _PAGE = re.compile(rb"/Pages (\d+) 0 R"), re.compile(rb"/Kids \[ (\d+) 0 R")
_ANNOTATIONS = re.compile(rb"(/Annots \[(?: \d+ 0 R)*) \]")
#: So readers of PDF 1.7 know that signatures may be as PAdES has them.
_EXTENSION = b"/Extensions << /ESIC << /Type /DeveloperExtensions /BaseVersion /1.7 /ExtensionLevel 1 >> >>"
#: A certification that allows no change.
_CERTIFIES = (
    b"/Reference [<< /Type /SigRef /TransformMethod /DocMDP"
    b" /TransformParams << /Type /TransformParams /V /1.2 /P 1 >> >>]"
)


@dataclass(frozen=True)
class Unsigned:
    """A file with room for its signature: content[start:end], which is in hexadecimal digits between < and >."""

    content: bytearray
    start: int
    end: int

    @property
    def signed_parts(self) -> tuple[bytes, bytes]:
        """What the signature covers: all but its own room."""
        return bytes(self.content[: self.start]), bytes(self.content[self.end :])

    def signed(self, container: bytes) -> bytes:
        """The file with its signature. Raises Rejected where that is longer than its room."""
        digits = container.hex().upper().encode()
        if len(digits) > self.end - self.start - 2:
            raise Rejected("the signature is longer than the room kept for it")
        self.content[self.start + 1 : self.start + 1 + len(digits)] = digits
        return bytes(self.content)


def prepared(pdf: bytes, *, reason: str, location: str, now: datetime, reserved: int) -> Unsigned:
    """The file with an appendix in which reserved hexadecimal digits wait for the CMS.

    Raises Rejected for a file that was not written by `pdf_writing`, or that has an appendix already.
    """
    try:
        found = opened(pdf)
        root = found.body(found.root)
        page = _number(_PAGE, found.body(_number(_PAGES, root)))
        shown = found.body(page)
    except NotOurs as fault:
        raise Rejected(f"the file cannot be signed: {fault}") from fault
    form, widget, value, table = range(found.size, found.size + 4)
    before, after = _signature(reason, location, now)
    added = b"/AcroForm %d 0 R /Perms << /DocMDP %d 0 R >> %b" % (form, value, _EXTENSION)
    objects = {
        found.root: root.removesuffix(b">>") + added + b" >>",
        page: _ANNOTATIONS.sub(rb"\1 %d 0 R ]" % widget, shown, count=1),
        form: b"<< /Fields [%d 0 R] /SigFlags 3 >>" % widget,
        widget: _widget(page, value),
        value: before + b"<" + b"0" * reserved + b">" + after,
    }
    content, places = bytearray(pdf), {}
    for number, body in objects.items():
        places[number] = len(content)
        content += indirect(number, body)
    start = places[value] + len(b"%d 0 obj\n" % value) + len(before)
    places[table] = len(content)
    content += indirect(table, _table(found, places))
    content += b"startxref\n%d\n%%%%EOF\n" % places[table]
    end = start + reserved + 2
    empty = content.index(_RANGE % (0, 0, 0), end)
    content[empty : empty + len(_RANGE % (0, 0, 0))] = _RANGE % (start, end, len(content) - end)
    return Unsigned(content, start, end)


def _number(where: re.Pattern[bytes], body: bytes) -> int:
    found = where.search(body)
    if found is None:
        raise NotOurs("the file has no page where it should be")
    return int(found[1])


def _signature(reason: str, location: str, now: datetime) -> tuple[bytes, bytes]:
    """The signature dictionary before and after its room."""
    at = text_string(now.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ"))
    said = b"/M %b /Location %b /Reason %b" % (at, text_string(location), text_string(reason))
    kind = b"/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached"
    return b"<< /Contents ", b" %b %b %b %b >>" % (_RANGE % (0, 0, 0), kind, said, _CERTIFIES)


def _widget(page: int, value: int) -> bytes:
    named = b"/T %b /TU %b" % (text_string(FIELD), text_string("Tanda tangan elektronik"))
    shape = b"/Type /Annot /Subtype /Widget /F 132 /Rect [0 0 0 0]"
    return b"<< /FT /Sig %b %b /P %d 0 R /V %d 0 R >>" % (named, shape, page, value)


def _table(found: OwnFile, places: dict[int, int]) -> bytes:
    """The cross-reference stream of the appendix."""
    rows = b"".join(b"\x01" + places[number].to_bytes(4, "big") + b"\0" for number in sorted(places))
    index = b" ".join(b"%d 1" % number for number in sorted(places))
    entries = b"/Type /XRef /Size %d /W [1 4 1] /Index [%b] /Prev %d" % (max(places) + 1, index, found.start)
    entries += b" /Root %d 0 R /Info %d 0 R /ID %b /Filter /FlateDecode" % (found.root, found.info, found.named)
    return stream(zlib.compress(rows, 6), entries)
