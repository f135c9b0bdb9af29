"""One real certificate, rendered and signed once, and what it takes to judge it; and many that wait to be issued."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from time import sleep

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from lms import issue
from lms.certificates import designs, sandbox
from lms.certificates.designs import Design
from lms.certificates.facts import CertificateFacts
from lms.certificates.rendering import render
from lms.certificates.sandbox_client import SandboxClient
from lms.certificates.signing import pki as pki_files
from lms.certificates.signing.key_file import KeyFileSigner
from lms.certificates.signing.pki import Pki
from lms.exams.models import Result
from lms.people.models import Employee
from lms.platform import Platform
from tests.cast import Cast
from tests.certificates.register import passed, propose

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
MANY = 12

FACTS = CertificateFacts(
    code="K7QDM4XR2TVE",
    number="B.589/BPSDM/RSDM.510/V/2026",
    check_page="https://teruji.contoh.go.id/cek",
    government="Pemerintah Provinsi Daerah Khusus Ibukota Jakarta",
    agency_name="Badan Pengembangan Sumber Daya Manusia",
    holder_name="Sari Wulandari, S.A.P.",
    holder_nip="199307142019032004",
    holder_rank="Penata Muda Tingkat I, III/b",
    holder_position="Pengelola Layanan Operasional",
    holder_unit="Kecamatan Kebon Jeruk, Kota Administrasi Jakarta Barat",
    holder_agency="Pemerintah Provinsi Daerah Khusus Ibukota Jakarta",
    exam_title="Uji Kompetensi Keamanan Informasi untuk ASN",
    competency="Keamanan Informasi",
    level=2,
    level_name="Dasar",
    score="86,42",
    threshold="70,00",
    examined_on=date(2026, 5, 8),
    organiser="Badan Pengembangan Sumber Daya Manusia Provinsi Daerah Khusus Ibukota Jakarta",
    learning_hours=6,
    place="Jakarta",
    issued_on=date(2026, 5, 12),
    valid_from=date(2026, 5, 12),
    valid_until=date(2029, 5, 11),
    signatory_office="Plt. Kepala Badan Pengembangan Sumber Daya Manusia\nProvinsi Daerah Khusus Ibukota Jakarta,",
    signatory_name="Dr. Hj. Siti Rahmawati Puspitasari, S.H., M.Hum.",
    signatory_nip="197103151996032004",
    signature_kind="test",
)


@pytest.fixture(scope="session")
def design() -> Design:
    return designs.load(ROOT / "certificates" / "kompetensi")


@pytest.fixture(scope="session")
def fonts_dir(design: Design, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("fonts")
    designs.copy_fonts(design, node_modules=ROOT / "node_modules", fonts_dir=folder)
    return folder


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Pki:
    return pki_files.ensure(tmp_path_factory.mktemp("var") / "pki", now=NOW)


@pytest.fixture(scope="session")
def signer(pki: Pki) -> KeyFileSigner:
    return KeyFileSigner.of_local_pki(pki)


@pytest.fixture(scope="session")
def unsigned(design: Design, fonts_dir: Path) -> bytes:
    return render(design, FACTS, fonts_dir=fonts_dir)


@pytest.fixture(scope="session")
def issued(unsigned: bytes, signer: KeyFileSigner) -> bytes:
    return signer.sign(unsigned, reason="Sertifikat diterbitkan", location="Jakarta", now=NOW)


@pytest.fixture
def issued_path(issued: bytes, tmp_path: Path) -> Path:
    path = tmp_path / "sertifikat.pdf"
    path.write_bytes(issued)
    return path


@pytest.fixture(scope="session")
def client(pki: Pki) -> Iterator[SandboxClient]:
    with sandbox_server(pki) as client:
        yield client


@pytest.fixture
def platform(app: Flask, fonts_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setattr(issue, "FONTS", fonts_dir)
    monkeypatch.setattr(issue, "CHUNK", 4)
    found: Platform = app.extensions["platform"]
    return found


@pytest.fixture
def waiting(session: Session, cast: Cast) -> list[int]:
    """As many certificates as there are results of one attempt, each of somebody else, all proposed."""
    first = passed(session, cast)
    columns = {column.key: getattr(first, column.key) for column in Result.__table__.columns if column.key != "id"}
    results = [first, *(Result(**columns | {"number": number}) for number in range(2, MANY + 1))]
    people = [
        Employee(code=f"p-{n}", nip=f"1990010120150523{n:02}", name=f"Peserta {n}", grade="III/a", employment="pns")
        for n in range(1, MANY)
    ]
    session.add_all([*results, *people])
    session.flush()
    holders = [cast.learner.employee_id, *(one.id for one in people)]
    found = [propose(session, cast, result, holder=who) for result, who in zip(results, holders, strict=True)]
    keys = [one.id for one in found if one]
    session.commit()
    assert len(keys) == MANY
    return keys


@contextmanager
def sandbox_server(pki: Pki, at: Path | None = None) -> Iterator[SandboxClient]:
    """A sandbox in a process of its own; what a test has patched in this one holds there too. at: its socket."""
    with TemporaryDirectory() as folder:
        socket_path = at or Path(folder) / "s"
        server = get_context("fork").Process(target=sandbox.serve, args=(socket_path, pki.folder))
        server.start()
        try:
            while not socket_path.exists():
                sleep(0.01)
                assert server.is_alive()
            sleep(0.05)
            yield SandboxClient(socket_path)
        finally:
            server.terminate()
            server.join()
