"""The pages of an attempt, as plain forms: as owner, colleague and outsider, twice, late, closed, and from another device."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms.exams import journal, saving
from lms.exams.journal import Latest
from lms.exams.models import AnswerEvent, Attempt, HeldEvent, Result, Sitting
from lms.people.models import RoleGrant, UserSession
from lms.people.sign_in import open_session
from lms.questions.kinds import essay
from lms.web import answer_remarks
from tests.cast import PASSWORD, START, Cast, Person
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.factory import RIGHT
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.test_exams import begin

Browser = Callable[[Person | None], CheckedClient]


@pytest.fixture
def client(browser: Browser, cast: Cast, session: Session) -> CheckedClient:
    """The learner's browser, with an exam to sit."""
    factory.build(session, cast, content=factory.EVERY_KIND)
    return browser(cast.learner)


@pytest.fixture
def code(client: CheckedClient) -> str:
    """The code of the learner's attempt, just begun."""
    return begin(client)


def state(ask: Ask, code: str) -> dict[int, Latest]:
    attempt_id = ask(select(Attempt.id).where(Attempt.code == code))[0]
    return ask.through(lambda session: journal.fold(saving.entries(session, attempt_id)))


def number_of(ask: Ask, code: str, kind: str) -> int:
    """The first question of that kind on the paper."""
    kinds = [item["kind"] for item in ask.through(lambda session: factory.paper_of(session, code))]
    return kinds.index(kind) + 1


def form_value(kind: str) -> Any:
    value = RIGHT[kind]
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else value


def answer_all(client: CheckedClient, ask: Ask, code: str) -> None:
    paper = ask.through(lambda session: factory.paper_of(session, code))
    for number, item in enumerate(paper, 1):
        client.post(f"/pengerjaan/{code}/{number}", data={"jawaban": form_value(item["kind"]), "aksi": "lanjut"})


PAGES = ("", "/1", "/daftar", "/periksa", "/hasil", "/perangkat", "/soal")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("who", ["colleague", "outsider", "manager", "hr"])
def test_an_attempt_of_somebody_else_is_not_found(browser: Browser, cast: Cast, code: str, page: str, who: str) -> None:
    assert browser(getattr(cast, who)).get(f"/pengerjaan/{code}{page}").status_code == 404


@pytest.mark.parametrize("action", ["/1", "/pengumpulan", "/perangkat", "/token"])
def test_nobody_else_can_act_on_an_attempt(browser: Browser, cast: Cast, ask: Ask, code: str, action: str) -> None:
    answer = browser(cast.colleague).post(f"/pengerjaan/{code}{action}", data={"jawaban": "0", "sandi": PASSWORD})

    assert answer.status_code == 404
    assert ask(select(Attempt.state)) == ["open"]
    assert ask(select(func.count()).select_from(AnswerEvent))[0] == 0


@pytest.mark.parametrize("page", ["/1", "/daftar", "/periksa", "/hasil", "/perangkat"])
def test_signed_out_the_pages_ask_to_sign_in(browser: Browser, code: str, page: str) -> None:
    assert browser(None).get(f"/pengerjaan/{code}{page}").headers["Location"].startswith("/masuk")


@pytest.mark.parametrize("number", [0, 7, 999])
def test_a_question_that_is_not_on_the_paper_is_not_found(client: CheckedClient, code: str, number: int) -> None:
    assert client.get(f"/pengerjaan/{code}/{number}").status_code == 404
    assert client.post(f"/pengerjaan/{code}/{number}").status_code == 404


@pytest.mark.parametrize("kind", ["single_choice", "multiple_choice", "true_false", "situational", "numeric"])
def test_a_form_keeps_the_answer_in_the_shape_of_its_kind(
    client: CheckedClient, ask: Ask, code: str, kind: str
) -> None:
    number = number_of(ask, code, kind)

    client.post(f"/pengerjaan/{code}/{number}", data={"jawaban": form_value(kind)})

    assert state(ask, code)[number] == Latest(RIGHT[kind], opened=True)
    shown = client.get(f"/pengerjaan/{code}/{number}").text
    assert ("checked" in shown) or ('value="12,5"' in shown)


