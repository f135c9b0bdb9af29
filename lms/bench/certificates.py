"""`lms bench certificates`: what a signed certificate costs, alone and in bulk, and what it costs to check one.

In bulk it goes the whole way: number, credential, log, file, signature, storage, register and evidence. CPU time is that
of this process with SQLite in it; a PostgreSQL server's own is not in it. In the same run the same page is laid out by
WeasyPrint in full: the rate against which to read the rest.
"""

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from lms import clock, demo, issue
from lms.bench import checking
from lms.bench import kills as killing
from lms.certificates import codes, designs, issuing
from lms.certificates.facts import CertificateFacts
from lms.certificates.models import Certificate, Scheme
from lms.certificates.rendering import render, render_in_full
from lms.config import Settings
from lms.db import Database
from lms.exams.models import Attempt, Blueprint, Exam, Paper, Result, Sitting
from lms.jobs import Queue
from lms.people.models import Employee
from lms.platform import Platform
from lms.storage import DiskFiles
from lms.tables import metadata

#: Warm-up: as many names as it takes until the pages are laid out that they need.
_WARM_UP, _ALONE, _IN_FULL, _CHECKED = 200, 200, 5, 20
#: After how many certificates memory is looked at, besides the last.
_LOOKED_AT = (100, 1_000)
_FIRST = ("Sari", "Budi", "Agus", "Putu", "Wayan", "Dewi", "Nur", "Endang", "Yohana", "Muhammad", "Ida", "Tri")
_LAST = ("Wulandari", "Santoso", "Rahayu", "Hidayat", "Kusumaningrum", "Siregar", "Nasution", "Pakpahan", "Lestari")
_DEGREES = ("", ", S.A.P.", ", S.E., M.Si.", ", S.Kom.", ", S.H., M.H.")


def run_killed(*, url: str | None, certificates: int, kills: int, seed: int) -> dict[str, Any]:
    """One batch whose worker is killed so many times. url: as for `run`."""
    with _stage(url) as platform:
        waiting = _fill(platform.database, certificates)
        return {"certificates": certificates, **killing.run(platform, waiting, kills=kills, seed=seed)}


def run(*, url: str | None, certificates: int) -> dict[str, Any]:
    """Measure. url: an empty PostgreSQL database, or None for SQLite in a folder of its own."""
    with _stage(url) as platform:
        waiting = _fill(platform.database, certificates + _WARM_UP)
        issue.issue(platform, waiting[:_WARM_UP])  # what is made once a process is made now
        bulk = _bulk(platform, waiting[_WARM_UP:])
        with platform.database.reader() as session:
            rows = session.execute(select(Certificate.facts, Certificate.file_key).order_by(Certificate.id)).all()
        files = [platform.files.get(row.file_key) for row in rows[-_CHECKED:]]
        return {
            "database": "postgresql" if url else "sqlite",
            "certificates": certificates,
            "bulk": bulk,
            "alone": _alone(platform, issuing.from_json(rows[0].facts)),
            "bytes": {"median": round(median(map(len, files))), "largest": max(map(len, files))},
            "check_cpu_ms": checking.cpu_ms(files, platform.settings.pki_folder, now=clock.now()),
        }


@contextmanager
def _stage(url: str | None) -> Iterator[Platform]:
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        var = Path(folder)
        database = Database(url or f"sqlite:///{var / 'teruji.db'}")
        metadata.create_all(database.engine)
        settings = Settings("test", var, str(database.engine.url), "https://teruji.example", "pengukuran")
        try:
            yield Platform(settings, database, Queue(var, table={}), DiskFiles(var / "files"))
        finally:
            database.engine.dispose()


def _fill(database: Database, count: int) -> list[int]:
    """The demo, and candidates who passed its exam and wait for their certificates. Returns the certificates' keys."""
    now = clock.now()
    with database.transaction() as session:
        today = clock.local_date(now, "Asia/Jakarta")
        demo.load(session, now=now, today=today, public_url="http://127.0.0.1:8000")
        scheme = session.scalars(select(Scheme).where(Scheme.position == "")).one()
        exam = session.get_one(Exam, scheme.exam_id)
        blueprint = Blueprint(exam_id=exam.id, number=1_000, content={}, hash="0" * 64, made_at=now)
        session.add(blueprint)
        session.flush()  # the paper needs its key
        paper = Paper(exam_id=exam.id, blueprint_id=blueprint.id, items=[], hash="0" * 64, made_at=now)
        session.add(paper)
        session.flush()  # the attempts need its key
        sitting = session.scalars(select(Sitting.id).where(Sitting.exam_id == exam.id)).first()
        attempt = {
            "exam_id": exam.id, "sitting_id": sitting, "paper_id": paper.id, "number": 1, "state": "closed",
            "due_at": now, "closed_at": now, "closed_by": "candidate",
        }  # fmt: skip
        result = {
            "number": 1, "marks": [], "sections": [], "score": 86, "maximum": 100, "percent": 86, "passed": True,
            "threshold": 70, "answered": 40, "journal": "0" * 64, "problems": [], "cause": "closed", "state": "graded",
            "recorded_at": now, "followed_at": now,
        }  # fmt: skip
        people = _inserted(session, Employee, [_person(n) for n in range(count)])
        taken = _inserted(
            session, Attempt, [{**attempt, "code": f"UKUR{n}", "employee_id": key} for n, key in enumerate(people)]
        )
        passed = _inserted(session, Result, [{**result, "attempt_id": key} for key in taken])
        pairs = zip(people, passed, strict=True)
        return _inserted(session, Certificate, [_certificate(n, scheme, *pair) for n, pair in enumerate(pairs)])


