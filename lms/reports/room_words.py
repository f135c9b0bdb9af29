"""Lines of a sitting's log in words. `_` is the translator: the page's own, or `plain` for papers that are Indonesian always."""

from collections.abc import Callable
from math import ceil
from typing import Any

from lms.reports.room_lines import Line

Say = Callable[..., str]


def plain(text: str, **values: Any) -> str:
    """The Indonesian words as they stand."""
    return text % values if values else text


def whom(line: Line, _: Say) -> str:
    """Of whom the line tells: the place, else the name; nothing for the room."""
    return where(line.room, line.seat, _) if line.seat else line.name


def where(room: str, seat: str, _: Say) -> str:
    """A place: several rooms of one sitting have a desk 1 each. room: empty if it is the sitting's."""
    return ", ".join(part for part in (room, _("Meja %(seat)s", seat=seat) if seat else "") if part)


def told(line: Line, _: Say) -> str:
    """What happened, with reason and author, as one or two sentences; a title's full stop at the end is the sentence's, too."""
    said = _told(line, _)
    return said[:-1] if said.endswith("..") else said


def _told(line: Line, _: Say) -> str:
    who, said, by = whom(line, _), line.details, line.by
    why = said.get("why", "")
    match line.kind:
        case "pause" | "resume" | "room_pause" | "room_resume" | "room_credit" | "time":
            return _timing(line, who, _)
        case "move_asked" | "move" | "pin_refused":
            return _entering(line, who, _)
        case "pin" | "scores":
            return _shown(line, _)
        case "help" | "help_seen" | "help_done" | "announce":
            return _said(line, who, _)
        case "attendance":
            return _attendance(line, who, _)
        case "incident":
            return _incident(line, who, _)
        case "close":
            return _("%(who)s diakhiri oleh %(by)s: %(why)s", who=who, by=by, why=why)
        case "reopen":
            return _(
                "%(who)s dibuka kembali oleh %(by)s, sisa %(span)s: %(why)s",
                who=who,
                by=by,
                span=_span(said, _),
                why=why,
            )
        case "admitted" | "refused":
            return _decided(line, who, _)
        case "minutes":
            return _minutes(line, _)
        case "begun" | "closed" | "saved" | "late" | "flag" | "held" | "gap" | "hidden":
            return _of_attempt(line, who, _)
        case _other:
            return _("%(who)s: kejadian lain (%(kind)s).", who=who, kind=line.kind)


def _incident(line: Line, who: str, _: Say) -> str:
    by = line.by
    if "named" in line.details:
        return _("%(who)s ditunjuk mengawasi oleh %(by)s; sebelumnya tidak ada yang mengawasi.", who=line.name, by=by)
    what = line.details["what"]
    if "dismissed" in line.details:
        return _("%(who)s, pengawas terakhir, dilepas oleh %(by)s: %(why)s", who=line.name, by=by, why=what)
    return _("%(who)s: %(what)s (dicatat %(by)s)", who=who or _("Ruang"), what=what, by=by)


def _entering(line: Line, who: str, _: Say) -> str:
    match line.kind:
        case "move_asked":
            return _("%(who)s minta pindah perangkat.", who=who)
        case "move" if "refused" in line.details:
            return _("%(who)s: pindah perangkat ditolak %(by)s: %(why)s", who=who, by=line.by, why=line.details["why"])
        case "move":
            return _("%(who)s pindah perangkat, dicatat atas nama %(by)s.", who=who, by=line.by)
    return _("%(who)s: PIN salah.", who=who)


def _said(line: Line, who: str, _: Say) -> str:
    said, by = line.details, line.by
    match line.kind:
        case "help" if said["why"]:
            return _("%(who)s minta bantuan: %(why)s", who=who, why=said["why"])
        case "help":
            return _("%(who)s minta bantuan.", who=who)
        case "help_seen":
            return _("%(who)s: permintaan bantuan dilihat %(by)s.", who=who, by=by)
        case "help_done" if said["reply"]:
            return _("%(who)s: permintaan bantuan dijawab %(by)s: %(reply)s", who=who, by=by, reply=said["reply"])
        case "help_done":
            return _("%(who)s: permintaan bantuan selesai, dicatat %(by)s.", who=who, by=by)
    return _("Pengumuman %(by)s: %(words)s", by=by, words=said["words"])


def _timing(line: Line, who: str, _: Say) -> str:
    said, by = line.details, line.by
    why = said.get("why", "")
    match line.kind:
        case "pause":
            return _("%(who)s dijeda oleh %(by)s: %(why)s", who=who, by=by, why=why)
        case "resume":
            return _(
                "%(who)s dilanjutkan oleh %(by)s; batas waktu mundur %(span)s.", who=who, by=by, span=_span(said, _)
            )
        case "room_pause":
            return _("Ruang dijeda oleh %(by)s, %(n)s pengerjaan: %(why)s", by=by, n=said["people"], why=why)
        case "room_resume":
            return _("Ruang dilanjutkan oleh %(by)s; semua batas waktu mundur %(span)s.", by=by, span=_span(said, _))
        case "room_credit":
            return _("Semua peserta: +%(n)s menit oleh %(by)s: %(why)s", n=said["minutes"], by=by, why=why)
        case _time:
            minutes = f"{said['minutes']:+d}"
            return _("%(who)s: %(n)s menit oleh %(by)s: %(why)s", who=who, n=minutes, by=by, why=why)