def test_a_number_that_is_none_is_kept_as_typed_and_the_next_page_says_so(
    client: CheckedClient, ask: Ask, code: str
) -> None:
    number = number_of(ask, code, "numeric")
    answer = client.post(f"/pengerjaan/{code}/{number}", data={"jawaban": "seribu"})

    assert state(ask, code)[number].answer == "seribu"
    assert not answer.headers["Location"].endswith(f"/{number}")  # nobody is held back
    said = f"Soal {number}: isinya disimpan, tetapi belum terbaca sebagai angka"
    assert said in client.get(answer.headers["Location"]).text
    answer = client.post(f"/pengerjaan/{code}/{number}", data={"jawaban": "1.000 jam"})
    assert said not in client.get(answer.headers["Location"]).text


@pytest.mark.parametrize("stage", ["sqlite"], indirect=True)
def test_an_essay_below_its_least_words_is_told_how_many_it_has(app: Flask) -> None:
    presented = essay.present({"stem": "Mengapa?", "words_min": 3}, ())
    with app.test_request_context():
        assert answer_remarks.of_answer(4, presented, "Karena\n perlu").startswith("Soal 4: jawabannya disimpan")
        assert "baru 2 kata" in answer_remarks.of_answer(4, presented, "Karena\n perlu")
        assert answer_remarks.of_answer(4, presented, "Karena itu perlu") == ""
        assert answer_remarks.of_answer(4, presented, None) == ""


def test_an_empty_form_clears_an_answer(client: CheckedClient, ask: Ask, code: str) -> None:
    number = number_of(ask, code, "single_choice")
    client.post(f"/pengerjaan/{code}/{number}", data={"jawaban": "1"})

    client.post(f"/pengerjaan/{code}/{number}", data={})

    assert state(ask, code)[number].answer is None


def test_the_same_form_twice_writes_once(client: CheckedClient, ask: Ask, code: str) -> None:
    for _ in range(2):
        client.post(f"/pengerjaan/{code}/1", data={"jawaban": "1", "aksi": "ragu"})
        client.post(f"/pengerjaan/{code}/1", data={"jawaban": "1", "ragu": "on", "aksi": "ragu"})
    before = ask(select(func.count()).select_from(AnswerEvent))[0]

    client.post(f"/pengerjaan/{code}/1", data={"jawaban": "1", "aksi": "daftar"})

    assert ask(select(func.count()).select_from(AnswerEvent))[0] == before


@pytest.mark.parametrize(
    ("number", "fields", "leads_to"),
    [
        (2, {"aksi": "lanjut"}, "/3"),
        (2, {}, "/3"),
        (2, {"aksi": "sebelumnya"}, "/1"),
        (1, {"aksi": "sebelumnya"}, "/1"),
        (2, {"aksi": "ragu"}, "/2"),
        (2, {"aksi": "daftar"}, "/daftar?dari=2"),
        (6, {"aksi": "lanjut"}, "/periksa"),
        (2, {"aksi": "lanjut", "kembali": "periksa"}, "/periksa"),
        (2, {"aksi": "ragu", "kembali": "periksa"}, "/2?kembali=periksa"),
    ],
)
def test_each_button_leads_where_it_says(
    client: CheckedClient, code: str, number: int, fields: dict[str, str], leads_to: str
) -> None:
    answer = client.post(f"/pengerjaan/{code}/{number}", data=fields)

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/pengerjaan/{code}{leads_to}")


def test_the_flag_is_turned_over_by_its_button_and_kept_by_the_others(
    client: CheckedClient, ask: Ask, code: str
) -> None:
    client.post(f"/pengerjaan/{code}/1", data={"aksi": "ragu"})
    assert state(ask, code)[1].flag
    client.post(f"/pengerjaan/{code}/1", data={"ragu": "on", "aksi": "lanjut"})
    assert state(ask, code)[1].flag
    client.post(f"/pengerjaan/{code}/1", data={"ragu": "on", "aksi": "ragu"})
    assert not state(ask, code)[1].flag


