"""One's own account: what is known, where one is signed in, the password, the second factor, how the site looks."""

from flask import Blueprint, abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField, RadioField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are of an older release
from wtforms.validators import DataRequired

from lms import audit, sign_out
from lms.access import Permission
from lms.people import accounts, passwords, second_factor, sign_in
from lms.reports import panels
from lms.web import entering, own_password, tries
from lms.web.new_password import CURRENT, NewPasswordForm
from lms.web.request import actor, db, now, platform, route, settle, today
from lms.web.second_factor import CodeForm, demo_code, phone_for

blueprint = Blueprint("account", __name__)
PASSWORD_PAGE, CODE_PAGE, LOOK_PAGE = "account/password.html", "account/second_factor.html", "account/look.html"


class ChangeForm(NewPasswordForm):
    """The password in use, and the new one twice."""

    lama = CURRENT


class SetUpForm(CodeForm):
    """The code, and the password: whoever finds a browser open teaches no phone of their own."""

    sandi = PasswordField(
        _l("Kata sandi"),
        validators=[DataRequired(_l("Isi kata sandi Anda."))],
        render_kw={"autocomplete": "current-password"},
    )


class LookForm(FlaskForm):
    """Language, colours, size of the text."""

    bahasa = RadioField(_l("Bahasa"), choices=[SelectChoice("id", "Bahasa Indonesia"), SelectChoice("en", "English")])
    tema = RadioField(
        _l("Warna"),
        choices=[
            SelectChoice("auto", _l("Ikuti perangkat")),
            SelectChoice("light", _l("Terang")),
            SelectChoice("dark", _l("Gelap")),
        ],
    )
    ukuran = RadioField(
        _l("Ukuran teks"),
        coerce=int,
        choices=[SelectChoice(size, f"{size} %") for size in (100, 112, 125, 150, 200)],
    )


@route(blueprint, "/akun", may=Permission.ACCOUNT)
def overview() -> ResponseReturnValue:
    """What is known about me, and where I am signed in."""
    who = actor()
    known = accounts.known(db(), who.user_id, today=who.today)
    sessions = sign_in.open_sessions(db(), who.user_id, now=now())
    judges = bool(panels.of_person(db(), who.employee_id, most=1))
    return render_template("account/overview.html", known=known, sessions=sessions, this=who.session_id, judges=judges)


@route(blueprint, "/akun/sesi/<int:session_id>/pengakhiran", may=Permission.ACCOUNT, methods=["POST"])
def end_session(session_id: int) -> ResponseReturnValue:
    """Sign one of my browsers out."""
    if not sign_out.end_own_session(db(), actor().user_id, session_id, now=now()):
        abort(404)
    flash(_("Perangkat itu sudah dikeluarkan."))
    return redirect(url_for("account.overview"), 303)


@route(blueprint, "/akun/sesi/pengakhiran", may=Permission.ACCOUNT, methods=["POST"])
def end_other_sessions() -> ResponseReturnValue:
    """Sign all my other browsers out."""
    who = actor()
    sign_out.end_sessions_of(db(), who.user_id, besides=who.session_id, now=now())
    flash(_("Semua perangkat lain sudah dikeluarkan."))
    return redirect(url_for("account.overview"), 303)


@route(blueprint, "/akun/sandi", may=Permission.ACCOUNT)
def password_form() -> ResponseReturnValue:
    """Ask for the old password and a new one."""
    return render_template(PASSWORD_PAGE, form=ChangeForm())


