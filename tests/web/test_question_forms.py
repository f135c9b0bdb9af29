"""Each kind of question as a plain form: shown, answered, shown again as answered."""

import re
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from lms import completion
from lms.exams.models import AnswerEvent, Attempt, Result
from tests.cast import START, Cast
from tests.exams import factory
from tests.web.conftest import Ask
from tests.web.every_kind import MORE, Browser, answer_of, number_of, sit
from tests.web.test_answers import Page
from tests.web.test_exams import begin

FORMS: dict[str, tuple[dict[str, str], Any, list[str]]] = {
    "short_text": ({"jawaban": " jakarta "}, "jakarta", ['value="jakarta"']),
    "matching": (
        {"jawaban-0": "2", "jawaban-1": "", "jawaban-2": "1"},
        {"0": "2", "2": "1"},
        ['<option value="2" selected>yang Anda tahu</option>'],
    ),
    "ordering": (
        {"jawaban-0": "2", "jawaban-1": "4", "jawaban-2": "1", "jawaban-3": "3"},
        ["2", "0", "3", "1"],
        ["<option selected>4</option>"],
    ),
    "cloze": (
        {"jawaban-1": "12", "jawaban-2": "", "jawaban-3": "rahasia"},
        {"1": "12", "3": "rahasia"},
        ['value="12"', "<option selected>rahasia</option>"],
    ),
    "essay": ({"jawaban": "Satu.\r\n\r\nDua."}, "Satu.\n\nDua.", ["Satu.\n\nDua.</textarea>"]),
}


@pytest.mark.parametrize("kind", sorted(FORMS))
@pytest.mark.parametrize("certainty", [False, True])
def test_a_form_is_kept_and_shown_again(
    browser: Browser, cast: Cast, session: Session, ask: Ask, kind: str, certainty: bool
) -> None:
    client, code = sit(browser, cast, session, **({"certainty": True} if certainty else {}))
    n = number_of(ask, code, kind)
    sent, kept, shown = FORMS[kind]

    blank = client.get(f"/pengerjaan/{code}/{n}").text
    answered = client.post(f"/pengerjaan/{code}/{n}", data=sent | {"aksi": "lanjut", "yakin": "3"})
    page = client.get(f"/pengerjaan/{code}/{n}").text

    assert answered.status_code == 303
    is_weighed = certainty and kind != "essay"
    assert answer_of(ask, code, n) == ({"answer": kept, "certainty": 3} if is_weighed else kept)
    assert all(text in page and text not in blank for text in shown)
    hint = "data-unordered>Urutan awal belum terhitung"
    assert [hint in text for text in (blank, page)] == [kind == "ordering", False]
    assert ("Seberapa yakin Anda?" in page) is is_weighed


def test_how_certain_one_is_of_a_situational_answer_is_told_without_right_and_wrong(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    factory.build(session, cast, content=factory.EVERY_KIND | {"certainty": True})
    client = browser(cast.learner)
    code = begin(client)

    page = client.get(f"/pengerjaan/{code}/{number_of(ask, code, 'situational')}").text
    other = client.get(f"/pengerjaan/{code}/{number_of(ask, code, 'true_false')}").text

    told = ["terbaik\xa0⅓, terendah\xa00,07", "terbaik\xa0⅔, terendah\xa0−0,4", "terbaik\xa01, terendah\xa0−1,4"]
    assert all(words in page for words in told)
    assert "salah\xa0" not in page
    assert "benar\xa01, salah\xa0−2" in other


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_an_empty_form_leaves_a_question_empty(
    browser: Browser, cast: Cast, session: Session, ask: Ask, kind: str
) -> None:
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, kind)

    client.post(f"/pengerjaan/{code}/{n}", data=dict.fromkeys(FORMS[kind][0], "") | {"aksi": "lanjut"})

    assert answer_of(ask, code, n) is None


def test_an_order_with_a_number_twice_is_kept_and_has_to_be_looked_at(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, "ordering")

    muddled = {"jawaban-3": "1", "jawaban-1": "1", "jawaban-0": "", "jawaban-2": "2"}
    answered = client.post(f"/pengerjaan/{code}/{n}", data=muddled | {"aksi": "lanjut"})

    assert answered.location == f"/pengerjaan/{code}/{n}"
    assert answer_of(ask, code, n) == ["3", "1", "2", "0"]
    assert "Pakai setiap nomor satu kali." in client.get(answered.location).text


@pytest.mark.parametrize("kind", ["ordering", "short_text"])
def test_a_form_empties_an_answer_that_its_inputs_cannot_empty(
    browser: Browser, cast: Cast, session: Session, ask: Ask, kind: str
) -> None:
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, kind)
    address = f"/pengerjaan/{code}/{n}"

    def is_offered() -> bool:
        found = re.search(
            r'<p class="clear".*?( hidden)?><button [^>]* value="hapus"( hidden)?>', client.get(address).text
        )
        assert found
        return not any(found.groups())

    assert not is_offered()
    client.post(address, data=FORMS[kind][0] | {"aksi": "lanjut"})
    assert is_offered() is (kind != "short_text")  # that one is emptied by hand
    cleared = client.post(address, data=FORMS[kind][0] | {"aksi": "hapus"})

    assert cleared.location == address
    assert answer_of(ask, code, n) is None
    assert not is_offered()


