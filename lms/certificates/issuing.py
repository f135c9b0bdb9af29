"""From a proposed certificate (`awarding`) to an entry in the register: number it, and note what was issued.

Making the files (`making`) lies between the last two steps, outside any transaction. Each step takes many certificates
at once and holds those that are still pending, so that a job that runs twice, or dies half-way, issues each exactly once.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from lms import jobs
from lms.certificates import numbering
from lms.certificates.facts import CertificateFacts, SignatureKind, Unit
from lms.certificates.models import Certificate, Scheme
from lms.certificates.refusals import Refusal
from lms.people.employment import Employment

#: What is proposed but not issued after this long is picked up by the sweeper: its job was lost.
OVERDUE = timedelta(seconds=20)
_DATES = ("examined_on", "issued_on", "valid_from", "valid_until")


@dataclass(frozen=True)
class MadeFile:
    """A signed file as the register knows it. key: where its bytes are kept."""

    sha256: str
    key: str
    design_hash: str


class Awarded(NamedTuple):
    """A certificate and the rule that awards it."""

    certificate: Certificate
    scheme: Scheme


def pending(session: Session, certificate_ids: Iterable[int]) -> list[Awarded]:
    """Those of the certificates that wait to be made, by key, held until the transaction ends."""
    rows = (
        select(Certificate, Scheme)
        .join(Scheme, Scheme.id == Certificate.scheme_id)
        .where(Certificate.id.in_(certificate_ids), Certificate.state == "pending")
        .order_by(Certificate.id)
        .with_for_update(of=Certificate)
        .execution_options(populate_existing=True)
    )
    return [Awarded(certificate, scheme) for certificate, scheme in session.execute(rows)]


def ready(session: Session, certificate_ids: Iterable[int]) -> list[Awarded]:
    """Those that wait to be made and whose scheme does not stand still, held like `pending`."""
    return [one for one in pending(session, certificate_ids) if one.scheme.paused_at is None]


def give_numbers(
    session: Session, awarded: Sequence[Awarded], *, signature_kind: SignatureKind, today: date
) -> dict[int, CertificateFacts]:
    """The facts of pending certificates with number and dates, ready to be made, by certificate.

    A certificate that got its number before, and was then not issued, keeps it: the series has no gaps.
    """
    new: dict[str, list[Awarded]] = {}
    for one in awarded:
        if one.certificate.number is None:
            new.setdefault(one.scheme.number_pattern, []).append(one)
    for pattern in sorted(new):  # in one order, so that two workers never wait for each other
        for one, number in zip(new[pattern], numbering.take(session, pattern, today, len(new[pattern])), strict=True):
            # A correction that waited beyond its last day begins and ends on it: it is of the past, and keeps nothing waiting.
            began = min(today, one.certificate.valid_until or today)
            one.certificate.number, one.certificate.valid_from = number, began
            if (
                one.certificate.replaces_id is None and one.scheme.validity_months is not None
            ):  # a correction ends when the one that it replaces would have
                end = numbering.months_later(today, one.scheme.validity_months) - timedelta(days=1)
                one.certificate.valid_until = end
    return {one.certificate.id: _complete(one.certificate, signature_kind, today) for one in awarded}


def note_issued(session: Session, made: Mapping[int, MadeFile], *, now: datetime) -> list[Awarded]:
    """Enter issued files in the register. Returns those entered now.

    Where another worker was first, the certificate is missing there: then this file is not the original.
    """
    claimed = pending(session, made)
    for one in claimed:
        file = made[one.certificate.id]
        one.certificate.state, one.certificate.issued_at, one.certificate.refusal = "issued", now, None
        one.certificate.design_hash = file.design_hash
        one.certificate.file_sha256, one.certificate.file_key = file.sha256, file.key
    session.flush()
    return claimed


def renewed_from(one: Awarded) -> datetime | None:
    """From when its holder may sit the exam again: so many days before its end, 07.00 WIB. None where it is not renewed so."""
    ends = one.certificate.valid_until
    if ends is None or one.scheme.renewal_by != "exam":
        return None
    return datetime.combine(ends - timedelta(days=one.scheme.window_days), time.min, UTC)


def note_refused(session: Session, certificate_id: int, refusal: Refusal) -> None:
    """The file cannot be made as the facts stand."""
    session.execute(
        update(Certificate)
        .where(Certificate.id == certificate_id, Certificate.state == "pending")
        .values(state="refused", refusal=refusal.to_json())
    )


def try_again(session: Session, certificate: Certificate, *, holder: Employment) -> None:
    """Take a refused certificate up again with the holder's present data; its number stays."""
    certificate.facts = certificate.facts | {
        "holder_name": holder.name,
        "holder_rank": holder.grade,
        "holder_position": holder.position,
        "holder_unit": holder.unit,
        "holder_agency": holder.agency,
    }
    certificate.state = "pending"
    certificate.refusal = None
    jobs.enqueue(session, "issue_certificate", certificate_id=certificate.id)


def waiting(session: Session, *, besides: int, limit: int) -> list[int]:
    """Keys of other certificates that wait to be made, oldest first."""
    rows = _going().where(Certificate.id != besides)
    return list(session.scalars(rows.order_by(Certificate.proposed_at, Certificate.id).limit(limit)))


def overdue(session: Session, *, now: datetime, limit: int = 100) -> list[int]:
    """Keys of certificates whose job must have been lost, oldest first."""
    rows = _going().where(Certificate.proposed_at < now - OVERDUE)
    return list(session.scalars(rows.order_by(Certificate.proposed_at).limit(limit)))


def _going() -> Select[int]:
    """Keys of what waits to be made under schemes that do not stand still."""
    of_scheme = select(Certificate.id).join(Scheme, Scheme.id == Certificate.scheme_id)
    return of_scheme.where(Certificate.state == "pending", Scheme.paused_at.is_(None))


def to_json(facts: CertificateFacts) -> dict[str, Any]:
    """The facts as plain values."""
    values = asdict(facts)
    dates = {name: values[name].isoformat() if values[name] else None for name in _DATES}
    return values | dates | {"units": list(values["units"])}


def from_json(values: dict[str, Any]) -> CertificateFacts:
    """The facts that to_json wrote."""
    known = {field.name for field in fields(CertificateFacts)}
    units = {"units": tuple(Unit(**unit) for unit in values.get("units", ()))}
    dates = {name: date.fromisoformat(values[name]) if values[name] else None for name in _DATES}
    return CertificateFacts(**{name: value for name, value in values.items() if name in known} | dates | units)


def _complete(certificate: Certificate, signature_kind: SignatureKind, today: date) -> CertificateFacts:
    """The facts, with what was settled by giving the number."""
    began, ends = certificate.valid_from or today, certificate.valid_until
    facts = replace(
        from_json(certificate.facts),
        number=certificate.number or "",
        issued_on=began,
        valid_from=began,
        valid_until=ends,
        signature_kind=signature_kind,
    )
    certificate.facts = to_json(facts)
    return facts
