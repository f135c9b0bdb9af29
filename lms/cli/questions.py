"""lms questions: question files, in and out of banks."""

import hashlib
import json
from pathlib import Path
from typing import Any

import click
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from lms import clock
from lms.cli.new_file import NewFile
from lms.cli.opening import OpenPlatform
from lms.exams import use
from lms.frameworks.models import Competency
from lms.people.models import OrgUnit
from lms.questions import exporting, importing, media
from lms.questions.banks import CodeTaken, create
from lms.questions.exchange import formats, sheet_writer, worth
from lms.questions.exchange.drafted import MOST_BYTES, Finding
from lms.questions.importing import BatchUndone, Defaults, Plan
from lms.questions.models import Bank, QuestionBatch
from lms.search import analysis

BANK = click.option("--bank", "code", required=True, metavar="KODE", help="Kode bank soal.")
JSON_SHAPE = """\b
JSON: {"ready": n, "warnings": […], "errors": […], "questions": […]}
  warnings, errors: [{"where", "message"}]
  questions: yang siap, [{"name", "kind", "stem", "answers": [{"text", "fraction"}]}]
\b
answers menurut jenis; fraction dari -1 sampai 1:
  pilihan      semua pilihan; yang benar tanpa bobot berbagi 1
  true_false   "true", lalu "false"
  numeric      angka yang diterima
  short_text   teks yang diterima
  matching     "kiri -> kanan", masing-masing 1/n
  ordering     butir dalam urutan benar, masing-masing 1/n
  cloze        jawaban yang diterima setiap rumpang, bagian rumpang dari 1
  essay, file  kosong
"""


@click.group("questions", help="Bank soal: masukkan, keluarkan, batalkan.")
def group() -> None:
    """The noun."""


@group.command(
    "import",
    help=f"Masukkan soal dari FILE ke bank, dengan status uji coba.\n\nSemua baris diperiksa sekaligus; yang baik masuk. Kode keluar 0 "
    f"bila tidak ada galat, 1 bila ada. Berkas paling besar {MOST_BYTES // 2**20} MB dan 5.000 soal.\n\n{JSON_SHAPE}",
)
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--format", "format", required=True, type=click.Choice(list(formats.READERS)), help="Format berkas.")
@BANK
@click.option(
    "--competency", metavar="KODE", help="Untuk soal tanpa kompetensi. Bila tidak diisi: yang terbanyak di bank."
)
@click.option(
    "--level", type=click.IntRange(1, 5), help="Untuk soal tanpa tingkat. Bila tidak diisi: yang terbanyak di bank."
)
@click.option(
    "--difficulty",
    type=click.Choice(["mudah", "sedang", "sulit"]),
    help="Untuk soal tanpa kesulitan. Bila tidak diisi: sedang.",
)
@click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang ditulis.")
@click.option("--json", "as_json", is_flag=True, help="Tulis hasil sebagai satu objek JSON.")
@click.pass_obj
def import_(
    open_platform: OpenPlatform,
    file: Path,
    format: str,
    code: str,
    competency: str | None,
    level: int | None,
    difficulty: str | None,
    dry_run: bool,
    as_json: bool,
) -> int:
    """Read a file, say all there is to say, and write the good rows."""
    too_large = file.stat().st_size > MOST_BYTES
    data = b"\0" * (MOST_BYTES + 1) if too_large else file.read_bytes()
    checked = formats.read(format, data)
    defaults = Defaults(competency, level, difficulty)
    batch: QuestionBatch | None = None
    opened = open_platform()
    database = opened.database
    with database.reader() as session:  # comparing takes seconds, for which nobody else need wait to write
        is_made = not dry_run or inspect(session.connection()).has_table(Bank.__tablename__)
        bank = session.scalars(select(Bank).where(Bank.code == code)).one_or_none() if is_made else None
        if bank is None and not dry_run:
            raise click.ClickException(f"Tidak ada bank soal dengan kode {code}. Daftar: lms questions banks.")
        if competency and is_made and not session.scalar(select(Competency.id).where(Competency.code == competency)):
            raise click.ClickException(f"Tidak ada kompetensi dengan kode {competency} di kamus.")
        planned = importing.plan(session if is_made else None, bank, checked, defaults, stems=analysis.stems)
    if bank is None:
        click.echo(f"Catatan: bank {code} belum ada; hanya diperiksa.", err=True)
    elif planned.questions and not dry_run:
        with database.transaction() as session:
            batch = importing.write(
                session,
                session.get_one(Bank, bank.id),
                planned.questions,
                format=format,
                sha256=hashlib.sha256(data).hexdigest(),
                by=None,
                now=clock.now(),
            )
    _tell_plan(planned, as_json=as_json)
    if batch is not None:
        for name, content in checked.media.items():
            opened.files.put(media.key(name), content)
        click.echo(
            f"{len(planned.questions)} soal masuk. Batalkan dengan: lms questions undo {batch.code}", err=as_json
        )
    return 1 if planned.errors else 0


