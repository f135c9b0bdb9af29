"""Who is on the list of a sitting: papers that lie ready, names that are looked for, who is at work."""

import io
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams import blueprints, preparing_all
from lms.exams.models import Attempt, Blueprint, Candidate, Exam, Paper, Result, Sitting
from lms.platform import Platform
from lms.questions.models import Question
from tests.cast import START, Cast
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.factory import CODE
from tests.exams.sitting import sit
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.organising.pages import SITTING, Browser, enter


def test_papers_are_laid_ready_before_the_doors_open_and_who_is_kept_from_one_is_named(
    browser: Browser, cast: Cast, session: Session, app: Flask, ask: Ask
) -> None:
    session.execute(update(Sitting).values(opens_at=START + timedelta(days=2)))
    enter(session, cast, cast.learner, extra_minutes=12)
    enter(session, cast, cast.colleague)
    client = browser(cast.trainer)
    assert client.post(f"{SITTING}/naskah").status_code == 303
    platform: Platform = app.extensions["platform"]
    sitting_id = ask(select(Sitting.id))[0]

    for _ in range(2):
        preparing_all.prepare_papers(platform, sitting_id)

    attempt = ask(select(Attempt))
    assert [(one.employee_id, one.state, one.extra_minutes) for one in attempt] == [
        (cast.learner.employee_id, "prepared", 12)
    ]
    obstacles = ask(select(Candidate.obstacle).order_by(Candidate.id))
    assert obstacles == [None, "lessons"]
    page = client.get(SITTING).text
    assert "1 dari 2 peserta sudah punya naskah" in page
    assert "Materi kursus belum selesai" in page
    assert "Budi Rekan" in client.get(f"{SITTING}?status=obstacle").text
    assert "Sari Uji" not in client.get(f"{SITTING}?status=obstacle").text


def test_where_a_candidate_sits_stands_beside_the_name_and_on_the_own_page(
    browser: Browser, cast: Cast, session: Session
) -> None:
    enter(session, cast, cast.learner)
    client, said = browser(cast.trainer), "Ruang B"
    pages = SITTING, f"{SITTING}/peserta/p-learner"
    assert all(said not in client.get(page).text and "Meja 7" not in client.get(page).text for page in pages)

    session.execute(update(Candidate).values(room=said, seat="7"))
    session.commit()

    assert all(f">{said}</span>, Meja 7" in client.get(page).text for page in pages)


def test_papers_of_a_replaced_blueprint_are_drawn_anew_for_who_has_not_begun(
    browser: Browser, cast: Cast, session: Session, app: Flask, ask: Ask
) -> None:
    (plan,), (exam_id,) = ask(select(Blueprint.id)), ask(select(Blueprint.exam_id))
    enter(session, cast, cast.learner)
    client, sitting_id = browser(cast.trainer), ask(select(Sitting.id))[0]
    preparing_all.prepare_papers(app.extensions["platform"], sitting_id)
    of_paper = select(Paper.blueprint_id).join(Attempt, Attempt.paper_id == Paper.id)
    assert ask(of_paper) == [plan]
    assert "kisi-kisi lama" not in client.get(SITTING).text
    blueprints.append(session, exam_id, factory.CONTENT | {"pass_total": 71}, number=2, now=START)
    session.commit()

    assert "1 naskah yang siap masih mengikuti kisi-kisi lama" in client.get(SITTING).text
    assert "1 naskah dari kisi-kisi lama disusun ulang" in client.post(f"{SITTING}/naskah", follow_redirects=True).text
    preparing_all.prepare_papers(app.extensions["platform"], sitting_id)

    assert ask(of_paper) == ask(select(Blueprint.id).where(Blueprint.number == 2))
    assert "kisi-kisi lama disusun" not in client.post(f"{SITTING}/naskah", follow_redirects=True).text


def test_a_bank_that_cannot_fill_papers_is_written_beside_each_name(
    browser: Browser, cast: Cast, session: Session, app: Flask, ask: Ask
) -> None:
    enter(session, cast, cast.learner)
    session.execute(update(Question).values(status="suspended"))
    session.commit()

    preparing_all.prepare_papers(app.extensions["platform"], ask(select(Sitting.id))[0])

    assert ask(select(Candidate.obstacle)) == ["infeasible"]
    assert "Bank soal belum cukup" in browser(cast.trainer).get(SITTING).text


