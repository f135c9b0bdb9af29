"""What goes wrong, said in one place: 4xx pages in the site's words, 5xx as a page that needs nothing."""

import logging
from functools import cache
from urllib.parse import quote

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException

from lms.access import POLICY, Absent, LineManager, OwnAs, Permission, ProvedOwner, Role
from lms.config import ROOT
from lms.web import verification
from lms.web.presentation import AssetsMissing, asset
from lms.web.request import COOKIE, recognise

log = logging.getLogger(__name__)
STATIC_500 = ROOT / "templates" / "errors" / "500.html"
#: In the file there is no stylesheet, so that a proxy can show it when nothing of ours runs; here there may be one.
STYLE_PLACE = "<!-- stylesheet -->"


def handle(app: Flask) -> None:
    """Tell Flask which answer belongs to which failure."""
    app.register_error_handler(Absent, _absent)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _broken)


def _absent(_error: Absent) -> ResponseReturnValue:
    return _page(404)


def _forged(_error: CSRFError) -> ResponseReturnValue:
    return _page(400)


def _http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None or error.code is None or error.code < 400:
        return error
    if error.code == 413 and request.endpoint == "verification.by_file":
        return verification.too_large()
    return _page(error.code)


def _broken(error: Exception) -> ResponseReturnValue:
    log.exception("%s %s failed", request.method, request.endpoint, exc_info=error)
    return _static_page(500)


def _page(code: int) -> ResponseReturnValue:
    if code >= 500:
        return _static_page(code)
    title, advice = _words(code)
    if request.path.startswith("/api/") or request.accept_mimetypes.best == "application/json":
        return {"error": title, "advice": advice}, code
    if "actor" not in g and (token := request.cookies.get(COOKIE)):
        recognise(token)  # refused before anybody asked who it is; the page speaks to them all the same
    return render_template("errors/error.html", code=code, title=title, advice=advice, form=_form_of(code)), code


def _form_of(code: int) -> str | None:
    """The address of the form that was refused, where it has a page of its own at the address it was sent to.

    Where an address that only takes forms was opened as a page: the nearest page above it, from which forms go there.
    """
    if code == 405:
        return _page_above(request.path)
    if code not in {400, 401, 413} or request.method != "POST" or request.url_rule is None:
        return None
    pages = current_app.create_url_adapter(request)
    return request.path if pages is not None and pages.test(request.path, method="GET") else None


def _page_above(path: str) -> str | None:
    pages = current_app.create_url_adapter(request)
    while pages is not None and path:
        if pages.test(path, method="GET"):
            return quote(f"{request.script_root}{path}")
        path = path.rpartition("/")[0]
    return None


def _static_page(code: int) -> ResponseReturnValue:
    """Nothing that may have failed is asked again: a file, and the address of the built stylesheet."""
    return Response(_static_text(), code, mimetype="text/html")


@cache
def _static_text() -> str:
    text = STATIC_500.read_text(encoding="utf-8")
    try:
        return text.replace(STYLE_PLACE, f'<link rel="stylesheet" href="{asset("css/look.css")}">')
    except (AssetsMissing, KeyError):
        return text


def _words(code: int) -> tuple[str, str]:
    match code:
        case 400:
            return _("Formulir sudah tidak berlaku"), _("Muat ulang halaman, lalu kirim sekali lagi.")
        case 401:
            return _("Anda perlu masuk"), _("Masuk dengan NIP Anda, lalu ulangi langkah tadi.")
        case 403:
            return _("Bagian ini bukan untuk peran Anda"), _(
                "Yang dapat masuk: %(who)s. Baru saja mendapat peran? Keluar, lalu masuk lagi.",
                who=_who_may(g.get("refused")),
            )
        case 404:
            return _("Halaman tidak ditemukan"), _("Alamatnya salah, atau isinya di luar kewenangan Anda.")
        case 405 if request.method in {"GET", "HEAD"}:
            return _("Alamat ini bukan halaman"), _(
                "Alamat ini hanya menerima kiriman formulir, dan tidak ada yang berubah. Buka halaman tempat formulirnya berada."
            )
        case 413:
            return _("Berkas terlalu besar"), _(
                "Dari kiriman ini tidak ada yang disimpan. Pilih berkas yang lebih kecil: satu kiriman ke sini paling besar "
                "%(n)s MB, dan batas setiap isian tertulis di isiannya.",
                n=(request.max_content_length or 0) // 1024 // 1024,
            )
        case 429:
            return _("Terlalu banyak percobaan"), _("Tunggu beberapa menit, lalu coba lagi.")
        case _:
            return _("Permintaan tidak dapat dilayani"), _("Kembali ke halaman sebelumnya, lalu coba lagi.")


def _who_may(refused: Permission | None) -> str:
    names = {
        "hr": _("pengelola SDM"),
        "trainer": _("widyaiswara dan penyusun kursus"),
        "organiser": _("penyelenggara ujian"),
        "marker": _("penilai"),
        "proctor": _("pengawas ujian"),
        "approver": _("pejabat berwenang"),
        "admin": _("administrator"),
    }
    rules = POLICY[refused] if refused else ()
    said = [names[rule.name] for rule in rules if isinstance(rule, Role | OwnAs)]
    said += [_("atasan langsung") for rule in rules if isinstance(rule, LineManager)]
    said += [_("yang masuk dengan verifikasi dua langkah") for rule in rules if isinstance(rule, ProvedOwner)]
    return ", ".join(said)
