"""An agency's own designs: a draft is saved, looked at by the renderer, and published as a numbered edition.

An edition is never changed; one goes back by making an earlier one the draft again. A certificate is made with the edition
in force when it gets its number, and keeps it. Certificates that were issued before stay as they were issued.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased

from lms import audit, jobs
from lms.certificates.adapting import Adaptation
from lms.certificates.edition_models import DesignDraft, DesignEdition
from lms.certificates.issuing import Awarded, from_json, to_json
from lms.db import insert_into
from lms.people.models import OrgUnit, is_agency_of

JOB, SWEEP = "look_at_draft", "look_at_drafts"
LONGEST_NOTE = 200
#: What nobody has looked at after this long is picked up by the sweeper: its job was lost.
OVERDUE = timedelta(seconds=20)
#: What is in force, by unit and design, as far as it was looked up.
Known = dict[tuple[int, str], DesignEdition | None]


class DraftConflict(Exception):
    """The draft was changed, published or discarded since the page was made."""


class NotLooked(Exception):
    """The renderer has not looked at this draft yet, or it found faults."""


def in_force(session: Session, unit_id: int, design: str) -> DesignEdition | None:
    """The edition with which certificates of a unit are made: its own, else that of the nearest unit above."""
    own = aliased(OrgUnit)
    rows = (
        select(DesignEdition)
        .join(OrgUnit, OrgUnit.id == DesignEdition.unit_id)
        .join(own, own.path.startswith(OrgUnit.path))
        .where(own.id == unit_id, DesignEdition.design == design)
        .order_by(func.length(OrgUnit.path).desc(), DesignEdition.number.desc())
    )
    return session.scalars(rows.limit(1)).one_or_none()


def choose(session: Session, one: Awarded, known: Known) -> DesignEdition | None:
    """The edition that makes a certificate; what it says of place and signatory goes into the facts.

    One that has its number keeps the edition that it got with it. A certificate for a position is signed by who approved it.
    known: what is in force, by unit and design; what is looked up is added.
    """
    certificate = one.certificate
    if certificate.number is not None:
        return session.get_one(DesignEdition, certificate.edition_id) if certificate.edition_id else None
    place = (one.scheme.unit_id, one.scheme.design)
    if place not in known:
        known[place] = in_force(session, *place)
    edition = known[place]
    facts = replace(from_json(certificate.facts), edition=edition.number if edition else 0)
    given = Adaptation.from_json(edition.content) if edition else Adaptation()
    if given.place:
        facts = replace(facts, place=given.place)
    if given.signatory_name and not one.scheme.position:
        facts = replace(
            facts,
            signatory_office=given.office,
            signatory_name=given.signatory_name,
            signatory_nip=given.signatory_nip,
            signatory_rank=given.signatory_rank,
        )
    certificate.edition_id, certificate.facts = edition.id if edition else None, to_json(facts)
    return edition


def agency_of(session: Session, unit_id: int) -> tuple[str, str]:
    """Government and unit, by name, as certificates of the unit name them."""
    government = aliased(OrgUnit)
    rows = select(government.name, OrgUnit.name).join(government, is_agency_of(government)).where(OrgUnit.id == unit_id)
    government_name, name = session.execute(rows).one()
    return government_name, name


def preview_key(draft: DesignDraft, name: str) -> str:
    """Where a preview of a draft is kept; the next look writes over it. name: as `previewing.Look` has it."""
    return f"design-previews/{draft.unit_id}/{draft.design}/{name}"


def draft_of(session: Session, unit_id: int, design: str) -> DesignDraft | None:
    """The draft of a unit, as it stands."""
    wanted = select(DesignDraft).where(DesignDraft.unit_id == unit_id, DesignDraft.design == design)
    return session.scalars(wanted).one_or_none()


def save(
    session: Session, unit_id: int, design: str, given: Adaptation, *, revision: int, by: int, now: datetime
) -> int:
    """Keep the draft; the renderer looks at it next. revision: the one that the page was made from, 0 for none.

    Returns the new revision. Raises DraftConflict.
    """
    row: dict[str, Any] = {"content": given.to_json(), "saved_at": now, "saved_by": by, "looked": None}
    if revision == 0:
        put = insert_into(session, DesignDraft).values(unit_id=unit_id, design=design, revision=1, **row)
        kept = session.scalar(put.on_conflict_do_nothing().returning(DesignDraft.id))
    else:
        at = (DesignDraft.unit_id == unit_id, DesignDraft.design == design, DesignDraft.revision == revision)
        kept = session.scalar(
            update(DesignDraft).where(*at).values(revision=revision + 1, **row).returning(DesignDraft.id)
        )
    if kept is None:
        raise DraftConflict
    jobs.enqueue(session, JOB, draft_id=kept)
    return revision + 1


def take_up(session: Session, edition: DesignEdition, *, by: int, now: datetime) -> None:
    """Make an earlier edition the draft, to be looked at and published anew. Raises DraftConflict where there is a draft."""
    given = Adaptation.from_json(edition.content)
    save(session, edition.unit_id, edition.design, given, revision=0, by=by, now=now)


def discard(session: Session, unit_id: int, design: str, *, revision: int, by: int, now: datetime) -> None:
    """Throw the draft away. Raises DraftConflict."""
    _take(session, unit_id, design, revision)
    audit.record(session, "design.discard", f"org_unit:{unit_id}", by=by, now=now, details={"design": design})


def publish(
    session: Session, unit_id: int, design: str, *, revision: int, note: str, by: int, now: datetime
) -> DesignEdition:
    """Make the draft the next edition: in force from the next certificate on. Raises DraftConflict or NotLooked."""
    found = draft_of(session, unit_id, design)
    if found is None or found.revision != revision:
        raise DraftConflict
    if not is_sound(found):
        raise NotLooked
    content = dict(found.content)
    _take(session, unit_id, design, revision)
    last = select(func.max(DesignEdition.number)).where(
        DesignEdition.unit_id == unit_id, DesignEdition.design == design
    )
    made = DesignEdition(
        unit_id=unit_id,
        design=design,
        number=(session.scalar(last) or 0) + 1,
        content=content,
        note=note[:LONGEST_NOTE],
        published_at=now,
        published_by=by,
    )
    session.add(made)
    session.flush()
    details = {"design": design, "number": made.number, "unit": unit_id}
    audit.record(session, "design.publish", f"design_edition:{made.id}", by=by, now=now, details=details)
    return made


def is_sound(draft: DesignDraft) -> bool:
    """Whether the renderer has looked at this very draft and found nothing."""
    looked = draft.looked
    return looked is not None and looked["revision"] == draft.revision and not looked["faults"]


def note_look(session: Session, draft_id: int, looked: dict[str, Any]) -> None:
    """Keep what the renderer found, unless the draft has gone on since."""
    session.execute(
        update(DesignDraft)
        .where(DesignDraft.id == draft_id, DesignDraft.revision == looked["revision"])
        .values(looked=looked)
    )


def not_looked(session: Session, *, now: datetime, limit: int = 20) -> list[int]:
    """Keys of drafts whose look must have been lost, oldest first."""
    rows = select(DesignDraft.id).where(DesignDraft.looked.is_(None), DesignDraft.saved_at < now - OVERDUE)
    return list(session.scalars(rows.order_by(DesignDraft.saved_at).limit(limit)))


def _take(session: Session, unit_id: int, design: str, revision: int) -> None:
    at = (DesignDraft.unit_id == unit_id, DesignDraft.design == design, DesignDraft.revision == revision)
    if session.scalar(delete(DesignDraft).where(*at).returning(DesignDraft.id)) is None:
        raise DraftConflict
