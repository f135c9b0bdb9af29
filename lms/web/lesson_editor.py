"""/ajar/<kursus>/<materi>: the lesson editor, its saving while one types, its edit conflict, and the preview."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange, ValidationError

from lms import markup
from lms.authoring import difference, drafts, practice_names, workbench
from lms.authoring.drafts import EditConflict, LessonFields
from lms.authoring.models import DraftLesson
from lms.authoring.practice_names import Names
from lms.authoring.workbench import Desk, LessonOnDesk
from lms.catalogue.models import Course
from lms.markup import LONGEST, Practice
from lms.questions import practice
from lms.web.desk import EDIT, TOO_LONG, CountField, course_of, draft_of, number, plain
from lms.web.presentation import clock_time
from lms.web.request import actor, db, keep_although_refused, now, route

blueprint = Blueprint("lesson_editor", __name__)
MOST_OBJECTIVES = 8


def _not_too_many(_form: FlaskForm, field: TextAreaField) -> None:
    if sum(bool(line.strip()) for line in plain(field.data).split("\n")) > MOST_OBJECTIVES:
        raise ValidationError(_("Tulis paling banyak %(most)s tujuan belajar.", most=MOST_OBJECTIVES))


class LessonForm(FlaskForm):
    """A lesson. Objectives are one to a line."""

    judul = StringField(
        _l("Judul materi"), validators=[DataRequired(_l("Isi judul materi.")), Length(max=200, message=TOO_LONG)]
    )
    menit = CountField(
        _l("Lama belajar (menit)"),
        validators=[NumberRange(1, 600, _l("Isi lama belajar dengan angka 1 sampai 600 menit."))],
    )
    tujuan = TextAreaField(_l("Tujuan belajar"), validators=[Length(max=2000, message=TOO_LONG), _not_too_many])
    teks = TextAreaField(
        _l("Isi materi"),
        validators=[
            DataRequired(_l("Isi materi masih kosong.")),
            Length(max=LONGEST, message=_l("Isi materi terlalu panjang.")),
        ],
    )
    dari = HiddenField()
    revisi = HiddenField()
    names = Names(())

    def fields(self) -> LessonFields:
        """What was typed, with plain line ends, and practice questions by their ids."""
        objectives = [line.strip() for line in plain(self.tujuan.data).split("\n")]
        return LessonFields(
            title=(self.judul.data or "").strip(),
            minutes=self.menit.data or 1,
            objectives=tuple(line for line in objectives if line),
            body=self.names.kept(plain(self.teks.data).strip("\n").rstrip()),
        )


@route(blueprint, "/ajar/<slug>/<lesson_slug>", may=EDIT)
def lesson(slug: str, lesson_slug: str) -> ResponseReturnValue:
    """The lesson editor."""
    desk = workbench.desk(db(), course_of(slug))
    found = desk.lesson(lesson_slug) or abort(404)
    return _lesson_page(desk, found, _lesson_form(desk, found))


@route(blueprint, "/ajar/<slug>/<lesson_slug>", may=EDIT, methods=["POST"])
def save_lesson(slug: str, lesson_slug: str) -> ResponseReturnValue:
    """Save a lesson, or show what was typed as a learner would see it. A script that saves is answered in JSON."""
    found, form = course_of(slug), LessonForm()
    form.names = _names(slug, plain(form.teks.data))
    if request.accept_mimetypes.best == "application/json":
        return _save_quietly(found, lesson_slug, form)
    valid = form.validate_on_submit()
    desk = workbench.desk(db(), found)
    standing = desk.lesson(lesson_slug)
    if standing is None:
        return _conflict_page(desk, None, form)
    if "lihat" in request.form or not valid:
        return _lesson_page(desk, standing, form), 200 if valid else 422
    try:
        _save(found, lesson_slug, form)
    except EditConflict:
        keep_although_refused()
        desk = workbench.desk(db(), found)
        return _conflict_page(desk, desk.lesson(lesson_slug), form)
    if "lanjut" in request.form:
        return redirect(url_for("publishing.review", slug=slug), 303)
    flash(_("Materi tersimpan di draf. Peserta melihatnya setelah diterbitkan."))
    return redirect(url_for("lesson_editor.lesson", slug=slug, lesson_slug=lesson_slug), 303)


@route(blueprint, "/ajar/<slug>/pratinjau/<lesson_slug>", may=EDIT)
def preview(slug: str, lesson_slug: str) -> ResponseReturnValue:
    """A lesson as a learner would see it; nothing is recorded."""
    desk = workbench.desk(db(), course_of(slug))
    found = desk.lesson(lesson_slug) or abort(404)
    width = "meja" if request.args.get("lebar") == "meja" else "hp"
    shown = _parts(slug, found.content.body)
    return render_template("authoring/preview.html", desk=desk, lesson=found, parts=shown, width=width)


@dataclass(frozen=True)
class Exercise:
    """A practice question in a text; question: None when there is no such question."""

    number: int
    uuid: str
    question: practice.PracticeQuestion | None


def _save(found: Course, lesson_slug: str, form: LessonForm) -> DraftLesson:
    """Write what was typed into the draft. Raises EditConflict."""
    target = drafts.lesson_of(db(), draft_of(found, form.dari.data).id, lesson_slug)
    if target is None:
        raise EditConflict
    drafts.save_lesson(db(), target, form.fields(), revision=number(form.revisi.data), by=actor().user_id, now=now())
    return target


def _save_quietly(found: Course, lesson_slug: str, form: LessonForm) -> ResponseReturnValue:
    """Save while the author types on: 200 with what the next save must name, 409 for an edit conflict, 422 with the reason.

    A save whose answer was lost is sent again as it was; what stands already is no conflict. A deleted lesson is brought
    back by its buttons only.
    """
    if not form.validate_on_submit():
        return {"alasan": next(iter(form.errors.values()))[0]}, 422
    standing = workbench.desk(db(), found).lesson(lesson_slug)
    if standing is None or standing.is_deleted:
        return {}, 409
    try:
        saved = _save(found, lesson_slug, form)
    except EditConflict:
        if standing.saved_at is None or _stored(standing) != form.fields():
            return {}, 409
        return _kept(workbench.desk(db(), found).origin, standing.revision)
    return _kept(f"d{saved.draft_id}", saved.revision)


def _kept(origin: str, revision: int) -> ResponseReturnValue:
    return {"dari": origin, "revisi": revision, "pukul": clock_time(now())}


def _stored(lesson: LessonOnDesk) -> LessonFields:
    """What a lesson holds, as a form would give it."""
    content = lesson.content
    return LessonFields(content.title, content.minutes, tuple(content.objectives), content.body)


def _names(slug: str, body: str) -> Names:
    """Of the practice questions of the course's bank, and of those that the text has."""
    return Names(practice.of_bank(db(), slug, and_also=practice_names.ids(body)))


