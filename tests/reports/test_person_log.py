"""How what stands in a journal is told in a person's log."""

from datetime import UTC, datetime

from lms.reports.person_log import Kept, Saved, by_minute, flags, kept


def at(minute: int, second: int) -> datetime:
    return datetime(2026, 11, 23, 2, minute, second, tzinfo=UTC)


def test_answers_of_one_minute_are_one_line_at_the_last_with_the_number_of_questions() -> None:
    saved = [
        Saved(at(1, 0), 1, "answer", None, late=False),
        Saved(at(1, 30), 1, "answer", None, late=False),  # the same question again
        Saved(at(1, 59), 2, "answer", None, late=False),
        Saved(at(1, 59), 2, "flag", "true", late=False),
        Saved(at(2, 0), 3, "answer", None, late=False),
        Saved(at(2, 10), 4, "answer", None, late=True),
    ]
    assert [(line.kind, line.at, line.details) for line in by_minute(saved)] == [
        ("saved", at(1, 59), {"number": 2}),
        ("saved", at(2, 0), {"number": 1}),
        ("late", at(2, 10), {"number": 1}),
    ]
    assert [(line.at, line.details) for line in flags(saved)] == [(at(1, 59), {"item": 2, "set": True})]


def test_what_was_held_is_told_by_reason_and_by_what_became_of_it() -> None:
    held = [
        Kept(at(1, 0), 3, "grace", "admitted"),
        Kept(at(1, 1), 2, "grace", "admitted"),
        Kept(at(1, 2), 4, "grace", None),
        Kept(at(1, 3), 4, "lease", None),
    ]
    assert [(line.at, *line.details.values()) for line in kept(held)] == [
        (at(1, 1), [2, 3], "grace", "admitted"),
        (at(1, 2), [4], "grace", None),
        (at(1, 3), [4], "lease", None),
    ]
