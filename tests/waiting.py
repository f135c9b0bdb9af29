"""Waiting for what another process does."""

import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds; only a test that fails ever waits as long


def wait_until(holds: Callable[[], bool]) -> None:
    """Return as soon as the condition holds. Raises AssertionError when it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.02)
