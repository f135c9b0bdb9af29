"""The application as web servers load it: `app`."""

import gc
import sys

gc.disable()
from lms.app import create_app  # noqa: E402
from lms.config import BadSetting  # noqa: E402

#: Half-configured: with this code nobody need try again.
CANNOT_START = 3

try:
    app = create_app()
except BadSetting as error:
    print(f"teruji: {error}", file=sys.stderr)
    sys.exit(CANNOT_START)

# What was loaded stays: the collector need not walk through it, neither while that goes on (a fifth of its time) nor after each
# 700 new objects of a page (7 % of an exam).
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 20, 20)
gc.enable()
