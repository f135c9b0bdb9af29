"""lms search: the text index."""

import click

from lms.cli.opening import OpenPlatform
from lms.search import draining
from lms.search.whoosh_engine import Busy


@click.group("search", help="Indeks pencarian.")
def group() -> None:
    """The noun."""


@group.command("rebuild", help="Susun ulang seluruh indeks dari basis data.")
@click.pass_obj
def rebuild(open_platform: OpenPlatform) -> int:
    """Index everything anew."""
    try:
        count = draining.rebuild(open_platform())
    except Busy as error:
        raise click.ClickException("Indeks sedang ditulis proses lain; coba lagi sebentar lagi.") from error
    click.echo(f"{count} dokumen diindeks.")
    return 0
