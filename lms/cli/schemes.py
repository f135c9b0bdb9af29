"""lms schemes: certification schemes from files."""

from pathlib import Path

import click

from lms import audit, clock
from lms.certificates import scheme_files
from lms.certificates.scheme_files import Issuing, Remark, Row
from lms.cli.opening import OpenPlatform
from lms.config import ROOT
from lms.frameworks import reference

SHIPPED = ROOT / "certificates" / "schemes"
_SAID = {
    "unreadable": "bukan YAML yang dapat dibaca; bandingkan dengan certificates/schemes/lurah.yaml",
    "missing": "isian {0} belum ada",
    "exam_or_course": "isi salah satu: exam (lulus ujian) atau course (keikutsertaan)",
    "level": "level {0} tidak ada; pilihan hanya 1–5",
    "months": "validity_months {0} bukan jumlah bulan",
    "renewal": "renewal {0} tidak lengkap; isi by (exam atau hours), window_days, grace_days",
    "requirement": "syarat {0} tidak dikenal; lihat certificates/README.md",
    "unit": "tidak ada unit dengan kode “{0}”; sebut dengan --unit",
    "pattern": "pola nomor “{0}” perlu memuat {{n}} dan {{year}}; sebut dengan --number",
    "official": "pejabat penanda tangan: {0} belum ada; sebut dengan --{0}",
    "nip": "NIP pejabat penanda tangan bukan 18 angka yang sah",
    "exam_unknown": "tidak ada ujian dengan kode {0}; masukkan paket kursusnya dahulu",
    "exam_taken": "ujian {0} sudah punya skema lain yang langsung memberi sertifikat",
    "course_missing": "tidak ada kursus dengan alamat {0}; masukkan paketnya dahulu",
    "course_with_exam": "kursus {0} berakhir dengan ujian; sertifikat keikutsertaan hanya untuk kursus tanpa ujian",
    "course_taken": "kursus {0} sudah punya skema keikutsertaan lain",
    "course_unknown": "syarat kursus {0} belum ada di sini, jadi belum dapat dipenuhi siapa pun",
    "competency_unknown": "tidak ada kompetensi dengan kode {0}",
    "design": "tidak ada rancangan {0} di certificates/",
    "twice_code": "kodenya sama dengan berkas {0}",
    "twice_exam": "berkas {0} sudah memberi sertifikat untuk ujian yang sama",
    "twice_course": "berkas {0} sudah memberi sertifikat untuk kursus yang sama",
    "kept": "sudah ada dengan isi lain; yang ada dibiarkan",
}
_STATES = {"ready": "Siap", "warning": "Peringatan", "error": "Galat"}


@click.group("schemes", help="Skema sertifikasi: masukkan dari berkas.")
def group() -> None:
    """The noun."""


@group.command(
    "load",
    help="Masukkan skema. FILE: berkas YAML atau folder; tanpa FILE, skema bawaan.\n\n"
    "Semua berkas diperiksa; bila satu galat, tidak ada yang dimasukkan dan kode keluar 1. "
    "Skema yang sudah ada tidak ditimpa, jadi perintah ini boleh diulang.",
)
@click.argument("paths", metavar="FILE…", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--unit", default="", metavar="KODE", help="Kode unit penerbit.")
@click.option("--number", default="", metavar="POLA", help="Pola nomor, misalnya B.{n}/BPSDM/RSDM.510/{month}/{year}.")
@click.option("--office", default="", help="Jabatan penanda tangan.")
@click.option("--name", default="", help="Nama penanda tangan.")
@click.option("--nip", default="", help="NIP penanda tangan.")
@click.option("--place", default="", help="Tempat penerbitan.")
@click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang ditulis.")
@click.pass_obj
def load(
    open_platform: OpenPlatform,
    paths: tuple[Path, ...],
    unit: str,
    number: str,
    office: str,
    name: str,
    nip: str,
    place: str,
    dry_run: bool,
) -> int:
    """Look at all files, tell of each, and take in all of them or none."""
    issuing = Issuing(unit, number, {"office": office, "name": name, "nip": nip, "place": place})
    files = [
        file for path in paths or (SHIPPED,) for file in (sorted(path.glob("*.yaml")) if path.is_dir() else [path])
    ]
    now = clock.now()
    with open_platform().database.writer() as session, session.begin() as transaction:
        reference.load(session, now=now)  # the shipped dictionaries, which the shipped schemes name
        rows = scheme_files.look(session, files, issuing, designs=ROOT / "certificates")
        broken = any(row.state == "error" for row in rows)
        made = 0 if broken or dry_run else scheme_files.add(session, rows)
        for row in rows if made else ():
            if row.scheme is not None:
                audit.record(session, "scheme.load", f"scheme:{row.scheme.id}", by=None, now=now)
        if broken or dry_run:
            transaction.rollback()
    for row in rows:
        click.echo(_line(row))
    click.echo(_sum(rows, made, is_broken=broken, dry_run=dry_run), err=broken)
    return 1 if broken else 0


def _line(row: Row) -> str:
    said = "; ".join(map(_words, row.findings)) or (
        "skema baru" if row.scheme is not None else "sudah ada, tidak berubah"
    )
    return f"{_STATES[row.state]:<11} {row.name}: {said}"


def _words(finding: Remark) -> str:
    return _SAID[finding.problem].format(finding.value)


def _sum(rows: list[Row], made: int, *, is_broken: bool, dry_run: bool) -> str:
    counts = {state: sum(row.state == state for row in rows) for state in _STATES}
    told = f"{counts['ready']} siap, {counts['warning']} peringatan, {counts['error']} galat."
    if is_broken:
        return f"{told} Tidak ada yang dimasukkan."
    return f"{told} Hanya diperiksa." if dry_run else f"{told} {made} skema dimasukkan."
