"""The commands `lms courses check|import|export`."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from lms import cli
from lms.catalogue.models import Course
from lms.db import Database
from lms.frameworks import reference
from tests.cast import START
from tests.packages import small

Run = Callable[..., int]


@pytest.fixture
def run(app: Flask, database: Database) -> Run:
    """The command line on the test's installation, with the dictionary loaded."""
    with database.transaction() as session:
        reference.load(session, now=START)
    return lambda *words: cli.run([str(word) for word in words], open_platform=lambda: app.extensions["platform"])


def test_a_sound_package_is_told_so_and_exits_with_0(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("courses", "check", small.write(tmp_path)) == 0
    assert capsys.readouterr().out == "1 paket baik.\n"


def test_a_broken_package_is_named_by_file_and_line_and_exits_with_1(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = small.write(tmp_path, exam_yaml=small.EXAM.replace("attempts: 2", "attempts: 0"))

    assert run("courses", "check", root) == 1
    assert capsys.readouterr().err == (
        f"{root}/exam.yaml:8: isi attempts dengan bilangan bulat 1 sampai 100\n1 masalah.\n"
    )


def test_an_imported_course_can_be_exported(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = small.write(tmp_path)

    assert run("courses", "import", root, "--unit", "dki-bpsdm") == 0
    assert run("courses", "export", "kursus-kecil", "--to", tmp_path / "keluar") == 0

    assert capsys.readouterr().out.splitlines()[0] == (
        "kursus-kecil: kursus baru, edisi 1 terbit; 3 soal baru, 0 soal berubah; ujian baru."
    )
    assert run("courses", "check", tmp_path / "keluar" / "kursus-kecil") == 0


def test_one_broken_package_keeps_all_out(run: Run, tmp_path: Path, database: Database) -> None:
    sound = small.write(tmp_path / "a")
    broken = small.write(tmp_path / "b", course_yaml=b"\xff")

    assert run("courses", "import", sound, broken, "--unit", "dki-bpsdm") == 1
    with database.reader() as session:
        assert session.scalar(select(func.count()).select_from(Course)) == 0


def test_an_unknown_unit_and_an_unknown_course_are_told(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("courses", "import", small.write(tmp_path), "--unit", "xyz") == 1
    assert run("courses", "export", "xyz", "--to", tmp_path / "keluar") == 1

    said = capsys.readouterr().err
    assert "Tidak ada unit dengan kode xyz." in said
    assert "Tidak ada kursus terbit dengan alamat xyz." in said


def test_an_export_does_not_write_over_files(run: Run, tmp_path: Path) -> None:
    root = small.write(tmp_path)
    run("courses", "import", root, "--unit", "dki-bpsdm")

    assert run("courses", "export", "kursus-kecil", "--to", tmp_path) == 1
    assert (root / "course.yaml").read_text() == small.COURSE


def test_help_needs_no_settings(capsys: pytest.CaptureFixture[str]) -> None:
    def refuse() -> None:
        raise AssertionError("the installation was opened")

    assert cli.run(["courses", "--help"], open_platform=refuse) == 0  # type: ignore[arg-type]
    assert "check" in capsys.readouterr().out
