"""/api/cek/KODE: the answer of /cek for machines, by the same function and under the same limit. No account."""

from typing import Any

from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from lms.certificates import codes
from lms.certificates.entry import RegisterEntry
from lms.certificates.verification import Verdict
from lms.web.request import PUBLIC, now, route
from lms.web.security import against_guessing
from lms.web.verification import of_code, status_of

blueprint = Blueprint("verification_api", __name__)


@route(blueprint, "/api/cek/<code>", may=PUBLIC)
@against_guessing
def by_code(code: str) -> ResponseReturnValue:
    """State and public register data of a certificate as JSON; its status is that of the page."""
    verdict = of_code(code)
    return jsonify(_told(verdict) | {"checked_at": now().isoformat()}), status_of(verdict, is_file=False)


def _told(verdict: Verdict) -> dict[str, Any]:
    code = verdict.code
    return {
        "state": verdict.state,
        "in_force": verdict.in_force,
        "code": codes.display(code) if code and codes.is_well_formed(code) else code,
        "problem": verdict.problem,
        "certificate": _certificate(verdict.entry) if verdict.entry else None,
    }


def _certificate(entry: RegisterEntry) -> dict[str, Any]:
    """What the page shows, field by field: what the register learns later is not told by itself."""
    return {
        "number": entry.serial_number,
        "holder_name": entry.holder_name,
        "title": entry.title,
        "level": entry.level or None,
        "level_name": entry.level_name or None,
        "learning_hours": entry.learning_hours,
        "agency": entry.agency,
        "issued_on": entry.issued_on.isoformat(),
        "valid_from": entry.valid_from.isoformat(),
        "valid_until": entry.valid_until.isoformat() if entry.valid_until else None,
        "revoked_at": entry.revoked_at.isoformat() if entry.revoked_at else None,
        "suspended_at": entry.suspended_at.isoformat() if entry.suspended_at else None,
        "superseded_by": codes.display(entry.superseded_by) if entry.superseded_by else None,
        "sha256": entry.file_sha256,
    }
