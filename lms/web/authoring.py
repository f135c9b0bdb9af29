"""/ajar: an author's courses, the outline, the lesson editor, the preview, and publishing."""

from dataclasses import dataclass

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from sqlalchemy import select
from wtforms import HiddenField, IntegerField, StringField, TextAreaField
from wtforms.validators import DataRequired, Length, NumberRange

from lms import markup
from lms.access import Permission, visible
from lms.authoring import difference, drafts, publishing, workbench
from lms.authoring.checklist import Finding
from lms.authoring.drafts import CourseFields, EditConflict, LessonFields
from lms.authoring.models import Draft, DraftLesson
from lms.authoring.publishing import DraftChanged, NotReady
from lms.authoring.workbench import Desk, LessonOnDesk
from lms.catalogue.lesson_text import LONGEST
from lms.catalogue.models import Course
from lms.markup import Practice
from lms.questions import practice
from lms.web.request import actor, db, fetch, keep_although_refused, now, route

blueprint = Blueprint("authoring", __name__)
EDIT = Permission.COURSE_EDIT
MOST_OBJECTIVES = 8
TOO_LONG = _l("Isi paling banyak %(max)d huruf.")


class CountField(IntegerField):
    """A whole number. What is not one fails its range, so that one message says what belongs here."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take the number, or None."""
        text = valuelist[0].strip() if valuelist else ""
        self.data = int(text) if text.isdecimal() and len(text) < 10 else None


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
        title, summary, audience = (_plain(one.data).strip() for one in (self.judul, self.ringkasan, self.sasaran))
        return CourseFields(title, summary, audience, self.jp.data or 1)


class LessonForm(FlaskForm):
    """A lesson. Objectives are one to a line."""

    judul = StringField(
        _l("Judul materi"), validators=[DataRequired(_l("Isi judul materi.")), Length(max=200, message=TOO_LONG)]
    )
    menit = CountField(
        _l("Lama belajar (menit)"),
        validators=[NumberRange(1, 600, _l("Isi lama belajar dengan angka 1 sampai 600 menit."))],
    )
    tujuan = TextAreaField(_l("Tujuan belajar"), validators=[Length(max=2000, message=TOO_LONG)])
    teks = TextAreaField(
        _l("Isi materi"),
        validators=[
            DataRequired(_l("Isi materi masih kosong.")),
            Length(max=LONGEST, message=_l("Isi materi terlalu panjang.")),
        ],
    )
    dari = HiddenField()
    revisi = HiddenField()

    def fields(self) -> LessonFields:
        """What was typed, with plain line ends."""
        objectives = [line.strip() for line in _plain(self.tujuan.data).split("\n")]
        return LessonFields(
            title=(self.judul.data or "").strip(),
            minutes=self.menit.data or 1,
            objectives=tuple(line for line in objectives if line)[:MOST_OBJECTIVES],
            body=_plain(self.teks.data).strip("\n").rstrip(),
        )


class PublishForm(FlaskForm):
    """The note to an edition; dilihat names what the author looked at."""

    catatan = TextAreaField(
        _l("Catatan perubahan"),
        validators=[DataRequired(_l("Tulis satu kalimat tentang perubahannya.")), Length(max=500, message=TOO_LONG)],
    )
    dilihat = HiddenField()


@route(blueprint, "/ajar", may=EDIT)
def index() -> ResponseReturnValue:
    """The courses of the units in which one may edit."""
    rows = visible(workbench.shelf(), Course, actor(), EDIT)
    return render_template("authoring/index.html", rows=workbench.shelf_rows(db(), rows))


@route(blueprint, "/ajar/<slug>", may=EDIT)
def course(slug: str) -> ResponseReturnValue:
    """The outline and the course's own fields."""
    desk = workbench.desk(db(), _course(slug))
    return _course_page(desk, _course_form(desk))


