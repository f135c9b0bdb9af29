"""The aggregate for whole units and the pure rule give the same, on both databases."""

from datetime import date, timedelta

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from lms.competencies import evidence, unit_levels
from lms.competencies.gaps import Tally
from lms.competencies.models import SOURCES, Evidence
from lms.competencies.profiles import profile
from lms.people.models import Employee
from lms.reports import people, person
from tests.cast import START, Cast
from tests.competencies import factory
from tests.competencies.factory import TODAY

days = st.integers(-3, 3).map(lambda n: TODAY + timedelta(days=n))
rows = st.lists(
    st.fixed_dictionaries(
        {
            "who": st.sampled_from([0, 0, 0, 1]),
            "what": st.sampled_from(["TEK.KI", "TEK.KI", "TEK.KI", "MAN.INT"]),
            "level": st.integers(1, 5),
            "source": st.sampled_from((*SOURCES, "assessment", "manager")),
            "supervised": st.booleans(),
            "observed_on": days,
            "lasts": st.none() | st.integers(0, 4),
            "aside": st.booleans().map(lambda yes: START if yes else None),
        }
    ),
    min_size=2,
    max_size=9,
)


def of_today(source: str, level: int) -> dict[str, object]:
    plain = {"who": 0, "what": "TEK.KI", "supervised": False, "observed_on": TODAY, "lasts": None, "aside": None}
    return {**plain, "source": source, "level": level}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=rows)
@example(rows=[of_today("manager", 4), of_today("manager", 2)])
@example(rows=[of_today("assessment", 4), of_today("assessment", 2)])
def test_the_aggregate_equals_the_pure_rule(session: Session, cast: Cast, rows: list[dict[str, object]]) -> None:
    known = _dictionary(session, cast)
    session.execute(delete(Evidence))
    session.execute(insert(Evidence), [_row(row, cast, known) for row in rows])

    by_rule = {
        (person.employee_id, competency): (standing.official, standing.estimated, standing.until or unit_levels.FOREVER)
        for person in (cast.learner, cast.colleague)
        for competency, standing in profile(evidence.observations_of(session, person.employee_id), TODAY).items()
        if standing.estimated is not None
    }
    by_aggregate = {
        (row.employee_id, row.competency_id): (row.official, row.estimated, row.until)
        for row in session.execute(unit_levels.levels(TODAY))
    }

    assert by_aggregate == by_rule
    assert _tally_of_list(session, cast) == _tally_of_profile(session, cast)


def test_counts_of_a_unit_tell_met_short_unassessed_and_ending(session: Session, cast: Cast) -> None:
    known = factory.dictionary(session)
    factory.standard(session, cast.learner, known, {"TEK.KI": 2, "TEK.PAT": 3, "MAN.INT": 2, "MAN.MPR": 2})
    learner = cast.learner
    factory.proof(session, learner, known["TEK.KI"], 3, "certificate", date(2026, 1, 1))
    factory.proof(session, learner, known["TEK.PAT"], 2, "manager", date(2026, 1, 1))
    factory.proof(session, learner, known["MAN.INT"], 2, "assessment", date(2024, 1, 1), valid_until=date(2027, 2, 21))
    factory.proof(session, learner, known["MAN.MPR"], 4, "self", date(2026, 1, 1))
    both = select(Employee.id).where(Employee.id.in_([learner.employee_id, cast.colleague.employee_id]))

    found = {row.employee_id: row for row in session.execute(unit_levels.counts(TODAY, people=both))}
    mine, other = found[learner.employee_id], found[cast.colleague.employee_id]

    assert (mine.title, mine.unit) == ("Sekretaris Kecamatan", "Kecamatan Kembangan")
    assert (mine.required, mine.met, mine.unassessed, mine.ending) == (4, 2, 1, 1)
    assert (other.standard_id, other.required, other.met, other.unassessed) == (None, 0, 0, 0)


def test_a_level_that_ends_in_ninety_one_days_is_not_yet_ending(session: Session, cast: Cast) -> None:
    known = factory.dictionary(session)
    factory.standard(session, cast.learner, known, {"MAN.INT": 2})
    until = date(2027, 2, 22)
    factory.proof(session, cast.learner, known["MAN.INT"], 2, "assessment", date(2024, 1, 1), valid_until=until)
    me = select(Employee.id).where(Employee.id == cast.learner.employee_id)

    assert session.execute(unit_levels.counts(TODAY, people=me)).one().ending == 0


def _tally_of_list(session: Session, cast: Cast) -> Tally:
    me = select(Employee.id).where(Employee.id == cast.learner.employee_id)
    (row,) = people.by_name(session, me, on=TODAY, page=1, size=1)
    return row.stands


def _tally_of_profile(session: Session, cast: Cast) -> Tally:
    return person.profile_of(session, cast.learner.employee_id, today=TODAY).counted


def _dictionary(session: Session, cast: Cast) -> factory.Dictionary:
    found = session.info.get("dictionary")
    if found is None:
        found = session.info["dictionary"] = factory.dictionary(session)
        factory.standard(session, cast.learner, found, {"TEK.KI": 3, "MAN.INT": 2, "MAN.MPR": 2})
    assert isinstance(found, factory.Dictionary)
    return found


def _row(row: dict[str, object], cast: Cast, known: factory.Dictionary) -> dict[str, object]:
    person = (cast.learner, cast.colleague)[int(str(row["who"]))]
    observed, lasts = row["observed_on"], row["lasts"]
    assert isinstance(observed, date)
    return {
        "employee_id": person.employee_id,
        "competency_id": known[str(row["what"])],
        "level": row["level"],
        "source": row["source"],
        "supervised": row["supervised"],
        "observed_on": observed,
        "valid_until": None if lasts is None else observed + timedelta(days=int(str(lasts))),
        "set_aside_at": row["aside"],
        "recorded_at": START,
        "note": "",
    }
