"""What belongs to one request: its transaction, the person behind it, and the permission its route names.

Answering commits, refusing rolls back. A GET reads only, unless its route says `writes=True`.
"""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final, Literal, TypeVar, cast

from flask import Blueprint, Response, abort, current_app, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter, Map

from lms import access, clock
from lms.access import Actor, Grant, Permission
from lms.db import Base
from lms.people import sign_in
from lms.platform import Platform

View = Callable[..., ResponseReturnValue]
PUBLIC: Final = "public"
#: The route checks a signed token of its own; nobody is looked up.
TOKEN: Final = "token"  # noqa: S105 - a word in the table of permissions, no secret
COOKIE = "sesi"
#: A session's last use is noted at most this often: not each page needs to write.
NOTED_EVERY = timedelta(minutes=5)
#: The largest number that each column of whole numbers holds, on both databases.
LARGEST_NUMBER = 2**31 - 1
_READING = {"GET", "HEAD", "OPTIONS"}

M = TypeVar("M", bound=Base)


def route(
    blueprint: Blueprint,
    rule: str,
    *,
    may: Permission | Literal["public", "token"],
    methods: Iterable[str] = ("GET",),
    writes: bool = False,
    notes_use: bool = True,
    largest: int | None = None,
) -> Callable[[View], View]:
    """Declare a page: its address, who may enter, and whether a GET of it writes.

    largest: how many bytes a request may send, where that is more than anywhere else.
    notes_use: whether being here pushes the idle limit out; not where every statement is dear and a page that does follows.
    """

    def declare(view: View) -> View:
        view.may = may  # type: ignore[attr-defined]
        view.writes = writes  # type: ignore[attr-defined]
        view.notes_use = notes_use  # type: ignore[attr-defined]
        view.largest = largest  # type: ignore[attr-defined]
        blueprint.add_url_rule(rule, view_func=view, methods=list(methods))
        return view

    return declare


def platform() -> Platform:
    """The installation that answers this request."""
    return cast(Platform, current_app.extensions["platform"])


def now() -> datetime:
    """The moment at which this request is judged: one for all its steps."""
    if "now" not in g:
        g.now = clock.now()
    return cast(datetime, g.now)


def today() -> date:
    """The installation's day of that moment."""
    return clock.local_date(now(), platform().settings.zone)


def db() -> Session:
    """The request's session, opened at first use."""
    if "session" not in g:
        database = platform().database
        g.session = database.writer() if _writes() else database.reader()
    return cast(Session, g.session)


def actor() -> Actor:
    """The person who signed in. Only for routes that are not public."""
    found = actor_or_none()
    if found is None:
        abort(401)
    return found


def actor_or_none() -> Actor | None:
    """The person who signed in, or None."""
    return cast(Actor | None, g.get("actor"))


def fetch(rows: Select[M], model: type[Base], may: Permission) -> M:
    """The one row, loaded and authorised in one query; anything else is 404."""
    return access.fetch(db(), rows, model, actor=actor(), may=may)


def keep_although_refused() -> None:
    """Commit even though the answer is an error: what must be remembered of a refusal, such as a failed sign-in."""
    g.keep = True


def settle() -> None:
    """Commit what was done so far and let the database go, before slow work such as looking at a password."""
    if "session" in g:
        g.session.commit()


def recognise(token: str) -> Actor | None:
    """Take the bearer of a session's token for the person behind this request."""
    found = g.actor = _actor(token)
    return found


def identify() -> ResponseReturnValue | None:
    """Before each request: who is it, and may they enter here? Returns a refusal, or None to go on."""
    view = current_app.view_functions.get(request.endpoint or "")
    may: Any = getattr(
        view, "may", None if request.endpoint else PUBLIC
    )  # an address of nothing: its page has a menu, too
    if may is None or may == TOKEN:
        return None
    token = request.cookies.get(COOKIE)
    if token:
        recognise(token)
    if may == PUBLIC:
        return None
    who = actor_or_none()
    if who is None:
        return _to_sign_in()
    if not access.may_enter(who, may):
        g.refused = may
        abort(403)
    return None


def close_transaction(response: Response) -> Response:
    """After each request: commit what was answered, roll back what was refused."""
    session = g.pop("session", None)
    if session is not None:
        try:
            if response.status_code < 400 or g.get("keep"):
                session.commit()
            else:
                session.rollback()
        finally:
            session.close()
    _note_reading()
    return response


def drop_transaction(_error: BaseException | None) -> None:
    """When a request ends in an unhandled error: nothing of it stays."""
    session = g.pop("session", None)
    if session is not None:
        session.rollback()
        session.close()


def _writes() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return request.method not in _READING or bool(getattr(view, "writes", False))


def _actor(token: str) -> Actor | None:
    found = sign_in.find_session(db(), token, now=now(), today=today())
    if found is None:
        return None
    if found.last_seen_at + NOTED_EVERY < now():
        _note_use(found.session_id)
    # A role given while the person was signed in by password alone waits for the next sign-in, with a second factor.
    roles = [(role, path) for role, path in found.roles if role == "head" or found.has_second_factor]
    return Actor(
        user_id=found.user_id,
        employee_id=found.employee_id,
        session_id=found.session_id,
        name=found.name,
        grants=tuple(Grant(role, path) for role, path in roles if role != "head"),
        heads=tuple(path for role, path in roles if role == "head"),
        today=today(),
        employment=found.employment,
        has_second_factor=found.has_second_factor,
        language=found.language,
        theme=found.theme,
        text_size=found.text_size,
    )


def _note_use(session_id: int) -> None:
    """Who only reads is there, too: then it is noted when the answer is ready, in a transaction of its own."""
    if not getattr(current_app.view_functions.get(request.endpoint or ""), "notes_use", True):
        return
    if _writes():
        sign_in.note_use(db(), session_id, now=now())
    else:
        g.used_session = session_id


def _note_reading() -> None:
    session_id = g.pop("used_session", None)
    if session_id is not None:
        with platform().database.transaction() as session:
            sign_in.note_use(session, session_id, now=now())


def _to_sign_in() -> ResponseReturnValue:
    if request.method not in _READING:
        abort(401)
    return redirect(url_for("sign_in.form", lanjut=request.full_path.rstrip("?")))


def asked_number(name: str, default: int, *, most: int = LARGEST_NUMBER) -> int:
    """The number that the address gives a name; one that is none, or that no column could hold, counts as not given."""
    found = request.args.get(name, default, type=int)
    return found if 0 <= found <= most else default


class Number(IntegerConverter):
    """`<int:…>` in an address: where no column could hold the number, nothing is there."""

    def __init__(self, map: Map, *arguments: Any, **named: Any) -> None:
        super().__init__(map, *arguments, **{"max": LARGEST_NUMBER, **named})


def attributes(view: View) -> tuple[Any, bool]:
    """(permission, writes) that a view was declared with; (None, False) for one that was not."""
    return getattr(view, "may", None), bool(getattr(view, "writes", False))
