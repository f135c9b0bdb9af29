"""The PIN of a sitting: six digits that are given out in the room.

It is reckoned from the installation's secret and the round in which the sitting is, so the database holds nothing to
read it from, and whoever runs the room can be shown it at any time. A new round makes a new PIN.
Wrong ones are counted on the attempt, not by network address: a whole room may share one.
"""

import hashlib
import hmac
import re
from datetime import datetime, timedelta

#: So many wrong PINs in a row cost nothing; each more makes the wait longer.
FREE = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(minutes=15)


def pin_of(secret: str, sitting_code: str, pin_round: int) -> str:
    """The six digits that are valid in this round."""
    digest = hmac.new(secret.encode(), f"pin:{sitting_code}:{pin_round}".encode(), hashlib.sha256).digest()
    return f"{int.from_bytes(digest[:8], 'big') % 1_000_000:06d}"


def matches(typed: str, secret: str, sitting_code: str, pin_round: int) -> bool:
    """Whether that is the PIN, typed with or without blanks."""
    digits = re.sub(r"\s", "", typed)
    return hmac.compare_digest(digits.encode(), pin_of(secret, sitting_code, pin_round).encode())


def wait_until(failures: int, *, now: datetime) -> datetime | None:
    """Until when no PIN is looked at, after so many wrong ones in a row; None while they cost nothing."""
    if failures < FREE:
        return None
    pause: timedelta = min(FIRST_WAIT * 2 ** min(failures - FREE, 8), LONGEST_WAIT)
    return now + pause
