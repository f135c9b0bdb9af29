"""/kelola/ujian/<kode>/angoff/<panel>/ronde: a panel is moved on: a round closed, another opened, the cut taken, or all given up."""

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from lms.exams.panels import convening, rating, taking
from lms.exams.panels.models import IN_WORK
from lms.exams.panels.rating import FEWEST, RoundOver, Unfinished
from lms.exams.panels.taking import Outdated
from lms.web.panels import MANAGE, PLACE, back, page, panel_of
from lms.web.request import actor, db, now, route

blueprint = Blueprint("panel_rounds", __name__)


@route(blueprint, f"{PLACE}/<panel>/penutupan", may=MANAGE, methods=["POST"])
def close(code: str, panel: str) -> ResponseReturnValue:
    """Close the round."""
    found = panel_of(code, panel)
    without = bool(request.form.get("tanpa"))
    try:
        rating.close(db(), found.id, round=_round(), without=without, by=actor().user_id, now=now())
    except Unfinished as refused:
        if refused.present < FEWEST:
            said = _("Ronde dapat ditutup setelah sedikitnya %(n)s panelis menilai semua soal.", n=FEWEST)
        else:
            said = _("Masih ada panelis yang belum selesai. Tunggu, atau centang untuk menutup tanpa mereka.")
        return page(found, error=said), 422
    flash(_("Ronde ditutup. Panelis kini dapat melihat ringkasannya."))
    return back(found)


@route(blueprint, f"{PLACE}/<panel>/ronde", may=MANAGE, methods=["POST"])
def go_on(code: str, panel: str) -> ResponseReturnValue:
    """Let the judges rate once more, having seen what the panel said."""
    found = panel_of(code, panel)
    rating.go_on(db(), found.id, round=_round(), by=actor().user_id, now=now())
    flash(_("Ronde berikutnya dibuka."))
    return back(found)


@route(blueprint, f"{PLACE}/<panel>/penetapan", may=MANAGE, methods=["POST"])
def take(code: str, panel: str) -> ResponseReturnValue:
    """Make the cut the pass mark."""
    found = panel_of(code, panel)
    try:
        made = taking.take(db(), found.id, round=_round(), by=actor().user_id, now=now())
    except Outdated:
        flash(_("Kisi-kisi berubah sejak panel dibuka, jadi batasnya untuk naskah lain. Buka panel baru."), "warn")
        return back(found)
    flash(_("Batas lulus ditetapkan dalam kisi-kisi versi %(n)s.", n=made.number))
    return back(found)


@route(blueprint, f"{PLACE}/<panel>/pembatalan", may=MANAGE, methods=["POST"])
def drop(code: str, panel: str) -> ResponseReturnValue:
    """Give the panel up."""
    found = panel_of(code, panel)
    if found.state in IN_WORK and not request.form.get("yakin"):
        return page(found, error=_("Centang bahwa panel ini dibatalkan untuk seterusnya.")), 422
    if not convening.drop(db(), found, by=actor().user_id, now=now()):
        raise RoundOver(found.id)
    flash(_("Panel dibatalkan. Batas lulus tidak berubah."))
    return redirect(url_for("panels.index", code=code), 303)


@blueprint.errorhandler(RoundOver)
def _stale(_error: RoundOver) -> ResponseReturnValue:
    """A page asked something of a panel that has moved on since: the panel as it is now."""
    flash(_("Keadaan panel sudah berubah di tempat lain. Inilah keadaan terbarunya."), "warn")
    return redirect(url_for("panels.panel", **(request.view_args or {})), 303)


def _round() -> int:
    return request.form.get("ronde", type=int) or 0
