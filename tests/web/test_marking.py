"""/koreksi: who may mark what, without knowing whose it is; two at once; the comment bank; agreement."""

import io
import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams import uploads
from lms.exams.marking.models import Marking, Phrase, Work
from lms.exams.models import AnswerEvent, Attempt, Result
from lms.people.models import Appointment, Position, RoleGrant
from lms.questions.models import QuestionVersion
from tests.cast import Cast, Person
from tests.exams import factory
from tests.exams.marking import essays
from tests.exams.sitting import sit
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
FULL = {"k0": "6", "k1": "2", "nomor": "0"}


@pytest.fixture(autouse=True)
def another_marker(session: Session, cast: Cast) -> None:
    """The head of the next district: unlike the manager, not over the learner."""
    essays.grant(session, cast.other_manager, "marker", cast.jakarta)
    session.commit()


@pytest.fixture
def codes(session: Session, cast: Cast) -> list[str]:
    """The numbers of the learner's two essays."""
    essays.build(session, cast, people=(cast.learner,))
    return numbers(session)


def numbers(session: Session) -> list[str]:
    found = list(session.scalars(select(Work.code).order_by(Work.id)))
    session.commit()
    return found


def test_what_a_marker_tells_of_a_slip_is_called_the_same_on_every_page(
    browser: Browser, codes: list[str], cast: Cast
) -> None:
    """An organiser asks for the number of an answer; no page calls it the candidate's."""
    client, page = browser(cast.colleague), f"/koreksi/jawaban/{codes[0]}"
    open_ = client.get(page).text
    client.post(page, data=FULL)
    done = client.get(page).text

    assert all(f"<h1>Jawaban {codes[0]}</h1>" in one for one in (open_, done))
    assert "omor peserta" not in open_ + done


def test_an_organiser_sees_no_verdict_while_answers_wait_for_a_marker(
    browser: Browser, session: Session, cast: Cast
) -> None:
    """By the machine's marks alone, 2 of 4, the attempt would have failed."""
    essays.build(session, cast, people=(cast.learner,))
    client, sitting = browser(cast.hr), f"/kelola/ujian/{factory.CODE}/sesi/sesi-1"
    pages = [client.get(sitting).text, client.get(f"{sitting}/peserta/p-learner").text]
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{sitting}/peserta.xlsx").data))

    for page in pages:
        assert "menunggu penilai" in page
        assert "elum lulus" not in page
        assert "50,00" not in page
    assert book.get_sheet_by_index(0).to_python()[-1][9:12] == ["", "menunggu penilai", ""]

    for code in numbers(session):
        browser(cast.colleague).post(f"/koreksi/jawaban/{code}", data=FULL)

    page = client.get(sitting).text
    assert "100,00<br><small>Lulus</small>" in page
    assert "menunggu penilai" not in page
    assert "Bagian belum tercapai" not in page


def test_an_organiser_sees_which_section_a_failed_candidate_missed(
    browser: Browser, session: Session, cast: Cast
) -> None:
    """Each section has an essay and a choice of one point each: full marks in one, 1 of 2 in the other, of which 60 % are asked."""
    essays.build(session, cast, people=(cast.learner,))
    for work, title in session.execute(select(Work.code, QuestionVersion.level).join(QuestionVersion)).all():
        session.commit()
        given = FULL if title == 1 else {"k0": "0", "k1": "0", "nomor": "0"}
        browser(cast.colleague).post(f"/koreksi/jawaban/{work}", data=given)
    client, sitting = browser(cast.hr), f"/kelola/ujian/{factory.CODE}/sesi/sesi-1"

    for page in (sitting, f"{sitting}/peserta/p-learner"):
        assert "Belum lulus" in client.get(page).text
        assert re.search(r"Bagian belum tercapai: <span[^>]*>Penerapan</span>", client.get(page).text)
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{sitting}/peserta.xlsx").data))
    assert book.get_sheet_by_index(0).to_python()[-1][9:12] == [75.0, "Belum lulus", "Penerapan"]


def test_who_may_enter(browser: Browser, cast: Cast, codes: list[str]) -> None:
    page = f"/koreksi/jawaban/{codes[0]}"

    for who in (cast.colleague, cast.trainer):
        assert browser(who).get("/koreksi").status_code == 200
        assert browser(who).get(page).status_code == 200
    assert browser(cast.other_trainer).get("/koreksi").text.count("koreksi/uk") == 0
    assert browser(cast.other_trainer).get(page).status_code == 404
    assert browser(cast.other_trainer).post(page, data=FULL).status_code == 404
    assert browser(cast.learner).get(page).status_code == 403
    assert browser(None).get(page).status_code == 302


