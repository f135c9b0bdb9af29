"""The dictionaries that come with the product."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.frameworks import reference
from lms.frameworks.models import Competency, Level
from tests.cast import START

NATIONAL = {
    "MAN.INT", "MAN.KJS", "MAN.KOM", "MAN.ORH", "MAN.PLP", "MAN.PDO", "MAN.MPR", "MAN.PKP", "SOS.PKB",
}  # fmt: skip


def test_the_national_dictionary_has_eight_managerial_entries_and_one_of_society() -> None:
    national = reference.read()[0]

    assert {entry.code for entry in national.competencies} == NATIONAL
    assert [entry.kind for entry in national.competencies] == ["manajerial"] * 8 + ["sosial_kultural"]


def test_every_entry_says_what_its_five_levels_mean_and_no_two_say_the_same() -> None:
    for framework in reference.read():
        for entry in framework.competencies:
            assert len(entry.levels) == 5, entry.code
            assert len({level.description for level in entry.levels}) == 5, entry.code


def test_technical_and_governmental_entries_have_indicators_for_each_level() -> None:
    entries = [entry for framework in reference.read()[1:] for entry in framework.competencies]

    assert {"TEK.KI", "TEK.PAT", "TEK.PBW", "PEM.KEU", "PEM.ETK"} <= {entry.code for entry in entries}
    assert all(len(level.indicators) >= 2 for entry in entries for level in entry.levels)


def test_loading_twice_adds_nothing_the_second_time(session: Session) -> None:
    first = reference.load(session, now=START)
    second = reference.load(session, now=START)

    assert (first, second) == (17, 0)
    assert session.scalar(select(func.count()).select_from(Competency)) == 17
    assert session.scalar(select(func.count()).select_from(Level)) == 85


def test_words_that_an_agency_put_there_are_kept(session: Session) -> None:
    reference.load(session, now=START)
    entry = session.scalars(select(Competency).where(Competency.code == "TEK.KI")).one()
    entry.description = "Kata-kata instansi."

    reference.load(session, now=START)

    assert session.scalar(select(Competency.description).where(Competency.code == "TEK.KI")) == "Kata-kata instansi."
