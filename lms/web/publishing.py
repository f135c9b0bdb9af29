"""/ajar/<kursus>/terbitkan: the checklist, the difference, and the next edition."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup
from wtforms import HiddenField, TextAreaField
from wtforms.validators import DataRequired, Length

from lms.authoring import drafts, publishing, workbench
from lms.authoring.checklist import Finding
from lms.authoring.publishing import DraftChanged, NotReady, Review
from lms.authoring.workbench import Desk
from lms.catalogue.models import Course
from lms.web.desk import EDIT, TOO_LONG, course_of
from lms.web.request import actor, db, now, route

blueprint = Blueprint("publishing", __name__)


@dataclass(frozen=True)
class Step:
    """What an author does next: a button's address and words."""

    address: str
    label: str


class PublishForm(FlaskForm):
    """The note to an edition; dilihat names what the author looked at."""

    catatan = TextAreaField(
        _l("Catatan perubahan"),
        validators=[DataRequired(_l("Tulis satu kalimat tentang perubahannya.")), Length(max=500, message=TOO_LONG)],
        render_kw={"rows": 2},
    )
    dilihat = HiddenField()


@route(blueprint, "/ajar/<slug>/terbitkan", may=EDIT)
def review(slug: str) -> ResponseReturnValue:
    """The checklist and the difference, before publishing."""
    return _review_page(course_of(slug), PublishForm())


@route(blueprint, "/ajar/<slug>/terbitkan", may=EDIT, methods=["POST"])
def publish(slug: str) -> ResponseReturnValue:
    """Publish the draft as the next edition."""
    found = course_of(slug)
    form = PublishForm()
    draft = drafts.find(db(), found.id)
    if draft is None:
        flash(_("Tidak ada draf yang dapat diterbitkan."), "warn")
        return redirect(url_for("outline.course", slug=slug), 303)
    if not form.validate_on_submit():
        return _review_page(found, form), 422
    note = (form.catatan.data or "").strip()
    try:
        edition = publishing.publish(
            db(), draft, seen=form.dilihat.data or "", note=note, by=actor().user_id, now=now()
        )
    except DraftChanged:
        form.form_errors.append(_("Draf berubah sejak Anda melihatnya. Periksa perbedaannya sekali lagi."))
        return _review_page(found, form), 409
    except NotReady:
        form.form_errors.append(_("Selesaikan dahulu daftar periksa."))
        return _review_page(found, form), 422
    said = _("Edisi %(n)s terbit. Peserta yang sudah mulai tetap memakai edisinya.", n=edition.number)
    flash(Markup('{} <a href="{}">{}</a>').format(said, url_for("catalogue.course", slug=slug), _("Lihat di katalog")))
    return redirect(url_for("outline.course", slug=slug), 303)


def _review_page(found: Course, form: PublishForm) -> str:
    desk = workbench.desk(db(), found)
    done = publishing.review(db(), desk.content, edition_id=found.published_id) if desk.draft_id else None
    form.dilihat.data = done.seen if done else ""
    return render_template(
        "authoring/publish.html", desk=desk, form=form, review=done, first=_first(desk, done), in_words=_in_words
    )


def _first(desk: Desk, done: Review | None) -> Step | None:
    """Where the first thing that stands in the way can be put right; None when nothing does."""
    findings = [finding for item in done.items for finding in item.findings] if done else []
    if not findings:
        return None
    in_lesson = next((finding for finding in findings if finding.lesson), None)
    if in_lesson:
        address = url_for("lesson_editor.lesson", slug=desk.slug, lesson_slug=in_lesson.lesson)
        return Step(address, _("Perbaiki “%(title)s”", title=in_lesson.title))
    return Step(url_for("outline.course", slug=desk.slug), _("Perbaiki di kerangka"))


def _in_words(finding: Finding) -> str:
    """A finding as a sentence in the page's language."""
    said = _(finding.said, **dict(finding.facts))
    return f"{said[0].upper()}{said[1:].removesuffix('.')}."
