"""A stampede: everybody who sits before the rules page starts in the same moment."""

import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from lms.bench.candidate import Candidate


def measure(candidates: Sequence[Candidate]) -> tuple[dict[str, Any], list[str]]:
    """(how long until each had the first question, the codes of their attempts). All are signed in and have read the rules."""
    gate = threading.Barrier(len(candidates) + 1)
    seconds: list[float] = []
    codes: dict[int, str] = {}
    faults: list[str] = []

    def begin(place: int, candidate: Candidate) -> None:
        try:
            page = candidate.read_rules()
            gate.wait()
            start = time.perf_counter()
            codes[place] = candidate.begin(page)
        except (OSError, RuntimeError) as fault:
            faults.append(str(fault))
            gate.abort()  # nobody waits for one who does not come
        else:
            seconds.append(time.perf_counter() - start)

    crew = [threading.Thread(target=begin, args=one) for one in enumerate(candidates)]
    for thread in crew:
        thread.start()
    with suppress(threading.BrokenBarrierError):
        gate.wait()
    for thread in crew:
        thread.join()
    if faults:
        raise RuntimeError(f"{len(faults)} of {len(candidates)} could not start; the first: {faults[0]}")
    seconds.sort()
    figures = {
        "candidates": len(candidates),
        "seconds_until_half_had_the_first_question": round(seconds[len(seconds) // 2], 3),
        "seconds_until_all_had_the_first_question": round(seconds[-1], 3),
    }
    return figures, [codes[place] for place in range(len(candidates))]
