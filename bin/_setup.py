"""Make what a checkout needs before it runs: environment and browser assets. Standard library only."""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

# Every script imports this file first, so it has to be readable to older Pythons up to here.
if sys.version_info < (3, 11):  # noqa: UP036
    sys.exit("Teruji memerlukan Python 3.11 atau lebih baru; ini Python %d.%d." % sys.version_info[:2])

ROOT = Path(__file__).resolve().parent.parent
LEAST_NODE = 20

#: The system's own Python. Debian links it with optimisation over all its parts, which one built from source mostly goes
#: without: it serves an exam for a tenth less processor time (decision 38).
SYSTEM_PYTHON = Path("/usr/bin/python3")
_IS_WHOLE = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"

# The locks whose packages are present once the key's lock is installed: test.lock contains all of base.lock and irt.lock.
CONTAINS = {"serve": ("base",), "test": ("base", "irt", "test")}


class SetupError(Exception):
    """What could not be set up, in one line for the person at the terminal."""


def say(text: str) -> None:
    print(text, flush=True)


def ensure_environment(kind: str, root: Path = ROOT) -> Path:
    """Install the locked packages for `serve` or `test` into .venv unless present; return its Python."""
    with _alone(root):
        locks = CONTAINS[kind]
        if not (_has_python(root) and _installed(locks, root)):
            # First of all: a half-finished installation must not be believed.
            _stamp_path(root).unlink(missing_ok=True)
            _make_venv(root)
            _install(locks[-1], root)
            stamp_locks(locks, root)
    return venv_python(root)


def ensure_extra(name: str, root: Path = ROOT) -> None:
    """Install an optional lock beside those that are there, unless present. Needs the environment."""
    with _alone(root):
        if not _installed([name], root):
            before = _read_stamp(root)
            _install(name, root)
            _write_stamp(before | _digests([name], root), root)


def ensure_assets(root: Path = ROOT) -> None:
    """Bring node_modules to package-lock.json and build/ to its sources. Needs the environment."""
    with _alone(root):
        _ensure_node_modules(root)
        run([venv_python(root), root / "bin" / "_assets.py", root], root)


def venv_python(root: Path = ROOT) -> Path:
    return root / ".venv" / "bin" / "python"


def run(command: Sequence[str | Path], root: Path, env: Mapping[str, str] | None = None) -> None:
    """Run a command in the checkout. Raises SetupError, naming the command, when it fails."""
    if subprocess.run(command, cwd=root, env=env, check=False).returncode != 0:
        raise SetupError(_failed(command))


