"""A picture or a recording added to a question in its form: kept, and named at the end of the text that was chosen."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import request
from flask_babel import gettext as _

from lms.questions import audio, images
from lms.questions.audio import BadAudio
from lms.questions.content import Problem
from lms.questions.images import BadImage
from lms.web import empty_files
from lms.web.question_form.fields import Form
from lms.web.request import platform

LONGEST_WORDS = 200


@dataclass(frozen=True)
class Added:
    """What is wrong, or what is said where nothing is."""

    problems: tuple[Problem, ...] = ()
    said: str = ""


def add_picture(form: Form, places: Sequence[str]) -> Added:
    """Keep the picture. Its words are required. places: the texts that may hold it."""
    data, alternative = _uploaded("gambar"), form.get("alt", "").strip()
    if not data:
        return _wrong("gambar", empty_files.said("gambar", otherwise=_("Pilih berkas gambar.")))
    if not alternative:
        return _wrong("alt", _("Tulis apa yang terlihat pada gambar, bagi yang tidak dapat melihatnya."))
    try:
        name = images.keep(platform().files, data)
    except BadImage as refused:
        said = {
            "large": _("Gambar terlalu besar: paling besar 5 MB dan 24 juta piksel."),
            "type": _("Berkas itu bukan gambar yang dapat dibaca. Pakai PNG, JPEG, GIF, atau WebP."),
        }
        return _wrong("gambar", said[refused.why])
    _append(form, "tempat", places, images.reference(name, alternative[:LONGEST_WORDS]))
    form["alt"] = ""
    return Added(said=_("Gambar ditambahkan. Simpan soal agar ikut tersimpan."))


def add_audio(form: Form, places: Sequence[str]) -> Added:
    """Keep the recording. Its words are required; what is said in it is its author's choice. places: the texts that may hold it."""
    data, description = _uploaded("rekaman"), form.get("isi-rekaman", "").strip()
    if not data:
        return _wrong("rekaman", empty_files.said("rekaman", otherwise=_("Pilih berkas rekaman suara.")))
    if not description:
        return _wrong("isi-rekaman", _("Tulis apa isi rekaman, bagi yang tidak dapat mendengarnya."))
    try:
        name, seconds = audio.keep(platform().files, data)
    except BadAudio as refused:
        said = {
            "large": _("Rekaman terlalu besar: paling besar 10 MB. Simpan sebagai MP3 atau M4A mono."),
            "type": _("Berkas itu bukan rekaman suara yang dapat diputar. Pakai MP3, AAC atau M4A, Ogg, atau WAV."),
        }
        return _wrong("rekaman", said[refused.why])
    transcript = form.get("transkrip", "")[: audio.LONGEST_TRANSCRIPT]
    reference = audio.reference(name, description[:LONGEST_WORDS], transcript)
    _append(form, "tempat-rekaman", places, reference)
    form["isi-rekaman"] = form["transkrip"] = ""
    return Added(said=_("Rekaman ditambahkan%(long)s. Simpan soal agar ikut tersimpan.", long=_long(seconds)))


ACTS: Mapping[str, Callable[[Form, Sequence[str]], Added]] = {"gambar": add_picture, "rekaman": add_audio}


def _wrong(field: str, message: str) -> Added:
    return Added((Problem(field, message),))


def _uploaded(name: str) -> bytes:
    upload = request.files.get(name)
    return upload.read() if upload else b""


def _append(form: Form, name: str, places: Sequence[str], reference: str) -> None:
    place = form.get(name, "") if form.get(name) in places else "soal"
    form[place] = f"{form.get(place, '').rstrip()}\n\n{reference}".strip()


def _long(seconds: float | None) -> str:
    """ " (1.05 menit)" as minutes and seconds; nothing where the file does not say."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    return f" ({minutes}:{rest:02})"
