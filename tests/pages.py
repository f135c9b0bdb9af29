"""A client that looks at every page it is given: valid HTML, a title, one h1, unique ids, few statements."""

import re
from functools import cache
from typing import Any

import html5lib
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug.test import TestResponse

from lms.db import Database

#: What a page may ask of the database, the session and the roles included.
MOST_STATEMENTS = 10
#: A text between two tags, or a quoted value of an attribute.
_VALUE = re.compile(r'>[^<>]+(?=<)|"[^"]*"')
_REFERENCE = re.compile(r"&[^;\s]*;?")
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_ID = re.compile(r"""<[a-z][^<>]*?\sid="([^"]*)\"""")
_NOT_COUNTED = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


class Counter:
    """Counts the statements of a database between two looks; BEGIN and COMMIT apart."""

    def __init__(self, database: Database) -> None:
        self.statements: list[str] = []
        event.listen(database.engine, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_NOT_COUNTED):
            self.statements.append(statement)

    def reset(self) -> None:
        """Begin again at nought."""
        self.statements.clear()


class CheckedClient(FlaskClient):
    """The test client of this project: a GET of a page that is not sound fails the test that made it."""

    counter: Counter

    def open(self, *arguments: Any, **named: Any) -> TestResponse:
        """As usual; what comes back as a page is checked."""
        self.counter.reset()
        answer = super().open(*arguments, **named)
        if answer.mimetype == "text/html" and answer.request.method == "GET" and answer.status_code < 500:
            check(answer.text, where=answer.request.path)
            said = "\n".join(self.counter.statements)
            assert len(self.counter.statements) <= MOST_STATEMENTS, f"{answer.request.path} asks too much:\n{said}"
        return answer


def check(page: str, *, where: str) -> None:
    """Valid HTML5 with a title, one main heading, and no id twice. Redirect stubs have no doctype and are let pass."""
    if page.startswith("<!doctype html>\n<html lang=en>\n<title>Redirecting"):
        return
    try:
        headings = _headings(_VALUE.sub(_shape, page))
    except html5lib.html5parser.ParseError as error:
        raise AssertionError(f"{where}: not valid HTML: {error}") from error
    title = _TITLE.search(page)
    assert (title[1] if title else "").strip(" –\n") not in {"", "Teruji"}, f"{where}: the page has no title of its own"
    assert headings == 1, f"{where}: a page has one h1"
    ids = _ID.findall(page)
    assert len(ids) == len(set(ids)), f"{where}: an id stands twice: {sorted({i for i in ids if ids.count(i) > 1})}"


def _shape(value: re.Match[str]) -> str:
    """What stands for a text or a value: validity asks whether there is anything but space, and for its references."""
    mark, inner = value[0][0], value[0].strip('>"')
    kept = ("x" if inner.strip() else " ") + "".join(_REFERENCE.findall(inner))
    return f'"{kept}"' if mark == '"' else f">{kept}"


@cache
def _headings(shape: str) -> int:
    """How many h1 a page of this shape has. Raises ParseError where it is not valid HTML.

    Parsing took an eighth of the time of all page tests; pages of one shape are parsed once.
    """
    return len(html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(shape).findall(".//h1"))
