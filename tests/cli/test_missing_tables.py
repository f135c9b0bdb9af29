"""What a command makes of a database that does not have the tables of this version."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from lms import cli


def test_only_what_is_not_in_the_database_asks_for_an_upgrade(
    session: Session, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(statement: str) -> int:
        def ask() -> None:
            with session.begin_nested():
                session.execute(text(statement))

        return cli.run(["search", "rebuild"], open_platform=ask)  # type: ignore[arg-type]

    for lacking in ("SELECT 1 FROM nowhere", "SELECT absent FROM exam", "INSERT INTO exam (absent) VALUES (1)"):
        assert run(lacking) == 2
        assert capsys.readouterr().err.endswith("Jalankan: lms db upgrade\n")
    with pytest.raises(DatabaseError):
        run("SELECT FROM WHERE")
