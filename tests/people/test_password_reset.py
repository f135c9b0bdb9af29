"""Links for setting a password."""

from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from lms.db import Database
from lms.people import accounts, password_reset
from lms.people.models import Employee, User
from lms.people.password_reset import BadLink
from tests.cast import PASSWORD_HASH, START, Cast
from tests.conftest import Clock

SECRET = "kunci untuk uji"


def link(user_id: int) -> str:
    return password_reset.token(SECRET, user_id, PASSWORD_HASH, until=START + password_reset.BY_MAIL)


def test_a_link_opens_its_account_for_half_an_hour(session: Session, cast: Cast) -> None:
    text = link(cast.learner.user_id)

    in_time, late = START + timedelta(minutes=30), START + timedelta(minutes=30, seconds=1)
    assert password_reset.read(session, SECRET, text, now=in_time).nip == cast.learner.nip
    with pytest.raises(BadLink):
        password_reset.read(session, SECRET, text, now=late)


def test_a_link_is_good_once(session: Session, cast: Cast) -> None:
    text = link(cast.learner.user_id)
    assert accounts.replace_password(session, cast.learner.user_id, PASSWORD_HASH, "$argon2id$baru")

    with pytest.raises(BadLink):
        password_reset.read(session, SECRET, text, now=START)
    assert not accounts.replace_password(session, cast.learner.user_id, PASSWORD_HASH, "$argon2id$lagi")


@pytest.mark.parametrize("spoil", [lambda text: text[:-1], lambda text: "x" + text, lambda _: "", lambda _: "a.b"])
def test_an_altered_link_is_refused(session: Session, cast: Cast, spoil: object) -> None:
    assert callable(spoil)
    with pytest.raises(BadLink):
        password_reset.read(session, SECRET, spoil(link(cast.learner.user_id)), now=START)


def test_a_link_signed_with_another_key_is_refused(session: Session, cast: Cast) -> None:
    with pytest.raises(BadLink):
        password_reset.read(session, "kunci yang lain", link(cast.learner.user_id), now=START)


def test_a_link_names_nobody(cast: Cast) -> None:
    assert cast.learner.nip not in link(cast.learner.user_id)
    assert "1990" not in link(cast.learner.user_id)


def test_a_closed_account_is_not_opened_by_a_link(session: Session, cast: Cast) -> None:
    session.execute(update(User).where(User.id == cast.learner.user_id).values(disabled_at=START))

    with pytest.raises(BadLink):
        password_reset.read(session, SECRET, link(cast.learner.user_id), now=START)


def test_the_mail_brings_a_link_that_works(
    app: Flask, database: Database, cast: Cast, time: Clock, tmp_path: Path
) -> None:
    with database.transaction() as session:
        mine = Employee.id == cast.learner.employee_id
        session.execute(update(Employee).where(mine).values(email="sari@contoh.go.id"))

    password_reset.send(app.extensions["platform"], user_id=cast.learner.user_id)

    (file,) = (tmp_path / "outbox").glob("*.eml")
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    body = message.get_content()
    text = body.split("http://localhost/lupa-sandi/")[1].split()[0]
    assert message["To"] == "sari@contoh.go.id"
    assert message["Subject"] == "Atur ulang kata sandi Teruji"
    assert "Halo Sari Uji," in body
    secret = app.extensions["platform"].settings.secret_key
    with database.reader() as session:
        assert password_reset.read(session, secret, text, now=START).user_id == cast.learner.user_id


def test_nobody_and_a_person_without_an_address_get_no_mail(
    app: Flask, cast: Cast, time: Clock, tmp_path: Path
) -> None:
    password_reset.send(app.extensions["platform"], user_id=None)
    password_reset.send(app.extensions["platform"], user_id=cast.colleague.user_id)

    assert not (tmp_path / "outbox").exists()
