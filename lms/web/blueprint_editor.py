"""/kelola/ujian/<kode>/kisi-kisi: the blueprint in force as a form, beside what the bank holds of it."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from lms.access import Permission
from lms.exams import blueprints, feasibility, models, pass_rules, rehearsing, revising, shortage, sittings
from lms.exams.models import EXAM, Exam, Sitting
from lms.exams.panels import taking
from lms.exams.revising import Stale, Times
from lms.frameworks.models import Competency
from lms.questions import listing
from lms.questions.listing import Named
from lms.web import blueprint_form, blueprint_typed, blueprint_words, typed
from lms.web.blueprint_form import Form
from lms.web.blueprint_typed import Judged
from lms.web.organising import exam_of
from lms.web.presentation import exact
from lms.web.question_words import DIFFICULTIES, KINDS, STATUSES
from lms.web.request import actor, db, now, route

blueprint = Blueprint("blueprint_editor", __name__)
MANAGE = Permission.EXAM_MANAGE
PLACE = "/kelola/ujian/<code>/kisi-kisi"
#: A form of many sections and groups.
LARGEST = 1024 * 1024
#: Sittings that are named where the exam is too long for them.
SHORT = 5
#: Fixed questions that are looked up: more than a paper has.
MOST_FIXED = 500


@route(blueprint, PLACE, may=MANAGE)
def form(code: str) -> ResponseReturnValue:
    """The blueprint in force; for an exam without one, an empty first section."""
    exam = exam_of(code)
    if leads := rehearsing.followed(db(), exam):
        return _to_leader(leads)
    plan = blueprints.in_force(db(), exam.id)
    shown = _form_of(exam, plan.content) if plan else _empty(exam)
    _start_from(shown, exam, plan)
    names = _competencies()
    return _page(exam, plan, shown, _judge(shown, names), names, is_new=plan is None)


@route(blueprint, PLACE, may=MANAGE, methods=["POST"], largest=LARGEST)
def change(code: str) -> ResponseReturnValue:
    """Add, remove or move a row, look at what the bank holds, or save the next blueprint, as the button says."""
    exam = exam_of(code)
    if leads := rehearsing.followed(db(), exam):
        return _to_leader(leads)
    plan = blueprints.in_force(db(), exam.id)
    form: Form = MultiDict((name, text) for name, text in request.form.items(multi=True))
    act = form.get("aksi", "periksa")
    goes_on, names = blueprint_form.act(form, act), _competencies()
    judged = _judge(form, names)
    if goes_on:
        return _page(exam, plan, form, judged, names, focus=goes_on, is_new=True)
    if judged.wrong or act != "simpan":
        return _page(exam, plan, form, judged, names, is_checked=True), 422 if judged.wrong else 200
    try:
        since = typed.whole(form.get("dari", "")) or 0
        has_changed = _save(exam, plan, judged, since=since, seen=_seen(form))
    except Stale:
        plan = blueprints.in_force(db(), exam.id)
        _start_from(form, exam, plan)
        return _page(exam, plan, form, judged, names, is_stale=True, is_same_plan=form["dari"] == str(since)), 409
    if has_changed:
        shortage.look(db(), exam, now=now())
        _warn_of_short(exam)
        flash(_("Kisi-kisi disimpan. Berlaku bagi naskah yang disusun setelah ini."))
    else:
        flash(_("Kisi-kisi ini sudah tersimpan; tidak ada yang berubah."))
    return redirect(url_for("organising.exam", code=code), 303)


def _start_from(form: Form, exam: Exam, plan: models.Blueprint | None) -> None:
    """Note in the form what it was made from: the number of the blueprint, and the exam's own rules."""
    times = revising.times_of(exam)
    form["dari"] = str(plan.number if plan else 0)
    form["dari-waktu"] = f"{times.minutes}-{times.attempts}-{times.cooldown}"


def _seen(form: Form) -> Times | None:
    """The exam's own rules that the form was made from; None where it does not say."""
    numbers = [typed.whole(one) for one in form.get("dari-waktu", "").split("-")]
    known = [one for one in numbers if one is not None]
    return Times(*known) if len(known) == len(numbers) == 3 else None


def _save(exam: Exam, plan: models.Blueprint | None, judged: Judged, *, since: int, seen: Times | None) -> bool:
    """What the form does not show stays as it is. Where it says the same in other words, nothing changes. Raises Stale."""
    said = judged.content
    if plan and said == blueprint_typed.judge(_form_of(exam, plan.content)).content:
        content: Mapping[str, Any] = plan.content
    else:
        before = plan.content if plan else {} if exam.mode == EXAM else {"release": "key"}
        kept = {name: value for name, value in before.items() if name not in blueprint_form.SHOWN}
        if taking.SOURCE in kept and taking.draws(said) != taking.draws(before):
            del kept[taking.SOURCE]  # the panel judged other papers
        content = said | kept
    rules = judged.rules
    times = Times(rules["duration_minutes"], rules["attempts"], rules["cooldown_hours"])
    return revising.revise(db(), exam, content, times, since=since, seen=seen, by=actor().user_id, now=now())


def _warn_of_short(exam: Exam) -> None:
    if sittings.too_short(db(), exam.id, exam.duration_minutes, most=1, now=now()):
        flash(_("Ada sesi yang kini lebih pendek daripada lama ujian. Perpanjang sesi yang bertanda di bawah."), "warn")


def _form_of(exam: Exam, content: Mapping[str, Any]) -> Form:
    times = revising.times_of(exam)
    rules = {"duration_minutes": times.minutes, "attempts": times.attempts, "cooldown_hours": times.cooldown}
    return blueprint_form.of(rules, content)


