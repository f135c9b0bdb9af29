"""The pages of an attempt. Each works without scripts: a form a question, saved by the server as a writer of its own."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import bindparam

from lms.access import Permission, owned
from lms.completion import finish_attempt
from lms.exams import attempts, journal, released, results, saving, sheets
from lms.exams.attempts import AttemptClosed
from lms.exams.journal import Latest
from lms.exams.models import PRACTICE, Attempt
from lms.exams.sheets import Sheet
from lms.exams.uploads import BadUpload
from lms.questions import practice
from lms.questions.kinds import BY_HAND
from lms.reports import following, held, regrades
from lms.web import answer_remarks, room_news, typed, uploads
from lms.web.cells import cells
from lms.web.place import place
from lms.web.request import actor, db, now, route
from lms.web.sitting import given, is_outside, late_token_of, outside, sent_elsewhere, sheet_of, token_of

blueprint = Blueprint("attempts", __name__)
blueprint.add_app_template_global(cells)
FILTERS = {"semua", "kosong", "ragu"}


@dataclass(frozen=True)
class Typed:
    """What a form says of one question. complaint: what has to be looked at before going on · remark: what is said on the way."""

    answer: Any
    complaint: str = ""
    remark: str = ""


@route(blueprint, "/pengerjaan/<code>", may=Permission.ATTEMPT_WRITE)
def go_on(code: str) -> ResponseReturnValue:
    """To the question that was open last."""
    sheet = sheet_of(code)
    number = _last(saving.entries(db(), sheet.attempt_id))
    return redirect(url_for(".question", code=code, number=number))


@route(blueprint, "/pengerjaan/<code>/<int:number>", may=Permission.ATTEMPT_WRITE)
def question(code: str, number: int) -> ResponseReturnValue:
    """One question with its grid. `?kembali=periksa`: it was opened from the check page and returns there."""
    sheet = sheet_of(code)
    if (elsewhere := sent_elsewhere(sheet)) is not None:
        return elsewhere
    if not 1 <= number <= sheet.count:
        abort(404)
    state = _state(sheet)
    if sheet.mode == PRACTICE:
        return _practice_page(sheet, number, state)
    return render_template(
        "attempts/question.html",
        sheet=sheet,
        grid=sheets.grid(sheet.count, state, here=number),
        number=number,
        section=sheet.section_of(number),
        presented=sheet.items[number - 1].present(),
        latest=state.get(number, Latest()),
        given=given(sheet, number, state.get(number, Latest()).answer),
        token=token_of(sheet),
        back=request.args.get("kembali") == "periksa",
        **room_news.of_room(sheet),
    )


@route(
    blueprint,
    "/pengerjaan/<code>/<int:number>",
    may=Permission.ATTEMPT_WRITE,
    methods=["POST"],
    largest=uploads.LARGEST,
)
def save(code: str, number: int) -> ResponseReturnValue:
    """Keep what the form says about one question, and go where its button says."""
    sheet = sheet_of(code, lock=True)
    if not 1 <= number <= sheet.count or sheet.phase == "prepared":
        abort(404)
    if is_outside(sheet):
        return redirect(url_for(".door", code=code), 303)
    if sheet.holder == "free":
        attempts.claim(db(), sheet.attempt_id, user_session_id=actor().session_id, now=now())
        sheet = sheet_of(code, lock=True)
    if sheet.mode == PRACTICE and (elsewhere := sent_elsewhere(sheet)) is not None:
        return elsewhere  # one that is over is not worth anybody's decision
    if sheet.phase == "paused":
        return _stands_still(sheet, number), 409
    entries = saving.entries(db(), sheet.attempt_id)
    state = journal.fold(entries)
    is_cleared = request.form.get("aksi") == "hapus"
    said = Typed(None) if is_cleared else _typed(sheet, number, state.get(number, Latest()).answer)
    if sheet.mode == PRACTICE and said.answer is None:
        return _practice_page(sheet, number, state, error=_("Pilih atau isi jawaban dahulu.")), 422
    if said.complaint:
        flash(said.complaint, "warn")
    target = number if said.complaint or sheet.mode == PRACTICE else _target(sheet, number)
    changes = _changes(number, target, said.answer, state)
    if changes:
        done = saving.append(db(), entries, changes, ticket=sheet.ticket, user_session_id=actor().session_id, now=now())
        _tell(done, sheet, said.remark)
    answered = sheet.mode == PRACTICE and not said.complaint
    leads_to = target if isinstance(target, str) else _feedback(sheet, number) if answered else _address(sheet, target)
    address = sent_elsewhere(sheet) or redirect(leads_to, 303)
    address.status_code = 303
    return address


@route(blueprint, "/pengerjaan/<code>/daftar", may=Permission.ATTEMPT_WRITE)
def grid(code: str) -> ResponseReturnValue:
    """All questions as a grid: `?saring=semua|kosong|ragu`."""
    sheet = sheet_of(code)
    if (elsewhere := sent_elsewhere(sheet)) is not None:
        return elsewhere
    if sheet.mode == PRACTICE:
        return redirect(url_for(".go_on", code=code))
    chosen = request.args.get("saring", "semua")
    here = request.args.get("dari", type=int)
    made = sheets.grid(sheet.count, _state(sheet), here=here)
    shown = {"kosong": made.empty, "ragu": made.flagged}.get(chosen, made.cells)
    chosen = chosen if chosen in FILTERS else "semua"
    context = {"grid": made, "shown": shown, "chosen": chosen, "here": here or 1, "token": token_of(sheet)}
    return render_template("attempts/grid.html", sheet=sheet, **context, **room_news.of_room(sheet))


@route(blueprint, "/pengerjaan/<code>/periksa", may=Permission.ATTEMPT_WRITE)
def check(code: str) -> ResponseReturnValue:
    """What is empty and what is marked, before handing in. The one page of an attempt whose time is up."""
    sheet = sheet_of(code)
    if (sheet.phase != "grace" or sheet.mode == PRACTICE or is_outside(sheet)) and (
        elsewhere := sent_elsewhere(sheet)
    ) is not None:
        return elsewhere
    if sheet.mode == PRACTICE:
        return redirect(url_for(".go_on", code=code))
    entries = saving.entries(db(), sheet.attempt_id)
    made = sheets.grid(sheet.count, journal.fold(entries))
    context = {"grid": made, "here": _last(entries), "token": token_of(sheet)}
    return render_template("attempts/check.html", sheet=sheet, **context, **room_news.of_room(sheet))


@route(blueprint, "/pengerjaan/<code>/pengumpulan", may=Permission.ATTEMPT_WRITE, methods=["POST"], notes_use=False)
def submit(code: str) -> ResponseReturnValue:
    """Hand in. A second time changes nothing and shows the same result."""
    try:
        _finish(code)
    except AttemptClosed:
        if sheet_of(code).phase == "prepared":
            abort(404)
    return redirect(url_for(".result", code=code), 303)


@route(blueprint, "/pengerjaan/<code>/hasil", may=Permission.ATTEMPT_WRITE, writes=True)
def result(code: str) -> ResponseReturnValue:
    """The score by section and the receipt. Closes an attempt that is over and that no sweep has met yet."""
    sheet = sheet_of(code)
    if sheet.phase == "over" or (sheet.mode == PRACTICE and sheet.phase == "grace"):
        _finish(code)
        return redirect(url_for(".result", code=code))
    if sheet.phase != "closed":
        return sent_elsewhere(sheet) or redirect(_address(sheet, 1))
    newest, waited = held.with_result(db(), sheet.attempt_id, sheet.due_at)
    outcome = results.outcome_of(newest)
    return render_template(
        "attempts/result.html",
        sheet=sheet,
        outcome=outcome,
        regraded=regrades.told(db(), sheet.attempt_id, [item.version for item in sheet.items]),
        held=waited,
        late_token=late_token_of(sheet),
        released=released.of(db(), sheet.release, sheet.mode, sheet.sitting_id, sheet.sitting_closes_at, now=now()),
        following=following.of_result(db(), newest, sheet.exam_code, actor().employee_id, now=now(), place=place()),
    )


@route(blueprint, "/pengerjaan/<code>/tempat", may=Permission.ATTEMPT_WRITE)
def door(code: str) -> ResponseReturnValue:
    """The attempt cannot be worked on from here: which network, or which browser, it takes."""
    sheet = sheet_of(code)
    reason = outside(sheet)
    if reason is None:
        return redirect(url_for(".go_on", code=code))
    return render_template("attempts/door.html", sheet=sheet, reason=reason), 403


@route(blueprint, "/pengerjaan/<code>/jeda", may=Permission.ATTEMPT_WRITE)
def paused(code: str) -> ResponseReturnValue:
    """The attempt stands still: how much time is left, and that nothing has to be done."""
    sheet = sheet_of(code)
    if sheet.phase != "paused":
        return sent_elsewhere(sheet) or redirect(url_for(".go_on", code=code))
    return _stands_still(sheet)


def _practice_page(sheet: Sheet, number: int, state: dict[int, Latest], *, error: str = "") -> str:
    """A question of a practice; once it is answered, with what is to be said to that. error: why nothing was looked at."""
    item, latest = sheet.items[number - 1], state.get(number, Latest())
    asked = replace(practice.of_version(db(), item.version), order=tuple(item.order))
    return render_template(
        "attempts/practice.html",
        sheet=sheet,
        number=number,
        answered=sum(latest.is_answered for latest in state.values()),
        question=asked,
        said=practice.answer(asked, latest.answer) if latest.is_answered and not error else None,
        error=error,
    )


def _state(sheet: Sheet) -> dict[int, Latest]:
    return journal.fold(saving.entries(db(), sheet.attempt_id))


def _last(entries: Sequence[journal.Entry]) -> int:
    """The question that was open last."""
    return sheets.last_item([entry.event.item for entry in entries])


def _target(sheet: Sheet, number: int) -> int | str:
    """The question or the address that the pressed button leads to."""
    check_page = url_for(".check", code=sheet.code)
    match request.form.get("aksi"):
        case "ragu" | "hapus":
            return number
        case "sebelumnya":
            return max(number - 1, 1)
        case "daftar":
            return url_for(".grid", code=sheet.code, dari=number)
    if request.form.get("kembali") == "periksa" or number == sheet.count:
        return check_page
    return number + 1


def _address(sheet: Sheet, number: int) -> str:
    back = "periksa" if request.form.get("kembali") == "periksa" else None
    return url_for(".question", code=sheet.code, number=number, kembali=back)


def _feedback(sheet: Sheet, number: int) -> str:
    """Where the page of a question of a practice says what is to be said: on a phone that stands below all options."""
    asked = practice.of_version(db(), sheet.items[number - 1].version)
    return url_for(".question", code=sheet.code, number=number, _anchor=f"latihan-{asked.uuid}-u")


def _changes(number: int, target: int | str, answer: Any, state: dict[int, Latest]) -> list[tuple[int, str, Any]]:
    """What the form says that the journal does not say already. The flag is the field, turned over by the button."""
    was = state.get(number, Latest())
    flag = (request.form.get("ragu") == "on") != (request.form.get("aksi") == "ragu")
    changes: list[tuple[int, str, Any]] = []
    if not was.opened:
        changes.append((number, "open", None))
    if answer != was.answer:
        changes.append((number, "answer", answer))
    if flag != was.flag:
        changes.append((number, "flag", flag))
    if isinstance(target, int) and target != number and not state.get(target, Latest()).opened:
        changes.append((target, "open", None))
    return changes


def _typed(sheet: Sheet, number: int, was: Any) -> Typed:
    """The form's answer. was: what stands now, which stays where no other file is sent."""
    item = sheet.items[number - 1]
    if item.kind == "file":
        return _sent_file(sheet, number, was)
    answer = typed.answer(item.kind, request.form)
    muddled = _("Pakai setiap nomor satu kali. Periksa urutan yang tersimpan di bawah ini.")
    complaint = muddled if typed.is_muddled(item.kind, request.form) else ""
    remark = "" if answer == was or sheet.mode == PRACTICE else answer_remarks.of_answer(number, item.present(), answer)
    if answer is not None and sheet.asks_certainty and item.kind not in BY_HAND:
        answer = {"answer": answer, "certainty": typed.certainty(request.form)}
    return Typed(answer, complaint, remark)


