"""What follows an exam, in any order: marks, corrections, appeals, held answers, certificates and their ends.

A machine takes the product's own steps at random and looks after each of them at what must always hold; what follows by the
worker is looked at once the worker has nothing left to do.
"""

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as examples
from hypothesis.stateful import (
    invariant,
    run_state_machine_as_test,
)
from sqlalchemy import inspect as mapped
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.certificates import awarding, endings
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate, Revocation, Scheme
from lms.certificates.proposal_models import Proposal
from lms.competencies import evidence
from lms.competencies.models import Evidence
from lms.db import Base, Database
from lms.exams import archive, results, verification
from lms.exams.appealing.models import Opinion
from lms.exams.grading import Graded
from lms.exams.marking import works
from lms.exams.marking.models import Marking, Work
from lms.exams.models import AnswerEvent, Attempt, HeldEvent, Result, Sitting
from lms.exams.regrading import planning, regrades
from lms.exams.regrading.models import REMARK, Regrade, RegradeRow
from lms.tables import metadata
from tests.after_exam import Steps, build
from tests.cast import Cast

#: What is written once and never changed, by the columns that may follow later.
APPENDED: dict[type[Base], frozenset[str]] = {
    AnswerEvent: frozenset(),
    AuditEvent: frozenset(),
    LogEntry: frozenset(),
    Marking: frozenset(),
    Opinion: frozenset(),
    Result: frozenset({"followed_at"}),
    HeldEvent: frozenset({"decision", "decided_at", "decided_by", "why"}),
    Evidence: frozenset({"set_aside_at"}),
}


