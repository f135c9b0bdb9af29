"""The application with a clock that jumps: `lms.clock.now` goes by as many seconds as the file CLOCK_FILE says.

`python -m tests.faults.shifted` is the command line `lms`.
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from lms import clock
from lms.app import main

_FILE = Path(os.environ["CLOCK_FILE"])


def _now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=int(_FILE.read_text()))


clock.now = _now

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