@route(blueprint, "/akun/sandi", may=Permission.ACCOUNT, methods=["POST"])
def change_password() -> ResponseReturnValue:
    """Change it, and sign all other browsers out."""
    entry, who = ChangeForm(), actor()
    nip = accounts.known(db(), who.user_id, today=who.today).nip
    settle()
    if not entry.is_good_for(nip):
        return entering.incomplete(PASSWORD_PAGE, entry)
    refusal = own_password.refusal_of(entry.lama.data or "")
    if refusal is not None:
        entry.lama.errors = [refusal.message]
        return render_template(PASSWORD_PAGE, form=entry), refusal.status
    try:
        _change(entry.baru.data or "")
    except passwords.Busy:
        return entering.refuse(PASSWORD_PAGE, entry, tries.busy())
    flash(_("Kata sandi sudah diganti. Perangkat lain sudah dikeluarkan."))
    return redirect(url_for("account.overview"), 303)


@route(blueprint, "/akun/kode", may=Permission.ACCOUNT)
def set_up_form() -> ResponseReturnValue:
    """Teach a phone the secret of a second factor. `?lanjut=`: where one goes on."""
    account = _account()
    if account.totp_secret is not None:
        return redirect(entering.wanted(url_for("account.overview")))
    phone = phone_for(account.name)
    return render_template(CODE_PAGE, form=SetUpForm(), phone=phone, hint=demo_code(account, phone.secret))


@route(blueprint, "/akun/kode", may=Permission.ACCOUNT, methods=["POST"])
def set_up() -> ResponseReturnValue:
    """The phone has it: from now on a code is asked at each sign-in, and roles that waited for it hold."""
    entry, account, who = SetUpForm(), _account(), actor()
    phone = phone_for(account.name)
    facts = {"phone": phone, "hint": demo_code(account, phone.secret)}
    if not entry.validate_on_submit():
        return entering.incomplete(CODE_PAGE, entry, **facts)
    refusal = own_password.refusal_of(entry.sandi.data or "")
    if refusal is not None:
        entry.sandi.errors = [refusal.message]
        return render_template(CODE_PAGE, form=entry, **facts), refusal.status
    if not second_factor.enrol(db(), who.user_id, phone.secret, entry.kode.data or "", now=now()):
        entry.kode.errors = [_("Kode tidak cocok. Isi kode yang tampil sekarang.")]
        return entering.incomplete(CODE_PAGE, entry, **facts)
    session.pop("new_secret", None)  # the cookie need not keep it
    sign_in.note_second_factor(db(), who.session_id, now=now())
    audit.record(db(), "second_factor.set_up", f"user:{who.user_id}", by=who.user_id, now=now())
    flash(_("Verifikasi dua langkah sudah aktif."))
    return redirect(entering.wanted(url_for("account.overview")), 303)


@route(blueprint, "/akun/tampilan", may=Permission.ACCOUNT)
def look_form() -> ResponseReturnValue:
    """Ask how the site is to look and speak."""
    who = actor()
    chosen = {"bahasa": who.language, "tema": who.theme, "ukuran": who.text_size}
    return render_template(LOOK_PAGE, form=LookForm(data=chosen))


@route(blueprint, "/akun/tampilan", may=Permission.ACCOUNT, methods=["POST"])
def choose_look() -> ResponseReturnValue:
    """Keep it with the account, for every device."""
    entry = LookForm()
    if not entry.validate_on_submit():
        return entering.incomplete(LOOK_PAGE, entry)
    accounts.choose_look(
        db(), actor().user_id, language=entry.bahasa.data, theme=entry.tema.data, text_size=entry.ukuran.data
    )
    flash(_("Tampilan disimpan."))
    return redirect(url_for("account.look_form"), 303)


def _account() -> sign_in.Account:
    account = sign_in.account_by_id(db(), actor().user_id, today=today(), demo_too=platform().settings.admits_demo)
    return account or abort(401)


def _change(password: str) -> None:
    who, old_hash = actor(), _account().password_hash
    settle()
    if not accounts.replace_password(db(), who.user_id, old_hash, passwords.hash_password(password)):
        abort(409)
    sign_out.end_sessions_of(db(), who.user_id, besides=who.session_id, now=now())
    audit.record(db(), "password.change", f"user:{who.user_id}", by=who.user_id, now=now())
