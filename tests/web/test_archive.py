"""A sitting's archive: made from what people did, recomputed without the database, and every change found."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import cli
from lms.audit import AuditEvent
from lms.db import canonical_json
from lms.exams import archive, verification
from lms.exams.journal import Entry, Event, digest, event_hash
from lms.exams.models import Blueprint
from lms.exams.verification import BadArchive, Report
from tests.cast import Cast, Person
from tests.exams import factory
from tests.pages import CheckedClient

Browser = Callable[[Person | None], CheckedClient]


@pytest.fixture
def sealed(app: Flask, session: Session, cast: Cast, browser: Browser, tmp_path: Path) -> dict[str, bytes]:
    """The files of the archive of a sitting in which the learner answered two questions and handed in."""
    factory.build(session, cast)
    digest = hashlib.sha256(canonical_json(factory.CONTENT).encode()).hexdigest()
    session.execute(update(Blueprint).values(hash=digest))
    session.commit()
    client = browser(cast.learner)
    client.get(f"/ujian/{factory.CODE}")
    address = client.post(f"/ujian/{factory.CODE}/pengerjaan").headers["Location"].rpartition("/")[0]
    for number in (1, 2):
        client.post(f"{address}/{number}", data={"jawaban": "0"})
    client.post(f"{address}/pengumpulan")
    file, people = tmp_path / "sesi.zip", tmp_path / "orang.csv"
    words = ["exams", "archive", "--sitting", "sesi-1", "--people", str(people), str(file)]
    assert cli.run(words, open_platform=lambda: app.extensions["platform"]) == 0
    assert cli.run(words, open_platform=lambda: app.extensions["platform"]) == 1  # never written over
    assert people.read_text().splitlines()[1].endswith(f",{cast.learner.code}")
    with zipfile.ZipFile(file) as opened:
        files = {name: opened.read(name) for name in opened.namelist()}
    whole = b"".join(files.values()).decode()
    assert not any(secret in whole for secret in (cast.learner.nip, cast.learner.name, cast.learner.code))
    return files


def resealed(files: dict[str, bytes], start: str, change: Callable[[Any], None]) -> Report:
    """The report on an archive in which one file was changed and the manifest made to fit."""
    name = next(name for name in files if name.startswith(start))
    body = json.loads(files[name])
    change(body)
    changed = {**files, name: canonical_json(body).encode()}
    manifest = json.loads(files["manifest.json"])
    manifest["files"][name] = hashlib.sha256(changed[name]).hexdigest()
    changed["manifest.json"] = canonical_json(manifest).encode()
    return verification.verify(archive.pack(changed))


def refuse() -> Any:
    raise AssertionError("the installation was opened")


def found(report: Report) -> list[str]:
    return [one.what for one in report.discrepancies]


def test_an_untouched_archive_agrees_and_every_change_is_found(
    sealed: dict[str, bytes], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    report = verification.verify(archive.pack(sealed))
    assert (report.results, report.discrepancies) == (1, ())

    def better(body: Any) -> None:
        body["result"]["marks"][2]["mark"] = "1"

    def unsaid(body: Any) -> None:
        body["result"]["marks"][2] = {}
        del body["result"]["sections"][0]["passed"]

    def passed(body: Any) -> None:
        body["result"]["passed"] = True

    def answer(body: Any) -> None:
        body["journal"][0][4] = '"1"'

    def lost(body: Any) -> None:
        del body["journal"][0]

    def key(body: Any) -> None:
        body["paper"]["items"][5]["content"]["stem"] = "Lain?"

    def easier(body: Any) -> None:
        body["content"]["pass_total"] = 0

    assert found(resealed(sealed, "attempts/", better)) == ["mark 3: mark"]
    assert found(resealed(sealed, "attempts/", unsaid)) == [
        *(f"mark 3: {field}" for field in ("item", "version", "mark", "maximum")),
        "section 1: passed",
    ]
    assert found(resealed(sealed, "attempts/", passed)) == ["passed"]
    assert "chain" in found(resealed(sealed, "attempts/", answer))
    assert {"chain", "journal"} <= set(found(resealed(sealed, "attempts/", lost)))
    assert found(resealed(sealed, "attempts/", key)) == ["paper"]
    assert found(resealed(sealed, "blueprints/", easier))[0] == "hash"
    assert found(resealed(sealed, "attempts/", lambda body: body.pop("result"))) == ["shape"]

    # A change without a new manifest, a missing file, and a manifest that is not the one whose seal was kept.
    name = next(name for name in sealed if name.startswith("attempts/"))
    assert "sha256" in found(verification.verify(archive.pack({**sealed, name: sealed[name] + b" "})))
    without = {other: body for other, body in sealed.items() if other != name}
    assert found(verification.verify(archive.pack(without))) == ["sha256", "unused"]
    assert found(verification.verify(archive.pack(sealed), seal="0" * 64)) == ["seal"]

    file = tmp_path / "lagi.zip"
    file.write_bytes(archive.pack(sealed))
    capsys.readouterr()
    assert cli.run(["exams", "verify", str(file), "--seal", report.seal, "--json"], open_platform=refuse) == 0
    assert json.loads(capsys.readouterr().out)["discrepancies"] == []
    file.write_bytes(archive.pack(without))
    assert cli.run(["exams", "verify", str(file)], open_platform=refuse) == 1
    assert "2 selisih" in capsys.readouterr().out


def test_what_cannot_be_together_in_one_archive_is_found(sealed: dict[str, bytes]) -> None:
    """Changes after which all hashes were made to fit."""
    name = next(name for name in sealed if name.startswith("attempts/"))

    def rechained(event: list[Any]) -> Callable[[Any], None]:
        """Put an event of another writer at the end, with all hashes that go over it."""

        def change(body: Any) -> None:
            one = Event(*[*event, "0" * 64, ""])
            chained = one._replace(hash=event_hash(body["code"], "lain", one))
            body["journal"].append(["lain", *chained])
            body["result"]["journal"] = digest([Entry(one[0], Event(*one[1:])) for one in body["journal"]])

        return change

    def said_elsewhere(body: Any) -> None:
        body["result"]["recorded_at"] = "2099-01-01T00:00:00+00:00"

    def problem(body: Any) -> None:
        body["result"]["problems"] = [{"writer": "lain", "seq": 1, "what": "gap"}]

    def one_for_true(body: Any) -> None:
        body["result"]["passed"] = int(body["result"]["passed"])

    stamp, nowhere = "2026-11-23T01:00:00.000Z", [1, 99, "open", "null"]
    assert found(resealed(sealed, "attempts/", rechained([*nowhere, stamp]))) == ["event lain/1"]
    assert found(resealed(sealed, "attempts/", rechained([1, 1, "open", "null", "kemarin"]))) == ["event lain/1"]
    assert found(resealed(sealed, "attempts/", rechained([1, 1, "open", "null", stamp]))) == []
    assert found(resealed(sealed, "attempts/", said_elsewhere)) == ["result 1: recorded_at"]
    assert found(resealed(sealed, "attempts/", problem)) == ["problems"]
    assert found(resealed(sealed, "attempts/", one_for_true)) == ["passed"]
    assert found(resealed(sealed, "attempts/", lambda body: body.update(group="a"))) == ["group"]
    assert found(resealed(sealed, "blueprints/", lambda body: body.update(number=7))) == ["file"]
    other = {**sealed, "blueprints/8.json": sealed["blueprints/1.json"]}
    assert found(resealed(other, "blueprints/8", lambda body: body.update(number=8))) == ["unused"]

    # Two readers of one file see two results: this one takes the last of what is said twice, others the first.
    twice = sealed[name].replace(b'"result":{', b'"result":{"passed":true,', 1)
    manifest = json.loads(sealed["manifest.json"])
    manifest["files"][name] = hashlib.sha256(twice).hexdigest()
    written = {**sealed, name: twice, "manifest.json": canonical_json(manifest).encode()}
    assert found(verification.verify(archive.pack(written))) == ["canonical"]


def test_without_a_seal_it_is_said_what_is_not_found_and_the_seal_finds_it(
    sealed: dict[str, bytes], session: Session, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = json.loads(sealed["manifest.json"])
    manifest["files"] = {}
    emptied, file = {"manifest.json": canonical_json(manifest).encode()}, tmp_path / "tanpa.zip"
    file.write_bytes(archive.pack(emptied))
    made = session.scalars(select(AuditEvent).where(AuditEvent.action == "sitting.archive")).one()
    seal = hashlib.sha256(sealed["manifest.json"]).hexdigest()
    assert made.details == {"seal": seal, "attempts": 1, "people": True}

    capsys.readouterr()
    assert cli.run(["exams", "verify", str(file)], open_platform=refuse) == 0
    assert "Segel tidak dibandingkan" in capsys.readouterr().out
    assert cli.run(["exams", "verify", str(file), "--json"], open_platform=refuse) == 0
    assert json.loads(capsys.readouterr().out)["seal_given"] is False
    assert cli.run(["exams", "verify", str(file), "--seal", seal], open_platform=refuse) == 1
    assert "Segel tidak dibandingkan" not in capsys.readouterr().out


def zipped(*entries: tuple[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in entries:
            made.writestr(name, body)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "ZIP tidak dapat dibaca"),
        (b"PK\x03\x04 bukan zip", "ZIP tidak dapat dibaca"),
        (zipped(("manifest.json", b"{}"))[:-30], "ZIP tidak dapat dibaca"),
        (zipped(("manifest.json", b"{}"))[:-10] + b"\xff" * 10, "ZIP tidak dapat dibaca"),
        (zipped(("../manifest.json", b"{}")), "nama berkas tidak dikenal"),
        (zipped(("/etc/passwd", b"{}")), "nama berkas tidak dikenal"),
        (zipped(("attempts/a.json", b"{}")), "manifest.json tidak ada"),
        (zipped(("manifest.json", b"[" * 100_000)), "tidak berbentuk manifest"),
        (zipped(("manifest.json", b" " * (verification.LARGEST_FILE + 1))), "terlalu besar"),
    ],
    ids=["empty", "no zip", "cut", "lying directory", "climbing", "absolute", "no manifest", "deep", "bomb"],
)
def test_a_hostile_file_is_refused(data: bytes, said: str) -> None:
    with pytest.raises(BadArchive, match=said):
        verification.verify(data)
