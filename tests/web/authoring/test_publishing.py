"""What differs, and publishing an edition."""

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms.authoring.models import Draft
from lms.catalogue.models import Course, Edition, Enrolment
from tests.cast import START, Cast
from tests.web.authoring.editing import KEPT, edit, hidden, publish


def test_the_difference_names_what_goes_and_what_comes_in_words(author: FlaskClient) -> None:
    edit(author, teks=KEPT)

    page = author.get("/ajar/kursus-kecil/terbitkan").text

    assert '<del><span class="hide">dihapus: </span>awal</del>' in page
    assert '<ins><span class="hide">ditambah: </span>diperbaiki</ins>' in page


def test_publishing_makes_edition_2_and_learners_keep_edition_1(
    author: FlaskClient, session: Session, cast: Cast
) -> None:
    course = session.scalars(select(Course)).one()
    first = course.published_id
    assert first
    session.add(
        Enrolment(employee_id=cast.learner.employee_id, course_id=course.id, edition_id=first, enrolled_at=START)
    )
    session.commit()
    edit(author, teks=KEPT)

    assert publish(author) == 303

    session.expire_all()
    edition = session.get_one(Edition, session.scalars(select(Course.published_id)).one())
    assert (edition.number, edition.note, edition.published_by) == (2, "Perbaikan teks.", cast.trainer.user_id)
    assert session.scalars(select(Enrolment.edition_id)).one() == first
    assert session.scalar(select(func.count()).select_from(Draft)) == 0
    page = author.get("/ajar/kursus-kecil").text
    assert "Edisi 2 terbit" in page
    assert '<a href="/katalog/kursus-kecil">Lihat di katalog</a>' in page


def test_publishing_twice_makes_one_edition(author: FlaskClient, session: Session) -> None:
    edit(author, teks=KEPT)
    fields = {"catatan": "Perbaikan teks."} | hidden(author, "/ajar/kursus-kecil/terbitkan")

    author.post("/ajar/kursus-kecil/terbitkan", data=fields)
    again = author.post("/ajar/kursus-kecil/terbitkan", data=fields)

    assert again.status_code == 303
    assert session.scalar(select(func.max(Edition.number))) == 2


def test_what_changed_after_the_review_is_not_published_unseen(author: FlaskClient, session: Session) -> None:
    edit(author, teks=KEPT)
    seen = hidden(author, "/ajar/kursus-kecil/terbitkan")
    edit(author, teks=KEPT + "\n\nTambahan.")

    refused = author.post("/ajar/kursus-kecil/terbitkan", data={"catatan": "Perbaikan."} | seen)

    assert refused.status_code == 409
    assert "Draf berubah sejak Anda melihatnya" in refused.text
    assert session.scalar(select(func.max(Edition.number))) == 1


def test_an_edition_needs_a_note(author: FlaskClient, session: Session) -> None:
    edit(author, teks=KEPT)

    assert publish(author, note=" ") == 422
    assert session.scalar(select(func.max(Edition.number))) == 1


def test_a_draft_with_a_flaw_names_lesson_and_line_and_cannot_be_published(
    author: FlaskClient, session: Session
) -> None:
    edit(author, teks="## Mulai\n\n# Terlalu besar")

    page = author.get("/ajar/kursus-kecil/terbitkan").text

    assert ">Awal</a>, baris 3: Judul di dalam materi mulai dari ##." in page
    assert "Perbaiki “Awal”" in page
    assert publish(author) == 422
    assert session.scalar(select(func.max(Edition.number))) == 1


def test_an_unchanged_draft_is_refused(author: FlaskClient, session: Session) -> None:
    edit(author)

    assert publish(author) == 422
    assert session.scalar(select(func.max(Edition.number))) == 1


def test_without_a_draft_there_is_nothing_to_publish(author: FlaskClient) -> None:
    assert "Belum ada perubahan" in author.get("/ajar/kursus-kecil/terbitkan").text
    assert author.post("/ajar/kursus-kecil/terbitkan", data={"catatan": "x"}).status_code == 303
