"""Waiting for what another process or thread does."""

import threading
import time
from collections.abc import Callable

PATIENCE = 60.0  # seconds; only a test that fails ever waits as long


def wait_until(holds: Callable[[], bool]) -> None:
    """Return as soon as the condition holds. Raises AssertionError when it never does."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "what was waited for did not happen"
        time.sleep(0.02)


def waiting(act: Callable[[], None]) -> threading.Thread:
    """A thread that has begun to act and waits for what the caller holds: join it once that is let go."""
    thread = threading.Thread(target=act)
    thread.start()
    thread.join(0.5)
    assert thread.is_alive(), f"{act.__name__} did not wait"
    return thread