def test_after_a_crash_one_goes_on_at_the_question_that_was_open(client: CheckedClient, code: str) -> None:
    assert client.get(f"/pengerjaan/{code}").headers["Location"] == f"/pengerjaan/{code}/1"
    client.post(f"/pengerjaan/{code}/1", data={"aksi": "lanjut"})
    client.post(f"/pengerjaan/{code}/2", data={"aksi": "lanjut"})

    assert client.get(f"/pengerjaan/{code}").headers["Location"] == f"/pengerjaan/{code}/3"


def test_the_check_page_returns_to_the_question_that_was_open(client: CheckedClient, code: str) -> None:
    client.post(f"/pengerjaan/{code}/3", data={"aksi": "lanjut"})

    assert f'href="/pengerjaan/{code}/4">Kembali ke soal 4<' in client.get(f"/pengerjaan/{code}/periksa").text


def test_the_grid_can_be_narrowed(client: CheckedClient, ask: Ask, code: str) -> None:
    number = number_of(ask, code, "true_false")
    client.post(f"/pengerjaan/{code}/{number}", data={"jawaban": "true", "aksi": "ragu"})

    def numbers(chosen: str) -> int:
        return client.get(f"/pengerjaan/{code}/daftar?saring={chosen}").text.count('class="q ')

    everything = numbers("semua")
    assert numbers("kosong") < everything
    assert numbers("ragu") < numbers("kosong")


def test_handing_in_grades_within_the_budget(client: CheckedClient, ask: Ask, code: str) -> None:
    answer_all(client, ask, code)

    answer = client.post(f"/pengerjaan/{code}/pengumpulan")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/pengerjaan/{code}/hasil")
    assert len(client.counter.statements) <= 8, "\n".join(client.counter.statements)
    result = ask(select(Result))[0]
    assert (result.passed, result.problems, result.answered) == (True, [], 6)
    page = client.get(f"/pengerjaan/{code}/hasil").text
    assert "Lulus" in page
    assert "100,00" in page


def test_handing_in_stays_within_the_budget_after_a_long_silence(
    client: CheckedClient, ask: Ask, code: str, time: Clock
) -> None:
    """That the session is in use is noted by the page that follows."""
    answer_all(client, ask, code)
    time.forward(minutes=20)

    client.post(f"/pengerjaan/{code}/pengumpulan")
    assert len(client.counter.statements) <= 8, "\n".join(client.counter.statements)
    client.get(f"/pengerjaan/{code}/hasil")
    assert ask(select(func.max(UserSession.last_seen_at)))[0] == time.at


def test_handing_in_twice_shows_the_same_result(client: CheckedClient, ask: Ask, code: str) -> None:
    for _ in range(2):
        answer = client.post(f"/pengerjaan/{code}/pengumpulan")
        assert answer.headers["Location"] == f"/pengerjaan/{code}/hasil"

    assert ask(select(Result.number)) == [1]


def test_after_closing_every_page_leads_to_the_result(client: CheckedClient, ask: Ask, code: str) -> None:
    client.post(f"/pengerjaan/{code}/pengumpulan")

    for page in ("/1", "/daftar", "/periksa", "/perangkat"):
        assert client.get(f"/pengerjaan/{code}{page}").headers["Location"] == f"/pengerjaan/{code}/hasil"
    answer = client.post(f"/pengerjaan/{code}/1", data={"jawaban": "0"})
    assert answer.headers["Location"] == f"/pengerjaan/{code}/hasil"
    assert set(ask(select(HeldEvent.reason))) == {"closed"}
    assert ask(select(func.count()).select_from(AnswerEvent))[0] == 0


