"""What can be read from an uploaded file, hostile or not. Runs in a sandboxed child, nowhere else."""

import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from itertools import accumulate
from typing import Any

import pikepdf
from pyhanko.pdf_utils.misc import PdfDecodeLimitError

from lms.certificates.carried import carried
from lms.certificates.file_report import Carried, FileReport, Signature, codes_in, first_look
from lms.certificates.page_text import page_text
from lms.certificates.printed import read
from lms.certificates.signing.checking import Finding, check
from lms.certificates.signing.trust import Trust

_MAX_OBJECTS = 20_000
_MAX_PAGES = 10
_MAX_STREAM = 1_000_000
_MAX_DEPTH = 12
_ACTIVE = re.compile(rb"/(?:JS|XFA|RichMediaContent|JavaScript|Launch|SubmitForm|ImportData|GoToE)\b")
_STRING = re.compile(rb"\((?:[^\\()]|\\.)*\)", re.DOTALL)
_BRACKET = re.compile(rb"\[|\]|<<|>>")
# What pikepdf and our own reading raise where a file is not built as it should be.
_MALFORMED = (pikepdf.PdfError, ValueError, TypeError, RuntimeError, AttributeError, KeyError, IndexError)


def inspect(data: bytes, *, trust: Trust, now: datetime, is_issued: bool = False) -> FileReport:
    """The report on a file. Nothing in the file makes it raise; limits on time are the caller's.

    is_issued: it is, byte for byte, a file of the register. Its proofs are looked at; what it says, the register knows.
    """
    report = first_look(data)
    if report.too_large or not (report.is_pdf or report.looks_like_pdf):
        return report
    try:
        report = _structure(data, report, trust, is_issued)
        if report.encrypted or report.too_complex:
            return report
        return _with_signature(data, report, trust, now)
    except (MemoryError, RecursionError):
        return replace(report, too_complex=True, reasons=(*report.reasons, "too_complex"))


def _structure(data: bytes, report: FileReport, trust: Trust, is_issued: bool) -> FileReport:
    """What qpdf makes of the file: encryption, damage, active content, codes in streams and links."""
    try:
        pdf = pikepdf.open(BytesIO(data), suppress_warnings=True)
    except pikepdf.PasswordError:
        return replace(report, encrypted=True, reasons=(*report.reasons, "encrypted"))
    except _MALFORMED as fault:
        return replace(report, damaged=True, reasons=(*report.reasons, f"unreadable_{type(fault).__name__}"))
    with closing(pdf):
        if pdf.is_encrypted:
            return replace(report, encrypted=True, reasons=(*report.reasons, "encrypted"))
        if len(pdf.objects) > _MAX_OBJECTS:
            return replace(report, too_complex=True, reasons=(*report.reasons, "too_many_objects"))
        return _proofs(pdf, report, trust) if is_issued else _contents(pdf, report, trust)


def _proofs(pdf: pikepdf.Pdf, report: FileReport, trust: Trust) -> FileReport:
    """The proofs that it carries, and nothing else."""
    try:
        return replace(report, carried=carried(pdf, trust))
    except RecursionError:
        raise
    except _MALFORMED:
        return replace(report, damaged=True)


def _contents(pdf: pikepdf.Pdf, report: FileReport, trust: Trust) -> FileReport:
    """Codes, active content, carried proofs and the facts that the pages state; what qpdf had to repair counts as damage."""
    damaged, active, shown, found, proofs = False, False, "", dict.fromkeys(report.codes), Carried()
    try:
        active = any(_is_active(thing) for thing in pdf.objects)
        for text in _telling_texts(pdf):
            found |= dict.fromkeys(codes_in(text))
        proofs = carried(pdf, trust)
        shown = "\n".join(page_text(page) for page in pdf.pages[:_MAX_PAGES])
        if not found:  # a copy printed to a file
            found |= dict.fromkeys(codes_in(shown.encode("ascii", "replace")))
        if proofs.code:  # last: it is to prove what the pages say
            found.setdefault(proofs.code)
    except RecursionError:
        raise
    except _MALFORMED:
        damaged = True
    warnings = pdf.get_warnings()
    if any("bad_alloc" in warning or "limits error" in warning for warning in warnings):  # so qpdf says: it is too much
        raise MemoryError
    damaged = damaged or bool(warnings)
    reasons = [*report.reasons]
    reasons += ["repaired"] if damaged else []
    reasons += ["active_content"] if active else []
    return replace(
        report,
        damaged=damaged,
        active_content=active,
        codes=tuple(found),
        carried=proofs,
        reasons=tuple(reasons),
        printed=read(shown),
    )


def _telling_texts(pdf: pikepdf.Pdf) -> Iterable[bytes]:
    """Where a code may stand: metadata, information, links of the pages."""
    if isinstance(metadata := pdf.Root.get("/Metadata"), pikepdf.Stream):
        yield metadata.read_bytes()[:_MAX_STREAM]
    if (info := pdf.trailer.get("/Info")) is not None:
        yield from (bytes(value) for value in info.values() if isinstance(value, pikepdf.String))
    for page in pdf.pages[:_MAX_PAGES]:
        for annotation in page.get("/Annots", ()):
            if (action := annotation.get("/A")) is not None and "/URI" in action:
                yield bytes(action["/URI"])


def _is_active(thing: Any) -> bool:
    """Whether an object, or what stands directly in it, names something that is done when the file is opened.

    As qpdf writes it: strings escaped, names without needless escapes, shared objects by number. Raises RecursionError.
    """
    if not isinstance(thing, pikepdf.Object):  # a number
        return False
    plain = thing.stream_dict if isinstance(thing, pikepdf.Stream) else thing
    written = _STRING.sub(b"", plain.unparse(resolved=True))
    opened = written.count(b"[") + written.count(b"<<")
    if opened > _MAX_DEPTH and _depth(_BRACKET.findall(written)) > _MAX_DEPTH:
        raise RecursionError("objects nested too deeply")
    return _ACTIVE.search(written) is not None


def _depth(brackets: list[bytes]) -> int:
    """How many are open at most."""
    return max(accumulate(1 if bracket in {b"[", b"<<"} else -1 for bracket in brackets))


def _with_signature(data: bytes, report: FileReport, trust: Trust, now: datetime) -> FileReport:
    """The report with the state of the signature, and why."""
    try:
        found = check(data, trust=trust, now=now)
    except (MemoryError, RecursionError):
        raise
    except PdfDecodeLimitError as fault:
        raise MemoryError from fault
    except Exception as fault:  # pyHanko raises bare exceptions of many kinds
        is_signed = b"/ByteRange" in data
        found = Finding(
            Signature.BROKEN if is_signed else Signature.NONE, reasons=(f"unreadable_{type(fault).__name__}",)
        )
        report = replace(report, damaged=report.damaged or is_signed)  # pyHanko is stricter than readers have to be
    return replace(report, signature=found.state, signer=found.signer, reasons=(*report.reasons, *found.reasons))
