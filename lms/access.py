"""Who may do what: the whole policy is the table below.

A permission is granted by rules. A rule looks at the person (`Actor`) and at whose an object is: the employee it
is about (its owner) and the organisation unit it belongs to. Fetching and authorising are one query, so an object
outside one's scope looks absent; an area for which one has no role at all is refused by name (`may_enter`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from sqlalchemy import BindParameter, ColumnElement, Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from lms.authoring.models import Draft
from lms.catalogue.models import Course, Edition, Enrolment
from lms.certificates.check_models import CheckList
from lms.certificates.models import Certificate, Scheme
from lms.db import Base
from lms.exams.models import EXAM, RUNNING, Attempt, Candidate, CandidateUpload, Exam, Sitting
from lms.exams.panels.models import Panel, PanelJudge
from lms.exams.room_models import SittingProctor
from lms.people.models import Appointment, Employee, OrgUnit, Position
from lms.questions.models import Bank

M = TypeVar("M", bound=Base)
S = TypeVar("S", bound=Select[*tuple[Any, ...]])


class Absent(LookupError):
    """There is no such object, or it is out of the actor's scope: the two look alike."""


@dataclass(frozen=True)
class Grant:
    """A role over the units whose path begins with `path`."""

    role: str
    path: str


@dataclass(frozen=True)
class Actor:
    """The person behind a request. employment: pns or pppk. `heads`: paths of the units whose head post the person holds today.

    has_second_factor: shown in this session; without it there are no grants.
    """

    user_id: int
    employee_id: int
    session_id: int
    name: str
    grants: tuple[Grant, ...]
    heads: tuple[str, ...]
    today: date
    employment: str
    has_second_factor: bool
    language: str = "id"
    theme: str = "auto"
    text_size: int = 100

    def paths(self, role: str) -> tuple[str, ...]:
        """The subtrees over which the actor holds `role`."""
        return tuple(grant.path for grant in self.grants if grant.role == role)


class Permission(StrEnum):
    """What a route or a fetch asks for."""

    ACCOUNT = "account"
    CATALOGUE_READ = "catalogue.read"
    LEARN = "learn"
    EXAM_SIT = "exam.sit"
    ATTEMPT_WRITE = "attempt.write"
    RESULT_READ = "result.read"
    PROFILE_READ = "profile.read"
    TEAM_READ = "team.read"
    STAFF_READ = "staff.read"
    CERTIFICATE_READ = "certificate.read"
    CERTIFICATE_SHARE = "certificate.share"
    CERTIFICATE_REGISTRY = "certificate.registry"
    CERTIFICATE_CHECK_LIST = "certificate.check_list"
    CERTIFICATE_END = "certificate.end"
    PROPOSAL_VERIFY = "proposal.verify"
    CERTIFICATE_APPROVE = "certificate.approve"
    DESIGN_ADAPT = "design.adapt"
    COURSE_EDIT = "course.edit"
    QUESTION_EDIT = "question.edit"
    QUESTION_REVIEW = "question.review"
    EXAM_ANALYSE = "exam.analyse"
    EXAM_MANAGE = "exam.manage"
    ATTEMPT_MARK = "attempt.mark"
    EXAM_REGRADE = "exam.regrade"
    PANEL_READ = "panel.read"
    PANEL_RATE = "panel.rate"
    APPEAL_FILE = "appeal.file"
    APPEAL_RULE = "appeal.rule"
    ROOM_LIST = "room.list"
    ROOM_WATCH = "room.watch"


@dataclass(frozen=True)
class Owner:
    """The object is about the actor."""


@dataclass(frozen=True)
class ProvedOwner:
    """The object is about the actor, who showed a second factor, as whoever acts in a role has."""


@dataclass(frozen=True)
class LineManager:
    """The object is about somebody in a unit that the actor heads."""


@dataclass(frozen=True)
class Role:
    """The object's unit lies in a subtree over which the actor holds the role."""

    name: str


