"""The file of a certificate, rendered and signed. Imported by the worker alone: it loads WeasyPrint and pyHanko."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path

from lms.certificates import designs
from lms.certificates.attaching import Attachment, attach
from lms.certificates.designs import Design
from lms.certificates.facts import CertificateFacts
from lms.certificates.fitting import fitted_sizes
from lms.certificates.issuing import MadeFile
from lms.certificates.rendering import field_texts, render
from lms.certificates.signing import Signer


@cache
def design(folder: Path) -> Design:
    """A design, read once in a worker's life."""
    return designs.load(folder)


def require_printable(facts: CertificateFacts, *, folder: Path, fonts_dir: Path) -> None:
    """Raises fitting.CannotFill when a text has a character the font lacks, or does not fit."""
    chosen = design(folder)
    fitted_sizes(chosen, field_texts(chosen, facts), fonts_dir)


def make(
    facts: CertificateFacts,
    *,
    folder: Path,
    fonts_dir: Path,
    signer: Signer,
    now: datetime,
    attachments: Sequence[Attachment] = (),
) -> bytes:
    """Render the facts, attach what proves them, and sign the whole once."""
    chosen = design(folder)
    unsigned = render(chosen, facts, fonts_dir=fonts_dir)
    if attachments:
        unsigned = attach(unsigned, attachments, now=now)
    return signer.sign(unsigned, reason=f"Menerbitkan sertifikat {facts.number}", location=facts.place, now=now)


def described(pdf: bytes, *, folder: Path) -> MadeFile:
    """The file as the register will know it. It is kept by its hash: a second making never overwrites the first."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    return MadeFile(sha256, f"certificates/{sha256[:2]}/{sha256}.pdf", design(folder).hash)
