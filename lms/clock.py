"""The time. Everything else takes it as an argument."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

#: The three civil time zones of Indonesia and the letters printed behind a time.
ZONES = {"Asia/Jakarta": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime, zone: str) -> datetime:
    """The same moment on the wall clock of `zone` (an IANA name)."""
    return moment.astimezone(ZoneInfo(zone))


def local_date(moment: datetime, zone: str) -> date:
    """The calendar day of `moment` in `zone`: what a date on a certificate means."""
    return local(moment, zone).date()
