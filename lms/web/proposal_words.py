"""What people read about proposals: requirements, what was found, and what stands in the way."""

from collections.abc import Mapping

from flask_babel import gettext as _

from lms.certificates import proposals
from lms.certificates.proposals import ProposalRefused
from lms.certificates.schemes import Check

_TIERS = {
    "jpt_utama": "JPT Utama", "jpt_madya": "JPT Madya", "jpt_pratama": "JPT Pratama", "administrator": "Administrator",
    "pengawas": "Pengawas", "pelaksana": "Pelaksana",
}  # fmt: skip


def asked_words(check: Check, names: Mapping[str, str]) -> str:
    """What a requirement asks for."""
    name = names.get(check.subject, check.subject)
    match check.kind:
        case "level":
            return _("%(competency)s, tingkat %(level)s", competency=name, level=check.asked)
        case "exam" if check.asked:
            return _("Lulus %(exam)s, sedikitnya %(percent)s", exam=name, percent=check.asked.replace(".", ","))
        case "exam":
            return _("Lulus %(exam)s", exam=name)
        case "course":
            return _("Menyelesaikan kursus %(course)s", course=name)
        case "rank":
            return _("Pangkat sedikitnya %(rank)s", rank=check.asked)
        case "tier":
            return _("Jenjang jabatan %(tiers)s", tiers=" / ".join(map(_tier, check.asked.split(","))))
        case _:
            return name


def found_words(check: Check) -> str:
    """What is known of the person."""
    match check.kind:
        case "level":
            return _("tingkat %(level)s", level=check.found) if check.found else _("belum dinilai")
        case "exam":
            percent = check.found.replace(".", ",")
            return _("nilai %(percent)s dari 100", percent=percent) if check.found else _("belum lulus")
        case "course":
            return _("selesai") if check.outcome == "met" else _("belum selesai")
        case "tier":
            return _tier(check.found) if check.found else "–"
        case "rank":
            return check.found or "–"
        case _:
            return _("sudah diperiksa") if check.outcome == "met" else _("periksa berkasnya")


def refused_words(fault: ProposalRefused) -> str:
    """What stands in the way, and what to do."""
    words = {
        proposals.OwnProposal: _("Ini usulan untuk Anda sendiri. Minta orang lain menanganinya."),
        proposals.SameVerifier: _("Anda yang memverifikasi. Keputusan diambil oleh pejabat lain."),
        proposals.LentByParty: _(
            "Wewenang ini dipinjamkan kepada Anda oleh pihak dalam usulan ini, atau oleh orang yang kini bukan pejabat. "
            "Keputusan diambil oleh pejabat lain."
        ),
        proposals.NotWaiting: _("Usulan ini sudah ditangani orang lain. Lihat keadaannya sekarang."),
        proposals.PassLost: _(
            "Kelulusan yang mendasari usulan ini sudah tidak berlaku. Tolak usulan ini dengan alasannya."
        ),
        proposals.Lapsed: _("Ada syarat mutlak yang tidak terpenuhi lagi. Tolak usulan ini dengan alasannya."),
        proposals.NotConfirmed: _("Ada syarat mutlak yang belum terpenuhi atau belum ditandai sudah diperiksa."),
    }
    return words[type(fault)]


def _tier(key: str) -> str:
    return _TIERS.get(key, key.replace("jf_", "JF ").replace("_", " "))
