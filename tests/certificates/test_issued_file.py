"""The worker's certificate: what the file carries, what the log says of it, and that dying half-way changes nothing."""

import base64
import hashlib
import itertools
import json
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from flask import Flask
from joserfc import jws
from joserfc.jwk import ECKey
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import completion, issue, worker
from lms.certificates import checkpoints, credential, credential_files, credential_keys, credentials, issuing, making
from lms.certificates.checkpoints import LogFolder, LogRewound
from lms.certificates.credential import StatusPlace
from lms.certificates.credential_files import CREDENTIAL, RECEIPT, jwt_in
from lms.certificates.credential_models import Credential
from lms.certificates.file_report import Carried, FileReport, Proof
from lms.certificates.inspection import inspect
from lms.certificates.log_check import check
from lms.certificates.log_models import LogEntry
from lms.certificates.models import Certificate
from lms.certificates.refusals import Refusal, Why
from lms.certificates.register import SqlRegister
from lms.certificates.signing import pki as pki_files
from lms.certificates.verification import State, check_file
from lms.people.employment import employment_on
from lms.platform import Platform
from tests.cast import START, Cast
from tests.certificates import receipt_verifier as other
from tests.certificates.register import TODAY, passed, propose

pytestmark = pytest.mark.parametrize("stage", ["sqlite"], indirect=True)


@pytest.fixture
def platform(app: Flask, fonts_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Platform:
    monkeypatch.setattr(issue, "FONTS", fonts_dir)
    found: Platform = app.extensions["platform"]
    return found


@pytest.fixture
def pending(session: Session, cast: Cast) -> Certificate:
    """The learner's certificate, proposed and not yet made."""
    certificate = propose(session, cast, passed(session, cast))
    assert certificate is not None
    session.commit()
    return certificate


def made(platform: Platform, certificate_id: int) -> bytes:
    with platform.database.reader() as session:
        key = session.get_one(Certificate, certificate_id).file_key
    assert key is not None
    return platform.files.get(key)


def entries(session: Session) -> list[dict[str, Any]]:
    session.expire_all()
    return [json.loads(entry) for entry in session.scalars(select(LogEntry.entry).order_by(LogEntry.index))]


def attached(pdf: bytes) -> dict[str, bytes]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return {name: spec.get_file().read_bytes() for name, spec in opened.attachments.items()}


def test_the_file_carries_its_credential_and_its_receipt_and_stands_in_the_log(
    platform: Platform, session: Session, pending: Certificate
) -> None:
    worker.issue_certificate(platform, pending.id)

    pdf = made(platform, pending.id)
    carried = attached(pdf)
    jwt = jwt_in(carried[CREDENTIAL])
    issue, file = entries(session)
    assert (issue["type"], issue["number"]) == ("issue", "B.1/UJI/XI/2026")
    assert issue["credential"] == hashlib.sha256(jwt.encode()).hexdigest()
    assert file == {
        "number": "B.1/UJI/XI/2026", "sha256": hashlib.sha256(pdf).hexdigest(),
        "time": "2026-11-23T02:00:00Z", "type": "file",
    }  # fmt: skip
    folder = LogFolder(platform.settings.log_folder)
    assert folder.public is not None
    stated, index, size = other.check_receipt(carried[RECEIPT].decode(), folder.public.text)
    assert (json.loads(stated), index, size) == (issue, 0, 1)
    assert folder.latest is not None
    assert folder.latest.size == 2
    with platform.database.reader() as reader:
        assert check(reader, [folder.latest]) == (2, [])


def test_nothing_of_the_holder_and_no_code_stands_in_the_log(
    platform: Platform, session: Session, cast: Cast, pending: Certificate
) -> None:
    worker.issue_certificate(platform, pending.id)

    said = json.dumps(entries(session))
    for private in (cast.learner.nip, cast.learner.name, cast.learner.code, pending.code, "Kembangan", "Keamanan"):
        assert private not in said


def test_two_readings_of_es256_take_the_credential_for_genuine(
    platform: Platform, session: Session, cast: Cast, pending: Certificate
) -> None:
    worker.issue_certificate(platform, pending.id)

    jwt = jwt_in(attached(made(platform, pending.id))[CREDENTIAL])
    document = credential_keys.did_document(
        credential_keys.KeyRing(platform.settings.credential_folder), "http://localhost"
    )
    (method,) = document["verificationMethod"]
    opened = jws.deserialize_compact(jwt, ECKey.import_key(method["publicKeyJwk"]), algorithms=["ES256"])
    assert opened.headers() == {"alg": "ES256", "typ": "JWT", "kid": method["id"]}
    assert method["id"] in document["assertionMethod"]
    signed, _, signature = jwt.rpartition(".")
    x, y, raw = (unpadded(value) for value in (method["publicKeyJwk"]["x"], method["publicKeyJwk"]["y"], signature))
    public = ec.EllipticCurvePublicNumbers(int.from_bytes(x), int.from_bytes(y), ec.SECP256R1()).public_key()
    pair = encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:]))
    public.verify(pair, signed.encode(), ec.ECDSA(hashes.SHA256()))


def unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def test_the_salt_is_in_the_holder_s_copy_and_not_in_what_is_signed(
    platform: Platform, session: Session, cast: Cast, pending: Certificate
) -> None:
    worker.issue_certificate(platform, pending.id)

    envelope = attached(made(platform, pending.id))[CREDENTIAL]
    salt = json.loads(envelope)["holderSalt"]
    payload = unpadded(jwt_in(envelope).split(".")[1]).decode()
    hashed = hashlib.sha256(f"{cast.learner.nip}{salt}".encode()).hexdigest()
    assert f'"identityHash":"sha256${hashed}"' in payload
    assert salt not in payload
    for private in (cast.learner.nip, "Kecamatan Kembangan", '"84"', "result"):
        assert private not in payload


def test_the_issued_file_keeps_the_rules_of_pdf_a_3_for_attachments(
    platform: Platform, session: Session, pending: Certificate, tmp_path: Path
) -> None:
    worker.issue_certificate(platform, pending.id)

    pdf = made(platform, pending.id)
    with pikepdf.open(BytesIO(pdf)) as opened:
        root = opened.Root
        names = root.Names.EmbeddedFiles.Names
        assert [str(name) for name in names[::2]] == sorted([CREDENTIAL, RECEIPT])
        assert len(root.AF) == 2
        for spec in root.AF:
            assert str(spec.Type) == "/Filespec"
            assert str(spec.F) == str(spec.UF) in {CREDENTIAL, RECEIPT}
            assert str(spec.AFRelationship) == "/Data"
            for stream in (spec.EF.F, spec.EF.UF):
                assert str(stream.Subtype) in {"/application/json", "/text/plain"}
                content = stream.read_bytes()
                assert int(stream.Params.Size) == len(content)
                assert bytes(stream.Params.CheckSum) == hashlib.md5(content).digest()
                assert str(stream.Params.ModDate) == "D:20261123020000Z"
        assert "/Filter" not in root.Metadata
        assert list(root.Perms.keys()) == ["/DocMDP"]
        (widget,) = root.AcroForm.Fields
        assert int(widget.F) == 132
        assert bool(root.MarkInfo.Marked)
        assert "/StructTreeRoot" in root
        with opened.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert "/ID" in opened.trailer
    assert pdf.rstrip(b"\r\n").endswith(b"%%EOF")
    assert f"urn:teruji:sertifikat:{pending.code}".encode() in pdf
    assert len(pdf) <= 60_000
    (tmp_path / "x.pdf").write_bytes(pdf)
    for command, said in ((("qpdf", "--check"), "No syntax or stream encoding errors found"),
                          (("pdfsig", "-nocert"), "Signature is Valid.")):  # fmt: skip
        done = subprocess.run([*command, tmp_path / "x.pdf"], capture_output=True, text=True, check=True)
        assert said in done.stdout


class Killed(BaseException):
    """The worker died here."""


#: Where a worker may die: just before a step, and just after it.
STEPS: list[tuple[Any, str]] = [
    (credentials, "prepare_all"),
    (checkpoints, "sign"),
    (checkpoints, "receipts"),
    (making, "make"),
    (making, "described"),
    (completion, "certificates_made"),
]
DEATHS = [(*step, when) for step in STEPS for when in ("before", "after")]


@pytest.mark.parametrize(
    ("first", "second"), [*((death, None) for death in DEATHS), *itertools.pairwise(DEATHS)], ids=str
)
def test_dying_at_any_step_and_trying_again_enters_each_thing_once(
    platform: Platform, session: Session, pending: Certificate, monkeypatch: pytest.MonkeyPatch,
    first: tuple[Any, str, str], second: tuple[Any, str, str] | None,
) -> None:  # fmt: skip
    for death in (first, second):
        if death is not None:
            die(platform, pending.id, monkeypatch, *death)
    worker.issue_certificate(platform, pending.id)
    worker.issue_certificate(platform, pending.id)

    assert [entry["type"] for entry in entries(session)] == ["issue", "file"]
    sha256 = hashlib.sha256(made(platform, pending.id)).hexdigest()
    assert entries(session)[1]["sha256"] == sha256
    jwt = session.scalars(select(Credential.jwt)).one()
    assert jwt_in(attached(made(platform, pending.id))[CREDENTIAL]) == jwt
    with platform.database.reader() as reader:
        assert check(reader, []) == (2, [])


