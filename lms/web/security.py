"""Headers, forgery protection, and the limits on what a request may send."""

from datetime import timedelta

from flask import Flask, Response, abort, current_app, request
from flask.sessions import SecureCookieSessionInterface
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_wtf.csrf import CSRFProtect
from itsdangerous import URLSafeTimedSerializer
from werkzeug.middleware.proxy_fix import ProxyFix

from lms.config import Settings
from lms.people import throttle

CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}

#: What a network may miss on all pages that answer codes together: a counter's typing errors, not a search of 2^55 codes.
GUESSES = "60/minute;600/hour"


def _network() -> str:
    return throttle.network(get_remote_address())


csrf = CSRFProtect()
limiter = Limiter(_network, storage_uri="memory://", headers_enabled=False)
#: For each page that answers a code. Only misses count: real certificates are checked without limit.
against_guessing = limiter.shared_limit(
    GUESSES, scope="codes", deduct_when=lambda response: response.status_code == 404
)


class Sessions(SecureCookieSessionInterface):
    """Flask's, with a signer that is made once."""

    _signer: URLSafeTimedSerializer | None = None

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if self._signer is None:
            self._signer = super().get_signing_serializer(app)
        return self._signer


def protect(app: Flask, settings: Settings) -> None:
    """Configure what guards every request."""
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME="teruji",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_secure,
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=settings.max_upload_bytes + 64 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_ENABLED=settings.mode != "test",
    )
    app.before_request(_give_room)  # before the forgery check, which reads the form
    csrf.init_app(app)
    app.before_request(_refuse_nul)
    limiter.init_app(app)
    if limiter._check_request_limit in app.before_request_funcs[None]:
        # Each limit stands at its view and is looked up there; before each request only limits of the whole site would be: none.
        app.before_request_funcs[None].remove(limiter._check_request_limit)
    app.session_interface = Sessions()
    app.after_request(_headers)
    if settings.proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]


def _give_room() -> None:
    """A route may take more than the rest of the site."""
    view = current_app.view_functions.get(request.endpoint or "")
    if largest := getattr(view, "largest", None):
        request.max_content_length = largest


def _refuse_nul() -> None:
    """Nobody types the character NUL, and PostgreSQL keeps no text with it."""
    if "\0" in request.path or any("\0" in value for _name, value in request.args.items(multi=True)):
        abort(404)
    if any("\0" in value for _name, value in request.form.items(multi=True)):
        abort(400)


def _headers(response: Response) -> Response:
    given = {name.lower() for name, _value in response.headers}  # asked one by one, they are gone through for each
    response.headers.extend((name, value) for name, value in HEADERS.items() if name.lower() not in given)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
    return response
