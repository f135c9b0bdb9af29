"""exam.yaml with what comes after handing in: read into the blueprint, and refused with its place."""

from pathlib import Path

import pytest

from lms.exams.release import release_of
from lms.packages import reading
from tests.packages import small

AFTER = small.EXAM.replace(
    "pass_total: 70\n",
    'pass_total: 70\nmarking: {markers: 2, tolerance: "12.5"}\nrelease: items\nappeals: {days: 3, ruling_days: 14}\n',
)


def test_it_comes_into_the_blueprint(tmp_path: Path) -> None:
    exam = reading.read(small.write(tmp_path, exam_yaml=AFTER)).exam

    assert exam is not None
    content = exam.blueprint()
    assert content["marking"] == {"markers": 2, "tolerance": "12.5"}
    assert (content["release"], content["appeals"]) == ("items", {"days": 3, "ruling_days": 14})


def test_the_moment_comes_into_the_blueprint(tmp_path: Path) -> None:
    said = AFTER.replace("release: items\n", "release: items\nrelease_after: sitting\n")
    exam = reading.read(small.write(tmp_path, exam_yaml=said)).exam

    assert exam is not None
    assert exam.blueprint()["release_after"] == "sitting"
    assert release_of(exam.blueprint()).waits


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("release: items\nrelease_after: later\n", "isi release_after dengan salah satu dari result, sitting"),
        ("release: items\nrelease_after: 3\n", "isi release_after dengan salah satu dari result, sitting"),
        ("release: score\nrelease_after: sitting\n", "pakai release_after hanya bersama release: items atau key"),
        ("release_after: sitting\n", "pakai release_after hanya bersama release: items atau key"),
    ],
)
def test_a_moment_that_is_not_known_or_has_nothing_to_wait_is_refused_with_what_to_do(
    tmp_path: Path, written: str, told: str
) -> None:
    found = reading.problems(small.write(tmp_path, exam_yaml=AFTER.replace("release: items\n", written)))

    assert [problem.message for problem in found] == [told]
    line = AFTER.replace("release: items\n", written).splitlines()[(found[0].place.line or 0) - 1]
    assert line.startswith("release_after")


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    wrong = (
        AFTER.replace("markers: 2", "markers: 3")
        .replace("release: items", "release: all")
        .replace("days: 3", "days: 0")
    )

    assert len(reading.problems(small.write(tmp_path, exam_yaml=wrong))) == 3


def test_a_score_screen_and_rehearsals_come_into_the_blueprint(tmp_path: Path) -> None:
    said = small.EXAM.replace("pass_total: 70\n", "pass_total: 70\nlive_scores: name\nrehearsals: [practice]\n")
    exam = reading.read(small.write(tmp_path, exam_yaml=said)).exam

    assert exam is not None
    assert (exam.blueprint()["live_scores"], exam.blueprint()["rehearsals"]) == ("name", ["practice"])


def test_a_try_out_that_the_questions_for_practice_cannot_fill_is_refused(tmp_path: Path) -> None:
    said = small.EXAM.replace("pass_total: 70\n", "pass_total: 70\nlive_scores: rank\nrehearsals: [mock]\n")
    assert len(reading.problems(small.write(tmp_path, exam_yaml=said))) == 2

    said = small.EXAM.replace("pass_total: 70\n", "pass_total: 70\nrehearsals: [tryout]\n")
    found = [str(problem) for problem in reading.problems(small.write(tmp_path, exam_yaml=said))]
    assert found
    assert all("soal latihan kurang untuk" in problem for problem in found)
