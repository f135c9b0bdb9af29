"""Accounts, their roles, and what a person is told about himself or herself."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.people import accounts, sign_in
from lms.people.accounts import AccountExists, BadRole, NoSuchAccount, NoSuchUnit
from lms.people.models import Appointment, Employee, OrgUnit, User
from lms.people.nip import BadNip
from tests.cast import START, Cast

TODAY = date(2026, 11, 23)


def test_an_account_makes_the_employee_who_is_not_known_yet(session: Session) -> None:
    made = accounts.create(session, "19860926 202421 2 003", name="Pegawai Baru", grade="IX", email=None)

    employee = session.get_one(Employee, made.employee_id)
    assert (employee.nip, employee.employment, made.password_hash) == ("198609262024212003", "pppk", None)
    assert len(employee.code) == 8


def test_an_account_of_somebody_known_keeps_the_known_name(session: Session) -> None:
    known = Employee(code="p-new", nip="198609262015051001", name="Nama Resmi", grade="III/a", employment="pns")
    session.add(known)
    session.flush()

    made = accounts.create(session, "198609262015051001", name="Nama Lain", grade="", email=None)

    assert (made.employee_id, known.name) == (known.id, "Nama Resmi")


def test_nobody_gets_two_accounts(session: Session, cast: Cast) -> None:
    with pytest.raises(AccountExists):
        accounts.create(session, cast.learner.nip, name="Sari", grade="", email=None)
    with pytest.raises(BadNip):
        accounts.create(session, "123", name="Sari", grade="", email=None)


def test_an_account_is_found_by_a_nip_with_blanks(session: Session, cast: Cast) -> None:
    assert accounts.find(session, "19900101 201505 2 001").id == cast.learner.user_id
    with pytest.raises(NoSuchAccount):
        accounts.find(session, "197001012015052999")


def test_a_role_holds_from_its_day_and_until_the_day_it_is_withdrawn(session: Session, cast: Cast) -> None:
    def roles(on: date) -> list[tuple[str, str]]:
        found = sign_in.find_session(session, cast.learner.token, now=START, today=on)
        assert found is not None
        return list(found.roles)

    accounts.grant(session, cast.learner.user_id, "trainer", "dki-kembangan", since=TODAY)

    assert roles(TODAY - timedelta(days=1)) == []
    assert [role for role, _ in roles(TODAY)] == ["trainer"]
    later = TODAY + timedelta(days=10)
    assert accounts.withdraw(session, cast.learner.user_id, "trainer", "dki-kembangan", last_day=later)
    assert [role for role, _ in roles(later)] == ["trainer"]
    assert roles(later + timedelta(days=1)) == []
    assert not accounts.withdraw(session, cast.learner.user_id, "trainer", "dki-kembangan", last_day=later)


def test_several_roles_are_all_found_and_a_head_post_with_them(session: Session, cast: Cast) -> None:
    """In the statement they are lines of a text: role and path, and the path alone of a unit that the person heads."""
    accounts.grant(session, cast.manager.user_id, "trainer", "dki-kembangan", since=TODAY)
    accounts.grant(session, cast.manager.user_id, "hr", "dki", since=TODAY)
    paths = {unit.code: unit.path for unit in session.scalars(select(OrgUnit))}

    found = sign_in.find_session(session, cast.manager.token, now=START, today=TODAY)

    assert found is not None
    granted = [("hr", paths["dki"]), ("trainer", paths["dki-kembangan"])]
    assert sorted(found.roles) == sorted([*granted, ("head", paths["dki-kembangan"])])


def test_a_role_given_again_holds_without_end(session: Session, cast: Cast) -> None:
    accounts.grant(session, cast.learner.user_id, "hr", "dki", since=TODAY)
    accounts.withdraw(session, cast.learner.user_id, "hr", "dki", last_day=TODAY)
    accounts.grant(session, cast.learner.user_id, "hr", "dki", since=TODAY + timedelta(days=5))

    (held,) = accounts.roles(session, cast.learner.user_id)
    assert (held.role, held.unit_code, held.since, held.until) == ("hr", "dki", TODAY, None)


def test_a_role_taken_back_before_it_began_leaves_nothing(session: Session, cast: Cast) -> None:
    accounts.grant(session, cast.learner.user_id, "hr", "dki", since=TODAY)

    assert accounts.withdraw(session, cast.learner.user_id, "hr", "dki", last_day=TODAY - timedelta(days=1))
    assert accounts.roles(session, cast.learner.user_id) == []


def test_an_unknown_role_or_unit_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(BadRole):
        accounts.grant(session, cast.learner.user_id, "raja", "dki", since=TODAY)
    with pytest.raises(NoSuchUnit):
        accounts.grant(session, cast.learner.user_id, "hr", "tidak-ada", since=TODAY)


def test_a_person_is_told_the_posts_held_today_only(session: Session, cast: Cast) -> None:
    past = session.query(Appointment).filter_by(employee_id=cast.learner.employee_id).one()
    past.until = TODAY - timedelta(days=1)
    session.flush()

    assert accounts.known(session, cast.learner.user_id, today=TODAY).posts == ()
    (post,) = accounts.known(session, cast.colleague.user_id, today=TODAY).posts
    assert (post.title, post.unit, post.kind) == ("Pengelola Umum", "Kecamatan Kembangan", "definitif")


def test_demo_accounts_are_found(session: Session, cast: Cast) -> None:
    assert not accounts.demo_exists(session)

    session.get_one(User, cast.learner.user_id).is_demo = True
    session.flush()

    assert accounts.demo_exists(session)
    assert sign_in.account_by_nip(session, cast.learner.nip, today=START.date(), demo_too=False) is None
    assert sign_in.account_by_nip(session, cast.learner.nip, today=START.date(), demo_too=True) is not None


@pytest.mark.parametrize(("code", "needed"), [("hr", True), ("trainer", True), ("manager", False), ("learner", False)])
def test_a_role_over_others_data_needs_a_second_factor(session: Session, cast: Cast, code: str, needed: bool) -> None:
    account = sign_in.account_by_id(session, getattr(cast, code).user_id, today=START.date(), demo_too=False)

    assert account is not None
    assert account.needs_second_factor is needed
