"""Panels that set a cut score: what is rated and how it weighs, rounds, who judges, and taking the cut over."""

from fractions import Fraction
from random import Random
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from lms.exams import after_terms, blueprints, use
from lms.exams.blueprint_rows import Candidate
from lms.exams.insiders import is_insider
from lms.exams.models import Blueprint, Exam
from lms.exams.panels import convening, figures, rating, taking
from lms.exams.panels.choosing import choose
from lms.exams.panels.convening import InWork
from lms.exams.panels.models import Panel, PanelItem, PanelJudge, PanelRating, PanelRound
from lms.exams.panels.rating import RoundOver, Unfinished
from lms.exams.panels.taking import Outdated
from lms.questions.models import Question
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.factory import Hall

SECTION: dict[str, Any] = {"title": "A", "competency": "K", "level": 1}


@pytest.fixture
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def pool(*difficulties: str) -> list[Candidate]:
    return [
        Candidate(n, "K", 1, difficulty, uuid=f"u{n}", question=n + 100) for n, difficulty in enumerate(difficulties, 1)
    ]


def chosen(candidates: list[Candidate], section: dict[str, Any], *, most: int = 50) -> dict[int, Fraction]:
    found = choose(candidates, {"sections": [SECTION | section]}, most=most, chance=Random(1))
    return {one.version: one.places[0] for one in found}


def test_a_question_weighs_as_it_does_on_a_paper() -> None:
    """Two of four easy ones and one of two hard ones are drawn: each easy one stands for 2/4 places, each hard one for 1/2."""
    weights = chosen(
        pool("mudah", "mudah", "mudah", "mudah", "sulit", "sulit"), {"draw": 3, "difficulty": {"mudah": 2, "sulit": 1}}
    )

    assert weights == dict.fromkeys(range(1, 7), Fraction(1, 2))


def test_a_sample_stands_for_its_row_and_a_fixed_question_for_itself() -> None:
    """Question 1 is on every paper; the two places left are shared by the two that were sampled of the other five."""
    weights = chosen(pool(*["mudah"] * 6), {"draw": 3, "fixed": ["u1"]}, most=2)

    assert len(weights) == 3
    assert weights[1] == 1
    assert sorted(weights.values()) == [1, 1, 1]
    assert sum(weights.values()) == 3


def test_a_round_worked_by_hand() -> None:
    """Items of 2 and 1 marks. Judge 7: 2×0.5 + 1×0.8 = 1.8; judge 8: 2×0.9 + 1×0.8 = 2.6; mean 2.2 of 3 = 73.3 per cent.

    Judge 9 left item 2 open and does not count. Item 1: 50 and 90 are 40 apart, with a standard deviation of √800.
    """
    ratings = {7: {1: 50, 2: 80}, 8: {1: 90, 2: 80}, 9: {1: 0}}

    found = figures.of_round({1: Fraction(2), 2: Fraction(1)}, [7, 8, 9], ratings)

    assert found is not None
    assert found.cuts == {7: 1.8, 8: 2.6}
    assert (found.score.cut, found.score.most, found.score.percent) == (2.2, 3.0, 73)
    assert found.score.sd == pytest.approx(0.32**0.5)
    assert found.score.se == pytest.approx(0.4)
    assert found.absent == (9,)
    assert [(line.item, line.mean, line.low, line.high, line.is_wide) for line in found.lines] == [
        (1, 70.0, 50, 90, True),
        (2, 80.0, 80, 80, False),
    ]
    assert found.lines[0].sd == pytest.approx(800**0.5)


def test_half_a_per_cent_is_rounded_up() -> None:
    found = figures.of_round({1: Fraction(1)}, [7, 8], {7: {1: 60}, 8: {1: 65}})

    assert found is not None
    assert found.score.percent == 63


def test_a_later_rating_takes_the_place_of_an_earlier() -> None:
    assert figures.latest([(7, 1, 50), (7, 2, 40), (7, 1, 55)]) == {7: {1: 55, 2: 40}}


