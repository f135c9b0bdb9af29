"""The programs and libraries that come from the system: what is needed, and installing it where we may."""

import ctypes
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from _setup import ROOT, SetupError, run_quietly, say

POSTGRES_FOLDER = Path("/usr/lib/postgresql")


@dataclass(frozen=True)
class Need:
    """Something of the system's, the Debian packages that bring it, and how to see that it is there."""

    name: str
    packages: tuple[str, ...]
    present: Callable[[], bool]


def ensure(needs: Sequence[Need]) -> tuple[Need, ...]:
    """Install what is missing where we may, else print the command to type. Returns what is still missing."""
    missing = _missing(needs)
    if missing and (rights := _rights()) is not None:
        say(f"Memasang {_names(missing)} dengan apt-get …")
        _install(missing, rights)
        missing = _missing(missing)
    if missing:
        packages = " ".join(_packages(missing))
        say(f"Belum ada {_names(missing)}. Pasang dengan: sudo apt-get install -y {packages}")
    return missing


def postgres_programs() -> Path | None:
    """Folder of PostgreSQL's server programs: the newest of Debian's, else where PATH has initdb."""
    folders = [file.parent for file in POSTGRES_FOLDER.glob("*/bin/initdb")]
    if folders:
        return max(folders, key=lambda folder: int(folder.parent.name))
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def soft_hsm_library() -> Path | None:
    """SoftHSM's PKCS #11 library, where Debian or others put it."""
    folders = ("/usr/lib/softhsm", "/usr/lib/x86_64-linux-gnu/softhsm", "/usr/lib64/softhsm", "/usr/local/lib/softhsm")
    found = (Path(folder) / "libsofthsm2.so" for folder in folders)
    return next((file for file in found if file.exists()), None)


def chromium() -> str | None:
    """Chromium's program: its headless shell, where it is there; the whole browser takes 40 % more processor time."""
    return shutil.which("chromium-headless-shell") or shutil.which("chromium")


def _loads(*libraries: str) -> bool:
    """Whether the dynamic loader finds these: the very question that importing WeasyPrint asks."""
    try:
        for library in libraries:
            ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _runs(*programs: str) -> bool:
    return all(shutil.which(program) for program in programs)


PANGO = Need(
    "Pango (untuk membuat PDF)",
    ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    lambda: _loads("libpango-1.0.so.0", "libpangoft2-1.0.so.0", "libharfbuzz-subset.so.0"),
)
PAGE_PICTURES = Need("poppler-utils (untuk gambar pratinjau rancangan)", ("poppler-utils",), lambda: _runs("pdftoppm"))
CHROMIUM = Need("Chromium", ("chromium-headless-shell",), lambda: chromium() is not None)
POSTGRES = Need("PostgreSQL", ("postgresql",), lambda: postgres_programs() is not None)
SOFT_HSM = Need("SoftHSM", ("softhsm2",), lambda: _runs("softhsm2-util"))
PDF_TOOLS = Need("poppler-utils dan qpdf", ("poppler-utils", "qpdf"), lambda: _runs("pdfsig", "pdftoppm", "qpdf"))


def _missing(needs: Iterable[Need]) -> tuple[Need, ...]:
    return tuple(need for need in needs if not need.present())


def _rights() -> list[str] | None:
    """What to put before apt-get so that it may install; None where we may not."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") is None:
        return None
    allowed = subprocess.run(["sudo", "-n", "true"], capture_output=True, check=False).returncode == 0
    return ["sudo", "-n"] if allowed else None


def _install(needs: Iterable[Need], rights: list[str]) -> None:
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"]
    try:
        run_quietly([*apt, "update"], ROOT)
        run_quietly([*apt, "install", "-y", "--no-install-recommends", *_packages(needs)], ROOT)
    except SetupError as error:
        say(str(error))


def _packages(needs: Iterable[Need]) -> list[str]:
    return [package for need in needs for package in need.packages]


def _names(needs: Iterable[Need]) -> str:
    return ", ".join(need.name for need in needs)
