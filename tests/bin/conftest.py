"""A checkout of its own for each test: the real scripts, stand-ins for the network and the application."""

import os
import shutil
import stat
import sys
from pathlib import Path

import pytest
from _setup import CONTAINS, ROOT, stamp_locks, stamp_node_modules


class Checkout:
    """A folder with the scripts of bin/; `tools`, first on PATH, has programs that note their calls."""

    def __init__(self, root: Path, tools: Path) -> None:
        self.root = root
        self.tools = tools
        self._calls = tools / "calls"
        tools.mkdir()

    def add_tool(self, name: str, script: str = "") -> None:
        """Put a program on PATH that notes its words and then runs the script."""
        self.add_program(self.tools / name, f'echo "{name} $*" >> {self._calls}\n{script}')

    def add_program(self, path: Path, script: str) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)

    def calls(self) -> list[str]:
        """The calls of the tools so far, in order."""
        return self._calls.read_text().splitlines() if self._calls.exists() else []


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """Nothing set up yet: scripts, locks and a PATH with the system's own programs behind the tools."""
    root = tmp_path / "checkout"
    shutil.copytree(ROOT / "bin", root / "bin", ignore=shutil.ignore_patterns("__pycache__"))
    (root / "requirements").mkdir()
    for name in ("uv", "base", "irt", "test", "node"):
        (root / "requirements" / f"{name}.lock").write_text(f"{name}==1 --hash=sha256:00\n")
    (root / "package-lock.json").write_text("{}")
    checkout = Checkout(root, tmp_path / "tools")
    monkeypatch.setenv("PATH", f"{checkout.tools}{os.pathsep}/usr/sbin:/usr/bin:/sbin:/bin")
    return checkout


@pytest.fixture
def ready_checkout(checkout: Checkout) -> Checkout:
    """Set up already: its Python is the tests' own, its node_modules holds what the build takes from ours."""
    root = checkout.root
    checkout.add_program(root / ".venv" / "bin" / "python", f'exec {sys.executable} "$@"')
    stamp_locks(CONTAINS["test"], root)
    (root / "node_modules").mkdir()
    for part in ("@esbuild", "@fontsource"):
        (root / "node_modules" / part).symlink_to(ROOT / "node_modules" / part)
    stamp_node_modules(root)
    return checkout
