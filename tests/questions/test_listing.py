"""The list of a bank, narrowed."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.questions import listing
from lms.questions.listing import Filters
from lms.questions.models import Bank, Question
from tests.cast import Cast
from tests.exams import factory

FOLDERS = ("Dasar", "Dasar/A", "Dasar/A/1", "dasar/B", "Dasar_C", "Dasarnya")


@pytest.fixture
def bank(session: Session, cast: Cast) -> Bank:
    """Its first questions stand in FOLDERS, the others in none."""
    found = session.get_one(Bank, factory.build(session, cast).bank_id)
    questions = session.scalars(select(Question).order_by(Question.id))
    for question, folder in zip(questions, FOLDERS, strict=False):
        question.folder = folder
    session.flush()
    return found


@pytest.mark.parametrize(
    ("folder", "found"),
    [
        ("Dasar", {"Dasar", "Dasar/A", "Dasar/A/1"}),
        ("Dasar/A", {"Dasar/A", "Dasar/A/1"}),
        ("Dasar_C", {"Dasar_C"}),
        ("Das", set()),
        ("%", set()),
    ],
)
def test_a_folder_is_listed_with_those_below_it(session: Session, bank: Bank, folder: str, found: set[str]) -> None:
    rows = session.execute(listing.questions(bank, Filters(folder=folder)))

    assert {row.folder for row in rows} == found


def test_folders_come_with_those_around_them(session: Session, bank: Bank) -> None:
    assert listing.with_parents(["Dasar/A/1", "Alat", "Dasar/A"]) == ["Alat", "Dasar", "Dasar/A", "Dasar/A/1"]
    assert listing.with_parents(session.scalars(listing.folders(bank))) == [
        "Dasar", "Dasar/A", "Dasar/A/1", "Dasar_C", "Dasarnya", "dasar", "dasar/B",
    ]  # fmt: skip
