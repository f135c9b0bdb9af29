"""lms certificates: check files against the register."""

import json
from functools import partial
from pathlib import Path

import click
from sqlalchemy import select

from lms import audit, clock
from lms.certificates import codes, credential_keys, issuing
from lms.certificates.models import Certificate
from lms.certificates.register import SqlRegister
from lms.certificates.verification import Verdict, check_file
from lms.cli import signing
from lms.cli.opening import OpenPlatform
from lms.people.employment import employment_on


@click.group("certificates", help="Sertifikat: periksa berkas, terbitkan lagi, penanda tangan.")
def group() -> None:
    """The noun."""


group.add_command(signing.signer)
group.add_command(signing.sign)


@group.command(
    "verify",
    help="Periksa berkas PDF seperti /cek.\n\nKode keluar 0 bila semuanya sah dan berlaku, 1 bila ada yang tidak.",
)
@click.argument("files", metavar="FILE…", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="Satu objek JSON per berkas: state, code, reasons.")
@click.pass_obj
def verify(open_platform: OpenPlatform, files: tuple[Path, ...], as_json: bool) -> int:
    """Check files as /cek does: the same function, in a child of its own for each."""
    from lms.certificates.sandbox import inspect_in_child  # noqa: PLC0415 - loads pikepdf and pyHanko
    from lms.certificates.signing import pki  # noqa: PLC0415 - likewise

    platform = open_platform()
    now = clock.now()
    trust = pki.ensure(platform.settings.pki_folder, now=now).trust
    all_in_force = True
    with platform.database.reader() as session:
        for file in files:
            verdict = check_file(
                file.read_bytes(),
                register=SqlRegister(session),
                inspect=partial(inspect_in_child, trust=trust, now=now),
                now=now,
            )
            all_in_force &= verdict.in_force
            click.echo(_as_json(file, verdict) if as_json else f"{file}: {verdict.state} {verdict.code or '-'}")
    return 0 if all_in_force else 1


@group.command(
    "retry",
    help="Terbitkan lagi yang tertolak.\n\nPerbaiki dahulu data pegawainya; sertifikat memakai data yang berlaku hari ini.",
)
@click.argument("code", metavar="KODE")
@click.pass_obj
def retry(open_platform: OpenPlatform, code: str) -> None:
    """Take a refused certificate up again."""
    platform = open_platform()
    now = clock.now()
    with platform.database.transaction() as session:
        wanted = select(Certificate).where(Certificate.code == codes.normalise(code), Certificate.state == "refused")
        certificate = session.scalars(wanted).one_or_none()
        if certificate is None:
            raise click.ClickException("Tidak ada sertifikat tertolak dengan kode itu.")
        today = clock.local_date(now, platform.settings.zone)
        issuing.try_again(session, certificate, holder=employment_on(session, certificate.employee_id, today))
        audit.record(session, "certificate.retry", f"certificate:{certificate.id}", by=None, now=now)
    click.echo("Sertifikat masuk antrean lagi.")


@group.command(
    "renew-key",
    help="Ganti kunci kredensial.\n\nKunci lama tetap di did.json, jadi kredensial lama tetap dapat diperiksa.",
)
@click.pass_obj
def renew_key(open_platform: OpenPlatform) -> None:
    """Sign credentials with a new key from now on."""
    platform = open_platform()
    name = credential_keys.renew(platform.settings.credential_folder)
    with platform.database.transaction() as session:
        audit.record(
            session, "credential.renew_key", "credential_key", by=None, now=clock.now(), details={"name": name}
        )
    click.echo(name)


def _as_json(file: Path, verdict: Verdict) -> str:
    code = codes.display(verdict.code) if verdict.code else None
    return json.dumps({"file": str(file), "state": verdict.state, "code": code, "reasons": list(verdict.reasons)})
