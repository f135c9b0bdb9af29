"""Files inside a certificate, as PDF/A-3 wants them (ISO 19005-3, 6.8)."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from lms.certificates.pdf_writing import stream, text_string


@dataclass(frozen=True)
class Attachment:
    """A file to attach. media_type: `application/json`; description: what a reader shows beside its name."""

    name: str
    content: bytes
    media_type: str
    description: str


def attached(attachments: Sequence[Attachment], *, first: int, now: datetime | None) -> tuple[bytes, dict[int, bytes]]:
    """Entries of the catalog, and the objects by number from `first` on, two for each attachment.

    Each is associated with the whole document as its data. Nothing where there are none; else `now` dates them.
    """
    if not attachments:
        return b"", {}
    assert now is not None, "attachments are dated"
    objects: dict[int, bytes] = {}
    specs = []
    for number, one in zip(range(first, first + 2 * len(attachments), 2), attachments, strict=True):
        objects |= {number: _file_spec(one, number + 1), number + 1: _embedded(one, now)}
        specs.append((one.name, b"%d 0 R" % number))
    by_name = b" ".join(text_string(name) + b" " + spec for name, spec in sorted(specs))
    entries = b"/Names << /EmbeddedFiles << /Names [%b] >> >> /AF [%b]" % (
        by_name,
        b" ".join(spec for _, spec in specs),
    )
    return entries, objects


def _file_spec(one: Attachment, content: int) -> bytes:
    name, described = text_string(one.name), text_string(one.description)
    return b"<< /Type /Filespec /F %b /UF %b /Desc %b /AFRelationship /Data /EF << /F %d 0 R /UF %d 0 R >> >>" % (
        *(name, name, described),
        *(content, content),
    )


def _embedded(one: Attachment, now: datetime) -> bytes:
    written = text_string(now.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ"))
    params = b"<< /Size %d /CreationDate %b /ModDate %b /CheckSum <%b> >>" % (
        *(len(one.content), written, written),
        hashlib.md5(one.content, usedforsecurity=False).hexdigest().encode(),
    )
    kind = one.media_type.replace("/", "#2F").encode()
    entries = b"/Type /EmbeddedFile /Subtype /%b /Params %b /Filter /FlateDecode" % (kind, params)
    return stream(zlib.compress(one.content, 9), entries)
