"""Files of questions between their preview and their import: kept for a day after they were sent."""

import hashlib
import re
from datetime import timedelta

from lms import clock
from lms.platform import Platform
from lms.storage import FileMissing, Files

SWEEP = "question_imports.forget_old"
KEPT = timedelta(days=1)
_FOLDER = "question-imports"
_NAME = re.compile(r"[0-9a-f]{64}")


def keep(files: Files, content: bytes) -> str:
    """Keep a file that was sent; the name by which its pages ask for it."""
    name = hashlib.sha256(content).hexdigest()
    files.put(f"{_FOLDER}/{name}", content)
    return name


def get(files: Files, name: str) -> bytes:
    """A file that was sent. Raises FileMissing, also for what is no such name."""
    if not _NAME.fullmatch(name):
        raise FileMissing(name)
    return files.get(f"{_FOLDER}/{name}")


def forget_old(platform: Platform) -> None:
    """Sweep: what nobody took in on the day that it was sent is sent again by whoever still wants it."""
    platform.files.forget(_FOLDER, before=clock.now() - KEPT)
