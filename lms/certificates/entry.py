"""One certificate as the register holds it, as far as the public may see it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class RegisterEntry:
    """What the register holds about one certificate, as far as the public may see it."""

    code: str
    serial_number: str
    holder_name: str
    title: str
    level: int  # 1 to 5; 0 for attendance
    level_name: str  # "Dasar"
    learning_hours: int | None
    agency: str
    issued_on: date
    valid_from: date
    valid_until: date | None  # the last valid day
    file_sha256: str | None  # None until the file is made
    suspended_at: datetime | None = None
    revoked_at: datetime | None = None
    revocation_reason: str = ""
    superseded_by: str | None = None  # the code of the certificate that replaces it
    log_index: int | None = None  # the entry of its file in the public log
