"""lms log: check the public log, prove what stands in it, and what to do when entries were lost."""

from pathlib import Path
from urllib.parse import urlsplit

import click
from sqlalchemy import select

from lms import audit, clock
from lms.certificates import checkpoints, codes, log, log_check, merkle, notes
from lms.certificates.checkpoints import LogFolder, WillNotSign
from lms.certificates.issuing import from_json
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate, Scheme
from lms.certificates.notes import BadNote, Checkpoint
from lms.cli.opening import OpenPlatform
from lms.platform import Platform

SAID = {
    "missing": "entri hilang",
    "changed": "entri diubah",
    "back_dated": "entri bertanggal mundur",
    "wrong_subtree": "sidik pohon tidak cocok",
    "wrong_head": "panjang log tidak cocok",
    "signed_otherwise": "bukan isi yang pernah ditandatangani, tanda batas",
    "signed_and_gone": "lebih pendek daripada yang pernah ditandatangani, tanda batas",
    "not_in_the_log": "belum tercatat di log (lms log backfill)",
    "another_file": "berkas di register bukan yang tercatat",
}


@click.group("log", help="Log publik: periksa, buktikan, simpan.")
def group() -> None:
    """The noun."""


@group.command("check", help="Hitung ulang seluruh log dari entrinya.\n\nKode keluar 1 bila ada yang tidak cocok.")
@click.pass_obj
def check(open_platform: OpenPlatform) -> int:
    """Compute the tree anew and compare it with all that was kept and signed."""
    platform = open_platform()
    folder = _folder(platform)
    latest = folder.latest
    signed = [*folder.daily, *([latest] if latest else [])]
    with platform.database.reader() as session:
        size, faults = log_check.check(session, signed)
    for fault in faults:
        where = "" if fault.index is None else f" {fault.index}"
        click.echo(f"{SAID[fault.what]}{where} {fault.detail}".rstrip(), err=True)
    click.echo(f"{size} entri, {len(signed)} tanda batas, {len(faults)} masalah.")
    return 1 if faults else 0


@group.command("prove", help="Cetak bukti bahwa berkas sertifikat tercatat (tlog-proof).")
@click.argument("code", metavar="KODE")
@click.pass_obj
def prove(open_platform: OpenPlatform, code: str) -> None:
    """Print the receipt of a certificate's file."""
    platform = open_platform()
    note, key = _signed(platform)
    entry = (
        select(LogEntry.index)
        .join(Certificate, Certificate.id == LogEntry.certificate_id)
        .where(Certificate.code == codes.normalise(code), LogEntry.kind == "file")
    )
    with platform.database.reader() as session:
        index = session.scalar(entry)
        receipt = None if index is None else checkpoints.receipt(session, index, note, key)
    if receipt is None:
        raise click.ClickException("Sertifikat itu belum tercatat, atau tanda batas terakhir lebih tua.")
    click.echo(receipt.text, nl=False)


@group.command(
    "consistency",
    help="Buktikan bahwa log melanjutkan yang lama.\n\nOLD: banyaknya entri dulu, atau berkas tanda batas.",
)
@click.argument("old", metavar="OLD")
@click.pass_obj
def consistency(open_platform: OpenPlatform, old: str) -> int:
    """Print the proof from an old size; from an old checkpoint, also say whether it holds."""
    platform = open_platform()
    note, key = _signed(platform)
    head = notes.opened(note, key)
    before = _before(platform, old)
    size = int(old) if before is None else before.size
    if size > head.size:
        raise click.ClickException(f"Tanda batas terakhir hanya meliputi {head.size} entri.")
    with platform.database.reader() as session:
        path = log.consistency(session, size, head.size)
    click.echo(notes.consistency(size, path, note), nl=False)
    if before is not None and not merkle.extends(before.root, size, head.root, head.size, path):
        click.echo("Log ini bukan kelanjutan dari tanda batas itu.", err=True)
        return 1
    return 0


@group.command("export", help="Tanda tangani log, dan simpan tanda batas hari ini untuk saksi.")
@click.pass_obj
def export(open_platform: OpenPlatform) -> None:
    """Sign the head and keep it under today's date."""
    platform = open_platform()
    folder = _ensured(platform)
    try:
        checkpoints.sign(platform.database, folder)
    except WillNotSign as error:
        raise click.ClickException(str(error)) from error
    today = clock.local_date(clock.now(), platform.settings.zone).isoformat()
    click.echo(checkpoints.keep_daily(folder, today))


