"""lms schemes load: every file told of, all of them taken in or none, and never over what an agency has changed."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from lms import cli
from lms.audit import AuditEvent
from lms.certificates.models import Scheme
from lms.cli.schemes import SHIPPED
from lms.config import ROOT
from lms.db import Database
from lms.frameworks import reference
from lms.frameworks.models import Framework
from tests.cast import START, Cast
from tests.catalogue import factory

Run = Callable[..., int]
WHO = (
    "--unit", "dki-bpsdm", "--number", "B.{n}/BPSDM/{month}/{year}", "--office", "Kepala BPSDM", "--name", "Siti",
    "--nip", "197103151996032004", "--place", "Jakarta",
)  # fmt: skip
ATTENDANCE = "code: ikut\ntitle: Keikutsertaan\ncourse: keamanan-informasi\ndesign: keikutsertaan\n"


@pytest.fixture
def run(app: Flask, cast: Cast) -> Run:
    """The command line on an installation that has units and people, and nothing else."""
    del cast
    return lambda *words: cli.run([str(word) for word in words], open_platform=lambda: app.extensions["platform"])


def schemes(database: Database) -> list[str]:
    with database.reader() as session:
        return list(session.scalars(select(Scheme.code).order_by(Scheme.code)))


def test_the_shipped_schemes_are_looked_at_loaded_once_and_left_as_an_agency_changed_them(
    run: Run, database: Database, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("schemes", "load", "--dry-run", *WHO) == 1
    missing = capsys.readouterr()
    assert missing.out.count("tidak ada ujian dengan kode uk-keamanan-informasi") == 4
    assert "0 siap, 0 peringatan, 4 galat. Tidak ada yang dimasukkan." in missing.err
    with database.reader() as session:
        assert session.scalars(select(Framework.id)).all() == []  # nothing was written on the way

    with database.transaction() as session:
        reference.load(session, now=START)
    assert run("courses", "import", ROOT / "courses" / "keamanan-informasi", "--unit", "dki-bpsdm") == 0
    capsys.readouterr()

    assert run("schemes", "load", "--dry-run", *WHO) == 0
    assert "4 siap, 0 peringatan, 0 galat. Hanya diperiksa." in capsys.readouterr().out
    assert schemes(database) == []
    assert run("schemes", "load", *WHO) == 0
    assert "4 skema dimasukkan." in capsys.readouterr().out
    assert schemes(database) == ["camat", "kepala-dinas", "kompetensi-keamanan-informasi", "lurah"]
    assert run("schemes", "load", *WHO) == 0
    assert "Siap        lurah.yaml: sudah ada, tidak berubah" in capsys.readouterr().out

    with database.transaction() as session:
        session.execute(update(Scheme).where(Scheme.code == "lurah").values(validity_months=60))
    assert run("schemes", "load", *WHO) == 0
    assert "Peringatan  lurah.yaml: sudah ada dengan isi lain; yang ada dibiarkan" in capsys.readouterr().out
    with database.reader() as session:
        assert session.scalar(select(Scheme.validity_months).where(Scheme.code == "lurah")) == 60
        assert len(session.scalars(select(AuditEvent.id).where(AuditEvent.action == "scheme.load")).all()) == 4


def test_every_file_is_told_of_and_one_fault_keeps_all_of_them_out(
    run: Run, database: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lurah = (SHIPPED / "lurah.yaml").read_text("utf-8")
    files = {
        "a.yaml": "code: [",
        "b.yaml": lurah.replace("supervised: true, grade: mutlak", "grade: wajib"),
        "c.yaml": lurah.replace("least: III/c", "least: V/z"),
        "d.yaml": lurah.replace("exam: uk", "ujian: uk", 1),
        "e.yaml": lurah.replace("position:", "jabatan:"),
        "f.yaml": ATTENDANCE.replace("keamanan-informasi", "tidak-ada"),
        "g.yaml": "unit: tidak-ada\nnumber_pattern: tanpa nomor\n" + ATTENDANCE,
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, "utf-8")

    assert run("schemes", "load", tmp_path, *WHO) == 1

    told = dict(line[12:].split(": ", 1) for line in capsys.readouterr().out.splitlines())
    assert "bukan YAML" in told["a.yaml"]
    assert "syarat {'kind': 'exam'" in told["b.yaml"]
    assert "'least': 'V/z'" in told["c.yaml"]
    assert "isi salah satu: exam" in told["d.yaml"]
    assert "isian position / competency belum ada" in told["e.yaml"]
    assert "tidak ada kursus dengan alamat tidak-ada" in told["f.yaml"]
    assert "tidak ada unit dengan kode “tidak-ada”" in told["g.yaml"]
    assert "pola nomor “tanpa nomor” perlu memuat {n} dan {year}" in told["g.yaml"]
    assert schemes(database) == []


def test_attendance_is_for_courses_without_an_exam_and_once_for_each(
    run: Run, database: Database, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with database.transaction() as session:
        factory.course(session, cast)
    for name, code in (("a.yaml", "ikut"), ("b.yaml", "juga")):
        (tmp_path / name).write_text(ATTENDANCE.replace("ikut\n", f"{code}\n", 1), "utf-8")

    assert run("schemes", "load", tmp_path, *WHO) == 1
    assert "b.yaml: berkas a.yaml sudah memberi sertifikat untuk kursus yang sama" in capsys.readouterr().out
    assert run("schemes", "load", tmp_path / "a.yaml", *WHO) == 0
    with database.reader() as session:
        made = session.scalars(select(Scheme)).one()
        assert (made.exam_id, made.level, made.validity_months, made.position) == (None, None, None, "")
        assert made.course_id is not None
    assert run("schemes", "load", tmp_path / "b.yaml", *WHO) == 1
    assert "kursus keamanan-informasi sudah punya skema keikutsertaan lain" in capsys.readouterr().out
