"""How a file is signed: one interface, whoever holds the key."""

from datetime import datetime
from typing import Protocol

from lms.certificates.facts import SignatureKind


class Signer(Protocol):
    """Signs whole files. What it gives back is issued as it is."""

    @property
    def kind(self) -> SignatureKind:
        """What the page says about this signature; it must be printed before signing."""

    def sign(self, pdf: bytes, *, reason: str, location: str, now: datetime) -> bytes:
        """The file with one certification signature appended, which allows no change.

        Raises an error of signing.errors.
        """