def panel_of(session: Session, cast: Cast, *people: Person) -> tuple[Panel, list[PanelJudge]]:
    """A panel of these people, who have agreed."""
    by = cast.trainer.user_id
    panel = convening.open_panel(session, session.scalars(select(Exam)).one(), most=50, by=by, now=START)
    for who in people:
        convening.name(session, panel, who.employee_id, by=by, now=START)
    judges = list(session.scalars(select(PanelJudge).order_by(PanelJudge.id)))
    for judge in judges:
        convening.accept(session, judge, by=by, now=START)
    return panel, judges


def rate_all(session: Session, judge: PanelJudge, percent: int, *, round: int = 1) -> int:
    items = session.scalars(select(PanelItem.id).where(PanelItem.panel_id == judge.panel_id))
    return rating.rate(session, judge, dict.fromkeys(items, percent), round=round, now=START)


def test_a_panel_s_items_stand_for_the_marks_of_a_whole_paper(session: Session, cast: Cast, hall: Hall) -> None:
    """Six questions a paper, of one mark each; the bank holds six of each level."""
    panel, _ = panel_of(session, cast)
    weights = [Fraction(one) for one in session.scalars(select(PanelItem.weight))]

    assert len(weights) == 12
    assert sum(weights) == 6
    with pytest.raises(InWork):
        panel_of(session, cast)
    assert set(session.scalars(select(Question.id).where(use.is_asked()))) == set(
        session.scalars(select(Question.id))
    ), "an import is not undone under it"
    session.add(
        Panel(code="x", exam_id=hall.exam_id, blueprint_id=panel.blueprint_id, opened_at=START, opened_by=1, round=1)
    )
    with pytest.raises(IntegrityError):
        session.flush()


def test_ratings_are_appended_and_the_same_again_writes_nothing(session: Session, cast: Cast, hall: Hall) -> None:
    _, [judge] = panel_of(session, cast, cast.learner)
    assert rate_all(session, judge, 60) == 12
    assert rate_all(session, judge, 60) == 0
    assert rate_all(session, judge, 65) == 12

    assert session.scalar(select(func.count()).select_from(PanelRating)) == 24
    assert set(rating.ratings_of(session, judge.panel_id, 1)[judge.id].values()) == {65}
    with pytest.raises(RoundOver):
        rate_all(session, judge, 50, round=2)


def test_a_round_closes_without_the_unfinished_only_if_that_is_said(session: Session, cast: Cast, hall: Hall) -> None:
    panel, judges = panel_of(session, cast, cast.learner, cast.colleague, cast.manager)
    by = cast.trainer.user_id
    rate_all(session, judges[0], 60)
    with pytest.raises(Unfinished) as caught:
        rating.close(session, panel.id, round=1, without=True, by=by, now=START)
    assert caught.value.present == 1, "one judge is no panel"
    rate_all(session, judges[1], 70)
    with pytest.raises(Unfinished) as caught:
        rating.close(session, panel.id, round=1, without=False, by=by, now=START)
    assert caught.value.absent == (judges[2].id,)

    rating.close(session, panel.id, round=1, without=True, by=by, now=START)

    kept = session.scalars(select(PanelRound)).one().figures
    assert (kept["n"], kept["absent"], kept["percent"], kept["cut"], kept["most"]) == (2, 1, 65, 3.9, 6.0)
    with pytest.raises(RoundOver):
        rating.close(session, panel.id, round=1, without=True, by=by, now=START)
    with pytest.raises(RoundOver):
        rate_all(session, judges[2], 10)


def test_another_round_leaves_the_ratings_of_the_first(session: Session, cast: Cast, hall: Hall) -> None:
    panel, judges = panel_of(session, cast, cast.learner, cast.colleague)
    for judge, percent in zip(judges, (40, 80), strict=True):
        rate_all(session, judge, percent)
    rating.close(session, panel.id, round=1, without=False, by=cast.trainer.user_id, now=START)
    rating.go_on(session, panel.id, round=1, by=cast.trainer.user_id, now=START)
    with pytest.raises(RoundOver):
        rating.go_on(session, panel.id, round=1, by=cast.trainer.user_id, now=START)
    for judge, percent in zip(judges, (50, 60), strict=True):
        rate_all(session, judge, percent, round=2)
    rating.close(session, panel.id, round=2, without=False, by=cast.trainer.user_id, now=START)

    kept = session.scalars(select(PanelRound).order_by(PanelRound.number)).all()
    assert [one.figures["percent"] for one in kept] == [60, 55]
    assert set(rating.ratings_of(session, panel.id, 1)[judges[0].id].values()) == {40}


