"""How many statements a request took, told in its `Server-Timing` header: for the benchmark, off otherwise."""

from typing import Any

from flask import Flask, Response, g, has_request_context
from sqlalchemy import event

from lms.db import Database

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK")


def count_statements(app: Flask, database: Database) -> None:
    """Count every statement of every request; BEGIN and COMMIT apart."""
    event.listen(database.engine, "before_cursor_execute", _note)
    app.after_request(_tell)


def _note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
    if has_request_context() and not statement.startswith(_NOT_COUNTED):
        g.statements = g.get("statements", 0) + 1


def _tell(response: Response) -> Response:
    response.headers["Server-Timing"] = f'sql;desc="{g.get("statements", 0)}"'
    return response
