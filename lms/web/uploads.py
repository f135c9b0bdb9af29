"""Files of candidates: taken during an attempt, given back to whoever sent them."""

from urllib.parse import unquote

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms import audit
from lms.access import Absent, Permission
from lms.exams import journal, saving, uploads
from lms.exams.models import PRACTICE
from lms.exams.sheets import Sheet
from lms.exams.uploads import BadUpload
from lms.questions import shapes
from lms.storage import FileMissing
from lms.web.downloads import attachment
from lms.web.request import actor, db, now, platform, route
from lms.web.sitting import is_outside, sheet_of

blueprint = Blueprint("uploads", __name__)
#: A file and what a form says around it.
LARGEST = shapes.LARGEST_FILE + 256 * 1024
STATUS = {"large": 413, "often": 429}
#: Phases of an attempt in which a file is kept: one that was chosen in time may take minutes to arrive. Its event tells whether it
#: counts.
TAKEN = {"running", "paused", "grace"}
#: Phases of an exam or a try-out in which the event is held for a decision, whichever device sends it and from wherever: admitted,
#: it names this file.
HELD = {"over", "closed"}


@route(
    blueprint, "/pengerjaan/<code>/<int:number>/berkas", may=Permission.ATTEMPT_WRITE, methods=["POST"], largest=LARGEST
)
def store(code: str, number: int) -> ResponseReturnValue:
    """Keep a file that the page's script sends as the body, its name in a header. Answers what the journal is to name.

    The answer itself is an event like any other, so that it has its place in the chain; until it comes, the file counts for nothing.
    Where that event will be held, since the time is over or another device holds the lease, the file is taken all the same.
    """
    sheet = _sheet(code, number)
    is_late = sheet.phase in HELD and sheet.mode != PRACTICE
    is_held = is_late or (sheet.holder == "other" and sheet.mode != PRACTICE)
    if sheet.phase not in TAKEN and not is_late:
        return {"error": "closed"}, 409
    if is_outside(sheet) and not is_late:
        return {
            "error": "place",
            "said": _("Dari sini berkas tidak dapat dikirim. Kembali ke jaringan ruang ujian."),
        }, 403
    if sheet.holder != "mine" and not is_held:
        return {"error": "lease_moved"}, 423
    try:
        return keep(sheet, number, unquote(request.headers.get("X-File-Name", "")), request.get_data())
    except BadUpload as refused:
        return {"error": "upload", "why": refused.why, "said": said(refused, sheet, number)}, STATUS.get(
            refused.why, 422
        )


@route(blueprint, "/pengerjaan/<code>/<int:number>/berkas", may=Permission.ATTEMPT_WRITE)
def download(code: str, number: int) -> ResponseReturnValue:
    """The file that now stands as the answer."""
    sheet = _sheet(code, number)
    latest = journal.fold(saving.entries(db(), sheet.attempt_id)).get(number)
    if latest is None or latest.answer is None:
        raise Absent("answer")
    try:
        content = uploads.read(platform().files, sheet.attempt_id, latest.answer)
    except FileMissing as error:
        raise Absent("answer") from error
    name = latest.answer["name"]
    kind = uploads.MIMETYPES.get(uploads.type_of(name), "application/octet-stream")
    return attachment(content, name, kind)


def keep(sheet: Sheet, number: int, name: str, content: bytes) -> dict[str, object]:
    """Keep a file for a question, and note that it was sent. Raises BadUpload."""
    if not uploads.may_send(db(), sheet.attempt_id):
        raise BadUpload("often")
    asked = sheet.items[number - 1].present()
    kept = uploads.keep(
        platform().files, sheet.attempt_id, name=name, content=content, types=asked.types, max_mb=asked.max_mb
    )
    details = {"item": number, "size": kept["size"], "sha256": kept["sha256"]}
    about = f"attempt:{sheet.attempt_id}"
    audit.record(db(), uploads.ACTION, about, by=actor().user_id, now=now(), details=details)
    return kept


def said(refused: BadUpload, sheet: Sheet, number: int) -> str:
    """Why a file was not taken, for its sender."""
    asked = sheet.items[number - 1].present()
    match refused.why:
        case "large":
            return _("Berkas itu terlalu besar. Paling besar %(n)s MB.", n=asked.max_mb)
        case "type":
            return _(
                "Berkas itu tidak tersimpan. Isinya harus berjenis %(types)s.", types=", ".join(asked.types).upper()
            )
        case "often":
            return _("Terlalu banyak unggahan. Berkas terakhir yang tersimpan tetap berlaku.")
    return _("Berkas itu kosong. Pilih berkas lain.")


def _sheet(code: str, number: int) -> Sheet:
    sheet = sheet_of(code)
    if not 1 <= number <= sheet.count or sheet.items[number - 1].kind != "file":
        abort(404)
    return sheet
