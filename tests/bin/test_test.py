"""bin/test: what runs, what is left out, and that what is left out never counts as passed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.bin.conftest import Checkout

TOOLS = ("ruff", "mypy", "lint-imports", "djlint", "pytest")
REPORT = '<testsuites><testsuite tests="9" failures="1" errors="1" skipped="2"/></testsuites>'


@pytest.fixture
def checked(ready_checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> Checkout:
    """A checkout whose checks all pass, on a machine that has everything."""
    for name in TOOLS:
        note_calls(ready_checkout, name)
    for name in ("chromium-headless-shell", "initdb", "pdfsig", "pdftoppm", "softhsm2-util", "qpdf"):
        ready_checkout.add_tool(name)
    ready_checkout.add_tool("apt-get", "exit 100")
    ready_checkout.add_program(ready_checkout.tools / "env", 'exec /usr/bin/env "$@"')
    monkeypatch.setenv("PATH", str(ready_checkout.tools))
    (ready_checkout.root / "templates").mkdir()
    return ready_checkout


def note_calls(checkout: Checkout, name: str, script: str = "") -> None:
    """A stand-in for one of the environment's programs."""
    checkout.add_tool(name, script)
    (checkout.tools / name).rename(checkout.root / ".venv" / "bin" / name)


def run(checkout: Checkout, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(checkout.root / "bin" / "test"), *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def pytest_call(checkout: Checkout) -> str:
    (call,) = [call for call in checkout.calls() if call.startswith("pytest ")]
    return call


def test_everything_runs_in_order(checked: Checkout) -> None:
    done = run(checked)
    assert done.returncode == 0, done.stdout + done.stderr
    names = [call.split()[0] for call in checked.calls()]
    assert names[:4] == ["ruff", "ruff", "lint-imports", "djlint"]
    assert sorted(names[4:]) == ["mypy", "pytest"]
    assert "-n 3 --dist loadfile --no-loadscope-reorder" in pytest_call(checked)
    assert "-m" not in pytest_call(checked).split()


@pytest.mark.parametrize("name", TOOLS)
def test_one_failing_check_fails_the_run_and_the_rest_still_runs(checked: Checkout, name: str) -> None:
    note_calls(checked, name, "exit 1")
    done = run(checked)
    assert done.returncode == 1
    assert "GAGAL" in done.stdout
    assert pytest_call(checked)


def test_what_the_types_say_is_shown_though_they_are_checked_beside_the_tests(checked: Checkout) -> None:
    note_calls(checked, "mypy", "echo salah tipe; exit 1")
    assert "== tipe\nsalah tipe\n" in run(checked).stdout


def test_bytecode_is_kept_for_the_processes_that_follow(checked: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    note_calls(checked, "pytest", 'echo "bytecode: ${PYTHONDONTWRITEBYTECODE-kept}"')
    assert "bytecode: kept" in run(checked).stdout


def test_fast_leaves_out_browser_and_postgres(checked: Checkout) -> None:
    done = run(checked, "--fast")
    assert done.returncode == 0
    assert pytest_call(checked).endswith("-m not browser and not postgres")
    assert "Tidak dijalankan: tes peramban dan PostgreSQL (--fast)." in done.stdout


def test_what_is_missing_is_named_left_out_and_fails_the_run(checked: Checkout) -> None:
    (checked.tools / "chromium-headless-shell").unlink()
    done = run(checked)
    assert done.returncode == 1
    assert pytest_call(checked).endswith("-m not browser")
    assert "Belum ada Chromium. Pasang dengan: sudo apt-get install -y chromium-headless-shell" in done.stdout
    assert "Tidak dijalankan karena belum ada: Chromium." in done.stdout


def test_the_whole_browser_does_where_the_headless_shell_is_missing(checked: Checkout) -> None:
    (checked.tools / "chromium-headless-shell").rename(checked.tools / "chromium")
    assert run(checked).returncode == 0
    assert "-m" not in pytest_call(checked).split()


def test_what_is_missing_may_be_allowed(checked: Checkout) -> None:
    (checked.tools / "chromium-headless-shell").unlink()
    done = run(checked, "--allow-missing")
    assert done.returncode == 0
    assert "Tidak dijalankan karena belum ada: Chromium." in done.stdout


def test_chosen_tests_run_alone(checked: Checkout) -> None:
    done = run(checked, "-k", "masuk", "-m", "postgres", "tests/people", "-x")
    assert done.returncode == 0
    assert [call.split()[0] for call in checked.calls()] == ["pytest"]
    assert pytest_call(checked).endswith("-m (postgres) -k masuk tests/people -x")


def test_the_totals_stand_last(checked: Checkout) -> None:
    report = checked.root / "test-results" / "junit.xml"
    note_calls(checked, "pytest", f"/bin/mkdir -p {report.parent}; echo '{REPORT}' > {report}; exit 1")
    assert run(checked).stdout.splitlines()[-1] == "5 passed, 2 failed, 2 skipped"


def test_the_totals_of_an_earlier_run_are_not_shown(checked: Checkout) -> None:
    report: Path = checked.root / "test-results" / "junit.xml"
    report.parent.mkdir()
    report.write_text(REPORT)
    assert "passed" not in run(checked).stdout