@dataclass(frozen=True)
class Assigned:
    """The actor holds the role somewhere and was named for this very sitting. Its door tells nobody whether there is one."""

    role: str


@dataclass(frozen=True)
class OwnAs:
    """The object is the actor's own, who holds the role somewhere."""

    name: str


@dataclass(frozen=True)
class Everyone:
    """Anyone who has signed in."""


Rule = Owner | ProvedOwner | LineManager | Role | Assigned | OwnAs | Everyone

POLICY: dict[Permission, tuple[Rule, ...]] = {
    Permission.ACCOUNT: (Everyone(),),
    Permission.CATALOGUE_READ: (Everyone(),),
    Permission.LEARN: (Owner(),),
    Permission.EXAM_SIT: (Everyone(),),
    Permission.ATTEMPT_WRITE: (Owner(),),
    Permission.RESULT_READ: (Owner(),),
    Permission.PROFILE_READ: (Owner(), LineManager(), Role("hr")),
    Permission.TEAM_READ: (LineManager(),),
    Permission.STAFF_READ: (Role("hr"),),
    Permission.CERTIFICATE_READ: (Owner(), LineManager(), Role("hr")),
    Permission.CERTIFICATE_SHARE: (Owner(),),
    Permission.CERTIFICATE_REGISTRY: (Role("hr"),),
    Permission.CERTIFICATE_CHECK_LIST: (OwnAs("hr"),),
    Permission.CERTIFICATE_END: (Role("hr"),),
    Permission.PROPOSAL_VERIFY: (Role("hr"),),
    Permission.CERTIFICATE_APPROVE: (Role("approver"),),
    Permission.DESIGN_ADAPT: (Role("hr"),),
    Permission.COURSE_EDIT: (Role("trainer"),),
    Permission.QUESTION_EDIT: (Role("trainer"),),
    Permission.QUESTION_REVIEW: (Role("trainer"),),
    Permission.EXAM_ANALYSE: (Role("organiser"), Role("trainer")),
    Permission.EXAM_MANAGE: (Role("organiser"),),
    Permission.ATTEMPT_MARK: (Role("marker"), Role("trainer")),
    Permission.EXAM_REGRADE: (Role("organiser"),),
    Permission.PANEL_READ: (Owner(),),
    Permission.PANEL_RATE: (ProvedOwner(),),
    Permission.APPEAL_FILE: (Owner(),),
    Permission.APPEAL_RULE: (Role("marker"), Role("trainer"), Role("organiser")),
    Permission.ROOM_LIST: (Role("proctor"),),
    Permission.ROOM_WATCH: (Assigned("proctor"), Role("organiser")),
}


def may_enter(actor: Actor, permission: Permission) -> bool:
    """Whether some rule of the permission could hold for the actor at all: the door of an area."""
    return any(_could_hold(rule, actor) for rule in POLICY[permission])


def condition(model: type[Any], actor: Actor, permission: Permission) -> ColumnElement[bool]:
    """The SQL of "the actor has this permission on this row of `model`"."""
    scope = SCOPES[model]
    granted = or_(false(), *(_holds(rule, scope, actor) for rule in POLICY[permission]))
    return granted if scope.closed_to is None else and_(granted, ~scope.closed_to(actor.employee_id))


def owned(model: type[Any], permission: Permission, employee: BindParameter[int]) -> ColumnElement[bool]:
    """`condition` for a statement that is put together once: of a permission that none but owners have."""
    if POLICY[permission] != (Owner(),):
        raise TypeError(f"others than owners may have {permission}: ask for the condition at each request")
    owner = SCOPES[model].owner
    assert owner is not None, "what nobody owns has no permission of owners"
    return owner == employee


def visible(rows: S, model: type[Any], actor: Actor, permission: Permission) -> S:
    """`rows` narrowed to those of `model` that the actor may see."""
    return rows.where(condition(model, actor, permission))


