"""When and why the results of an attempt were recorded, held against what an archive says of corrections, marks and decisions.

The end of an attempt stands in no archive, and devices' clocks prove nothing: only the server's own moments are compared.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

#: Two machines' clocks may be so far apart: a correction is applied by one, and the results are recorded by another.
SKEW = timedelta(seconds=2)
CAUSES = ("closed", "regrade", "admitted", "marked", "remark")

Found = list[tuple[str, Any, Any]]


def wrong(
    results: Sequence[Mapping[str, Any]],
    attempt: Mapping[str, Any],
    corrections: Sequence[Mapping[str, Any]],
    *,
    until: str,
) -> Found:
    """What does not agree: (word, as stated, as it can be). results: all of one attempt, as they follow one another.

    until: when the archive was made; nothing in it is of later.
    """
    moments = [_moment(one["recorded_at"]) for one in results]
    numbers = [one["number"] for one in results]
    found: Found = []
    if numbers != list(range(1, len(results) + 1)):
        found.append(("numbers", numbers, list(range(1, len(results) + 1))))
    if results[0]["cause"] != "closed":
        found.append(("result 1: cause", results[0]["cause"], "closed"))
    found += [
        (f"result {after['number']}: recorded_at", after["recorded_at"], f">= {before['recorded_at']}")
        for before, after, one, two in zip(results, results[1:], moments, moments[1:], strict=False)
        if two < one - SKEW
    ]
    found += [
        (f"result {result['number']}: recorded_at", result["recorded_at"], f"<= {until}")
        for result, at in zip(results, moments, strict=True)
        if at > _moment(until) + SKEW
    ]
    applied = {row["code"]: row.get("applied_at") for row in corrections}
    for result, at in zip(results, moments, strict=True):
        found += [(f"result {result['number']}: {what}", *said) for what, *said in _why(result, at, attempt, applied)]
    return found


def _why(result: Mapping[str, Any], at: datetime, attempt: Mapping[str, Any], applied: Mapping[str, Any]) -> Found:
    """Corrections apply before what they change is recorded, and each cause but the end itself has something that brought it."""
    named = result.get("corrections") or []
    late = [code for code in named if applied.get(code) and _moment(applied[code]) > at + SKEW]
    found: Found = [("corrections", code, f"applied_at {applied[code]}") for code in late]
    earliest = {
        "regrade": lambda: [applied[code] for code in named if applied.get(code)],
        "marked": lambda: [row[6] for row in attempt.get("markings", [])],
        "remark": lambda: [row[3] for row in attempt.get("remarks", []) if row[4] == result["number"]],
        "admitted": lambda: [row[11] for row in attempt.get("held", []) if row[10] == "admitted"],
    }.get(result["cause"])
    if result["cause"] not in CAUSES:
        found.append(("cause", result["cause"], " · ".join(CAUSES)))
    if earliest is not None and not any(_moment(one) <= at + SKEW for one in earliest()):
        found.append(("cause", result["cause"], None))
    return found


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)
