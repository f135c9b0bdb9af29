"""/ajar/baru, discarding and restoring: by the trainer, by one of another agency, by a learner; twice; late."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.authoring.models import Draft, DraftLesson
from lms.catalogue.models import Course
from lms.db import Database
from lms.frameworks import reference
from lms.people.models import OrgUnit
from tests.cast import START, Cast, Person

Browser = Callable[[Person | None], FlaskClient]
KEY = "44444444-4444-4444-8444-444444444444"
FIELDS = {
    "judul": "Pelayanan di Loket",
    "kompetensi": "TEK.KI",
    "tingkat": "2",
    "jp": "3",
    "materi1": "Satu",
    "materi2": "Dua",
    "materi3": "Tiga",
    "kunci": KEY,
}
HERE = "/ajar/pelayanan-di-loket"


@pytest.fixture(autouse=True)
def dictionary(database: Database, cast: Cast) -> None:
    """The competencies that a course can be about."""
    with database.transaction() as session:
        reference.load(session, now=START)


@pytest.fixture
def author(browser: Browser, cast: Cast) -> FlaskClient:
    """The province's trainer."""
    return browser(cast.trainer)


def create(client: FlaskClient, **changed: str) -> str:
    answer = client.post("/ajar/baru", data=FIELDS | changed)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def discard(client: FlaskClient) -> int:
    seen = re.findall(r'name="dilihat" value="(\w+)"', client.get(f"{HERE}/buang").text)[0]
    return client.post(f"{HERE}/buang", data={"dilihat": seen}).status_code


def open_drafts(session: Session) -> int:
    """How many there are; the session lets the database go again."""
    found = session.scalars(select(func.count(Draft.id)).where(Draft.discarded_at.is_(None))).one()
    session.rollback()
    return found


def test_a_new_course_is_a_draft_of_three_lessons_in_the_trainer_s_unit(
    author: FlaskClient, session: Session, cast: Cast
) -> None:
    assert "Mengapa ini penting" in author.get("/ajar/baru").text

    assert create(author) == HERE

    course, draft = session.scalars(select(Course)).one(), session.scalars(select(Draft)).one()
    assert (course.slug, course.unit_id, course.published_id) == ("pelayanan-di-loket", cast.jakarta, None)
    assert (draft.learning_hours, draft.competencies) == (3, [{"code": "TEK.KI", "level": 2}])
    rows = select(DraftLesson.title, DraftLesson.minutes).order_by(DraftLesson.position)
    assert [tuple(row) for row in session.execute(rows)] == [("Satu", 45), ("Dua", 45), ("Tiga", 45)]
    for page in (HERE, f"{HERE}/satu", f"{HERE}/terbitkan", f"{HERE}/buang", "/ajar"):
        assert author.get(page).status_code == 200


def test_it_cannot_be_published_before_the_checklist_passes(author: FlaskClient, session: Session) -> None:
    create(author)

    page = author.get(f"{HERE}/terbitkan").text

    assert "Ringkasan masih kosong." in page
    assert "Isi materi masih kosong." in page
    assert author.post(f"{HERE}/terbitkan", data={"catatan": "Terbit.", "dilihat": "x"}).status_code == 422
    assert session.scalars(select(Course.published_id)).one() is None


def test_nobody_finds_it_in_the_catalogue(author: FlaskClient, browser: Browser, cast: Cast) -> None:
    create(author)

    assert browser(cast.learner).get("/katalog/pelayanan-di-loket").status_code == 404


def test_a_form_that_is_sent_twice_makes_one_course(author: FlaskClient, session: Session) -> None:
    assert create(author) == create(author) == HERE
    assert session.scalars(select(func.count(Course.id))).one() == 1


@pytest.mark.parametrize(("title", "address"), [("Pelayanan di Loket", f"{HERE}-2"), ("Baru", "/ajar/baru-2")])
def test_an_address_is_unique_and_none_of_the_area_s_own(author: FlaskClient, title: str, address: str) -> None:
    create(author)

    assert create(author, judul=title, kunci="55555555-5555-4555-8555-555555555555") == address


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"judul": " "}, "Isi judul kursus."),
        ({"kompetensi": ""}, "Pilih kompetensi."),
        ({"jp": "41"}, "Isi jam pelajaran dengan angka 1 sampai 40."),
        ({"materi1": "", "materi2": "", "materi3": " "}, "Isi paling sedikit satu judul materi."),
    ],
)
def test_a_refused_course_keeps_what_was_typed(
    author: FlaskClient, session: Session, changed: dict[str, str], message: str
) -> None:
    answer = author.post("/ajar/baru", data={"judul": "Yang diketik"} | FIELDS | changed)

    assert answer.status_code == 422
    assert message in answer.text
    assert "data-focus" in answer.text
    assert session.scalars(select(func.count(Course.id))).one() == 0