def closed(session: Session, cast: Cast) -> Panel:
    """A panel whose first round came to 65 per cent."""
    panel, judges = panel_of(session, cast, cast.learner, cast.colleague)
    for judge, percent in zip(judges, (60, 70), strict=True):
        rate_all(session, judge, percent)
    rating.close(session, panel.id, round=1, without=False, by=cast.trainer.user_id, now=START)
    return panel


def test_the_cut_makes_the_next_blueprint_the_same_in_all_else_once(session: Session, cast: Cast, hall: Hall) -> None:
    panel = closed(session, cast)

    taking.take(session, panel.id, round=1, by=cast.trainer.user_id, now=START)

    source = {"code": panel.code, "percent": 65}
    made = blueprints.in_force(session, hall.exam_id)
    assert made is not None
    assert (made.number, made.content) == (2, factory.CONTENT | {"pass_total": 65, "panel": source})
    assert (panel.state, panel.taken_id) == ("taken", made.id)
    with pytest.raises(RoundOver):
        taking.take(session, panel.id, round=1, by=cast.trainer.user_id, now=START)
    arrived = after_terms.kept(session, hall.exam_id, factory.CONTENT)
    assert arrived["pass_total"] == 65, "a package that comes in later does not replace it"
    assert taking.source_of(arrived) == panel.code
    assert taking.source_of(arrived | {"pass_total": 70}) == "", "a mark that was changed since is not the panel's"


def test_a_cut_for_other_papers_is_not_taken_over(session: Session, cast: Cast, hall: Hall) -> None:
    panel = closed(session, cast)
    section = factory.CONTENT["sections"][1] | {"draw": 2}  # type: ignore[index]
    other = factory.CONTENT | {"sections": [factory.CONTENT["sections"][0], section]}  # type: ignore[index]
    blueprints.append(session, hall.exam_id, other, number=2, now=START)
    session.flush()

    with pytest.raises(Outdated):
        taking.take(session, panel.id, round=1, by=cast.trainer.user_id, now=START)
    assert session.scalars(select(func.max(Blueprint.number))).one() == 2


def test_who_agreed_to_judge_cannot_sit_until_the_questions_are_retired(
    session: Session, cast: Cast, hall: Hall
) -> None:
    def knows() -> bool:
        seen = is_insider(Exam, cast.learner.employee_id, START)
        return bool(session.scalar(select(seen).select_from(Exam)))

    by = cast.trainer.user_id
    panel = convening.open_panel(session, session.scalars(select(Exam)).one(), most=50, by=by, now=START)
    convening.name(session, panel, cast.learner.employee_id, by=by, now=START)
    judge = session.scalars(select(PanelJudge)).one()
    assert not knows(), "who was named has seen nothing yet"

    convening.accept(session, judge, by=cast.learner.user_id, now=START)

    assert knows()
    assert not convening.dismiss(session, panel, judge.id, by=by, now=START), "what was seen is not unseen"
    assert convening.drop(session, panel, by=by, now=START)
    assert knows(), "nor when the panel is given up"
    session.execute(update(Exam).values(mode="tryout"))
    assert not knows()
    session.execute(update(Exam).values(mode="exam"))
    session.execute(update(Question).values(status="retired"))
    assert not knows()


def test_who_was_named_and_has_not_agreed_can_be_let_go(session: Session, cast: Cast, hall: Hall) -> None:
    by = cast.trainer.user_id
    panel = convening.open_panel(session, session.scalars(select(Exam)).one(), most=50, by=by, now=START)
    assert convening.name(session, panel, cast.learner.employee_id, by=by, now=START)
    assert not convening.name(session, panel, cast.learner.employee_id, by=by, now=START)
    judge = session.scalars(select(PanelJudge)).one()

    assert convening.dismiss(session, panel, judge.id, by=by, now=START)
    assert session.scalars(select(PanelJudge)).all() == []
