"""The commands `lms log …`: each on a real installation, and what they say when something is wrong."""

import json
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from lms import cli
from lms.certificates import credential_keys
from tests.cast import Cast
from tests.certificates import receipt_verifier as other
from tests.certificates import register

pytestmark = pytest.mark.parametrize("stage", ["sqlite"], indirect=True)


def lms(app: Flask, *words: str) -> int:
    return cli.run(["log", *words], open_platform=lambda: app.extensions["platform"])


def test_older_certificates_are_entered_once_and_proved(
    app: Flask, session: Session, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = register.issued(session, cast)
    assert lms(app, "check") == 1
    assert "belum tercatat di log" in capsys.readouterr().err

    assert [lms(app, "backfill"), lms(app, "backfill"), lms(app, "export")] == [0, 0, 0]
    said = capsys.readouterr().out.splitlines()
    assert said[:2] == ["1 sertifikat dicatat.", "0 sertifikat dicatat."]
    assert said[2] == str(tmp_path / "log" / "daily" / "2026-11-23.txt")

    assert lms(app, "check") == 0
    assert capsys.readouterr().out == "2 entri, 2 tanda batas, 0 masalah.\n"
    lms(app, "prove", code)
    entry, index, size = other.check_receipt(capsys.readouterr().out, (tmp_path / "log" / "public").read_text())
    assert (index, size, json.loads(entry)["issued"]) == (1, 2, "2026-11-23T02:00:00Z")


def test_a_changed_file_hash_is_found(
    app: Flask, session: Session, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    register.issued(session, cast)
    lms(app, "backfill")
    session.execute(text(f"UPDATE certificate SET file_sha256 = '{'f' * 64}'"))
    session.commit()

    assert lms(app, "check") == 1
    assert "berkas di register bukan yang tercatat 1 certificate 1" in capsys.readouterr().err


def test_consistency_is_told_from_a_size_and_from_a_file(
    app: Flask, session: Session, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert lms(app, "consistency", "0") == 1
    register.issued(session, cast)
    lms(app, "backfill")
    lms(app, "export")
    kept = tmp_path / "log" / "daily" / "2026-11-23.txt"
    capsys.readouterr()

    assert lms(app, "consistency", "1") == 0
    assert capsys.readouterr().out.startswith("old 1\n")
    assert lms(app, "consistency", str(kept)) == 0
    assert lms(app, "consistency", "3") == 1
    forged = tmp_path / "forged.txt"
    forged.write_text(kept.read_text().replace("\n2\n", "\n1\n"))
    assert lms(app, "consistency", str(forged)) == 1


def test_lost_entries_are_refused_until_the_operator_says_so(
    app: Flask, session: Session, cast: Cast, capsys: pytest.CaptureFixture[str]
) -> None:
    register.issued(session, cast)
    lms(app, "backfill")
    lms(app, "export")
    for table in ("log_entry", "log_node", "log_head"):
        session.execute(text(f"DELETE FROM {table}"))
    session.commit()
    capsys.readouterr()

    assert lms(app, "export") == 1
    assert "lms log restart" in capsys.readouterr().err
    assert lms(app, "restart") == 2
    assert lms(app, "restart", "--entries-are-lost") == 0
    assert "localhost/log-2+" in capsys.readouterr().out
    assert lms(app, "backfill") == 0
    assert lms(app, "export") == 0


def test_a_renewed_key_signs_what_the_old_one_signed_and_both_stay_known(
    app: Flask, session: Session, cast: Cast, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = register.issued(session, cast)
    assert [lms(app, "backfill"), lms(app, "export"), lms(app, "prove", code)] == [0, 0, 0]
    old, before = (tmp_path / "log" / "public").read_text(), capsys.readouterr().out
    receipt = before[before.index("c2sp.org/tlog-proof") :]

    assert lms(app, "renew-key") == 0

    new = capsys.readouterr().out
    assert new.startswith("localhost/log-2+")
    retired = tmp_path / "log" / "retired" / "001"
    heads = [(folder / "checkpoint").read_text().split("\n")[1:3] for folder in (retired, tmp_path / "log")]
    assert heads[0] == heads[1]
    assert other.check_receipt(receipt, old)[1:] == (1, 2)
    assert (retired / "public").read_text() == old
    assert lms(app, "prove", code) == 0
    assert other.check_receipt(capsys.readouterr().out, new)[1:] == (1, 2)


def test_renewing_the_credential_key_keeps_the_old_one_in_the_published_document(
    app: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = app.extensions["platform"].settings.credential_folder
    old = credential_keys.ensure(folder).current

    assert cli.run(["certificates", "renew-key"], open_platform=lambda: app.extensions["platform"]) == 0

    new = capsys.readouterr().out.strip()
    document = app.test_client().get("/.well-known/did.json").json
    assert document is not None
    assert [method.rpartition("#")[2] for method in document["assertionMethod"]] == [new, old]
    assert credential_keys.KeyRing(folder).current == new
