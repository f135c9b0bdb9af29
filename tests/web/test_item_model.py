"""/kelola/ujian/<kode>/analisis/2pl: the model of real results with its curves, and each state in which there is none."""

import importlib.util
import io
from collections.abc import Callable
from decimal import Decimal
from random import Random

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms.exams.models import Attempt, Blueprint, Paper, Result
from lms.questions.models import QuestionVersion
from lms.web import curves
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.test_irt import simulated

Browser = Callable[[Person | None], FlaskClient]
PAGE = f"/kelola/ujian/{factory.CODE}/analisis"
TRUTH = {"0": (1.0, -1.0), "1": (1.2, 0.0), "2": (0.9, 0.5), "3": (1.1, 1.0)}


def sit(session: Session, cast: Cast, times: int) -> None:
    """So many results of four questions by the model, and of one that gives parts. One person stands for all candidates."""
    made = factory.build(session, cast)
    plan = session.scalars(select(Blueprint)).one()
    versions = list(session.scalars(select(QuestionVersion.id).order_by(QuestionVersion.id).limit(5)))
    paper = Paper(exam_id=made.exam_id, blueprint_id=plan.id, items=[], hash="p" * 64, made_at=START)
    session.add(paper)
    session.flush()
    session.execute(
        insert(Attempt),
        [
            {
                "code": f"kode-{n}", "exam_id": made.exam_id, "sitting_id": made.sitting_id, "employee_id": cast.learner.employee_id,
                "number": n, "paper_id": paper.id, "state": "closed", "due_at": START, "started_at": START, "closed_at": START,
                "closed_by": "candidate",
            }
            for n in range(1, times + 1)
        ],
    )  # fmt: skip
    chance = Random(1)
    keys = session.scalars(select(Attempt.id).order_by(Attempt.number)).all()
    session.execute(
        insert(Result),
        [
            {
                "attempt_id": key, "number": 1, "sections": [], "score": 0, "maximum": 10, "percent": 0, "passed": False, "answered": 5,
                "journal": "5" * 64, "problems": [], "cause": "closed", "recorded_at": START,
                "marks": [
                    {"item": at + 1, "version": versions[at], "mark": str(mark), "maximum": "2"}
                    for at, mark in enumerate([*(row[name][0] for name in sorted(TRUTH)), Decimal(chance.randint(0, 2))])
                ],
            }
            for key, row in zip(keys, simulated(TRUTH, times), strict=True)
        ],
    )  # fmt: skip
    session.commit()


def test_slopes_and_difficulties_stand_beside_their_curves_and_in_the_workbook(
    browser: Browser, cast: Cast, session: Session
) -> None:
    sit(session, cast, 300)
    client = browser(cast.trainer)

    page = client.get(f"{PAGE}/2pl").text

    assert f"{PAGE}/2pl" in client.get(PAGE).text
    assert page.count('class="curve"') == 8  # four large, four beside the rows
    assert "ada nilai sebagian" in page
    assert 'href="/soal" aria-current="page"' in page
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{PAGE}.xlsx").data)).get_sheet_by_name("2PL")
    head, *rows, left_out = sheet.to_python()
    assert head[3:8] == ["n", "a", "Galat baku a", "b", "Galat baku b"]
    difficulties = [float(str(row[6])) for row in rows]
    assert difficulties == pytest.approx([-1.0, 0.0, 0.5, 1.0], abs=0.5)
    assert [row[3] for row in rows] == [300.0] * 4
    assert "nilai sebagian" in str(left_out[8])
    assert f"{difficulties[0]:.2f}".replace(".", ",").replace("-", "−") in page
    assert browser(cast.other_trainer).get(f"{PAGE}/2pl").status_code == 404
    assert browser(cast.learner).get(f"{PAGE}/2pl").status_code == 403


def test_where_there_is_no_model_the_page_and_the_workbook_say_why(
    browser: Browser, cast: Cast, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    sit(session, cast, 12)
    client = browser(cast.trainer)

    few = client.get(f"{PAGE}/2pl").text
    assert "sedikitnya 200 pengerjaan; ada 12." in few
    assert "<table" not in few
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "bin/serve --irt" in client.get(f"{PAGE}/2pl").text
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{PAGE}.xlsx").data))
    assert "bin/serve --irt" in str(book.get_sheet_by_name("2PL").to_python()[0][0])


def test_a_curve_runs_from_below_left_to_above_right_through_its_middle() -> None:
    """P(−4) and P(4) of a = 1, b = 0 are 0.018 and 0.982; the 21st of 41 points is the middle."""
    points = curves.path(1, 0, width=80, height=100)[1:].split("L")

    assert (points[0], points[20], points[40]) == ("0.0 98.2", "40.0 50.0", "80.0 1.8")
    assert curves.at_x(-9, 80) == 0
