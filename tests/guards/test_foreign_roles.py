"""Every role there is, held over other units, opens nothing here: each address of an object answers as an address of nothing."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from lms.authoring import drafts
from lms.catalogue.models import Course
from lms.certificates import awarding, issuing
from lms.certificates.ending_models import Ending
from lms.certificates.models import Certificate, Scheme
from lms.certificates.proposal_models import Proposal
from lms.exams import candidates
from lms.exams.appealing.models import Appeal
from lms.exams.marking.models import Work
from lms.exams.models import Attempt, Blueprint, CandidateUpload, Result, Sitting
from lms.exams.panels.models import Panel
from lms.exams.regrading.models import Regrade
from lms.exams.room_models import SittingProctor
from lms.people.employment import employment_on
from lms.people.models import ROLES, OrgUnit, RoleGrant
from lms.questions.models import Question, QuestionVersion
from lms.web.request import PUBLIC, TOKEN
from tests.cast import START, Cast, Person
from tests.certificates.register import MADE, TODAY
from tests.exams import factory
from tests.exams.marking import essays

Browser = Callable[[Person | None], FlaskClient]
#: Open to whoever has signed in, or about oneself alone: the object is in the address, the answer is one's own.
OWN = ("/ujian/", "/katalog/", "/belajar/", "/kompetensi/", "/akun/sesi/", "/delegasi/", "/gambar/", "/audio/")
#: What this world has none of, or what only its owner may open.
EMPTY = (
    "/pengerjaan/", "/sdm/cek/", "/sdm/rancangan/", "/koreksi/jawaban/<code>/berkas", "/sanggah/<code>/berkas",
    "/berita-acara/berkas",
    "/panel/", "/kredensial.js", "/kredensial.jwt", "/lencana.", "/sertifikat/<code>/berkas", "/pratinjau/",
    "/analisis/<uuid>/", "/temuan.",
)  # fmt: skip


@pytest.fixture
def world(session: Session, cast: Cast) -> dict[str, dict[str, object]]:
    """One of everything, the learner's and Jakarta's. The first part of an address → what its names stand for."""
    hall = essays.build(session, cast, people=(cast.learner,))
    attempt = session.scalars(select(Attempt)).one()
    result = session.scalars(select(Result)).one()
    result.passed, result.state = True, "graded"
    work = session.scalars(select(Work).order_by(Work.id).limit(1)).one()
    version = session.get_one(QuestionVersion, work.version_id)
    uuid = session.get_one(Question, version.question_id).uuid
    sitting = session.get_one(Sitting, hall.sitting_id)
    candidates.add(session, sitting, cast.colleague.employee_id, by=cast.hr.user_id, now=START)
    upload = CandidateUpload(
        code="unggah1", sitting_id=sitting.id, source="csv", rows=[["NIP"]], made_at=START, made_by=cast.hr.user_id
    )
    scheme = Scheme(
        code="skema", title="Skema", unit_id=cast.jakarta, exam_id=hall.exam_id, competency_id=hall.competency_id,
        level=1, design="kompetensi", validity_months=36, number_pattern="N.{n}/{month}/{year}",
        official={"office": "Kepala", "name": "Kepala", "nip": "197103151996032004", "place": "Jakarta"},
    )  # fmt: skip
    regrade = Regrade(
        code="ulang111", exam_id=hall.exam_id, version_id=version.id, remedy="full", contents=[], reason="x",
        state="draft", made_at=START, made_by=cast.hr.user_id,
    )  # fmt: skip
    appeal = Appeal(
        code="sanggah1", attempt_id=attempt.id, item=work.item, exam_id=hall.exam_id, version_id=version.id, text="x",
        filed_at=START, due_at=START,
    )  # fmt: skip
    panel = Panel(
        code="panel1", exam_id=hall.exam_id, blueprint_id=session.scalars(select(Blueprint.id)).one(), state="open",
        round=1, opened_at=START, opened_by=cast.hr.user_id,
    )  # fmt: skip
    session.add_all([upload, scheme, regrade, appeal, panel])
    session.flush()
    certificate = _issued(session, cast, result)
    ending = Ending(
        code="akhir1", certificate_id=certificate.id, kind="revoke", reason="other", words="", state="open",
        proposed_by=cast.hr.user_id, proposed_at=START, decision="",
    )  # fmt: skip
    proposal = Proposal(
        code="usul1", scheme_id=scheme.id, employee_id=cast.learner.employee_id, result_id=result.id, cycle=1,
        state="approving", since=START, proposed_at=START, checks=[], verification="", decision="",
        verified_by=cast.hr.user_id, verified_at=START,
    )  # fmt: skip
    session.add_all([ending, proposal])
    course = session.scalars(select(Course)).one()
    drafts.open_draft(session, course, by=cast.trainer.user_id, now=START)
    session.commit()
    exam = {"code": factory.CODE, "uuid": uuid, "number": version.number}
    return {
        "/ajar": {"slug": course.slug, "lesson_slug": "01-materi"},
        "/kelola": {
            **exam, "sitting": sitting.code, "person": cast.colleague.code, "upload": upload.code, "word": "latihan",
        },
        "/kelola/ujian/<code>/penilaian-ulang/<number>": {"code": factory.CODE, "number": regrade.code},
        "/koreksi": exam,
        "/koreksi/jawaban": {"code": work.code},
        "/kelola/ujian/<code>/angoff": {"code": factory.CODE, "panel": panel.code, "judge": 1},
        "/panel": {"code": panel.code},
        "/pengerjaan": {"code": attempt.code, "number": 1},
        "/persetujuan": {"code": proposal.code},
        "/persetujuan/pencabutan": {"code": ending.code},
        "/ruang": {"code": sitting.code, "person": cast.colleague.code, "line": 1},
        "/sanggah": {"code": appeal.code},
        "/sdm/pencabutan": {"code": ending.code},
        "/sdm/penerbitan": {"code": scheme.code},
        "/sdm/rancangan": {"unit_code": "dki", "design_id": "kompetensi", "number": 1, "name": "1.png"},
        "/sdm/sertifikat": {"code": certificate.code},
        "/sdm/usulan": {"code": proposal.code},
        "/sdm/cek": {"code": "tiada"},
        "/sertifikat": {"code": certificate.code},
        "/soal": {
            "code": "bank-ki", "uuid": uuid, "format": "gift", "batch_code": "x", "turn": "x", "sent": "x", "kind": "csv",
        },
        **{area: {"code": cast.learner.code} for area in ("/sdm/pegawai", "/tim")},
    }  # fmt: skip


def _issued(session: Session, cast: Cast, result: Result) -> Certificate:
    holder = employment_on(session, cast.learner.employee_id, TODAY)
    made = awarding.propose(
        session, result, holder=holder, learning_hours=4, check_page="http://localhost/cek", on=TODAY, now=START
    )
    assert made is not None
    waiting = issuing.pending(session, [made.id])
    issuing.give_numbers(session, waiting, signature_kind="test", today=TODAY)
    issuing.note_issued(session, {made.id: MADE}, now=START)
    return made


def addresses(app: Flask, world: dict[str, dict[str, object]]) -> Iterator[tuple[Rule, str]]:
    """Every address of an object that has a permission, with the world's object in it."""
    for rule in app.url_map.iter_rules():
        may = getattr(app.view_functions[rule.endpoint], "may", None)
        if rule.arguments and may not in (PUBLIC, TOKEN) and not rule.rule.startswith(OWN):
            area = max((area for area in world if rule.rule.startswith(area)), key=len)
            built = rule.build({name: world[area][name] for name in rule.arguments})
            assert built, rule.rule
            yield rule, built[1]


