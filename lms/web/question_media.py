"""/gambar/<nama> and /audio/<nama>: pictures and recordings of questions. The name is a hash that only who has the question
knows; what it names never changes.
"""

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from lms.access import Absent, Permission
from lms.questions import media
from lms.storage import FileMissing
from lms.web.request import platform, route

blueprint = Blueprint("question_media", __name__)


@route(blueprint, "/gambar/<name>", may=Permission.ACCOUNT, notes_use=False)
def image(name: str) -> ResponseReturnValue:
    """A picture."""
    return _sent(name, is_audio=False)


@route(blueprint, "/audio/<name>", may=Permission.ACCOUNT, notes_use=False)
def audio(name: str) -> ResponseReturnValue:
    """A recording, or the stretch of it that a player asks for: those of phones play nothing that cannot be had in parts."""
    return _sent(name, is_audio=True)


def _sent(name: str, *, is_audio: bool) -> Response:
    """What is to be shown or played and not to be run; the browser keeps it for when the line is gone."""
    try:
        content = platform().files.get(media.key(name))
    except FileMissing as error:
        raise Absent("medium") from error
    if media.is_audio(name) != is_audio:
        raise Absent("medium")
    answer = Response(content, mimetype=media.mimetype(name))
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    answer.set_etag(name)
    answer.make_conditional(request, accept_ranges=True, complete_length=len(content))
    return answer
