"""Files that a page makes or gives back: the browser saves them, and keeps no copy of its own."""

from io import BytesIO
from typing import Any

from flask import Response, send_file

from lms.access import Absent
from lms.exams import uploads
from lms.storage import FileMissing
from lms.web.request import platform


def attachment(data: bytes, name: str, mimetype: str) -> Response:
    """A file to be saved under a name. No cache holds it: most have names of people, answers or keys in them."""
    answer = send_file(BytesIO(data), mimetype, as_attachment=True, download_name=name, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def handed_in(attempt_id: int, answer: Any, name: str) -> Response:
    """The file that was handed in as an answer, under a name without an ending: its own may be the candidate's. Raises Absent.

    answer: what the journal holds of an item that asks for a file.
    """
    if not isinstance(answer, dict):
        raise Absent("answer")
    try:
        content = uploads.read(platform().files, attempt_id, answer)
    except FileMissing as error:
        raise Absent("answer") from error
    ending = uploads.type_of(answer["name"])
    kind = uploads.MIMETYPES.get(ending, "application/octet-stream")
    # The journal may name another type than was sent, such as one that runs when it is opened.
    return attachment(content, f"{name}.{ending if ending in uploads.MIMETYPES else 'bin'}", kind)
