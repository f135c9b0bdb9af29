"""The application as web servers load it: `app`."""

import gc
import sys

from lms.app import create_app
from lms.config import BadSetting

#: Half-configured: with this code nobody need try again.
CANNOT_START = 3

try:
    app = create_app()
except BadSetting as error:
    print(f"teruji: {error}", file=sys.stderr)
    sys.exit(CANNOT_START)

# What was loaded stays: the collector need not walk through it, nor begin after each 700 new objects of a page (7 % of an exam).
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 20, 20)
