"""Files inside a certificate, as PDF/A-3 wants them (ISO 19005-3, 6.8). Imported by the worker alone: it loads pikepdf."""

import hashlib
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String


@dataclass(frozen=True)
class Attachment:
    """A file to attach. media_type: `application/json`; description: what a reader shows beside its name."""

    name: str
    content: bytes
    media_type: str
    description: str


def attach(pdf: bytes, attachments: Sequence[Attachment], *, now: datetime) -> bytes:
    """The file with the attachments, each associated with the whole document as its data.

    Everything else stays: metadata uncompressed, structure, fonts. The same input gives the same bytes.
    """
    with Pdf.open(BytesIO(pdf)) as opened:
        specs = [opened.make_indirect(_file_spec(opened, one, now)) for one in attachments]
        by_name = sorted(zip((one.name for one in attachments), specs, strict=True), key=lambda pair: pair[0])
        opened.Root.Names = opened.Root.get("/Names", Dictionary())
        opened.Root.Names.EmbeddedFiles = Dictionary(
            Names=Array([thing for name, spec in by_name for thing in (String(name), spec)])
        )
        opened.Root.AF = Array(specs)
        saved = BytesIO()
        opened.save(saved, deterministic_id=True, stream_decode_level=_AS_IT_IS)
    return saved.getvalue()


_AS_IT_IS = pikepdf.StreamDecodeLevel.none


def _file_spec(pdf: Pdf, one: Attachment, now: datetime) -> Dictionary:
    stream = pdf.make_stream(zlib.compress(one.content, 9))
    stream.Filter = Name.FlateDecode
    stream.Type = Name.EmbeddedFile
    stream.Subtype = Name(f"/{one.media_type}")
    written = String(now.astimezone(UTC).strftime("D:%Y%m%d%H%M%SZ"))
    stream.Params = Dictionary(
        Size=len(one.content),
        CreationDate=written,
        ModDate=written,
        CheckSum=String(hashlib.md5(one.content, usedforsecurity=False).digest()),
    )
    return Dictionary(
        Type=Name.Filespec,
        F=String(one.name),
        UF=String(one.name),
        Desc=String(one.description),
        AFRelationship=Name.Data,
        EF=Dictionary(F=stream, UF=stream),
    )
