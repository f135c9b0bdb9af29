"""exam.yaml with what comes after handing in: read into the blueprint, and refused with its place."""

from pathlib import Path

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


def test_what_makes_no_sense_is_refused(tmp_path: Path) -> None:
    wrong = (
        AFTER.replace("markers: 2", "markers: 3")
        .replace("release: items", "release: all")
        .replace("days: 3", "days: 0")
    )

    assert len(reading.problems(small.write(tmp_path, exam_yaml=wrong))) == 3
