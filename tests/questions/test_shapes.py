"""What may enter the journal as an answer, by its shape."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.questions import shapes
from lms.questions.kinds import KINDS, TABLE
from tests.exams.factory import RIGHT, WORK
from tests.questions.test_kinds import json_values


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_answer_has_its_kinds_shape_and_nothing_at_all_too(kind: str) -> None:
    shape = TABLE[kind].SHAPE

    assert shapes.fits(shape, (RIGHT | WORK)[kind])
    assert shapes.fits(shape, None)


@pytest.mark.parametrize(
    ("shape", "value"),
    [
        (shapes.CHOICE, 1),
        (shapes.CHOICE, "satu"),
        (shapes.CHOICE, "1\n"),
        (shapes.CHOICES, "0"),
        (shapes.CHOICES, ["0", 1]),
        (shapes.CHOICES, ["0"] * 41),
        (shapes.TRUTH, "true"),
        (shapes.TRUTH, 1),
        (shapes.TEXT, 12),
        (shapes.TEXT, "x" * 501),
        (shapes.PAIRS, {"0": 1}),
        (shapes.PAIRS, {"kiri": "1"}),
        (shapes.ORDER, {"0": "1"}),
        (shapes.GAPS, {"1": "x" * 201}),
        (shapes.PROSE, "x" * 20_001),
        (shapes.PROSE, ["a"]),
        (shapes.FILE, {"name": "a.pdf", "size": 1}),
        (shapes.FILE, {"name": "a.pdf", "size": 10 * 2**20 + 1, "sha256": "a" * 64}),
        (shapes.FILE, {"name": "", "size": 1, "sha256": "a" * 64}),
        (shapes.FILE, {"name": "a.pdf\r\nX-Lain: b", "size": 1, "sha256": "a" * 64}),
        (shapes.FILE, {"name": "fdp.\u202egnp", "size": 1, "sha256": "a" * 64}),
        (shapes.FILE, {"name": "a.pdf", "size": True, "sha256": "a" * 64}),
        (shapes.FILE, {"name": "a.pdf", "size": 1, "sha256": "A" * 64}),
        ("?", "0"),
    ],
)
def test_another_shape_is_refused(shape: str, value: Any) -> None:
    assert not shapes.fits(shape, value)


@pytest.mark.parametrize(
    ("value", "fits"),
    [
        ({"answer": "0", "certainty": 1}, True),
        ({"answer": "0", "certainty": 3}, True),
        ({"answer": "0", "certainty": 4}, False),
        ({"answer": "0", "certainty": True}, False),
        ({"answer": None, "certainty": 1}, False),
        ({"answer": "0"}, False),
        ("0", False),
        (None, True),
    ],
)
def test_where_certainty_is_asked_for_it_wraps_the_answer(value: Any, fits: bool) -> None:
    assert shapes.fits(shapes.certain(shapes.CHOICE), value) is fits


def test_work_that_people_mark_is_never_wrapped() -> None:
    assert [shapes.certain(shape) for shape in (shapes.PROSE, shapes.FILE)] == [shapes.PROSE, shapes.FILE]


@given(shape=st.sampled_from("cmbtpogefCMBTPOG"), value=json_values)
def test_no_value_whatever_breaks_the_check(shape: str, value: Any) -> None:
    assert shapes.fits(shape, value) in {True, False}
