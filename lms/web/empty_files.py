"""What is said where a form was to bring a file and brought nothing of one."""

from flask import request
from flask_babel import gettext as _


def said(field: str, *, otherwise: str) -> str:
    """That the file in this field is empty; `otherwise` where none was chosen."""
    sent = request.files.get(field)
    return _("Berkas itu kosong. Pilih berkas lain.") if sent is not None and sent.filename else otherwise
