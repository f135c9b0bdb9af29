"""/bank-soal/baru: an empty bank of a unit in which one may edit questions."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are of an older release
from wtforms.validators import DataRequired, Length, Regexp

from lms.access import Permission, granted
from lms.people.models import OrgUnit
from lms.questions import banks
from lms.slugs import LONGEST
from lms.web.desk import TOO_LONG
from lms.web.request import actor, db, now, route

blueprint = Blueprint("question_banks", __name__)
EDIT = Permission.QUESTION_EDIT


class NewBankForm(FlaskForm):
    """What a bank begins with."""

    judul = StringField(
        _l("Judul bank"),
        filters=[lambda text: " ".join((text or "").split())],
        validators=[DataRequired(_l("Isi judul bank.")), Length(max=200, message=TOO_LONG)],
    )
    kode = StringField(
        _l("Kode bank"),
        filters=[lambda text: (text or "").strip().lower()],
        validators=[
            DataRequired(_l("Isi kode bank.")),
            Length(max=LONGEST, message=TOO_LONG),
            Regexp(
                rf"{banks.CODE.pattern}$",
                message=_l("Pakai huruf kecil, angka, dan tanda hubung, misalnya layanan-2027."),
            ),
        ],
    )
    unit = SelectField(_l("Unit pemilik"), validators=[DataRequired(_l("Pilih unit pemilik."))])


@route(blueprint, "/bank-soal/baru", may=EDIT)
def new() -> ResponseReturnValue:
    """The empty form."""
    return _page(NewBankForm(formdata=None), _units())


@route(blueprint, "/bank-soal/baru", may=EDIT, methods=["POST"])
def create() -> ResponseReturnValue:
    """Make the bank, and go to it."""
    units, form = _units(), NewBankForm()
    _offer(form, units)
    if not form.validate_on_submit():
        return _page(form, units), 422
    unit = next(unit for unit in units if unit.code == form.unit.data)
    code, title = form.kode.data or "", form.judul.data or ""
    try:
        banks.create(db(), code, title, unit_id=unit.id, by=actor().user_id, now=now())
    except banks.CodeTaken:
        form.kode.errors = [_("Kode ini sudah dipakai bank lain. Pilih kode lain.")]
        return _page(form, units), 422
    flash(_("Bank dibuat. Tulis soal pertamanya, atau impor dari berkas."))
    return redirect(url_for("questions.bank", code=code), 303)


def _page(form: NewBankForm, units: list[OrgUnit]) -> str:
    _offer(form, units)
    return render_template("questions/new_bank.html", form=form, units=units)


def _units() -> list[OrgUnit]:
    return list(db().scalars(granted(actor(), EDIT)))


def _offer(form: NewBankForm, units: list[OrgUnit]) -> None:
    """The units to choose from. With one there is nothing to choose: it is the one."""
    form.unit.choices = [SelectChoice(unit.code, unit.name) for unit in units]
    if len(units) == 1:
        form.unit.data = units[0].code
