"""lms exams: what can be known of an exam from its marks."""

import csv
import json
from dataclasses import asdict
from pathlib import Path

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import audit, clock
from lms.cli import irt_lines
from lms.cli.new_file import NewFile
from lms.cli.opening import OpenPlatform
from lms.exams import angoff, archive, candidate_groups, irt, irt_words, item_analysis, marks_file, verification
from lms.exams.candidate_groups import BadGroups
from lms.exams.irt import Refusal
from lms.exams.item_analysis import Analysis
from lms.exams.models import Exam, Sitting
from lms.exams.verification import BadArchive
from lms.questions import banks
from lms.reports import items

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW = NewFile()


@click.group("exams", help="Ujian: analisis butir, batas lulus, kelompok peserta, arsip.")
def group() -> None:
    """The noun."""


@group.command(
    "analyse",
    help="Analisis butir dari tabel nilai.\n\nBaris 1: candidate,butir,…; baris 2: max,nilai maksimum,…; lalu satu baris "
    "per peserta. Kolom dipisahkan koma dengan desimal titik, atau titik koma dengan desimal koma. "
    "Sel kosong = tidak dijawab, 0. Nilai dari −2 × maksimum (tingkat keyakinan) sampai maksimum. "
    "Semua angka pecahan, bukan persen; sem adalah bagian dari jumlah nilai maksimum.\n\n--irt menambah model 2PL "
    f"(a, b, dan galat bakunya) untuk butir benar/salah; sedikitnya {irt.FEWEST} peserta. "
    "JSON: irt = {n, cycles, items: [{name, n, a, a_se, b, b_se}], left_out: [{name, why, message}]} "
    "atau {refused, message, n, left_out}.",
)
@click.option("--marks", "file", required=True, metavar="FILE.csv", type=FILE, help="Tabel nilai.")
@click.option("--irt", "with_model", is_flag=True, help="Hitung juga model 2PL; memerlukan paket tambahan irt.")
@click.option("--json", "as_json", is_flag=True, help="Keluarkan JSON.")
def analyse(file: Path, with_model: bool, as_json: bool) -> int:
    """Item analysis of a table of marks. Needs no database."""
    try:
        table = marks_file.read(file.read_bytes())
    except marks_file.BadTable as error:
        return _tell(file, error.problems)
    found = item_analysis.analyse(table.names, table.maxima, table.rows)
    model = irt_lines.calibrated(table) if with_model else None
    if isinstance(model, Refusal) and model.why == "extra":
        return _tell(file, (irt_words.refused(model),))
    if as_json:
        row = asdict(found) | ({"irt": irt_lines.as_row(model)} if model else {})
        click.echo(json.dumps(row, ensure_ascii=False))
    else:
        click.echo(_as_table(found) + ("\n\n" + irt_lines.as_table(model) if model else ""))
    return 0


@group.command(
    "angoff",
    help="Batas lulus menurut panel (Angoff).\n\nBaris 1: judge,butir,…; lalu satu baris per penilai dengan peluang 0 sampai 1 "
    "bahwa peserta yang pas-pasan menjawab benar. Batas dalam jumlah butir; share sebagai pecahan.",
)
@click.argument("file", metavar="FILE.csv", type=FILE)
@click.option("--json", "as_json", is_flag=True, help="Keluarkan JSON.")
def panel(file: Path, as_json: bool) -> int:
    """The cut score of a panel. Needs no database."""
    try:
        items, ratings = marks_file.read_ratings(file.read_bytes())
    except marks_file.BadTable as error:
        return _tell(file, error.problems)
    found = angoff.cut_score(items, ratings)
    if as_json:
        click.echo(json.dumps(asdict(found), ensure_ascii=False))
        return 0
    click.echo(f"batas = {_shown(found.cut)} dari {len(items)} butir ({_shown(found.share)}), {found.n} penilai")
    click.echo(f"simpangan baku antarpenilai = {_shown(found.sd)}, galat baku = {_shown(found.se)}")
    return 0


@group.command(
    "calibrate",
    help="Simpan tingkat kesukaran terukur soal sebuah ujian.\n\nHanya versi soal yang berlaku dengan sedikitnya 30 peserta. "
    "Kisi-kisi dengan balance merakit naskah dengan angka ini. Soal yang mengurangi nilai tidak ikut: angkanya bukan peluang benar.",
)
@click.argument("code", metavar="UJIAN")
@click.pass_obj
def calibrate(open_platform: OpenPlatform, code: str) -> int:
    """Keep the measured facility of the exam's questions."""
    opened = open_platform()
    with opened.database.transaction() as session:
        exam = session.scalars(select(Exam).where(Exam.code == code)).one_or_none()
        if exam is None:
            raise click.ClickException(f"Tidak ada ujian dengan kode {code}.")
        if items.asked_certainty(session, exam.id):
            raise click.ClickException(
                f"Ujian {code} memakai tingkat keyakinan: nilainya bukan peluang menjawab benar, jadi tidak disimpan."
            )
        report = items.of_exam(session, items.Wanted(exam.id, opened.settings.zone))
        measured = items.measured(report)
        number = banks.calibrate(session, measured)
        audit.record(
            session, "question.calibrate", f"exam:{exam.id}", by=None, now=clock.now(), details={"questions": number}
        )
    click.echo(f"Tingkat kesukaran {number} soal disimpan.")
    return 0


