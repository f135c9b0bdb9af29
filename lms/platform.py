"""One running installation: what the edges hand to the functions below them."""

from dataclasses import dataclass

from lms.config import Settings
from lms.db import Database
from lms.jobs import Queue
from lms.storage import Files


@dataclass(frozen=True)
class Platform:
    """Settings, database, queue and files that belong together."""

    settings: Settings
    database: Database
    queue: Queue
    files: Files
