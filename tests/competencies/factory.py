"""A small dictionary, standards and evidence for the tests of profiles: only what they speak of."""

import html
import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue.models import Course, Edition, LearningCredit
from lms.competencies import evidence
from lms.competencies.models import Evidence, PositionStandard, Requirement
from lms.frameworks.models import Competency, Framework, Level
from lms.people.models import Appointment, Employee, Position
from tests.cast import START, Cast, Person

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


def course(
    session: Session, cast: Cast, competencies: list[dict[str, object]], *, slug: str = "standar-pelayanan"
) -> Course:
    """A published course of 8 hours, in its third edition."""
    made = Course(uuid=slug, slug=slug, unit_id=cast.jakarta)
    session.add(made)
    session.flush()
    edition = Edition(
        course_id=made.id,
        number=3,
        title="Standar Pelayanan di Kecamatan",
        summary="",
        audience="",
        language="id",
        method="e-learning",
        learning_hours=8,
        competencies=competencies,
        hash="h",
        published_at=START,
    )
    session.add(edition)
    session.flush()
    made.published_id = edition.id
    session.flush()
    return made


def credit(session: Session, person: Person, *, hours: int) -> None:
    """Hours of the one course there is, credited today."""
    edition = session.scalars(select(Edition)).one()
    session.add(
        LearningCredit(
            employee_id=person.employee_id,
            course_id=edition.course_id,
            edition_id=edition.id,
            year=TODAY.year,
            learning_hours=hours,
            credited_at=START,
        )
    )


def crowd(session: Session, cast: Cast, number: int) -> None:
    """So many more people in Kecamatan Kembangan, on one post."""
    post = Position(code="ramai", title="Pelaksana", tier="pelaksana", unit_id=cast.kembangan)
    session.add(post)
    session.flush()
    for n in range(number):
        person = Employee(
            code=f"ramai-{n}", nip=f"1990010120150521{n:02}", name=f"Ramai {n:02}", grade="II/a", employment="pns"
        )
        session.add(person)
        session.flush()
        session.add(Appointment(employee_id=person.id, position_id=post.id, since=date(2020, 1, 1)))
    session.flush()


def plain(page: str) -> str:
    """What a page says: without marks, script and style, and with single blanks."""
    body = page[page.index("<main") : page.index("</main>")]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split()).replace(" .", ".").replace(" ,", ",")