def test_when_the_time_is_up_only_the_check_page_is_left(client: CheckedClient, code: str, time: Clock) -> None:
    time.forward(minutes=30, seconds=1)

    for page in ("/1", "/daftar"):
        assert client.get(f"/pengerjaan/{code}{page}").headers["Location"] == f"/pengerjaan/{code}/periksa"
    check = client.get(f"/pengerjaan/{code}/periksa")
    assert check.status_code == 200
    assert "Anda masih dapat mengubah semuanya." not in check.text
    assert check.text.count(" inert>") == 3  # cells that would lead nowhere


def test_a_form_sent_after_the_end_is_held_for_the_organiser_where_nobody_is_named_to_watch(
    client: CheckedClient, ask: Ask, code: str, time: Clock, browser: Browser, cast: Cast, session: Session
) -> None:
    session.add(RoleGrant(user_id=cast.trainer.user_id, role="organiser", unit_id=cast.jakarta, since=START.date()))
    session.execute(update(Sitting).values(supervised=True))
    session.commit()
    client.post(f"/pengerjaan/{code}/1", data={"jawaban": "true"})
    time.forward(minutes=30, seconds=10)

    n = number_of(ask, code, "true_false")
    answer = client.post(f"/pengerjaan/{code}/{n}", data={"jawaban": "false"})

    assert answer.headers["Location"] == f"/pengerjaan/{code}/periksa"
    late = client.get(answer.headers["Location"]).text
    assert "Perubahan terakhir ditahan dan menunggu keputusan penyelenggara." in late
    assert "pengawas" not in late.lower(), "nor in what the script says"
    assert set(ask(select(HeldEvent.reason))) == {"grace"}
    time.forward(minutes=10)
    result = client.get(f"/pengerjaan/{code}/hasil", follow_redirects=True).text
    assert (
        "1 jawaban Anda ditahan dan menunggu keputusan penyelenggara." in result
    )  # the next question was opened, no more
    assert result.index('href="#ditahan"') < result.index('id="nilai"') < result.index('id="ditahan"')

    organiser = browser(cast.trainer)
    assert "Ada yang ditahan" in organiser.get("/ruang/sesi-1?status=held").text
    told = organiser.get(f"/kelola/ujian/{factory.CODE}/sesi/sesi-1").text
    assert "Jawaban 1 peserta ditahan. Sesi ini tanpa pengawas, jadi Anda yang memutuskan" in told
    assert 'href="/ruang/sesi-1?status=held"' in told
    place = f"/ruang/sesi-1/{cast.learner.code}/ditahan"
    ruled = organiser.post(place, data={"aksi": "tolak", "alasan": "Waktu habis", "soal": [str(n)]})
    assert ruled.status_code == 303
    assert "Penyelenggara sudah memutuskan" in client.get(f"/pengerjaan/{code}/hasil").text


def test_handing_in_late_is_closed_by_time_with_what_was_stored(
    client: CheckedClient, ask: Ask, code: str, time: Clock
) -> None:
    answer_all(client, ask, code)
    time.forward(minutes=31)

    client.post(f"/pengerjaan/{code}/pengumpulan")

    assert ask(select(Attempt.closed_by))[0] == "time"
    assert ask(select(Result.passed))[0]


def test_opening_the_result_of_an_attempt_that_is_over_closes_it(
    client: CheckedClient, ask: Ask, code: str, time: Clock
) -> None:
    """As when the worker stands still."""
    time.forward(minutes=32, seconds=1)

    assert client.get(f"/pengerjaan/{code}/1").headers["Location"] == f"/pengerjaan/{code}/hasil"
    assert client.get(f"/pengerjaan/{code}/hasil", follow_redirects=True).status_code == 200
    assert ask(select(Attempt.closed_by))[0] == "time"


def test_the_result_of_a_running_attempt_is_not_there_yet(client: CheckedClient, ask: Ask, code: str) -> None:
    assert client.get(f"/pengerjaan/{code}/hasil").headers["Location"] == f"/pengerjaan/{code}/1"
    assert ask(select(Attempt.state))[0] == "open"


