"""/soal/<bank>/baru and …/sunting: a question written in the browser, with a look at what a candidate will see."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.access import Absent, Permission
from lms.frameworks.models import Competency
from lms.questions import audio, banks, images, kinds, look_alikes
from lms.questions.content import BadQuestion, Problem
from lms.questions.free_tags import LONGEST_FOLDER, LONGEST_TAG, MOST_TAGS
from lms.questions.kinds import file
from lms.questions.listing import DIFFICULTIES
from lms.questions.models import Bank, Question, QuestionVersion
from lms.reports import question_life
from lms.web import question_attachments, question_form
from lms.web.desk import form_key
from lms.web.question_form.fields import GROUPS, Form, add_row
from lms.web.question_form.problems import Wrong, name_of, wrong
from lms.web.question_words import shown, words
from lms.web.questions import bank_of
from lms.web.request import actor, db, now, route
from lms.web.typed import placed

blueprint = Blueprint("question_editor", __name__)
EDIT = Permission.QUESTION_EDIT
#: A picture and a recording, and what the form says around them.
LARGEST = images.MOST_BYTES + audio.MOST_BYTES + 512 * 1024
#: What a new question takes over from the one before it.
KEPT = ("kompetensi", "tingkat", "kesulitan", "tag", "folder", "tujuan")
#: The button that asks for one row more of a group says this before its name.
MORE = "tambah-"
#: The button that makes a new question one of another kind says this before its name.
OTHER = "jenis-"


@route(blueprint, "/soal/<code>/baru", may=EDIT)
def new(code: str) -> ResponseReturnValue:
    """An empty form; `?jenis=` chooses the kind."""
    kind = request.args.get("jenis", question_form.KINDS[0])
    kind = kind if kind in question_form.KINDS else question_form.KINDS[0]
    form = question_form.fresh(kind)
    form.update({name: request.args[name] for name in KEPT if name in request.args})
    form["kunci"] = str(uuid4())
    return _page(bank_of(code), kind, form)


@route(blueprint, "/soal/<code>/baru", may=EDIT, methods=["POST"], largest=LARGEST)
def create(code: str) -> ResponseReturnValue:
    """Preview, change the kind, add a row, a picture or a recording, or save a new question, as the button says."""
    kind = request.form.get("jenis", "")
    return _answer(bank_of(code), kind if kind in question_form.KINDS else abort(400), None)


@route(blueprint, "/soal/<code>/<uuid>/sunting", may=EDIT)
def edit(code: str, uuid: str) -> ResponseReturnValue:
    """The form of a question's current version."""
    bank = bank_of(code)
    question, version, competency = _current(bank, uuid)
    form = question_form.filled(version.kind, version.content)
    form["kompetensi"], form["tingkat"], form["kesulitan"] = competency, str(version.level), version.difficulty
    form["tag"], form["folder"], form["tujuan"] = ", ".join(version.tags), question.folder, question.purpose
    form["dari"] = str(version.id)
    return _page(bank, version.kind, form, question=question)


@route(blueprint, "/soal/<code>/<uuid>/sunting", may=EDIT, methods=["POST"], largest=LARGEST)
def change(code: str, uuid: str) -> ResponseReturnValue:
    """Preview, add a row, a picture or a recording, or save the next version, as the button says."""
    bank = bank_of(code)
    question, version, _competency = _current(bank, uuid)
    return _answer(bank, version.kind, question)


def _answer(bank: Bank, kind: str, question: Question | None) -> ResponseReturnValue:
    form: Form = MultiDict(request.form)
    act = form.get("aksi", "pratinjau")
    if act in question_attachments.ACTS:
        added = question_attachments.ACTS[act](form, question_form.texts(kind, form))
        page = _page(bank, kind, form, question=question, problems=added.problems, added=added.said)
        return page, 422 if added.problems else 200
    if question is None and act.removeprefix(OTHER) in question_form.KINDS:
        other = act.removeprefix(OTHER)
        return _page(bank, other, question_form.turned(kind, other, form))
    if act.startswith(MORE):
        return _page(bank, kind, form, question=question, focus=add_row(form, act.removeprefix(MORE)))
    problems = [] if act == "pratinjau" else _problems(form, question)
    try:
        content = kinds.read(question_form.raw(kind, form))
    except BadQuestion as bad:
        problems = [*bad.problems, *problems]
        return _page(bank, kind, form, question=question, problems=problems), 422
    problems = [*look_alikes.problems(content), *problems]
    if problems or act == "pratinjau":
        page = _page(bank, kind, form, question=question, problems=problems, content=content)
        return page, 422 if problems else 200
    version = _save(bank, kind, content, form, question)
    flash(_("Tersimpan. Soal menunggu tinjauan orang lain sebelum ditarik untuk ujian."))
    if act == "lagi":
        kept: dict[str, Any] = {name: form.get(name) or None for name in KEPT}
        return redirect(url_for(".new", code=bank.code, jenis=kind, **kept), 303)
    uuid = db().get_one(Question, version.question_id).uuid
    return redirect(url_for("question_review.question", code=bank.code, uuid=uuid), 303)