class Exams(Steps):
    """Looked after at each step."""

    def __init__(self) -> None:
        super().__init__()
        self.written: dict[type[Base], dict[Any, tuple[Any, ...]]] = {kind: {} for kind in APPENDED}

    # What always holds.

    @invariant()
    def what_was_written_stays(self) -> None:
        """Nothing that was recorded is changed or gone; more is appended."""
        with self.database.reader() as session:
            for kind, later in APPENDED.items():
                names = [column.name for column in kind.__table__.columns if column.name not in later]
                rows = session.execute(select(kind.__table__)).mappings()
                key = mapped(kind).primary_key[0].name
                found = {row[key]: tuple(repr(row[name]) for name in names) for row in rows}
                for one, before in self.written[kind].items():
                    assert found.get(one) == before, (kind, one)
                self.written[kind] = found

    @invariant()
    def an_archive_recomputes_every_result(self) -> None:
        with self.database.reader() as session:
            made = archive.make(session, session.scalars(select(Sitting)).one(), now=self.time())
        assert list(verification.verify(made.data, seal=made.seal).discrepancies) == []

    @invariant()
    def a_result_is_final_when_nothing_waits_for_a_person(self) -> None:
        with self.database.reader() as session:
            for attempt in session.scalars(select(Attempt).where(Attempt.state == "closed")):
                newest = results.newest(session, attempt.id)
                waits = {row["item"] for row in newest.marks if row["mark"] is None}
                assert bool(waits) is (newest.state == results.PENDING)

    @invariant()
    def nobody_holds_two_certificates_of_a_scheme(self) -> None:
        with self.database.reader() as session:
            rows = session.execute(
                select(Certificate.scheme_id, Certificate.employee_id)
                .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
                .where(awarding.IS_HELD, Certificate.replaces_id.is_(None) | (Certificate.state == "issued"))
                .where(Certificate.valid_until.is_(None) | (Certificate.valid_until > self.today + timedelta(days=90)))
            ).all()
        assert len(rows) == len(set(rows))

    @invariant()
    def what_was_approved_has_its_certificate_and_one_proposal_goes_on(self) -> None:
        with self.database.reader() as session:
            found = session.scalars(select(Proposal)).all()
        going = [one.employee_id for one in found if one.state in ("verifying", "approving")]
        assert len(going) == len(set(going))
        assert all((one.state == "approved") is (one.certificate_id is not None) for one in found)

    # What holds once the worker has nothing left to do.

    def what_followed_holds(self) -> None:
        with self.database.reader() as session:
            for attempt in session.scalars(select(Attempt).where(Attempt.state == "closed")).all():
                self.newest_is_what_the_journal_gives(session, attempt)
                self.what_waits_is_in_the_queue(session, attempt)
                self.evidence_is_what_the_result_proves(session, attempt)
            self.regrades_are_done(session)
            for certificate in session.scalars(select(Certificate)).all():
                self.a_certificate_in_force_has_a_pass(session, certificate)
            self.whoever_passed_is_certified(session)
        self.doing_it_again_changes_nothing()

    def newest_is_what_the_journal_gives(self, session: Session, attempt: Attempt) -> None:
        facts = planning.read(session, [attempt.id])[0]
        graded: Graded = facts.graded(regrades.in_force(session, attempt.exam_id))
        if facts.newest.state == results.GRADED:
            assert not facts.is_changed_by(graded)
        since = _results(session, attempt.id)
        last = max(n for n, one in enumerate(since) if one.cause == "closed")
        assert len({results.group_of(one) for one in since[last:]}) == 1, "the group is that of closing"

    def what_waits_is_in_the_queue(self, session: Session, attempt: Attempt) -> None:
        newest = results.newest(session, attempt.id)
        waiting = (Work.state.in_(("open", "disputed")), Work.round == 1)
        queue = select(Work.item).where(Work.attempt_id == attempt.id, *waiting)
        waits = {row["item"] for row in newest.marks if row["mark"] is None}
        assert set(session.scalars(queue)) == waits - works.by_hand(session, attempt.id).keys()

    def evidence_is_what_the_result_proves(self, session: Session, attempt: Attempt) -> None:
        graded = [one for one in _results(session, attempt.id) if one.state == results.GRADED]
        rows = select(Evidence).join(Result, Result.id == Evidence.result_id).where(Result.attempt_id == attempt.id)
        counting = session.scalars(rows.where(Evidence.set_aside_at.is_(None))).all()
        proven = evidence.proven_levels(graded[-1].sections, passed=graded[-1].passed) if graded else {}
        assert sorted(one.level for one in counting) == sorted(proven.values())
        assert {one.result_id for one in counting} <= {one.id for one in graded[-1:]}

    def regrades_are_done(self, session: Session) -> None:
        """Those that grade by a key. Of what is marked again just those rows wait whose answers do."""
        rows = select(RegradeRow, Regrade).join(Regrade).where(Regrade.state.in_(("applying", "done")))
        for row, regrade in session.execute(rows):
            if regrade.remedy == REMARK:
                of_row = (Work.attempt_id == row.attempt_id, Work.version_id == regrade.version_id)
                work = session.scalars(select(Work).where(*of_row)).one()
                waits = work.round == row.round and work.state != "settled"
                assert (row.state == "planned") is waits
            elif row.state == "planned":
                assert session.get_one(Attempt, row.attempt_id).state != "closed"

    def a_certificate_in_force_has_a_pass(self, session: Session, certificate: Certificate) -> None:
        """Or two people have put it back knowing that it has none."""
        assert certificate.state == "issued"
        held = session.scalars(select(Revocation).where(Revocation.certificate_id == certificate.id)).one_or_none()
        counted = session.scalars(select(Evidence).where(Evidence.certificate_id == certificate.id)).all()
        assert all((one.set_aside_at is None) is (held is None) for one in counted)
        assert certificate.result_id is not None
        attempt_id = session.get_one(Result, certificate.result_id).attempt_id
        graded = [one for one in _results(session, attempt_id) if one.state == results.GRADED]
        if held is not None or graded[-1].passed:
            return
        passes = [n for n, one in enumerate(graded) if one.passed]
        lost_at = graded[passes[-1] + 1].recorded_at
        acts = endings.of_certificate(session, certificate.id)
        assert [
            one for one in acts if one.kind == "reinstate" and one.state == "approved" and one.proposed_at > lost_at
        ]

    def whoever_passed_is_certified(self, session: Session) -> None:
        """Unless people revoked what that very result had earned, or something else than a changed result stands against it."""
        scheme = session.scalars(select(Scheme).where(Scheme.position == "")).one()
        for who in self.people:
            found = session.execute(
                select(Certificate.result_id, Revocation.kind, Revocation.reason)
                .outerjoin(Revocation, Revocation.certificate_id == Certificate.id)
                .where(Certificate.scheme_id == scheme.id, Certificate.employee_id == who.employee_id)
            ).all()
            if all(
                kind in ("revoked", "superseded") and why in ("result_changed", "corrected") for _, kind, why in found
            ):
                standing = results.standing_pass(session, scheme.exam_id or 0, who.employee_id)
                assert standing is None or standing.id in {earned for earned, *_ in found}, who.name

    def doing_it_again_changes_nothing(self) -> None:
        before = self.everything()
        with self.database.reader() as session:
            jobs = [("follow_result", {"result_id": key}) for key in session.scalars(select(Result.id))]
            jobs += [("regrade.apply", {"regrade_id": key}) for key in session.scalars(select(Regrade.id))]
            jobs += [("issue_certificate", {"certificate_id": key}) for key in session.scalars(select(Certificate.id))]
        for name, arguments in jobs:
            self.platform.queue.do(name, arguments)
        assert self.everything() == before

    def everything(self) -> dict[str, list[Any]]:
        with self.database.reader() as session:
            tables = [table for table in metadata.sorted_tables if table.name not in ("pulse", "result", "regrade_row")]
            found: dict[str, list[Any]] = {table.name: list(session.execute(select(table))) for table in tables}
            return found | {"results": list(session.scalars(select(Result.id)))}


def _results(session: Session, attempt_id: int) -> list[Result]:
    return list(session.scalars(select(Result).where(Result.attempt_id == attempt_id).order_by(Result.number)))


def test_whatever_is_done_after_an_exam_its_record_holds_together(
    sqlite_template: tuple[Path, Cast], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same walks each time. To look for more: TERUJI_WALKS=500, and others each time."""
    file, cast = sqlite_template
    shutil.copy(file, tmp_path / "hall.db")
    database = Database(f"sqlite:///{tmp_path / 'hall.db'}")
    with database.writer() as session:
        build(session, cast)
        session.commit()
    database.engine.dispose()

    class Here(Exams):
        template = tmp_path / "hall.db", cast
        folder = tmp_path
        patch = monkeypatch

    walks = int(os.environ.get("TERUJI_WALKS", "0"))
    run_state_machine_as_test(
        Here,
        settings=examples(
            max_examples=walks or 12,
            stateful_step_count=40,
            derandomize=not walks,
            database=None,
            phases=(Phase.generate,),  # to find the shortest walk takes minutes
            suppress_health_check=list(HealthCheck),
        ),
    )
