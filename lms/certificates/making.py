"""The file of a certificate, rendered and signed. Imported by the worker alone: it loads WeasyPrint and pyHanko."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from lms.certificates import designs
from lms.certificates.designs import Design
from lms.certificates.facts import CertificateFacts
from lms.certificates.fitting import fitted_sizes
from lms.certificates.rendering import field_texts, render
from lms.certificates.signing import Signer


@dataclass(frozen=True)
class Made:
    """A signed file, ready to be kept and entered in the register."""

    pdf: bytes
    sha256: str
    design_hash: str

    @property
    def key(self) -> str:
        """Where it is kept: by its hash, so that a second making never overwrites the first."""
        return f"certificates/{self.sha256[:2]}/{self.sha256}.pdf"


@cache
def design(folder: Path) -> Design:
    """A design, read once in a worker's life."""
    return designs.load(folder)


def require_printable(facts: CertificateFacts, *, folder: Path, fonts_dir: Path) -> None:
    """Raises fitting.CannotFill when a text has a character the font lacks, or does not fit."""
    chosen = design(folder)
    fitted_sizes(chosen, field_texts(chosen, facts), fonts_dir)


def make(facts: CertificateFacts, *, folder: Path, fonts_dir: Path, signer: Signer, now: datetime) -> Made:
    """Render the facts and sign the file once."""
    chosen = design(folder)
    unsigned = render(chosen, facts, fonts_dir=fonts_dir)
    pdf = signer.sign(unsigned, reason=f"Menerbitkan sertifikat {facts.number}", location=facts.place, now=now)
    return Made(pdf, hashlib.sha256(pdf).hexdigest(), chosen.hash)
