"""Files that belong to the installation: kept whole or not at all, found by key."""

import os
import tempfile
from datetime import datetime
from pathlib import Path
from typing import Protocol


class FileMissing(LookupError):
    """No file is kept under that key."""


class Files(Protocol):
    """A place for files. Keys look like `certificates/ab/abcdef.pdf`."""

    def put(self, key: str, content: bytes) -> None: ...

    def get(self, key: str) -> bytes: ...

    def drop(self, key: str) -> None: ...

    def forget(self, folder: str, *, before: datetime) -> None: ...


class DiskFiles:
    """Files below one folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    def put(self, key: str, content: bytes) -> None:
        """Keep `content`. It is on the disk when this returns; a crash leaves the old file or none."""
        target = self._path(key)
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, part = tempfile.mkstemp(dir=target.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(part).replace(target)
        except BaseException:
            Path(part).unlink(missing_ok=True)
            raise

    def get(self, key: str) -> bytes:
        """The file's content. Raises FileMissing."""
        try:
            return self._path(key).read_bytes()
        except FileNotFoundError as error:
            raise FileMissing(key) from error

    def drop(self, key: str) -> None:
        """Delete a file; one that is not there is none."""
        self._path(key).unlink(missing_ok=True)

    def forget(self, folder: str, *, before: datetime) -> None:
        """Delete the files right below a folder that were last put there before a moment."""
        place = self._path(folder)
        for file in place.iterdir() if place.is_dir() else ():
            if file.is_file() and file.stat().st_mtime < before.timestamp():
                file.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        path = (self._folder / key).resolve()
        if not path.is_relative_to(self._folder):
            raise ValueError(f"the key {key!r} leaves the folder")
        return path
