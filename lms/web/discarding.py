"""/ajar/<kursus>/buang and /pulihkan: putting a draft away after a second look, and bringing it back."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms.authoring import discarding, drafts, workbench
from lms.authoring.discarding import NothingToRestore
from lms.authoring.publishing import DraftChanged
from lms.catalogue.models import Course
from lms.web.desk import EDIT
from lms.web.request import actor, db, fetch, now, route

blueprint = Blueprint("discarding", __name__)


@route(blueprint, "/ajar/<slug>/buang", may=EDIT)
def confirm(slug: str) -> ResponseReturnValue:
    """What discarding would take away, and until when it can be undone."""
    found = _course(slug)
    return _confirmation(found) if drafts.find(db(), found.id) else _nothing()


@route(blueprint, "/ajar/<slug>/buang", may=EDIT, methods=["POST"])
def discard(slug: str) -> ResponseReturnValue:
    """Put the draft away, if it is still what was looked at."""
    found = _course(slug)
    draft = drafts.find(db(), found.id)
    if draft is None:
        return _nothing()
    title = draft.title
    try:
        discarding.discard(db(), draft, seen=request.form.get("dilihat", ""), by=actor().user_id, now=now())
    except DraftChanged:
        return (_confirmation(found, is_late=True), 409) if drafts.find(db(), found.id) else _nothing()
    flash(_("Draf “%(title)s” dibuang. Anda dapat memulihkannya di bawah daftar.", title=title))
    return redirect(url_for("authoring.index"), 303)


@route(blueprint, "/ajar/<slug>/pulihkan", may=EDIT, methods=["POST"])
def restore(slug: str) -> ResponseReturnValue:
    """Bring the discarded draft back."""
    try:
        discarding.restore(db(), _course(slug), by=actor().user_id, now=now())
    except NothingToRestore:
        flash(_("Draf itu tidak dapat dipulihkan lagi: lewat 30 hari, atau sudah ada draf lain."), "warn")
        return redirect(url_for("authoring.index"), 303)
    flash(_("Draf dipulihkan."))
    return redirect(url_for("outline.course", slug=slug), 303)


def _course(slug: str) -> Course:
    """Any course that the actor may edit, one whose draft has just been discarded too."""
    return fetch(select(Course).where(Course.slug == slug), Course, EDIT)


def _confirmation(found: Course, *, is_late: bool = False) -> str:
    desk = workbench.desk(db(), found)
    until = now() + discarding.RESTORABLE
    return render_template("authoring/discard.html", desk=desk, seen=desk.content.hash, until=until, is_late=is_late)


def _nothing() -> ResponseReturnValue:
    flash(_("Tidak ada draf yang dapat dibuang."), "warn")
    return redirect(url_for("authoring.index"), 303)
