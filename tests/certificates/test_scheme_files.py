"""Files of schemes that are none: each is said to be unreadable, and the others are looked at."""

from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from lms.certificates import scheme_files
from lms.certificates.scheme_files import Issuing


@pytest.mark.parametrize("text", ["a: 2026-13-45", "[" * 5000, "a: \x08", "- a"])
def test_a_file_that_is_no_scheme_is_said(session: Session, tmp_path: Path, text: str) -> None:
    (tmp_path / "a.yaml").write_text(text)

    (row,) = scheme_files.look(session, [tmp_path / "a.yaml"], Issuing(), designs=tmp_path)

    assert [one.problem for one in row.findings] == ["unreadable"]