@route(blueprint, "/ajar/<slug>", may=EDIT, methods=["POST"])
def save_course(slug: str) -> ResponseReturnValue:
    """Save the course's own fields."""
    found = _course(slug)
    form = CourseForm()
    if not form.validate_on_submit():
        return _course_page(workbench.desk(db(), found), form), 422
    try:
        draft = _draft(found, form.dari.data)
        drafts.save_course(
            db(), draft, form.fields(), revision=_number(form.revisi.data), by=actor().user_id, now=now()
        )
    except EditConflict:
        keep_although_refused()
        desk = workbench.desk(db(), found)
        form.dari.data, form.revisi.data = desk.origin, str(desk.revision)
        return _course_page(desk, form, is_conflict=True), 409
    flash(_("Keterangan kursus tersimpan di draf."))
    return redirect(url_for("authoring.course", slug=slug), 303)


@route(blueprint, "/ajar/<slug>/kerangka", may=EDIT, methods=["POST"])
def save_outline(slug: str) -> ResponseReturnValue:
    """Save the titles that were typed, then do what the button says: move, delete, bring back, add, or only save."""
    found = _course(slug)
    try:
        draft = _draft(found, request.form.get("dari"))
        refused = _rename(draft)
    except EditConflict:
        keep_although_refused()
        flash(_("Draf berubah sejak halaman ini dibuka. Periksa kerangka, lalu ulangi."), "warn")
        return redirect(url_for("authoring.course", slug=slug), 303)
    if refused:
        flash(_("Judul ini diubah orang lain dan tidak ditimpa: %(titles)s.", titles=", ".join(refused)), "warn")
    added = _act(draft)
    if added is not None:
        db().flush()
        return redirect(url_for("authoring.lesson", slug=slug, lesson_slug=added.slug), 303)
    return redirect(url_for("authoring.course", slug=slug, _anchor="rangka"), 303)


@route(blueprint, "/ajar/<slug>/<lesson_slug>", may=EDIT)
def lesson(slug: str, lesson_slug: str) -> ResponseReturnValue:
    """The lesson editor."""
    desk = workbench.desk(db(), _course(slug))
    found = desk.lesson(lesson_slug) or abort(404)
    return _lesson_page(desk, found, _lesson_form(desk, found))


@route(blueprint, "/ajar/<slug>/<lesson_slug>", may=EDIT, methods=["POST"])
def save_lesson(slug: str, lesson_slug: str) -> ResponseReturnValue:
    """Save a lesson, or show what was typed as a learner would see it."""
    found = _course(slug)
    form = LessonForm()
    valid = form.validate_on_submit()
    desk = workbench.desk(db(), found)
    standing = desk.lesson(lesson_slug)
    if standing is None:
        return _conflict_page(desk, None, form)
    if "lihat" in request.form or not valid:
        return _lesson_page(desk, standing, form), 200 if valid else 422
    try:
        target = drafts.lesson_of(db(), _draft(found, form.dari.data).id, lesson_slug)
        if target is None:
            raise EditConflict
        drafts.save_lesson(
            db(), target, form.fields(), revision=_number(form.revisi.data), by=actor().user_id, now=now()
        )
    except EditConflict:
        keep_although_refused()
        desk = workbench.desk(db(), found)
        return _conflict_page(desk, desk.lesson(lesson_slug), form)
    if "lanjut" in request.form:
        return redirect(url_for("authoring.review", slug=slug), 303)
    flash(_("Materi tersimpan di draf. Peserta melihatnya setelah diterbitkan."))
    return redirect(url_for("authoring.lesson", slug=slug, lesson_slug=lesson_slug), 303)


@route(blueprint, "/ajar/<slug>/terbitkan", may=EDIT)
def review(slug: str) -> ResponseReturnValue:
    """The checklist and the difference, before publishing."""
    return _review_page(_course(slug), PublishForm())


@route(blueprint, "/ajar/<slug>/terbitkan", may=EDIT, methods=["POST"])
def publish(slug: str) -> ResponseReturnValue:
    """Publish the draft as the next edition."""
    found = _course(slug)
    form = PublishForm()
    draft = drafts.find(db(), found.id)
    if draft is None:
        flash(_("Tidak ada draf yang dapat diterbitkan."), "warn")
        return redirect(url_for("authoring.course", slug=slug), 303)
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
    flash(_("Edisi %(n)s terbit. Peserta yang sudah mulai tetap memakai edisinya.", n=edition.number))
    return redirect(url_for("authoring.course", slug=slug), 303)


