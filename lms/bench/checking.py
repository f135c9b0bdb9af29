"""What it costs to check an upload, measured in a process as small as the sandbox's own."""

import resource
from dataclasses import dataclass
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from weasyprint import HTML

from lms.certificates.sandbox import inspect_in_child, make_ready
from lms.certificates.signing.pki import Pki

_LETTER = (
    "<h1>Surat edaran</h1>" + "<p>Dengan hormat, rapat koordinasi diadakan pada hari Senin pukul sembilan.</p>" * 60
)


@dataclass(frozen=True)
class _Upload:
    """A file somebody hands in. is_issued: as for `inspection.inspect`."""

    content: bytes
    is_issued: bool = False


def cpu_ms(files: list[bytes], pki_folder: Path, *, now: datetime) -> dict[str, float]:
    """CPU ms of the confined child that each upload gets, beginning and end included; by the kind of upload, the median.

    untouched: as issued. altered: a byte of it changed. unregistered: signed by us, but in no register. foreign: a letter.
    """
    letter = HTML(string=_LETTER).write_pdf()
    uploads = {
        "untouched": [_Upload(file, is_issued=True) for file in files],
        "altered": [_Upload(_altered(file)) for file in files],
        "unregistered": [_Upload(file) for file in files],
        "foreign": [_Upload(letter) for _ in files],
    }
    with get_context("spawn").Pool(1) as process:
        return process.apply(_measured, (uploads, pki_folder, now))


def _altered(file: bytes) -> bytes:
    """A byte in the middle is another one."""
    middle = len(file) // 2
    return file[:middle] + bytes([file[middle] ^ 1]) + file[middle + 1 :]


def _measured(uploads: dict[str, list[_Upload]], pki_folder: Path, now: datetime) -> dict[str, float]:
    trust, spent = Pki(pki_folder).trust, {kind: list[float]() for kind in uploads}
    make_ready()
    for turn in zip(*uploads.values(), strict=True):  # one of each in turn: a busy moment is shared by all
        for kind, one in zip(uploads, turn, strict=True):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            inspect_in_child(one.content, trust=trust, now=now, is_issued=one.is_issued)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            spent[kind].append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {kind: round(median(each) * 1000, 1) for kind, each in spent.items()}
