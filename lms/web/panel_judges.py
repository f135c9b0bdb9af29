"""/kelola/ujian/<kode>/angoff/<panel>/panelis: who judges in a panel: named, let go while they have seen nothing, reminded."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.exams import candidate_lists
from lms.exams.panels import convening, letters, rating
from lms.exams.panels.convening import MOST_JUDGES
from lms.exams.panels.models import Panel
from lms.people import nip
from lms.web.panels import MANAGE, PLACE, JudgeForm, back, page, panel_of
from lms.web.plurals import ngettext
from lms.web.request import actor, db, now, route

blueprint = Blueprint("panel_judges", __name__)


@route(blueprint, f"{PLACE}/<panel>/panelis", may=MANAGE, methods=["POST"])
def name(code: str, panel: str) -> ResponseReturnValue:
    """Name a judge."""
    found, given = panel_of(code, panel), JudgeForm()
    if given.validate_on_submit() and (problem := _name(found, given.nip.data or "")):
        given.nip.errors = [problem]
    if given.errors:
        return page(found, given), 422
    # The field for the next one takes the focus, as what an address leads to does where it can.
    return redirect(url_for("panels.panel", code=code, panel=panel, _anchor="nip"), 303)


@route(blueprint, f"{PLACE}/<panel>/panelis/<int:judge>/penghapusan", may=MANAGE, methods=["POST"])
def dismiss(code: str, panel: str, judge: int) -> ResponseReturnValue:
    """Let somebody go who has not begun."""
    found = panel_of(code, panel)
    if convening.dismiss(db(), found, judge, by=actor().user_id, now=now()):
        flash(_("Panelis dilepas. Ia belum melihat soal."))
    else:
        flash(_("Panelis itu sudah melihat soal, jadi tetap tercatat. Ronde dapat ditutup tanpa penilaiannya."), "warn")
    return back(found)


@route(blueprint, f"{PLACE}/<panel>/pengingat", may=MANAGE, methods=["POST"])
def remind(code: str, panel: str) -> ResponseReturnValue:
    """Write to the judges who have not finished."""
    found = panel_of(code, panel)
    if count := letters.remind(db(), found, by=actor().user_id, now=now()):
        flash(ngettext("%(num)s panelis diingatkan lewat surel.", "%(num)s panelis diingatkan lewat surel.", count))
    else:
        flash(_("Tidak ada yang disurati: yang belum selesai baru saja dikabari, atau tanpa alamat surel."), "warn")
    return back(found)


def _name(found: Panel, typed: str) -> str | None:
    """Name the person with that NIP; what is wrong, if it cannot be done."""
    try:
        digits = nip.normalise(typed)
    except nip.BadNip:
        return _("NIP itu tidak sah. Periksa lagi ke-18 angkanya.")
    if found.state != "open":
        return _("Panelis ditunjuk selagi ronde terbuka.")
    if len(rating.judges_of(db(), found.id)) >= MOST_JUDGES:
        return _("Sebuah panel paling banyak %(n)s orang.", n=MOST_JUDGES)
    known = candidate_lists.find(db(), found.exam, digits, today=actor().today, now=now())
    if known is None or not known.has_account or not known.is_active:
        return _("Tidak ada pegawai aktif dengan akun dan NIP itu di instansi ini.")
    if convening.name(db(), found, known.employee_id, by=actor().user_id, now=now()):
        flash(_("%(name)s ditunjuk sebagai panelis.", name=known.name), "beside")
        if seat := convening.seat_of(db(), found, known.employee_id, now=now()):
            flash(
                _("Ia terdaftar pada “%(sitting)s” dan tidak dapat mengikutinya setelah membuka soal.", sitting=seat),
                "beside",
            )
    else:
        flash(_("%(name)s sudah menjadi panelis.", name=known.name), "beside")
    return None
