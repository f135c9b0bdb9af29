"""A sitting is locked in one place, whose docstring says what the lock is for."""

import re
from pathlib import Path

LMS = Path(__file__).parents[2] / "lms"
_LOCKS = re.compile(r"select\(Sitting\.id\)\.where\([^()]*\)\.with_for_update\(\)")


def test_a_sitting_is_locked_by_one_function() -> None:
    found = [path.relative_to(LMS).as_posix() for path in LMS.rglob("*.py") if _LOCKS.search(path.read_text())]

    assert found == ["exams/sitting_lock.py"]
