"""Numbers in forms that no number can be: they are none, and nothing fails."""

import pytest
from werkzeug.datastructures import MultiDict

from lms.web import desk, typed


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), ("9" * 9, 999_999_999), ("9" * 10, None), ("9" * 5000, None), ("²", None), ("", None)],
)
def test_a_whole_number_of_a_form(text: str, number: int | None) -> None:
    assert typed.whole(text) == number
    assert desk.number(text) == (number or 0)


def test_an_order_with_an_endless_number_is_an_order_still() -> None:
    form = MultiDict({"jawaban-a": "9" * 5000, "jawaban-b": "2", "jawaban-c": "1"})

    assert typed.answer("ordering", form) == ["c", "b", "a"]
