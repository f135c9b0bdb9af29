"""How many statements a request took, told in its `Server-Timing` header: for the benchmark, off otherwise."""

import threading
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from sqlalchemy import event

from lms.db import Database

_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK")


def count_statements(app: Flask, database: Database) -> None:
    """Count every statement of every request; BEGIN and COMMIT apart. Last of all, so that it sees what passes Flask by."""
    counter = _Counter(app.wsgi_app)
    event.listen(database.engine, "before_cursor_execute", counter.note)
    app.wsgi_app = counter  # type: ignore[assignment, method-assign]


class _Counter(threading.local):
    """A thread answers one request at a time."""

    statements = 0

    def __init__(self, application: WSGIApplication) -> None:
        self._application = application

    def note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        """A statement is about to be run."""
        if not statement.startswith(_NOT_COUNTED):
            self.statements += 1

    def __call__(self, environ: WSGIEnvironment, start: StartResponse) -> Iterable[bytes]:
        """One request, as WSGI has it."""
        self.statements = 0

        def tell(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start(status, [*headers, ("Server-Timing", f'sql;desc="{self.statements}"')], *rest)

        return self._application(environ, tell)
