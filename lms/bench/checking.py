"""What it costs to check an upload, measured in a process as small as the sandbox's own."""

import resource
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from lms.certificates.sandbox import inspect_in_child, make_ready
from lms.certificates.signing.pki import Pki


def cpu_ms(files: list[bytes], pki_folder: Path, *, now: datetime) -> float:
    """CPU ms of the confined child that each upload gets, beginning and end included; the median."""
    with get_context("spawn").Pool(1) as process:
        return process.apply(_measured, (files, pki_folder, now))


def _measured(files: list[bytes], pki_folder: Path, now: datetime) -> float:
    trust, spent = Pki(pki_folder).trust, []
    make_ready()
    for data in files:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        inspect_in_child(data, trust=trust, now=now)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return round(median(spent) * 1000, 1)
