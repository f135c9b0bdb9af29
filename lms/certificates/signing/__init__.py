"""How a file is signed: one interface, whoever holds the key."""

from datetime import datetime
from typing import Protocol

from lms.certificates.facts import SignatureKind


class Signer(Protocol):
    """Signs whole files. What it gives back is issued as it is."""

    @property
    def kind(self) -> SignatureKind:
        """What the page says about this signature; it must be printed before signing."""

    @property
    def batch(self) -> int:
        """How many files may be signed before they are entered: as many are signed again when the process dies."""

    def sign(self, pdf: bytes, *, reason: str, location: str, now: datetime) -> bytes:
        """The file with one signature appended, which allows no change.

        Raises an error of signing.errors.
        """
