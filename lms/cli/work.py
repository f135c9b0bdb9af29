"""lms web, lms worker and lms sandbox: what runs when Teruji is served."""

import logging
import os

import click

from lms import clock, config
from lms.cli.opening import OpenPlatform

LOG_FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


@click.command("web", help="Jalankan server web.\n\nSIGTERM menghentikannya setelah permintaan di tangan.")
@click.option("--host", default="127.0.0.1", show_default=True, help="Alamat yang didengarkan.")
@click.option("--port", type=click.IntRange(1, 65535), default=8000, show_default=True)
@click.option("--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Proses.")
def web(host: str, port: int, workers: int) -> None:
    """Answer requests until told to stop."""
    from lms.serving import PortTaken, serve  # noqa: PLC0415 - makes the application

    try:
        serve(host, port, processes=workers)
    except PortTaken as taken:
        raise click.ClickException(f"Tidak dapat memakai {host}:{port} ({taken}). Pilih yang lain.") from taken


@click.command(
    "worker",
    help="Jalankan pekerja latar.\n\nSertifikat, surel, indeks, dan pekerjaan berkala; SIGINT menghentikannya setelah pekerjaan di tangan.",
)
@click.pass_obj
def worker(open_platform: OpenPlatform) -> None:
    """Do jobs until told to stop."""
    from lms.worker import run  # noqa: PLC0415 - loads WeasyPrint and pyHanko

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    for chatty in ("huey", "weasyprint", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    run(open_platform())


@click.command(
    "sandbox", help="Jalankan pemeriksa PDF unggahan.\n\nSetiap berkas dibuka dalam proses anak yang dibatasi."
)
def sandbox() -> None:
    """Open uploaded PDFs, each in a child of its own, until told to stop."""
    from lms.certificates.sandbox import serve  # noqa: PLC0415 - loads pikepdf and pyHanko
    from lms.certificates.signing import pki  # noqa: PLC0415 - likewise

    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    settings = config.read(os.environ)
    pki.ensure(settings.pki_folder, now=clock.now())
    serve(settings.sandbox_socket, settings.pki_folder)
