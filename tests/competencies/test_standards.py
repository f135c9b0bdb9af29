"""The standard in force for a post on a day, and standards from a file."""

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.competencies.models import PositionStandard
from lms.competencies.standard_files import StandardsRejected, import_standards
from lms.competencies.standards import default_requirements, post_of
from lms.people.models import Appointment, Position
from tests.cast import START, Cast
from tests.competencies import factory
from tests.competencies.factory import TODAY

FILE = """standards:
  - position: post-p-learner
    effective_from: 2026-01-01
    source: Keputusan uji
    defaults: true
    requirements:
      - {competency: TEK.KI, level: 2, mandatory: true}
      - {competency: MAN.INT, level: 4}
"""
BROKEN = """standards:
  - position: post-tidak-ada
    effective_from: 2026-01-01
    requirements:
      - {competency: TEK.XX, level: 2}
      - {competency: TEK.KI, level: 6}
  - position: post-p-learner
    effective_from: awal tahun
    source: Keputusan uji
    requirements:
      - {competency: TEK.KI, level: 2}
      - {competency: TEK.KI, level: 3}
"""


def test_the_standard_in_force_is_the_newest_that_has_begun(session: Session, cast: Cast) -> None:
    known = factory.dictionary(session)
    factory.standard(session, cast.learner, known, {"TEK.KI": 1}, since=date(2024, 1, 1))
    factory.standard(session, cast.learner, known, {"TEK.KI": 2}, since=date(2026, 11, 23))
    factory.standard(session, cast.learner, known, {"TEK.KI": 3}, since=date(2026, 11, 24))

    post = post_of(session, cast.learner.employee_id, on=TODAY)

    assert post is not None
    assert post.standard is not None
    assert (post.title, post.unit) == ("Sekretaris Kecamatan", "Kecamatan Kembangan")
    assert [(asked.code, asked.level) for asked in post.standard.requirements] == [("TEK.KI", 2)]


def test_requirements_stand_in_the_order_technical_government_managerial_social(session: Session, cast: Cast) -> None:
    known = factory.dictionary(session)
    asked = {"SOS.PKB": 2, "MAN.MPR": 2, "MAN.INT": 2, "PEM.KEU": 2, "TEK.PAT": 2}
    factory.standard(session, cast.learner, known, asked)
    post = post_of(session, cast.learner.employee_id, on=TODAY)

    assert post is not None
    assert post.standard is not None
    assert [asked.code for asked in post.standard.requirements] == [
        "TEK.PAT",
        "PEM.KEU",
        "MAN.INT",
        "MAN.MPR",
        "SOS.PKB",
    ]


def test_a_post_without_a_standard_is_a_post_still(session: Session, cast: Cast) -> None:
    post = post_of(session, cast.colleague.employee_id, on=TODAY)

    assert post is not None
    assert post.standard is None


def test_who_holds_no_post_on_the_day_has_none(session: Session, cast: Cast) -> None:
    assert post_of(session, cast.colleague.employee_id, on=date(2019, 12, 31)) is None


def test_the_definitive_post_goes_before_a_newer_acting_one(session: Session, cast: Cast) -> None:
    camat = session.scalars(select(Position.id).where(Position.code == "post-p-manager")).one()
    acting = Appointment(employee_id=cast.learner.employee_id, position_id=camat, kind="plt", since=date(2026, 6, 1))
    session.add(acting)
    session.flush()

    post = post_of(session, cast.learner.employee_id, on=TODAY)

    assert post is not None
    assert post.title == "Sekretaris Kecamatan"


@pytest.mark.parametrize(("tier", "level"), [("pengawas", 2), ("administrator", 3), ("jf_ahli_utama", 5)])
def test_a_tier_asks_for_its_default_level_in_nine_competencies(tier: str, level: int) -> None:
    levels = default_requirements(tier, on=TODAY)

    assert len(levels) == 9
    assert set(levels.values()) == {level}
    assert "SOS.PKB" in levels


def test_a_file_adds_a_standard_on_top_of_the_tier_s_defaults(session: Session, cast: Cast) -> None:
    factory.dictionary(session)

    assert import_standards(session, FILE, by=cast.hr.user_id, now=START) == 1

    post = post_of(session, cast.learner.employee_id, on=TODAY)
    assert post is not None
    assert post.standard is not None
    assert {asked.code: (asked.level, asked.mandatory) for asked in post.standard.requirements} == {
        "TEK.KI": (2, True),
        "MAN.INT": (4, False),
        "MAN.MPR": (2, False),
        "SOS.PKB": (2, False),
    }
    assert session.scalars(select(AuditEvent.action)).all() == ["standard.import"]


def test_the_same_file_twice_changes_nothing(session: Session, cast: Cast) -> None:
    factory.dictionary(session)
    import_standards(session, FILE, by=None, now=START)

    assert import_standards(session, FILE, by=None, now=START) == 0
    assert len(session.scalars(select(PositionStandard)).all()) == 1


def test_a_standard_is_never_rewritten_under_its_date(session: Session, cast: Cast) -> None:
    factory.dictionary(session)
    import_standards(session, FILE, by=None, now=START)

    with pytest.raises(StandardsRejected, match="sudah ada standar lain mulai tanggal itu"):
        import_standards(session, FILE.replace("level: 4", "level: 3"), by=None, now=START)


def test_every_wrong_line_is_reported_and_nothing_is_written(session: Session, cast: Cast) -> None:
    factory.dictionary(session)

    with pytest.raises(StandardsRejected) as refused:
        import_standards(session, BROKEN, by=None, now=START)

    assert [(error.line, error.field) for error in refused.value.errors] == [
        (2, "source"),
        (2, "position"),
        (5, "competency"),
        (6, "level"),
        (7, "effective_from"),
        (12, "competency"),
    ]
    assert session.scalars(select(PositionStandard)).all() == []


def test_a_torn_file_names_its_line(session: Session) -> None:
    with pytest.raises(StandardsRejected, match="Baris 2"):
        import_standards(session, "standards:\n  - {position: ]\n", by=None, now=START)


@pytest.mark.parametrize("text", ["a: 2026-13-45", "[" * 5000, "a: \x08"])
def test_a_file_that_is_no_yaml_is_refused(session: Session, text: str) -> None:
    with pytest.raises(StandardsRejected, match="YAML"):
        import_standards(session, text, by=None, now=START)


@pytest.mark.parametrize("text", ["", "standards: 3", "- a"])
def test_a_file_without_a_list_of_standards_is_refused(session: Session, text: str) -> None:
    with pytest.raises(StandardsRejected, match="daftar standar"):
        import_standards(session, text, by=None, now=START)
