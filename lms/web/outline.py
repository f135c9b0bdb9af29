"""/ajar/<kursus>: the outline, and the course's own fields."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange

from lms.authoring import drafts, workbench
from lms.authoring.drafts import CourseFields, EditConflict
from lms.authoring.models import Draft, DraftLesson
from lms.authoring.workbench import Desk
from lms.web.desk import EDIT, TOO_LONG, CountField, course_of, draft_of, number, plain
from lms.web.request import actor, db, keep_although_refused, now, route

blueprint = Blueprint("outline", __name__)


class CourseForm(FlaskForm):
    """The course's own fields. dari and revisi say what the page was made from."""

    judul = StringField(
        _l("Judul kursus"), validators=[DataRequired(_l("Isi judul kursus.")), Length(max=200, message=TOO_LONG)]
    )
    ringkasan = TextAreaField(
        _l("Ringkasan"), validators=[DataRequired(_l("Isi ringkasan.")), Length(max=2000, message=TOO_LONG)]
    )
    sasaran = TextAreaField(
        _l("Sasaran"), validators=[DataRequired(_l("Isi sasaran.")), Length(max=2000, message=TOO_LONG)]
    )
    jp = CountField(
        _l("Jam pelajaran (JP)"),
        validators=[NumberRange(1, 1000, _l("Isi jam pelajaran dengan angka 1 sampai 1.000."))],
    )
    dari = HiddenField()
    revisi = HiddenField()

    def fields(self) -> CourseFields:
        """What was typed."""
        title, summary, audience = (plain(one.data).strip() for one in (self.judul, self.ringkasan, self.sasaran))
        return CourseFields(title, summary, audience, self.jp.data or 1)


@route(blueprint, "/ajar/<slug>", may=EDIT)
def course(slug: str) -> ResponseReturnValue:
    """The outline and the course's own fields."""
    desk = workbench.desk(db(), course_of(slug))
    return _course_page(desk, _course_form(desk))


@route(blueprint, "/ajar/<slug>", may=EDIT, methods=["POST"])
def save_course(slug: str) -> ResponseReturnValue:
    """Save the course's own fields."""
    found = course_of(slug)
    form = CourseForm()
    if not form.validate_on_submit():
        return _course_page(workbench.desk(db(), found), form), 422
    try:
        draft = draft_of(found, form.dari.data)
        drafts.save_course(db(), draft, form.fields(), revision=number(form.revisi.data), by=actor().user_id, now=now())
    except EditConflict:
        keep_although_refused()
        desk = workbench.desk(db(), found)
        form.dari.data, form.revisi.data = desk.origin, str(desk.revision)
        return _course_page(desk, form, is_conflict=True), 409
    flash(_("Keterangan kursus tersimpan di draf."))
    return redirect(url_for("outline.course", slug=slug), 303)


@route(blueprint, "/ajar/<slug>/kerangka", may=EDIT, methods=["POST"])
def save_outline(slug: str) -> ResponseReturnValue:
    """Save the titles that were typed, then do what the button says: move, delete, bring back, add, or only save."""
    found = course_of(slug)
    try:
        draft = draft_of(found, request.form.get("dari"))
        refused = _rename(draft)
    except EditConflict:
        keep_although_refused()
        flash(_("Draf diterbitkan atau dibuang sejak halaman ini dibuka. Kerangka di bawah yang berlaku."), "warn")
        if typed := _typed_titles():
            flash(_("Judul yang belum tersimpan: %(titles)s. Ketik lagi bila perlu.", titles=", ".join(typed)), "warn")
        return redirect(url_for("outline.course", slug=slug), 303)
    if refused:
        flash(_("Judul ini diubah orang lain dan tidak ditimpa: %(titles)s.", titles=", ".join(refused)), "warn")
    added = _act(draft)
    if added is not None:
        db().flush()
        return redirect(url_for("lesson_editor.lesson", slug=slug, lesson_slug=added.slug), 303)
    return redirect(url_for("outline.course", slug=slug, _anchor=_place()), 303)


def _place() -> str:
    """Where the page goes on: a lesson that was moved takes the focus along, so that it can be moved further."""
    return next((f"{name}-{uuid}" for name in ("naik", "turun") if (uuid := request.form.get(name))), "rangka")


def _course_form(desk: Desk) -> CourseForm:
    return CourseForm(
        formdata=None,
        judul=desk.content.title,
        ringkasan=desk.content.summary,
        sasaran=desk.content.audience,
        jp=desk.content.learning_hours,
        dari=desk.origin,
        revisi=desk.revision,
    )


def _course_page(desk: Desk, form: CourseForm, *, is_conflict: bool = False) -> str:
    return render_template("authoring/course.html", desk=desk, form=form, is_conflict=is_conflict)


def _typed_titles() -> list[str]:
    """The titles that were changed on the page, in its order, and the one of a new lesson."""
    typed = {
        name.removeprefix("judul-"): " ".join(text.split())
        for name, text in request.form.items()
        if name.startswith("judul-")
    }
    return [title for key, title in typed.items() if title and title != request.form.get(f"lama-{key}")]


def _rename(draft: Draft) -> list[str]:
    """Save the titles that differ from what the page showed. Returns those that somebody else changed meanwhile."""
    refused = []
    for one in drafts.lessons_of(db(), draft.id):
        typed, was = request.form.get(f"judul-{one.uuid}"), request.form.get(f"lama-{one.uuid}")
        title = " ".join((typed or "").split())[:200]
        if not title or was is None or title == was:
            continue
        try:
            drafts.rename(db(), one, title, was=was, by=actor().user_id, now=now())
        except EditConflict:
            refused.append(title)
    return refused


def _act(draft: Draft) -> DraftLesson | None:
    """What the pressed button says. Returns the lesson that was added."""
    by, at = actor().user_id, now()
    title = request.form.get("judul-baru", "").strip()[:200]
    if "tambah" in request.form:
        return drafts.add_lesson(db(), draft, title=title or _("Materi baru"), by=by, now=at)
    if found := _pressed(draft, "naik"):
        drafts.move(db(), found, -1, by=by, now=at)
    elif found := _pressed(draft, "turun"):
        drafts.move(db(), found, 1, by=by, now=at)
    elif found := _pressed(draft, "hapus"):
        drafts.delete_lesson(db(), found, by=by, now=at)
        flash(_("Materi “%(title)s” dihapus dari draf. Anda dapat memulihkannya di bawah kerangka.", title=found.title))
    elif found := _pressed(draft, "pulihkan", deleted=True):
        drafts.restore_lesson(db(), found, by=by, now=at)
        flash(_("Materi “%(title)s” dipulihkan.", title=found.title))
    else:
        flash(_("Kerangka tersimpan di draf."))
    return None


def _pressed(draft: Draft, button: str, *, deleted: bool = False) -> DraftLesson | None:
    uuid = request.form.get(button)
    if not uuid:
        return None
    rows = drafts.deleted_lessons_of(db(), draft.id) if deleted else drafts.lessons_of(db(), draft.id)
    return next((one for one in rows if one.uuid == uuid), None) or abort(404)
