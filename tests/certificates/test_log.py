"""The log in the database: gapless, once for each key, checkpoints that are never taken back, and tampering found."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from lms.certificates import checkpoints, log, merkle, notes
from lms.certificates.checkpoints import LogFolder, LogForked, LogKeyMissing, LogRewound
from lms.certificates.log_check import Fault, check
from lms.certificates.notes import BadNote, Checkpoint, Receipt
from lms.db import Database
from tests.cast import START, Cast
from tests.certificates import receipt_verifier as other
from tests.certificates.register import issued


def add(session: Session, *numbers: int, day: int = 0) -> list[int]:
    now = START + timedelta(days=day)
    return [
        log.append(session, "file", key=f"file:{number}", values={"sha256": f"{number:064x}"}, now=now)
        for number in numbers
    ]


@pytest.fixture
def database(stage: tuple[str, Cast]) -> Iterator[Database]:
    """The database alone: the log needs no application."""
    opened = Database(stage[0])
    yield opened
    opened.engine.dispose()


@pytest.fixture
def folder(database: Database, tmp_path: Path) -> LogFolder:
    return checkpoints.ensure(tmp_path / "log", host="teruji.contoh.go.id", database=database)


@pytest.fixture
def filled(database: Database, folder: LogFolder) -> Database:
    """A log of eleven entries, a day apart."""
    with database.transaction() as session:
        for number in range(11):
            add(session, number, day=number)
    return database


def test_entries_are_numbered_from_nought_and_canonical(session: Session) -> None:
    assert add(session, 3, 7) == [0, 1]

    entry = session.execute(text('SELECT entry FROM log_entry WHERE "index" = 1')).scalar_one()
    assert entry == f'{{"sha256":"{7:064x}","time":"2026-11-23T02:00:00Z","type":"file"}}'


def test_what_was_appended_is_not_appended_again(session: Session) -> None:
    add(session, 1, 2)

    assert add(session, 1) == [0]
    assert (log.size(session), add(session, 3)) == (2, [2])


def test_an_entry_is_never_older_than_the_one_before(session: Session) -> None:
    add(session, 1, day=2)
    add(session, 2, day=1)

    times = [str(at)[:10] for at in session.scalars(select(log.ENTRIES.c.at))]
    assert times == ["2026-11-25", "2026-11-25"]


def test_a_transaction_that_is_rolled_back_leaves_no_gap(database: Database, session: Session) -> None:
    with database.writer() as undecided:
        add(undecided, 1)
        undecided.rollback()

    assert add(session, 2) == [0]


def test_many_at_once_leave_no_gap_and_no_double(database: Database, session: Session) -> None:
    def work(worker: int) -> None:
        for turn in range(6):
            with database.transaction() as mine:
                add(mine, worker * 10 + turn, 99)  # one key that all of them bring

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert list(session.scalars(select(log.ENTRIES.c.index).order_by(log.ENTRIES.c.index))) == list(range(25))
    assert check(session, []) == (25, [])


def test_an_entry_costs_four_statements_and_a_proof_one(filled: Database) -> None:
    said: list[str] = []
    event.listen(filled.engine, "before_cursor_execute", lambda *arguments: said.append(arguments[2]))

    with filled.transaction() as session:
        log.size(session)
        said.clear()
        add(session, 50)
        assert len(said) == 4
        said.clear()
        log.inclusion(session, 3, 12)
        log.consistency(session, 5, 12)
        assert len(said) == 2


def test_a_receipt_of_ours_is_good_for_a_verifier_that_is_not_ours(filled: Database, folder: LogFolder) -> None:
    note = checkpoints.sign(filled, folder)
    key = folder.public
    assert key is not None
    with filled.reader() as session:
        entry = session.scalars(select(log.ENTRIES.c.entry).where(log.ENTRIES.c.index == 6)).one().encode()
        found = Receipt(6, tuple(log.inclusion(session, 6, 11)), note, entry)

    assert other.check_receipt(found.text, key.text) == (entry, 6, 11)
    assert notes.proves(notes.receipt(found.text), entry, key).size == 11
    assert notes.verifier(key.text) == key
    with pytest.raises(BadNote):
        notes.proves(notes.receipt(found.text), entry + b" ", key)
    with pytest.raises(BadNote):
        notes.proves(notes.receipt(found.text.replace("\n11\n", "\n12\n")), entry, key)


@pytest.mark.parametrize(
    "spoiled",
    [
        "",
        "c2sp.org/tlog-proof@v1\n",
        "c2sp.org/tlog-proof@v1\nindex 01\n\nx",
        "c2sp.org/tlog-proof@v1\nindex 1\nAA\n\nx",
    ],
)
def test_what_is_no_receipt_is_refused(spoiled: str) -> None:
    with pytest.raises(BadNote):
        notes.receipt(spoiled)


def test_a_checkpoint_is_signed_once_and_named_after_the_site(filled: Database, folder: LogFolder) -> None:
    first = checkpoints.sign(filled, folder)

    assert checkpoints.sign(filled, folder) == first == folder.note
    assert first.startswith("teruji.contoh.go.id/log\n11\n")
    assert (folder.folder / "key").stat().st_mode & 0o777 == 0o600


def test_a_log_that_grew_is_signed_on(filled: Database, folder: LogFolder) -> None:
    checkpoints.sign(filled, folder)
    with filled.transaction() as session:
        add(session, 90, 91)

    checkpoints.sign(filled, folder)

    latest = folder.latest
    assert latest is not None
    assert latest.size == 13


def test_a_log_shorter_than_what_was_signed_is_not_signed(filled: Database, folder: LogFolder) -> None:
    before = checkpoints.sign(filled, folder)
    with filled.transaction() as session:
        rewind(session, to=9)

    with pytest.raises(LogRewound, match=r"has 9 entries, but a checkpoint over 11 .* Restore a later backup"):
        checkpoints.sign(filled, folder)
    assert folder.note == before


def test_a_log_restored_and_grown_anew_is_not_signed(filled: Database, folder: LogFolder) -> None:
    checkpoints.sign(filled, folder)
    with filled.transaction() as session:
        rewind(session, to=9)
        add(session, 200, 201, 202, day=11)

    with pytest.raises(LogForked, match="first 11 entries"):
        checkpoints.sign(filled, folder)


def test_a_log_that_lost_its_key_gets_no_new_one_by_itself(filled: Database, tmp_path: Path) -> None:
    with pytest.raises(LogKeyMissing, match="lms log restart"):
        checkpoints.ensure(tmp_path / "elsewhere", host="x", database=filled)


def test_a_restart_retires_the_key_and_signs_under_another_name(filled: Database, folder: LogFolder) -> None:
    checkpoints.sign(filled, folder)
    old = folder.public
    with filled.transaction() as session:
        rewind(session, to=9)

    checkpoints.restart(folder.folder, host="teruji.contoh.go.id")

    assert checkpoints.sign(filled, folder).startswith("teruji.contoh.go.id/log-2\n9\n")
    assert folder.retired == [old]


def test_a_day_s_checkpoint_is_kept_for_witnesses(filled: Database, folder: LogFolder) -> None:
    assert checkpoints.keep_daily(folder, "2026-11-22") is None
    note = checkpoints.sign(filled, folder)

    kept = checkpoints.keep_daily(folder, "2026-11-23")

    assert kept is not None
    assert (kept.name, kept.read_text()) == ("2026-11-23.txt", note)
    assert [checkpoint.size for checkpoint in folder.daily] == [11]


def rewind(session: Session, *, to: int) -> None:
    """What a restored backup does: later entries are gone, and what was made of them."""
    leaves = [
        merkle.leaf_hash(entry.encode())
        for entry in session.scalars(select(log.ENTRIES.c.entry).order_by(log.ENTRIES.c.index).limit(to))
    ]
    for table in ("log_entry", "log_node", "log_head"):
        entries = session.execute(text(f"SELECT * FROM {table}")).mappings().all() if table == "log_entry" else []
        session.execute(text(f"DELETE FROM {table}"))
        for row in (row for row in entries if row["index"] < to):
            session.execute(log.ENTRIES.insert().values(dict(row) | {"at": START}))
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        peaks, made = merkle.grown(size, peaks, leaf)
        session.execute(log.NODES.insert(), [{"place": place, "hash": node} for place, node in made])
    head = {"id": 1, "size": to, "peaks": merkle.joined(peaks), "last_at": START}
    session.execute(log.HEAD.insert().values(head))


def signed(database: Database, folder: LogFolder) -> list[Checkpoint]:
    checkpoints.sign(database, folder)
    latest = folder.latest
    assert latest is not None
    return [latest]


def test_an_untouched_log_has_no_faults(filled: Database, folder: LogFolder) -> None:
    with filled.reader() as session:
        assert check(session, signed(filled, folder)) == (11, [])


LATER = "2026-11-29T02:00:00Z"
TAMPERING = {
    "changed": ("""UPDATE log_entry SET entry = replace(entry, '5', '6') WHERE "index" = 5""", {"changed", "wrong_subtree"}),
    "deleted": ("""DELETE FROM log_entry WHERE "index" = 4""", {"missing"}),
    "deleted at the end": ("""DELETE FROM log_entry WHERE "index" = 10""", {"wrong_head", "signed_and_gone"}),
    "back-dated in its column": ("""UPDATE log_entry SET at = '2020-01-01 00:00:00' WHERE "index" = 6""", {"changed"}),
    "back-dated in its text": (
        f"""UPDATE log_entry SET entry = replace(entry, '{LATER}', '2020-01-01T00:00:00Z') WHERE "index" = 6""",
        {"changed", "back_dated", "wrong_subtree"},
    ),
    "another subtree": ("UPDATE log_node SET hash = (SELECT hash FROM log_node WHERE place = 0) WHERE place = 3", {"wrong_subtree"}),
    "another head": ("UPDATE log_head SET size = 12", {"wrong_head"}),
    "another kind": ("""UPDATE log_entry SET kind = 'revoked' WHERE "index" = 2""", {"changed"}),
}  # fmt: skip


@pytest.mark.parametrize("how", TAMPERING)
def test_tampering_in_the_database_is_found(filled: Database, folder: LogFolder, how: str) -> None:
    statement, expected = TAMPERING[how]
    before = signed(filled, folder)
    with filled.transaction() as session:
        session.execute(text(statement))

    with filled.reader() as session:
        _, faults = check(session, before)

    assert expected <= {fault.what for fault in faults}
    assert len(faults) < 15


def test_only_the_deleted_entry_is_named_as_missing(filled: Database, folder: LogFolder) -> None:
    before = signed(filled, folder)
    with filled.transaction() as session:
        session.execute(text("""DELETE FROM log_entry WHERE "index" = 4"""))

    with filled.reader() as session:
        assert check(session, before) == (11, [Fault("missing", 4)])


def test_a_log_rewritten_whole_is_still_not_the_one_that_was_signed(filled: Database, folder: LogFolder) -> None:
    before = signed(filled, folder)
    with filled.transaction() as session:
        session.execute(text("UPDATE log_entry SET entry = replace(entry, '00005\"', '00006\"') WHERE \"index\" = 5"))
        entries = session.scalars(select(log.ENTRIES.c.entry).order_by(log.ENTRIES.c.index)).all()
        for index, entry in enumerate(entries):
            session.execute(
                log.ENTRIES.update()
                .where(log.ENTRIES.c.index == index)
                .values(leaf_hash=merkle.leaf_hash(entry.encode()).hex(), at=START + timedelta(days=index))
            )
        rehash(session, [merkle.leaf_hash(entry.encode()) for entry in entries])

    with filled.reader() as session:
        _, faults = check(session, before)

    assert faults == [Fault("signed_otherwise", detail="11")]


def rehash(session: Session, leaves: list[bytes]) -> None:
    """What a patient forger does: every hash is made to fit again."""
    session.execute(text("DELETE FROM log_node"))
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        peaks, made = merkle.grown(size, peaks, leaf)
        session.execute(log.NODES.insert(), [{"place": place, "hash": node} for place, node in made])
    session.execute(log.HEAD.update().values(peaks=merkle.joined(peaks)))


def test_a_certificate_that_the_log_does_not_know_is_named(database: Database, session: Session, cast: Cast) -> None:

    issued(session, cast)

    assert [fault.what for fault in check(session, [])[1]] == ["not_in_the_log"]