def test_a_name_is_looked_for_without_entering_the_address(browser: Browser, cast: Cast, session: Session) -> None:
    enter(session, cast, cast.learner)
    enter(session, cast, cast.colleague)
    client = browser(cast.trainer)

    found = client.post(SITTING, data={"cari": "sari"})

    assert found.headers["Location"].endswith("/sesi-1?cari=ya")
    page = client.get(found.headers["Location"]).text
    assert "Sari Uji" in page
    assert "Budi Rekan" not in page


def test_who_is_at_work_and_who_has_finished_is_seen(
    browser: Browser, cast: Cast, session: Session, time: Clock
) -> None:
    learner, organiser = browser(cast.learner), browser(cast.trainer)
    learner.get(f"/ujian/{CODE}")
    begun = learner.post(f"/ujian/{CODE}/pengerjaan").headers["Location"].split("/")[2]
    assert "selesai 09.30 WIB" in organiser.get(SITTING).text

    learner.post(f"/pengerjaan/{begun}/pengumpulan")

    page = organiser.get(f"{SITTING}?status=done").text
    assert "0,00" in page
    assert "Belum lulus" in page


def finished(browser: Browser, cast: Cast, session: Session, **result: object) -> CheckedClient:
    """The learner has handed in, to this result; the browser of the organiser."""
    learner = browser(cast.learner)
    learner.get(f"/ujian/{CODE}")
    begun = learner.post(f"/ujian/{CODE}/pengerjaan").headers["Location"].split("/")[2]
    learner.post(f"/pengerjaan/{begun}/pengumpulan")
    session.execute(update(Result).values(**result))
    session.commit()
    return browser(cast.trainer)


def last_line(client: CheckedClient) -> Sequence[object]:
    """The last columns of the last line of the spreadsheet: from the per cent on."""
    content = client.get(f"{SITTING}/peserta.xlsx").data
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[-1][9:]


def test_who_waits_for_a_marker_has_neither_failed_nor_a_figure(browser: Browser, cast: Cast, session: Session) -> None:
    client = finished(browser, cast, session, state="pending_marking", percent=Decimal("11.11"))

    for page in (client.get(SITTING).text, client.get(f"{SITTING}/peserta/p-learner").text):
        assert "menunggu penilai" in page
        assert "Belum lulus" not in page
        assert "11,11" not in page
    assert last_line(client) == ["", "menunggu penilai", "", "", ""]


def test_the_points_of_each_section_are_told_since_thresholds_may_be_in_points(
    browser: Browser, cast: Cast, session: Session
) -> None:
    """150 + 80 + 225 = 455 of 550, which is 82.72 %."""
    came = (("TWK", "150"), ("TIU", "80"), ("TKP", "225.0000"))
    parts = [{"title": title, "mark": mark, "passed": title != "TIU"} for title, mark in came]
    client = finished(
        browser, cast, session, percent=Decimal("82.72"), score=Decimal(455), maximum=Decimal(550), sections=parts
    )

    page = client.get(f"{SITTING}/peserta/p-learner").text
    assert "455 dari 550" in page
    assert "TIU</span> 80<" in page
    assert last_line(client) == [82.72, "Belum lulus", "TIU", 455.0, 550.0, 150.0, 80.0, 225.0]


def test_whose_paper_lies_ready_is_not_said_to_wait_for_the_bank(
    browser: Browser, cast: Cast, session: Session
) -> None:
    browser(cast.learner).get(f"/ujian/{CODE}")
    session.execute(update(Question).values(status="suspended"))
    session.commit()

    page = browser(cast.trainer).get(SITTING).text

    assert "Yang belum punya naskah tidak dapat mulai sebelum itu dibereskan." in page
    assert "Tidak ada yang dapat mulai" not in page


def test_who_failed_and_looks_at_the_rules_of_the_next_try_stays_on_the_list_with_the_result(
    browser: Browser, cast: Cast, session: Session, time: Clock, ask: Ask
) -> None:
    """The next paper lies ready from then on; on it alone neither the person nor the result would be seen."""
    sit(session, cast.learner, {"single_choice": None})
    session.execute(update(Exam).values(cooldown_hours=0))
    session.commit()
    time.forward(minutes=20)
    browser(cast.learner).get(f"/ujian/{CODE}")
    assert ask(select(Attempt.state).order_by(Attempt.number)) == ["closed", "prepared"]

    page = browser(cast.trainer).get(SITTING).text

    assert "Sari Uji" in page
    assert "Belum lulus" in page
    assert "Sari Uji" in browser(cast.trainer).get(f"{SITTING}?status=done").text
