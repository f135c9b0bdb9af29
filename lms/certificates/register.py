"""The register as the check sees it: issued certificates, looked up by code or by the hash of their file."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, aliased

from lms.certificates import typed_numbers
from lms.certificates.entry import RegisterEntry
from lms.certificates.issuing import from_json
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate, Revocation

Successor = aliased(Certificate)


class SqlRegister:
    """The register in the database; one statement a look-up, however much it asks for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def by_code(self, code: str) -> RegisterEntry | None:
        """The certificate with this bare code."""
        return self._one(_issued().where(Certificate.code == code))

    def by_hashes(self, sha256s: Sequence[str]) -> RegisterEntry | None:
        """The certificate whose issued file has one of these hashes."""
        return self._one(_issued().where(Certificate.file_sha256.in_(sha256s)))

    def by_codes(self, codes: Collection[str]) -> Mapping[str, RegisterEntry]:
        """Those with these bare codes, by code."""
        found = self._session.execute(_issued().where(Certificate.code.in_(codes))) if codes else ()
        return {row[0].code: entry(*row) for row in found}

    def by_numbers(self, numbers: Collection[str]) -> Mapping[str, RegisterEntry]:
        """Those with these numbers, by the number as it was given; blanks and small letters are no difference."""
        meant = {spelling: number for number in numbers for spelling in typed_numbers.spellings(number)}
        found = self._session.execute(_issued().where(Certificate.number.in_(meant))) if meant else ()
        known = {row[0].number: entry(*row) for row in found}
        return {
            number: known[spelling]
            for number in numbers
            for spelling in typed_numbers.spellings(number)
            if spelling in known
        }

    def _one(self, rows: Select[Certificate, Revocation, str, int]) -> RegisterEntry | None:
        found = self._session.execute(rows.limit(1)).one_or_none()
        return None if found is None else entry(*found)


def _issued() -> Select[Certificate, Revocation, str, int]:
    return (
        select(Certificate, Revocation, Successor.code, LogEntry.index)
        .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
        .outerjoin(Successor, Successor.id == Revocation.successor_id)
        .outerjoin(LogEntry, (LogEntry.certificate_id == Certificate.id) & (LogEntry.kind == "file"))
        .where(Certificate.state == "issued")
    )


def entry(
    certificate: Certificate, ended: Revocation | None, successor: str | None, log_index: int | None = None
) -> RegisterEntry:
    """What the register holds about an issued certificate, with its end and its successor's code if there are any.

    log_index: the entry of its file in the public log.
    """
    facts = from_json(certificate.facts)
    kind = ended.kind if ended else ""
    return RegisterEntry(
        code=certificate.code,
        serial_number=facts.number,
        holder_name=facts.holder_name,
        title=facts.competency,
        level=facts.level,
        level_name=facts.level_name,
        learning_hours=facts.learning_hours,
        agency=facts.agency_name,
        issued_on=facts.issued_on,
        valid_from=facts.valid_from,
        valid_until=facts.valid_until,
        file_sha256=certificate.file_sha256,
        suspended_at=ended.at if ended and kind == "suspended" else None,
        revoked_at=ended.at if ended and kind == "revoked" else None,
        revocation_reason=ended.reason if ended else "",
        superseded_by=successor if kind == "superseded" else None,
        log_index=log_index,
    )
