"""/delegasi: to whom an official has lent the power to approve, for which days."""

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, StringField
from wtforms.validators import InputRequired

from lms import audit
from lms.access import Permission
from lms.people import nip, officials
from lms.web.request import actor, db, now, route

blueprint = Blueprint("delegations", __name__)
MAY = Permission.CERTIFICATE_APPROVE
#: A power that is lent for longer belongs to an appointment as Plt.
LONGEST = timedelta(days=92)


class DelegationForm(FlaskForm):
    """To whom, from when to when."""

    nip = StringField(_l("NIP penerima"), validators=[InputRequired(_l("Isi NIP dengan 18 angka."))])
    mulai = DateField(_l("Mulai"), validators=[InputRequired(_l("Isi tanggal mulai."))])
    sampai = DateField(_l("Sampai"), validators=[InputRequired(_l("Isi tanggal terakhir."))])


@route(blueprint, "/delegasi", may=MAY)
def index() -> ResponseReturnValue:
    """What I lent and was lent."""
    return _page(DelegationForm(mulai=actor().today))


@route(blueprint, "/delegasi", may=MAY, methods=["POST"])
def lend() -> ResponseReturnValue:
    """Lend my power; what was lent to me is not lent on."""
    form = DelegationForm()
    if not _is_sound(form):
        return _page(form), 422
    try:
        made = officials.lend(
            db(),
            official_id=actor().user_id,
            deputy_nip=nip.normalise(form.nip.data or ""),
            since=form.mulai.data or actor().today,
            until=form.sampai.data or actor().today,
            now=now(),
        )
    except (nip.BadNip, officials.NoDeputy):
        form.nip.errors = [_("Penerima harus pejabat definitif atau Plt. yang punya akun, dan bukan Anda sendiri.")]
        return _page(form), 422
    except officials.NotAnOfficial:
        form.mulai.errors = [_("Pada tanggal mulai Anda bukan pejabat definitif atau Plt., jadi tidak ada wewenang.")]
        return _page(form), 422
    audit.record(db(), "approval.delegate", f"delegation:{made.id}", by=actor().user_id, now=now())
    flash(_("Wewenang didelegasikan. Anda sendiri tetap dapat memutuskan."))
    return redirect(url_for("delegations.index"), 303)


@route(blueprint, "/delegasi/<int:delegation_id>/pengakhiran", may=MAY, methods=["POST"])
def take_back(delegation_id: int) -> ResponseReturnValue:
    """End one of mine."""
    if officials.take_back(db(), delegation_id, official_id=actor().user_id, now=now()):
        audit.record(db(), "approval.take_back", f"delegation:{delegation_id}", by=actor().user_id, now=now())
        flash(_("Delegasi diakhiri."))
    return redirect(url_for("delegations.index"), 303)


def _is_sound(form: DelegationForm) -> bool:
    since, until = form.mulai.data, form.sampai.data
    if not form.validate_on_submit() or since is None or until is None:
        return False
    if not officials.holds_power(db(), actor().user_id, actor().today):
        form.nip.errors = [_("Wewenang Anda sendiri dari delegasi, jadi tidak dapat didelegasikan lagi.")]
    elif until < max(since, actor().today):
        form.sampai.errors = [_("Tanggal terakhir tidak boleh sebelum tanggal mulai atau sudah lewat.")]
    elif until - since > LONGEST:
        form.sampai.errors = [_("Delegasi paling lama %(days)d hari.", days=LONGEST.days)]
    return not any(field.errors for field in form)


def _page(form: DelegationForm) -> str:
    return render_template(
        "delegations/index.html",
        form=form,
        lent=officials.lent(db(), actor().user_id),
        me=actor().name,
        today=actor().today,
    )
