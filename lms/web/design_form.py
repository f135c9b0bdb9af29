"""The form in which an agency makes a design its own, to and from an Adaptation."""

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from flask_wtf.file import FileField
from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are of an older release
from wtforms.widgets import ColorInput

from lms.certificates import adapting, logos
from lms.certificates.adapting import Adaptation
from lms.certificates.designs import Design
from lms.certificates.logos import BadLogo
from lms.storage import FileMissing, Files
from lms.web import empty_files
from lms.web.design_words import HOLDS, NAMES, fault_words, logo_words

#: Field of an Adaptation → field of the form.
FIELDS = {
    "title": "judul", "title_en": "judul_en", "basis": "dasar", "closing": "penutup", "place": "tempat",
    "signatory_name": "nama", "signatory_nip": "nip", "signatory_rank": "pangkat", "signatory_hold": "sebagai",
    "signatory_office": "jabatan", "main": "warna", "accent": "aksen", "logo": "logo", "logo_alt": "alt",
}  # fmt: skip
SIGNATORY = tuple(name for name in FIELDS if name.startswith("signatory_"))


class DesignForm(FlaskForm):
    """All that may be adapted. revisi: of the draft that the page was made from; terpasang: the logo that is kept."""

    judul = StringField(NAMES["title"])
    judul_en = StringField(NAMES["title_en"])
    dasar = StringField(NAMES["basis"])
    penutup = StringField(NAMES["closing"])
    tempat = StringField(NAMES["place"])
    nama = StringField(NAMES["signatory_name"])
    nip = StringField(NAMES["signatory_nip"], render_kw={"inputmode": "numeric", "autocomplete": "off"})
    pangkat = StringField(NAMES["signatory_rank"])
    sebagai = RadioField(
        NAMES["signatory_hold"],
        choices=[SelectChoice(*one) for one in HOLDS.items()],
        default="definitif",
        validate_choice=False,
    )
    jabatan = StringField(NAMES["signatory_office"])
    warna = StringField(NAMES["main"], widget=ColorInput())
    aksen = StringField(NAMES["accent"], widget=ColorInput())
    logo = FileField(NAMES["logo"], render_kw={"accept": "image/png,image/jpeg"})
    lepas = BooleanField(_l("Tanpa logo"))
    alt = StringField(NAMES["logo_alt"])
    terpasang = HiddenField()
    revisi = HiddenField()

    @classmethod
    def of(cls, design: Design, given: Adaptation, *, revision: int) -> "DesignForm":
        """The form as it stands for an adaptation; what is not adapted shows the design's own."""
        values = {FIELDS[name]: text for name, text in given.to_json().items() if name != "logo"}
        for name, own in adapting.COLOURS.items():
            values[FIELDS[name]] = (getattr(given, name) or design.colours[own]).lower()
        return cls(formdata=None, **values, terpasang=given.logo, revisi=str(revision))

    def adaptation(self, design: Design, files: Files) -> Adaptation:
        """What was typed, with the logo kept. What cannot be taken is noted at its field."""
        typed = {name: self[field].data or "" for name, field in FIELDS.items() if name != "logo"}
        for name, own in adapting.COLOURS.items():
            typed[name] = "" if typed[name].upper() == design.colours[own].upper() else typed[name].upper()
        if design.approver_signs:
            typed |= {name: getattr(Adaptation(), name) for name in SIGNATORY}
        given = adapting.tidied(Adaptation(**typed, logo=self._logo(design, files)))
        for fault in adapting.faults(design, given):
            self.note(fault.field, fault_words(fault))
        return given

    def note(self, name: str, words: str) -> None:
        """Say what is wrong at the field of an Adaptation's field; the first fault stays."""
        field = self[FIELDS[name]]
        field.errors = field.errors or [words]

    def _logo(self, design: Design, files: Files) -> str:
        """The name of the logo that was sent, else of the one that stands; nothing where it is taken off."""
        if self.lepas.data:
            self.terpasang.data, self.alt.data = "", ""
            return ""
        sent = self.logo.data.read(logos.MOST_BYTES + 1) if self.logo.data else b""
        try:
            if sent:
                self.terpasang.data = logos.keep(files, sent, paper=design.colours["paper"])
            else:
                if nothing := empty_files.said("logo", otherwise=""):
                    self.note("logo", nothing)
                logos.load(files, self.terpasang.data or "")
        except BadLogo as fault:
            self.note("logo", logo_words(fault.why))
        except FileMissing:
            self.terpasang.data = ""
        return self.terpasang.data or ""
