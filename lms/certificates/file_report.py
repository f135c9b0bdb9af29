"""What was found in an uploaded file: the answer that crosses from the sandbox to the rest."""

import hashlib
import re
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from heapq import merge
from typing import Any

from lms.certificates import codes
from lms.certificates.printed import Printed

MAX_BYTES = 5_000_000

_MAX_REVISIONS = 64
_END_MARK = b"%%EOF"
# Where a code stands in the bare bytes: after a name that announces it, or in its fours.
_ANNOUNCED = re.compile(rb"(?:sertifikat:|/cek/)([0-9A-Z]{4}-?[0-9A-Z]{4}-?[0-9A-Z]{4})(?![0-9A-Z])")
_BARE = re.compile(
    rb"-(?<=(?<![0-9A-Z-])([0-9A-Z]{4})-)([0-9A-Z]{4}-[0-9A-Z]{4})(?![0-9A-Z-])"
)  # begins with what is rare
_MAX_CODES = 8


class Signature(StrEnum):
    """The state of a file's electronic signature, measured against our own root alone."""

    NONE = "none"
    VALID_OURS = "valid_ours"
    NOT_OURS = "not_ours"
    BROKEN = "broken"
    APPENDED_AFTER = "appended_after"
    MULTIPLE = "multiple"
    SIGNER_NOT_VALID = "signer_not_valid"  # ours, but the signer is revoked, expired, or cannot be checked


class Proof(StrEnum):
    """The state of something that proves and is carried in a file, measured against our own keys alone."""

    NONE = "none"
    GENUINE = "genuine"
    FOREIGN = "foreign"
    BROKEN = "broken"


@dataclass(frozen=True)
class Carried:
    """The credential and the log receipt inside a file. code, index: what they speak of, if they are genuine."""

    credential: Proof = Proof.NONE
    code: str | None = None
    receipt: Proof = Proof.NONE
    index: int | None = None

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Carried":
        """What asdict made plain values of."""
        return cls(Proof(values["credential"]), values["code"], Proof(values["receipt"]), values["index"])


@dataclass(frozen=True, kw_only=True)
class FileReport:
    """One uploaded file. Nothing in it is proof but the hash and the signature.

    codes:    every well-formed code found, the most trustworthy place first.
    revisions: SHA-256 of each shorter beginning of the file that ends at an %%EOF, longest first.
    reasons:  machine keys that explain signature, damage and active content.
    printed:  the facts that its pages state, blank where they were not or could not be read.
    """

    size: int
    sha256: str
    revisions: tuple[str, ...] = ()
    is_pdf: bool = False
    looks_like_pdf: bool = False  # no magic, but parts that only a PDF has
    encrypted: bool = False
    damaged: bool = False
    too_large: bool = False
    too_complex: bool = False
    active_content: bool = False
    codes: tuple[str, ...] = ()
    signature: Signature = Signature.NONE
    signer: str = ""
    carried: Carried = Carried()
    reasons: tuple[str, ...] = ()
    printed: Printed = field(default_factory=Printed)

    @property
    def code(self) -> str | None:
        """The code that the file claims, if one can be read."""
        return self.codes[0] if self.codes else None

    @property
    def was_opened(self) -> bool:
        """Whether anything can be said of what is inside; if not, its signature is not missing but unseen."""
        readable = self.is_pdf or self.looks_like_pdf
        return readable and not (self.too_large or self.encrypted or self.too_complex)

    def to_json(self) -> dict[str, Any]:
        """The report as plain JSON values."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "FileReport":
        """The report that to_json gave. Raises TypeError or ValueError for anything else."""
        lists = {name: tuple(values[name]) for name in ("revisions", "codes", "reasons")}
        known = {
            "signature": Signature(values["signature"]),
            "carried": Carried.from_json(values["carried"]),
            "printed": Printed(**values["printed"]),
        }
        return cls(**{**values, **lists, **known})


def first_look(data: bytes) -> FileReport:
    """What can be said without parsing: size, hashes, whether it claims to be a PDF, codes in plain sight.

    Safe outside the sandbox: linear in the file's size, and nothing is decoded.
    """
    if len(data) > MAX_BYTES:
        return FileReport(size=len(data), sha256=hashlib.sha256(data).hexdigest(), too_large=True)
    return FileReport(
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        revisions=revisions(data),
        is_pdf=b"%PDF-" in data[:1024],
        looks_like_pdf=_END_MARK in data or b"endobj" in data,
        codes=codes_in(data),
    )


def codes_in(data: bytes) -> tuple[str, ...]:
    """The well-formed codes in these bytes, in order, each once; damage around them does not matter."""
    found: dict[str, None] = {}
    matches = merge(_ANNOUNCED.finditer(data), _BARE.finditer(data), key=lambda match: match.start())
    for match in matches:
        code = codes.normalise(b"".join(match.groups()).decode("ascii"))
        if codes.is_well_formed(code):
            found[code] = None
        if len(found) == _MAX_CODES:
            break
    return tuple(found)


def revisions(data: bytes) -> tuple[str, ...]:
    """SHA-256 of each proper beginning that ends at an %%EOF, with or without its line end.

    The longest is first. If one of them was issued, somebody appended to an issued file.
    """
    found: list[str] = []
    digest, done = hashlib.sha256(), 0
    at = data.find(_END_MARK)
    while at >= 0 and len(found) < _MAX_REVISIONS:
        after = at + len(_END_MARK)
        for end in _ends_after(data, after):
            digest.update(data[done:end])
            done = end
            found.append(digest.hexdigest())
        at = data.find(_END_MARK, after)
    return tuple(reversed(found))


def _ends_after(data: bytes, end: int) -> list[int]:
    """Where a revision may end: after the mark, and after the line end that follows it."""
    ends = [end]
    for line_end in (b"\r\n", b"\n", b"\r"):
        if data.startswith(line_end, end):
            ends.append(end + len(line_end))
            break
    return [e for e in ends if e < len(data)]
