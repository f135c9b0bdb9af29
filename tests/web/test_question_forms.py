"""Each kind of question as a plain form: shown, answered, shown again as answered; and files, which go their own way."""

import base64
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from lms import completion
from lms.audit import AuditEvent
from lms.exams import held as admitting
from lms.exams import journal, moving, saving, uploads
from lms.exams.models import AnswerEvent, Attempt, HeldEvent, Result, Sitting
from tests.cast import START, Cast, Person
from tests.exams import factory, recovery_file
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.test_answers import Page
from tests.web.test_exams import begin

Browser = Callable[[Person | None], CheckedClient]
MORE = ("short_text", "matching", "ordering", "cloze", "essay", "file")
PLAN: dict[str, Any] = {
    "pass_total": 70,
    "sections": [{"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": len(MORE), "pass": None}],
}
PDF = b"%PDF-1.7\n%Telaah\n"


def sit(browser: Browser, cast: Cast, session: Session, **plan: Any) -> tuple[CheckedClient, str]:
    factory.build(session, cast, content=PLAN | plan, bank_of=MORE)
    client = browser(cast.learner)
    return client, begin(client)


def number_of(ask: Ask, code: str, kind: str) -> int:
    return [item["kind"] for item in ask.through(lambda session: factory.paper_of(session, code))].index(kind) + 1


def answer_of(ask: Ask, code: str, number: int) -> Any:
    attempt_id = ask(select(Attempt.id).where(Attempt.code == code))[0]
    state = ask.through(lambda session: journal.fold(saving.entries(session, attempt_id)))
    return state[number].answer


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


# --- files ---


def send(client: CheckedClient, code: str, n: int, content: bytes = PDF, name: str = "Telaah%20staf.pdf") -> Any:
    headers = {"X-File-Name": name, "Content-Type": "application/octet-stream"}
    return client.post(f"/pengerjaan/{code}/{n}/berkas", data=content, headers=headers)


def test_a_file_is_kept_named_and_given_back_to_its_owner_only(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, "file")
    address = f"/pengerjaan/{code}/{n}/berkas"

    assert client.get(address).status_code == 404
    kept = send(client, code, n).get_json()
    assert client.get(address).status_code == 404  # sent, but not yet the answer
    Page(client, code).answer(n, kept)
    given = client.get(address)

    assert (kept["name"], kept["size"], len(kept["sha256"])) == ("Telaah staf.pdf", len(PDF), 64)
    assert (given.status_code, given.data, given.mimetype) == (200, PDF, "application/pdf")
    assert given.headers["Content-Disposition"].startswith("attachment")
    assert "Telaah staf.pdf" in client.get(f"/pengerjaan/{code}/{n}").text
    for who in (cast.colleague, cast.outsider, cast.manager, cast.hr):
        assert browser(who).get(address).status_code == 404
        assert send(browser(who), code, n).status_code == 404
    assert ask(select(func.count()).where(AuditEvent.action == "attempt.upload"))[0] == 1


def test_a_file_goes_with_a_plain_form_and_stays_when_none_is_sent(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, "file")
    address = f"/pengerjaan/{code}/{n}"

    client.post(address, data={"berkas": (io.BytesIO(PDF), "telaah.PDF"), "aksi": "lanjut"})
    client.post(address, data={"aksi": "lanjut"})

    assert answer_of(ask, code, n)["name"] == "telaah.PDF"
    assert client.get(f"{address}/berkas").data == PDF


def test_a_file_that_arrives_late_is_kept_and_one_sent_by_a_plain_form_then_waits_for_a_decision(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    """The script names the file by an event of before the deadline; a form has only the server's own time."""
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, "file")

    def end(*, minutes_ago: int) -> None:
        session.execute(update(Attempt).values(due_at=START - timedelta(minutes=minutes_ago)))
        session.commit()

    end(minutes_ago=1)
    taken = send(client, code, n)
    plain = client.post(f"/pengerjaan/{code}/{n}", data={"berkas": (io.BytesIO(PDF), "telaah.pdf"), "aksi": "lanjut"})
    told = client.get(plain.location).text
    end(minutes_ago=3)

    assert (taken.status_code, send(client, code, n).status_code) == (200, 200)
    assert "ditahan dan menunggu keputusan" in told
    assert [json.loads(value)["name"] for value in ask(select(HeldEvent.value).where(HeldEvent.kind == "answer"))] == [
        "telaah.pdf"
    ]


