"""A new password, typed twice: the same fields for a reset and for a change."""

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import DataRequired, EqualTo

from lms.people import passwords

#: For a form that asks for the old one as well; made before the others, so that forms list it first.
CURRENT = PasswordField(
    _l("Kata sandi sekarang"),
    validators=[DataRequired(_l("Isi kata sandi Anda sekarang."))],
    render_kw={"autocomplete": "current-password", "data-reveal": _l("Tampilkan"), "data-conceal": _l("Sembunyikan")},
)
_NEW = {"autocomplete": "new-password", "data-reveal": _l("Tampilkan"), "data-conceal": _l("Sembunyikan")}


class NewPasswordForm(FlaskForm):
    """Twice the same. Both may be pasted."""

    baru = PasswordField(
        _l("Kata sandi baru"), validators=[DataRequired(_l("Isi kata sandi baru Anda."))], render_kw=_NEW
    )
    ulang = PasswordField(
        _l("Kata sandi baru, sekali lagi"),
        validators=[
            DataRequired(_l("Isi kata sandi baru sekali lagi.")),
            EqualTo("baru", _l("Kedua kata sandi baru belum sama.")),
        ],
        render_kw=_NEW,
    )

    def is_good_for(self, nip: str) -> bool:
        """Whether it is complete and fit for that person; what is wrong stands at its field afterwards."""
        if not self.validate_on_submit():
            return False
        try:
            passwords.check_new(self.baru.data or "", nip=nip)
        except passwords.BadPassword as error:
            self.baru.errors = [_words(error.problem)]
            return False
        return True


def _words(problem: str) -> str:
    return {
        "short": _("Pakai 12 karakter atau lebih."),
        "long": _("Pakai paling banyak 200 karakter."),
        "person": _("Jangan memakai NIP atau tanggal lahir Anda."),
        "common": _("Kata sandi ini mudah ditebak. Pakai beberapa kata yang tidak berhubungan."),
    }[problem]