def die(
    platform: Platform, certificate_id: int, monkeypatch: pytest.MonkeyPatch, module: Any, step: str, when: str
) -> None:
    """Let the worker die at a step of issuing; a certificate that is issued already is left in peace."""
    real: Callable[..., Any] = getattr(module, step)

    def last(*arguments: Any, **named: Any) -> Any:
        if when == "after":
            real(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(module, step, last)
        try:
            worker.issue_certificate(platform, certificate_id)
        except Killed:
            return
    assert session_state(platform, certificate_id) == "issued"


def session_state(platform: Platform, certificate_id: int) -> str:
    with platform.database.reader() as session:
        return session.get_one(Certificate, certificate_id).state


def test_facts_corrected_before_issuing_get_a_credential_of_their_own(
    platform: Platform, session: Session, cast: Cast, pending: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    die(platform, pending.id, monkeypatch, making, "make", "before")
    issuing.note_refused(session, pending.id, Refusal(Why.MISSING_GLYPH, "holder_name", "ℵ"))
    session.commit()
    session.refresh(pending)
    issuing.try_again(session, pending, holder=employment_on(session, cast.colleague.employee_id, TODAY))
    session.commit()

    worker.issue_certificate(platform, pending.id)

    assert [entry["type"] for entry in entries(session)] == ["issue", "issue", "file"]
    payload = unpadded(session.scalars(select(Credential.jwt)).one().split(".")[1]).decode()
    assert "Budi Rekan" in payload
    assert "Sari Uji" not in payload


def test_nothing_is_issued_while_the_log_is_shorter_than_what_was_signed(
    platform: Platform, session: Session, pending: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.issue_certificate(platform, pending.id)
    for table in ("log_entry", "log_node", "log_head"):
        session.connection().exec_driver_sql(f"DELETE FROM {table}")
    session.execute(update(Certificate).values(state="pending", file_sha256=None))
    session.commit()

    with pytest.raises(LogRewound):
        worker.issue_certificate(platform, pending.id)

    assert session_state(platform, pending.id) == "pending"


def look(platform: Platform, pdf: bytes) -> FileReport:
    """What the sandbox would report."""
    trust = pki_files.ensure(platform.settings.pki_folder, now=START).trust
    return inspect(pdf, trust=trust, now=START)


def changed(pdf: bytes, name: str, content: bytes) -> bytes:
    """The file with another attachment under that name."""
    saved = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.attachments[name] = pikepdf.AttachedFileSpec(
            opened, content, filename=name, description="", mime_type="", creation_date="", mod_date=""
        )
        opened.save(saved)
    return saved.getvalue()


def test_the_check_reads_credential_and_receipt_in_the_file(
    platform: Platform, session: Session, pending: Certificate
) -> None:
    worker.issue_certificate(platform, pending.id)
    pdf = made(platform, pending.id)

    report = look(platform, pdf)

    assert report.carried == Carried(Proof.GENUINE, pending.code, Proof.GENUINE, 0)
    assert FileReport.from_json(json.loads(json.dumps(report.to_json()))) == report
    with platform.database.reader() as reader:
        verdict = check_file(pdf, register=SqlRegister(reader), inspect=lambda _, is_issued: report, now=START)
    assert (verdict.state, verdict.carried) == (State.VALID, report.carried)
    assert verdict.entry is not None
    assert verdict.entry.log_index == 1


def test_proofs_that_were_touched_are_broken_and_those_of_strangers_foreign(
    platform: Platform, session: Session, pending: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.issue_certificate(platform, pending.id)
    pdf = made(platform, pending.id)
    carried = attached(pdf)

    def proofs(name: str, content: bytes) -> tuple[Proof, Proof]:
        found = look(platform, changed(pdf, name, content)).carried
        return found.credential, found.receipt

    receipt = carried[RECEIPT]
    assert proofs(RECEIPT, b"?") == (Proof.GENUINE, Proof.BROKEN)
    assert proofs(RECEIPT, receipt.replace(b"index 0", b"index 1")) == (Proof.GENUINE, Proof.BROKEN)
    assert proofs(RECEIPT, receipt.replace(b"localhost", b"lainnya12")) == (Proof.GENUINE, Proof.FOREIGN)
    assert proofs(CREDENTIAL, b"?") == (Proof.BROKEN, Proof.BROKEN)
    envelope = json.loads(carried[CREDENTIAL])
    envelope["id"] = envelope["id"][:-6] + "AAAAAA"
    assert proofs(CREDENTIAL, json.dumps(envelope).encode()) == (Proof.FOREIGN, Proof.BROKEN)


def test_a_file_with_another_holder_s_credential_is_a_mismatch(
    platform: Platform, session: Session, pending: Certificate
) -> None:
    worker.issue_certificate(platform, pending.id)
    pdf = made(platform, pending.id)
    facts = replace(issuing.from_json(session.get_one(Certificate, pending.id).facts), code="K7QDM4XR2TVE")
    issuer = issue.issuer_of(platform)
    payload = credential.claims(facts, scheme="uji", salt="x", status=StatusPlace(1, 1), issuer=issuer)
    other_s = credential_files.enveloped(credential.signed(payload, issuer), holder_salt="x")

    mixed = changed(pdf, CREDENTIAL, other_s)

    with platform.database.reader() as reader:
        register = SqlRegister(reader)
        verdict = check_file(mixed, register=register, inspect=lambda data, is_issued: look(platform, data), now=START)
    assert (verdict.state, verdict.reasons[0]) == (State.DATA_MISMATCH, "credential_of_another")
    assert verdict.entry is not None
    assert verdict.entry.code == pending.code