def _save(bank: Bank, kind: str, content: dict[str, Any], form: Form, question: Question | None) -> QuestionVersion:
    competency = db().scalars(select(Competency).where(Competency.code == form.get("kompetensi"))).one()
    tags, folder, purpose = question_form.tags(form), question_form.folder(form), form.get("tujuan", "exam")
    said = (bank.id, kind, content, competency.id, int(form["tingkat"]), form["kesulitan"], tags, folder, purpose)
    uuid = question.uuid if question else form_key(form.get("kunci"))
    if question is None and (standing := _standing(bank, uuid)):
        made, one = standing
        if said == (
            one.bank_id, one.kind, one.content, one.competency_id, one.level, one.difficulty, one.tags, made.folder, made.purpose
        ):  # fmt: skip
            return one
        uuid = str(uuid4())
    current = db().get_one(QuestionVersion, question.current_id) if question else None
    version = banks.add_version(
        db(),
        bank,
        uuid=uuid,
        kind=kind,
        content=content,
        competency_id=competency.id,
        level=int(form["tingkat"]),
        difficulty=form["kesulitan"],
        lesson=current.lesson if current else "",
        purpose=purpose,
        tags=tags,
        status="trial",
        by=actor().user_id,
        now=now(),
    )
    db().get_one(Question, version.question_id).folder = folder
    return version


def _standing(bank: Bank, uuid: str) -> tuple[Question, QuestionVersion] | None:
    """What this very form made when it was sent before; the same, sent twice, makes one question.

    Of any bank: a key may be that of a question which is none of this bank's, and then it makes another.
    """
    db().refresh(bank, ["id"], with_for_update=True)  # whoever sends it at the same moment waits here
    rows = (
        select(Question, QuestionVersion)
        .join(QuestionVersion, Question.current_id == QuestionVersion.id)
        .where(Question.uuid == uuid)
    )
    found = db().execute(rows).one_or_none()
    return None if found is None else (found[0], found[1])


def _problems(form: Form, question: Question | None) -> list[Problem]:
    """What is wrong beside the question itself."""
    found = []
    if db().scalar(select(Competency.id).where(Competency.code == form.get("kompetensi", ""))) is None:
        found.append(Problem("kompetensi", _("Pilih kompetensi.")))
    if form.get("tingkat") not in {"1", "2", "3", "4", "5"}:
        found.append(Problem("tingkat", _("Pilih tingkat 1 sampai 5.")))
    if form.get("kesulitan") not in DIFFICULTIES:
        found.append(Problem("kesulitan", _("Pilih kesulitan.")))
    if form.get("tujuan", "exam") not in {"exam", "practice"}:
        found.append(Problem("tujuan", _("Pilih pemakaian.")))
    found += _bad_labels(question_form.tags(form), question_form.folder(form))
    if question is not None and form.get("dari") != str(question.current_id):
        found.append(
            Problem(
                "soal", _("Soal ini diubah orang lain sejak Anda membukanya. Salin perubahan Anda, lalu buka lagi.")
            )
        )
    return found


def _bad_labels(tags: Sequence[str], folder: str) -> list[Problem]:
    """What is wrong with free tags and the folder."""
    found = []
    if len(tags) > MOST_TAGS:
        found.append(Problem("tag", _("Tulis paling banyak %(most)s tag.", most=MOST_TAGS)))
    if any(len(tag) > LONGEST_TAG for tag in tags):
        found.append(Problem("tag", _("Persingkat tag menjadi paling panjang %(longest)s huruf.", longest=LONGEST_TAG)))
    if len(folder) > LONGEST_FOLDER:
        longest = LONGEST_FOLDER
        found.append(
            Problem("folder", _("Persingkat folder menjadi paling panjang %(longest)s huruf.", longest=longest))
        )
    return found


def _current(bank: Bank, uuid: str) -> tuple[Question, QuestionVersion, str]:
    found = db().execute(question_life.one(bank, uuid, actor().user_id)).one_or_none()
    if found is None or found.Question.status == "retired":
        raise Absent("question")
    if not question_form.holds(found.QuestionVersion.kind, found.QuestionVersion.content):
        raise Absent("question")
    return found.Question, found.QuestionVersion, found.code


def _listed(problems: Sequence[Problem], form: Form) -> list[Wrong]:
    """In the order of the page, and of two about the same input the first."""
    found: dict[tuple[str, str], Wrong] = {}
    for one in (wrong(problem, form) for problem in problems):
        found.setdefault((one.place, one.about), one)
    place = placed(form)
    return sorted(found.values(), key=lambda one: place(one.place))


def _page(
    bank: Bank,
    kind: str,
    form: Form,
    *,
    question: Question | None = None,
    problems: Sequence[Problem] | None = None,
    content: dict[str, Any] | None = None,
    added: str = "",
    focus: str = "",
) -> str:
    codes = db().execute(select(Competency.code, Competency.name).order_by(Competency.position, Competency.code)).all()
    return render_template(
        "questions/editor.html",
        bank=bank,
        kind=kind,
        question=question,
        form=form,
        aside=[]
        if question
        else [(name, typed) for name, typed in form.items(multi=True) if name.startswith(question_form.ASIDE)],
        problems=_listed(problems or (), form),
        view=shown(kind, content) if content else None,
        added=added,
        focus=focus,
        rows=question_form.rows(kind, form),
        groups=GROUPS,
        called=name_of,
        places=[(place, name_of(place)) for place in question_form.texts(kind, form)],
        most_mb=file.MOST_MB,
        types=file.TYPES,
        competencies=codes,
        kinds=question_form.KINDS,
        words=words(),
    )
