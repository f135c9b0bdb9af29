"""The commands `lms questions import|undo|export|template|banks|new-bank`."""

import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import cli
from lms.db import Database
from lms.questions import importing
from lms.questions.models import Bank, Question
from tests.cast import Cast
from tests.exams import factory

Run = Callable[..., int]
GIFT = "::A:: Benar? {T}\n\n::B:: Kota? {=Bandung ~Bogor}\n\n::C:: rusak {~a ~b}"


@pytest.fixture
def run(app: Flask, database: Database, cast: Cast) -> Run:
    """The command line on the test's installation, with a bank `bank` in it."""
    with database.transaction() as session:
        factory.build(session, cast)
    return lambda *words: cli.run([str(word) for word in words], open_platform=lambda: app.extensions["platform"])


@pytest.fixture
def code(database: Database, run: Run) -> str:

    with database.reader() as session:
        return session.scalars(select(Bank.code)).first() or ""


def count(database: Database) -> int:
    with database.reader() as session:
        return session.scalar(select(func.count()).select_from(Question)) or 0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "soal.gift"
    made.write_text(GIFT, encoding="utf-8")
    return made


def test_others_write_while_an_import_is_compared(
    run: Run, code: str, file: Path, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, plan = count(database), importing.plan
    writes: list[bool] = []

    def watched(session: Session, *given: Any, **named: Any) -> importing.Plan:
        writes.append(bool(session.connection().get_execution_options().get("writes")))
        return plan(session, *given, **named)

    monkeypatch.setattr(importing, "plan", watched)

    run("questions", "import", file, "--format", "gift", "--bank", code)

    assert writes == [False]
    assert count(database) == before + 2


def test_a_dry_run_prints_one_object_and_writes_nothing(
    run: Run, code: str, file: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    before = count(database)

    assert run("questions", "import", file, "--format", "gift", "--bank", code, "--dry-run", "--json") == 1

    assert json.loads(capsys.readouterr().out) == {
        "ready": 2,
        "warnings": [],
        "errors": [
            {
                "where": "Baris 5, karakter ke-14",
                "message": "tidak ada jawaban benar; tandai satu pilihan dengan = atau beri bobot seperti ~%50%",
            }
        ],
        "questions": [
            {
                "name": "A",
                "kind": "true_false",
                "stem": "Benar?",
                "answers": [{"text": "true", "fraction": 1}, {"text": "false", "fraction": 0}],
            },
            {
                "name": "B",
                "kind": "single_choice",
                "stem": "Kota?",
                "answers": [{"text": "Bandung", "fraction": 1}, {"text": "Bogor", "fraction": 0}],
            },
        ],
    }
    assert count(database) == before


def test_an_import_can_be_undone_by_the_code_that_it_prints(
    run: Run, code: str, file: Path, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    before = count(database)

    assert run("questions", "import", file, "--format", "gift", "--bank", code) == 1
    said = capsys.readouterr()
    batch = said.out.split()[-1]

    assert "2 siap, 0 peringatan, 1 galat." in said.out
    assert said.err.startswith("Galat: Baris 5, karakter ke-14: ")
    assert count(database) == before + 2
    assert run("questions", "undo", batch) == 0
    assert capsys.readouterr().out == "2 soal dikeluarkan, 0 tetap karena sudah dipakai atau diubah.\n"
    assert count(database) == before
    assert run("questions", "undo", batch) == 1


def test_a_file_without_errors_exits_with_0(run: Run, code: str, tmp_path: Path) -> None:
    made = tmp_path / "baik.gift"
    made.write_text("Benar? {T}", encoding="utf-8")

    assert run("questions", "import", made, "--format", "gift", "--bank", code, "--json") == 0


def test_an_unknown_bank_is_told_and_only_looked_at_in_a_dry_run(
    run: Run, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("questions", "import", file, "--format", "gift", "--bank", "xyz") == 1
    assert "Tidak ada bank soal dengan kode xyz." in capsys.readouterr().err

    assert run("questions", "import", file, "--format", "gift", "--bank", "xyz", "--dry-run", "--json") == 1
    assert json.loads(capsys.readouterr().out)["ready"] == 2


def test_a_file_is_looked_at_before_there_are_tables_and_all_else_says_how_to_make_them(
    file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = SimpleNamespace(database=Database(f"sqlite:///{tmp_path}/kosong.db"))

    def run_bare(*words: str) -> int:
        return cli.run(["questions", *words], open_platform=lambda: bare)  # type: ignore[arg-type, return-value]

    asked = ("import", str(file), "--format", "gift", "--bank", "xyz", "--competency", "A.1", "--json")
    assert run_bare(*asked, "--dry-run") == 1
    assert json.loads(capsys.readouterr().out)["ready"] == 2
    assert run_bare(*asked) == 2
    assert capsys.readouterr().err.endswith("Jalankan: lms db upgrade\n")


@pytest.mark.parametrize("format", ["gift", "moodle-xml", "qti", "xlsx"])
def test_an_export_comes_in_again(
    run: Run, code: str, tmp_path: Path, format: str, capsys: pytest.CaptureFixture[str]
) -> None:
    made = tmp_path / "keluar"
    run("questions", "export", made, "--format", format, "--bank", code, "--json")
    written = json.loads(capsys.readouterr().out)["written"]

    run("questions", "import", made, "--format", format, "--bank", code, "--dry-run", "--json")

    read = json.loads(capsys.readouterr().out)
    assert written > 0
    assert (read["ready"], read["errors"]) == (written, [])


def test_the_template_needs_no_installation(tmp_path: Path) -> None:
    def refuse() -> None:
        raise AssertionError("the installation was opened")

    assert cli.run(["questions", "template", str(tmp_path / "t.xlsx")], open_platform=refuse) == 0  # type: ignore[arg-type]
    assert (tmp_path / "t.xlsx").read_bytes()[:2] == b"PK"


def test_a_new_bank_is_listed_and_its_code_is_used_once(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("questions", "new-bank", "baru", "--title", "Bank baru", "--unit", "dki-bpsdm") == 0
    assert run("questions", "new-bank", "baru", "--title", "Lagi", "--unit", "dki-bpsdm") == 1
    assert run("questions", "banks") == 0

    assert "baru\t0\tBank baru" in capsys.readouterr().out
