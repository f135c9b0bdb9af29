"""Setting up: done once, done again when a lock changes, never believed when half done."""

import multiprocessing
import os
import sys
from pathlib import Path

import pytest
from _setup import SetupError, ensure_assets, ensure_environment, ensure_extra, venv_python

from tests.bin.conftest import Checkout


def installed(checkout: Checkout) -> list[str]:
    """The locks that uv was told to install, in order."""
    return [call.rpartition("/")[2] for call in checkout.calls() if call.startswith("uv ")]


def test_a_second_start_installs_nothing(checkout: Checkout) -> None:
    checkout.add_tool("uv")
    for _ in range(2):
        ensure_environment("serve", checkout.root)
    assert installed(checkout) == ["base.lock"]


def test_every_package_is_held_to_its_hash(checkout: Checkout) -> None:
    checkout.add_tool("uv")
    ensure_environment("serve", checkout.root)
    assert "--require-hashes" in checkout.calls()[0]


def test_a_changed_lock_is_installed(checkout: Checkout) -> None:
    checkout.add_tool("uv")
    ensure_environment("serve", checkout.root)
    (checkout.root / "requirements" / "base.lock").write_text("base==2 --hash=sha256:00\n")
    ensure_environment("serve", checkout.root)
    assert installed(checkout) == ["base.lock", "base.lock"]


def test_an_environment_for_tests_serves_too(checkout: Checkout) -> None:
    checkout.add_tool("uv")
    ensure_environment("test", checkout.root)
    ensure_environment("serve", checkout.root)
    assert installed(checkout) == ["test.lock"]


def test_an_extra_is_installed_once_beside_the_rest_and_again_when_the_rest_changes(checkout: Checkout) -> None:
    checkout.add_tool("uv")
    for lock in ("base==1", "base==1", "base==2"):
        (checkout.root / "requirements" / "base.lock").write_text(f"{lock} --hash=sha256:00\n")
        ensure_environment("serve", checkout.root)
        ensure_extra("irt", checkout.root)
    assert installed(checkout) == ["base.lock", "irt.lock", "base.lock", "irt.lock"]


def test_an_environment_for_tests_has_the_extra(checkout: Checkout) -> None:
    checkout.add_tool("uv")
    ensure_environment("test", checkout.root)
    ensure_extra("irt", checkout.root)
    assert installed(checkout) == ["test.lock"]


def test_a_newer_serve_lock_makes_the_test_lock_due_again(checkout: Checkout) -> None:
    checkout.add_tool("uv")
    ensure_environment("test", checkout.root)
    (checkout.root / "requirements" / "base.lock").write_text("base==2 --hash=sha256:00\n")
    ensure_environment("serve", checkout.root)
    ensure_environment("test", checkout.root)
    assert installed(checkout) == ["test.lock", "base.lock", "test.lock"]


def test_a_failed_installation_is_tried_again(checkout: Checkout) -> None:
    checkout.add_tool("uv", "exit 1")
    with pytest.raises(SetupError, match="uv pip install"):
        ensure_environment("serve", checkout.root)
    checkout.add_tool("uv")
    ensure_environment("serve", checkout.root)
    assert installed(checkout) == ["base.lock", "base.lock"]


def test_what_a_failed_installation_changed_is_put_right_when_the_old_lock_is_back(
    checkout: Checkout,
) -> None:
    checkout.add_tool("uv")
    ensure_environment("serve", checkout.root)
    lock = checkout.root / "requirements" / "base.lock"
    before = lock.read_text()
    lock.write_text("base==2 --hash=sha256:00\n")
    checkout.add_tool("uv", "exit 1")
    with pytest.raises(SetupError):
        ensure_environment("serve", checkout.root)
    lock.write_text(before)
    checkout.add_tool("uv")
    ensure_environment("serve", checkout.root)
    assert installed(checkout) == ["base.lock"] * 3


def test_two_starts_at_once_install_once(checkout: Checkout) -> None:
    checkout.add_tool("uv", "sleep 0.5")
    starts = [
        multiprocessing.get_context("spawn").Process(target=ensure_environment, args=("serve", checkout.root))
        for _ in range(2)
    ]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert [start.exitcode for start in starts] == [0, 0]
    assert installed(checkout) == ["base.lock"]


def test_a_linked_environment_stays_linked(checkout: Checkout) -> None:
    checkout.add_tool("uv")
    elsewhere = checkout.root.parent / "elsewhere"
    elsewhere.mkdir()
    (checkout.root / ".venv").symlink_to(elsewhere)
    python = ensure_environment("serve", checkout.root)
    assert (checkout.root / ".venv").is_symlink()
    assert os.access(python, os.X_OK)


