"""Who decides about a certificate reads the marks before and after, and reaches the regrade if that is theirs to see."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.certificates.ending_models import Ending
from lms.certificates.models import Certificate, Revocation
from lms.exams.regrading import applying
from lms.exams.regrading.models import Regrade
from lms.people.models import RoleGrant
from tests import test_one_certificate as one_certificate
from tests.cast import Cast, Person, official
from tests.competencies.factory import plain
from tests.exams import factory
from tests.exams.regrading import test_regrades as exam
from tests.exams.regrading import test_restoring as restoring

Browser = Callable[[Person | None], FlaskClient]


@pytest.fixture
def code(app: Flask, session: Session, cast: Cast) -> str:
    """The certificate of the learner, whose pass of 50 became 0 by a changed key."""
    exam.lose_the_pass(app, session, cast)
    found = session.scalars(select(Certificate.code).where(Certificate.employee_id == cast.learner.employee_id)).one()
    session.commit()
    return found


def taken_over(browser: Browser, session: Session, cast: Cast, code: str) -> str:
    """HR proposes what the system had proposed."""
    said = {"revoke-alasan": "result_changed", "revoke-uraian": "Nilainya turun."}
    assert browser(cast.hr).post(f"/sdm/sertifikat/{code}/pencabutan", data=said).status_code == 303
    found = session.scalars(select(Ending.code).where(Ending.kind == "revoke")).one()
    session.commit()
    return found


def test_the_official_reads_the_marks_before_and_after(
    browser: Browser, session: Session, cast: Cast, code: str
) -> None:
    head = official(session, cast)
    session.commit()
    proposal = taken_over(browser, session, cast, code)

    page = browser(head).get(f"/persetujuan/pencabutan/{proposal}").text

    words = plain(page).split("Nilai ujian yang mendasari", 1)[1]
    assert "Jawaban dikumpulkan 50,00 Lulus" in words
    assert "Penilaian ulang: kunci diganti Kunci keliru. 0,00 Belum lulus" in words
    assert "Bagian belum tercapai" not in words  # its sections have no thresholds of their own
    assert "Perubahan pada peserta lain hanya dibuka penyelenggara ujian." in words
    assert "padahal" not in page
    assert "menggantikannya" not in page
    assert "/penilaian-ulang/" not in page  # no organiser: what it did to others is not this person's to read


def test_an_official_who_organises_the_exam_reaches_the_regrade(
    browser: Browser, session: Session, cast: Cast, code: str
) -> None:
    head = official(session, cast)
    session.add(RoleGrant(user_id=head.user_id, role="organiser", unit_id=cast.jakarta, since=date(2020, 1, 1)))
    regrade = session.scalars(select(Regrade.code)).one()
    session.commit()
    client = browser(head)

    page = client.get(f"/persetujuan/pencabutan/{taken_over(browser, session, cast, code)}").text

    address = f"/kelola/ujian/{factory.CODE}/penilaian-ulang/{regrade}"
    assert f'href="{address}"' in page
    assert client.get(address).status_code == 200


def test_a_proposal_that_goes_against_the_result_that_holds_is_said_to(
    browser: Browser, session: Session, cast: Cast, code: str
) -> None:
    head = official(session, cast)
    session.commit()
    said = {"reinstate-alasan": "cleared", "reinstate-uraian": "Kembalikan."}
    assert browser(cast.hr).post(f"/sdm/sertifikat/{code}/pemulihan", data=said).status_code == 303
    proposal = session.scalars(select(Ending.code).where(Ending.kind == "reinstate")).one()
    session.commit()

    page = browser(head).get(f"/persetujuan/pencabutan/{proposal}").text

    assert "Hasil ujian yang berlaku sekarang belum lulus, padahal pemulihan diusulkan." in page
    assert "sertifikat berlaku lagi" in page


def test_an_official_is_told_that_lifting_another_suspension_leaves_the_lost_pass(
    browser: Browser, session: Session, cast: Cast, code: str
) -> None:
    """It was suspended for an examination when its pass was lost."""
    head = official(session, cast)
    session.execute(update(Revocation).values(reason="under_examination", by=cast.hr.user_id))
    session.commit()
    said = {"reinstate-alasan": "cleared", "reinstate-uraian": "Bersih."}
    assert browser(cast.hr).post(f"/sdm/sertifikat/{code}/pemulihan", data=said).status_code == 303
    proposal = session.scalars(select(Ending.code).where(Ending.kind == "reinstate")).one()
    session.commit()
    address = f"/persetujuan/pencabutan/{proposal}"

    page = browser(head).get(address).text
    browser(head).post(address, data={"keputusan": "setuju"})

    assert "Sertifikat tetap dibekukan karena hasil ujiannya belum lulus." in page
    session.expire_all()
    held = session.scalars(select(Revocation)).one()
    assert (held.kind, held.reason) == ("suspended", "result_changed")


def test_hr_reads_them_before_taking_the_proposal_over(browser: Browser, cast: Cast, code: str) -> None:
    page = plain(browser(cast.hr).get(f"/sdm/sertifikat/{code}/keadaan").text)

    assert "Nilai ujian yang mendasari" in page
    assert "Kunci keliru. 0,00 Belum lulus" in page


@pytest.mark.parametrize(("rules", "missed"), [({}, True), ({"compensation": True}, False)])
def test_a_lost_pass_names_the_section_that_was_missed(
    monkeypatch: pytest.MonkeyPatch,
    app: Flask,
    browser: Browser,
    session: Session,
    cast: Cast,
    rules: dict[str, Any],
    missed: bool,
) -> None:
    """One of two right reaches 50 of 100 in it, none does not; where sections offset each other no one of them decides."""
    section = {"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": 2, "pass": 50}
    monkeypatch.setattr(exam, "PLAN", {**exam.PLAN, **rules, "sections": [section]})
    exam.lose_the_pass(app, session, cast)
    code = session.scalars(select(Certificate.code).where(Certificate.employee_id == cast.learner.employee_id)).one()
    session.commit()

    page = plain(browser(cast.hr).get(f"/sdm/sertifikat/{code}/keadaan").text)

    assert "Jawaban dikumpulkan 50,00 Lulus" in page
    assert ("Kunci keliru. 0,00 Belum lulus Bagian belum tercapai: Dasar" in page) is missed
    assert page.count("Bagian belum tercapai") == missed


def test_where_no_mark_has_changed_nothing_is_said_of_marks(
    app: Flask, browser: Browser, session: Session, cast: Cast
) -> None:
    exam.build(session, cast)
    exam.follow_all(app, session)
    exam.issue_all(session)
    code = session.scalars(select(Certificate.code).where(Certificate.employee_id == cast.learner.employee_id)).one()
    session.commit()

    assert "Nilai ujian yang mendasari" not in browser(cast.hr).get(f"/sdm/sertifikat/{code}/keadaan").text


def test_the_official_reads_that_another_pass_would_take_the_place(
    app: Flask, browser: Browser, session: Session, cast: Cast
) -> None:
    one_certificate.build(session, cast)
    exam.follow_all(app, session)
    exam.issue_all(session)
    restoring.applied(app, session, cast, "single_choice", "key", "1")
    code = session.scalars(select(Certificate.code)).one()
    head = official(session, cast)
    session.commit()
    address = f"/persetujuan/pencabutan/{taken_over(browser, session, cast, code)}"

    page = browser(head).get(address).text

    assert "Pemegang masih punya kelulusan yang berlaku. Bila Anda setuju, kelulusan itu menggantikannya." in page


def test_two_corrections_that_came_to_one_result_stand_in_its_one_line(
    app: Flask, browser: Browser, session: Session, cast: Cast
) -> None:
    exam.build(session, cast)
    exam.follow_all(app, session)
    exam.issue_all(session)
    for made in (
        exam.draft(session, cast, "single_choice", "key", "1"),
        exam.draft(session, cast, "true_false", "full"),
    ):
        exam.start(session, cast, made)
    applying.apply_all(app.extensions["platform"])
    exam.follow_all(app, session)
    code = session.scalars(select(Certificate.code).where(Certificate.employee_id == cast.learner.employee_id)).one()
    session.commit()

    said = {"revoke-alasan": "other", "revoke-uraian": "Diperiksa."}
    assert browser(cast.hr).post(f"/sdm/sertifikat/{code}/pencabutan", data=said).status_code == 303
    proposal = session.scalars(select(Ending.code).where(Ending.kind == "revoke")).one()
    head = official(session, cast)
    session.commit()

    page = browser(head).get(f"/persetujuan/pencabutan/{proposal}").text
    words = plain(page).split("Nilai ujian yang mendasari", 1)[1]
    assert "kunci diganti Kunci keliru. Penilaian ulang: nilai penuh untuk semua Kunci keliru. 50,00 Lulus" in words
    assert words.count("50,00 Lulus") == 2  # the pass at first, and what both came to
