"""/sdm/rancangan/<unit>/<rancangan>: an agency's draft of a design: written, looked at, published or thrown away."""

from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField
from wtforms.validators import DataRequired, Length

from lms.access import Absent
from lms.certificates import editions, logos
from lms.certificates.adapting import Adaptation, Fault
from lms.certificates.designs import Design
from lms.certificates.edition_models import DesignDraft, DesignEdition
from lms.certificates.editions import DraftConflict, NotLooked
from lms.certificates.wording import spaced_nip
from lms.people.models import OrgUnit
from lms.storage import FileMissing
from lms.web.design_form import FIELDS, DesignForm
from lms.web.design_words import HOLDS, NAMES, fault_words
from lms.web.designs import MAY, place
from lms.web.desk import TOO_LONG, number
from lms.web.request import actor, db, keep_although_refused, now, platform, route

blueprint = Blueprint("design_editor", __name__)
ADDRESS = "/sdm/rancangan/<unit_code>/<design_id>"
TYPES = {"pdf": "application/pdf", "png": "image/png", "jpg": logos.MIMETYPE}


class PublishForm(FlaskForm):
    """The note to an edition; revisi names the draft that was looked at."""

    catatan = StringField(
        _l("Catatan perubahan"),
        validators=[
            DataRequired(_l("Tulis satu kalimat tentang perubahannya.")),
            Length(max=editions.LONGEST_NOTE, message=TOO_LONG),
        ],
    )
    revisi = HiddenField()


@dataclass(frozen=True)
class Desk:
    """What the pages of a design show. standing: what is in force, given: what the draft says, or else that."""

    unit: OrgUnit
    design: Design
    edition: DesignEdition | None
    draft: DesignDraft | None

    @property
    def standing(self) -> Adaptation:
        """What is in force."""
        return Adaptation.from_json(self.edition.content) if self.edition else Adaptation()

    @property
    def given(self) -> Adaptation:
        """What the draft says; without one, what is in force."""
        return Adaptation.from_json(self.draft.content) if self.draft else self.standing

    @property
    def revision(self) -> int:
        """Of the draft; 0 without one."""
        return self.draft.revision if self.draft else 0

    @property
    def faults(self) -> list[Fault]:
        """What the renderer found in the draft."""
        return [Fault(*fault) for fault in self.draft.looked["faults"]] if self.draft and self.draft.looked else []

    @property
    def files(self) -> list[str]:
        """The names of the previews."""
        return list(self.draft.looked["files"]) if self.draft and self.draft.looked else []

    def changes(self) -> list[tuple[str, str, str]]:
        """Field's name, what is in force and what the draft says, where they differ."""
        before, after = self.standing.to_json(), self.given.to_json()
        return [
            (str(NAMES[name]), _shown(name, before[name]), _shown(name, after[name]))
            for name in NAMES
            if before[name] != after[name]
        ]


@route(blueprint, ADDRESS, may=MAY)
def edit(unit_code: str, design_id: str) -> ResponseReturnValue:
    """The form, as the draft stands, with what the renderer found at its fields."""
    desk = _desk(unit_code, design_id)
    form = DesignForm.of(desk.design, desk.given, revision=desk.revision)
    for fault in desk.faults:
        form.note(fault.field, fault_words(fault))
    return _form_page(desk, form)


@route(blueprint, ADDRESS, may=MAY, methods=["POST"])
def save(unit_code: str, design_id: str) -> ResponseReturnValue:
    """Keep the draft, and have the renderer look at it."""
    desk, form = _desk(unit_code, design_id), DesignForm()
    form.validate()
    given = form.adaptation(desk.design, platform().files)
    if form.errors:
        return _form_page(desk, form), 422
    at, revision = (desk.unit.id, desk.design.id), number(form.revisi.data)
    try:
        editions.save(db(), *at, given, revision=revision, by=actor().user_id, now=now())
    except DraftConflict:
        keep_although_refused()
        form.form_errors.append(_("Draf ini diubah orang lain sejak Anda membukanya. Simpan lagi untuk menimpanya."))
        form.revisi.data = str(desk.revision)
        return _form_page(desk, form), 409
    return redirect(url_for(".preview", unit_code=unit_code, design_id=design_id), 303)


@route(blueprint, f"{ADDRESS}/pratinjau", may=MAY)
def preview(unit_code: str, design_id: str) -> ResponseReturnValue:
    """The draft as the renderer prints it, beside what is in force."""
    return _preview_page(_desk(unit_code, design_id), PublishForm())