def _shown(line: Line, _: Say) -> str:
    """What all in the room are given to see, and one of them to type."""
    if line.kind == "pin" and line.name:
        return _("%(who)s boleh mencoba PIN lagi, diizinkan %(by)s.", who=whom(line, _), by=line.by)
    if line.kind == "pin":
        return _("PIN ruang diganti oleh %(by)s.", by=line.by)
    if line.details["shown"]:
        return _("Layar skor ditampilkan oleh %(by)s.", by=line.by)
    return _("Layar skor diakhiri oleh %(by)s.", by=line.by)


def _attendance(line: Line, who: str, _: Say) -> str:
    match line.details["attendance"]:
        case "present":
            return _("%(who)s ditandai hadir oleh %(by)s.", who=who, by=line.by)
        case "absent":
            return _("%(who)s ditandai tidak hadir oleh %(by)s.", who=who, by=line.by)
    return _("%(who)s: tanda kehadiran dihapus oleh %(by)s.", who=who, by=line.by)


def _decided(line: Line, who: str, _: Say) -> str:
    items, why = ", ".join(str(item) for item in line.details["items"]), line.details["why"]
    if line.kind == "admitted":
        return _(
            "%(who)s: jawaban soal %(items)s diterima oleh %(by)s: %(why)s", who=who, items=items, by=line.by, why=why
        )
    return _("%(who)s: jawaban soal %(items)s ditolak oleh %(by)s: %(why)s", who=who, items=items, by=line.by, why=why)


def _minutes(line: Line, _: Say) -> str:
    match line.details["act"]:
        case "signed":
            return _("Berita acara ditandatangani pengawas, %(by)s.", by=line.by)
        case "withdrawn":
            return _("Tanda tangan pengawas ditarik, %(by)s.", by=line.by)
    return _("Berita acara disahkan penyelenggara, %(by)s.", by=line.by)


def _of_attempt(line: Line, who: str, _: Say) -> str:
    if line.kind in {"begun", "closed"}:
        return _bounds(line, _)
    return _by_device(line, who, _) if line.kind in {"gap", "hidden"} else _of_journal(line, _)


def _bounds(line: Line, _: Say) -> str:
    said = line.details
    match line.kind, said.get("by"):
        case "begun", _nobody:
            words = {"number": said["number"], "paper": said["paper"]}
            if said["pin"]:
                return _("PIN diterima; mulai mengerjakan, kesempatan ke-%(number)s, lembar soal %(paper)s.", **words)
            return _("Mulai mengerjakan, kesempatan ke-%(number)s, lembar soal %(paper)s.", **words)
        case _closed, "candidate":
            return _("Jawaban dikumpulkan oleh peserta.")
        case _closed, "time":
            return _("Jawaban dikumpulkan otomatis karena waktu habis.")
    return _("Pengerjaan diakhiri oleh pengawas.")


def _of_journal(line: Line, _: Say) -> str:
    """When something was answered, never what."""
    said = line.details
    match line.kind:
        case "saved":
            return _("Tersimpan pada menit ini: jawaban untuk %(n)s soal.", n=said["number"])
        case "late":
            return _(
                "Tiba setelah batas waktu, ditulis sebelumnya, dan diterima: jawaban untuk %(n)s soal.",
                n=said["number"],
            )
        case "flag" if said["set"]:
            return _("Soal %(n)s ditandai ragu-ragu.", n=said["item"])
        case "flag":
            return _("Tanda ragu-ragu soal %(n)s dihapus.", n=said["item"])
    items = ", ".join(str(item) for item in said["items"])
    return _(
        "%(why)s: jawaban soal %(items)s. %(became)s", why=_why_held(said, _), items=items, became=_became(said, _)
    )


def _why_held(said: dict[str, Any], _: Say) -> str:
    match said["reason"]:
        case "lease":
            return _("Datang dari perangkat yang sudah digantikan")
        case "grace":
            return _("Datang terlambat")
    return _("Datang setelah pengerjaan ditutup")


def _became(said: dict[str, Any], _: Say) -> str:
    match said["decision"]:
        case "admitted":
            return _("Kemudian diterima.")
        case "refused":
            return _("Kemudian ditolak.")
    return _("Menunggu keputusan.")


def _by_device(line: Line, who: str, _: Say) -> str:
    said = line.details
    span = _span(said, _)
    if line.kind == "hidden":
        return _("%(who)s: halaman ujian tidak tampil selama %(span)s, menurut perangkatnya.", who=who, span=span)
    if said["waited"]:
        return _(
            "%(who)s: tidak ada kabar dari perangkat selama %(span)s; saat tersambung lagi, jawaban %(n)s soal menunggu.",
            who=who, span=span, n=said["waited"],
        )  # fmt: skip
    return _(
        "%(who)s: tidak ada kabar dari perangkat selama %(span)s; saat tersambung lagi, tidak ada jawaban yang menunggu.",
        who=who, span=span,
    )  # fmt: skip


def _span(said: dict[str, Any], _: Say) -> str:
    """3 menit 5 detik; what is left of a second counts as one, as where a page tells the same span."""
    seconds = ceil(said["seconds"])
    if seconds < 60:
        return _("%(s)s detik", s=seconds)
    return _("%(m)s menit %(s)s detik", m=seconds // 60, s=seconds % 60)