@group.command(
    "backfill", help="Catat sertifikat yang terbit sebelum log ada.\n\nDijalankan lagi: tidak ada yang berubah."
)
@click.pass_obj
def backfill(open_platform: OpenPlatform) -> None:
    """Give issued certificates that the log does not know their credential and entries; their files stay as they are."""
    from lms.certificates import credentials  # noqa: PLC0415 - with the keys that only this command needs
    from lms.issue import issuer_of  # noqa: PLC0415 - loads WeasyPrint and pyHanko

    platform, entered = open_platform(), 0
    _ensured(platform)
    issuer = issuer_of(platform)
    unknown = (
        select(Certificate.id, Scheme.code)
        .join(Scheme, Scheme.id == Certificate.scheme_id)
        .outerjoin(LogEntry, (LogEntry.certificate_id == Certificate.id) & (LogEntry.kind == "file"))
        .where(Certificate.state == "issued", LogEntry.index.is_(None))
        .order_by(Certificate.id)
    )
    with platform.database.reader() as session:
        waiting = session.execute(unknown).all()
    for certificate_id, scheme in waiting:
        with platform.database.turn() as session:
            one = session.get_one(Certificate, certificate_id)
            assert one.number is not None, "an issued certificate has its number"
            assert one.file_sha256 is not None, "and its file"
            now = clock.now()
            credentials.prepare(session, one.id, from_json(one.facts), scheme=scheme, issuer=issuer, now=now)
            credentials.enter_file(
                session, one.id, number=one.number, sha256=one.file_sha256, now=now, issued_at=one.issued_at
            )
            audit.record(session, "certificate.backfill", f"certificate:{one.id}", by=None, now=now)
            entered += 1
    click.echo(f"{entered} sertifikat dicatat.")


@group.command(
    "restart",
    help="Mulai dengan kunci baru setelah entri hilang.\n\nKunci lama tetap tercantum di /log. Pulihkan cadangan lebih dahulu bila ada.",
)
@click.option(
    "--entries-are-lost", is_flag=True, required=True, help="Nyatakan bahwa entri yang hilang tidak ada cadangannya."
)
@click.pass_obj
def restart(open_platform: OpenPlatform, entries_are_lost: bool) -> None:
    """Retire the key and go on under a new name."""
    platform = open_platform()
    if not entries_are_lost:
        raise click.ClickException("Pulihkan cadangan lebih dahulu.")
    key = checkpoints.restart(platform.settings.log_folder, host=_host(platform))
    with platform.database.transaction() as session:
        audit.record(session, "log.restart", "log_head:1", by=None, now=clock.now(), details={"name": key.name})
    click.echo(key.text)


@group.command(
    "renew-key",
    help="Ganti kunci log.\n\nKunci lama dan baru menandatangani isi yang sama; kunci lama tetap tercantum.",
)
@click.pass_obj
def renew_key(open_platform: OpenPlatform) -> None:
    """Sign the head with the old key, then with a new one."""
    platform = open_platform()
    try:
        key = checkpoints.renew(platform.database, _ensured(platform), host=_host(platform))
    except WillNotSign as error:
        raise click.ClickException(str(error)) from error
    with platform.database.transaction() as session:
        audit.record(session, "log.renew_key", "log_head:1", by=None, now=clock.now(), details={"name": key.name})
    click.echo(key.text)


def _folder(platform: Platform) -> LogFolder:
    return LogFolder(platform.settings.log_folder)


def _ensured(platform: Platform) -> LogFolder:
    """The folder with its key. A key is made only before the first entry."""
    try:
        return checkpoints.ensure(platform.settings.log_folder, host=_host(platform), database=platform.database)
    except WillNotSign as error:
        raise click.ClickException(str(error)) from error


def _host(platform: Platform) -> str:
    return urlsplit(platform.settings.public_url).netloc


def _signed(platform: Platform) -> tuple[str, notes.Verifier]:
    folder = _folder(platform)
    note, key = folder.note, folder.public
    if note is None or key is None:
        raise click.ClickException("Belum ada tanda batas. Jalankan dahulu: lms log export")
    return note, key


def _before(platform: Platform, old: str) -> Checkpoint | None:
    """The checkpoint in a file, signed by this key or one before; None for a number."""
    if old.isdigit():
        return None
    folder, file = _folder(platform), Path(old)
    if not file.is_file():
        raise click.ClickException("OLD ialah angka atau berkas tanda batas.")
    public = folder.public
    for key in [*([public] if public else []), *folder.retired]:
        try:
            return notes.opened(file.read_text("utf-8"), key)
        except BadNote:
            continue
    raise click.ClickException("Tanda batas di berkas itu tidak ditandatangani log ini.")
