"""What the scripts tell the application through its environment, and the folder that holds all its state."""

import os
import secrets
from pathlib import Path

from _setup import ROOT

DEFAULT_VAR = ROOT / "var"
DEFAULT_PORT = 8000


def make_var(var: Path) -> None:
    """Make the state folder, closed to others: keys, database and issued files are in it."""
    var.mkdir(mode=0o700, parents=True, exist_ok=True)


def is_first_start(var: Path) -> bool:
    """Whether this folder was never served and holds no database. Ask before `record_url`."""
    return recorded_url(var) is None and not any(var.glob("*.db"))


def settings(var: Path, public_url: str) -> dict[str, str]:
    """The application's environment; what the operator has set stands. Writes the secret key once."""
    _keep_secret(var)
    return {
        "PUBLIC_URL": public_url,
        "TERUJI_MODE": "demo",
        **os.environ,
        "TERUJI_VAR": str(var),
    }


def recorded_url(var: Path) -> str | None:
    """The address that this folder was first served at; certificates already issued carry it."""
    file = _url_file(var)
    return file.read_text().strip() if file.exists() else None


def record_url(var: Path, public_url: str) -> None:
    _url_file(var).write_text(f"{public_url}\n")


def _keep_secret(var: Path) -> None:
    """Make the file with the secret key once; whole or not there, and readable by its owner only."""
    file, fresh = _secret_file(var), var / "secret_key.new"
    if not file.exists():
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
            stream.write(secrets.token_urlsafe(48))
        fresh.rename(file)


def _secret_file(var: Path) -> Path:
    return var / "secret_key"


def _url_file(var: Path) -> Path:
    return var / "public-url"
