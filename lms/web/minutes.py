"""/ruang/<kode>/berita-acara: the minutes: preview, the proctor's words, two signatures, the file."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import TextAreaField
from wtforms.validators import Length

from lms.access import Absent, Permission
from lms.exams import minutes, proctors
from lms.exams.minutes import MinutesError
from lms.exams.models import Sitting
from lms.reports import minutes as report
from lms.web.downloads import attachment
from lms.web.request import actor, db, fetch, now, platform, route
from lms.web.room_acts import TOO_LONG
from lms.web.room_people import organises
from lms.web.rooms import sitting_of

blueprint = Blueprint("minutes", __name__)
WATCH = Permission.ROOM_WATCH


class RemarksForm(FlaskForm):
    """What the proctor has to say beyond the figures."""

    keterangan = TextAreaField(
        _l("Keterangan pengawas"), validators=[Length(max=minutes.LONGEST, message=TOO_LONG)], render_kw={"rows": 5}
    )

    @property
    def remarks(self) -> str:
        """What was typed, without blanks at the ends."""
        return (self.keterangan.data or "").strip()


@route(blueprint, "/ruang/<code>/berita-acara", may=WATCH)
def preview(code: str) -> ResponseReturnValue:
    """The minutes as they would be, or are."""
    return _page(sitting_of(code), None)


@route(blueprint, "/ruang/<code>/berita-acara", may=WATCH, methods=["POST"])
def draft(code: str) -> ResponseReturnValue:
    """Keep the proctor's words."""
    found, form = sitting_of(code), RemarksForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    return _tried(code, lambda: minutes.draft(db(), found.id, form.remarks, now=now()), _("Keterangan disimpan."))


@route(blueprint, "/ruang/<code>/berita-acara/tanda-tangan", may=WATCH, methods=["POST"])
def sign(code: str) -> ResponseReturnValue:
    """The signature of a proctor who was named for the sitting."""
    found = sitting_of(code)
    named = proctors.named(db(), found.id)
    if actor().user_id not in {one.user_id for one in named}:
        raise Absent("minutes")

    def draw(remarks: str) -> dict[str, Any]:
        return report.facts(db(), found, found.exam, named, remarks, now=now())

    return _tried(
        code,
        lambda: minutes.sign(db(), found, draw, by=actor().user_id, now=now()),
        _("Berita acara Anda tanda tangani. Penyelenggara mengesahkannya."),
    )


@route(blueprint, "/ruang/<code>/berita-acara/penarikan", may=WATCH, methods=["POST"])
def withdraw(code: str) -> ResponseReturnValue:
    """Take one's signature back while it stands alone."""
    found = sitting_of(code)
    return _tried(
        code,
        lambda: minutes.withdraw(db(), found.id, by=actor().user_id, now=now()),
        _("Tanda tangan ditarik. Keterangan dapat diubah lagi."),
    )


@route(blueprint, "/ruang/<code>/berita-acara/pengesahan", may=WATCH, methods=["POST"])
def sign_off(code: str) -> ResponseReturnValue:
    """The organiser's signature."""
    found = fetch(select(Sitting).where(Sitting.code == code), Sitting, Permission.EXAM_MANAGE)
    return _tried(
        code,
        lambda: minutes.sign_off(db(), found, by=actor().user_id, now=now()),
        _("Berita acara disahkan. Berkasnya sedang dibuat."),
    )


@route(blueprint, "/ruang/<code>/berita-acara/berkas", may=WATCH)
def file(code: str) -> ResponseReturnValue:
    """The signed file, byte for byte."""
    found = sitting_of(code)
    kept = minutes.of_sitting(db(), found.id)
    if kept is None or kept.file_key is None:
        raise Absent("minutes")
    content = platform().files.get(kept.file_key)
    return attachment(content, f"berita-acara-{code}.pdf", "application/pdf")


def _tried(code: str, act: Callable[[], None], done: str) -> ResponseReturnValue:
    try:
        act()
    except MinutesError as error:
        flash(_why_not(error.problem), "warn")
    else:
        flash(done)
    return redirect(url_for(".preview", code=code), 303)


def _why_not(problem: str) -> str:
    return {
        "signed": _("Berita acara sudah ditandatangani, jadi tidak berubah lagi."),
        "unsigned": _("Pengawas belum menandatangani."),
        "same": _("Pengawas dan penyelenggara harus dua orang."),
        "own": _("Anda peserta sesi ini, jadi orang lain yang menandatangani."),
        "running": _("Masih ada peserta yang mengerjakan."),
        "held": _("Masih ada jawaban ditahan yang belum diputuskan."),
        "early": _("Sesi belum ditutup dan masih ada peserta yang dapat mulai. Tandai yang tidak hadir, atau tunggu."),
    }[problem]


def _page(found: Sitting, form: RemarksForm | None) -> str:
    kept, named = report.signed(db(), found.id), proctors.named(db(), found.id)
    remarks = kept.minutes.remarks if kept else ""
    frozen = kept.minutes.facts if kept else None
    facts = frozen or report.facts(db(), found, found.exam, named, remarks, now=now())
    problem = None if frozen else minutes.obstacle(db(), found, now=now())
    is_organiser = organises(found)
    return render_template(
        "rooms/minutes.html",
        sitting=found,
        kept=kept,
        facts=facts,
        events=[(datetime.fromisoformat(one["at"]), one["text"]) for one in facts["events"]],
        drawn_at=datetime.fromisoformat(facts["drawn_at"]),
        form=form or RemarksForm(formdata=None, keterangan=remarks),
        problem=_why_not(problem) if problem else "",
        names_at=_naming(found) if not named and is_organiser else "",
        may_sign=actor().user_id in {one.user_id for one in named},
        may_sign_off=is_organiser,
    )


def _naming(found: Sitting) -> str:
    """Where the organiser names who watched: without one there is nobody to sign first."""
    return url_for("proctors.index", code=found.exam.code, sitting=found.code)