def _empty(exam: Exam) -> Form:
    form = _form_of(exam, {"pass_total": 70, "sections": []})
    blueprint_form.act(form, "bagian-tambah")
    return form


def _judge(form: Form, competencies: Mapping[str, str]) -> Judged:
    """As the reader finds it, in the words of the form, and with competencies looked up in the dictionary."""
    judged = blueprint_typed.judge(form)
    wrong = {place: blueprint_words.said(words) for place, words in judged.wrong.items()}
    for place in (name for name in form if name.endswith("batas")):
        is_free = form.get(f"{place.removesuffix('batas')}satuan") == blueprint_form.NONE
        if is_free and form[place].strip():
            wrong[place] = _("Kosongkan batas lulus, atau pilih satuan “persen” atau “poin”.")
        elif place in wrong and not is_free and not form[place].strip():
            wrong[place] = _("Isi batas lulus, atau pilih satuan “tanpa batas”.")
    for key, section in zip(blueprint_form.keys(form, "bagian"), judged.content["sections"], strict=False):
        if section["competency"] not in competencies:
            wrong[f"b{key}-kompetensi"] = _("Pilih kompetensi.")
    return judged._replace(wrong=wrong or _beyond_reach(form, judged))


def _beyond_reach(form: Form, judged: Judged) -> dict[str, str]:
    """Input → what is wrong, for thresholds of more points than there are."""
    sections = dict(
        zip((one["title"] for one in judged.content["sections"]), blueprint_form.keys(form, "bagian"), strict=True)
    )
    groups = dict(
        zip(
            (one["code"] for one in judged.content.get("groups", ())),
            blueprint_form.keys(form, "kelompok"),
            strict=True,
        )
    )
    wrong = {}
    for code, title, most in pass_rules.beyond_reach(judged.content):
        place = (f"k{groups[code]}-" if code else "") + (f"b{sections[title]}-" if title else "")
        wrong[f"{place}batas"] = _("Isi paling banyak %(most)s: lebih dari itu tidak dapat dicapai.", most=exact(most))
    return wrong


def _competencies() -> dict[str, str]:
    """Code → name, by name."""
    rows = select(Competency.code, Competency.name).order_by(Competency.name, Competency.code)
    return {row.code: row.name for row in db().execute(rows)}


def _to_leader(exam: Exam) -> ResponseReturnValue:
    flash(_("Latihan dan uji coba mengikuti kisi-kisi ujiannya. Ubahlah di sini."))
    return redirect(url_for(".form", code=exam.code), 303)


def _page(
    exam: Exam,
    plan: models.Blueprint | None,
    form: Form,
    judged: Judged,
    competencies: Mapping[str, str],
    *,
    focus: str = "",
    is_new: bool = False,
    is_checked: bool = False,
    is_stale: bool = False,
    is_same_plan: bool = False,
) -> str:
    """focus: the row that a button was about · is_new: rows are still to be filled, which is no mistake · is_same_plan: it is
    stale by the exam's own rules alone.
    """
    sound = _sound(judged, blueprint_form.keys(form, "bagian"))
    content = {"sections": list(sound.values())} if judged.wrong else judged.content
    found = feasibility.of_content(db(), exam, content, number=0, now=now()) if sound else None
    own = {key: blueprint_form.kinds(form, key) for key in blueprint_form.keys(form, "bagian")}
    return render_template(
        "organising/blueprint.html",
        exam=exam,
        plan=plan,
        form=form,
        rows={name: blueprint_form.keys(form, name) for name in blueprint_form.ROWS},
        wrong={} if is_new else {place: judged.wrong[place] for place in sorted(judged.wrong, key=typed.placed(form))},
        is_whole=not judged.wrong,
        fixed=_fixed(exam, form),
        longest=blueprint_typed.LONGEST,
        statuses=STATUSES,
        beside=dict(zip(sound, found.sections, strict=True)) if found else {},
        found=found,
        maximum=pass_rules.maximum(content),
        theirs=pass_rules.rules_for(plan.content) if is_stale and plan else None,
        kept=blueprint_words.kept(plan.content) if plan else [],
        drawn=revising.drawn(db(), exam.id),
        competencies=competencies,
        difficulties=DIFFICULTIES,
        kinds=KINDS,
        own=own,
        others={
            key: [(kind, said) for kind, said in KINDS.items() if kind not in listed] for key, listed in own.items()
        },
        short=[] if judged.wrong else _short(exam, judged),
        most_short=SHORT,
        focus=focus,
        most=blueprint_form.MOST,
        is_checked=is_checked,
        is_stale=is_stale,
        is_same_plan=is_same_plan,
        number=plan.number if plan else 0,
    )


def _fixed(exam: Exam, form: Form) -> dict[str, list[tuple[str, Named | None]]]:
    """Key of a section → the questions that always stand there, each with how the exam's bank calls it; None where it has none such."""
    typed_in = {
        key: blueprint_typed.questions(form.get(f"b{key}-tetap", "")) for key in blueprint_form.keys(form, "bagian")
    }
    known = listing.named(db(), exam.bank_id, [uuid for uuids in typed_in.values() for uuid in uuids][:MOST_FIXED])
    return {key: [(uuid, known.get(uuid)) for uuid in uuids[:MOST_FIXED]] for key, uuids in typed_in.items()}


def _short(exam: Exam, judged: Judged) -> list[Sitting]:
    return sittings.too_short(db(), exam.id, judged.rules["duration_minutes"], most=SHORT + 1, now=now())


def _sound(judged: Judged, listed: list[str]) -> dict[str, dict[str, Any]]:
    """Key → section of those without mistakes: what can be looked for in the bank."""
    parts = zip(listed, judged.content["sections"], strict=False)
    return {key: part for key, part in parts if not any(place.startswith(f"b{key}-") for place in judged.wrong)}
