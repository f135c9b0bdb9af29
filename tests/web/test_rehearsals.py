"""Practice and try-outs: provided beside an exam, drawn from questions for practice, and counted nowhere."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from lms import completion
from lms.catalogue.models import Enrolment, LearningCredit, LessonProgress
from lms.competencies.models import Evidence
from lms.exams import feasibility, rehearsing
from lms.exams.blueprint_rows import Shortfall
from lms.exams.models import PRACTICE, TRYOUT, Attempt, Blueprint, Exam, HeldEvent, Paper, QuestionUse, Result
from lms.people.models import RoleGrant
from lms.people.sign_in import open_session
from lms.questions import enemies
from lms.questions.models import Question
from lms.web.request import COOKIE
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.factory import CODE, CONTENT, RIGHT, WRONG, Hall
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
PRACTISE, TRY = f"/ujian/{CODE}-latihan", f"/ujian/{CODE}-uji-coba"
MANAGE = f"/kelola/ujian/{CODE}"


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    """An exam; six questions for practice at each level: a choice, a truth, and so on."""
    made = factory.build(session, cast)
    for level in (1, 2):
        for number, kind in enumerate((*factory.FIVE, "single_choice")):
            factory.add_question(session, kind, number=number, level=level, purpose="practice")
    session.add(RoleGrant(user_id=cast.trainer.user_id, role="organiser", unit_id=cast.jakarta, since=START.date()))
    session.commit()
    return made


@pytest.fixture
def both(session: Session, hall: Hall) -> None:
    """Both are provided, of an exam whose questions wait for the end of the sitting."""
    exam = session.get_one(Exam, hall.exam_id)
    said = {"rehearsals": ["practice", "tryout"], "release": "items", "release_after": "sitting"}
    rehearsing.bring(session, exam, CONTENT | said, by=None, now=START)
    session.commit()


def begin(client: CheckedClient, rules: str) -> str:
    """Start; the attempt's code."""
    client.get(rules)
    answer = client.post(f"{rules}/pengerjaan")
    assert answer.status_code == 303
    return answer.headers["Location"].split("/")[2]


def hand_in_all_right(client: CheckedClient, ask: Ask, code: str) -> None:
    """Every question with its best answer."""
    paper = ask.through(lambda session: factory.paper_of(session, code))
    for number, item in enumerate(paper, 1):
        value = RIGHT[item["kind"]]
        said = {True: "true"}.get(value, value) if isinstance(value, bool) else value
        client.post(f"/pengerjaan/{code}/{number}", data={"jawaban": said, "aksi": "lanjut"})
    client.post(f"/pengerjaan/{code}/pengumpulan")


@pytest.mark.usefixtures("both")
def test_only_questions_for_practice_are_drawn(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.learner)
    begin(client, PRACTISE)
    begin(client, TRY)

    used = ask(select(Question.purpose).join(QuestionUse, QuestionUse.question_id == Question.id))
    assert (len(used), set(used)) == (12, {"practice"})


def lacks(session: Session, mode: str) -> list[Shortfall]:
    found = feasibility.of_exam(session, session.scalars(select(Exam).where(Exam.mode == mode)).one(), now=START)
    assert found
    return list(found.missing)


