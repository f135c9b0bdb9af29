"""What gunicorn loads."""

import sys

from lms.app import create_app
from lms.config import BadSetting

#: With this code gunicorn gives up instead of trying again.
CANNOT_START = 3

try:
    app = create_app()
except BadSetting as error:
    print(f"teruji: {error}", file=sys.stderr)
    sys.exit(CANNOT_START)
