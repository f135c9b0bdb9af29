"""What signing must know of a file that `pdf_writing` wrote. It reads no other: a file from elsewhere is not signed."""

import re
import zlib
from dataclasses import dataclass
from itertools import accumulate

from lms.certificates.pdf_writing import ROW

_TRAILER = re.compile(
    rb"\d+ 0 obj\n<< /Type /XRef /Size (?P<size>\d+) /W \[1 3 2\] /Root (?P<root>\d+) 0 R /Info (?P<info>\d+) 0 R"
    rb" /ID (?P<id>\[[^\]]*\]) /Filter /FlateDecode /DecodeParms << /Predictor 12 /Columns 6 >> /Length (?P<length>\d+) >>\nstream\n"
)
_END = b"\nendobj\n"


class NotOurs(ValueError):
    """The file was not written here, or something was appended to it."""


@dataclass(frozen=True)
class OwnFile:
    """A file as it was written: the number of the next object, of the catalog, of the information, and its name."""

    content: bytes
    start: int
    size: int
    root: int
    info: int
    named: bytes
    rows: bytes

    def body(self, number: int) -> bytes:
        """An object that is not compressed, without its number. Raises NotOurs for one that is."""
        row = self.rows[number * ROW : number * ROW + ROW]
        head, at = b"%d 0 obj\n" % number, int.from_bytes(row[1:4], "big")
        if row[:1] != b"\1" or not self.content.startswith(head, at):
            raise NotOurs(f"object {number} is not where it should be")
        return self.content[at + len(head) : self.content.index(_END, at)]


def opened(content: bytes) -> OwnFile:
    """The file, by its cross-reference stream. Raises NotOurs."""
    mark = content.rfind(b"startxref\n")
    try:
        start = int(content[mark + 10 : -len(b"\n%%EOF\n")])
    except ValueError:
        raise NotOurs("the file does not end with its cross-references") from None
    trailer = _TRAILER.match(content, start)
    if mark < 0 or trailer is None or not content.endswith(b"\n%%EOF\n"):
        raise NotOurs("the file has no cross-reference stream of ours at its end")
    rows = _undone(zlib.decompress(content[trailer.end() : trailer.end() + int(trailer["length"])]))
    return OwnFile(
        content, start, int(trailer["size"]), int(trailer["root"]), int(trailer["info"]), trailer["id"], rows
    )


def _undone(changes: bytes) -> bytes:
    """The rows of which pdf_writing.differences wrote how they differ."""
    table = bytearray(len(changes) // (ROW + 1) * ROW)
    for column in range(ROW):
        sums = accumulate(changes[column + 1 :: ROW + 1])
        table[column::ROW] = bytes([value & 0xFF for value in sums])
    return bytes(table)
