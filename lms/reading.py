"""Reads files of questions that were sent: at once where that is quick, else in a process of its own that the worker starts.

A file of 20 MB takes half a minute and some hundred megabytes to read. So it is read once, what it gave is kept row by row, and
the process that read it ends: its memory and its time are bounded, and nobody who sits an exam waits for it.
"""

import gc
import logging
import multiprocessing
import os
import resource
import time
from collections.abc import Callable
from datetime import timedelta

from lms import clock
from lms.config import Settings
from lms.db import Database
from lms.platform import Platform
from lms.questions import importing, media, sent_files, sent_rows
from lms.questions.exchange import checking, formats
from lms.questions.exchange.drafted import Step, Tell, Unusable, silent
from lms.questions.importing import Defaults
from lms.questions.models import Bank
from lms.questions.said import say
from lms.questions.sent_models import QuestionFile
from lms.questions.sent_rows import Row
from lms.search import analysis
from lms.storage import DiskFiles, Files

log = logging.getLogger(__name__)
#: What the process that reads a file may take: bytes of address space, and seconds of a processor.
MOST_MEMORY, MOST_SECONDS = 3 * 1024**3, 600
#: How often a reading tells how far it has come.
TOLD_EVERY = timedelta(seconds=1)


class Cancelled(Exception):
    """Nobody waits for this file any longer."""


def rows_of(
    database: Database, files: Files, bank: Bank, format: str, data: bytes, *, competency: str, tell: Tell = silent
) -> list[Row]:
    """Every row of a file as an import into a bank would take it; its pictures and recordings are kept. What tell raises ends it."""
    checked = formats.read(format, data, tell=tell)
    for name, content in checked.media.items():  # the preview shows them; a name holds the same whoever keeps it
        files.put(media.key(name), content)
    with database.reader() as session:
        defaults = Defaults(competency=competency or None)
        return sent_rows.of(importing.plan(session, bank, checked, defaults, stems=analysis.stems, tell=tell))


def keep(files: Files, code: str, rows: list[Row]) -> list[Row]:
    """Keep the rows of a file; what was kept, which is one error where they are too much."""
    try:
        sent_rows.keep(files, code, rows)
    except Unusable as error:
        refused = checking.refused(say("Berkas"), error.message)
        rows = sent_rows.of(importing.Plan((), refused.findings))
        sent_rows.keep(files, code, rows)
    return rows


def read(database: Database, files: Files, file_id: int) -> None:
    """Read a file that was claimed, in this process, and keep what it gave. One that was dropped meanwhile is left."""
    with database.reader() as session:
        sent = session.get(QuestionFile, file_id)
        bank = session.get_one(Bank, sent.bank_id) if sent else None
    if sent is None or bank is None:
        return
    try:
        data = files.get(sent_files.key(sent.code))
        tell = _telling(database, file_id)
        rows = rows_of(database, files, bank, sent.format, data, competency=sent.competency, tell=tell)
    except Cancelled:
        return
    kept = keep(files, sent.code, rows)
    with database.transaction() as session:
        is_noted = sent_files.note_read(session, file_id, kept)
    if not is_noted:
        sent_rows.drop(files, sent.code, len(kept))


def read_apart(platform: Platform, file_id: int) -> None:
    """Job: read a file in a process of its own. Asked for twice, it is read once."""
    with platform.database.transaction() as session:
        if not sent_files.claim(session, file_id, now=clock.now()):
            return
    # Not forked: other threads of the worker may hold locks. It ends with the worker, and the sweep begins it anew.
    apart = multiprocessing.get_context("spawn").Process(target=_apart, args=(platform.settings, file_id), daemon=True)
    apart.start()
    apart.join()
    if apart.exitcode:
        log.error("the file of questions %s could not be read: exit code %s", file_id, apart.exitcode)
        with platform.database.transaction() as session:
            sent_files.note_ended(session, file_id)


def read_overdue(platform: Platform) -> None:
    """Sweep: have files read whose job was lost. A job does it: the sweeps share one thread, and none of them may wait."""
    with platform.database.transaction() as session:
        waiting = sent_files.overdue(session, now=clock.now())
    for file_id in waiting[:1]:  # one at a time, as they are read
        platform.queue.put(sent_files.JOB, {"file_id": file_id})


def _apart(settings: Settings, file_id: int) -> None:
    """In the process of its own."""
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    gc.disable()  # a tree of a million elements has no rubbish in it, and to look for some takes a third of the time
    database = Database(settings.database_url)
    read(database, DiskFiles(settings.var / "files"), file_id)
    database.engine.dispose()


def _telling(database: Database, file_id: int) -> Tell:
    """Notes how far a reading has come, not each time that it is told. Raises Cancelled."""

    def note(step: Step, done: int, total: int) -> None:
        with database.transaction() as session:
            if not sent_files.note_progress(session, file_id, step, done, total, now=clock.now()):
                raise Cancelled

    return _now_and_then(note, TOLD_EVERY.total_seconds())


def _now_and_then(tell: Callable[[Step, int, int], None], seconds: float) -> Tell:
    told = -seconds

    def perhaps(step: Step, done: int, total: int) -> None:
        nonlocal told
        if time.monotonic() - told >= seconds:
            told = time.monotonic()
            tell(step, done, total)

    return perhaps
