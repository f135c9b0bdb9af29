"""The commands `lms exams …` that need no installation."""

import importlib.util
import json
from pathlib import Path

import pytest

from lms import cli
from lms.platform import Platform
from tests.exams.test_irt import simulated


def run(*words: object) -> int:
    def refuse() -> Platform:
        raise AssertionError("the installation was opened")

    return cli.run([str(word) for word in words], open_platform=refuse)


def test_an_analysis_is_printed_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "nilai.csv"
    file.write_text("candidate,s1,s2,s3\nmax,1,1,1\np1,1,1,1\np2,1,1,0\np3,1,0,0\np4,0,,0\n")

    assert run("exams", "analyse", "--marks", file, "--json") == 0

    found = json.loads(capsys.readouterr().out)
    assert list(found) == ["n", "alpha", "sem", "items"]
    assert (found["n"], found["alpha"]) == (4, 0.75)
    assert found["sem"] == pytest.approx((5 / 12) ** 0.5 / 3)  # a fraction of the largest sum, 3, as all figures here
    assert [list(item) for item in found["items"]] == [["name", "facility", "sd", "discrimination", "efficiency"]] * 3
    assert [(item["name"], item["facility"]) for item in found["items"]] == [("s1", 0.75), ("s2", 0.5), ("s3", 0.25)]


def test_an_undefined_figure_is_null_and_a_dash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "nilai.csv"
    file.write_text("candidate,s1\nmax,1\np1,1\n")

    assert run("exams", "analyse", "--marks", file, "--json") == 0
    assert '"alpha": null' in capsys.readouterr().out
    assert run("exams", "analyse", "--marks", file) == 0
    assert capsys.readouterr().out.splitlines()[0] == "n = 1, alpha = –, sem = –"


def test_a_table_that_cannot_be_used_exits_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "nilai.csv"
    file.write_text("candidate,s1\np1,x\n")

    assert run("exams", "analyse", "--marks", file, "--json") == 1

    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        f"{file}: baris 2: baris nilai maksimum tidak ada; tulis max,… tepat di bawah judul",
        f"{file}: baris 2, kolom “s1”: “x” bukan bilangan",
        "2 masalah.",
    ]


def test_a_panel_s_cut_score_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "panel.csv"
    file.write_text("judge,s1,s2\nA,0.5,0.5\nB,1,0.5\n")

    assert run("exams", "angoff", file, "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["cut"], found["share"], found["items"]) == (1.25, 0.625, {"s1": 0.75, "s2": 0.5})
    assert run("exams", "angoff", file) == 0
    assert "batas = 1,250 dari 2 butir (0,625), 2 penilai" in capsys.readouterr().out
    file.write_text("judge,s1\nA,2\n")
    assert run("exams", "angoff", file) == 1


def marks_of(tmp_path: Path, n: int) -> Path:
    """A table of marks by the model: four items, and one that gives parts."""
    truth = {"s1": (1.0, -1.0), "s2": (1.2, 0.0), "s3": (0.9, 0.5), "s4": (1.1, 1.0)}
    rows = [",".join(str(row[name][0]) for name in truth) for row in simulated(truth, n)]
    file = tmp_path / "nilai.csv"
    lines = [f"p{at},{row},{at % 3}" for at, row in enumerate(rows)]
    file.write_text("\n".join(["candidate,s1,s2,s3,s4,s5", "max,2,2,2,2,2", *lines]))
    return file


def test_the_2pl_model_is_printed_where_it_is_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = marks_of(tmp_path, 300)

    assert run("exams", "analyse", "--marks", file, "--irt", "--json") == 0

    found = json.loads(capsys.readouterr().out)["irt"]
    assert [list(one) for one in found["items"]] == [["name", "n", "a", "a_se", "b", "b_se"]] * 4
    assert [one["b"] for one in found["items"]] == pytest.approx([-1.0, 0.0, 0.5, 1.0], abs=0.5)
    assert (found["n"], [(one["name"], one["why"]) for one in found["left_out"]]) == (300, [("s5", "part")])
    assert run("exams", "analyse", "--marks", file, "--irt") == 0
    assert "s5: ada nilai sebagian" in capsys.readouterr().out


def test_why_there_is_no_model_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = marks_of(tmp_path, 30)

    assert run("exams", "analyse", "--marks", file, "--irt", "--json") == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["n"], found["irt"]["refused"], found["irt"]["n"]) == (30, "few", 30)
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert run("exams", "analyse", "--marks", file, "--irt") == 1
    assert "bin/serve --irt" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ("exams", "archive", "--sitting", "sesi-1", "/tidak-ada/sesi.zip"),
        ("exams", "archive", "--sitting", "sesi-1", "--people", "/tidak-ada/orang.csv", "sesi.zip"),
        ("questions", "export", "--format", "gift", "--bank", "bank-ki", "/tidak-ada/soal.gift"),
        ("questions", "template", "/tidak-ada/templat.xlsx"),
    ],
)
def test_a_file_in_a_folder_that_is_not_there_is_refused_before_any_work(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    assert "folder /tidak-ada tidak ada; buat dahulu, atau pilih folder lain" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("exam", "--exams", "0"), "--exams"),
        (("exam", "--workers", "-1"), "--workers"),
        (("exam", "--database", "ukur"), "tulis alamatnya utuh"),
        (("log", "--operations", "0"), "--operations"),
        (("analysis", "--items", "0"), "--items"),
        (("certificates", "--certificates", "0"), "--certificates"),
    ],
)
def test_what_cannot_be_measured_is_refused_at_once(
    words: tuple[str, ...], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("bench", *words) == 2
    assert said in capsys.readouterr().err
