"""A batch whose worker is killed at moments of chance: at the end each certificate is issued exactly once.

The worker is a process of its own and gets SIGKILL, from outside, without warning. What it had under way is left as it
stands, and the next worker goes on from there.
"""

import os
import random
import signal
import time
from collections import Counter
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import issue
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate
from lms.platform import Platform

_LOOK_SECONDS = 0.2


def run(platform: Platform, waiting: list[int], *, kills: int, seed: int) -> dict[str, Any]:
    """Issue all of them in spite of so many kills, each when a share of chance of the batch is done."""
    chance = random.Random(seed)  # noqa: S311 - moments of a measurement
    marks = sorted(chance.randrange(len(waiting) // 20, len(waiting) * 19 // 20) for _ in range(kills))
    done_at, memory = [], dict[int, float]()
    for mark in (*marks, None):
        platform.database.engine.dispose()  # no connection may cross into the worker
        worker = get_context("fork").Process(target=issue.issue, args=(platform, waiting))
        worker.start()
        assert worker.pid is not None, "a started process has a number"
        while worker.is_alive():
            worker.join(_LOOK_SECONDS)
            done = _issued(platform)
            if held := _resident(worker.pid):
                memory[done // 1_000 * 1_000] = held
            if mark is not None and done >= mark:
                time.sleep(chance.random())
                os.kill(worker.pid, signal.SIGKILL)
                worker.join()
                done_at.append(_issued(platform))
        if mark is None:
            assert worker.exitcode == 0, "the last worker ends by itself"
    return {"killed_at": done_at, "memory_mib": {str(at): kept for at, kept in memory.items()}} | _found(platform)


def _issued(platform: Platform) -> int:
    with platform.database.reader() as session:
        return _count(session, select(func.count()).where(Certificate.state == "issued"))


def _found(platform: Platform) -> dict[str, Any]:
    """What the register, the log and the store hold: each number, entry and file once."""
    with platform.database.reader() as session:
        rows = session.execute(
            select(Certificate.id, Certificate.state, Certificate.number, Certificate.file_key)
        ).all()
        entries = Counter(session.execute(select(LogEntry.certificate_id, LogEntry.kind)).tuples())
    numbers = sorted(
        int((row.number or "B.0/").split("/")[0].removeprefix("B.")) for row in rows if row.state == "issued"
    )
    return {
        "issued": len(numbers),
        "numbers_without_gap": numbers == list(range(numbers[0], numbers[0] + len(numbers))),
        "one_file_entry_each": all(entries[row.id, "file"] == 1 for row in rows if row.state == "issued"),
        "files_present": sum(1 for row in rows if row.file_key and platform.files.get(row.file_key)),
        "files_shared": len(numbers) - len({row.file_key for row in rows if row.file_key}),
    }


def _count(session: Session, wanted: Any) -> int:
    return int(session.scalar(wanted) or 0)


def _resident(pid: int) -> float:
    """MiB that a process holds; 0 where it has ended."""
    try:
        pages = int(Path(f"/proc/{pid}/statm").read_text("ascii").split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return round(pages * os.sysconf("SC_PAGESIZE") / 2**20, 1)