def _sent_file(sheet: Sheet, number: int, was: Any) -> Typed:
    sent = request.files.get("berkas")
    if sent is None or not sent.filename or sheet.phase not in uploads.TAKEN or sheet.holder != "mine":
        return Typed(was)
    try:
        return Typed(uploads.keep(sheet, number, sent.filename, sent.read()))
    except BadUpload as refused:
        return Typed(was, uploads.said(refused, sheet, number))


def _tell(done: saving.Accepted, sheet: Sheet, remark: str) -> None:
    """remark: on what was stored."""
    if done.held:
        waits = _("Perubahan terakhir ditahan dan menunggu keputusan pengawas.")
        flash(
            waits if sheet.has_proctor else _("Perubahan terakhir ditahan dan menunggu keputusan penyelenggara."),
            "warn",
        )
    if done.refused:
        flash(_("Jawaban itu tidak dapat disimpan. Periksa isinya, lalu simpan lagi."), "warn")
    if remark and done.state == "open" and not done.held and not done.refused:
        flash(remark, "warn")


def _stands_still(sheet: Sheet, number: int = 0) -> str:
    """The page of a pause. number: the question of the form that came meanwhile, which is kept in the page to be sent again."""
    assert sheet.due_at is not None, "it has begun"
    fields = [(name, value) for name, value in request.form.items(multi=True) if name != "csrf_token"] if number else []
    is_file = number > 0 and sheet.items[number - 1].kind == "file"
    return render_template(
        "attempts/paused.html",
        sheet=sheet,
        left=sheet.due_at - now(),
        number=number,
        fields=fields,
        is_file=is_file,
        **room_news.of_room(sheet),
    )


def _finish(code: str) -> None:
    """Close, grade and record, for the candidate; whose attempt it is stands in the condition."""
    who = actor()
    which = {"code": code, "employee": who.employee_id}
    finish_attempt(db(), _CLOSING, closed_by="candidate", by=who.user_id, now=now(), today=who.today, **which)


_CLOSING = attempts.closing(
    (Attempt.code == bindparam("code")) & owned(Attempt, Permission.ATTEMPT_WRITE, bindparam("employee"))
)