def _inserted(session: Session, table: type[Any], rows: list[dict[str, Any]]) -> list[int]:
    """The keys of rows, in their order."""
    return list(session.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows))


def _person(n: int) -> dict[str, Any]:
    nip = f"1990010120{n // 1000:04d}1{n % 1000:03d}"
    return {"code": f"bench-{n}", "nip": nip, "name": _name(n), "grade": "III/a", "employment": "pns"}


def _name(n: int) -> str:
    degree = _DEGREES[n % len(_DEGREES)]
    return f"{_FIRST[n % len(_FIRST)]} {_LAST[n // len(_FIRST) % len(_LAST)]} {_LAST[n % len(_LAST)]}{degree}"


def _certificate(n: int, scheme: Scheme, employee_id: int, result_id: int) -> dict[str, Any]:
    now = clock.now()
    day = clock.local_date(now, "Asia/Jakarta")
    agency = "Badan Pengembangan Sumber Daya Manusia"
    facts = CertificateFacts(
        code=codes.new_code(), number="", check_page="https://teruji.example/cek",
        government="Pemerintah Provinsi Daerah Khusus Ibukota Jakarta", agency_name=agency,
        holder_name=_name(n), holder_nip=_person(n)["nip"], holder_rank="Penata Muda Tingkat I, III/b",
        holder_position="Pengelola Layanan Operasional",
        holder_unit=f"Kelurahan {_LAST[n % len(_LAST)]}, Kota Administrasi Jakarta Barat",
        holder_agency="Pemerintah Provinsi Daerah Khusus Ibukota Jakarta",
        exam_title=scheme.title, competency="Keamanan Informasi", level=scheme.level or 0, level_name="Dasar",
        score=f"{70 + n % 30},{n % 100:02d}", threshold="70", examined_on=day, organiser=agency, learning_hours=6,
        place=scheme.official["place"], issued_on=day, valid_from=day, valid_until=None,
        signatory_office=scheme.official["office"], signatory_name=scheme.official["name"],
        signatory_nip=scheme.official["nip"], signature_kind="test",
    )  # fmt: skip
    return {
        "code": facts.code, "scheme_id": scheme.id, "employee_id": employee_id, "result_id": result_id,
        "state": "pending", "facts": issuing.to_json(facts), "proposed_at": now - timedelta(hours=1),
    }  # fmt: skip


def _bulk(platform: Platform, waiting: list[int]) -> dict[str, Any]:
    """All of them, the whole way; memory is looked at on the way."""
    memory, cpu, began, done = {}, 0.0, time.perf_counter(), 0
    for end in sorted({*(count for count in _LOOKED_AT if count < len(waiting)), len(waiting)}):
        started = time.process_time()
        issue.issue(platform, waiting[done:end])
        cpu += time.process_time() - started
        memory[str(end)] = _memory()
        done = end
    return {
        "cpu_ms": round(cpu * 1000 / done, 2),
        "per_second_and_core": round(done / cpu),
        "per_second_by_the_clock": round(done / (time.perf_counter() - began)),
        "memory_mib": memory,
    }


def _memory() -> float:
    """What this process holds, in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return round(pages * os.sysconf("SC_PAGESIZE") / 2**20, 1)


def _alone(platform: Platform, facts: CertificateFacts) -> dict[str, Any]:
    """Rendering and signing by themselves, each time another holder, and the same page laid out in full."""
    design, signer = designs.current(designs.SHIPPED / "kompetensi"), issue.signer_of(platform)

    def another(n: int) -> CertificateFacts:
        return replace(facts, code=codes.new_code(), holder_name=_name(n), number=f"B.{n}/UKUR")

    def signed(n: int) -> bytes:
        return signer.sign(render(design, another(n), fonts_dir=issue.FONTS), reason="", location="", now=clock.now())

    def rendered(n: int) -> bytes:
        return render(design, another(n), fonts_dir=issue.FONTS)

    for n in range(_WARM_UP):
        signed(n)
    rendering, both = _cpu_ms([rendered, signed], _ALONE)
    (in_full,) = _cpu_ms([lambda n: render_in_full(design, another(n), fonts_dir=issue.FONTS)], _IN_FULL)
    return {
        "render_cpu_ms": round(rendering, 2),
        "render_and_sign_cpu_ms": round(both, 2),
        "per_second_and_core": round(1000 / both),
        "weasyprint_in_full_cpu_ms": round(in_full, 1),
        "times_as_fast_as_weasyprint_in_full": round(in_full / rendering),
    }


def _cpu_ms(works: Sequence[Callable[[int], object]], times: int) -> list[float]:
    """CPU time of one of each, on average. By turns, each for another holder; the first turn does not count."""
    spent = [0.0] * len(works)
    for turn in range(times + 1):
        for place, work in enumerate(works):
            began = time.process_time()
            work(_WARM_UP + turn * len(works) + place)
            spent[place] += (time.process_time() - began) if turn else 0
    return [all_of_it * 1000 / times for all_of_it in spent]
