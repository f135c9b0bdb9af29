"""A certificate of a throwaway key, to be inspected before the first upload: so what is made once is made, and shared.

Parsers fill tables and load modules when they are first used. A server that has seen one file forks children that
need not do so again.
"""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from lms.certificates.file_report import Signature
from lms.certificates.inspection import inspect
from lms.certificates.pdf_writing import finished, freeze, stream
from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.key_file import KeyFileSigner

_CONTENTS = b"BT /F 9 Tf (Nomor: 1) Tj [(Latihan) -40 (.)] TJ ET"
_OBJECTS = {
    3: b"<< /Type /Pages /Kids [ 4 0 R ] /Count 1 >>",
    4: b"<< /Type /Page /Parent 3 0 R /MediaBox [0 0 9 9] /Contents 1 0 R /Resources << /Font << /F 5 0 R >> >> /Annots [ ] >>",
    5: b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    6: b"<< /Title (Latihan) >>",
    7: b"<< /Type /Catalog /Pages 3 0 R >>",
}


def rehearse(now: datetime) -> None:
    """Signs a page of one line and inspects it. Raises RuntimeError if that is not found valid."""
    page = finished(freeze({1: stream(_CONTENTS)}, {}, number=2), _OBJECTS, root=7, info=6)
    with TemporaryDirectory() as folder:
        pki = pki_files.ensure(Path(folder) / "pki", now=now)
        signed = KeyFileSigner.of_local_pki(pki).sign(page, reason="Latihan", location="", now=now)
        report = inspect(signed, trust=pki.trust, now=now)
    if report.signature is not Signature.VALID_OURS or report.damaged:
        raise RuntimeError(f"a sound file was not found sound: {', '.join(report.reasons)}")
