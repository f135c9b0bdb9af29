"""/cek: anyone checks a certificate by its code, its QR address, or its file. No account, no name search, no NIP."""

import logging
from dataclasses import dataclass
from functools import partial

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import OperationalError

from lms.access import Permission, may_enter
from lms.certificates import codes
from lms.certificates.register import SqlRegister
from lms.certificates.sandbox_client import SandboxClient
from lms.certificates.verification import State, Verdict, check_code, check_file, decide, standing
from lms.web.request import PUBLIC, actor_or_none, db, now, platform, route
from lms.web.security import against_guessing, limiter
from lms.web.verdicts import cause_sentence, field_name, sentence, standing_title, words

log = logging.getLogger(__name__)
blueprint = Blueprint("verification", __name__)
BY_FILE = "20/minute"
MOST_TYPED = 200
MOST_NAME = 80


@dataclass(frozen=True)
class Uploaded:
    """The file as its sender knows it. size: in kilobytes, rounded up."""

    name: str
    size: int


@route(blueprint, "/cek", may=PUBLIC)
@against_guessing
def form() -> ResponseReturnValue:
    """The code field; a code given as ?kode= goes on to its own address."""
    typed = request.args.get("kode", "").strip()
    if not typed:
        return render_template("verification/form.html", missing="kode" in request.args, lists=_may_check_lists())
    code = codes.normalise(typed[:MOST_TYPED])
    if not codes.is_well_formed(code):
        return _answer(decide(file=None, register=None, code=code, now=now()))
    return redirect(url_for("verification.by_code", code=code), 303)


@route(blueprint, "/cek/<code>", may=PUBLIC)
@against_guessing
def by_code(code: str) -> ResponseReturnValue:
    """What the register says of a code."""
    return _answer(of_code(code))


@route(blueprint, "/cek/berkas", may=PUBLIC, methods=["POST"])
@limiter.limit(BY_FILE)
def by_file() -> ResponseReturnValue:
    """What a file is: opened in the sandbox, compared with the register, and not kept."""
    uploaded = request.files.get("berkas")
    data = uploaded.read() if uploaded else b""
    if uploaded is None or not data:
        return render_template("verification/form.html", no_file=True, lists=_may_check_lists()), 422
    inspect = partial(SandboxClient(platform().settings.sandbox_socket).inspect, now=now())
    verdict = check_file(data, register=SqlRegister(db()), inspect=inspect, now=now())
    return _answer(verdict, file=Uploaded((uploaded.filename or "")[:MOST_NAME], -(-len(data) // 1000)))


@route(blueprint, "/cek/berkas", may=PUBLIC)
def to_upload() -> ResponseReturnValue:
    """The result of a file has no address of its own: whoever comes back to it chooses the file again."""
    return redirect(url_for("verification.form", _anchor="unggah"))


def of_code(code: str) -> Verdict:
    """The answer for a code, which is an outage and no more where the register cannot be read."""
    try:
        return check_code(code, register=SqlRegister(db()), now=now())
    except OperationalError:
        log.exception("the register cannot be read")
        return Verdict(state=State.CANNOT_CHECK, code=codes.normalise(code), reasons=("register_unavailable",))


def status_of(verdict: Verdict, *, is_file: bool) -> int:
    """What an answer is in HTTP: a code that leads to nothing is as absent as its page."""
    absent = verdict.state in {State.NOT_FOUND, State.MALFORMED_CODE} and not is_file
    return {State.CANNOT_CHECK: 503, State.TOO_LARGE: 413}.get(verdict.state, 404 if absent else 200)


def too_large() -> ResponseReturnValue:
    """The answer to a file that was refused unread because of its size; its name is not known."""
    return _answer(Verdict(state=State.TOO_LARGE), file=Uploaded("", (request.content_length or 0) // 1000))


def _may_check_lists() -> bool:
    who = actor_or_none()
    return who is not None and may_enter(who, Permission.CERTIFICATE_CHECK_LIST)


def _answer(verdict: Verdict, *, file: Uploaded | None = None) -> ResponseReturnValue:
    said = words(verdict)
    page = render_template(
        "verification/result.html",
        verdict=verdict,
        entry=verdict.entry,
        title=said.title,
        sentence=sentence(verdict),
        kind=said.kind,
        seal=said.seal,
        advice=said.advice,
        cause=cause_sentence(verdict.cause) if verdict.cause else "",
        original=standing_title(standing(verdict.entry, now=now())) if verdict.entry else "",
        field_name=field_name,
        code=codes.display(verdict.code) if verdict.code and len(verdict.code) == codes.LENGTH else verdict.code,
        file=file,
    )
    return page, status_of(verdict, is_file=file is not None)