def test_a_prepared_attempt_shows_nothing_of_its_paper(client: CheckedClient, ask: Ask) -> None:
    client.get(f"/ujian/{factory.CODE}")
    code = ask(select(Attempt.code))[0]

    for page in ("/1", "/daftar", "/periksa", "/hasil"):
        assert client.get(f"/pengerjaan/{code}{page}").headers["Location"] == f"/ujian/{factory.CODE}"
    assert client.get(f"/pengerjaan/{code}/soal").status_code == 409
    assert client.post(f"/pengerjaan/{code}/1", data={"jawaban": "0"}).status_code == 404
    assert client.post(f"/pengerjaan/{code}/pengumpulan").status_code == 404
    assert ask(select(Attempt.state))[0] == "prepared"


@pytest.fixture
def second(app: Any, session: Session, cast: Cast, code: str) -> CheckedClient:
    """The learner on a second device, signed in a moment after the exam was begun on the first."""
    token = open_session(session, cast.learner.user_id, now=START, browser="Ponsel", second_factor=False)
    session.commit()
    made: CheckedClient = app.test_client()
    made.set_cookie("sesi", token)
    return made


def test_a_second_device_is_told_and_writes_nothing(second: CheckedClient, ask: Ask, code: str) -> None:
    assert second.get(f"/pengerjaan/{code}/1").headers["Location"] == f"/pengerjaan/{code}/perangkat"
    assert "perangkat lain" in second.get(f"/pengerjaan/{code}/perangkat").text

    answer = second.post(f"/pengerjaan/{code}/1", data={"jawaban": "true"})

    assert answer.headers["Location"] == f"/pengerjaan/{code}/perangkat"
    assert state(ask, code) == {}
    assert set(ask(select(HeldEvent.reason))) == {"lease"}


def test_moving_needs_the_password(second: CheckedClient, ask: Ask, code: str) -> None:
    before = ask(select(Attempt.lease))[0]

    for typed in ("", "salah"):
        assert second.post(f"/pengerjaan/{code}/perangkat", data={"sandi": typed}).status_code == 422
    assert ask(select(Attempt.lease))[0] == before


def test_after_moving_the_second_device_goes_on_and_the_first_is_told(
    client: CheckedClient, second: CheckedClient, ask: Ask, code: str
) -> None:
    number = number_of(ask, code, "true_false")
    client.post(f"/pengerjaan/{code}/{number}", data={"jawaban": "true"})

    moved = second.post(f"/pengerjaan/{code}/perangkat", data={"sandi": PASSWORD})

    assert moved.headers["Location"] == f"/pengerjaan/{code}"
    assert "checked" in second.get(f"/pengerjaan/{code}/{number}").text
    second.post(f"/pengerjaan/{code}/{number}", data={"jawaban": "false"})
    assert client.get(f"/pengerjaan/{code}/1").headers["Location"] == f"/pengerjaan/{code}/perangkat"
    assert state(ask, code)[number].answer is False


def test_both_devices_may_hand_in(second: CheckedClient, ask: Ask, code: str) -> None:
    """Whoever is signed in is the candidate; only writing answers is bound to one device."""
    second.post(f"/pengerjaan/{code}/pengumpulan")

    assert ask(select(Attempt.closed_by))[0] == "candidate"


def test_signing_out_frees_the_lease_for_the_next_device(
    client: CheckedClient, second: CheckedClient, ask: Ask, code: str
) -> None:
    client.post("/keluar")

    assert second.get(f"/pengerjaan/{code}/1").status_code == 200
    second.post(f"/pengerjaan/{code}/1", data={"jawaban": "true"})
    assert 1 in state(ask, code)


def test_the_clock_of_the_sitting_is_shown(client: CheckedClient, code: str) -> None:
    due = START + timedelta(minutes=30)

    assert due.hour == 2
    assert "09.30 WIB" in client.get(f"/pengerjaan/{code}/1").text
