"""A small dictionary, standards and evidence for the tests of profiles: only what they speak of."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.competencies import evidence
from lms.competencies.models import Evidence, PositionStandard, Requirement
from lms.frameworks.models import Competency, Framework, Level
from lms.people.models import Appointment
from tests.cast import START, Person

TODAY = date(2026, 11, 23)
NAMES = {
    "TEK.KI": ("teknis", "Keamanan Informasi"),
    "TEK.PAT": ("teknis", "Pelayanan Administrasi Terpadu"),
    "PEM.KEU": ("pemerintahan", "Pengelolaan Keuangan Daerah"),
    "MAN.INT": ("manajerial", "Integritas"),
    "MAN.MPR": ("manajerial", "Mengelola Perubahan"),
    "SOS.PKB": ("sosial_kultural", "Perekat Bangsa"),
}


@dataclass(frozen=True)
class Dictionary:
    """The competencies by code: their keys."""

    keys: dict[str, int]

    def __getitem__(self, code: str) -> int:
        return self.keys[code]


def dictionary(session: Session) -> Dictionary:
    """Six competencies of the four kinds, each with its five levels."""
    framework = Framework(code="uji", title="Kamus uji", source="Uji", valid_from=date(2020, 1, 1))
    session.add(framework)
    session.flush()
    for position, (code, (kind, name)) in enumerate(NAMES.items(), start=1):
        levels = [
            Level(number=n, description=f"{name} tingkat {n}", indicators=[f"Indikator {n}.1", f"Indikator {n}.2"])
            for n in range(1, 6)
        ]
        session.add(
            Competency(
                code=code,
                framework_id=framework.id,
                kind=kind,
                position=position,
                name=name,
                description=f"Tentang {name}.",
                levels=levels,
            )
        )
    session.flush()
    return Dictionary(dict(session.execute(select(Competency.code, Competency.id)).all()))


def standard(
    session: Session,
    person: Person,
    known: Dictionary,
    asked: dict[str, int],
    *,
    mandatory: tuple[str, ...] = (),
    since: date = date(2026, 1, 1),
) -> PositionStandard:
    """A standard for the post that a person holds: competency code → level."""
    position = select(Appointment.position_id).where(Appointment.employee_id == person.employee_id)
    made = PositionStandard(
        position_id=session.scalars(position.order_by(Appointment.id)).first(),
        effective_from=since,
        source="Keputusan uji",
        requirements=[
            Requirement(competency_id=known[code], level=level, mandatory=code in mandatory)
            for code, level in asked.items()
        ],
    )
    session.add(made)
    session.flush()
    return made


def proof(
    session: Session,
    person: Person,
    competency_id: int,
    level: int,
    source: str,
    observed_on: date,
    *,
    supervised: bool = False,
    valid_until: date | None = None,
) -> Evidence:
    """One row of evidence without a result or certificate behind it."""
    return evidence.add(
        session,
        employee_id=person.employee_id,
        competency_id=competency_id,
        level=level,
        source=source,
        supervised=supervised,
        observed_on=observed_on,
        valid_until=valid_until,
        now=START,
    )
