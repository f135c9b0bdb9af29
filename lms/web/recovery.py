"""/pengerjaan/<kode>/pemulihan: handing in the recovery file of a device that could not send its answers."""

from functools import partial

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.access import Permission
from lms.exams import recovery, uploads
from lms.exams.recovery import BadRecovery, Recovered
from lms.exams.sheets import Sheet
from lms.exams.uploads import BadUpload
from lms.web.plurals import ngettext
from lms.web.request import db, now, platform, route
from lms.web.sitting import sheet_of
from lms.web.uploads import keep

blueprint = Blueprint("recovery", __name__)
blueprint.add_app_template_global(lambda: recovery.public_key(platform().settings.secret_key), "recovery_key")
MAY = Permission.ATTEMPT_WRITE


@route(blueprint, "/pengerjaan/<code>/pemulihan", may=MAY)
def form(code: str) -> ResponseReturnValue:
    """Where the file is handed in, from any device."""
    return render_template("recovery/form.html", sheet=_begun(code), problem="")


@route(blueprint, "/pengerjaan/<code>/pemulihan", may=MAY, methods=["POST"], largest=recovery.LARGEST + 64 * 1024)
def take(code: str) -> ResponseReturnValue:
    """Bring in what the file holds; the same file again changes nothing."""
    sheet = _begun(code)
    sent = request.files.get("berkas")
    data = sent.read(recovery.LARGEST + 1) if sent else b""
    try:
        if not data or len(data) > recovery.LARGEST:
            raise BadRecovery("shape")
        found = recovery.take(db(), platform().settings.secret_key, code, data, keep=partial(_keep, sheet), now=now())
    except BadRecovery as refused:
        return render_template("recovery/form.html", sheet=sheet, problem=_problem(refused)), 422
    flash(_told(found, sheet), "warn" if found.refused or found.left else "ok")
    return redirect(url_for("attempts.go_on", code=code), 303)


def _keep(sheet: Sheet, number: int, name: str, content: bytes) -> None:
    """Keep a file that is not there yet. Raises BadUpload."""
    if not 1 <= number <= sheet.count or sheet.items[number - 1].kind != "file":
        raise BadUpload("type")
    if not uploads.is_kept(platform().files, sheet.attempt_id, content):
        keep(sheet, number, name, content)


def _begun(code: str) -> Sheet:
    sheet = sheet_of(code)
    if sheet.phase == "prepared":
        abort(404)
    return sheet


def _problem(refused: BadRecovery) -> str:
    match refused.why:
        case "attempt":
            return _("Berkas ini dari ujian lain. Pilih berkas dari ujian ini.")
        case "sealed":
            return _("Berkas ini berubah sejak diunduh, atau bukan dari situs ini. Salin lagi dari perangkat ujian.")
        case _:
            return _("Ini bukan berkas pemulihan yang utuh. Pilih berkas yang diunduh dari layar ujian.")


def _told(found: Recovered, sheet: Sheet) -> str:
    """Each outcome that there was, with its number."""
    parts = []
    if found.stored:
        parts.append(ngettext("%(num)s perubahan tersimpan.", "%(num)s perubahan tersimpan.", found.stored))
    if found.held:
        parts.append(_waiting(found.held, sheet))
    if found.refused:
        parts.append(ngettext("%(num)s perubahan ditolak.", "%(num)s perubahan ditolak.", found.refused))
    if found.left:
        parts.append(_left(found.left))
    return " ".join(parts) or _("Tidak ada yang belum terkirim di berkas ini.")


def _left(number: int) -> str:
    return ngettext(
        "%(num)s perubahan belum dapat diterima. Simpan berkas ini dan serahkan lagi setelah ujian dilanjutkan.",
        "%(num)s perubahan belum dapat diterima. Simpan berkas ini dan serahkan lagi setelah ujian dilanjutkan.",
        number,
    )


def _waiting(number: int, sheet: Sheet) -> str:
    """How many changes wait, and for whom: where nobody watches the organiser decides."""
    if sheet.has_proctor:
        return ngettext(
            "%(num)s perubahan ditahan dan menunggu keputusan pengawas.",
            "%(num)s perubahan ditahan dan menunggu keputusan pengawas.",
            number,
        )
    return ngettext(
        "%(num)s perubahan ditahan dan menunggu keputusan penyelenggara.",
        "%(num)s perubahan ditahan dan menunggu keputusan penyelenggara.",
        number,
    )
