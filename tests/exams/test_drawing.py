"""Papers drawn from the database: who is drawn, what is noted, and how the exposure cap turns candidates over."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import event, func, select, update
from sqlalchemy.orm import Session

from lms.exams import blueprint_rows, drawing, kept_papers, use
from lms.exams.blueprint_rows import Infeasible
from lms.exams.grading import grade
from lms.exams.models import Blueprint, Exam, QuestionUse
from lms.exams.results import mark_row
from lms.questions import enemies
from lms.questions.models import Question
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import Hall

TWO = {"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": 2, "pass": 60}


@pytest.fixture
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast, content={"sections": [TWO]}, bank_of=("true_false",) * 6)


def paper(session: Session, hall: Hall, *, days: int = 0, **more: Any) -> drawing.Laid:
    plan = session.scalars(select(Blueprint)).one()
    plan.content = {"sections": [TWO], **more}
    return drawing.paper(session, session.get_one(Exam, hall.exam_id), plan, now=START + timedelta(days=days))


def mark_out(session: Session, *uuids: str, status: str) -> None:
    session.execute(update(Question).where(Question.uuid.in_(uuids)).values(status=status))


def test_each_paper_is_noted_with_its_questions(session: Session, hall: Hall) -> None:
    made = paper(session, hall)
    paper(session, hall, days=1)

    noted = session.scalars(select(QuestionUse.version_id).where(QuestionUse.drawn_at == START))
    assert sorted(noted) == sorted(item.version for item in made.items)
    assert session.scalar(select(func.count()).select_from(QuestionUse)) == 4
    assert sum(session.scalars(select(use.papers()).select_from(Question))) == 4


def test_only_live_questions_are_drawn(session: Session, hall: Hall) -> None:
    mark_out(session, "soal-1-0", "soal-1-1", "soal-1-2", status="suspended")
    mark_out(session, "soal-1-3", status="trial")
    mark_out(session, "soal-1-4", status="retired")

    with pytest.raises(Infeasible, match="perlu 2, ada 1"):
        paper(session, hall)


def test_the_cap_turns_the_bank_over(session: Session, hall: Hall) -> None:
    """Six questions, two a paper, a third of the papers at most: three papers use each of them once, as do the next three."""
    for _round in range(2):
        seen = [item.version for _ in range(3) for item in paper(session, hall, exposure=THIRD).items]
        assert len(set(seen)) == 6


THIRD = {"percent": 33, "days": 30}


def test_what_was_drawn_long_ago_is_forgotten(session: Session, hall: Hall) -> None:
    mark_out(session, "soal-1-2", "soal-1-3", "soal-1-4", "soal-1-5", status="suspended")
    paper(session, hall, exposure=THIRD)

    with pytest.raises(Infeasible, match="exposure"):
        paper(session, hall, days=1, exposure=THIRD)
    assert paper(session, hall, days=31, exposure=THIRD).items


@pytest.mark.parametrize(
    ("seen", "drawn", "spent"), [(0, 0, False), (1, 1, True), (1, 2, False), (2, 4, True), (2, 5, False)]
)
def test_a_share_is_counted_in_whole_papers_rounded_up(seen: int, drawn: int, spent: bool) -> None:
    """At 40 %: 1 of the first paper and of two; of 3 papers 1.2, so 2; of 5 still 2; of 6 papers 2.4, so 3."""
    assert blueprint_rows.is_spent(seen, drawn, 40) is spent


def test_enemies_are_kept_apart(session: Session, hall: Hall) -> None:
    enemies.add(session, [("soal-1-0", f"soal-1-{n}") for n in range(1, 6)])

    drawn = {item.version for _ in range(30) for item in paper(session, hall).items}

    first = session.scalars(select(Question.current_id).where(Question.uuid == "soal-1-0")).one()
    assert first not in drawn


def test_questions_on_trial_are_asked_and_count_nothing(session: Session, hall: Hall) -> None:
    mark_out(session, "soal-1-4", "soal-1-5", status="trial")
    made = paper(session, hall, trial=1)
    items = made.items

    graded = grade(items, {"sections": [TWO]}, {n: True for n, item in enumerate(items, 1) if not item.scored})

    assert [item.scored for item in items].count(False) == 1
    assert (graded.score, graded.maximum, graded.sections[0].maximum) == (Decimal(0), Decimal(2), Decimal(2))
    assert [mark_row(mark).get("scored", True) for mark in graded.marks].count(False) == 1


def test_a_paper_costs_three_statements(session: Session, hall: Hall) -> None:
    plan, exam = session.scalars(select(Blueprint)).one(), session.get_one(Exam, hall.exam_id)
    plan.content = {"sections": [TWO], "exposure": THIRD, "trial": 1}
    session.flush()
    said: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: said.append(given[2]))

    drawing.paper(session, exam, plan, now=START)

    assert [one.split()[0] for one in said] == ["SELECT", "INSERT", "INSERT"]


def test_a_paper_is_fetched_once_by_a_process_and_never_by_the_one_that_drew_it(
    session: Session, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = paper(session, hall)
    said: list[str] = []
    event.listen(session.get_bind(), "before_cursor_execute", lambda *given: said.append(given[2]))

    assert kept_papers.items(session, made.id, made.hash) == made.items
    assert not said

    monkeypatch.setattr(kept_papers, "_kept", {})  # another process, or this one started anew
    for _twice in range(2):
        assert kept_papers.items(session, made.id, made.hash) == made.items
    assert len(said) == 1


def test_of_many_papers_those_asked_for_last_stay_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_papers, "_kept", {})
    monkeypatch.setattr(kept_papers, "MOST", 2)

    for digest in ("a", "b", "a", "c"):
        kept_papers.keep(digest, kept_papers._kept.pop(digest, ()))

    assert list(kept_papers._kept) == ["a", "c"]
