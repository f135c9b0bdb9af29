"""Questions of a file enter a bank on trial, as one batch that can be taken back."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.exams import use
from lms.questions import banks, exporting, importing, kinds
from lms.questions.exchange import formats
from lms.questions.importing import BatchUndone, Defaults, Plan
from lms.questions.models import Bank, BatchQuestion, Question, QuestionVersion
from lms.storage import DiskFiles
from tests.cast import START, Cast
from tests.exams import factory
from tests.exams.factory import Hall

GIFT = "::A:: Satu ditambah satu sama dengan dua? {T}\n\n::B:: Ibu kota Jawa Barat? {=Bandung ~Bogor}\n\n::C:: rusak {~a ~b}"


@pytest.fixture
def hall(session: Session, cast: Cast) -> Hall:
    return factory.build(session, cast)


def planned(session: Session, hall: Hall, text: str = GIFT, defaults: Defaults | None = None) -> Plan:
    checked = formats.read("gift", text.encode())
    return importing.plan(
        session, bank_of(session, hall), checked, defaults or Defaults(), stems=lambda words: words.lower().split()
    )


def bank_of(session: Session, hall: Hall) -> Bank:
    return session.get_one(Bank, hall.bank_id)


def test_good_questions_enter_on_trial_and_bad_ones_stay_out(session: Session, hall: Hall, cast: Cast) -> None:
    before = session.scalar(select(func.count()).select_from(Question))
    plan = planned(session, hall)

    batch = importing.write(
        session, bank_of(session, hall), plan.questions, format="gift", sha256="", by=cast.trainer.user_id, now=START
    )

    made = session.execute(
        select(Question.status, Question.purpose, QuestionVersion.made_by)
        .join(QuestionVersion, QuestionVersion.id == Question.current_id)
        .join(BatchQuestion, BatchQuestion.question_id == Question.id)
        .where(BatchQuestion.batch_id == batch.id)
    ).all()
    assert [tuple(row) for row in made] == [("trial", "exam", cast.trainer.user_id)] * 2
    assert session.scalar(select(func.count()).select_from(Question)) == (before or 0) + 2
    assert [one.where for one in plan.errors] == ["Baris 5, karakter ke-14"]


def test_what_the_file_does_not_say_is_what_is_usual_in_the_bank_or_what_is_asked_for(
    session: Session, hall: Hall
) -> None:
    usual = planned(session, hall).questions[0]
    asked = planned(session, hall, defaults=Defaults(level=5, difficulty="sulit")).questions[0]

    assert (usual.competency_id, usual.difficulty) == (hall.competency_id, "sedang")
    assert (asked.level, asked.difficulty) == (5, "sulit")


def test_an_empty_bank_needs_a_competency(session: Session, hall: Hall, cast: Cast) -> None:
    bank = Bank(code="kosong", title="Kosong", unit_id=cast.jakarta)
    session.add(bank)
    session.flush()
    checked = formats.read("gift", b"Benar? {T}")

    plan = importing.plan(session, bank, checked, Defaults(), stems=str.split)

    assert plan.questions == ()
    assert "--competency" in plan.errors[0].message


def test_an_unknown_competency_in_the_file_is_an_error_at_its_place(session: Session, hall: Hall) -> None:
    plan = planned(session, hall, "// [tag:kompetensi:TIDAK.ADA]\nBenar? {T}")

    assert [str(one) for one in plan.errors] == ["Baris 2: kompetensi TIDAK.ADA tidak ada di kamus kompetensi"]


def test_what_the_bank_nearly_has_is_a_warning(session: Session, hall: Hall) -> None:
    importing.write(
        session, bank_of(session, hall), planned(session, hall).questions, format="gift", sha256="", by=None, now=START
    )

    warnings = planned(session, hall, "Satu ditambah satu sama dengan dua? {F}").warnings

    assert [str(one) for one in warnings] == [
        "Baris 1: 100% mirip dengan soal di bank: “Satu ditambah satu sama dengan dua?”"
    ]


def test_undo_takes_out_exactly_the_batch(session: Session, hall: Hall) -> None:
    before = set(session.scalars(select(Question.id)))
    bank = bank_of(session, hall)
    first = importing.write(
        session, bank, planned(session, hall).questions, format="gift", sha256="", by=None, now=START
    )
    kept = importing.write(
        session, bank, planned(session, hall, "Lain? {T}").questions, format="gift", sha256="", by=None, now=START
    )

    made = importing.undo(session, first, in_use=use.is_asked(), by=None, now=START)

    left = set(session.scalars(select(BatchQuestion.question_id).where(BatchQuestion.batch_id == kept.id)))
    assert (made.removed, made.kept) == (2, 0)
    assert set(session.scalars(select(Question.id))) == before | left
    assert session.scalar(select(func.count()).where(AuditEvent.action == "question.undo_import")) == 1


def test_undo_leaves_what_was_taken_into_use_or_changed(session: Session, hall: Hall) -> None:
    bank = bank_of(session, hall)
    batch = importing.write(
        session, bank, planned(session, hall).questions, format="gift", sha256="", by=None, now=START
    )
    live, changed = session.scalars(
        select(Question)
        .join(BatchQuestion, BatchQuestion.question_id == Question.id)
        .where(BatchQuestion.batch_id == batch.id)
    )
    live.status = "live"
    tags: dict[str, Any] = {
        "competency_id": hall.competency_id,
        "level": 1,
        "difficulty": "mudah",
        "lesson": "",
        "purpose": "exam",
    }
    content = kinds.read({"kind": "true_false", "stem": "Baru?", "answer": True})
    banks.add_version(session, bank, uuid=changed.uuid, kind="true_false", content=content, by=None, now=START, **tags)
    session.flush()

    made = importing.undo(session, batch, in_use=use.is_asked(), by=None, now=START)

    assert (made.removed, made.kept) == (0, 2)


def test_a_batch_is_taken_back_once(session: Session, hall: Hall) -> None:
    batch = importing.write(
        session, bank_of(session, hall), planned(session, hall).questions, format="gift", sha256="", by=None, now=START
    )
    importing.undo(session, batch, in_use=use.is_asked(), by=None, now=START)

    with pytest.raises(BatchUndone):
        importing.undo(session, batch, in_use=use.is_asked(), by=None, now=START)


def test_a_bank_is_exported_without_its_retired_questions(session: Session, hall: Hall, tmp_path: Path) -> None:
    bank = bank_of(session, hall)
    importing.write(session, bank, planned(session, hall).questions, format="gift", sha256="", by=None, now=START)
    session.flush()
    before = len(exporting.drafts(session, bank, DiskFiles(tmp_path)))
    session.scalars(select(Question).where(Question.bank_id == bank.id)).first().status = "retired"  # type: ignore[union-attr]
    session.flush()

    assert len(exporting.drafts(session, bank, DiskFiles(tmp_path))) == before - 1
