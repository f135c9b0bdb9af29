"""Whence a request comes, for the terms of a sitting."""

from urllib.parse import urlsplit

from flask import request

from lms.exams.terms import Place
from lms.web.request import platform


def place() -> Place:
    """The request's address behind the trusted proxies, the address asked for, and what Safe Exam Browser sends."""
    return Place(
        address=request.remote_addr or "",
        url=_asked_for(),
        config_hash=request.headers.get("X-SafeExamBrowser-ConfigKeyHash", ""),
        exam_hash=request.headers.get("X-SafeExamBrowser-RequestHash", ""),
    )


def _asked_for() -> str:
    """As the browser wrote it: scheme and host of the public address (a proxy may hide both), and the path as it came."""
    public = urlsplit(platform().settings.public_url)
    raw = request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or request.full_path.rstrip("?")
    path = urlsplit(raw)
    asked = path.path + (f"?{path.query}" if path.query else "")
    return f"{public.scheme}://{public.netloc}{asked}"
