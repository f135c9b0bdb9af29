"""lms bench: figures, measured in one run."""

import json

import click
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from lms.bench import analysis as analysis_bench
from lms.bench import exam as exam_bench
from lms.bench import public_log

SOME = click.IntRange(min=1)


def _url(_context: click.Context, _option: click.Parameter, url: str | None) -> str | None:
    """The address of a database, if it is one."""
    if url is not None:
        try:
            make_url(url)
        except ArgumentError as error:
            raise click.BadParameter("tulis alamatnya utuh, misalnya postgresql+psycopg:///teruji_ukur") from error
    return url


DATABASE = click.option(
    "--database", "url", metavar="URL", callback=_url, help="Basis data PostgreSQL kosong; tanpa ini SQLite."
)


@click.group("bench", help="Pengukuran: SQL, waktu CPU, bita, dan laju.")
def group() -> None:
    """The noun."""


@group.command(
    "exam", help="Ukur ujian utuh lewat HTTP.\n\nDari masuk sampai hasil: tiap langkah, lalu banyak peserta sekaligus."
)
@DATABASE
@click.option("--exams", type=SOME, default=200, show_default=True, help="Banyaknya ujian utuh.")
@click.option("--clients", type=SOME, default=8, show_default=True, help="Peserta sekaligus.")
@click.option("--stampede", type=SOME, default=300, show_default=True, help="Peserta yang mulai serentak.")
@click.option("--workers", type=SOME, default=2, show_default=True, help="Proses server.")
@click.option("--json", "as_json", is_flag=True, help="Keluarkan JSON.")
def exam(url: str | None, exams: int, clients: int, stampede: int, workers: int, as_json: bool) -> None:
    """Measure whole exams."""
    found = exam_bench.run(url=url, exams=exams, clients=clients, stampede=stampede, workers=workers)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    click.echo(f"{'langkah':<16}{'SQL':>5}{'bita':>9}{'ms server':>11}{'ms basis':>10}")
    for name, step in found["steps"].items():
        row = f"{name:<16}{step['statements']:>5}{step['bytes']:>9}"
        click.echo(f"{row}{step['server_cpu_ms']:>11}{step['database_cpu_ms']:>10}")
    for name, value in found.items():
        if name != "steps":
            click.echo(f"{name}: {value}")


@group.command("analysis", help="Ukur analisis butir: pengerjaan × butir, murni, tanpa basis data.")
@click.option("--attempts", type=SOME, default=300, show_default=True, help="Banyaknya pengerjaan.")
@click.option("--items", type=SOME, default=40, show_default=True, help="Banyaknya butir.")
@click.option("--json", "as_json", is_flag=True, help="Keluarkan JSON.")
def analysis(attempts: int, items: int, as_json: bool) -> None:
    """Measure item analysis."""
    found = analysis_bench.run(attempts=attempts, items=items)
    click.echo(json.dumps(found) if as_json else "\n".join(f"{name}: {value}" for name, value in found.items()))


@group.command("log", help="Ukur log publik: menambah entri dan membuktikannya, di belakang banyak entri.")
@DATABASE
@click.option("--entries", type=SOME, default=200_000, show_default=True, help="Banyaknya entri sebelumnya.")
@click.option("--operations", type=SOME, default=1_000, show_default=True, help="Banyaknya operasi tiap jenis.")
@click.option("--json", "as_json", is_flag=True, help="Keluarkan JSON.")
def log(url: str | None, entries: int, operations: int, as_json: bool) -> None:
    """Measure the public log."""
    found = public_log.run(url=url, entries=entries, operations=operations)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        click.echo(f"{name}: {value}")


@group.command(
    "certificates",
    help="Ukur penerbitan sertifikat: sekaligus banyak, satu-satu, dan pemeriksaan berkasnya.\n\n"
    "Ukuran pada mesin yang dipakai bersama: bandingkan rasionya.",
)
@DATABASE
@click.option("--certificates", type=SOME, default=10_000, show_default=True, help="Banyaknya sertifikat sekaligus.")
@click.option(
    "--kills",
    type=click.IntRange(min=0),
    default=0,
    help="Hanya terbitkan, dan matikan pekerja sekian kali di tengahnya.",
)
@click.option("--seed", default=1, show_default=True, help="Benih saat-saat acak itu.")
@click.option("--json", "as_json", is_flag=True, help="Keluarkan JSON.")
def certificates(url: str | None, certificates: int, kills: int, seed: int, as_json: bool) -> None:
    """Measure issuing."""
    from lms.bench import certificates as certificates_bench  # noqa: PLC0415 - loads WeasyPrint and pyHanko

    if kills:
        found = certificates_bench.run_killed(url=url, certificates=certificates, kills=kills, seed=seed)
    else:
        found = certificates_bench.run(url=url, certificates=certificates)
    if as_json:
        click.echo(json.dumps(found, indent=2))
        return
    for name, value in found.items():
        click.echo(f"{name}: {value}")
