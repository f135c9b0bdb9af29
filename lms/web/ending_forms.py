"""The forms about the end of a certificate: a reason from the list with words, and a decision with words."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are of an older release
from wtforms.validators import DataRequired, Length

from lms.certificates.endings import OF_KIND
from lms.web.ending_words import reason_words

TOO_LONG = _l("Isi paling banyak %(max)d huruf.")


class EndingForm(FlaskForm):
    """Why; the list depends on what is to be done."""

    alasan = SelectField(_l("Alasan"), validators=[DataRequired(_l("Pilih alasan."))])
    uraian = TextAreaField(
        _l("Uraian"),
        validators=[DataRequired(_l("Tulis apa yang terjadi.")), Length(max=1000, message=TOO_LONG)],
    )


class DecisionForm(FlaskForm):
    """What the second person says; refusing needs words."""

    uraian = TextAreaField(_l("Catatan keputusan"), validators=[Length(max=1000, message=TOO_LONG)])


def ending_form(kind: str) -> EndingForm:
    """The form to suspend, revoke or reinstate, its fields named after the kind: three stand on one page."""
    form = EndingForm(prefix=f"{kind}-")
    form.alasan.choices = [SelectChoice("", _l("Pilih alasan"))]
    form.alasan.choices += [SelectChoice(key, reason_words(key)) for key in OF_KIND[kind]]
    return form
