"""Credentials: the holder's copy and badge, a link to share that can be withdrawn, and what machines verify them with."""

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from lms import audit
from lms.access import Absent, Permission
from lms.certificates import codes, credential_files, shares
from lms.certificates.badge_png import badge_png
from lms.certificates.credential_keys import KeyRing, did_document
from lms.certificates.credential_models import Credential, StatusList
from lms.certificates.issuing import from_json
from lms.certificates.models import Certificate
from lms.certificates.register import SqlRegister
from lms.certificates.verification import check_code
from lms.web.downloads import attachment
from lms.web.request import PUBLIC, actor, db, fetch, now, platform, route
from lms.web.security import limiter
from lms.web.verdicts import sentence, words

blueprint = Blueprint("credentials", __name__)
BY_LINK = "60/minute;600/hour"


@route(blueprint, "/sertifikat/<code>/kredensial.json", may=Permission.CERTIFICATE_SHARE)
def own(code: str) -> ResponseReturnValue:
    """The holder's copy, with the salt that only the holder gets."""
    certificate = _own(code)
    found = _credential(certificate)
    content = credential_files.enveloped(found.jwt, holder_salt=found.holder_salt)
    return attachment(content, f"kredensial-{codes.display(certificate.code)}.json", "application/json")


@route(blueprint, "/sertifikat/<code>/kredensial.jwt", may=Permission.CERTIFICATE_SHARE)
def own_token(code: str) -> ResponseReturnValue:
    """The credential as wallets take it in."""
    certificate = _own(code)
    return _token(certificate, _credential(certificate))


@route(blueprint, "/sertifikat/<code>/lencana.svg", may=Permission.CERTIFICATE_SHARE)
def own_badge(code: str) -> ResponseReturnValue:
    """A picture with the credential in it."""
    certificate = _own(code)
    return _badge(certificate, _credential(certificate))


@route(blueprint, "/sertifikat/<code>/lencana.png", may=Permission.CERTIFICATE_SHARE)
def own_badge_png(code: str) -> ResponseReturnValue:
    """The same picture in pixels, for places that take no SVG; the credential is in it, too."""
    certificate = _own(code)
    return _badge_png(certificate, _credential(certificate))


@route(blueprint, "/sertifikat/<code>/tautan", may=Permission.CERTIFICATE_SHARE, methods=["POST"])
def share(code: str) -> ResponseReturnValue:
    """Make a link for others."""
    certificate = _own(code)
    _credential(certificate)
    shares.share(db(), certificate.id, now=now())
    audit.record(db(), "certificate.share", f"certificate:{certificate.id}", by=actor().user_id, now=now())
    flash(_("Tautan siap dibagikan."))
    return redirect(url_for("certificates.detail", code=certificate.code, _anchor="bagikan"), 303)


@route(blueprint, "/sertifikat/<code>/tautan/cabut", may=Permission.CERTIFICATE_SHARE, methods=["POST"])
def withdraw(code: str) -> ResponseReturnValue:
    """Take the link back."""
    certificate = _own(code)
    shares.withdraw(db(), certificate.id, now=now())
    audit.record(db(), "certificate.unshare", f"certificate:{certificate.id}", by=actor().user_id, now=now())
    flash(_("Tautan dicabut. Siapa pun yang membukanya kini tidak melihat apa-apa."))
    return redirect(url_for("certificates.detail", code=certificate.code, _anchor="bagikan"), 303)


@route(blueprint, "/b/<token>", may=PUBLIC)
@limiter.limit(BY_LINK)
def shared(token: str) -> ResponseReturnValue:
    """What a link shows: what the check shows, and the credential."""
    certificate, _credential_of_it = _shared(token)
    verdict = check_code(certificate.code, register=SqlRegister(db()), now=now())
    return render_template(
        "certificates/shared.html",
        token=token,
        verdict=verdict,
        entry=verdict.entry,
        said=words(verdict),
        sentence=sentence(verdict),
        code=codes.display(certificate.code),
    )


@route(blueprint, "/b/<token>/kredensial.jwt", may=PUBLIC)
@limiter.limit(BY_LINK)
def shared_token(token: str) -> ResponseReturnValue:
    """The credential behind a link, without the holder's salt."""
    return _token(*_shared(token))


@route(blueprint, "/b/<token>/lencana.svg", may=PUBLIC)
@limiter.limit(BY_LINK)
def shared_badge(token: str) -> ResponseReturnValue:
    """The picture behind a link."""
    return _badge(*_shared(token))


@route(blueprint, "/b/<token>/lencana.png", may=PUBLIC)
@limiter.limit(BY_LINK)
def shared_badge_png(token: str) -> ResponseReturnValue:
    """The same picture in pixels."""
    return _badge_png(*_shared(token))


@route(blueprint, "/.well-known/did.json", may=PUBLIC)
def issuer() -> ResponseReturnValue:
    """The keys that sign credentials, and those that did (did:web)."""
    settings = platform().settings
    return did_document(KeyRing(settings.credential_folder), settings.public_url)


@route(blueprint, "/kredensial/status/<int:number>/<purpose>", may=PUBLIC)
def status(number: int, purpose: str) -> ResponseReturnValue:
    """A signed list of which credentials are revoked or suspended."""
    found = db().scalar(select(StatusList.jwt).where(StatusList.number == number, StatusList.purpose == purpose))
    if found is None:
        raise Absent("status_list")
    return Response(found, mimetype="application/vc+jwt")


def _own(code: str) -> Certificate:
    wanted = select(Certificate).where(Certificate.code == codes.normalise(code), Certificate.state == "issued")
    return fetch(wanted, Certificate, Permission.CERTIFICATE_SHARE)


def _credential(certificate: Certificate) -> Credential:
    found = db().get(Credential, certificate.id)
    if found is None:
        raise Absent("credential")
    return found


def _shared(token: str) -> tuple[Certificate, Credential]:
    found = shares.shared(db(), token)
    if found is None:
        raise Absent("certificate_share")
    return found


def _token(certificate: Certificate, credential: Credential) -> Response:
    return attachment(credential.jwt.encode(), f"kredensial-{codes.display(certificate.code)}.jwt", "text/plain")


def _badge(certificate: Certificate, credential: Credential) -> Response:
    picture = credential_files.badge(credential.jwt, from_json(certificate.facts))
    return attachment(picture.encode(), f"lencana-{codes.display(certificate.code)}.svg", "image/svg+xml")


def _badge_png(certificate: Certificate, credential: Credential) -> Response:
    picture = badge_png(credential.jwt, from_json(certificate.facts))
    return attachment(picture, f"lencana-{codes.display(certificate.code)}.png", "image/png")
