"""The steps that may be taken after an exam, as a machine takes them: sitting, marking, correcting, appealing, certifying, waiting."""

import hashlib
import shutil
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    precondition,
    rule,
)
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import clock, completion, earning, ending, issue
from lms.app import create_platform
from lms.catalogue.models import Course
from lms.certificates import awarding, endings, issuing
from lms.certificates.ending_models import Ending
from lms.certificates.endings import EndingRefused
from lms.certificates.issuing import MadeFile
from lms.certificates.models import Certificate, Scheme
from lms.certificates.proposal_models import Proposal
from lms.certificates.proposals import ProposalRefused
from lms.completion import TakesPassAway
from lms.config import Settings
from lms.db import canonical_json
from lms.exams import candidate_groups, held, preparing, reopening, saving, starting
from lms.exams.appealing import filing, ruling
from lms.exams.appealing.filing import NoAppeal
from lms.exams.appealing.models import Appeal, Opinion
from lms.exams.appealing.ruling import Member, NotOfPanel, NotOpen
from lms.exams.blueprint_rows import Infeasible
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.held import HeldError
from lms.exams.marking import works
from lms.exams.marking.models import Work
from lms.exams.marking.works import NotYours
from lms.exams.models import Attempt, Blueprint, Exam, HeldEvent, Result, Sitting
from lms.exams.regrading import regrades, remarks, remedies
from lms.exams.regrading.models import Regrade
from lms.exams.regrading.regrades import NotDraft
from lms.exams.regrading.remarks import NothingToMark
from lms.exams.regrading.remedies import SameKey
from lms.exams.release import release_of
from lms.exams.reopening import ReopenError
from lms.exams.token import Ticket
from lms.people.employment import employment_on
from lms.people.models import Employee
from lms.people.officials import Power
from lms.questions.models import QuestionVersion
from tests import once
from tests.cast import START, Cast, official
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.device import Device
from tests.exams.factory import RIGHT, WRONG

#: Three that a machine marks, of which two are to be right, and one to write, which two people mark.
PLAN: dict[str, Any] = {
    "pass_total": 0,
    "sections": [
        {"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": 3, "pass": 60, "difficulty": {"mudah": 3}},
        {"title": "Penerapan", "competency": "TEK.KI", "level": 2, "draw": 1, "pass": 0, "difficulty": {"sedang": 1}},
    ],
    "groups": [
        {"code": "khusus", "title": "Khusus", "pass_total": 0,
         "sections": [{"title": "Dasar", "pass": 30}, {"title": "Penerapan", "pass": 0}]}
    ],
    "marking": {"markers": 2, "tolerance": 25},
    "release": "items",
    "appeals": {"days": 3, "ruling_days": 14},
}  # fmt: skip
BANK = ("single_choice", "true_false", "single_choice", "true_false", "essay")
OWN = Power(is_own=True)
REFUSED = (
    Infeasible,
    EndingRefused, HeldError, NoAppeal, NotDraft, NotOfPanel, NotOpen, NotYours, NothingToMark, ProposalRefused, ReopenError, SameKey,
    TakesPassAway, awarding.NothingToCorrect,
)  # fmt: skip
few = st.integers(0, 11)
how = st.sampled_from(("right", "right", "wrong"))
answers = st.tuples(how, how, how, st.sampled_from(("blank", "right")))


