"""Which engine an installation has: it follows the database."""

from functools import lru_cache
from pathlib import Path

from lms.db import Database
from lms.platform import Platform
from lms.search.documents import Engine
from lms.search.postgres_engine import PostgresEngine
from lms.search.whoosh_engine import WhooshEngine


def engine(platform: Platform) -> Engine:
    """PostgreSQL's full text on PostgreSQL, Whoosh in `var/search` on SQLite."""
    return open_engine(platform.database, platform.settings.var / "search")


def open_engine(database: Database, folder: Path) -> Engine:
    """The engine of a database; folder: where Whoosh keeps its files."""
    if database.engine.dialect.name == "postgresql":
        return PostgresEngine(database)
    return _whoosh(folder)


@lru_cache(maxsize=8)
def _whoosh(folder: Path) -> WhooshEngine:
    """Opened once in a process: opening reads the index's files anew."""
    return WhooshEngine(folder)
