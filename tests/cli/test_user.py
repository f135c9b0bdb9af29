"""The commands `lms user create|password|roles|reset-second-factor|close|reopen`."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import cli
from lms.audit import AuditEvent
from lms.db import Database
from lms.exams import preparing, starting
from lms.exams.definitions import definition
from lms.exams.eligibility import may_start
from lms.exams.models import Attempt
from lms.people import accounts, password_reset, sign_in
from lms.people.models import User, UserSession
from tests.cast import START, Cast, Person
from tests.conftest import Clock
from tests.exams import factory

Run = Callable[..., int]
Said = pytest.CaptureFixture[str]
NEW = "198609262015051001"


@pytest.fixture
def run(app: Flask, time: Clock) -> Run:
    """The command line on the test's installation."""
    return lambda *words: cli.run(list(words), open_platform=lambda: app.extensions["platform"])


def opened(app: Flask, session: Session, said: str) -> password_reset.Opening:
    """The account that the printed link opens."""
    text = said.rsplit("/lupa-sandi/", 1)[1].strip()
    return password_reset.read(session, app.extensions["platform"].settings.secret_key, text, now=START)


def test_a_new_account_gets_its_roles_and_a_link_for_its_password(
    run: Run, app: Flask, database: Database, cast: Cast, capsys: Said
) -> None:
    words = ("--name", "Pegawai Baru", "--role", "trainer", "--role", "hr", "--unit", "dki")
    assert run("user", "create", NEW, *words) == 0

    said = capsys.readouterr().out
    assert "berlaku 3 hari, sekali pakai" in said
    assert NEW not in said
    with database.reader() as session:
        opening = opened(app, session, said)
        assert (opening.nip, opening.password_hash) == (NEW, None)
        held = accounts.roles(session, opening.user_id)
        assert [(one.role, one.unit_code) for one in held] == [("trainer", "dki"), ("hr", "dki")]
        acts = session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all()
        assert acts == ["role.grant", "role.grant", "user.create"]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((NEW, "--name", "A", "--role", "hr"), "--role perlu --unit"),
        ((NEW, "--name", "A", "--role", "hr", "--unit", "tidak-ada"), "Tidak ada unit dengan kode tidak-ada."),
        (("198602302015051001", "--name", "A"), "Bukan NIP yang mungkin"),
        (("199001012015052001", "--name", "A"), "sudah punya akun"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_made(
    run: Run, database: Database, cast: Cast, capsys: Said, words: tuple[str, ...], told: str
) -> None:
    assert run("user", "create", *words) != 0

    assert told in capsys.readouterr().err
    with database.reader() as session, pytest.raises(accounts.NoSuchAccount):
        accounts.find(session, NEW)


def test_a_link_for_a_new_password_leaves_the_old_one_until_it_is_used(
    run: Run, app: Flask, database: Database, cast: Cast, capsys: Said
) -> None:
    assert run("user", "password", cast.learner.nip) == 0

    with database.reader() as session:
        assert opened(app, session, capsys.readouterr().out).user_id == cast.learner.user_id
        assert sign_in.find_session(session, cast.learner.token, now=START, today=START.date()) is not None
    assert run("user", "password", "197001012015052999") == 1


def test_roles_are_given_listed_and_ended(run: Run, cast: Cast, time: Clock, capsys: Said) -> None:
    assert run("user", "roles", cast.learner.nip, "--add", "trainer", "--unit", "dki-kembangan") == 0
    assert capsys.readouterr().out == "trainer\tdki-kembangan\t2026-11-23 – sekarang\n"

    time.forward(days=2)
    assert run("user", "roles", cast.learner.nip, "--remove", "trainer", "--unit", "dki-kembangan") == 0
    assert capsys.readouterr().out == "trainer\tdki-kembangan\t2026-11-23 – 2026-11-24\n"
    assert run("user", "roles", cast.learner.nip, "--remove", "trainer", "--unit", "dki-kembangan") == 1
    assert "tidak sedang dipegang" in capsys.readouterr().err


def test_a_lost_phone_is_forgotten_and_its_owner_signed_out(run: Run, database: Database, cast: Cast) -> None:
    with database.transaction() as session:
        session.get_one(User, cast.hr.user_id).totp_secret = "GEZDGNBVGY3TQOJQ"

    assert run("user", "reset-second-factor", cast.hr.nip) == 0

    with database.reader() as session:
        assert session.get_one(User, cast.hr.user_id).totp_secret is None
        assert sign_in.find_session(session, cast.hr.token, now=START, today=START.date()) is None


def test_a_closed_account_is_out_at_once_and_saves_nothing_more(
    run: Run, database: Database, cast: Cast, capsys: Said, session: Session
) -> None:
    """Also on a device whose token saves without anybody being looked up."""
    factory.build(session, cast)
    attempt = begun(session, cast.learner)
    session.commit()

    assert run("user", "close", cast.learner.nip) == 0
    assert run("user", "close", cast.learner.nip) != 0

    assert "sudah ditutup" in capsys.readouterr().err
    with database.reader() as found:
        assert sign_in.find_session(found, cast.learner.token, now=START, today=START.date()) is None
        assert sign_in.account_by_id(found, cast.learner.user_id, today=START.date(), demo_too=True) is None
        assert found.get_one(Attempt, attempt).lease is None
        assert found.scalars(select(AuditEvent.action).order_by(AuditEvent.id.desc()).limit(1)).one() == "user.close"

    assert run("user", "reopen", cast.learner.nip) == 0
    assert run("user", "reopen", cast.learner.nip) != 0
    with database.reader() as found:
        assert sign_in.account_by_id(found, cast.learner.user_id, today=START.date(), demo_too=True) is not None
        assert sign_in.find_session(found, cast.learner.token, now=START, today=START.date()) is None


def begun(session: Session, who: Person) -> int:
    """The person starts the factory's exam in the session that is open; the attempt's key."""
    opened = session.scalars(select(UserSession.id).where(UserSession.user_id == who.user_id)).one()
    found = definition(session, factory.CODE, now=START)
    assert found is not None
    preparing.prepare(session, found, may_start(session, found, who.employee_id, now=START), who.employee_id, now=START)
    made = starting.start(
        session, factory.CODE, who.employee_id, entry=factory.ENTRY, user_session_id=opened, by=who.user_id, now=START
    )
    assert isinstance(made, starting.Started)
    return made.attempt_id
