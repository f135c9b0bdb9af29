"""What the script gets of a question is what the page shows of it, in whatever order its options stand."""

import json
from types import SimpleNamespace
from typing import cast

import pytest
from flask import Flask, render_template

from lms.exams import papers
from lms.exams.blueprint_rows import Drawn
from lms.exams.sheets import Sheet
from lms.questions import kinds
from lms.web.question_html import unanswered
from lms.web.sitting import given
from tests.exams import factory


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_question_put_together_is_the_question_rendered(app: Flask, language: str) -> None:
    orders = set()
    with app.test_request_context(headers={"Accept-Language": language}):
        for kind in sorted(set(factory.RIGHT) | {"essay"}):
            for seed in range(8):
                sheet = sheet_of(kind, seed)
                presented = sheet.items[0].present()
                orders.add((kind, *sheet.items[0].order))
                shown = {"sheet": sheet, "presented": presented, "number": 0, "given": given(sheet, 1, None)}

                assert unanswered(sheet, 1) == render_template("attempts/_question.html", **shown), sheet.items
    assert len(orders) > 30


def sheet_of(kind: str, seed: int) -> Sheet:
    """As much of a sheet as one question needs, its options shuffled by the seed."""
    version = papers.Version(kind, kind, json.dumps(kinds.read(factory.question(kind))))
    items = papers.freeze([Drawn(1, 0)], {1: version}, seed=seed)
    return cast(Sheet, SimpleNamespace(items=items, asks_certainty=False))