@group.command("undo", help="Keluarkan soal satu kumpulan impor.\n\nYang sudah dipakai atau diubah tetap ada.")
@click.argument("batch_code", metavar="KUMPULAN")
@click.pass_obj
def undo(open_platform: OpenPlatform, batch_code: str) -> int:
    """Take back one import."""
    with open_platform().database.transaction() as session:
        batch = session.scalars(select(QuestionBatch).where(QuestionBatch.code == batch_code)).one_or_none()
        if batch is None:
            raise click.ClickException(f"Tidak ada kumpulan impor dengan kode {batch_code}.")
        try:
            made = importing.undo(session, batch, in_use=use.is_asked(), by=None, now=clock.now())
        except BatchUndone:
            raise click.ClickException("Kumpulan ini sudah dibatalkan.") from None
    click.echo(f"{made.removed} soal dikeluarkan, {made.kept} tetap karena sudah dipakai atau diubah.")
    return 0


@group.command(
    "export", help="Tulis soal sebuah bank ke FILE.\n\nApa yang tidak dapat ditulis format itu disebut satu per satu."
)
@click.argument("file", metavar="FILE", type=NewFile())
@click.option("--format", "format", required=True, type=click.Choice(list(formats.WRITERS)), help="Format berkas.")
@BANK
@click.option(
    "--json", "as_json", is_flag=True, help='Tulis hasil sebagai JSON: {"written": n, "warnings": […], "errors": […]}.'
)
@click.pass_obj
def export(open_platform: OpenPlatform, file: Path, format: str, code: str, as_json: bool) -> int:
    """Write all questions of a bank that are not retired."""
    opened = open_platform()
    with opened.database.reader() as session:
        drafts = exporting.drafts(session, _bank(session, code), opened.files)
    made = formats.WRITERS[format].write(drafts)
    file.write_bytes(made.data)
    errors = [one for one in made.findings if one.level == "error"]
    warnings = [one for one in made.findings if one.level == "warning"]
    written = len(drafts) - len(errors)
    if as_json:
        click.echo(
            json.dumps({"written": written, "warnings": _rows(warnings), "errors": _rows(errors)}, ensure_ascii=False)
        )
    else:
        _tell(warnings, errors)
        click.echo(f"{written} dari {len(drafts)} soal ditulis ke {file}.")
    return 1 if errors else 0


@group.command("template", help="Tulis templat XLSX dengan contoh setiap jenis soal ke FILE.")
@click.argument("file", metavar="FILE", type=NewFile())
def template(file: Path) -> None:
    """Needs no database."""
    file.write_bytes(sheet_writer.template())
    click.echo(f"Templat ditulis ke {file}.")


@group.command("banks", help="Sebut semua bank soal: kode, jumlah soal, judul.")
@click.pass_obj
def banks(open_platform: OpenPlatform) -> None:
    """One bank a line."""
    with open_platform().database.reader() as session:
        for row in exporting.shelf(session):
            click.echo(f"{row.code}\t{row.questions}\t{row.title}")


@group.command("new-bank", help="Buat bank soal kosong dengan kode KODE.")
@click.argument("code", metavar="KODE")
@click.option("--title", required=True, help="Judul bank.")
@click.option("--unit", required=True, metavar="KODE", help="Kode unit pemilik.")
@click.pass_obj
def new_bank(open_platform: OpenPlatform, code: str, title: str, unit: str) -> None:
    """A bank that no course brought along."""
    with open_platform().database.transaction() as session:
        owner = session.scalars(select(OrgUnit).where(OrgUnit.code == unit)).one_or_none()
        if owner is None:
            raise click.ClickException(f"Tidak ada unit dengan kode {unit}.")
        try:
            create(session, code, title, unit_id=owner.id, by=None, now=clock.now())
        except CodeTaken:
            raise click.ClickException(f"Kode bank {code} sudah dipakai.") from None
    click.echo(f"Bank {code} dibuat.")


def _bank(session: Session, code: str) -> Bank:
    bank = session.scalars(select(Bank).where(Bank.code == code)).one_or_none()
    if bank is None:
        raise click.ClickException(f"Tidak ada bank soal dengan kode {code}. Daftar: lms questions banks.")
    return bank


def _tell_plan(planned: Plan, *, as_json: bool) -> None:
    if not as_json:
        _tell(planned.warnings, planned.errors)
        click.echo(f"{len(planned.questions)} siap, {len(planned.warnings)} peringatan, {len(planned.errors)} galat.")
        return
    said = {
        "ready": len(planned.questions),
        "warnings": _rows(planned.warnings),
        "errors": _rows(planned.errors),
        "questions": [_question(one.ready.drafted) for one in planned.questions],
    }
    click.echo(json.dumps(said, ensure_ascii=False))


def _question(drafted: Any) -> dict[str, Any]:
    return {"name": drafted.name, "kind": drafted.kind, "stem": worth.stem(drafted), "answers": worth.answers(drafted)}


def _rows(findings: list[Finding]) -> list[dict[str, str]]:
    return [{"where": one.where, "message": one.message} for one in findings]


def _tell(warnings: list[Finding], errors: list[Finding]) -> None:
    for word, findings in (("Peringatan", warnings), ("Galat", errors)):
        for one in findings:
            click.echo(f"{word}: {one}", err=True)
