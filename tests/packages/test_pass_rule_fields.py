"""exam.yaml with pass rules beyond per cent: read, refused with file and line, and exported as it came."""

from decimal import Decimal
from pathlib import Path

import pytest

from lms.exams import pass_rules
from lms.packages import reading
from lms.packages.package import BadPackage
from tests.packages import small

RULES = (
    small.EXAM.replace(
        "pass_total: 70\n",
        """\
pass_total_points: 12
compensation: true
predicates:
  - title: Sangat Memuaskan
    from: "90.01"
groups:
  - code: khusus
    title: Kelompok khusus
    pass_total_points: 8
    sections:
      - title: Terapan
        pass_points: "2.5"
""",
    )
    .replace(
        "    pass: 60\n",
        "    pass_points: 4\n    scoring: {right: 5, blank: 0, kinds: {numeric: {right: 10, wrong: -1}}}\n",
        1,
    )
    .replace("    pass: 60\n", "    pass: null\n", 1)
)


def problems(exam: str, tmp_path: Path) -> list[str]:
    return [str(one).split("/")[-1] for one in reading.problems(small.write(tmp_path, exam_yaml=exam))]


def test_the_rules_come_into_the_blueprint(tmp_path: Path) -> None:
    exam = reading.read(small.write(tmp_path, exam_yaml=RULES)).exam

    assert exam is not None
    content = exam.blueprint()
    assert "pass_total" not in content
    assert (content["pass_total_points"], content["compensation"]) == (12, True)
    assert content["sections"][0]["scoring"] == {
        "right": 5, "blank": 0, "kinds": {"numeric": {"right": 10, "wrong": -1}},
    }  # fmt: skip
    assert "pass" not in content["sections"][1]
    assert pass_rules.rules_for(content).sections[1] == pass_rules.Threshold()
    assert pass_rules.rules_for(content, "khusus").sections[1].points == Decimal("2.5")


def test_a_package_without_such_rules_has_the_hashes_it_always_had(tmp_path: Path) -> None:
    package = reading.read(small.write(tmp_path))

    assert package.hash == "0751b3b6f8c89ac295d8298bae4f21a606cbd483c31ef30f1ac131f95e1646f8"
    assert package.exam is not None
    assert set(package.exam.blueprint()) == {"pass_total", "sections"}
    assert set(package.exam.blueprint()["sections"][0]) == {
        "title", "competency", "level", "draw", "pass", "difficulty",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "pass_total_points: 12",
            "pass_total_points: x",
            "exam.yaml:6: isi pass_total_points dengan bilangan 0 sampai 100000",
        ),
        ("pass_total_points: 12", "pass_total: 70\npass_total_points: 12", "exam.yaml:7: pakai salah satu: pass_total"),
        ("compensation: true", "compensation: ya", "exam.yaml:7: isi compensation dengan true atau false"),
        ('from: "90.01"', "from: 90.01", "exam.yaml:10: isi from dengan bilangan 0 sampai 100; desimal dalam kutip"),
        ("code: khusus", "code: Khusus", "exam.yaml:12: isi code dengan huruf kecil"),
        (
            "- title: Terapan\n        pass",
            "- title: Lain\n        pass",
            "exam.yaml:16: tidak ada bagian berjudul Lain",
        ),
        ('pass_points: "2.5"', "pass: 101", "exam.yaml:17: isi pass dengan bilangan bulat 0 sampai 100"),
        ("right: 5,", "right: 0,", "right harus lebih dari 0"),
        ("right: 5, blank: 0,", "blank: 0,", "right harus lebih dari 0"),
        ("right: 5, blank: 0,", "wrong: -1,", "right harus lebih dari 0"),
        ("blank: 0,", "kosong: 0,", "isian kosong tidak dikenal"),
        ("{numeric:", "{esai:", "isian esai tidak dikenal"),
    ],
)
def test_each_flaw_is_named_with_file_and_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in RULES
    found = problems(RULES.replace(old, new, 1), tmp_path)

    assert len(found) == 1
    assert said in found[0]


def test_a_total_is_still_asked_for(tmp_path: Path) -> None:
    with pytest.raises(BadPackage, match="isi pass_total dengan bilangan bulat 0 sampai 100"):
        reading.read(small.write(tmp_path, exam_yaml=small.EXAM.replace("pass_total: 70\n", "")))
