"""Files of questions that the worker reads: once, in bounds, and not when nobody waits any longer."""

import json
import shutil
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms import reading
from lms.app import create_platform
from lms.config import Settings
from lms.platform import Platform
from lms.questions import importing, sent_files, sent_rows
from lms.questions.exchange import formats
from lms.questions.exchange.drafted import Reading
from lms.questions.importing import Defaults
from lms.questions.models import Bank, Question, QuestionVersion
from lms.questions.said import from_json, say, to_json, told
from lms.questions.sent_models import QuestionFile
from lms.questions.sent_rows import Row
from lms.storage import DiskFiles, Files
from tests.cast import START, Cast
from tests.conftest import Clock
from tests.exams import factory

GIFT = b"::Satu:: Dua ditambah dua? {=4 ~5}\n\nrusak {~a ~b}\n\n// [tag:kompetensi:TEK.KI]\nBenar? {T}"


@pytest.fixture
def stage(tmp_path: Path, sqlite_template: tuple[Path, Cast]) -> tuple[str, Cast]:
    """SQLite alone: a process takes seconds to begin, and the pages ask the same statements of both databases."""
    file, cast = sqlite_template
    shutil.copy(file, tmp_path / "teruji.db")
    return f"sqlite:///{tmp_path / 'teruji.db'}", cast


@pytest.fixture
def platform(settings: Settings, time: Clock) -> Platform:
    """An installation without its pages."""
    return create_platform(settings)


@pytest.fixture
def bank(session: Session, cast: Cast) -> Bank:
    """A bank that has questions."""
    found = session.get_one(Bank, factory.build(session, cast).bank_id)
    session.commit()
    return found


@pytest.fixture
def sent(session: Session, bank: Bank, cast: Cast, platform: Platform) -> QuestionFile:
    """A file that waits for the worker."""
    made = sent_files.send(session, bank, "gift", GIFT, competency="", by=cast.trainer.user_id, now=START)
    sent_files.hand_on(session, platform.files, made, GIFT)
    session.commit()
    return made


def state(session: Session) -> tuple[str, int]:
    found = session.execute(select(QuestionFile.state, QuestionFile.questions)).one()
    session.rollback()
    return found.state, found.questions


def test_a_process_of_its_own_reads_the_file_and_what_it_gave_comes_in_as_it_was_shown(
    session: Session, bank: Bank, cast: Cast, platform: Platform, sent: QuestionFile
) -> None:
    reading.read_apart(platform, sent.id)
    platform.files.put(sent_files.key(sent.code), b"something else")
    reading.read_apart(platform, sent.id)  # asked for twice
    assert state(session) == ("read", 2)

    session.refresh(sent)
    batch = sent_files.take_in(session, platform.files, bank, sent, now=START)
    stems = select(QuestionVersion.content["stem"].as_string(), QuestionVersion.competency_id, QuestionVersion.made_by)
    came = session.execute(
        stems.join(Question, Question.current_id == QuestionVersion.id).where(Question.status == "trial")
    )
    known = session.scalar(select(QuestionVersion.competency_id).limit(1))
    assert sorted(came) == [
        ("Benar?", known, cast.trainer.user_id),
        ("Dua ditambah dua?", known, cast.trainer.user_id),
    ]
    assert batch.format == "gift"
    with pytest.raises(sent_files.TakenBefore):
        sent_files.take_in(session, platform.files, bank, sent, now=START)


def test_a_file_that_kills_its_reader_is_tried_twice_and_given_up(session: Session, sent: QuestionFile) -> None:
    for after in ("waiting", "failed"):
        assert sent_files.claim(session, sent.id, now=START)
        sent_files.note_ended(session, sent.id)
        assert session.scalar(select(QuestionFile.state)) == after

    assert not sent_files.claim(session, sent.id, now=START)
    assert sent_files.overdue(session, now=START + timedelta(days=1)) == []