def give_every_role(session: Session, who: Person, unit_code: str) -> None:
    unit_id = session.scalars(select(OrgUnit.id).where(OrgUnit.code == unit_code)).one()
    for role in ROLES:
        session.add(RoleGrant(user_id=who.user_id, role=role, unit_id=unit_id, since=date(2020, 1, 1)))
    session.commit()


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_every_role_over_other_units_opens_nothing(
    app: Flask, browser: Browser, cast: Cast, session: Session, world: dict[str, dict[str, object]]
) -> None:
    """The next district's head, and somebody of another agency, who hold every role there."""
    give_every_role(session, cast.other_manager, "dki-palmerah")
    give_every_role(session, cast.outsider, "tangsel")
    opened = []
    for who in (cast.other_manager, cast.outsider):
        client = browser(who)
        for rule, address in addresses(app, world):
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                status = client.open(address, method=method, data={"alasan": "x", "aksi": "terima"}).status_code
                if status not in {403, 404}:
                    opened.append((who.name, method, rule.rule, status))
    assert opened == []


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_the_same_addresses_open_to_every_role_here(
    app: Flask, browser: Browser, cast: Cast, session: Session, world: dict[str, dict[str, object]]
) -> None:
    """Else the test above would find nothing because nothing is there."""
    give_every_role(session, cast.outsider, "dki")
    sitting = session.scalars(select(Sitting.id)).one()
    session.add(
        SittingProctor(sitting_id=sitting, user_id=cast.outsider.user_id, added_at=START, added_by=cast.hr.user_id)
    )
    session.commit()
    client = browser(cast.outsider)
    closed = [
        (rule.rule, status)
        for rule, address in addresses(app, world)
        if "GET" in (rule.methods or ()) and not any(part in rule.rule for part in EMPTY)
        if (status := client.get(address).status_code) in {403, 404, 500}
    ]
    assert closed == [("/tim/<code>", 403)]  # teams are for heads alone