def granted(actor: Actor, permission: Permission) -> Select[OrgUnit]:
    """The units over which a role was given that has this permission: the tops of its subtrees, by name."""
    paths = [path for role in roles_of(permission) for path in actor.paths(role)]
    return select(OrgUnit).where(OrgUnit.path.in_(paths)).order_by(OrgUnit.name, OrgUnit.id)


def roles_of(permission: Permission) -> tuple[str, ...]:
    """The roles that give this permission over the units for which they are held."""
    return tuple(rule.name for rule in POLICY[permission] if isinstance(rule, Role))


def fetch(session: Session, rows: Select[M], model: type[Base], *, actor: Actor, may: Permission) -> M:
    """The one row, loaded and authorised in one query. Raises Absent.

    model: whose scope decides, the row's own or that of a table which `rows` joins.
    """
    found = session.scalars(visible(rows, model, actor, may)).one_or_none()
    if found is None:
        raise Absent(model.__tablename__)
    return found


@dataclass(frozen=True)
class Scope:
    """Where a table says whose a row is. `in_subtree(path)`: the SQL of "on that day the row's unit is at or below `path`".

    sitting: whose proctors the row is open to · closed_to: to whom it is closed for now, whatever their role.
    """

    owner: InstrumentedAttribute[int] | None
    in_subtree: Callable[[str, date], ColumnElement[bool]]
    sitting: InstrumentedAttribute[int] | None = None
    closed_to: Callable[[int], ColumnElement[bool]] | None = None


def _person_in(employee_id: InstrumentedAttribute[int]) -> Callable[[str, date], ColumnElement[bool]]:
    """A person belongs to the units of the posts that he or she now holds."""

    def in_subtree(path: str, today: date) -> ColumnElement[bool]:
        return exists(
            select(1)
            .select_from(Appointment)
            .join(Position, Position.id == Appointment.position_id)
            .join(OrgUnit, OrgUnit.id == Position.unit_id)
            .where(
                Appointment.employee_id == employee_id,
                Appointment.since <= today,
                or_(Appointment.until.is_(None), Appointment.until >= today),
                OrgUnit.path.startswith(path),
            )
        )

    return in_subtree


def _unit_in(unit_id: InstrumentedAttribute[int]) -> Callable[[str, date], ColumnElement[bool]]:
    def in_subtree(path: str, _today: date) -> ColumnElement[bool]:
        return exists(select(1).where(OrgUnit.id == unit_id, OrgUnit.path.startswith(path)))

    return in_subtree


def _course_in(course_id: InstrumentedAttribute[int]) -> Callable[[str, date], ColumnElement[bool]]:
    def in_subtree(path: str, _today: date) -> ColumnElement[bool]:
        of_unit = select(1).join(OrgUnit, OrgUnit.id == Course.unit_id)
        return exists(of_unit.where(Course.id == course_id, OrgUnit.path.startswith(path)))

    return in_subtree


def _exam_in(exam_id: InstrumentedAttribute[int]) -> Callable[[str, date], ColumnElement[bool]]:
    def in_subtree(path: str, _today: date) -> ColumnElement[bool]:
        of_unit = select(1).select_from(Exam).join(OrgUnit, OrgUnit.id == Exam.unit_id)
        return exists(of_unit.where(Exam.id == exam_id, OrgUnit.path.startswith(path)))

    return in_subtree


def _sitting_in(sitting_id: InstrumentedAttribute[int]) -> Callable[[str, date], ColumnElement[bool]]:
    def in_subtree(path: str, _today: date) -> ColumnElement[bool]:
        of_unit = select(1).select_from(Sitting).join(Exam, Exam.id == Sitting.exam_id)
        of_unit = of_unit.join(OrgUnit, OrgUnit.id == Exam.unit_id)
        return exists(of_unit.where(Sitting.id == sitting_id, OrgUnit.path.startswith(path)))

    return in_subtree