@route(blueprint, f"{ADDRESS}/pratinjau/<name>", may=MAY)
def file(unit_code: str, design_id: str, name: str) -> ResponseReturnValue:
    """A page of the preview, the whole as PDF, or the logo of the draft."""
    desk = _desk(unit_code, design_id)
    try:
        if name == "logo.jpg":
            content = logos.load(platform().files, desk.given.logo)
        elif name in desk.files and desk.draft:
            content = platform().files.get(editions.preview_key(desk.draft, name))
        else:
            content = b""
    except FileMissing as error:
        raise Absent("preview") from error
    if not content:
        raise Absent("preview")
    answer = Response(content, mimetype=TYPES[name.rpartition(".")[2]])
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Content-Disposition"] = f'inline; filename="pratinjau-{name}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@route(blueprint, f"{ADDRESS}/terbit", may=MAY, methods=["POST"])
def publish(unit_code: str, design_id: str) -> ResponseReturnValue:
    """Make the draft the next edition."""
    desk, form = _desk(unit_code, design_id), PublishForm()
    if not form.validate_on_submit():
        return _preview_page(desk, form), 422
    note, revision = (form.catatan.data or "").strip(), number(form.revisi.data)
    try:
        made = editions.publish(
            db(), desk.unit.id, desk.design.id, revision=revision, note=note, by=actor().user_id, now=now()
        )
    except DraftConflict:
        flash(_("Draf berubah sejak Anda melihatnya. Periksa sekali lagi."), "warn")
        return redirect(url_for(".preview", unit_code=unit_code, design_id=design_id), 303)
    except NotLooked:
        flash(_("Draf ini belum lolos pemeriksaan. Perbaiki yang disebut di halaman ini."), "warn")
        return redirect(url_for(".preview", unit_code=unit_code, design_id=design_id), 303)
    flash(_("Edisi %(n)s berlaku mulai sertifikat berikutnya. Yang sudah terbit tidak berubah.", n=made.number))
    return redirect(url_for("designs.index"), 303)


@route(blueprint, f"{ADDRESS}/buang", may=MAY)
def confirm(unit_code: str, design_id: str) -> ResponseReturnValue:
    """What throwing the draft away would lose: it cannot be brought back."""
    desk = _desk(unit_code, design_id)
    if desk.draft is None:
        flash(_("Tidak ada draf yang dapat dibuang."), "warn")
        return redirect(url_for("designs.index"), 303)
    form = PublishForm(formdata=None, revisi=str(desk.revision))
    return render_template("designs/discard.html", desk=desk, form=form, changes=desk.changes())


@route(blueprint, f"{ADDRESS}/buang", may=MAY, methods=["POST"])
def discard(unit_code: str, design_id: str) -> ResponseReturnValue:
    """Throw the draft away."""
    desk, form = _desk(unit_code, design_id), PublishForm()
    try:
        at = (desk.unit.id, desk.design.id)
        editions.discard(db(), *at, revision=number(form.revisi.data), by=actor().user_id, now=now())
    except DraftConflict:
        flash(_("Draf berubah sejak Anda melihatnya. Periksa sekali lagi."), "warn")
        return redirect(url_for(".preview", unit_code=unit_code, design_id=design_id), 303)
    flash(_("Draf dibuang. Yang berlaku tidak berubah."))
    return redirect(url_for("designs.index"), 303)


def _shown(name: str, value: str) -> str:
    """A value as the list of changes shows it: a logo has a name that says nothing."""
    match name:
        case "logo" if value:
            return _("gambar %(id)s", id=value[:8])
        case "signatory_hold":
            return str(HOLDS[value])
        case "signatory_nip":
            return spaced_nip(value)
    return value


def _desk(unit_code: str, design_id: str) -> Desk:
    unit, design = place(unit_code, design_id)
    draft = editions.draft_of(db(), unit.id, design.id)
    return Desk(unit, design, editions.in_force(db(), unit.id, design.id), draft)


def _form_page(desk: Desk, form: DesignForm) -> str:
    return render_template("designs/edit.html", desk=desk, form=form, signs=not desk.design.approver_signs)


def _preview_page(desk: Desk, form: PublishForm) -> str:
    form.revisi.data = str(desk.revision)
    return render_template(
        "designs/preview.html",
        desk=desk,
        form=form,
        is_sound=desk.draft is not None and editions.is_sound(desk.draft),
        faults=[(NAMES[fault.field], FIELDS[fault.field], fault_words(fault)) for fault in desk.faults],
        pages=lambda case: [name for name in desk.files if name.startswith(f"{case}-")],
    )
