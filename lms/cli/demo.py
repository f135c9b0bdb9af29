"""lms demo: invented people and a real course to try the product with."""

import click
from sqlalchemy import select

from lms import clock
from lms import demo as data
from lms.cli.opening import OpenPlatform
from lms.people.models import User


@click.group("demo", help="Data demo: organisasi, pegawai, kursus rekaan.")
def group() -> None:
    """The noun."""


@group.command(
    "load", help="Isi basis data kosong.\n\nDijalankan lagi: tidak ada yang berubah. Ditolak di mode produksi."
)
@click.pass_obj
def load(open_platform: OpenPlatform) -> int:
    """Load the demo into an empty database; refuse one that real people use."""
    platform = open_platform()
    if not platform.settings.admits_demo:
        raise click.ClickException("Data demo tidak dimuat di mode produksi. Setel TERUJI_MODE=demo untuk mencoba.")
    now = clock.now()
    with platform.database.transaction() as session:
        if data.is_loaded(session):
            return 0
        if session.scalar(select(User.id).limit(1)) is not None:
            raise click.ClickException("Basis data ini sudah berisi akun. Data demo hanya untuk basis data kosong.")
        data.load(
            session,
            now=now,
            today=clock.local_date(now, platform.settings.zone),
            public_url=platform.settings.public_url,
        )
    click.echo("Data demo dimuat.")
    return 0


@group.command("accounts", help="Tampilkan akun untuk masuk.")
def accounts() -> None:
    """Print the sign-ins."""
    click.echo(f"Kata sandi semua akun demo: {data.PASSWORD}")
    for account in data.accounts():
        step = "  (kode verifikasi tampil di halaman)" if account.second_factor else ""
        click.echo(f"  {account.nip}  {account.name:<36} {account.part}{step}")
