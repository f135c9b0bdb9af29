"""A key typed into the form is the number that a candidate would mean by it."""

import pytest
from werkzeug.datastructures import MultiDict

from lms.questions.kinds import read
from lms.questions.kinds.numeric import mark
from lms.web.question_form import filled, raw


@pytest.mark.parametrize(
    ("typed", "key", "shown"),
    [("1.250", "1250", "1250"), ("1.250,5", "1250.5", "1250,5"), ("1,250", "1.250", "1,250"), ("-0,5", "-0.5", "-0,5")],
)
def test_the_key_is_read_as_candidates_numbers_are(typed: str, key: str, shown: str) -> None:
    content = read(raw("numeric", MultiDict({"soal": "Berapa?", "jawaban": typed})))

    assert content["answer"] == key
    assert mark(content, typed) == 1
    assert filled("numeric", content)["jawaban"] == shown
    assert read(raw("numeric", filled("numeric", content))) == content


def test_what_is_no_number_is_left_for_its_kind_to_refuse() -> None:
    assert raw("numeric", MultiDict({"soal": "x", "jawaban": "1.2.3"}))["answer"] == "1.2.3"
