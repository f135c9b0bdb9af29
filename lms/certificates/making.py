"""The file of a certificate, rendered and signed. Imported by the worker alone: it loads WeasyPrint and pyHanko."""

import hashlib
from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from pathlib import Path

from lms.certificates.attaching import Attachment
from lms.certificates.designs import Design
from lms.certificates.facts import CertificateFacts
from lms.certificates.fitting import fitted
from lms.certificates.issuing import MadeFile
from lms.certificates.rendering import render
from lms.certificates.signing import Signer
from lms.certificates.texts import field_texts


def require_printable(design: Design, facts: CertificateFacts, *, fonts_dir: Path) -> None:
    """Raises fitting.CannotFill when a text has a character the font lacks, or does not fit."""
    fitted(design, field_texts(design, facts), fonts_dir)


def make(
    design: Design,
    facts: CertificateFacts,
    *,
    fonts_dir: Path,
    signer: Signer,
    now: datetime,
    attachments: Sequence[Attachment] = (),
    press: AbstractContextManager[object],
) -> bytes:
    """Render the facts with what proves them attached, and sign the whole once. press: held while rendering alone."""
    with press:
        unsigned = render(design, facts, fonts_dir=fonts_dir, attachments=attachments, now=now)
    return signer.sign(unsigned, reason=f"Menerbitkan sertifikat {facts.number}", location=facts.place, now=now)


def described(pdf: bytes, design: Design) -> MadeFile:
    """The file as the register will know it. It is kept by its hash: a second making never overwrites the first."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    return MadeFile(sha256, f"certificates/{sha256[:2]}/{sha256}.pdf", design.hash)