def test_a_marker_never_sees_their_own(browser: Browser, session: Session, cast: Cast) -> None:
    essays.build(session, cast, people=(cast.colleague,))
    page = f"/koreksi/jawaban/{numbers(session)[0]}"

    assert "0 dari 1" in browser(cast.colleague).get("/koreksi").text
    assert browser(cast.colleague).get(page).status_code == 404
    assert browser(cast.colleague).post(page, data=FULL).status_code == 404
    assert browser(cast.other_manager).get(page).status_code == 200


def test_whoever_leads_the_author_is_told_and_does_not_mark(browser: Browser, session: Session, cast: Cast) -> None:
    """The camat heads the unit of the learner and the colleague, not that of the officer."""
    essays.build(session, cast, people=(cast.learner, cast.hr))
    learner, officer = (
        session.scalars(select(Work.code).join(Attempt).where(Attempt.employee_id == who.employee_id)).first()
        for who in (cast.learner, cast.hr)
    )
    session.commit()
    said = "Jawaban pegawai di unit yang Anda pimpin hanya dinilai orang lain."
    superior, other = browser(cast.manager), browser(cast.other_manager)

    assert said in superior.get("/koreksi").text
    assert "1 dari 2" in superior.get("/koreksi").text  # of each question there are two answers
    assert "2 dari 2" not in superior.get("/koreksi").text
    assert superior.get(f"/koreksi/jawaban/{learner}").status_code == 404
    assert superior.post(f"/koreksi/jawaban/{learner}", data=FULL).status_code == 404
    assert superior.get(f"/koreksi/jawaban/{officer}").status_code == 200
    assert superior.post(f"/koreksi/jawaban/{officer}", data=FULL).status_code == 303
    assert "2 dari 2" in other.get("/koreksi").text
    assert other.get(f"/koreksi/jawaban/{learner}").status_code == 200
    assert said not in browser(cast.colleague).get("/koreksi").text


def test_whoever_came_to_lead_the_author_since_still_sees_the_own_mark(
    browser: Browser, session: Session, cast: Cast
) -> None:
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(markers=2))
    code = numbers(session)[0]
    head = update(Position).where(
        Position.id == Appointment.position_id, Appointment.employee_id == cast.manager.employee_id
    )
    session.execute(head.values(is_head=False))
    session.commit()
    assert browser(cast.manager).post(f"/koreksi/jawaban/{code}", data=FULL).status_code == 303
    session.execute(head.values(is_head=True))
    session.commit()

    assert browser(cast.manager).get(f"/koreksi/jawaban/{code}").status_code == 200


def test_nothing_on_the_way_says_whose_it_is(browser: Browser, session: Session, cast: Cast, codes: list[str]) -> None:
    attempt = session.scalars(select(Attempt.code)).one()
    session.commit()
    client = browser(cast.colleague)
    pages = [client.get("/koreksi").text]
    question = re.search(r'href="(/koreksi/uk[^"]+/\d+)"', pages[0])
    assert question
    pages += [client.get(question[1]).text, client.get(f"/koreksi/jawaban/{codes[0]}").text]

    for page in pages:
        assert not any(secret in page for secret in (cast.learner.name, cast.learner.nip, cast.learner.code, attempt))
    assert "Karena data pribadi harus dilindungi." in pages[2]
    assert "5 kata, diminta paling sedikit 50" in pages[2]