def recovery_of(client: CheckedClient, code: str, n: int, content: bytes, *, name: str = "telaah.pdf") -> bytes:
    """A recovery file with one file in it, and the event that names it."""
    page = Page(client, code)
    answer = {"name": name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    event = {**page.tab.event(n, answer)._asdict(), "writer": page.tab.writer}
    files = [{"item": n, "name": name, "content": base64.urlsafe_b64encode(content).rstrip(b"=").decode()}]
    key = re.search(r'data-recovery="([^"]+)"', client.get(f"/pengerjaan/{code}/1").text)
    assert key is not None
    return recovery_file.made(code, key[1], {"token": page.token, "events": [event], "files": files})


def hand_in(client: CheckedClient, code: str, recovery: bytes) -> Any:
    form = {"berkas": (io.BytesIO(recovery), "jawaban.teruji")}
    return client.post(f"/pengerjaan/{code}/pemulihan", data=form, content_type="multipart/form-data")


def test_a_recovery_file_brings_a_file_once_and_its_event_is_held_when_late(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, "file")
    recovery = recovery_of(client, code, n, PDF)
    session.execute(update(Attempt).values(due_at=START - timedelta(minutes=5)))
    session.commit()

    assert [hand_in(client, code, recovery).status_code for _twice in range(2)] == [303, 303]

    (held,) = ask(select(HeldEvent))
    files = client.application.extensions["platform"].files
    assert uploads.read(files, held.attempt_id, json.loads(held.value)) == PDF
    assert ask(select(func.count()).where(AuditEvent.action == "attempt.upload")) == [1]
    admitting.admit(session, held.attempt_id, [n], why="Listrik padam", by=cast.hr.user_id, now=START)
    session.commit()
    assert client.get(f"/pengerjaan/{code}/{n}/berkas").data == PDF


def test_a_file_in_a_recovery_file_is_looked_at_like_any_other(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session)
    n, essay = number_of(ask, code, "file"), number_of(ask, code, "essay")

    for number, content in ((n, b"Hanya namanya PDF."), (essay, PDF)):
        hand_in(client, code, recovery_of(client, code, number, content))
        assert "1 perubahan ditolak." in client.get(f"/pengerjaan/{code}/{n}").text

    assert ask(select(func.count()).where(AuditEvent.action == "attempt.upload")) == [0]
    assert ask(select(func.count()).select_from(AnswerEvent).where(AnswerEvent.kind == "answer")) == [0]


def test_a_file_of_a_device_that_lost_the_lease_is_taken_and_its_answer_is_held(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session)
    page, n = Page(client, code), number_of(ask, code, "file")
    moving.take_over(session, ask(select(Attempt.id))[0], user_session_id=2, by=cast.learner.user_id, now=START)
    session.commit()

    named = send(client, code, n)
    answer = page.answer(n, named.get_json())

    assert (named.status_code, answer.status_code, answer.get_json()["held"]) == (200, 423, [1])
    assert [(row.item, row.reason) for row in ask(select(HeldEvent))] == [(n, "lease")]
    session.execute(update(Sitting).values(ip_ranges=["10.20.0.0/16"]))
    session.commit()
    assert send(client, code, n).status_code == 403  # the sitting runs: from outside the room nothing is taken


def test_a_file_of_a_sign_in_that_has_ended_waits_for_the_next_one(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session)
    session.execute(update(Attempt).values(lease=None, user_session_id=None))
    session.commit()

    answer = send(client, code, number_of(ask, code, "file"))

    assert (answer.status_code, answer.get_json()["error"]) == (423, "lease_moved")


def test_a_file_is_not_taken_from_outside_the_room(browser: Browser, cast: Cast, session: Session, ask: Ask) -> None:
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, "file")
    session.execute(update(Sitting).values(ip_ranges=["10.20.0.0/16"]))
    session.commit()

    refused = send(client, code, n)

    assert (refused.status_code, refused.get_json()["error"]) == (403, "place")
    assert "jaringan ruang ujian" in refused.get_json()["said"]
    assert ask(select(func.count()).where(AuditEvent.action == "attempt.upload")) == [0]


