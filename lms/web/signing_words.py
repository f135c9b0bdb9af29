"""Why signing stands still, in the reader's language: what is wrong, and who does what."""

from flask_babel import gettext as _

from lms.certificates.stops import SigningStop


def stop_words(stop: SigningStop) -> str:
    """The cause and what follows; what only the operator can use is told on the command line."""
    causes = {
        "auth": _("Kata sandi, PIN, atau frasa sandi penanda tangan ditolak atau belum diberikan."),
        "not_issued": _("Kunci atau sertifikat penanda tangan tidak ditemukan atau tidak cocok."),
        "expired": _("Sertifikat penanda tangan sudah berakhir atau dicabut."),
        "rate_limited": _("Layanan tanda tangan meminta menunggu."),
        "unreachable": _("Layanan tanda tangan tidak menjawab."),
        "bad_answer": _(
            "Layanan tanda tangan mengembalikan berkas yang tidak sama dengan yang dikirim; berkas itu dibuang."
        ),
        "not_stamped": _("Otoritas stempel waktu tidak memberi stempel."),
    }
    if stop.retry_at is None:
        follows = _("Hubungi operator. Yang menunggu terbit sendiri setelah itu diperbaiki.")
    else:
        follows = _("Dicoba lagi dengan sendirinya; Anda tidak perlu melakukan apa pun.")
    return f"{causes[stop.cause]} {follows}"
