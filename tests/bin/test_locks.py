"""The locks: every package hashed, no registry named, and the tests run what the product runs."""

import re
import tomllib
from pathlib import Path

import pytest
from _setup import ROOT

LOCKS = sorted((ROOT / "requirements").glob("*.lock"))


def packages(lock: Path) -> dict[str, str]:
    """Each requirement line without its hashes: name and version."""
    pins = re.findall(r"^([a-z0-9.-]+)==(.*?) *\\$", lock.read_text(), flags=re.MULTILINE)
    return dict(pins)


def test_the_test_lock_holds_every_package_of_the_product_in_the_same_version() -> None:
    base = packages(ROOT / "requirements" / "base.lock")
    test = packages(ROOT / "requirements" / "test.lock")
    assert base["flask"].startswith("3.1")
    assert {name: test.get(name) for name in base} == base


def test_the_extra_of_the_2pl_model_is_locked_and_tested() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [line for line in (ROOT / "requirements" / "irt.in").read_text().splitlines() if not line.startswith("#")]
    assert project["optional-dependencies"]["irt"] == wanted
    lines = {name: set((ROOT / "requirements" / f"{name}.lock").read_text().splitlines()) for name in ("irt", "test")}
    assert any(line.startswith("numpy==") for line in lines["irt"])
    assert lines["irt"] <= lines["test"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.name)
def test_every_package_has_a_hash(lock: Path) -> None:
    blocks = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert all("--hash=sha256:" in block for block in blocks)


@pytest.mark.parametrize("lock", [*LOCKS, ROOT / "package-lock.json"], ids=lambda lock: lock.name)
def test_no_lock_names_a_registry(lock: Path) -> None:
    assert "index-url" not in lock.read_text()
    assert '"resolved"' not in lock.read_text()
    assert not re.search(r"@ (https?|file):", lock.read_text())