def run_quietly(command: Sequence[str | Path], root: Path, env: Mapping[str, str] | None = None) -> None:
    """Run a chatty command, showing what it said only when it fails."""
    answer = subprocess.run(
        command,
        cwd=root,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if answer.returncode != 0:
        say(answer.stdout.rstrip())
        raise SetupError(_failed(command))


def _failed(command: Sequence[str | Path]) -> str:
    return f"Perintah ini gagal: {' '.join(str(word) for word in command)}"


@contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Hold the set-up lock of the checkout, so that two starts at once do the work once."""
    folder = root / "build"
    folder.mkdir(exist_ok=True)
    with (folder / "setup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Menunggu penyiapan lain selesai …")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _has_python(root: Path) -> bool:
    return os.access(venv_python(root), os.X_OK)


def _installed(locks: Sequence[str], root: Path) -> bool:
    stamp = _read_stamp(root)
    return all(stamp.get(name) == _digest(root / "requirements" / f"{name}.lock") for name in locks)


def _make_venv(root: Path) -> None:
    """Create .venv, or one anew where its Python has gone."""
    if _has_python(root):
        return
    base = _base_python()
    if base == sys.executable and importlib.util.find_spec("venv") is None:
        raise SetupError(_venv_missing())
    say("Membuat lingkungan Python di .venv …")
    for stale in ("bin", "lib", "lib64"):
        _remove(root / ".venv" / stale)
    run_quietly([base, "-m", "venv", "--without-pip", (root / ".venv").resolve()], root)


def _base_python() -> str:
    """The Python to make .venv of: the system's where it has all its parts and is new enough, else the one that runs this."""
    if SYSTEM_PYTHON.exists():
        asked = subprocess.run([SYSTEM_PYTHON, "-I", "-c", _IS_WHOLE], capture_output=True, check=False)
        if asked.returncode == 0:
            return str(SYSTEM_PYTHON)
    return sys.executable


def _install(lock: str, root: Path) -> None:
    say(f"Memasang paket Python dari requirements/{lock}.lock (sekali saja) …")
    what = ("--require-hashes", "-r", root / "requirements" / f"{lock}.lock")
    if uv := shutil.which("uv"):
        run_quietly([*_uv(uv, root), *what], root)
        return
    pip = _pip(root)
    try:
        if not (root / ".venv" / "bin" / "uv").exists():
            run_quietly([*pip, "--require-hashes", "-r", root / "requirements" / "uv.lock"], root)
        run_quietly([*_uv(root / ".venv" / "bin" / "uv", root), *what], root)
    except SetupError as error:  # no uv for this kind of machine, or a mirror that only pip has been told of
        say(f"{error}\nDicoba dengan pip …")
        run_quietly([*pip, *what], root)


def _uv(program: str | Path, root: Path) -> list[str | Path]:
    """uv's command: it takes 6 seconds where pip takes 95, of one processor each."""
    return [program, "pip", "install", "--python", venv_python(root)]


def _pip(root: Path) -> list[str | Path]:
    python = venv_python(root)
    if not _has_module("pip", python):
        if not _has_module("ensurepip", python):
            raise SetupError(_venv_missing())
        run_quietly([python, "-m", "ensurepip"], root)
    return [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]


def _has_module(name: str, python: Path) -> bool:
    return subprocess.run([python, "-c", f"import {name}"], capture_output=True, check=False).returncode == 0


def _venv_missing() -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return f"Python ini tidak lengkap. Pasang dengan: sudo apt-get install -y python{version}-venv"


def _ensure_node_modules(root: Path) -> None:
    stamp = _node_modules_stamp(root)
    if stamp.exists() and stamp.read_text() == _digest(root / "package-lock.json"):
        return
    npm, env = _npm(root)
    say("Memasang paket peramban dari package-lock.json (sekali saja) …")
    run_quietly([npm, "ci", "--ignore-scripts"], root, env=env)
    stamp_node_modules(root)


def _npm(root: Path) -> tuple[str, dict[str, str]]:
    """npm and the environment to run it in: the machine's, or a locked Node.js inside .venv."""
    env = dict(os.environ)
    npm = shutil.which("npm")
    if npm and _node_version() >= LEAST_NODE:
        return npm, env
    npm_inside = root / ".venv" / "bin" / "npm"
    if not (npm_inside.exists() and _installed(["node"], root)):
        before = _read_stamp(root)
        _install("node", root)
        _write_stamp(before | _digests(["node"], root), root)
    env["PATH"] = f"{npm_inside.parent}{os.pathsep}{env.get('PATH', os.defpath)}"
    return str(npm_inside), env


def _node_version() -> int:
    """Major version of the machine's Node.js; 0 when there is none."""
    node = shutil.which("node")
    if node is None:
        return 0
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    major = answer.stdout.strip().removeprefix("v").split(".")[0]
    return int(major) if major.isdecimal() else 0


def stamp_node_modules(root: Path) -> None:
    """Record which package-lock.json node_modules was made from."""
    _node_modules_stamp(root).write_text(_digest(root / "package-lock.json"))


def _node_modules_stamp(root: Path) -> Path:
    return root / "node_modules" / ".setup-stamp"


def stamp_locks(locks: Sequence[str], root: Path) -> None:
    """Record what .venv holds; other locks are forgotten: this one may have changed their versions."""
    _write_stamp(_digests(locks, root), root)


def _digests(locks: Sequence[str], root: Path) -> dict[str, str]:
    return {name: _digest(root / "requirements" / f"{name}.lock") for name in locks}


def _stamp_path(root: Path) -> Path:
    return root / ".venv" / "setup-stamp.json"


def _read_stamp(root: Path) -> dict[str, str]:
    path = _stamp_path(root)
    return json.loads(path.read_text()) if path.exists() else {}


def _write_stamp(stamp: Mapping[str, str], root: Path) -> None:
    _stamp_path(root).write_text(json.dumps(stamp, indent=1, sort_keys=True))


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _remove(path: Path) -> None:
    if path.is_symlink():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)
