"""lms courses: course packages, in and out."""

from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import clock
from lms.catalogue.models import Course
from lms.cli.opening import OpenPlatform
from lms.packages import exporting, importing, reading
from lms.packages.importing import Imported
from lms.packages.package import BadPackage, Package, Problem
from lms.people.models import OrgUnit

FOLDERS = click.argument(
    "folders", metavar="FOLDER…", nargs=-1, required=True, type=click.Path(exists=True, file_okay=False, path_type=Path)
)


@click.group("courses", help="Paket kursus: periksa, masukkan, keluarkan.")
def group() -> None:
    """The noun."""


@group.command(
    "check", help="Periksa paket.\n\nSetiap masalah disebut dengan berkas dan barisnya; kode keluar 1 bila ada."
)
@FOLDERS
def check(folders: tuple[Path, ...]) -> int:
    """Read packages and say what is wrong with them. Needs no database."""
    found = [problem for folder in folders for problem in reading.problems(folder)]
    _tell(found)
    if not found:
        click.echo(f"{len(folders)} paket baik.")
    return 1 if found else 0


@group.command(
    "import",
    help="Masukkan paket.\n\nKursus yang sudah ada tidak ditimpa: isi lain menjadi draf. "
    "Bila satu paket bermasalah, tidak ada yang dimasukkan.",
)
@FOLDERS
@click.option("--unit", "code", required=True, metavar="KODE", help="Kode unit pemilik kursus baru.")
@click.pass_obj
def import_(open_platform: OpenPlatform, folders: tuple[Path, ...], code: str) -> int:
    """Read all packages, and bring in all of them or, when one has a problem, none."""
    try:
        packages = [reading.read(folder) for folder in folders]
        with open_platform().database.transaction() as session:
            unit = _unit(session, code)
            made = [importing.import_(session, package, unit=unit, by=None, now=clock.now()) for package in packages]
    except BadPackage as error:
        _tell(error.problems)
        return 1
    for package, outcome in zip(packages, made, strict=True):
        click.echo(_said(package, outcome))
    return 0


@group.command("export", help="Tulis kursus sebagai paket ke FOLDER/SLUG.")
@click.argument("slug")
@click.option(
    "--to",
    "target",
    required=True,
    metavar="FOLDER",
    help="Tempat menulis folder paket.",
    type=click.Path(file_okay=False, path_type=Path),
)
@click.pass_obj
def export(open_platform: OpenPlatform, slug: str, target: Path) -> int:
    """Write a course's files; a folder that has files in it is refused."""
    folder = target / slug
    if folder.is_dir() and any(folder.iterdir()):
        raise click.ClickException(f"{folder} tidak kosong; pilih folder lain.")
    with open_platform().database.reader() as session:
        course = session.scalars(select(Course).where(Course.slug == slug)).one_or_none()
        if course is None or course.published_id is None:
            raise click.ClickException(f"Tidak ada kursus terbit dengan alamat {slug}.")
        files = exporting.export(session, course)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    click.echo(f"{len(files)} berkas ditulis ke {folder}.")
    return 0


def _unit(session: Session, code: str) -> OrgUnit:
    unit = session.scalars(select(OrgUnit).where(OrgUnit.code == code)).one_or_none()
    if unit is None:
        raise click.ClickException(f"Tidak ada unit dengan kode {code}.")
    return unit


def _tell(problems: list[Problem] | tuple[Problem, ...]) -> None:
    for problem in problems:
        click.echo(str(problem), err=True)
    if problems:
        click.echo(f"{len(problems)} masalah.", err=True)


def _said(package: Package, made: Imported) -> str:
    course = {
        "new": "kursus baru, edisi 1 terbit",
        "unchanged": "kursus tidak berubah",
        "draft": "isi lain: menjadi draf",
        "kept": "isi lain, tetapi sudah ada draf: draf itu dibiarkan",
    }[made.course]
    exam = {
        "new": "ujian baru",
        "changed": "kisi-kisi ujian baru",
        "unchanged": "ujian tidak berubah",
        "kept": "kisi-kisi ujian diubah di sini: dibiarkan",
        "none": "tanpa ujian",
    }[made.exam]
    questions = f"{made.questions_new} soal baru, {made.questions_changed} soal berubah"
    return f"{package.slug}: {course}; {questions}; {exam}."