def _lesson_form(desk: Desk, found: LessonOnDesk) -> LessonForm:
    names = _names(desk.slug, found.content.body)
    form = LessonForm(
        formdata=None,
        judul=found.content.title,
        menit=found.content.minutes,
        tujuan="\n".join(found.content.objectives),
        teks=names.shown(found.content.body),
        dari=desk.origin,
        revisi=found.revision,
    )
    form.names = names
    return form


def _lesson_page(desk: Desk, found: LessonOnDesk, form: LessonForm) -> str:
    """With what was typed shown as a learner would see it, when that was asked for."""
    shown = _parts(desk.slug, form.fields().body)
    exercises = [part for part in shown if isinstance(part, Exercise)]
    return render_template(
        "authoring/lesson.html",
        desk=desk,
        lesson=found,
        form=form,
        shown=shown if "lihat" in request.form else None,
        exercises=exercises,
        names=form.names.by_id,
        unknown=form.names.unknown(plain(form.teks.data)),
        others=[name for uuid, name in form.names.by_id.items() if uuid not in {one.uuid for one in exercises}],
        is_unsaved=bool(form.errors) or form.fields() != _stored(found),
    )


def _conflict_page(desk: Desk, theirs: LessonOnDesk | None, form: LessonForm) -> ResponseReturnValue:
    """Both texts, and a form that saves the author's own over the other on purpose."""
    mine = form.fields()
    old, new = (form.names.shown(body) for body in (theirs.content.body if theirs else "", mine.body))
    lines = difference.lines_between(old, new) if theirs else ()
    form.dari.data, form.revisi.data = desk.origin, str(theirs.revision if theirs else 0)
    page = render_template("authoring/conflict.html", desk=desk, theirs=theirs, form=form, lines=lines)
    return page, 409


def _parts(slug: str, body: str) -> list[object]:
    """The text cut where practice questions stand, with those questions in between. One statement at most."""
    cut = markup.parts(body, link=lambda other: url_for("lesson_editor.preview", slug=slug, lesson_slug=other))
    asked = practice.find(db(), [part.uuid for part in cut if isinstance(part, Practice)])
    made: list[object] = []
    for part in cut:
        number = 1 + sum(isinstance(one, Exercise) for one in made)
        made.append(Exercise(number, part.uuid, asked.get(part.uuid)) if isinstance(part, Practice) else part)
    return made
