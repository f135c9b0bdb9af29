"""`python -m lms`: the command line without an installed script."""

import gc

gc.disable()  # what is loaded stays: to look through it for rubbish meanwhile takes a fifth of the time
from lms.app import main  # noqa: E402

gc.freeze()
gc.enable()

if __name__ == "__main__":
    raise SystemExit(main())
