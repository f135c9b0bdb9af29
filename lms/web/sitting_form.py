"""The form of a sitting: when, where, for whom, and on what terms."""

import hashlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # the stubs are of an older release
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError

from lms.clock import ZONES, local
from lms.exams import terms
from lms.exams.models import Sitting
from lms.exams.sittings import ScheduleError, SittingFields

TOO_LONG = _l("Isi paling banyak %(max)d huruf.")
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d %H.%M"]
LISTS = 8000


class MomentField(DateTimeLocalField):
    """A day and a time on the wall clock of the sitting's zone."""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Take it, or say how it is written."""
        try:
            super().process_formdata(valuelist)
        except ValueError as error:
            raise ValueError(_("Tulis tanggal dan jam seperti 2026-11-30 09:00.")) from error


class SittingForm(FlaskForm):
    """What an organiser decides on. dari: a mark of each field of _SHOWN as it stood when the form was drawn."""

    dari = HiddenField()
    judul = StringField(
        _l("Nama sesi"), validators=[DataRequired(_l("Isi nama sesi.")), Length(max=120, message=TOO_LONG)]
    )
    ruang = StringField(_l("Ruang atau tempat"), validators=[Length(max=120, message=TOO_LONG)])
    zona = SelectField(_l("Zona waktu"), choices=[SelectChoice(*one) for one in ZONES.items()])
    buka = MomentField(_l("Dibuka"), format=MOMENTS, validators=[InputRequired(_l("Isi saat sesi dibuka."))])
    tutup = MomentField(_l("Ditutup"), format=MOMENTS, validators=[InputRequired(_l("Isi saat sesi ditutup."))])
    diawasi = BooleanField(_l("Diawasi pengawas"))
    peserta = RadioField(
        _l("Siapa yang boleh mengerjakan"),
        choices=[
            SelectChoice("everyone", _l("Semua yang memenuhi syarat")),
            SelectChoice("listed", _l("Hanya peserta terdaftar")),
        ],
        default="listed",
    )
    kapasitas = IntegerField(
        _l("Kapasitas ruang"),
        validators=[
            Optional(),
            NumberRange(1, 100_000, _l("Isi kapasitas dengan angka 1 atau lebih, atau kosongkan.")),
        ],
    )
    pin = BooleanField(_l("Minta PIN ruang sebelum mulai"))
    pindah = RadioField(
        _l("Pindah ke perangkat lain memerlukan"),
        choices=[
            SelectChoice("password", _l("kata sandi peserta")),
            SelectChoice("pin", _l("PIN ruang")),
            SelectChoice("proctor", _l("persetujuan pengawas")),
        ],
        default="password",
    )
    jaringan = TextAreaField(_l("Jaringan yang diizinkan"), validators=[Length(max=LISTS, message=TOO_LONG)])
    kunci_konfigurasi = TextAreaField("Config Key", validators=[Length(max=LISTS, message=TOO_LONG)])
    kunci_peramban = TextAreaField("Browser Exam Key", validators=[Length(max=LISTS, message=TOO_LONG)])

    def validate_tutup(self, field: MomentField) -> None:
        """Told in the same round as whatever else is wrong: both are of one zone, so the wall clock decides."""
        if self.buka.data and field.data and field.data <= self.buka.data:
            raise ValidationError(_("Sesi harus ditutup setelah dibuka."))

    def validate_jaringan(self, field: TextAreaField) -> None:
        """Each line is a network."""
        try:
            terms.networks(field.data or "")
        except terms.BadLine as error:
            raise ValidationError(
                _("“%(line)s” bukan alamat jaringan, misalnya 10.20.0.0/16.", line=error.line)
            ) from error
        except terms.TooMany as error:
            raise ValidationError(_too_many()) from error

    def validate_kunci_konfigurasi(self, field: TextAreaField) -> None:
        """Each line is a key."""
        try:
            terms.keys(field.data or "")
        except terms.BadLine as error:
            raise ValidationError(_("“%(line)s” bukan kunci: 64 huruf 0–9 dan a–f.", line=error.line)) from error
        except terms.TooMany as error:
            raise ValidationError(_too_many()) from error

    def validate_kunci_peramban(self, field: TextAreaField) -> None:
        """Each line is a key."""
        self.validate_kunci_konfigurasi(field)

    def validate_pindah(self, field: RadioField) -> None:
        """A PIN must be asked for before it can be asked again."""
        if field.data == "pin" and not self.pin.data:
            raise ValidationError(_("Pindah perangkat dengan PIN memerlukan PIN ruang. Centang PIN ruang."))

    def validate_kapasitas(self, field: IntegerField) -> None:
        """Places are given to those on the list."""
        if field.data is not None and self.peserta.data != "listed":
            raise ValidationError(_("Kapasitas hanya berlaku untuk peserta terdaftar. Kosongkan kapasitas."))

    @classmethod
    def of(cls, sitting: Sitting) -> "SittingForm":
        """The form as a sitting now stands, whatever was sent."""
        form = cls(
            formdata=None,
            judul=sitting.title,
            ruang=sitting.room,
            zona=sitting.zone,
            buka=local(sitting.opens_at, sitting.zone).replace(tzinfo=None),
            tutup=local(sitting.closes_at, sitting.zone).replace(tzinfo=None),
            diawasi=sitting.supervised,
            peserta=sitting.audience,
            kapasitas=sitting.capacity,
            pin=sitting.pin_round is not None,
            pindah=sitting.device_move,
            jaringan="\n".join(sitting.ip_ranges),
            kunci_konfigurasi="\n".join(sitting.seb_config_keys),
            kunci_peramban="\n".join(sitting.seb_exam_keys),
        )
        form.dari.data = " ".join(_mark(form[name]) for name in _SHOWN)
        return form

    def fields(self, stands: Sitting | None = None) -> SittingFields:
        """What was decided. Only after it was found valid. stands: the sitting as it is; its seconds, which the form does not
        show, stay where the minute does."""
        opened, closed = (stands.opens_at, stands.closes_at) if stands else (None, None)
        return SittingFields(
            title=(self.judul.data or "").strip(),
            room=(self.ruang.data or "").strip(),
            opens_at=_moment(self.buka.data, self.zona.data, opened),
            closes_at=_moment(self.tutup.data, self.zona.data, closed),
            zone=self.zona.data,
            supervised=bool(self.diawasi.data),
            audience=self.peserta.data,
            capacity=self.kapasitas.data,
            asks_pin=bool(self.pin.data),
            ip_ranges=tuple(terms.networks(self.jaringan.data or "")),
            seb_config_keys=tuple(terms.keys(self.kunci_konfigurasi.data or "")),
            seb_exam_keys=tuple(terms.keys(self.kunci_peramban.data or "")),
            device_move=self.pindah.data,
        )

    def is_overtaken(self, sitting: Sitting) -> bool:
        """Whether a field was changed since the form was drawn, and what was sent would change it back.

        Each such field says so, once: sent again it holds, since then it is known what it replaces.
        """
        stands, seen = SittingForm.of(sitting), (self.dari.data or "").split()
        self.dari.data = stands.dari.data
        if len(seen) != len(_SHOWN):  # it was drawn before there were marks
            return False
        other = [
            (self[name], stands[name])
            for name, mark in zip(_SHOWN, seen, strict=True)
            if _mark(stands[name]) not in {mark, _mark(self[name])}
        ]
        for field, now_so in other:
            said = {"field": field.label.text, "value": _in_words(now_so)}
            message = _(
                "“%(field)s” sementara itu diubah menjadi: %(value)s. Samakan, atau simpan lagi isian Anda.", **said
            )
            field.errors = [*field.errors, message]
        return bool(other)

    def refuse(self, error: ScheduleError) -> None:
        """Say at its field why the sitting cannot be so."""
        field, message = {
            "past": (self.tutup, _("Saat ditutup sudah lewat. Pilih saat yang akan datang.")),
            "short": (self.tutup, _("Sesi lebih pendek daripada lama ujian. Perpanjang sesi.")),
            "begun": (self.buka, _("Ujian sudah dimulai: saat dibuka, pengawasan, dan PIN tidak dapat diubah.")),
            "capacity": (self.kapasitas, _("Peserta terdaftar sudah lebih banyak daripada kapasitas itu.")),
        }[error.problem]
        field.errors = [*field.errors, message]


#: The fields in which a sitting stands.
_SHOWN = (
    "judul", "ruang", "zona", "buka", "tutup", "diawasi", "peserta", "kapasitas", "pin", "pindah", "jaringan",
    "kunci_konfigurasi", "kunci_peramban",
)  # fmt: skip


def _mark(field: Field) -> str:
    """Another one whenever the field holds something else; seconds and the ends of lines are nothing else."""
    value = f"{field.data:%Y-%m-%d %H:%M}" if isinstance(field.data, datetime) else str(field.data or "")
    return hashlib.sha256("\n".join(value.split()).encode()).hexdigest()[:12]


def _in_words(field: Field) -> str:
    """What a field holds, as it would be typed, chosen or ticked."""
    match field:
        case BooleanField():
            return _("dicentang") if field.data else _("tidak dicentang")
        case DateTimeLocalField():
            return f"{field.data:%Y-%m-%d %H.%M}"
        case SelectField():  # a RadioField is one
            return next(str(label) for value, label, *_more in field.iter_choices() if value == field.data)
    return ", ".join(str(field.data or "").split("\n")) or _("kosong")


def _moment(typed: datetime | None, zone: str, stands: datetime | None) -> datetime:
    assert typed is not None
    moment = typed.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
    return stands if stands and stands.replace(second=0, microsecond=0) == moment else moment


def _too_many() -> str:
    return _("Isi paling banyak %(n)s baris.", n=terms.MOST)
