"""/gambar/<nama>: the pictures of questions. The name is a hash that only who has the question knows; it never changes."""

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from lms.access import Absent, Permission
from lms.questions import images
from lms.storage import FileMissing
from lms.web.request import platform, route

blueprint = Blueprint("question_images", __name__)


@route(blueprint, "/gambar/<name>", may=Permission.ACCOUNT, notes_use=False)
def image(name: str) -> ResponseReturnValue:
    """A picture, to be shown and not to be run; the browser keeps it for when the line is gone."""
    try:
        content = platform().files.get(images.key(name))
    except FileMissing as error:
        raise Absent("image") from error
    answer = Response(content, mimetype=images.MIMETYPES[name.rpartition(".")[2]])
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    answer.headers["Content-Disposition"] = "inline"
    answer.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return answer