def test_a_unit_in_which_one_has_no_role_cannot_be_chosen(author: FlaskClient, session: Session, cast: Cast) -> None:
    create(author, unit="tangsel")

    assert session.scalars(select(Course.unit_id)).one() == cast.jakarta


def test_a_learner_may_not_create_discard_or_restore(browser: Browser, cast: Cast, author: FlaskClient) -> None:
    create(author)
    learner = browser(cast.learner)

    for address in ("/ajar/baru", f"{HERE}/buang", f"{HERE}/pulihkan"):
        assert learner.post(address, data=FIELDS).status_code == 403


def test_a_trainer_of_another_agency_neither_discards_nor_restores(
    browser: Browser, cast: Cast, author: FlaskClient, session: Session
) -> None:
    create(author)
    stranger = browser(cast.other_trainer)

    assert stranger.get(f"{HERE}/buang").status_code == 404
    assert stranger.post(f"{HERE}/buang", data={"dilihat": "x"}).status_code == 404
    assert open_drafts(session) == 1
    discard(author)
    assert stranger.post(f"{HERE}/pulihkan").status_code == 404
    assert "Pelayanan di Loket" not in stranger.get("/ajar").text
    assert open_drafts(session) == 0


def test_discarding_takes_a_course_that_was_never_published_from_the_list(
    author: FlaskClient, session: Session
) -> None:
    create(author)
    assert "belum pernah terbit" in author.get(f"{HERE}/buang").text

    assert discard(author) == 303

    page = author.get("/ajar").text
    assert f'href="{HERE}"' not in page
    assert "Draf yang dibuang" in page
    assert author.get(HERE).status_code == 404
    assert session.scalars(select(AuditEvent.action).where(AuditEvent.action == "draft.discard")).one()


def test_discarding_twice_says_that_there_is_nothing_left(author: FlaskClient) -> None:
    create(author)
    discard(author)

    assert author.post(f"{HERE}/buang", data={"dilihat": "x"}).status_code == 303
    assert "Tidak ada draf yang dapat dibuang." in author.get("/ajar").text


def test_what_was_saved_after_the_second_look_is_not_discarded(author: FlaskClient, session: Session) -> None:
    create(author)
    seen = re.findall(r'name="dilihat" value="(\w+)"', author.get(f"{HERE}/buang").text)[0]
    session.execute(update(Draft).values(summary="Baru ditulis."))
    session.commit()

    late = author.post(f"{HERE}/buang", data={"dilihat": seen})

    assert late.status_code == 409
    assert "Draf berubah sejak halaman ini dibuka" in late.text
    assert open_drafts(session) == 1


def test_a_discarded_draft_is_restored_as_it_was_and_only_once(author: FlaskClient, session: Session) -> None:
    create(author)
    discard(author)

    assert author.post(f"{HERE}/pulihkan").headers["Location"] == HERE
    assert "Satu" in author.get(HERE).text
    assert author.post(f"{HERE}/pulihkan").headers["Location"] == "/ajar"
    assert open_drafts(session) == 1


def test_after_thirty_days_it_cannot_be_restored(author: FlaskClient, session: Session) -> None:
    create(author)
    discard(author)
    session.execute(update(Draft).values(discarded_at=START - timedelta(days=30)))
    session.commit()

    assert author.post(f"{HERE}/pulihkan").headers["Location"] == "/ajar"
    assert open_drafts(session) == 0
    assert "Draf yang dibuang" not in author.get("/ajar").text


def test_a_save_that_comes_after_the_discarding_is_refused(author: FlaskClient, session: Session) -> None:
    create(author)
    origin = f"d{session.scalars(select(Draft.id)).one()}"
    session.rollback()
    discard(author)

    assert author.post(HERE, data={"dari": origin, "revisi": "1"}).status_code == 404
    assert open_drafts(session) == 0


def test_long_lists_are_paged(author: FlaskClient, session: Session, cast: Cast) -> None:
    unit = session.get_one(OrgUnit, cast.jakarta)
    for number in range(21):
        course = Course(uuid=f"{number:08d}-4444-4444-8444-444444444444", slug=f"kursus-{number}", unit_id=unit.id)
        session.add(course)
        session.flush()
        row = Draft(course_id=course.id, title=f"Kursus {number}", summary="", audience="", language="id")
        row.method, row.learning_hours, row.competencies, row.saved_at = "e-learning", 1, [], START
        session.add(row)
    session.commit()

    assert "Halaman 1 dari 2" in author.get("/ajar").text
    assert author.get("/ajar?hal=2").text.count('scope="row"') == 1