def test_what_was_lost_is_found_by_the_sweep(
    session: Session, platform: Platform, sent: QuestionFile, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    monkeypatch.setattr(platform.queue, "put", lambda _name, arguments: asked.append(arguments["file_id"]))

    time.forward(seconds=60)
    reading.read_overdue(platform)
    assert asked == []  # its job may still come
    time.forward(seconds=1)
    reading.read_overdue(platform)
    assert asked == [sent.id]
    assert sent_files.claim(session, sent.id, now=time.at)
    session.commit()
    reading.read_overdue(platform)
    assert asked == [sent.id]  # it is being read
    assert not sent_files.claim(session, sent.id, now=time.at + timedelta(seconds=60))
    time.forward(seconds=61)
    session.rollback()
    reading.read_overdue(platform)
    assert asked == [sent.id] * 2
    assert sent_files.claim(session, sent.id, now=time.at)
    session.commit()
    time.forward(seconds=61)
    reading.read_overdue(platform)
    assert (asked, state(session)[0]) == ([sent.id] * 2, "failed")


def test_a_file_that_was_dropped_leaves_nothing_on_the_disk(
    session: Session, platform: Platform, sent: QuestionFile
) -> None:
    folder = platform.settings.var / "files" / sent_rows.FOLDER
    sent_files.claim(session, sent.id, now=START)
    session.commit()
    reading.read(platform.database, platform.files, sent.id)
    session.refresh(sent)
    assert len(list(folder.iterdir())) == 2, "the file and its rows"

    sent_files.drop(session, platform.files, sent)
    session.commit()

    assert list(folder.iterdir()) == []


def test_rows_kept_in_the_moment_of_dropping_are_taken_away(
    session: Session, platform: Platform, sent: QuestionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = sent_rows.keep

    def dropped_meanwhile(files: Files, code: str, rows: list[Row]) -> None:
        keep(files, code, rows)
        sent_files.drop(session, files, sent)
        session.commit()

    monkeypatch.setattr(sent_rows, "keep", dropped_meanwhile)
    sent_files.claim(session, sent.id, now=START)
    session.commit()
    reading.read(platform.database, platform.files, sent.id)

    assert list((platform.settings.var / "files" / sent_rows.FOLDER).iterdir()) == []


def test_a_file_that_was_dropped_is_read_no_further(
    session: Session, platform: Platform, sent: QuestionFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sent_files.claim(session, sent.id, now=START)
    session.commit()
    begun = formats.READERS["gift"]

    def dropped_meanwhile(data: bytes, found: Reading) -> None:
        sent_files.drop(session, platform.files, sent)
        session.commit()
        begun(data, found)
        raise AssertionError("nobody waits for it")

    monkeypatch.setitem(formats.READERS, "gift", dropped_meanwhile)
    reading.read(platform.database, platform.files, sent.id)
    assert session.scalars(select(QuestionFile)).all() == []


def test_how_far_a_reading_has_come_is_told_step_by_step() -> None:
    told_of = []
    text = "\n\n".join(f"Ibu kota nomor {n} yang mana di antara ini? {{T}}" for n in range(3)).encode()
    checked = formats.read("gift", text, tell=lambda *come: told_of.append(come))
    importing.plan(None, None, checked, Defaults(), stems=str.split, tell=lambda *come: told_of.append(come))

    assert told_of == [
        ("reading", 1, 5), ("reading", 3, 5), ("reading", 5, 5),
        ("checking", 0, 3), ("checking", 1, 3), ("checking", 2, 3),
        ("comparing", 0, 3), ("comparing", 1, 3), ("comparing", 2, 3),
    ]  # fmt: skip


def test_words_are_kept_so_that_they_can_be_said_in_another_language() -> None:
    words = say("%(field)s: %(n)s dari %(all)s", field=say("pilihan"), n=Decimal("1.5"), all=["a", say("b")])

    back = from_json(json.loads(json.dumps(to_json(words))))

    assert back == "pilihan: 1.5 dari a, b"
    assert told(
        back, {"%(field)s: %(n)s dari %(all)s": "%(n)s of %(all)s %(field)s", "pilihan": "x", "b": "c"}.__getitem__
    ) == ("1.5 of a, c x")


def test_more_than_can_be_kept_is_one_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = DiskFiles(tmp_path)
    planned = importing.plan(
        None, None, formats.read("gift", b"Benar? " + b"x" * 300 + b" {T}"), Defaults(), stems=str.split
    )
    monkeypatch.setattr(sent_rows, "MOST_BYTES", 400)

    (row,) = reading.keep(files, "abc", sent_rows.of(planned))

    assert (row.state, row.question) == ("error", None)
    assert list(sent_rows.between(files, "abc", 0, 1)) == [row]
