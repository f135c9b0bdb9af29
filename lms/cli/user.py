"""lms user: accounts, their passwords, roles and second factors."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import click
from sqlalchemy.orm import Session

from lms import audit, clock, sign_out
from lms.cli.opening import OpenPlatform
from lms.people import accounts, nip, password_reset, second_factor
from lms.people.models import ROLES, User
from lms.platform import Platform

A_ROLE = click.Choice(ROLES)


@click.group("user", help="Akun: kata sandi, peran, verifikasi dua langkah.")
def group() -> None:
    """The noun."""


@group.command("create", help="Buat akun.\n\nMencetak tautan sekali pakai; dengan itu pemiliknya membuat kata sandi.")
@click.argument("number", metavar="NIP")
@click.option("--name", metavar="NAMA", required=True, help="Nama dengan gelar.")
@click.option("--grade", metavar="GOLONGAN", default="", help="Golongan, misalnya III/c.")
@click.option("--email", metavar="SUREL", help="Alamat surel untuk tautan kata sandi.")
@click.option("--role", "roles", multiple=True, type=A_ROLE, help="Peran; boleh lebih dari satu, dengan --unit.")
@click.option("--unit", metavar="KODE", help="Kode unit tempat peran berlaku, dengan semua unit di bawahnya.")
@click.pass_obj
def create(
    open_platform: OpenPlatform,
    number: str,
    name: str,
    grade: str,
    email: str | None,
    roles: tuple[str, ...],
    unit: str | None,
) -> None:
    """Make an account and print the link with which its owner sets a password."""
    if roles and not unit:
        raise click.UsageError("--role perlu --unit: peran selalu berlaku atas satu unit.")
    platform = open_platform()
    with _transaction(platform) as session:
        made = accounts.create(session, number, name=name, grade=grade, email=email)
        for role in roles:
            _grant(platform, session, made, role, unit or "")
        _record(session, "user.create", made)
        link = _link(platform, made)
    _print_link(link)


@group.command(
    "password", help="Cetak tautan ganti kata sandi.\n\nSekali pakai; kata sandi lama berlaku sampai tautan dipakai."
)
@click.argument("number", metavar="NIP")
@click.pass_obj
def password(open_platform: OpenPlatform, number: str) -> None:
    """Print a link for a new password. The old one holds until the link is used."""
    platform = open_platform()
    with _transaction(platform) as session:
        found = accounts.find(session, number)
        _record(session, "password.link", found)
        link = _link(platform, found)
    _print_link(link)


@group.command("roles", help="Tampilkan atau ubah peran.\n\nTanpa --add dan --remove hanya menampilkan.")
@click.argument("number", metavar="NIP")
@click.option("--add", "added", multiple=True, type=A_ROLE, help="Peran yang diberikan, dengan --unit.")
@click.option("--remove", "removed", multiple=True, type=A_ROLE, help="Peran yang diakhiri, dengan --unit.")
@click.option("--unit", metavar="KODE", help="Kode unit tempat peran berlaku.")
@click.pass_obj
def roles(
    open_platform: OpenPlatform, number: str, added: tuple[str, ...], removed: tuple[str, ...], unit: str | None
) -> None:
    """Give and end roles, then list all that are held."""
    if (added or removed) and not unit:
        raise click.UsageError("--add dan --remove perlu --unit.")
    platform = open_platform()
    with _transaction(platform) as session:
        found = accounts.find(session, number)
        for role in added:
            _grant(platform, session, found, role, unit or "")
        for role in removed:
            _withdraw(platform, session, found, role, unit or "")
        held = accounts.roles(session, found.id)
    for one in held:
        click.echo(f"{one.role}\t{one.unit_code}\t{one.since} – {one.until or 'sekarang'}")


@group.command(
    "reset-second-factor",
    help="Hapus verifikasi dua langkah.\n\nMisalnya setelah ponsel hilang. Semua sesi pemiliknya diakhiri.",
)
@click.argument("number", metavar="NIP")
@click.pass_obj
def reset_second_factor(open_platform: OpenPlatform, number: str) -> None:
    """Forget the phone, and sign the person out everywhere."""
    now = clock.now()
    with _transaction(open_platform()) as session:
        found = accounts.find(session, number)
        second_factor.reset(session, found.id)
        sign_out.end_sessions_of(session, found.id, besides=None, now=now)
        _record(session, "second_factor.reset", found)
    click.echo("Verifikasi dua langkah dihapus. Pemilik akun memasangnya lagi saat masuk berikutnya.")


@group.command(
    "close", help="Tutup akun.\n\nTidak ada yang dapat masuk lagi; semua sesinya diakhiri. Data dan jejaknya tetap."
)
@click.argument("number", metavar="NIP")
@click.pass_obj
def close(open_platform: OpenPlatform, number: str) -> None:
    """Shut an account, and sign its owner out everywhere: an attempt that is open there saves no more."""
    now = clock.now()
    with _transaction(open_platform()) as session:
        found = accounts.find(session, number)
        if not accounts.close(session, found.id, now=now):
            raise click.ClickException("Akun itu sudah ditutup.")
        sign_out.end_sessions_of(session, found.id, besides=None, now=now)
        _record(session, "user.close", found)
    click.echo("Akun ditutup dan dikeluarkan dari semua perangkat.")


@group.command("reopen", help="Buka lagi akun yang ditutup.")
@click.argument("number", metavar="NIP")
@click.pass_obj
def reopen(open_platform: OpenPlatform, number: str) -> None:
    """Undo closing; roles are as they were."""
    with _transaction(open_platform()) as session:
        found = accounts.find(session, number)
        if not accounts.reopen(session, found.id):
            raise click.ClickException("Akun itu tidak sedang ditutup.")
        _record(session, "user.reopen", found)
    click.echo("Akun dibuka lagi.")


@contextmanager
def _transaction(platform: Platform) -> Iterator[Session]:
    """One transaction; what is wrong with the input is said in one line, without a trace."""
    try:
        with platform.database.transaction() as session:
            yield session
    except nip.BadNip as error:
        raise click.ClickException(f"Bukan NIP yang mungkin: bagian {error.problem} salah.") from error
    except accounts.AccountExists as error:
        raise click.ClickException("Pegawai dengan NIP itu sudah punya akun.") from error
    except accounts.NoSuchAccount as error:
        raise click.ClickException("Tidak ada akun dengan NIP itu. Buat dengan lms user create.") from error
    except accounts.NoSuchUnit as error:
        raise click.ClickException(f"Tidak ada unit dengan kode {error}.") from error


def _grant(platform: Platform, session: Session, to: User, role: str, unit: str) -> None:
    today = clock.local_date(clock.now(), platform.settings.zone)
    accounts.grant(session, to.id, role, unit, since=today)
    _record(session, "role.grant", to, role=role, unit=unit)


def _withdraw(platform: Platform, session: Session, of: User, role: str, unit: str) -> None:
    """Yesterday is the last day: both days of a period are included."""
    yesterday = clock.local_date(clock.now(), platform.settings.zone) - timedelta(days=1)
    if not accounts.withdraw(session, of.id, role, unit, last_day=yesterday):
        raise click.ClickException(f"Peran {role} atas {unit} tidak sedang dipegang.")
    _record(session, "role.withdraw", of, role=role, unit=unit)


def _record(session: Session, action: str, about: User, **details: str) -> None:
    audit.record(session, action, f"user:{about.id}", by=None, now=clock.now(), details=details)


def _link(platform: Platform, of: User) -> str:
    until = clock.now() + password_reset.BY_HAND
    text = password_reset.token(platform.settings.secret_key, of.id, of.password_hash, until=until)
    return password_reset.address(platform.settings.public_url, text)


def _print_link(link: str) -> None:
    click.echo(
        f"Berikan tautan ini langsung kepada pemilik akun; berlaku {password_reset.BY_HAND.days} hari, sekali pakai:"
    )
    click.echo(link)