def test_a_form_with_a_huge_file_leads_back_to_its_question(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    client, code = sit(browser, cast, session)
    address = f"/pengerjaan/{code}/{number_of(ask, code, 'file')}"

    refused = client.post(address, data={"berkas": (io.BytesIO(PDF + b"0" * 12_000_000), "besar.pdf")})

    assert refused.status_code == 413
    assert f'<a class="btn main" href="{address}">' in refused.text
    assert 'href="/akun"' in refused.text  # it knows who is here


def office(inside: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(inside, "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "name", "status", "why"),
    [
        (b"", "a.pdf", 422, "empty"),
        (PDF + b"0" * 2 * 2**20, "a.pdf", 413, "large"),
        (PDF, "a.docx", 422, "type"),  # not asked for
        (b"MZ" + PDF, "a.pdf", 422, "type"),  # something else under that name
        (PDF, "a", 422, "type"),
        (office("word/document.xml"), "a.png", 422, "type"),
    ],
)
def test_a_file_that_cannot_be_taken_is_explained(
    browser: Browser, cast: Cast, session: Session, ask: Ask, content: bytes, name: str, status: int, why: str
) -> None:
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, "file")

    refused = send(client, code, n, content, name)
    plain = client.post(f"/pengerjaan/{code}/{n}", data={"berkas": (io.BytesIO(content), name), "aksi": "lanjut"})

    assert (refused.status_code, refused.get_json()["why"]) == (status, why)
    assert plain.location == f"/pengerjaan/{code}/{n}"
    assert refused.get_json()["said"] in client.get(plain.location).text
    assert answer_of(ask, code, n) is None


def test_office_files_are_known_by_what_they_hold() -> None:
    class Nowhere:
        def put(self, key: str, content: bytes) -> None:
            assert key.startswith("answers/7/")

        def get(self, key: str) -> bytes:
            raise AssertionError(key)

        def drop(self, key: str) -> None:
            raise AssertionError(key)

        def forget(self, folder: str, *, before: datetime) -> None:
            raise AssertionError(folder)

    def keep(name: str, content: bytes) -> str:
        kept = uploads.keep(Nowhere(), 7, name=name, content=content, types=["docx", "xlsx"], max_mb=1)
        return str(kept["name"])

    assert keep("C:\\surat\\a.docx", office("word/document.xml")) == "a.docx"
    assert keep("x" * 200 + ".xlsx", office("xl/workbook.xml")) == "x" * 115 + ".xlsx"
    for name, inside in (("a.docx", "xl/workbook.xml"), ("a.xlsx", "lain.xml")):
        with pytest.raises(uploads.BadUpload):
            keep(name, office(inside))


def test_uploads_end(browser: Browser, cast: Cast, session: Session, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    client, code = sit(browser, cast, session)
    n = number_of(ask, code, "file")
    monkeypatch.setattr(uploads, "MOST", 2)

    assert [send(client, code, n).status_code for _ in range(3)] == [200, 200, 429]

    client.post(f"/pengerjaan/{code}/pengumpulan")
    assert send(client, code, n).status_code == 429  # its end gives no new ones


def test_only_a_question_for_a_file_takes_one(browser: Browser, cast: Cast, session: Session, ask: Ask) -> None:
    client, code = sit(browser, cast, session)

    assert send(client, code, number_of(ask, code, "essay")).status_code == 404
    assert send(client, code, 99).status_code == 404


# --- what waits for people ---


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
