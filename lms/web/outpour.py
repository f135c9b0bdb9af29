"""How much one attempt may bring in an hour: an exam's database is everybody's, and no honest device comes near it.

Counted in each process by itself, so that a save costs no statement more; what is counted ends with the hour.
"""

from collections import Counter
from datetime import datetime

#: For each attempt, hour and process. An essay of 20 kB that is sent every second is 72 MB in an hour; a device that was off-line
#: for a whole exam brings some thousand events at once.
MOST_BYTES, MOST_EVENTS = 100 * 1024 * 1024, 20_000


class Outpour:
    """What came in this hour, by attempt."""

    def __init__(self) -> None:
        self._hour = ""
        self._bytes: Counter[str] = Counter()
        self._events: Counter[str] = Counter()

    def is_over(self, attempt: str, *, size: int, events: int, now: datetime) -> bool:
        """Whether an attempt has brought more than it may, this batch included. What is refused counts too."""
        hour = f"{now:%Y%m%d%H}"
        if hour != self._hour:
            # Threads may do so at the same moment: then a batch or two is forgotten, which harms nobody.
            self._hour, self._bytes, self._events = hour, Counter(), Counter()
        self._bytes[attempt] += size
        self._events[attempt] += events
        return self._bytes[attempt] > MOST_BYTES or self._events[attempt] > MOST_EVENTS