def _asks_now(employee_id: int) -> ColumnElement[bool]:
    """The person is at work on an exam that counts and draws from the bank."""
    mine = select(1).select_from(Attempt).join(Exam, Exam.id == Attempt.exam_id)
    return exists(mine.where(Exam.bank_id == Bank.id, *_is_at_work(employee_id)).correlate(Bank))


def _asks_items_now(employee_id: int) -> ColumnElement[bool]:
    """The person is at work on an exam that counts and draws from the bank whose questions the panel rates."""
    panel, rated = aliased(Panel), aliased(Exam)
    mine = select(1).select_from(Attempt).join(Exam, Exam.id == Attempt.exam_id)
    mine = mine.join(rated, rated.bank_id == Exam.bank_id).join(panel, panel.exam_id == rated.id)
    return exists(mine.where(panel.id == PanelJudge.panel_id, *_is_at_work(employee_id)).correlate(PanelJudge))


def _is_at_work(employee_id: int) -> tuple[ColumnElement[bool], ...]:
    """Of attempts and their exams: the person's own that count and are begun and not closed."""
    return Attempt.employee_id == employee_id, Attempt.state.in_(RUNNING), Exam.mode == EXAM


SCOPES: dict[type[Any], Scope] = {
    OrgUnit: Scope(None, lambda path, _today: OrgUnit.path.startswith(path)),
    Employee: Scope(Employee.id, _person_in(Employee.id)),
    Enrolment: Scope(Enrolment.employee_id, _person_in(Enrolment.employee_id)),
    Attempt: Scope(Attempt.employee_id, _person_in(Attempt.employee_id)),
    Certificate: Scope(Certificate.employee_id, _person_in(Certificate.employee_id)),
    Course: Scope(None, _unit_in(Course.unit_id)),
    Draft: Scope(None, _course_in(Draft.course_id)),
    Edition: Scope(None, _course_in(Edition.course_id)),
    Exam: Scope(None, _unit_in(Exam.unit_id)),
    Sitting: Scope(None, _exam_in(Sitting.exam_id), Sitting.id),
    Candidate: Scope(None, _sitting_in(Candidate.sitting_id)),
    CandidateUpload: Scope(None, _sitting_in(CandidateUpload.sitting_id)),
    PanelJudge: Scope(PanelJudge.employee_id, lambda _path, _today: false(), closed_to=_asks_items_now),
    CheckList: Scope(CheckList.employee_id, lambda _path, _today: false()),
    Scheme: Scope(None, _unit_in(Scheme.unit_id)),
    Bank: Scope(None, _unit_in(Bank.unit_id), closed_to=_asks_now),
}


def _could_hold(rule: Rule, actor: Actor) -> bool:
    match rule:
        case Role(name) | OwnAs(name):
            return bool(actor.paths(name))
        case LineManager():
            return bool(actor.heads)
        case ProvedOwner():
            return actor.has_second_factor
        case _:
            return True


def _holds(rule: Rule, scope: Scope, actor: Actor) -> ColumnElement[bool]:
    match rule:
        case Everyone():
            return true()
        case Owner():
            return false() if scope.owner is None else scope.owner == actor.employee_id
        case ProvedOwner():
            return false() if scope.owner is None or not actor.has_second_factor else scope.owner == actor.employee_id
        case OwnAs(name):
            return false() if scope.owner is None or not actor.paths(name) else scope.owner == actor.employee_id
        case Role(name):
            return or_(false(), *(scope.in_subtree(path, actor.today) for path in actor.paths(name)))
        case Assigned(role):
            if scope.sitting is None or not actor.paths(role):
                return false()
            named = select(1).where(SittingProctor.sitting_id == scope.sitting)
            return exists(named.where(SittingProctor.user_id == actor.user_id))
        case LineManager():
            if scope.owner is None:
                return false()
            within = or_(false(), *(scope.in_subtree(path, actor.today) for path in actor.heads))
            return and_(scope.owner != actor.employee_id, within)
