"""The journal's chains and its fold: pure."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams import journal
from lms.exams.journal import BadBatch, Entry, Event, Latest, Problem
from lms.exams.token import Ticket
from tests.cast import START
from tests.exams.device import ZEROS, Device, sealed, stamp

TICKET = Ticket(1, "kode", "lease", 5)


def test_the_hash_is_made_over_eight_lines() -> None:
    event = Event(1, 3, "answer", '"2"', "2026-11-23T02:00:00.000Z", ZEROS, "")
    lines = 'kode\ntab-1\n1\n3\nanswer\n"2"\n2026-11-23T02:00:00.000Z\n' + ZEROS

    assert journal.event_hash("kode", "tab-1", event) == hashlib.sha256(lines.encode()).hexdigest()


def journal_of(*events: tuple[str, Event]) -> list[Entry]:
    return [Entry(writer, event) for writer, event in events]


def test_the_latest_arrival_counts_across_tabs() -> None:
    first, second = Device("kode", "a"), Device("kode", "b")
    entries = journal_of(("a", first.event(1, "0")), ("b", second.event(1, "1")), ("a", first.event(2, "3")))

    assert journal.fold(entries) == {1: Latest("1"), 2: Latest("3")}


def test_within_a_tab_its_own_order_counts_should_requests_overtake_each_other() -> None:
    tab = Device("kode")
    older, newer = tab.event(1, "0"), tab.event(1, "1")

    assert journal.fold(journal_of(("tab-1", newer), ("tab-1", older))) == {1: Latest("1")}


def test_null_clears_an_answer_and_flags_come_and_go() -> None:
    tab = Device("kode")
    events = [
        tab.event(1, None, kind="open"),
        tab.event(1, "0"),
        tab.event(1, True, kind="flag"),
        tab.event(1, None),
        tab.event(2, True, kind="flag"),
        tab.event(2, False, kind="flag"),
    ]

    state = journal.fold([Entry("tab-1", event) for event in events])

    assert state == {1: Latest(None, flag=True, opened=True), 2: Latest(None, flag=False)}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(None, False), ("", False), ("  ", False), ([], False), (False, True), ("0", True), (["1"], True)],
)
def test_blank_answers_are_none(answer: Any, expected: bool) -> None:
    assert Latest(answer).is_answered is expected


def whole(count: int = 4) -> tuple[Device, list[Entry]]:
    tab = Device("kode")
    return tab, [Entry("tab-1", tab.event(1 + n % 5, str(n))) for n in range(count)]


def test_a_whole_chain_has_no_problems_in_whatever_order_it_arrived() -> None:
    _tab, entries = whole()

    assert journal.verify("kode", entries) == []
    assert journal.verify("kode", list(reversed(entries))) == []


def test_an_altered_value_is_found() -> None:
    _tab, entries = whole()
    entries[1] = Entry("tab-1", entries[1].event._replace(value='"9"'))

    assert journal.verify("kode", entries) == [Problem("tab-1", 2, "hash")]


def test_a_value_altered_together_with_its_hash_breaks_the_link_of_the_next() -> None:
    _tab, entries = whole()
    seq, item, kind, _value, at, previous, _hash = entries[1].event
    entries[1] = Entry("tab-1", sealed("kode", "tab-1", (seq, item, kind, '"9"', at, previous)))

    assert journal.verify("kode", entries) == [Problem("tab-1", 3, "link")]


def test_a_removed_event_leaves_a_gap() -> None:
    _tab, entries = whole()
    del entries[1]

    assert journal.verify("kode", entries) == [Problem("tab-1", 2, "gap")]


def test_a_chain_of_another_attempt_is_not_taken_for_one_s_own() -> None:
    _tab, entries = whole(1)

    assert journal.verify("lain", entries) == [Problem("tab-1", 1, "hash")]


def test_the_seal_covers_every_event_and_not_the_order_of_arrival() -> None:
    _tab, entries = whole()

    assert journal.digest(entries) == journal.digest(list(reversed(entries)))
    assert journal.digest(entries) != journal.digest(entries[:-1])
    assert journal.digest([]) == hashlib.sha256(b"").hexdigest()


steps = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.integers(1, 3), st.sampled_from(["0", "1", None]), st.integers(0, 3)),
    max_size=20,
)


@given(steps=steps)
def test_the_fold_agrees_with_what_each_tab_last_said(steps: list[tuple[str, int, str | None, int]]) -> None:
    """Every item shows what some tab last said of it, and a journal is the same folded at once or piece by piece."""
    tabs = {name: Device("kode", name) for name in "ab"}
    entries = [Entry(name, tabs[name].event(item, value)) for name, item, value, _delay in steps]
    last_said = {(name, item): value for name, item, value, _delay in steps}

    state = journal.fold(entries)

    assert set(state) == {item for _name, item, _value, _delay in steps}
    for item, latest in state.items():
        assert latest.answer in [value for (_name, told), value in last_said.items() if told == item]
    assert journal.verify("kode", entries) == []


@given(steps=steps)
def test_sending_a_journal_twice_changes_nothing(steps: list[tuple[str, int, str | None, int]]) -> None:
    tab = Device("kode")
    entries = [Entry("tab-1", tab.event(item, value)) for _name, item, value, _delay in steps]

    assert journal.fold([*entries, *entries]) == journal.fold(entries)


def test_a_sound_event_has_no_flaw() -> None:
    assert journal.flaw(TICKET, "tab-1", Device("kode").event(5, ["0", "2"])) is None


AT = stamp(START)


@pytest.mark.parametrize(
    ("fields", "flaw"),
    [
        ((0, 1, "answer", '"1"', AT, ZEROS), "bad_seq"),
        ((100_001, 1, "answer", '"1"', AT, ZEROS), "bad_seq"),
        ((1, 0, "answer", '"1"', AT, ZEROS), "bad_item"),
        ((1, 6, "answer", '"1"', AT, ZEROS), "bad_item"),
        ((1, 1, "answer", "{", AT, ZEROS), "bad_value"),
        ((1, 1, "answer", "NaN", AT, ZEROS), "bad_value"),
        ((1, 1, "answer", '"\\ud800"', AT, ZEROS), "bad_value"),
        ((1, 1, "answer", '"a\x00b"', AT, ZEROS), "bad_value"),
        ((1, 1, "answer", "[" * 19_000 + "]" * 1_000, AT, ZEROS), "bad_value"),
        ((1, 1, "answer", '"' + "a" * 45_000 + '"', AT, ZEROS), "bad_value"),
        ((1, 1, "flag", '"ya"', AT, ZEROS), "bad_value"),
        ((1, 1, "open", "1", AT, ZEROS), "bad_value"),
        ((1, 1, "delete", "null", AT, ZEROS), "bad_value"),
        ((1, 1, "answer", '"1"', "2026-11-23 02:00", ZEROS), "bad_time"),
        ((1, 1, "answer", '"1"', "2026-13-23T02:00:00.000Z", ZEROS), "bad_time"),
        ((1, 1, "answer", '"1"', AT, "0"), "bad_hash"),
    ],
)
def test_a_flaw_is_named(fields: tuple[int, int, str, str, str, str], flaw: str) -> None:
    assert journal.flaw(TICKET, "tab-1", sealed("kode", "tab-1", fields)) == flaw


def test_a_hash_that_does_not_fit_is_a_flaw() -> None:
    event = Device("kode").event(1, "0")

    assert journal.flaw(TICKET, "tab-1", event._replace(value='"1"')) == "bad_hash"
    assert journal.flaw(TICKET, "tab-2", event) == "bad_hash"


GOOD = Device("kode").event(1, "0")._asdict()


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        {"writer": "tab-1"},
        {"writer": "tab-1", "events": []},
        {"writer": "tab-1", "events": [GOOD] * 101},
        {"writer": "tab-1", "events": [GOOD, GOOD]},
        {"writer": "tab 1", "events": [GOOD]},
        {"writer": "x" * 65, "events": [GOOD]},
        {"writer": "server-1", "events": [GOOD]},
        {"writer": 1, "events": [GOOD]},
        {"writer": "tab-1", "events": ["x"]},
        {"writer": "tab-1", "events": [GOOD | {"seq": "1"}]},
        {"writer": "tab-1", "events": [GOOD | {"seq": True}]},
        {"writer": "tab-1", "events": [GOOD | {"value": None}]},
    ],
)
def test_what_is_no_batch_is_refused_whole(body: object) -> None:
    with pytest.raises(BadBatch):
        journal.read_batch(body)


def test_a_batch_is_read_in_the_order_of_its_numbers() -> None:
    tab = Device("kode")
    first, second = tab.event(1, "0"), tab.event(2, "1")

    assert journal.read_batch(tab.body(second, first)).events == [first, second]
