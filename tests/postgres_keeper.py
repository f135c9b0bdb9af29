"""Run a throw-away PostgreSQL until the pipe on standard input says something or closes.

python postgres_keeper.py PROGRAMS FOLDER: socket, data and log lie in FOLDER, which goes with the server.
"""

import os
import pwd
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

USER = "teruji"

# Nothing here has to survive a power cut, and only the socket leads here.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_connections": "60",
}


def keep(programs: Path, folder: Path) -> int:
    owner = server_owner()
    if owner is not None:
        shutil.chown(folder, owner)
    data = folder / "data"
    initdb: list[str | Path] = [
        programs / "initdb",
        "--pgdata",
        data,
        "--username",
        USER,
        "--auth",
        "trust",
        "--no-sync",
    ]
    made = _start(owner, [*initdb, "--encoding", "UTF8", "--locale", "C.UTF-8"], folder).wait()
    if made != 0:
        return made
    settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
    server = _start(owner, [programs / "postgres", "-D", data, "-k", folder, *settings], folder)
    while server.poll() is None and not select.select([sys.stdin], [], [], 0.5)[0]:
        pass
    server.send_signal(signal.SIGQUIT)  # at once: the data are thrown away, no need to write them down
    return server.wait()


def server_owner() -> str | None:
    """Whom to run the server as: PostgreSQL refuses root."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _start(owner: str | None, command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=folder, user=owner, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )


if __name__ == "__main__":
    folder = Path(sys.argv[2])
    try:
        code = keep(Path(sys.argv[1]), folder)
        if code != 0:
            sys.stderr.write((folder / "log").read_text())
    finally:
        shutil.rmtree(folder)
    sys.exit(code)
