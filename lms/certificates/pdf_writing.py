"""A PDF file put together from objects that never change and a few that do (ISO 32000-1, 7.5).

What never changes is compressed and placed once, at the beginning of every file; so a file costs what is its own.
"""

import hashlib
import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

ROW = 6  # bytes of a row in a cross-reference stream
PREDICTED = b"/DecodeParms << /Predictor 12 /Columns 6 >>"
_HEAD = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"
_FREE, _AT, _WITHIN = 0, 1, 2  # kinds of a row in a cross-reference stream
_NEVER = 65535
#: What Latin-1 and PDFDocEncoding write alike.
_LITERAL = re.compile(r"[ -~¡-¬®-ÿ]*")
_SPECIAL = re.compile(rb"[\\()]")


@dataclass(frozen=True)
class Frozen:
    """The beginning of all files of a kind. rows: of the cross-reference stream, by object number."""

    content: bytes
    rows: Mapping[int, bytes]


def freeze(streams: Mapping[int, bytes], others: Mapping[int, bytes], *, number: int) -> Frozen:
    """Streams as they are, and all other objects in one compressed object stream with the given number."""
    content, rows = bytearray(_HEAD), {0: _row(_FREE, 0, _NEVER)}
    for name, body in streams.items():
        rows[name] = _row(_AT, len(content), 0)
        content += indirect(name, body)
    places, bodies = [], bytearray()
    for at, (name, body) in enumerate(others.items()):
        rows[name] = _row(_WITHIN, number, at)
        places.append(f"{name} {len(bodies)}")
        bodies += body + b"\n"
    head = " ".join(places).encode() + b"\n"
    entries = b"/Type /ObjStm /N %d /First %d" % (len(others), len(head))
    rows[number] = _row(_AT, len(content), 0)
    content += indirect(number, stream(zlib.compress(head + bodies, 9), entries + b" /Filter /FlateDecode"))
    return Frozen(bytes(content), rows)


def finished(frozen: Frozen, changing: Mapping[int, bytes], *, root: int, info: int) -> bytes:
    """The whole file. changing: the objects that are its own, by number; together with the frozen ones without gaps."""
    content, rows = bytearray(frozen.content), dict(frozen.rows)
    for name, body in changing.items():
        rows[name] = _row(_AT, len(content), 0)
        content += indirect(name, body)
    number = len(rows)
    rows[number] = _row(_AT, len(content), 0)
    named = hashlib.sha256(content).hexdigest()[:32].encode()  # the same content, the same name
    entries = b"/Type /XRef /Size %d /W [1 3 2] /Root %d 0 R /Info %d 0 R" % (number + 1, root, info)
    entries += b" /ID [<%b> <%b>] /Filter /FlateDecode %b" % (named, named, PREDICTED)
    packed = zlib.compress(differences(b"".join(rows[name] for name in range(number + 1))), 6)
    start = len(content)
    content += indirect(number, stream(packed, entries))
    content += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(content)


def differences(table: bytes) -> bytes:
    """Rows as each differs from the one above: PNG's filter "up", of all bytes at once. Numbers that grow pack well so."""
    count = len(table) // ROW
    above = int.from_bytes(bytes(ROW) + table[:-ROW], "big")
    high = int.from_bytes(b"\x80" * len(table), "big")
    here = int.from_bytes(table, "big")
    less = ((here | high) - (above & ~high)) ^ ((here ^ ~above) & high)  # byte by byte, nothing borrowed
    changes = less.to_bytes(len(table), "big")
    rows = bytearray(count * (ROW + 1))
    rows[:: ROW + 1] = b"\2" * count
    for column in range(ROW):
        rows[column + 1 :: ROW + 1] = changes[column::ROW]
    return bytes(rows)


def indirect(number: int, body: bytes) -> bytes:
    """An object under its number."""
    return b"%d 0 obj\n%b\nendobj\n" % (number, body)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object. entries: of its dictionary, besides the length."""
    return b"<< %b /Length %d >>\nstream\n%b\nendstream" % (entries, len(data), data)


def text_string(text: str) -> bytes:
    """A text as a string object: literal where a byte says each character, else UTF-16 (ISO 32000-1, 7.9.2.2 and D.3)."""
    if _LITERAL.fullmatch(text):
        return b"(" + _SPECIAL.sub(rb"\\\g<0>", text.encode("latin-1")) + b")"
    return b"<feff" + text.encode("utf-16-be").hex().encode() + b">"


def _row(kind: int, place: int, within: int) -> bytes:
    return bytes([kind]) + place.to_bytes(3, "big") + within.to_bytes(2, "big")
