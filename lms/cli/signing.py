"""lms certificates signer, lms certificates sign: try the signer out, change its key, sign with a passphrase of one's own."""

import time
from datetime import datetime, timedelta

import click

from lms import audit, clock
from lms.certificates import issuing, stops
from lms.certificates.signing.errors import SigningFailed
from lms.cli.opening import OpenPlatform
from lms.platform import Platform

_SOON = timedelta(days=30)
KINDS = {
    "test": "kunci uji: halaman menyebut UJI",
    "local": "kunci instansi: halaman menyebut tidak tersertifikasi",
    "certified": "BSrE: halaman menyebut tersertifikasi",
}


@click.group("signer", help="Penanda tangan: periksa, ganti kunci uji.")
def signer() -> None:
    """Who signs certificates here."""


@signer.command(
    "check",
    help="Tanda tangani contoh, lalu periksa seperti /cek.\n\nBila sah, penandatanganan yang berhenti dilanjutkan.",
)
@click.pass_obj
def check(open_platform: OpenPlatform) -> None:
    """Sign a sample, look at it as /cek does, and let signing go on where it stood still."""
    platform, now = open_platform(), clock.now()
    said = _checked(platform, _passphrase(platform), now)
    with platform.database.transaction() as session:
        stop = stops.standing(session)
        stops.clear(session)
        audit.record(session, "signer.check", "signer:1", by=None, now=now)
    click.echo("\n".join(said))
    if stop is not None:
        click.echo(f"Penandatanganan berhenti sejak {stop.since:%Y-%m-%d %H:%M} UTC; sekarang dilanjutkan.")


@signer.command("status", help="Katakan apakah penandatanganan berjalan.\n\nKode keluar 1 bila berhenti.")
@click.pass_obj
def status(open_platform: OpenPlatform) -> int:
    """Tell whether signing stands still, and why."""
    with open_platform().database.reader() as session:
        stop = stops.standing(session)
    if stop is None:
        click.echo("Penandatanganan berjalan.")
        return 0
    again = (
        f"dicoba lagi {stop.retry_at:%Y-%m-%d %H:%M} UTC" if stop.retry_at else "menunggu lms certificates signer check"
    )
    click.echo(f"Berhenti sejak {stop.since:%Y-%m-%d %H:%M} UTC ({stop.cause}): {stop.detail}\n{again}")
    return 1


@signer.command("rotate", help="Ganti kunci PKI uji.\n\nTanda tangan lama tetap sah; kunci lamanya dihapus.")
@click.pass_obj
def rotate(open_platform: OpenPlatform) -> None:
    """Make a new test-grade signer."""
    from lms.certificates.signing import pki  # noqa: PLC0415 - with the keys that only this command needs

    platform, now = open_platform(), clock.now()
    folder = platform.settings.pki_folder
    pki.ensure(folder, now=now)
    certificate = pki.rotate(folder, now)
    with platform.database.transaction() as session:
        audit.record(session, "signer.rotate", "signer:1", by=None, now=now)
    click.echo(f"Penanda tangan uji yang baru: nomor seri {certificate.serial_number:x}.")


@click.command(
    "sign",
    help="Tanda tangani yang menunggu (BSrE pribadi).\n\nFrasa sandi ditanyakan, tidak ditampilkan, dan tidak disimpan.",
)
@click.pass_obj
def sign(open_platform: OpenPlatform) -> int:
    """Issue all that waits, with a passphrase that lives as long as this command."""
    from lms.certificates.signing import choosing  # noqa: PLC0415 - loads pyHanko
    from lms.issue import issue  # noqa: PLC0415 - loads WeasyPrint

    platform = open_platform()
    settings = platform.settings
    if not settings.signer.is_personal:
        raise click.ClickException(
            "Hanya untuk SIGNER=bsre-v1:… atau bsre-v2:…; selain itu pekerja latar yang menandatangani."
        )
    try:
        found = choosing.signer_of(
            settings.signer, settings.pki_folder, now=clock.now(), passphrase=_passphrase(platform)
        )
    except SigningFailed as fault:
        raise click.ClickException(str(fault)) from fault
    done = 0
    while waiting := _waiting(platform):
        issue(platform, waiting, found)
        left = set(_waiting(platform)) & set(waiting)
        done += len(waiting) - len(left)
        if left:
            break
    with platform.database.reader() as session:
        stop = stops.standing(session)
    click.echo(f"{done} sertifikat selesai.")
    if stop is not None:
        click.echo(stop.detail, err=True)
    return 1 if stop is not None else 0


def _waiting(platform: Platform) -> list[int]:
    with platform.database.reader() as session:
        return issuing.waiting(session, besides=0, limit=100)


def _passphrase(platform: Platform) -> str:
    """Asked for where a person signs; else none is needed."""
    if not platform.settings.signer.is_personal:
        return ""
    return str(click.prompt("Frasa sandi BSrE", hide_input=True, err=True))


def _checked(platform: Platform, passphrase: str, now: datetime) -> list[str]:
    """What there is to say of a signer that works. Raises click.ClickException, which says what to do."""
    from lms.certificates.file_report import Signature  # noqa: PLC0415 - with what follows
    from lms.certificates.sandbox import inspect_in_child  # noqa: PLC0415 - loads pikepdf and pyHanko
    from lms.certificates.signing import choosing, pki, revocation_lists, sample  # noqa: PLC0415 - likewise

    folder = platform.settings.pki_folder
    choosing.forget(folder)
    try:
        found = choosing.signer_of(platform.settings.signer, folder, now=now, passphrase=passphrase)
        began = time.perf_counter()
        signed = found.sign(sample.unsigned(), reason="Contoh tanda tangan", location="", now=now)
        took = time.perf_counter() - began
    except SigningFailed as fault:
        raise click.ClickException(f"{fault} ({fault.cause})") from fault
    revocation_lists.refresh(folder, now=now)
    report = inspect_in_child(signed, trust=pki.ensure(folder, now=now).trust, now=now)
    if report.signature is not Signature.VALID_OURS:
        raise click.ClickException(_untrusted(report.signature, report.reasons))
    said = [
        f"Sah menurut pemeriksaan /cek: {report.signer}",
        f"Jenis: {KINDS[found.kind]}",
        f"Lama: {took * 1000:.0f} ms",
    ]
    if "timestamp_unproven" in report.reasons:
        raise click.ClickException("Stempel waktunya dari otoritas yang akarnya belum ada di pki/roots/.")
    ends = getattr(getattr(found, "certificate", None), "not_valid_after_utc", None)
    if ends is not None:
        said.append(f"Sertifikat berlaku sampai {ends.date()}" + (": segera perbarui." if ends - now < _SOON else "."))
    return said


def _untrusted(state: str, reasons: tuple[str, ...]) -> str:
    told = ", ".join(reasons) or state
    if state == "not_ours":
        return f"Contoh tertandatangani, tetapi akarnya belum dipercaya ({told}): simpan akar CA (PEM) di pki/roots/."
    if state == "signer_not_valid":
        return f"Contoh tertandatangani, tetapi tidak ada daftar pencabutan yang berlaku ({told}): simpan di pki/crls/."
    return f"Contoh tertandatangani, tetapi tidak sah ({told})."