@pytest.mark.usefixtures("both")
def test_practice_draws_what_there_is_and_a_try_out_waits_until_there_is_enough(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    for question in session.scalars(select(Question).where(Question.purpose == "practice").order_by(Question.id)):
        question.status = "live" if question.uuid == "latihan-1-0" else "retired"
    session.commit()
    client = browser(cast.learner)

    code = begin(client, PRACTISE)
    assert [item["kind"] for item in ask.through(lambda s: factory.paper_of(s, code))] == ["single_choice"]
    assert ask.through(lambda session: lacks(session, "practice")) == []
    assert [gap.wanted for gap in ask.through(lambda session: lacks(session, "tryout"))] == [2, 1, 3]
    client.get(TRY)
    assert client.post(f"{TRY}/pengerjaan").status_code == 422


@pytest.mark.usefixtures("both")
def test_two_enemies_never_stand_on_one_practice_paper(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    for question in session.scalars(select(Question).where(Question.purpose == "practice").order_by(Question.id)):
        question.status = "live" if question.uuid in {"latihan-1-0", "latihan-1-1"} else "retired"
    enemies.add(session, [("latihan-1-0", "latihan-1-1")])
    session.commit()

    code = begin(browser(cast.learner), PRACTISE)

    assert len(ask.through(lambda s: factory.paper_of(s, code))) == 1


@pytest.mark.usefixtures("both")
def test_practice_on_another_device_speaks_neither_of_an_exam_nor_of_time(
    browser: Browser, cast: Cast, session: Session
) -> None:
    client = browser(cast.learner)
    codes = {rules: begin(client, rules) for rules in (PRACTISE, TRY)}
    token = open_session(session, cast.learner.user_id, now=START, browser="Lain", second_factor=False)
    session.commit()
    other = browser(None)
    other.set_cookie(COOKIE, token)

    practice = other.get(f"/pengerjaan/{codes[PRACTISE]}/perangkat").text
    assert "Latihan ini terbuka di perangkat lain." in practice
    assert "selesai" not in practice
    assert "Waktu ujian" not in practice
    assert "Waktu ujian terus berjalan." in other.get(f"/pengerjaan/{codes[TRY]}/perangkat").text


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("rules", [TRY, PRACTISE])
def test_the_best_answers_of_a_rehearsal_are_shown_as_soon_as_it_is_over(
    browser: Browser, cast: Cast, ask: Ask, rules: str
) -> None:
    """And the moment of the exam says nothing in them."""
    client = browser(cast.learner)
    code = begin(client, rules)
    client.post(f"/pengerjaan/{code}/pengumpulan")

    shown = client.get(f"/pengerjaan/{code}/rincian/1").text
    assert "Jawaban terbaik" in shown
    assert "Tampil setelah sesi" not in shown
    assert "belum dapat dibaca" not in client.get(f"/pengerjaan/{code}/hasil").text
    theirs = select(Blueprint.content).join(Exam).where(Exam.mode != "exam")
    assert [(one["release"], "release_after" in one) for one in ask(theirs)] == [("key", False)] * 2


@pytest.mark.usefixtures("both")
def test_answers_of_a_rehearsal_in_detail_speak_of_no_appeal(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.learner)
    code = begin(client, PRACTISE)
    hand_in_all_right(client, ask, code)

    for page in (f"/pengerjaan/{code}/rincian", f"/pengerjaan/{code}/rincian/1"):
        shown = client.get(page).text
        assert "Rincian jawaban" in shown
        assert "anggahan" not in shown


def test_an_organiser_reads_at_once_that_a_try_out_lacks_questions(
    browser: Browser, cast: Cast, session: Session
) -> None:
    client = browser(cast.trainer)
    assert "Sudah tersedia di halaman kursus." in client.get(client.post(f"{MANAGE}/uji-coba").headers["Location"]).text

    session.execute(update(Question).where(Question.purpose == "practice").values(status="retired"))
    session.commit()
    page = client.get(client.post(f"{MANAGE}/uji-coba").headers["Location"]).text

    assert "Sudah dibuat, tetapi belum dapat dimulai: soal latihan belum cukup." in page
    assert "Minta penyusun soal menambah soal latihan ke bank." in page


@pytest.mark.usefixtures("both")
def test_an_organiser_reads_no_clock_and_no_number_of_tries_of_practice(browser: Browser, cast: Cast) -> None:
    client = browser(cast.trainer)
    assert "Tanpa batas waktu, dapat diulang sesering mungkin" in client.get(f"{MANAGE}-latihan").text
    assert "kesempatan" in client.get(f"{MANAGE}-uji-coba").text


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("minutes", [1, 3])
def test_a_practice_that_was_left_open_for_ten_hours_has_ended_and_holds_nothing(
    browser: Browser, cast: Cast, session: Session, ask: Ask, minutes: int
) -> None:
    client = browser(cast.learner)
    code = begin(client, PRACTISE)
    session.execute(update(Attempt).values(due_at=START - timedelta(minutes=minutes)))
    session.commit()

    sent = client.post(f"/pengerjaan/{code}/1", data={"jawaban": "0"})

    assert sent.headers["Location"] == f"/pengerjaan/{code}/hasil"
    result = client.get(sent.headers["Location"], follow_redirects=True).text
    assert "Latihan ini ditutup sendiri setelah 10 jam." in result
    assert "Waktu habis" not in result
    assert ask(select(HeldEvent.id)) == []


@pytest.mark.usefixtures("both")
def test_practice_says_at_once_what_was_right_and_why_and_may_be_answered_again(
    browser: Browser, cast: Cast, ask: Ask
) -> None:
    client = browser(cast.learner)
    code = begin(client, PRACTISE)
    kinds = [item["kind"] for item in ask.through(lambda session: factory.paper_of(session, code))]
    number, kind = next((number, kind) for number, kind in enumerate(kinds, 1) if isinstance(WRONG[kind], str))
    page = f"/pengerjaan/{code}/{number}"
    assert "Karena begitu." not in client.get(page).text
    empty = client.post(page)
    assert empty.status_code == 422
    assert 'tabindex="-1" data-focus' in empty.text.partition("Pilih atau isi jawaban dahulu.")[0]

    answer = client.post(page, data={"jawaban": WRONG[kind]})
    assert answer.headers["Location"].startswith(f"{page}#")
    shown = client.get(page).text
    assert f'id="{answer.headers["Location"].partition("#")[2]}"' in shown
    assert "Belum tepat." in shown
    assert "Karena begitu." in shown

    client.post(page, data={"jawaban": RIGHT[kind]})
    assert "Tepat." in client.get(page).text


@pytest.mark.usefixtures("both")
def test_options_stand_in_the_order_of_the_paper_and_not_with_the_author_s_key_first(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    """As in the details afterwards, which name them by the letters of the paper."""
    client = browser(cast.learner)
    code = begin(client, PRACTISE)
    items = ask.through(lambda s: factory.paper_of(s, code))
    number = next(n for n, item in enumerate(items, 1) if item["kind"] in {"single_choice", "multiple_choice"})
    paper = session.scalars(select(Paper).join(Attempt).where(Attempt.code == code)).one()
    rotated = [*range(1, len(items[number - 1]["order"])), 0]
    paper.items = [item | ({"order": rotated} if n == number else {}) for n, item in enumerate(items, 1)]
    paper.hash = uuid4().hex * 2  # papers at hand are told apart by it
    session.commit()

    shown = client.get(f"/pengerjaan/{code}/{number}").text

    assert re.findall(r'name="jawaban" value="(\d)"', shown) == [str(place) for place in rotated]


@pytest.mark.usefixtures("both")
@pytest.mark.parametrize("rules", [TRY, PRACTISE])
def test_what_is_passed_entails_nothing(browser: Browser, cast: Cast, ask: Ask, app: Flask, rules: str) -> None:
    client = browser(cast.learner)
    code = begin(client, rules)
    hand_in_all_right(client, ask, code)
    (result,) = ask(select(Result))
    assert result.passed

    completion.follow_result(app.extensions["platform"], result.id)

    assert ask(select(func.count(Evidence.id))) == [0]
    assert ask(select(func.count(LearningCredit.id))) == [0]
    assert ask(select(Enrolment.completed_at)) == [None]
    page = client.get(f"/pengerjaan/{code}/hasil").text
    assert "Ia tidak mengubah kompetensi, kursus, atau sertifikat Anda." in page
    assert f'<a href="{rules}">Kerjakan lagi</a>' in page
    assert "Lulus" not in page
    listed = client.get("/ujian").text
    assert f"/pengerjaan/{code}/hasil" in listed.split("Latihan dan uji coba")[1]
    assert f"/pengerjaan/{code}/hasil" not in listed.split("Latihan dan uji coba")[0]


@pytest.mark.parametrize("rules", [TRY, PRACTISE])
def test_a_rehearsal_of_an_exam_in_points_comes_to_points(
    browser: Browser, cast: Cast, session: Session, hall: Hall, rules: str
) -> None:
    """Six questions at 5 points are 30."""
    sections = [part | {"scoring": {"right": 5}, "pass_points": 5} for part in CONTENT["sections"]]  # type: ignore[attr-defined]
    sections = [{name: value for name, value in part.items() if name != "pass"} for part in sections]
    content = {"pass_total_points": 20, "sections": sections, "rehearsals": ["practice", "tryout"]}
    rehearsing.bring(session, session.get_one(Exam, hall.exam_id), content, by=None, now=START)
    session.commit()
    client = browser(cast.learner)
    code = begin(client, rules)
    client.post(f"/pengerjaan/{code}/pengumpulan")

    page = client.get(f"/pengerjaan/{code}/hasil").text.partition('id="bagian"')[0]

    assert "0 <small>dari 30 poin</small>" in page


@pytest.mark.usefixtures("both")
def test_practice_may_be_begun_again_at_once_without_end_and_before_the_lessons_are_read(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    session.execute(delete(LessonProgress))
    session.commit()
    client = browser(cast.learner)
    for _ in range(4):  # the exam itself allows three
        client.post(f"/pengerjaan/{begin(client, PRACTISE)}/pengumpulan")

    assert ask(select(Attempt.state)) == ["closed"] * 4
    client.get(TRY)
    assert client.post(f"{TRY}/pengerjaan").status_code == 422


@pytest.mark.usefixtures("both")
def test_a_try_out_keeps_the_pause_between_tries(browser: Browser, cast: Cast, session: Session) -> None:
    client = browser(cast.learner)
    client.post(f"/pengerjaan/{begin(client, TRY)}/pengumpulan")
    client.get(TRY)
    assert client.post(f"{TRY}/pengerjaan").status_code == 422

    session.execute(update(Exam).values(cooldown_hours=0))
    session.commit()
    begin(client, TRY)


@pytest.mark.usefixtures("both")
def test_the_course_page_offers_them_and_the_exam_is_still_the_one_that_counts(browser: Browser, cast: Cast) -> None:
    client = browser(cast.learner)

    page = client.get("/belajar/keamanan-informasi").text
    assert (f'href="{PRACTISE}"' in page, f'href="{TRY}"' in page) == (True, True)
    ahead = client.get("/ujian").text
    assert (f'href="/ujian/{CODE}"' in ahead, TRY in ahead, PRACTISE in ahead) == (True, False, False)


def test_an_organiser_provides_them_once_and_nobody_else_does(browser: Browser, cast: Cast, ask: Ask) -> None:
    organiser = browser(cast.trainer)
    for _ in range(2):
        assert organiser.post(f"{MANAGE}/latihan").headers["Location"] == f"{MANAGE}-latihan"
    organiser.post(f"{MANAGE}/uji-coba")

    assert ask(select(Exam.mode).order_by(Exam.id)) == ["exam", PRACTICE, TRYOUT]
    assert len(ask(select(Blueprint.id))) == 3
    assert f"{MANAGE}-latihan" in organiser.get(MANAGE).text
    assert organiser.get(f"{MANAGE}-latihan").status_code == 200
    assert organiser.post(f"{MANAGE}-latihan/latihan").status_code == 404
    assert browser(cast.learner).post(f"{MANAGE}/latihan").status_code == 403


def test_a_changed_blueprint_is_followed(session: Session, hall: Hall) -> None:
    exam = session.get_one(Exam, hall.exam_id)
    first = CONTENT | {"rehearsals": ["tryout"], "live_scores": "name", "exposure": {"percent": 40, "days": 30}}
    rehearsing.bring(session, exam, first, by=None, now=START)
    rehearsing.bring(session, exam, first | {"pass_total": 80}, by=None, now=START + timedelta(days=1))

    made = rehearsing.beside(session, exam)
    assert list(made) == [TRYOUT]
    plans = session.scalars(select(Blueprint).where(Blueprint.exam_id == made[TRYOUT].id).order_by(Blueprint.number))
    content = [plan.content for plan in plans]
    assert [one["pass_total"] for one in content] == [70, 80]
    assert set(content[0]) == {"pass_total", "sections", "release"}
