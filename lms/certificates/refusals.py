"""Why a certificate could not be made: a key and its parameters, kept with it. The words stand at the edge."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from lms.certificates.fitting import CannotFill, MissingGlyph, TooManyRows

#: The fields that hold a person's data, which HR can mend; a design's own texts are its designer's.
PERSONAL = frozenset({"holder_name", "holder_nip", "holder_rank", "holder_position", "holder_unit", "holder_agency"})


class Why(StrEnum):
    """What is wrong with a text."""

    MISSING_GLYPH = "missing_glyph"  # the font of the certificate lacks a character
    TOO_LONG = "too_long"
    TOO_MANY = "too_many"  # more units of competency than the annex has rows
    NOT_SIGNED = "not_signed"  # the signing service refuses this file; no field has to do with it


@dataclass(frozen=True)
class Refusal:
    """field: of CertificateFacts or of the design. character: the one that the font lacks, else empty."""

    why: Why
    field: str
    character: str = ""

    @property
    def is_personal(self) -> bool:
        """Whether correcting the person's data mends it."""
        return self.field in PERSONAL

    def to_json(self) -> dict[str, Any]:
        """As it is kept."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Refusal":
        """The refusal that to_json wrote."""
        return cls(Why(values["why"]), values["field"], values["character"])


def refusal_of(fault: CannotFill) -> Refusal:
    """What is to be kept of a fault."""
    if isinstance(fault, MissingGlyph):
        return Refusal(Why.MISSING_GLYPH, fault.field, fault.character)
    return Refusal(Why.TOO_MANY if isinstance(fault, TooManyRows) else Why.TOO_LONG, fault.field)