class Steps(RuleBasedStateMachine):
    """An exam that earns a certificate at once, and with its level one for a position; three who sit it, and all who decide."""

    template: ClassVar[tuple[Path, Cast]]
    folder: ClassVar[Path]
    patch: ClassVar[pytest.MonkeyPatch]
    runs: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        type(self).runs += 1
        var = self.folder / str(self.runs)
        var.mkdir()
        file, self.cast = self.template
        shutil.copy(file, var / "teruji.db")
        once.draw_from("after an exam", self.patch)
        self.time = Clock(START)
        self.patch.setattr(clock, "now", self.time)
        self.patch.setattr(issue, "issue", _enter)
        self.platform = create_platform(
            Settings(mode="test", var=var, database_url=f"sqlite:///{var / 'teruji.db'}",
                     public_url="http://localhost", secret_key="kunci untuk uji")
        )  # fmt: skip
        self.database = self.platform.database
        self.jobs: list[tuple[str, dict[str, Any]]] = []
        self.database.job_sink = lambda name, arguments: self.jobs.append((name, arguments))
        with self.database.transaction() as session:
            self.head = official(session, self.cast)
        self.people = (self.cast.learner, self.cast.colleague, self.cast.outsider)
        self.markers = (self.cast.manager, self.cast.other_manager, self.cast.hr, self.cast.trainer, self.head)
        self.panel = (self.cast.trainer, self.cast.other_trainer)
        self.devices = 0

    def teardown(self) -> None:
        try:
            self.let_the_worker_finish()
            self.what_followed_holds()
        finally:
            self.database.engine.dispose()
            self.platform.queue.rest()

    def act(self, step: Callable[[Session], object]) -> None:
        """A request: it commits, or what refuses it changes nothing. A second passes before each."""
        self.time.forward(seconds=1)
        try:
            with self.database.transaction() as session:
                step(session)
        except REFUSED:
            return

    def pick(self, session: Session, kind: type[Any], n: int, *which: Any) -> Any:
        """One of the rows of a kind, or None."""
        found = session.scalars(select(kind).where(*which).order_by(kind.id)).all()
        return found[n % len(found)] if found else None

    # Sitting.

    @initialize(given=st.tuples(answers, answers, answers), is_marked=st.booleans())
    def all_have_sat(self, given: Sequence[Sequence[str]], is_marked: bool) -> None:
        for n, one in enumerate(given):
            self.sit(n, one)
        if is_marked:
            for _ in given:
                self.mark_all_of_one(0, 6)
            self.let_the_worker_work()

    @rule(n=few, given=answers)
    def sit(self, n: int, given: Sequence[str]) -> None:
        who, now = self.people[n % 3], self.time()

        def step(session: Session) -> None:
            found = definition(session, factory.CODE, now=now, employee_id=who.employee_id)
            assert found is not None
            standing = may_start(session, found, who.employee_id, now=now)
            if standing.reasons:
                return
            preparing.prepare(session, found, standing, who.employee_id, now=now)
            begun = starting.start(
                session, factory.CODE, who.employee_id, entry=factory.ENTRY, user_session_id=1, by=who.user_id, now=now
            )
            if isinstance(begun, starting.Started):
                self.answer(session, session.get_one(Attempt, begun.attempt_id, populate_existing=True), given)
                self.finish(session, begun.attempt_id)

        self.act(step)

    @rule(n=few, why=st.sampled_from(("Terputus",)))
    def reopen(self, n: int, why: str) -> None:
        def step(session: Session) -> None:
            attempt = self.pick(session, Attempt, n, Attempt.state == "closed")
            if attempt is not None:
                sitting = session.get_one(Sitting, attempt.sitting_id)
                reopening.reopen(
                    session, sitting, attempt.employee_id, why=why, by=self.cast.hr.user_id, now=self.time()
                )

        self.act(step)

    @rule(n=few, given=answers)
    def go_on_and_hand_in(self, n: int, given: Sequence[str]) -> None:
        def step(session: Session) -> None:
            attempt = self.pick(session, Attempt, n, Attempt.state == "open")
            if attempt is not None:
                attempt.lease = "lease"
                session.flush()
                self.answer(session, attempt, given)
                self.finish(session, attempt.id)

        self.act(step)

    def answer(self, session: Session, attempt: Attempt, given: Sequence[str], lease: str = "") -> None:
        """By a device of its own, which names the lease."""
        paper = factory.paper_of(session, attempt.code)
        self.devices += 1
        tab = Device(attempt.code, f"tab-{self.devices}")
        said = [(n, _answer(paper[n - 1]["kind"], how)) for n, how in enumerate(given, 1) if how != "blank"]
        events = [tab.event(n, value, at=self.time()) for n, value in said]
        letters = "".join(factory.shape_of(item) for item in paper)
        ticket = Ticket(attempt.id, attempt.code, lease or attempt.lease or "", len(paper), letters)
        if events:
            saving.accept(session, ticket=ticket, batch=tab.batch(*events), now=self.time())

    def finish(self, session: Session, attempt_id: int) -> None:
        completion.finish_attempt(
            session, Attempt.id == attempt_id, closed_by="candidate", by=None, now=self.time(), today=self.today
        )

    @property
    def today(self) -> date:
        return clock.local_date(self.time(), self.platform.settings.zone)

    @rule(n=few, item=st.integers(0, 3), how=st.sampled_from(("right", "wrong", "cleared")))
    def send_from_another_device(self, n: int, item: int, how: str) -> None:
        def step(session: Session) -> None:
            attempt = self.pick(session, Attempt, n, Attempt.state.in_(("open", "closed")))
            if attempt is not None:
                self.answer(session, attempt, ["blank"] * item + [how], lease="lain")

        self.act(step)

    @rule(n=few, admits=st.booleans())
    def decide_on_what_is_held(self, n: int, admits: bool) -> None:
        def step(session: Session) -> None:
            row = self.pick(session, HeldEvent, n, HeldEvent.decision.is_(None))
            if row is None:
                return
            said: dict[str, Any] = {"by": self.cast.hr.user_id, "now": self.time()}
            if not admits:
                held.refuse(session, row.attempt_id, [row.item], why="Tidak", **said)
                return
            attempt = held.admit(session, row.attempt_id, [row.item], why="Jaringan putus", **said)
            if attempt.state == "closed":
                completion.grade_admitted(session, attempt.id, today=self.today, **said)

        self.act(step)

    @rule(n=few, group=st.sampled_from(("", "khusus")))
    def put_into_a_group(self, n: int, group: str) -> None:
        self.act(
            lambda session: candidate_groups.assign(
                session, session.scalars(select(Exam)).one(), {self.people[n % 3].code: group},
                by=self.cast.hr.user_id, now=self.time(),
            )
        )  # fmt: skip

    # Marking, correcting, appealing.

    @rule(n=few, marker=few, content=st.sampled_from((0, 3, 6)))
    def mark(self, n: int, marker: int, content: int) -> None:
        self.mark_answer(n, marker, content)

    def mark_answer(self, n: int, marker: int, content: int) -> None:
        who = self.markers[marker % len(self.markers)]

        def step(session: Session) -> None:
            work = self.pick(session, Work, n, Work.state != "void")
            if work is None:
                return
            mine = [one.number for one in works.latest(session, [work.id]) if one.marker_id == who.user_id]
            completion.give_mark(
                session, work.id, session.get_one(QuestionVersion, work.version_id).content,
                [Decimal(content), Decimal(content // 3)], comment="", seen=max(mine, default=0), by=who.user_id,
                employee_id=who.employee_id, now=self.time(), today=self.today,
            )  # fmt: skip

        self.act(step)

    @rule(n=few, content=st.sampled_from((0, 3, 6)))
    def mark_all_of_one(self, n: int, content: int) -> None:
        """Two people agree on all that an attempt waits for."""
        with self.database.reader() as session:
            waiting = Work.state.in_(("open", "disputed"))
            mine = session.scalars(select(Work).where(waiting).order_by(Work.id)).all()
            if not mine:
                return
            chosen = mine[n % len(mine)].attempt_id
            every = session.scalars(select(Work.id).where(Work.state != "void").order_by(Work.id)).all()
            places = [every.index(one.id) for one in mine if one.attempt_id == chosen]
        for place in places:
            self.mark_answer(place, 0, content)
            self.mark_answer(place, 1, content)

    @rule(n=few, everybody=st.booleans(), content=st.sampled_from((0, 3, 6)), until=st.integers(0, 3))
    def mark_again(self, n: int, everybody: bool, content: int, until: int) -> None:
        """An answer, or all of its question, given to others; of those who may, some mark it at once. until: 0 for a draft alone."""

        def step(session: Session) -> None:
            work = self.pick(session, Work, n, Work.state == "settled")
            if work is not None:
                who, now = self.cast.hr.user_id, self.time()
                whose = None if everybody else [work.attempt_id]
                made = remarks.draft(
                    session, work.exam_id, work.version_id, attempts=whose, reason="Rubrik keliru.", by=who, now=now
                )
                if until:
                    remarks.start(session, made.id, by=who, now=now)

        self.act(step)
        with self.database.reader() as session:
            again = session.scalars(select(Work.round > 1).where(Work.state != "void").order_by(Work.id)).all()
        for place in [place for place, is_again in enumerate(again) if is_again]:
            for marker in range(2, min(2 + until, len(self.markers))):
                self.mark_answer(place, marker, content)

    def remedy(self, session: Session, n: int, way: str, key: int) -> tuple[int, int, Any, tuple[Any, ...]] | None:
        """(exam, version, remedy, contents) of a question that was asked, as the form makes them."""
        asked = sorted({row["version"] for marks in session.scalars(select(Result.marks)) for row in marks})
        if not asked:
            return None
        version = session.get_one(QuestionVersion, asked[n % len(asked)])
        exam_id = session.scalars(select(Exam.id)).one()
        before = regrades.in_force(session, exam_id).get(version.id)
        if way == "restore":
            return None if before is None or before.restores else (exam_id, version.id, "key", ())
        if way not in remedies.offered(version.kind):
            return None
        said = bool(key % 2) if version.kind == "true_false" else str(key)
        made: Any = way
        return exam_id, version.id, made, remedies.contents(made, version.kind, version.content, said, before)

    ways = st.sampled_from(("key", "accept", "drop", "full", "restore", "restore"))

    @rule(n=few, way=ways, key=st.integers(0, 2), at_once=st.booleans())
    def draft_a_regrade(self, n: int, way: str, key: int, at_once: bool) -> None:
        def step(session: Session) -> None:
            found = self.remedy(session, n, way, key)
            if found is not None:
                who, now = self.cast.hr.user_id, self.time()
                made = regrades.draft(session, *found, reason="Kunci keliru.", by=who, now=now)
                if at_once:
                    regrades.start(session, made.id, by=who, now=now)

        self.act(step)

    @rule(n=few, way=ways, key=st.integers(0, 2))
    def regrade_all(self, n: int, way: str, key: int) -> None:
        """From the draft to what follows."""
        self.draft_a_regrade(n, way, key, at_once=True)
        self.let_the_worker_work()

    @rule(n=few, applies=st.booleans())
    def settle_a_draft(self, n: int, applies: bool) -> None:
        def step(session: Session) -> None:
            made = self.pick(session, Regrade, n, Regrade.state == "draft")
            if made is None or ruling.is_before_panel(session, made.id):
                return
            regrades.refresh(session, made)
            settle = ruling.start if applies else regrades.withdraw
            settle(session, made.id, by=self.cast.hr.user_id, now=self.time())

        self.act(step)

    @rule(n=few, item=st.integers(1, 4))
    def appeal(self, n: int, item: int) -> None:
        def step(session: Session) -> None:
            attempt = self.pick(session, Attempt, n, Attempt.state == "closed")
            if attempt is not None:
                version = factory.paper_of(session, attempt.code)[item - 1]["version"]
                filing.file(
                    session, attempt_id=attempt.id, exam_id=attempt.exam_id, item=item, version_id=version,
                    text="Kunci keliru.", release=release_of(PLAN), by=self.people[0].user_id, now=self.time(),
                )  # fmt: skip

        self.act(step)

    @rule(n=few, member=st.integers(0, 1), way=st.sampled_from(("reject", "drop", "full", "accept", "key", "remark")))
    def propose_a_ruling(self, n: int, member: int, way: str) -> None:
        who = Member(self.panel[member].user_id, self.panel[member].employee_id)

        def step(session: Session) -> None:
            found = self.pick(session, Appeal, n, Appeal.state == "open")
            if found is None:
                return
            if way == "reject":
                ruling.reject(session, found.id, reason="Kunci benar.", member=who, now=self.time())
                return
            if way == "remark":
                ruling.uphold_by_marking_again(
                    session, found.id, everybody=n % 2 == 0, reason="Rubrik keliru.", member=who, now=self.time()
                )
                return
            asked = sorted({row["version"] for marks in session.scalars(select(Result.marks)) for row in marks})
            made = self.remedy(session, asked.index(found.version_id), way, 1)
            if made is not None:
                ruling.uphold(
                    session, found.id, remedy=made[2], contents=made[3], reason="Benar.", member=who, now=self.time()
                )

        self.act(step)

    @rule(n=few, member=st.integers(0, 1))
    def second_a_ruling(self, n: int, member: int) -> None:
        who = Member(self.panel[member].user_id, self.panel[member].employee_id)

        def step(session: Session) -> None:
            found = self.pick(session, Opinion, n, Opinion.seconds_id.is_(None))
            if found is not None:
                ruling.second(session, found.appeal_id, found.id, member=who, now=self.time())

        self.act(step)

    # Certificates.

    @rule(n=few, step=st.sampled_from(("verify", "verify", "refuse", "approve", "approve")))
    def settle_a_proposal(self, n: int, step: str) -> None:
        def take(session: Session) -> None:
            found = self.pick(session, Proposal, n, Proposal.state.in_(("verifying", "approving")))
            if found is None:
                return
            by = self.cast.hr if found.state == "verifying" else self.head
            said: dict[str, Any] = {"words": "Surat 12", "by": by.user_id, "employee_id": by.employee_id}
            said["now"] = self.time()
            if step == "refuse":
                earning.refuse(session, found, power=OWN, **said)
            elif step == "verify" and found.state == "verifying":
                earning.verify(session, found, confirmed=frozenset(), on=self.today, **said)
            elif step == "approve" and found.state == "approving":
                earning.approve(
                    session, found, official=None, power=OWN, check_page="http://localhost/cek", zone="Asia/Jakarta",
                    on=self.today, **said,
                )  # fmt: skip

        self.act(take)

    @rule(n=few, reason=st.sampled_from(("under_examination", "wrong_data")))
    def suspend(self, n: int, reason: str) -> None:
        def step(session: Session) -> None:
            found = self.pick(session, Certificate, n, Certificate.state == "issued")
            if found is not None:
                who = self.cast.hr
                ending.suspend(
                    session,
                    found,
                    reason=reason,
                    words="",
                    by=who.user_id,
                    employee_id=who.employee_id,
                    now=self.time(),
                )

        self.act(step)

    @rule(n=few, kind=st.sampled_from(("revoke", "reinstate")), reason=few)
    def propose_an_end(self, n: int, kind: str, reason: int) -> None:
        def step(session: Session) -> None:
            found = self.pick(session, Certificate, n, Certificate.state == "issued")
            if found is not None:
                who, offered = self.cast.hr, endings.OF_KIND[kind]
                ending.propose(
                    session, found, kind, reason=offered[reason % len(offered)], words="", by=who.user_id,
                    employee_id=who.employee_id, now=self.time(),
                )  # fmt: skip

        self.act(step)

    @rule(n=few, approved=st.booleans())
    def decide_on_an_end(self, n: int, approved: bool) -> None:
        def step(session: Session) -> None:
            found = self.pick(session, Ending, n, Ending.state == "open")
            if found is not None:
                ending.decide(
                    session, found, approved=approved, power=OWN, words="", by=self.head.user_id,
                    employee_id=self.head.employee_id, now=self.time(),
                )  # fmt: skip

        self.act(step)

    @rule(n=few, kind=st.sampled_from(("revoke", "reinstate")), reason=few)
    def end_it(self, n: int, kind: str, reason: int) -> None:
        """As one proposes and another decides."""
        self.propose_an_end(n, kind, reason)
        self.decide_on_an_end(0, approved=True)

    @rule(n=few)
    def correct_the_name(self, n: int) -> None:
        def step(session: Session) -> None:
            found = self.pick(session, Certificate, n, Certificate.state == "issued")
            if found is not None:
                session.get_one(Employee, found.employee_id).name += " S.H."
                session.flush()
                holder = employment_on(session, found.employee_id, self.today)
                awarding.reissue(session, found, holder=holder, on=self.today, now=self.time())

        self.act(step)

    # Time, and the worker.

    @rule(days=st.sampled_from((1, 2, 10, 1060)))
    def let_days_pass(self, days: int) -> None:
        self.time.forward(days=days)

    @precondition(lambda self: self.jobs)
    @rule()
    def do_one_job(self) -> None:
        self.time.forward(seconds=1)
        name, arguments = self.jobs.pop(0)
        self.platform.queue.do(name, arguments)

    @precondition(lambda self: self.jobs)
    @rule()
    def lose_a_job(self) -> None:
        self.jobs.pop(0)

    @rule()
    def let_the_worker_work(self) -> None:
        self.let_the_worker_finish()
        self.what_followed_holds()

    def what_followed_holds(self) -> None:
        """What is looked at once the worker has nothing left to do."""
        raise NotImplementedError

    def let_the_worker_finish(self) -> None:
        """All jobs, and the sweeps until they find nothing to ask for."""
        self.time.forward(seconds=30)
        while True:
            while self.jobs:
                name, arguments = self.jobs.pop(0)
                self.platform.queue.do(name, arguments)
            for name in ("close_due", "regrade.plan_all", "regrade.apply_all", "follow_results", "issue_overdue"):
                self.platform.queue.do(name, {})
            if not self.jobs:
                return


def _answer(kind: str, how: str) -> Any:
    if how == "cleared":
        return None
    if kind == "essay":
        return "Karena data pribadi harus dilindungi." if how == "right" else "Entah."
    return (RIGHT if how == "right" else WRONG)[kind]


def _enter(platform: Any, certificate_ids: Any, signer: Any = None) -> None:
    """Number certificates and enter them in the register, without making files."""
    today = clock.local_date(clock.now(), platform.settings.zone)
    with platform.database.transaction() as session:
        waiting = issuing.ready(session, certificate_ids)
        issuing.give_numbers(session, waiting, signature_kind="test", today=today)
        made = {one.certificate.id: MadeFile(f"{one.certificate.id:064x}", "c/a.pdf", "d" * 64) for one in waiting}
        completion.certificates_made(session, made, now=clock.now())


def build(session: Session, cast: Cast) -> None:
    """The exam, which may be sat often and for years, and the two schemes that it leads to."""
    hall = factory.build(session, cast, content=PLAN, bank_of=BANK)
    digest = hashlib.sha256(canonical_json(PLAN).encode()).hexdigest()
    session.execute(update(Blueprint).values(hash=digest))
    session.execute(update(Exam).values(max_attempts=20))
    session.execute(update(Sitting).values(closes_at=START + timedelta(days=7000), supervised=True))
    for who in (cast.colleague, cast.outsider):
        factory.enrol(session, session.get_one(Course, hall.course_id), who, now=START, finished=2)
    for position, needs in (("", []), ("Jabatan Camat", [{"kind": "level", "competency": "TEK.KI", "level": 1}])):
        session.add(
            Scheme(
                code=f"skema-{position}"[:60], title="Skema", unit_id=cast.jakarta, exam_id=hall.exam_id,
                competency_id=hall.competency_id, level=1, design="kompetensi", validity_months=36,
                number_pattern=f"{position}.{{n}}/{{month}}/{{year}}", position=position,
                requires=[{**need, "grade": "mutlak"} for need in needs],
                official={"office": "Kepala", "name": "Kepala", "nip": "197103151996032004", "place": "Jakarta"},
            )
        )  # fmt: skip