def test_marking_leads_through_the_answers_and_gives_the_result(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    client = browser(cast.colleague)

    said = client.post(f"/koreksi/jawaban/{codes[0]}", data=FULL)
    assert said.status_code == 303
    assert [one.state for one in ask(select(Result))] == ["pending_marking"]
    client.post(f"/koreksi/jawaban/{codes[1]}", data={"k0": "4,5", "k1": "2", "nomor": "0"})

    result = ask(select(Result).order_by(Result.number.desc()))[0]
    assert (result.state, result.marks[0]["mark"] is not None, result.passed) == ("graded", True, True)
    assert "1 dari 1" in client.get("/koreksi").text
    own = client.get(f"/koreksi/jawaban/{codes[1]}").text
    assert "4,5 dari 6" in own
    assert "tidak dapat diubah" in own
    told = browser(cast.learner).get("/beranda").text
    assert "Penilaian selesai, hasil ujian Anda sudah ada:" in told


@pytest.mark.parametrize(
    ("points", "told"),
    [
        ("", "Isi poin 0 sampai 6"),
        ("7", "Isi poin"),
        ("-1", "Isi poin"),
        ("dua", "Isi poin"),
        ("1,234", "Isi paling banyak dua angka di belakang koma untuk “Isi”."),
    ],
)
def test_points_outside_the_rubric_are_refused_and_what_was_typed_stays(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask, points: str, told: str
) -> None:
    answer = browser(cast.colleague).post(
        f"/koreksi/jawaban/{codes[0]}", data={**FULL, "k0": points, "komentar": "Baik sekali"}
    )

    assert answer.status_code == 422
    assert told in answer.text
    assert "Baik sekali" in answer.text
    assert ask(select(Marking)) == []


def test_two_markers_at_one_answer_the_second_is_told_and_theirs_is_kept(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    first, second = browser(cast.colleague), browser(cast.other_manager)
    for client in (first, second):
        client.get(f"/koreksi/jawaban/{codes[0]}")
    first.post(f"/koreksi/jawaban/{codes[0]}", data=FULL)

    told = second.post(f"/koreksi/jawaban/{codes[0]}", data={**FULL, "k0": "1"}, follow_redirects=True)

    assert "Penilai lain lebih dahulu" in told.text
    assert [(one.slot, str(one.points[0])) for one in ask(select(Marking).order_by(Marking.id))] == [(1, "6"), (4, "1")]


def test_two_windows_of_one_marker_the_second_is_told_and_may_save_again(
    browser: Browser, session: Session, cast: Cast, ask: Ask
) -> None:
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(markers=2, tolerance=25))
    page = f"/koreksi/jawaban/{numbers(session)[0]}"
    client = browser(cast.colleague)
    client.post(page, data=FULL)

    told = client.post(page, data={**FULL, "k0": "3"})
    assert told.status_code == 409
    assert "berubah di jendela lain" in told.text
    assert '<div class="note warn" role="alert" tabindex="-1" data-focus>' in told.text
    assert 'value="3"' in told.text
    assert 'name="nomor" value="1"' in told.text
    client.post(page, data={**FULL, "k0": "3", "nomor": "1"})
    assert [one.number for one in ask(select(Marking))] == [1, 2]


def test_a_second_window_on_an_answer_that_is_done_is_told_that_nothing_can_be_saved(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    client, page = browser(cast.colleague), f"/koreksi/jawaban/{codes[1]}"
    assert "Nilai dapat Anda perbaiki selama jawaban lain dari peserta ini menunggu dinilai." in client.get(page).text
    client.post(f"/koreksi/jawaban/{codes[0]}", data=FULL)
    assert "Setelah disimpan, nilai berlaku dan tidak dapat diubah." in client.get(page).text
    client.post(page, data=FULL)

    told = client.post(page, data={**FULL, "k0": "3"})

    assert told.status_code == 409
    assert "Isian yang baru tidak disimpan." in told.text
    assert "simpan lagi" not in told.text
    assert 'name="nomor"' not in told.text
    assert [one.number for one in ask(select(Marking))] == [1, 1]


def test_a_slip_is_corrected_on_the_page_while_another_answer_waits(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    client, page = browser(cast.colleague), f"/koreksi/jawaban/{codes[0]}"
    client.post(page, data={**FULL, "k0": "3"})
    assert 'value="3"' in client.get(page).text

    told = client.post(page, data={**FULL, "nomor": "1"}, follow_redirects=True).text

    assert "Perbaikan nilai tersimpan." in told
    assert ask(select(Work.mark).where(Work.code == codes[0])) == [1]


def test_a_correction_that_comes_after_the_second_marker_is_a_note_and_told_so(
    browser: Browser, session: Session, cast: Cast, ask: Ask
) -> None:
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(markers=2, tolerance=25))
    other, page = (f"/koreksi/jawaban/{code}" for code in numbers(session))
    first, second = browser(cast.colleague), browser(cast.other_manager)
    for client in (first, second):
        client.post(other, data=FULL)
    first.post(page, data=FULL)
    assert "Nilai dapat Anda perbaiki sampai semua penilai jawaban ini selesai." in first.get(page).text
    second.post(page, data=FULL)

    told = first.post(page, data={**FULL, "k0": "3", "nomor": "1"}, follow_redirects=True)

    assert "Perbaikan Anda disimpan sebagai catatan dan tidak dihitung." in told.text
    assert "Penilai lain lebih dahulu" not in told.text
    assert ask(select(Work.mark).where(Work.state == "settled"))[0] == 1


def test_markers_are_blind_to_each_other_and_the_third_sees_both(
    browser: Browser, session: Session, cast: Cast
) -> None:
    session.add(RoleGrant(user_id=cast.trainer.user_id, role="organiser", unit_id=cast.jakarta, since=date(2020, 1, 1)))
    essays.build(session, cast, people=(cast.learner,), content=essays.plan(markers=2, tolerance=25))
    page = f"/koreksi/jawaban/{numbers(session)[0]}"
    browser(cast.colleague).post(page, data={**FULL, "komentar": "Lengkap dan runtut."})
    blind = browser(cast.other_manager).get(page).text
    assert "Lengkap dan runtut." not in blind
    browser(cast.other_manager).post(page, data={**FULL, "k0": "1"})
    again = browser(cast.colleague).get(page).text
    assert "1 dari 6" not in again
    assert "Orang ketiga sedang menentukan" in again

    question = re.search(r'href="(/koreksi/uk[^"]+/\d+)"', again)
    assert question
    assert "menunggu penentu" in browser(cast.colleague).get(question[1]).text

    third = browser(cast.trainer)
    assert "penilai ketiga menentukannya" in third.get("/kelola/ujian/uk-keamanan-informasi").text
    assert "1 perlu penentu" in third.get("/koreksi").text
    shown = third.get(page).text
    assert "Lengkap dan runtut." in shown
    assert "Anda penentu" in shown
    third.post(page, data={**FULL, "k0": "2"})
    agreement = third.get("/koreksi/uk-keamanan-informasi/kesepakatan").text
    assert "1 dari 1" in agreement

    organiser, place = browser(cast.hr), "/kelola/ujian/uk-keamanan-informasi/kesepakatan"
    assert organiser.get("/koreksi/uk-keamanan-informasi/kesepakatan").status_code == 403
    assert f'href="{place}"' in organiser.get("/kelola/ujian/uk-keamanan-informasi").text
    shown = organiser.get(place).text
    assert "1 dari 1" in shown
    assert not any(one.name in shown for one in (cast.learner, cast.colleague, cast.trainer)), "figures, no people"
    assert browser(cast.other_trainer).get(place).status_code in (403, 404)
    assert browser(cast.other_trainer).get("/koreksi/uk-keamanan-informasi/kesepakatan").status_code == 404


def test_the_comment_bank_is_one_s_own(browser: Browser, cast: Cast, codes: list[str], ask: Ask) -> None:
    client = browser(cast.colleague)
    client.post(
        f"/koreksi/jawaban/{codes[0]}", data={**FULL, "komentar": "Sebut dasar hukumnya.", "simpan_frasa": "ya"}
    )
    page = client.get(f"/koreksi/jawaban/{codes[1]}").text
    phrase = re.search(r'name="frasa" value="(\d+)"', page)
    assert phrase
    client.post(f"/koreksi/jawaban/{codes[1]}", data={**FULL, "komentar": "Bagus.", "frasa": phrase[1]})

    assert ask(select(Marking.comment).order_by(Marking.id)) == [
        "Sebut dasar hukumnya.",
        "Bagus.\nSebut dasar hukumnya.",
    ]
    assert "Sebut dasar hukumnya." not in browser(cast.other_manager).get("/koreksi/komentar").text
    browser(cast.other_manager).post("/koreksi/komentar", data={"hapus": phrase[1]})
    assert "Sebut dasar hukumnya." in client.get("/koreksi/komentar").text
    client.post("/koreksi/komentar", data={"hapus": phrase[1]})
    assert "Belum ada." in client.get("/koreksi/komentar").text
    blank = client.post("/koreksi/komentar", data={"komentar": "  "})
    assert blank.status_code == 422
    assert "data-focus aria-invalid" in blank.text


def test_a_comment_of_the_bank_is_worded_anew_by_its_owner_alone(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    assert codes, "the people are markers"
    client = browser(cast.colleague)
    for text in ("Sebut dasar hukumnya.", "Bagus."):
        client.post("/koreksi/komentar", data={"komentar": text})
    first, second = ask(select(Phrase.id).order_by(Phrase.id))
    assert ">\nSebut dasar hukumnya.</textarea>" in client.get(f"/koreksi/komentar?ubah={first}").text
    assert browser(cast.other_manager).get(f"/koreksi/komentar?ubah={first}").status_code == 404
    theirs = browser(cast.other_manager).post("/koreksi/komentar", data={"ubah": first, "komentar": "Keliru."})
    assert theirs.status_code == 404

    client.post("/koreksi/komentar", data={"ubah": first, "komentar": "Sebut pasalnya."})
    assert ask(select(Phrase.text).order_by(Phrase.id)) == ["Sebut pasalnya.", "Bagus."]
    client.post("/koreksi/komentar", data={"ubah": second, "komentar": "Sebut pasalnya."})
    assert ask(select(Phrase.text)) == ["Sebut pasalnya."]


def test_a_comment_to_be_kept_stays_so_when_points_are_wrong_and_a_long_one_is_told(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    client = browser(cast.colleague)
    kept = {"komentar": "Bagus.", "simpan_frasa": "ya"}
    wrong = client.post(f"/koreksi/jawaban/{codes[0]}", data={**FULL, "k0": "900", **kept})
    assert wrong.status_code == 422
    assert 'name="simpan_frasa" value="ya" checked' in wrong.text
    long = {"komentar": "a" * 301, "simpan_frasa": "ya"}
    told = client.post(f"/koreksi/jawaban/{codes[0]}", data={**FULL, **long}, follow_redirects=True)
    assert "Komentar tidak masuk bank: paling banyak 300 huruf." in told.text
    assert ask(select(Phrase.id)) == []


def test_a_comment_is_kept_without_the_phrases_that_came_out_of_the_bank(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    client = browser(cast.colleague)
    client.post("/koreksi/komentar", data={"komentar": "Sebut dasar hukumnya."})
    ticked = {"frasa": str(ask(select(Phrase.id))[0]), "simpan_frasa": "ya"}

    client.post(f"/koreksi/jawaban/{codes[0]}", data={**FULL, **ticked, "komentar": "Runtut."})

    assert ask(select(Marking.comment)) == ["Runtut.\nSebut dasar hukumnya."]
    assert ask(select(Phrase.text).order_by(Phrase.id)) == ["Sebut dasar hukumnya.", "Runtut."]


def test_a_file_comes_without_its_own_name(
    app: Flask, browser: Browser, session: Session, cast: Cast, ask: Ask
) -> None:
    files = app.extensions["platform"].files
    pdf = b"%PDF-1.7 isi"
    named = uploads.keep(files, 1, name="Sari Uji 199001.pdf", content=pdf, types=("pdf",), max_mb=2)
    essays.build(session, cast, people=(), bank=("file", "single_choice"))
    attempt = sit(session, cast.learner, {"file": named, "single_choice": "0"})
    uploads.keep(files, attempt.id, name="Sari Uji 199001.pdf", content=pdf, types=("pdf",), max_mb=2)
    code = numbers(session)[0]
    client = browser(cast.colleague)

    assert "Sari" not in client.get(f"/koreksi/jawaban/{code}").text
    sent = client.get(f"/koreksi/jawaban/{code}/berkas")
    assert sent.data == pdf
    assert sent.headers["Content-Disposition"] == f"attachment; filename=jawaban-{code}.pdf"
    assert sent.headers["X-Content-Type-Options"] == "nosniff"
    assert browser(cast.other_trainer).get(f"/koreksi/jawaban/{code}/berkas").status_code == 404


def test_a_file_that_the_journal_names_as_a_program_is_not_given_to_a_marker_under_that_name(
    app: Flask, browser: Browser, session: Session, cast: Cast
) -> None:
    files = app.extensions["platform"].files
    pdf = b"%PDF-1.7 isi"
    named = uploads.keep(files, 1, name="a.pdf", content=pdf, types=("pdf",), max_mb=2) | {"name": "a.hta"}
    essays.build(session, cast, people=(), bank=("file", "single_choice"))
    attempt = sit(session, cast.learner, {"file": named, "single_choice": "0"})
    uploads.keep(files, attempt.id, name="a.pdf", content=pdf, types=("pdf",), max_mb=2)
    code = numbers(session)[0]

    sent = browser(cast.colleague).get(f"/koreksi/jawaban/{code}/berkas")

    assert sent.headers["Content-Disposition"] == f"attachment; filename=jawaban-{code}.bin"


def test_an_answer_is_shown_as_text_and_never_as_markup(browser: Browser, session: Session, cast: Cast) -> None:
    answers: dict[str, Any] = {**essays.ANSWERS, "essay": "<script>alert(1)</script> **tebal**"}
    essays.build(session, cast, people=())
    sit(session, cast.learner, answers)

    page = browser(cast.colleague).get(f"/koreksi/jawaban/{numbers(session)[0]}").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; **tebal**" in page


def test_what_is_void_is_gone(browser: Browser, session: Session, cast: Cast, codes: list[str]) -> None:
    session.execute(update(Work).values(state="void"))
    session.commit()

    assert browser(cast.colleague).get(f"/koreksi/jawaban/{codes[0]}").status_code == 404
    assert "Tidak ada jawaban yang menunggu" in browser(cast.colleague).get("/koreksi").text
    assert session.scalars(select(AnswerEvent.id)).first() is not None
