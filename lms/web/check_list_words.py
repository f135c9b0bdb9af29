"""What a checked row says to HR: its state, one reason, and the register's facts where the officer is entitled to them."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from lms.certificates import codes
from lms.certificates.check_lists import MOST, BadList, Checked
from lms.certificates.entry import RegisterEntry
from lms.certificates.verification import IN_FORCE, State
from lms.spreadsheets import Cell
from lms.web import verdicts
from lms.web.ending_words import reason_words

#: What a row can come to, in the order of the filters. fault: it could not be asked.
ORDER: tuple[str, ...] = (
    State.VALID,
    State.EXPIRING,
    State.EXPIRED,
    State.REVOKED,
    State.SUSPENDED,
    State.SUPERSEDED,
    State.NOT_YET_VALID,
    State.NOT_FOUND,
    State.MALFORMED_CODE,
    "fault",
    State.CANNOT_CHECK,
)
_ICONS = {
    State.VALID: "check",
    State.EXPIRING: "clock",
    State.EXPIRED: "clock",
    State.REVOKED: "ban",
    State.SUSPENDED: "pause",
    State.SUPERSEDED: "swap",
    State.NOT_YET_VALID: "clock",
    State.NOT_FOUND: "search",
    State.MALFORMED_CODE: "pencil",
    State.CANNOT_CHECK: "off",
}


@dataclass(frozen=True, kw_only=True)
class Told:
    """A row as it is shown and written. state: a key of ORDER, empty for an empty row. icon, kind: of its tag.

    entry, nip: what the register holds and whose it is, only of a certificate in the officer's remit.
    code: the code under which anyone may look the certificate up: the one in the sheet, or that of one in the remit.
    elsewhere: the register has it, but its holder is not in the officer's remit.
    """

    line: int
    asked: str = ""
    state: str = ""
    title: str = ""
    kind: str = "plain"
    icon: str = "warn"
    reason: str = ""
    entry: RegisterEntry | None = None
    nip: str = ""
    code: str = ""
    elsewhere: bool = False

    @property
    def in_force(self) -> bool:
        """Whether the certificate counts today."""
        return self.state in IN_FORCE


def told(one: Checked, nips: Mapping[str, str]) -> Told:
    """A row in words. nips: code → the holder's NIP, of those in the officer's remit."""
    if one.fault:
        return Told(
            line=one.line, asked=one.asked, state="fault", title=label("fault"), kind="bad", reason=_fault(one.fault)
        )
    verdict = one.verdict
    if verdict is None:
        return Told(line=one.line)
    entry, said = verdict.entry, verdicts.words(verdict)
    mine = entry is not None and entry.code in nips
    typed = codes.normalise(one.asked)
    return Told(
        line=one.line,
        asked=one.asked,
        state=verdict.state,
        title=said.title,
        kind=said.kind,
        icon=_ICONS[verdict.state],
        reason=" ".join(part for part in (verdicts.sentence(verdict), _why(entry), _twin(one.twin)) if part),
        entry=entry if mine else None,
        nip=nips[entry.code] if entry and mine else "",
        code=entry.code if entry and (mine or entry.code == typed) else "",
        elsewhere=entry is not None and not mine,
    )


def label(state: str) -> str:
    """What a state is called above the list."""
    if state == "fault":
        return _("Perlu diperbaiki")
    if state == State.NOT_FOUND:
        return _("Tidak ditemukan")
    return verdicts.standing_title(State(state))


def bad_list(error: BadList) -> str:
    """Why a sheet cannot be checked, and what to do."""
    if error.problem == "many":
        return _(
            "Daftar berisi %(count)s baris; paling banyak %(most)s. Bagi menjadi beberapa daftar.",
            count=error.count,
            most=MOST,
        )
    return _("Tidak ada kolom berisi kode atau nomor. Beri judul kolomnya “Kode” atau “Nomor sertifikat”.")


def as_pasted(rows: Sequence[Sequence[Cell]]) -> str:
    """Rows as they were pasted, columns parted by tabs."""
    out = io.StringIO(newline="")
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue()


def _fault(fault: str) -> str:
    return {
        "empty": _("Kode dan nomor kosong. Isi salah satunya."),
        "formula": _("Sel berisi rumus. Salin sebagai nilai, lalu cek lagi."),
        "digits": _("Sel berformat angka, sehingga ada yang hilang. Ubah kolomnya menjadi teks, lalu ketik ulang."),
        "long": _("Terlalu panjang untuk kode atau nomor. Periksa isi sel ini."),
    }[fault]


def _why(entry: RegisterEntry | None) -> str:
    """The public reason of an end before its time."""
    if entry is None or not entry.revocation_reason:
        return ""
    return _("Alasan: %(reason)s.", reason=reason_words(entry.revocation_reason))


def _twin(line: int | None) -> str:
    return _("Sama dengan baris %(line)s.", line=line) if line else ""