def test_an_environment_whose_python_has_gone_is_made_anew(checkout: Checkout) -> None:
    checkout.add_tool("uv")
    python = ensure_environment("serve", checkout.root)
    python.unlink()
    python.symlink_to("/nowhere/python")
    ensure_environment("serve", checkout.root)
    assert os.access(python, os.X_OK)
    assert installed(checkout) == ["base.lock", "base.lock"]


def test_without_pip_or_uv_the_command_to_type_is_named(checkout: Checkout) -> None:
    checkout.add_program(checkout.root / ".venv" / "bin" / "python", 'case "$*" in *"import "*) exit 1;; esac')
    with pytest.raises(SetupError, match=r"sudo apt-get install -y python3\.\d+-venv"):
        ensure_environment("serve", checkout.root)


@pytest.mark.parametrize(("says", "base"), [("exit 0", "system"), ("exit 1", "own")])
def test_the_system_python_is_taken_where_it_is_whole_and_new_enough(
    checkout: Checkout, monkeypatch: pytest.MonkeyPatch, says: str, base: str
) -> None:
    checkout.add_tool("uv")
    system = checkout.tools / "system-python"
    checkout.add_tool(system.name, f'case "$*" in *ensurepip*) {says};; esac\nexec {sys.executable} "$@"')
    monkeypatch.setattr("_setup.SYSTEM_PYTHON", system)
    ensure_environment("serve", checkout.root)
    made = [call for call in checkout.calls() if "-m venv" in call]
    assert len(made) == (1 if base == "system" else 0)
    assert os.access(venv_python(checkout.root), os.X_OK)


def test_without_a_system_python_the_one_at_hand_is_taken(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    checkout.add_tool("uv")
    monkeypatch.setattr("_setup.SYSTEM_PYTHON", checkout.tools / "nowhere")
    python = ensure_environment("serve", checkout.root)
    assert python.resolve() == Path(sys.executable).resolve()


def test_without_uv_pip_brings_it_and_then_it_installs(checkout: Checkout) -> None:
    programs = prepare_pip(checkout)
    checkout.add_program(programs / "uv-new", f'echo "uv $*" >> {checkout.tools}/calls')
    for _ in range(2):
        ensure_environment("serve", checkout.root)
    assert by_pip(checkout) == ["uv.lock"]
    assert installed(checkout) == ["base.lock"]


def test_where_the_uv_that_pip_brought_fails_pip_installs(
    checkout: Checkout, capsys: pytest.CaptureFixture[str]
) -> None:
    programs = prepare_pip(checkout)
    checkout.add_program(programs / "uv-new", "echo no route to the index; exit 2")
    ensure_environment("serve", checkout.root)
    assert by_pip(checkout) == ["uv.lock", "base.lock"]
    assert "no route to the index" in capsys.readouterr().out


def prepare_pip(checkout: Checkout) -> Path:
    """An environment whose pip notes what it installs, and that takes uv-new there for the uv it was to bring."""
    bin = checkout.root / ".venv" / "bin"
    brings = f'case "$*" in *uv.lock) cp {bin}/uv-new {bin}/uv;; esac'
    checkout.add_program(bin / "python", f'echo "python $*" >> {checkout.tools}/calls\n{brings}')
    return bin


def by_pip(checkout: Checkout) -> list[str]:
    """The locks that pip was told to install, in order, each by its hashes."""
    calls = [call for call in checkout.calls() if " pip install " in call and call.startswith("python ")]
    assert all("--require-hashes" in call for call in calls)
    return [call.rpartition("/")[2] for call in calls]


def test_browser_packages_are_installed_once(checkout: Checkout) -> None:
    prepare_node(checkout, "v20.0.0")
    for _ in range(2):
        ensure_assets(checkout.root)
    assert [call for call in checkout.calls() if call.startswith("npm")] == ["npm ci --ignore-scripts"]


@pytest.mark.parametrize("version", ["v18.19.0", "", "not a version"])
def test_an_old_node_is_passed_over_for_a_locked_one(checkout: Checkout, version: str) -> None:
    prepare_node(checkout, version)
    inside = checkout.root / ".venv" / "bin" / "npm"
    checkout.add_tool("uv", f"ln -s {checkout.tools}/npm-inside {inside}")
    checkout.add_tool("npm-inside", "mkdir -p node_modules")
    ensure_assets(checkout.root)
    assert installed(checkout) == ["node.lock"]
    assert "npm-inside ci --ignore-scripts" in checkout.calls()


def prepare_node(checkout: Checkout, version: str) -> None:
    """An environment whose build does nothing, and a Node.js of this version on PATH."""
    checkout.add_program(checkout.root / ".venv" / "bin" / "python", "exit 0")
    checkout.add_tool("node", f"echo {version}")
    checkout.add_tool("npm", "mkdir -p node_modules")
