"""The command `lms certificates verify`."""

import json
from pathlib import Path

import pytest
from flask import Flask

from lms import cli


def test_a_file_can_be_checked_before_anything_was_issued(
    app: Flask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "surat.txt"
    file.write_text("bukan PDF")

    code = cli.run(["certificates", "verify", str(file), "--json"], open_platform=lambda: app.extensions["platform"])

    assert code == 1
    assert json.loads(capsys.readouterr().out) == {"file": str(file), "state": "not_pdf", "code": None, "reasons": []}
