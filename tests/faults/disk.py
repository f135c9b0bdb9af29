"""A small disk of its own that can be filled up."""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

MEGABYTES = 400


class Disk:
    """A folder on a file system in memory where this machine lets us mount one; else an ordinary folder that never fills."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self._ballast = folder / "ballast"
        mount = ["mount", "-t", "tmpfs", "-o", f"size={MEGABYTES}m,mode=755", "tmpfs", str(folder)]
        self.is_own = os.geteuid() == 0 and subprocess.run(mount, capture_output=True, check=False).returncode == 0

    def fill(self) -> None:
        """From now on every write that needs room fails with ENOSPC."""
        with self._ballast.open("wb", buffering=0) as ballast:
            for size in (1 << 20, 1 << 12):
                with suppress(OSError):
                    while True:
                        ballast.write(bytes(size))

    def empty(self) -> None:
        """There is room again."""
        self._ballast.unlink()

    def end(self) -> None:
        """Unmount it; what lay on it is gone."""
        if self.is_own:
            subprocess.run(["umount", "--lazy", str(self.folder)], check=True)