def test_the_right_order_and_the_right_pairs_cannot_be_read_from_the_page(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    """Ids go by the alphabet, and the order shown is never the right one."""
    client, code = sit(browser, cast, session)

    page = client.get(f"/pengerjaan/{code}/{number_of(ask, code, 'ordering')}").text

    shown = [
        text
        for _at, text in sorted(
            (page.index(f">{text}</span>"), text) for text in ("Catat", "Amankan", "Lapor", "Bahas")
        )
    ]
    assert shown != ["Catat", "Amankan", "Lapor", "Bahas"]


# --- what the script sends ---


@pytest.mark.parametrize(
    ("kind", "wrong"),
    [
        ("matching", ["0"]),
        ("ordering", "0"),
        ("cloze", {"satu": "a"}),
        ("essay", 5),
        ("short_text", ["a"]),
        ("file", "a.pdf"),
    ],
)
def test_an_answer_of_another_shape_is_refused(
    browser: Browser, cast: Cast, session: Session, ask: Ask, kind: str, wrong: Any
) -> None:
    client, code = sit(browser, cast, session)
    page = Page(client, code)
    n = number_of(ask, code, kind)
    right = (factory.RIGHT | factory.WORK)[kind]

    refused = page.answer(n, wrong).get_json()
    taken = page.answer(n, right).get_json()

    assert refused["refused"] == [{"seq": 1, "why": "bad_value"}]
    assert taken["stored"] == [2]
    assert ask(select(func.count()).select_from(AnswerEvent).where(AnswerEvent.kind == "answer"))[0] == 1


def test_where_certainty_is_asked_for_a_bare_answer_is_refused(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session, certainty=True)
    page = Page(client, code)
    n = number_of(ask, code, "short_text")

    assert page.answer(n, "Jakarta").get_json()["refused"] == [{"seq": 1, "why": "bad_value"}]
    assert page.answer(n, {"answer": "Jakarta", "certainty": 2}).get_json()["stored"] == [2]


def test_a_long_essay_is_kept_whole(browser: Browser, cast: Cast, session: Session, ask: Ask) -> None:
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, "essay")
    longest = '"\n' * 10_000

    assert Page(client, code).answer(n, longest).get_json()["stored"] == [1]
    assert answer_of(ask, code, n) == longest


def test_a_result_waits_for_marks_and_then_has_its_verdict(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session)
    page = Page(client, code)
    for kind, value in (factory.RIGHT | factory.WORK).items():
        if kind in MORE:
            page.answer(number_of(ask, code, kind), value)
    client.post(f"/pengerjaan/{code}/pengumpulan")
    waiting = client.get(f"/pengerjaan/{code}/hasil").text
    listed, rules = client.get("/ujian").text, client.get(f"/ujian/{factory.CODE}").text
    attempt_id = ask(select(Attempt.id).where(Attempt.code == code))[0]
    work = {number_of(ask, code, kind): Decimal(1) for kind in ("essay", "file")}

    assert "<h1>Menunggu penilaian</h1>" in waiting
    assert "Anda belum lulus" not in waiting
    assert "Nilai menurut bagian" not in waiting
    assert "2 jawaban Anda dibaca oleh penilai." in waiting
    assert "Menunggu penilaian" in listed
    assert "Jawaban Anda yang terakhir menunggu penilaian." in rules
    assert ask(select(Result.state)) == ["pending_marking"]
    assert ask(select(Result.passed)) == [False]

    by, today = cast.manager.user_id, START.date()
    completion.finish_marking(session, attempt_id, work, by=by, now=START, today=today)
    session.commit()

    assert "Anda lulus" in client.get(f"/pengerjaan/{code}/hasil").text
    assert "Menunggu penilaian" not in client.get("/ujian").text


def test_whose_answers_were_weighed_reads_how_certain_they_were(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    plan = factory.EVERY_KIND | {"certainty": True, "release": "items"}
    factory.build(session, cast, content=plan)
    client = browser(cast.learner)
    code = begin(client)
    n = number_of(ask, code, "true_false")
    client.post(f"/pengerjaan/{code}/{n}", data={"jawaban": "true", "yakin": "1", "aksi": "lanjut"})
    client.post(f"/pengerjaan/{code}/pengumpulan")

    page = client.get(f"/pengerjaan/{code}/rincian/{n}").text
    other = client.get(f"/pengerjaan/{code}/rincian/{n % 6 + 1}").text

    assert "<dt>Keyakinan Anda</dt><dd>Kurang yakin (benar ⅓, salah 0)</dd>" in page.replace("\xa0", " ")
    assert "0,33 dari 1" in page
    assert "Keyakinan Anda" not in other  # it was not answered
