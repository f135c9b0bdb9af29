"""The people every test knows, and the units they work in.

Two agencies. In Jakarta: Kecamatan Kembangan with its learner, a colleague, the camat as line manager, and next door
Kecamatan Palmerah with its own camat; a trainer and an HR officer at the province. In Tangerang Selatan: an HR officer
and an outsider.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.people.models import Appointment, Employee, OrgUnit, Position, RoleGrant, User
from lms.people.sign_in import open_session

PASSWORD = "kata sandi untuk uji"
#: Argon2id of PASSWORD with the smallest parameters, so that a test does not wait.
PASSWORD_HASH = "$argon2id$v=19$m=8,t=1,p=1$zl9P8Ymk7MDJKgzLqKLy9Q$Xo6HdMxfEzKXiZpdVenEUwLOMnggwbxv8thJ10d4ZJg"
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Person:
    """One of the cast: keys, and a session token that is signed in."""

    employee_id: int
    user_id: int
    code: str
    nip: str
    name: str
    token: str


@dataclass(frozen=True)
class Cast:
    """Everyone, by the part they play."""

    learner: Person
    colleague: Person
    manager: Person
    other_manager: Person
    trainer: Person
    other_trainer: Person
    hr: Person
    other_hr: Person
    outsider: Person
    jakarta: int
    kembangan: int
    tangsel: int


def assemble(session: Session, *, now: datetime = START) -> Cast:
    """Write the organisation and its people. Everyone is signed in, privileged roles with their second factor."""
    jakarta = _unit(session, "dki", "Pemerintah Provinsi DKI Jakarta", "agency", None)
    jakbar = _unit(session, "dki-jakbar", "Kota Administrasi Jakarta Barat", "region", jakarta)
    kembangan = _unit(session, "dki-kembangan", "Kecamatan Kembangan", "district", jakbar)
    palmerah = _unit(session, "dki-palmerah", "Kecamatan Palmerah", "district", jakbar)
    bpsdm = _unit(session, "dki-bpsdm", "Badan Pengembangan Sumber Daya Manusia", "department", jakarta)
    tangsel = _unit(session, "tangsel", "Pemerintah Kota Tangerang Selatan", "agency", None)
    bkpsdm = _unit(session, "tangsel-bkpsdm", "Badan Kepegawaian dan Pengembangan SDM", "department", tangsel)

    def person(code: str, nip: str, name: str, title: str, unit: OrgUnit, tier: str, *, head: bool = False) -> Person:
        return _person(session, code, nip, name, _post(session, code, title, unit, tier, head), now)

    cast = Cast(
        learner=person("p-learner", "199001012015052001", "Sari Uji", "Sekretaris Kecamatan", kembangan, "pengawas"),
        colleague=person("p-colleague", "199102022016051002", "Budi Rekan", "Pengelola Umum", kembangan, "pelaksana"),
        manager=person(
            "p-manager", "197503032000031003", "Camat Kembangan", "Camat", kembangan, "administrator", head=True
        ),
        other_manager=person(
            "p-other-mgr", "197604042001031004", "Camat Palmerah", "Camat", palmerah, "administrator", head=True
        ),
        trainer=person("p-trainer", "198005052005011005", "Widyaiswara Satu", "Widyaiswara", bpsdm, "jf_ahli_muda"),
        other_trainer=person(
            "p-trainer-2", "198106062006012006", "Widyaiswara Dua", "Widyaiswara", bkpsdm, "jf_ahli_muda"
        ),
        hr=person("p-hr", "198207072007012007", "Pengelola SDM Jakarta", "Analis SDM", bpsdm, "jf_ahli_muda"),
        other_hr=person(
            "p-other-hr", "198308082008012008", "Pengelola SDM Tangsel", "Analis SDM", bkpsdm, "jf_ahli_muda"
        ),
        outsider=person("p-outsider", "199209092018011009", "Orang Luar", "Pelaksana", bkpsdm, "pelaksana"),
        jakarta=jakarta.id,
        kembangan=kembangan.id,
        tangsel=tangsel.id,
    )
    for who, role, unit in (
        (cast.trainer, "trainer", jakarta),
        (cast.other_trainer, "trainer", tangsel),
        (cast.hr, "hr", jakarta),
        (cast.other_hr, "hr", tangsel),
    ):
        session.add(RoleGrant(user_id=who.user_id, role=role, unit_id=unit.id, since=date(2020, 1, 1)))
    session.flush()
    return cast


def _unit(session: Session, code: str, name: str, kind: str, parent: OrgUnit | None) -> OrgUnit:
    unit = OrgUnit(code=code, name=name, kind=kind, parent_id=parent.id if parent else None, path=code)
    session.add(unit)
    session.flush()
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    session.flush()
    return unit


def _post(session: Session, code: str, title: str, unit: OrgUnit, tier: str, head: bool) -> Position:
    post = Position(code=f"post-{code}", title=title, tier=tier, unit_id=unit.id, is_head=head)
    session.add(post)
    session.flush()
    return post


def _person(session: Session, code: str, nip: str, name: str, post: Position, now: datetime) -> Person:
    employee = Employee(code=code, nip=nip, name=name, grade="III/c", employment="pns")
    session.add(employee)
    session.flush()
    user = User(employee_id=employee.id, password_hash=PASSWORD_HASH)
    session.add(user)
    session.add(Appointment(employee_id=employee.id, position_id=post.id, since=date(2020, 1, 1)))
    session.flush()
    token = open_session(session, user.id, now=now, browser="Uji", second_factor=True)
    session.flush()
    return Person(employee.id, user.id, code, nip, name, token)


def official(
    session: Session, cast: Cast, *, code: str = "p-kepala", nip: str = "197103151996032014", kind: str = "definitif"
) -> Person:
    """The head of Jakarta's personnel agency, who approves for the province. kind: how the post is held."""
    unit = session.scalars(select(OrgUnit).where(OrgUnit.code == "dki-bpsdm")).one()
    found = _person(
        session, code, nip, "Kepala BPSDM", _post(session, code, "Kepala BPSDM", unit, "jpt_pratama", True), START
    )
    session.execute(update(Appointment).where(Appointment.employee_id == found.employee_id).values(kind=kind))
    session.add(RoleGrant(user_id=found.user_id, role="approver", unit_id=cast.jakarta, since=date(2020, 1, 1)))
    session.flush()
    return found