@group.command(
    "groups",
    help="Tetapkan kelompok peserta ujian.\n\nFILE.csv berjudul employee,group: kode pegawai (bukan NIP) dan kode kelompok "
    "pada kisi-kisi; kelompok kosong menghapus. Berlaku saat pengerjaan ditutup. Bila satu baris salah, tidak ada yang ditulis.",
)
@click.argument("code", metavar="UJIAN")
@click.argument("file", metavar="FILE.csv", type=FILE)
@click.pass_obj
def groups(open_platform: OpenPlatform, code: str, file: Path) -> int:
    """Put people into groups of candidates."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        rows = list(csv.reader(opened))
    if not rows or rows[0] != ["employee", "group"] or any(len(row) != 2 for row in rows[1:]):
        return _tell(file, ("pakai judul employee,group dan dua kolom pada setiap baris",))
    wanted = {employee.strip(): group.strip() for employee, group in rows[1:]}
    try:
        with open_platform().database.transaction() as session:
            changed = candidate_groups.assign(session, _exam(session, code), wanted, by=None, now=clock.now())
    except BadGroups as error:
        return _tell(file, error.problems)
    click.echo(f"{changed} peserta berubah kelompok.")
    return 0


@group.command(
    "archive",
    help="Arsipkan satu sesi dengan segel.\n\nBerisi naskah, jurnal, kisi-kisi, dan hasil; peserta hanya dengan kode "
    "pengerjaan. Catat segelnya terpisah, misalnya di berita acara.",
)
@click.option("--sitting", "code", required=True, metavar="KODE", help="Kode sesi.")
@click.option("--people", metavar="FILE.csv", type=NEW, help="Tulis juga daftar kode pengerjaan dan kode pegawai.")
@click.argument("file", metavar="FILE.zip", type=NEW)
@click.pass_obj
def make_archive(open_platform: OpenPlatform, code: str, people: Path | None, file: Path) -> int:
    """Write the archive of a sitting; a file that is there is not written over."""
    for target in (file, people):
        if target is not None and target.exists():
            raise click.ClickException(f"{target} sudah ada; pilih nama lain.")
    database, now = open_platform().database, clock.now()
    with database.snapshot() as session:
        sitting = session.scalars(select(Sitting).where(Sitting.code == code)).one_or_none()
        if sitting is None:
            raise click.ClickException(f"Tidak ada sesi dengan kode {code}.")
        made = archive.make(session, sitting, now=now)
        listed = archive.people(session, sitting) if people else []
        subject = f"sitting:{sitting.id}"
    with database.transaction() as session:  # its keys are about to leave the database, and the seal is found again
        details = {"seal": made.seal, "attempts": made.attempts, "people": people is not None}
        audit.record(session, "sitting.archive", subject, by=None, now=now, details=details)
    file.write_bytes(made.data)
    if people:
        with people.open("w", encoding="utf-8", newline="") as opened:
            csv.writer(opened).writerows([("attempt", "employee"), *listed])
    click.echo(f"{made.attempts} pengerjaan; {made.open_attempts} masih terbuka dan tidak ikut.")
    click.echo(f"segel {made.seal}")
    return 0


@group.command(
    "verify",
    help="Hitung ulang arsip sesi tanpa basis data.\n\nRantai jurnal, segel, nilai, dan aturan lulus diperiksa; setiap selisih "
    "disebut. Kode keluar 1 bila ada.\n\nTanpa --seal hanya diperiksa apakah isi arsip saling cocok: arsip yang seluruhnya ditulis "
    "ulang, atau kehilangan satu pengerjaan, tidak dikenali.",
)
@click.argument("file", metavar="ARSIP.zip", type=FILE)
@click.option("--seal", default="", metavar="SHA256", help="Segel yang dicatat saat arsip dibuat.")
@click.option("--json", "as_json", is_flag=True, help="Keluarkan JSON.")
def verify(file: Path, seal: str, as_json: bool) -> int:
    """Recompute an archive. Needs no installation."""
    try:
        report = verification.verify(file.read_bytes(), seal=seal.strip().lower())
    except BadArchive as error:
        return _tell(file, (str(error),))
    if as_json:
        click.echo(json.dumps(asdict(report), ensure_ascii=False))
    else:
        for one in report.discrepancies:
            click.echo(f"{one.file}: {one.what}: tertulis {one.stated}, terhitung {one.found}")
        click.echo(f"{report.results} hasil dihitung ulang, {len(report.discrepancies)} selisih; segel {report.seal}")
        if not report.seal_given:
            click.echo("Segel tidak dibandingkan: arsip yang ditulis ulang seluruhnya tidak dikenali. Beri --seal.")
    return 1 if report.discrepancies else 0


def _exam(session: Session, code: str) -> Exam:
    exam = session.scalars(select(Exam).where(Exam.code == code)).one_or_none()
    if exam is None:
        raise click.ClickException(f"Tidak ada ujian dengan kode {code}.")
    return exam


def _as_table(found: Analysis) -> str:
    head = f"{'butir':<24}{'kesukaran':>11}{'simpangan':>11}{'daya beda':>11}{'efisiensi':>11}"
    rows = [
        f"{item.name[:23]:<24}" + "".join(f"{_shown(value):>11}" for value in list(asdict(item).values())[1:])
        for item in found.items
    ]
    return "\n".join([f"n = {found.n}, alpha = {_shown(found.alpha)}, sem = {_shown(found.sem)}", head, *rows])


def _shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace(".", ",")


def _tell(file: Path, problems: tuple[str, ...]) -> int:
    for problem in problems:
        click.echo(f"{file}: {problem}", err=True)
    click.echo(f"{len(problems)} masalah.", err=True)
    return 1
