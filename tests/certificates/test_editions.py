"""Drafts and editions of an agency's design, and which of them makes a certificate."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.certificates import editions, issuing
from lms.certificates.adapting import Adaptation
from lms.certificates.edition_models import DesignEdition
from lms.certificates.editions import DraftConflict, NotLooked
from lms.certificates.models import Certificate, Scheme
from tests.cast import START, Cast
from tests.certificates import register

MINE = Adaptation(
    title="Sertifikat Uji Kompetensi Daerah",
    place="Bogor",
    signatory_name="Siti Rahmawati",
    signatory_hold="plt",
    signatory_office="Kepala BPSDM",
    signatory_rank="Pembina, IV/a",
)


def look(session: Session, unit_id: int, *faults: tuple[str, str, str]) -> None:
    """The renderer looks at the draft, and finds these faults."""
    draft = editions.draft_of(session, unit_id, "kompetensi")
    assert draft is not None
    editions.note_look(session, draft.id, {"revision": draft.revision, "faults": list(faults), "files": []})
    session.refresh(draft)


def publish(session: Session, cast: Cast, unit_id: int, given: Adaptation) -> DesignEdition:
    """Save, look at and publish a design."""
    act = {"by": cast.hr.user_id, "now": START}
    editions.save(session, unit_id, "kompetensi", given, revision=0, **act)  # type: ignore[arg-type]
    look(session, unit_id)
    return editions.publish(session, unit_id, "kompetensi", revision=1, note="Alasan.", **act)  # type: ignore[arg-type]


def test_editions_are_numbered_and_told_to_the_audit(session: Session, cast: Cast) -> None:
    first = publish(session, cast, cast.jakarta, MINE)
    second = publish(session, cast, cast.jakarta, Adaptation())

    assert (first.number, second.number) == (1, 2)
    assert first.content == MINE.to_json()
    assert editions.draft_of(session, cast.jakarta, "kompetensi") is None
    told = session.scalars(select(AuditEvent).where(AuditEvent.action == "design.publish").order_by(AuditEvent.id))
    assert [(event.actor_id, event.details["number"]) for event in told] == [(cast.hr.user_id, 1), (cast.hr.user_id, 2)]


def test_nothing_is_published_before_the_renderer_has_looked_or_with_faults(session: Session, cast: Cast) -> None:
    at, act = (cast.jakarta, "kompetensi"), {"by": cast.hr.user_id, "now": START}
    editions.save(session, *at, MINE, revision=0, **act)  # type: ignore[arg-type]
    with pytest.raises(NotLooked):
        editions.publish(session, *at, revision=1, note="", **act)  # type: ignore[arg-type]
    look(session, cast.jakarta, ("title", "glyph", "日"))
    with pytest.raises(NotLooked):
        editions.publish(session, *at, revision=1, note="", **act)  # type: ignore[arg-type]
    editions.save(session, *at, Adaptation(), revision=1, **act)  # type: ignore[arg-type]
    with pytest.raises(NotLooked):  # what was found is about the draft before
        editions.publish(session, *at, revision=2, note="", **act)  # type: ignore[arg-type]


def test_a_stale_page_neither_saves_nor_publishes_nor_discards(session: Session, cast: Cast) -> None:
    at, act = (cast.jakarta, "kompetensi"), {"by": cast.hr.user_id, "now": START}
    editions.save(session, *at, MINE, revision=0, **act)  # type: ignore[arg-type]
    for revision in (0, 2):
        with pytest.raises(DraftConflict):
            editions.save(session, *at, Adaptation(), revision=revision, **act)  # type: ignore[arg-type]
    with pytest.raises(DraftConflict):
        editions.publish(session, *at, revision=2, note="", **act)  # type: ignore[arg-type]
    with pytest.raises(DraftConflict):
        editions.discard(session, *at, revision=2, **act)  # type: ignore[arg-type]
    assert editions.save(session, *at, Adaptation(), revision=1, **act) == 2  # type: ignore[arg-type]


def test_a_late_look_says_nothing_of_a_draft_that_went_on(session: Session, cast: Cast) -> None:
    at, act = (cast.jakarta, "kompetensi"), {"by": cast.hr.user_id, "now": START}
    editions.save(session, *at, MINE, revision=0, **act)  # type: ignore[arg-type]
    editions.save(session, *at, Adaptation(), revision=1, **act)  # type: ignore[arg-type]
    draft = editions.draft_of(session, *at)
    assert draft is not None
    editions.note_look(session, draft.id, {"revision": 1, "faults": [], "files": []})
    session.refresh(draft)
    assert draft.looked is None
    assert editions.not_looked(session, now=START) == []
    assert editions.not_looked(session, now=START + timedelta(minutes=1)) == [draft.id]


def test_going_back_makes_the_earlier_edition_a_draft_that_is_published_anew(session: Session, cast: Cast) -> None:
    first = publish(session, cast, cast.jakarta, MINE)
    publish(session, cast, cast.jakarta, Adaptation())

    editions.take_up(session, first, by=cast.hr.user_id, now=START)
    with pytest.raises(DraftConflict):
        editions.take_up(session, first, by=cast.hr.user_id, now=START)
    look(session, cast.jakarta)
    third = editions.publish(
        session, cast.jakarta, "kompetensi", revision=1, note="Kembali.", by=cast.hr.user_id, now=START
    )

    assert (third.number, third.content) == (3, MINE.to_json())


def test_the_nearest_unit_above_counts(session: Session, cast: Cast) -> None:
    assert editions.in_force(session, cast.kembangan, "kompetensi") is None
    above = publish(session, cast, cast.jakarta, MINE)
    assert editions.in_force(session, cast.kembangan, "kompetensi") == above
    own = publish(session, cast, cast.kembangan, Adaptation())
    assert editions.in_force(session, cast.kembangan, "kompetensi") == own
    assert editions.in_force(session, cast.jakarta, "kompetensi") == above
    assert editions.in_force(session, cast.jakarta, "jabatan") is None
    assert editions.in_force(session, cast.tangsel, "kompetensi") is None


def proposed(session: Session, cast: Cast) -> Certificate:
    found = register.propose(session, cast, register.passed(session, cast))
    assert found is not None
    return found


def test_a_certificate_states_the_edition_that_makes_it_and_keeps_it_with_its_number(
    session: Session, cast: Cast
) -> None:
    certificate = proposed(session, cast)
    first = publish(session, cast, cast.jakarta, MINE)
    (one,) = issuing.pending(session, [certificate.id])

    assert editions.choose(session, one, {}) == first
    facts = issuing.from_json(certificate.facts)
    assert (facts.edition, facts.place, certificate.edition_id) == (1, "Bogor", first.id)
    assert (facts.signatory_office, facts.signatory_name) == ("Plt. Kepala BPSDM", "Siti Rahmawati")
    assert (facts.signatory_nip, facts.signatory_rank) == ("", "Pembina, IV/a")

    register.number(session, certificate.id)
    publish(session, cast, cast.jakarta, Adaptation())
    (one,) = issuing.pending(session, [certificate.id])
    assert editions.choose(session, one, {}) == first


def test_without_an_edition_the_scheme_speaks(session: Session, cast: Cast) -> None:
    certificate = proposed(session, cast)
    before = issuing.from_json(certificate.facts)
    (one,) = issuing.pending(session, [certificate.id])

    assert editions.choose(session, one, {}) is None
    assert issuing.from_json(certificate.facts) == before
    assert before.edition == 0


def test_who_approved_a_certificate_for_a_position_signs_it(session: Session, cast: Cast) -> None:
    certificate = proposed(session, cast)
    session.get_one(Scheme, certificate.scheme_id).position = "Jabatan Camat"
    publish(session, cast, cast.jakarta, MINE)
    (one,) = issuing.pending(session, [certificate.id])

    editions.choose(session, one, {})

    facts = issuing.from_json(certificate.facts)
    assert (facts.signatory_name, facts.place, facts.edition) == ("Pejabat", "Bogor", 1)
