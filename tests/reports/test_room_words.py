"""What a line of the log says."""

from datetime import timedelta

import pytest
from flask import Flask

from lms.reports.room_lines import Line
from lms.reports.room_words import plain, told
from lms.web.presentation import span
from tests.cast import START


@pytest.mark.parametrize(
    ("seconds", "words", "digits"), [(33.3, "34 detik", "00.00.34"), (60.0, "1 menit 0 detik", "00.01.00")]
)
def test_the_time_given_back_is_the_same_in_the_log_and_on_the_page_that_gives_it(
    app: Flask, seconds: float, words: str, digits: str
) -> None:
    line = Line(1, START, "room_resume", "", "", "Arif", 1, {"seconds": seconds})

    assert told(line, plain) == f"Ruang dilanjutkan oleh Arif; semua batas waktu mundur {words}."
    with app.test_request_context():
        assert span(timedelta(seconds=seconds)) == digits