@route(blueprint, "/ajar/<slug>/pratinjau/<lesson_slug>", may=EDIT)
def preview(slug: str, lesson_slug: str) -> ResponseReturnValue:
    """A lesson as a learner would see it; nothing is recorded."""
    desk = workbench.desk(db(), _course(slug))
    found = desk.lesson(lesson_slug) or abort(404)
    width = "meja" if request.args.get("lebar") == "meja" else "hp"
    shown = _parts(slug, found.content.body)
    return render_template("authoring/preview.html", desk=desk, lesson=found, parts=shown, width=width)


@dataclass(frozen=True)
class Exercise:
    """A practice question in a preview; question: None when there is no such question."""

    number: int
    question: practice.PracticeQuestion | None


def _course(slug: str) -> Course:
    return fetch(select(Course).where(Course.slug == slug), Course, EDIT)


def _draft(found: Course, origin: str | None) -> Draft:
    return drafts.current(db(), found, origin=origin or "", by=actor().user_id, now=now())


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


def _lesson_form(desk: Desk, found: LessonOnDesk) -> LessonForm:
    return LessonForm(
        formdata=None,
        judul=found.content.title,
        menit=found.content.minutes,
        tujuan="\n".join(found.content.objectives),
        teks=found.content.body,
        dari=desk.origin,
        revisi=found.revision,
    )


def _lesson_page(desk: Desk, found: LessonOnDesk, form: LessonForm) -> str:
    """With what was typed shown as a learner would see it, when that was asked for."""
    shown = _parts(desk.slug, form.fields().body) if "lihat" in request.form else None
    return render_template("authoring/lesson.html", desk=desk, lesson=found, form=form, shown=shown)


def _conflict_page(desk: Desk, theirs: LessonOnDesk | None, form: LessonForm) -> ResponseReturnValue:
    """Both texts, and a form that saves the author's own over the other on purpose."""
    mine = form.fields()
    lines = difference.lines_between(theirs.content.body, mine.body) if theirs else ()
    form.dari.data, form.revisi.data = desk.origin, str(theirs.revision if theirs else 0)
    page = render_template("authoring/conflict.html", desk=desk, theirs=theirs, form=form, lines=lines)
    return page, 409


def _review_page(found: Course, form: PublishForm) -> str:
    desk = workbench.desk(db(), found)
    done = publishing.review(db(), desk.content, edition_id=found.published_id) if desk.draft_id else None
    form.dilihat.data = done.seen if done else ""
    return render_template("authoring/publish.html", desk=desk, form=form, review=done, in_words=_in_words)


def _in_words(finding: Finding) -> str:
    """A finding as a sentence in the page's language."""
    said = _(finding.said, **dict(finding.facts))
    return f"{said[0].upper()}{said[1:].removesuffix('.')}."


def _rename(draft: Draft) -> list[str]:
    """Save the titles that differ from what the page showed. Returns those that somebody else changed meanwhile."""
    refused = []
    for one in drafts.lessons_of(db(), draft.id):
        typed, was = request.form.get(f"judul-{one.uuid}"), request.form.get(f"lama-{one.uuid}")
        title = (typed or "").strip()[:200]
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


def _parts(slug: str, body: str) -> list[object]:
    """The text cut where practice questions stand, with those questions in between. One statement at most."""
    cut = markup.parts(body, link=lambda other: url_for("authoring.preview", slug=slug, lesson_slug=other))
    asked = practice.find(db(), [part.uuid for part in cut if isinstance(part, Practice)])
    made: list[object] = []
    for part in cut:
        number = 1 + sum(isinstance(one, Exercise) for one in made)
        made.append(Exercise(number, asked.get(part.uuid)) if isinstance(part, Practice) else part)
    return made


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() else 0


def _plain(text: str | None) -> str:
    return (text or "").replace("\r\n", "\n").replace("\r", "\n")
