"""The course that comes with the product, read once for all tests of a process."""

from dataclasses import replace
from functools import cache

from lms.config import ROOT
from lms.packages import reading
from lms.packages.package import Package


@cache
def course() -> Package:
    """Its lessons alone: writing its questions takes a second, and searching knows nothing of them."""
    return replace(reading.read(ROOT / "courses" / "keamanan-informasi"), questions=(), exam=None)
