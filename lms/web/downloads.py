"""Files that a page makes or gives back: the browser saves them, and keeps no copy of its own."""

from io import BytesIO

from flask import Response, send_file


def attachment(data: bytes, name: str, mimetype: str) -> Response:
    """A file to be saved under a name. No cache holds it: most have names of people, answers or keys in them."""
    answer = send_file(BytesIO(data), mimetype, as_attachment=True, download_name=name, max_age=0)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
