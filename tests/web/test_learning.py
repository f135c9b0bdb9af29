"""Reading lessons: outline, place, finishing, practice; as owner, colleague and outsider."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.catalogue import enrolment
from lms.catalogue.models import Enrolment, LearningCredit, LessonProgress
from lms.questions import kinds
from tests.cast import START, Cast, Person
from tests.catalogue import factory
from tests.catalogue.factory import MadeCourse
from tests.exams.factory import question

Browser = Callable[[Person | None], FlaskClient]
TWO_OF_THREE = [{"text": "A", "correct": True}, {"text": "B", "correct": True}, {"text": "C", "correct": False}]
FIRST = "/belajar/keamanan-informasi/1"


@pytest.fixture
def course(session: Session, cast: Cast) -> MadeCourse:
    """A course of two lessons in which the learner is enrolled."""
    made = factory.course(session, cast)
    enrolment.enrol(session, cast.learner.employee_id, made.id, by=cast.learner.user_id, now=START)
    session.commit()
    return made


def test_a_lesson_shows_its_text_aims_and_outline(browser: Browser, cast: Cast, course: MadeCourse) -> None:
    page = browser(cast.learner).get(FIRST).text

    assert "Isi materi 1 edisi 1." in page
    assert "Melakukan hal 1." in page
    assert "Materi 1 dari 2" in page
    assert f'href="{FIRST}" aria-current="page"' in page
    assert '<a href="/belajar/keamanan-informasi/2" rel="noopener noreferrer">Lanjut</a>' in page


def test_the_lesson_opened_last_is_where_one_goes_on(
    browser: Browser, session: Session, cast: Cast, course: MadeCourse
) -> None:
    client = browser(cast.learner)
    client.get("/belajar/keamanan-informasi/2")

    assert 'href="/belajar/keamanan-informasi/2">Lanjutkan' in client.get("/belajar").text
    assert session.scalars(select(Enrolment.last_lesson_uuid)).one() == course.lessons[1]


def test_the_place_is_kept_and_given_back(browser: Browser, cast: Cast, course: MadeCourse) -> None:
    client = browser(cast.learner)
    client.get(FIRST)

    answer = client.post(f"{FIRST}/posisi", data={"sampai": "437"})

    assert answer.json == {"pukul": "09.00 WIB"}
    assert 'data-sampai="437"' in client.get(FIRST).text


@pytest.mark.parametrize(("sent", "code"), [("", 400), ("abc", 400), ("99999", 200), ("-1", 200)])
def test_an_odd_place_is_refused_or_brought_into_the_lesson(
    browser: Browser, session: Session, cast: Cast, course: MadeCourse, sent: str, code: int
) -> None:
    client = browser(cast.learner)
    client.get(FIRST)

    assert client.post(f"{FIRST}/posisi", data={"sampai": sent}).status_code == code
    assert session.scalars(select(LessonProgress.read_to)).one() in {0, 1000}


def test_a_place_in_a_lesson_never_opened_is_not_found(browser: Browser, cast: Cast, course: MadeCourse) -> None:
    assert browser(cast.learner).post(f"{FIRST}/posisi", data={"sampai": "5"}).status_code == 404


def test_finishing_leads_to_the_next_lesson_and_twice_changes_nothing(
    browser: Browser, session: Session, cast: Cast, course: MadeCourse
) -> None:
    client = browser(cast.learner)

    first = client.post(f"{FIRST}/penyelesaian")
    again = client.post(f"{FIRST}/penyelesaian")

    assert (first.status_code, first.location) == (303, "/belajar/keamanan-informasi/2")
    assert again.location == "/belajar/keamanan-informasi/2"
    assert len(session.scalars(select(LessonProgress).where(LessonProgress.completed_at.is_not(None))).all()) == 1
    assert "1 dari 2 materi selesai" in client.get("/belajar/keamanan-informasi").text


def test_finishing_the_last_lesson_first_leads_back_to_what_is_left(
    browser: Browser, cast: Cast, course: MadeCourse
) -> None:
    client = browser(cast.learner)

    answer = client.post("/belajar/keamanan-informasi/2/penyelesaian")

    assert answer.location == FIRST
    assert "Masih ada 1 materi yang belum selesai." in client.get(FIRST).text


def test_a_course_without_exam_is_finished_and_credited_with_its_last_lesson(
    browser: Browser, session: Session, cast: Cast, course: MadeCourse
) -> None:
    client = browser(cast.learner)
    client.post(f"{FIRST}/penyelesaian")

    answer = client.post("/belajar/keamanan-informasi/2/penyelesaian")

    assert answer.location == "/belajar/keamanan-informasi/rangkuman"
    assert "4 JP tercatat pada 23 November 2026, edisi 1." in client.get(answer.location).text
    assert [(row.year, row.learning_hours) for row in session.scalars(select(LearningCredit))] == [(2026, 4)]


def test_a_course_with_an_exam_leads_to_it_and_credits_nothing_yet(
    browser: Browser, session: Session, cast: Cast, course: MadeCourse
) -> None:
    factory.exam(session, cast, course, opens_at=START, closes_at=START + timedelta(days=1))
    client = browser(cast.learner)
    assert "Terbuka setelah 2 materi selesai" in client.get(FIRST).text
    client.post(f"{FIRST}/penyelesaian")
    client.post("/belajar/keamanan-informasi/2/penyelesaian")

    page = client.get("/belajar/keamanan-informasi/rangkuman").text

    assert 'href="/ujian/uk-keamanan-informasi">Buka halaman ujian' in page
    assert session.scalars(select(LearningCredit)).all() == []


def test_the_summary_waits_for_the_last_lesson(browser: Browser, cast: Cast, course: MadeCourse) -> None:
    answer = browser(cast.learner).get("/belajar/keamanan-informasi/rangkuman")

    assert (answer.status_code, answer.location) == (302, "/belajar/keamanan-informasi")


def test_a_newer_edition_is_announced_and_the_old_one_read_to_its_end(
    browser: Browser, session: Session, cast: Cast, course: MadeCourse
) -> None:
    factory.next_edition(session, course)
    client = browser(cast.learner)

    outline = client.get("/belajar/keamanan-informasi").text
    lesson = client.get(FIRST).text

    assert "Anda membaca edisi 1; edisi 2 sudah terbit." in outline
    assert "Contoh di materi 1 diperbaiki." in outline
    assert "Anda membaca edisi 1; edisi 2 sudah terbit." in lesson
    assert "Isi materi 1 edisi 1." in lesson


def test_a_withdrawn_course_can_still_be_read(
    browser: Browser, session: Session, cast: Cast, course: MadeCourse
) -> None:
    factory.withdraw(session, course)

    assert "sudah ditarik dari katalog" in browser(cast.learner).get(FIRST).text


@pytest.mark.parametrize("who", ["colleague", "manager", "outsider"])
def test_who_is_not_enrolled_is_led_to_the_catalogue_and_changes_nothing(
    browser: Browser, session: Session, cast: Cast, course: MadeCourse, who: str
) -> None:
    client = browser(getattr(cast, who))

    for address in ("/belajar/keamanan-informasi", FIRST):
        answer = client.get(address)
        assert (answer.status_code, answer.location) == (302, "/katalog/keamanan-informasi")
    for address in (f"{FIRST}/penyelesaian", f"{FIRST}/posisi", f"{FIRST}/latihan/{course.practice}"):
        assert client.post(address, data={"sampai": "5", "jawaban": "1"}).status_code == 404
    assert client.get("/belajar/keamanan-informasi/rangkuman").status_code == 404
    assert session.scalars(select(LessonProgress)).all() == []


def test_nobody_reads_without_signing_in(browser: Browser, course: MadeCourse) -> None:
    assert browser(None).get(FIRST).location == f"/masuk?lanjut={FIRST}"


@pytest.mark.parametrize("address", ["/belajar/keamanan-informasi/9", "/belajar/keamanan-informasi/0"])
def test_a_lesson_that_is_not_there_is_not_found(
    browser: Browser, cast: Cast, course: MadeCourse, address: str
) -> None:
    assert browser(cast.learner).get(address).status_code == 404
    assert browser(cast.learner).post(f"{address}/penyelesaian").status_code == 404


@pytest.mark.parametrize(("value", "said"), [("1", "Tepat."), ("0", "Belum tepat."), ("7", "Belum tepat.")])
def test_practice_is_answered_and_explained_on_the_page(
    browser: Browser, cast: Cast, course: MadeCourse, value: str, said: str
) -> None:
    client = browser(cast.learner)
    before = client.get(FIRST).text

    answer = client.post(f"{FIRST}/latihan/{course.practice}", data={"jawaban": value})
    after = client.get(FIRST).text

    assert "Frasa yang panjang lebih kuat." not in before
    assert (answer.status_code, answer.location) == (303, f"{FIRST}#latihan-{course.practice}")
    assert said in after
    assert "Frasa yang panjang lebih kuat." in after
    assert "Jawaban terbaik" in after


def test_practice_without_an_answer_asks_for_one(browser: Browser, cast: Cast, course: MadeCourse) -> None:
    client = browser(cast.learner)

    answer = client.post(f"{FIRST}/latihan/{course.practice}")

    assert answer.status_code == 422
    assert "Pilih atau isi jawaban dahulu." in answer.text
    assert client.get(f"{FIRST}/latihan/{course.practice}").location == f"{FIRST}#latihan-{course.practice}"


def test_a_question_of_another_lesson_or_of_an_exam_is_not_practised(
    browser: Browser, session: Session, cast: Cast, course: MadeCourse
) -> None:
    secret = factory.question(session, cast, "single_choice", factory.PRACTICE, purpose="exam")
    session.commit()
    client = browser(cast.learner)

    assert client.post(f"{FIRST}/latihan/{secret}", data={"jawaban": "1"}).status_code == 404
    elsewhere = f"/belajar/keamanan-informasi/2/latihan/{course.practice}"
    assert client.post(elsewhere, data={"jawaban": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("kind", "content", "sent", "shown"),
    [
        ("multiple_choice", {"options": TWO_OF_THREE}, ["0", "1"], "Tepat."),
        ("multiple_choice", {"options": TWO_OF_THREE}, ["0"], "Sebagian tepat.</strong> 0,5 dari 1 poin."),
        ("multiple_choice", {"options": TWO_OF_THREE}, ["0", "2"], "Belum tepat.</strong></p>"),
        ("true_false", {"answer": False}, ["false"], "Tepat."),
        ("true_false", {"answer": False}, ["true"], "Belum tepat."),
        ("numeric", {"answer": "12.5", "tolerance": "0", "unit": "jam"}, ["12,5"], "Tepat."),
        ("numeric", {"answer": "12.5", "tolerance": "0", "unit": "jam"}, ["<13>"], "Jawaban terbaik: <span>12,5 jam</span>"),
        ("situational", {"options": [{"text": "A", "points": 5}, {"text": "B", "points": 2}]}, ["1"], "terbaik.</strong> 0,4 dari 1 poin."),
    ],
)  # fmt: skip
def test_every_kind_can_be_practised(
    browser: Browser, session: Session, cast: Cast, kind: str, content: dict[str, object], sent: list[str], shown: str
) -> None:
    asked = {"stem": "Bagaimana?", "explanation": "Karena.", **content}
    uuid = factory.question(session, cast, kind, asked)
    made = factory.course(session, cast, practice=uuid)
    enrolment.enrol(session, cast.learner.employee_id, made.id, by=cast.learner.user_id, now=START)
    session.commit()
    client = browser(cast.learner)

    client.post(f"{FIRST}/latihan/{uuid}", data={"jawaban": sent})
    page = client.get(FIRST).text

    assert shown in page
    assert "Karena." in page


def test_courses_stand_under_their_status(browser: Browser, session: Session, cast: Cast, course: MadeCourse) -> None:
    factory.learn(session, cast.learner, factory.course(session, cast, slug="anggaran", title="Menyusun Anggaran"))

    page = browser(cast.learner).get("/belajar").text

    assert page.index("Berjalan") < page.index("Keamanan Informasi untuk ASN") < page.index("Menyusun Anggaran")
    assert "selesai 23 November 2026" in page


def test_who_has_no_course_is_shown_some(browser: Browser, session: Session, cast: Cast, course: MadeCourse) -> None:
    page = browser(cast.colleague).get("/belajar").text

    assert "Belum ada kursus. Pilih satu untuk memulai." in page
    assert 'href="/katalog/keamanan-informasi"' in page


@pytest.mark.parametrize(
    ("kind", "sent", "shown"),
    [
        ("short_text", {"jawaban": "Betawi"}, ["Sebagian tepat.", "Nama lamanya.", "<span>Jakarta…</span>"]),
        ("matching", {"jawaban-0": "2", "jawaban-1": "0"}, ["Sebagian tepat.", "<li>PIN – yang Anda tahu</li>"]),
        ("ordering", {"jawaban-2": "1", "jawaban-0": "2", "jawaban-3": "3", "jawaban-1": "4"}, ["Tepat."]),
        ("ordering", {"jawaban-2": "4", "jawaban-0": "3", "jawaban-3": "2", "jawaban-1": "1"}, ["<li>2. Amankan</li>"]),
        ("cloze", {"jawaban-1": "12", "jawaban-2": "", "jawaban-3": "umum"}, ["Sebagian tepat.", "<li>(3) rahasia</li>"]),
    ],
)  # fmt: skip
def test_kinds_with_parts_are_practised_and_explained(
    browser: Browser, session: Session, cast: Cast, kind: str, sent: dict[str, str], shown: list[str]
) -> None:
    uuid = factory.question(session, cast, kind, kinds.read(question(kind)))
    made = factory.course(session, cast, practice=uuid)
    enrolment.enrol(session, cast.learner.employee_id, made.id, by=cast.learner.user_id, now=START)
    session.commit()
    client = browser(cast.learner)

    empty = client.post(f"{FIRST}/latihan/{uuid}", data=dict.fromkeys(sent, ""))
    client.post(f"{FIRST}/latihan/{uuid}", data=sent)
    page = client.get(FIRST).text

    assert empty.status_code == 422
    assert [text for text in shown if text not in page] == []


def test_a_long_choice_of_a_pair_stands_below_its_field_in_full(browser: Browser, session: Session, cast: Cast) -> None:
    long = "menyimpan, mendokumentasikan, menyediakan, dan memberikan informasi publik"
    raw = question("matching") | {
        "pairs": [{"left": "PPID", "right": long}, {"left": "PIN", "right": "yang Anda tahu"}]
    }
    uuid = factory.question(session, cast, "matching", kinds.read(raw))
    made = factory.course(session, cast, practice=uuid)
    enrolment.enrol(session, cast.learner.employee_id, made.id, by=cast.learner.user_id, now=START)
    session.commit()
    client = browser(cast.learner)
    options = {text: key for key, text in re.findall(r'<option value="(\d)">([^<]+)</option>', client.get(FIRST).text)}

    client.post(f"{FIRST}/latihan/{uuid}", data={"jawaban-0": options[long], "jawaban-1": options["yang Anda tahu"]})

    said = re.findall(r"data-chosen[^>]*>([^<]*)</span>", client.get(FIRST).text)
    assert said == [f"Jawaban Anda tadi: {long}", ""]
