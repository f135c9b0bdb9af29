"""The demo keeps what the README says of it."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import demo
from lms.config import ROOT
from lms.db import Database
from lms.exams import eligibility
from lms.exams.definitions import definition
from lms.exams.models import Attempt, Blueprint, Candidate, Exam, Sitting
from lms.exams.release import release_of
from lms.people.models import Employee, User
from lms.tables import metadata
from tests.cast import START

EXAM, TRIED = "uk-keamanan-informasi", "sesi-kini"
MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A database with the demo, and nothing else, in it."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('demo') / 'teruji.db'}")
    metadata.create_all(database.engine)
    with database.transaction() as session:
        demo.load(session, now=START, today=START.date(), public_url="http://localhost")
    with database.reader() as session:
        yield session
    database.engine.dispose()


def test_who_waits_in_the_room_that_one_may_try_has_an_account_and_can_sit_at_once(loaded: Session) -> None:
    begun = select(Attempt.employee_id).join(Sitting).where(Sitting.code == TRIED)
    waiting = loaded.execute(
        select(Employee, User.id)
        .join(Candidate, Candidate.employee_id == Employee.id)
        .join(Sitting, Sitting.id == Candidate.sitting_id)
        .outerjoin(User, User.employee_id == Employee.id)
        .where(Sitting.code == TRIED, Employee.id.not_in(begun))
    ).all()
    now = START + MINUTE

    assert len(waiting) == 3
    for who, account in waiting:
        found = definition(loaded, EXAM, now=now, employee_id=who.id)
        assert found is not None
        standing = eligibility.may_start(loaded, found, who.id, now=now)
        assert (who.name, standing.reasons) == (who.name, ())
        assert standing.sitting is not None
        assert standing.sitting.code == TRIED
        assert account is not None, who.name


def test_no_exam_that_counts_shows_questions_while_others_sit(loaded: Session) -> None:
    rules = [release_of(one) for one in loaded.scalars(select(Blueprint.content).join(Exam).where(Exam.mode == "exam"))]

    assert [rule.waits for rule in rules if rule.shows_items] == [True]


def test_nobody_is_on_a_list_for_an_exam_that_they_have_passed(loaded: Session) -> None:
    for who, sitting in loaded.execute(
        select(Candidate.employee_id, Sitting.code).join(Sitting, Sitting.id == Candidate.sitting_id)
    ).all():
        found = definition(loaded, EXAM, now=START, employee_id=who)
        assert found is not None
        assert eligibility.may_start(loaded, found, who, now=START).passed is None, (who, sitting)


def test_everyone_whom_the_readme_names_can_sign_in_and_everyone_who_can_is_named(loaded: Session) -> None:
    named = re.findall(r"^\| [^|]+ \| `(\d{18})` \|", (ROOT / "README.md").read_text("utf-8"), re.M)
    accounts = loaded.scalars(select(Employee.nip).join(User, User.employee_id == Employee.id)).all()

    assert sorted(named) == sorted(account.nip for account in demo.accounts())
    assert set(named) <= set(accounts)
