"""exam.yaml and questions with what bears on drawing: read, refused with file and line, and exported as it came."""

from pathlib import Path

import pytest

from lms.packages import reading
from tests.packages import small

EXAM = small.EXAM.replace(
    "pass_total: 70\n",
    "pass_total: 70\nexposure: {percent: 100, days: 60}\nbalance: {facility: '0.70', tolerance: '0.25'}\ntrial: 2\n",
)


def problems(tmp_path: Path, **files: str) -> list[str]:
    return [str(one).split("/")[-1] for one in reading.problems(small.write(tmp_path, **files))]


def test_what_bears_on_drawing_comes_into_the_blueprint(tmp_path: Path) -> None:
    exam = reading.read(small.write(tmp_path, exam_yaml=EXAM)).exam

    assert exam is not None
    content = exam.blueprint()
    assert content["exposure"] == {"percent": 100, "days": 60}
    assert content["balance"] == {"facility": "0.70", "tolerance": "0.25"}
    assert content["trial"] == 2


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ("exposure: {percent: 0, days: 60}\n", "percent"),
        ("balance: {facility: '0.70', tolerance: '0.50'}\n", "tolerance"),
        ("trial: 99\n", "trial"),
    ],
)
def test_what_cannot_be_is_refused_by_name(tmp_path: Path, said: str, refused: str) -> None:
    exam = small.EXAM.replace("pass_total: 70\n", f"pass_total: 70\n{said}")

    assert [refused in one and one.startswith("exam.yaml:") for one in problems(tmp_path, exam_yaml=exam)] == [True]


def test_a_package_whose_questions_are_enemies_is_told_what_is_left(tmp_path: Path) -> None:
    """Its two exam questions fill two sections that draw one each; as enemies they leave one of them empty."""
    first, second = "33333333-3333-4333-8333-333333333331", "33333333-3333-4333-8333-333333333332"
    questions = small.QUESTIONS.replace("  kind: single_choice\n", f"  kind: single_choice\n  enemies: [{second}]\n", 1)

    package_questions = reading.read(small.write(tmp_path)).questions
    assert {first, second} <= {one.uuid for one in package_questions}
    said = problems(tmp_path, questions__01_awal_yaml=questions)
    assert len(said) == 1
    assert "setelah soal yang tidak boleh bersama" in said[0]


def test_more_or_longer_tags_than_a_question_keeps_are_refused(tmp_path: Path) -> None:
    for tags, are_kept in (
        (["x" * 40] * 10, True),
        ([f"tag {n}" for n in range(11)], False),
        (["x" * 41], False),
    ):
        questions = small.QUESTIONS.replace("  kind: single_choice\n", f"  kind: single_choice\n  tags: {tags}\n", 1)
        said = problems(tmp_path, questions__01_awal_yaml=questions)
        refusal = ": tulis paling banyak 10 tag, masing-masing paling panjang 40 huruf"
        assert [refusal in one for one in said] == ([] if are_kept else [True])


def test_a_blueprint_names_no_tag_longer_than_questions_have_them(tmp_path: Path) -> None:
    exam = small.EXAM.replace("draw: 1\n", f"draw: 1\n    tags: [{'x' * 41}]\n", 1)

    assert any("tag paling panjang 40 huruf" in one for one in problems(tmp_path, exam_yaml=exam))
