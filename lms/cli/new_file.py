"""The type of an argument that names a file to be written."""

import os
from pathlib import Path
from typing import Any

import click


class NewFile(click.Path):
    """Refused before any work is done where its folder is not there, or not to be written in."""

    def __init__(self) -> None:
        super().__init__(dir_okay=False, path_type=Path)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The path."""
        path = Path(os.fsdecode(super().convert(value, param, ctx)))
        if not path.parent.is_dir():
            self.fail(f"folder {path.parent} tidak ada; buat dahulu, atau pilih folder lain", param, ctx)
        if not os.access(path.parent, os.W_OK):
            self.fail(f"folder {path.parent} tidak boleh ditulisi; pilih folder lain", param, ctx)
        return path
