"""Appeals from the candidate's page to the panel's ruling: released as far as the exam says, in time, once, by the right people."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams import uploads
from lms.exams.appealing.models import Appeal, Opinion
from lms.exams.marking.models import Work
from lms.exams.models import Attempt, Blueprint, Result, Sitting
from lms.exams.regrading import applying
from lms.exams.regrading.models import Regrade
from lms.questions.models import QuestionVersion
from tests.cast import START, Cast, Person
from tests.competencies.factory import plain
from tests.exams import factory
from tests.exams.marking import essays
from tests.exams.marking.essays import grant
from tests.exams.regrading import test_regrades as exam
from tests.exams.sitting import sit
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
AFTER = {"release": "items", "appeals": {"days": 3, "ruling_days": 14}}
TEXT = "Pilihan kedua juga benar menurut materi 3."


@pytest.fixture
def code(session: Session, cast: Cast) -> str:
    """The colleague's attempt: the choice is wrong by its key. Manager and trainer are of the panel, HR organises."""
    exam.build(session, cast)
    session.execute(update(Blueprint).values(content={**exam.PLAN, **AFTER}))
    grant(session, cast.manager, "marker", cast.jakarta)
    grant(session, cast.hr, "organiser", cast.jakarta)
    session.commit()
    found = session.scalars(select(Attempt.code).where(Attempt.employee_id == cast.colleague.employee_id)).one()
    session.commit()
    return found


def number_of(session: Session, code: str, kind: str = "single_choice") -> int:
    version = exam.version_of(session, kind)
    marks = session.scalars(
        select(Result.marks).join(Attempt, Attempt.id == Result.attempt_id).where(Attempt.code == code)
    ).first()
    session.commit()
    number: int = next(mark["item"] for mark in marks or [] if mark["version"] == version.id)
    return number


def filed(browser: Browser, session: Session, cast: Cast, code: str, ask: Ask) -> tuple[str, str]:
    """(page of the item, page of the panel) of an appeal."""
    page = f"/pengerjaan/{code}/rincian/{number_of(session, code)}"
    assert browser(cast.colleague).post(f"{page}/sanggahan", data={"sanggahan": TEXT}).status_code == 303
    return page, f"/sanggah/{ask(select(Appeal.code))[0]}"


def filed_too(browser: Browser, session: Session, cast: Cast, ask: Ask) -> tuple[str, str]:
    """The outsider disputes the same question: their page of it, and the panel's."""
    other = ask(select(Attempt.code).where(Attempt.employee_id == cast.outsider.employee_id))[0]
    page = f"/pengerjaan/{other}/rincian/{number_of(session, other)}"
    browser(cast.outsider).post(f"{page}/sanggahan", data={"sanggahan": TEXT})
    return page, f"/sanggah/{ask(select(Appeal.code).order_by(Appeal.id.desc()))[0]}"


def test_the_result_leads_to_the_items_as_far_as_they_are_released(
    browser: Browser, session: Session, cast: Cast, code: str
) -> None:
    client = browser(cast.colleague)
    assert f"/pengerjaan/{code}/rincian" in client.get(f"/pengerjaan/{code}/hasil").text
    page = f"/pengerjaan/{code}/rincian/{number_of(session, code)}"

    assert "0 dari 1" in client.get(f"/pengerjaan/{code}/rincian").text
    shown = client.get(page).text
    assert "Salah" in shown  # the option that was chosen
    assert "Jawaban terbaik" not in shown


def test_the_best_answer_stays_back_while_somebody_may_still_sit_the_sitting(
    browser: Browser, session: Session, cast: Cast, code: str
) -> None:
    session.execute(update(Blueprint).values(content={**exam.PLAN, **AFTER, "release": "key"}))
    session.commit()
    client = browser(cast.colleague)
    page = f"/pengerjaan/{code}/rincian/{number_of(session, code)}"
    kept = "Tampil setelah sesi ini selesai, paling cepat"
    assert kept in client.get(page).text  # open: others may begin, and so may whoever tries again

    session.execute(update(Sitting).values(opens_at=START - timedelta(hours=1), closes_at=START))
    other = update(Attempt).where(Attempt.employee_id == cast.outsider.employee_id)
    session.execute(other.values(state="open", closed_at=None, closed_by=None))
    session.commit()
    assert "Tampil begitu peserta lain di sesi ini selesai" in client.get(page).text  # somebody has extra time

    session.execute(other.values(state="closed", closed_at=START, closed_by="time"))
    session.commit()
    shown = client.get(page).text
    assert "Tampil " not in shown
    assert "Jawaban terbaik" in shown


def test_under_score_an_appeal_names_an_item_and_shows_nothing(
    browser: Browser, session: Session, cast: Cast, code: str
) -> None:
    session.execute(update(Blueprint).values(content={**exam.PLAN, **AFTER, "release": "score"}))
    session.commit()
    shown = browser(cast.colleague).get(f"/pengerjaan/{code}/rincian/1").text

    assert "mana yang benar?" not in shown
    assert "Kirim sanggahan" in shown


def test_where_nothing_is_released_there_is_nothing(browser: Browser, session: Session, cast: Cast, code: str) -> None:
    session.execute(update(Blueprint).values(content=exam.PLAN))
    session.commit()

    assert browser(cast.colleague).get(f"/pengerjaan/{code}/rincian").status_code == 404
    assert "rincian" not in browser(cast.colleague).get(f"/pengerjaan/{code}/hasil").text


def test_only_the_candidate_files_and_reads(browser: Browser, cast: Cast, code: str) -> None:
    for who in (cast.learner, cast.manager, cast.outsider):
        assert browser(who).get(f"/pengerjaan/{code}/rincian").status_code == 404
        assert browser(who).post(f"/pengerjaan/{code}/rincian/1/sanggahan", data={"sanggahan": TEXT}).status_code == 404
    assert browser(cast.colleague).get(f"/pengerjaan/{code}/rincian/9").status_code == 404


def test_empty_late_and_twice_are_said_and_what_was_typed_stays(
    browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    client = browser(cast.colleague)
    page = f"/pengerjaan/{code}/rincian/1"
    assert client.post(f"{page}/sanggahan", data={"sanggahan": " "}).status_code == 422
    assert client.post(f"{page}/sanggahan", data={"sanggahan": "x" * 2001}).status_code == 422
    assert client.post(f"{page}/sanggahan", data={"sanggahan": TEXT}).status_code == 303
    again = client.post(f"{page}/sanggahan", data={"sanggahan": "Sekali lagi."})
    assert again.status_code == 409
    assert "sudah Anda sanggah" in again.text
    assert "Sekali lagi." in again.text
    assert "Kirim sanggahan" not in again.text, "it can never be sent"
    other = session.scalars(select(Attempt.code).where(Attempt.employee_id == cast.learner.employee_id)).one()
    session.execute(update(Result).values(recorded_at=START - timedelta(days=3, seconds=1)))
    session.commit()
    answer = browser(cast.learner).post(f"/pengerjaan/{other}/rincian/1/sanggahan", data={"sanggahan": TEXT})
    assert answer.status_code == 409
    assert "Masa sanggah sudah berakhir" in answer.text
    assert TEXT in answer.text
    assert len(ask(select(Appeal))) == 1
    assert "Masa sanggah berakhir" in browser(cast.learner).get(f"/pengerjaan/{other}/rincian/1").text


def test_the_panel_rejects_with_a_reason_that_the_candidate_reads(
    browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    page, panel = filed(browser, session, cast, code, ask)
    first, second = browser(cast.trainer), browser(cast.manager)
    for client in (first, second, browser(cast.hr)):
        assert panel in client.get("/sanggah").text
        shown = client.get(panel).text
        assert TEXT in shown
        assert not any(secret in shown for secret in (cast.colleague.name, cast.colleague.nip, code))
    assert first.post(f"{panel}/usulan", data={"cara": "tolak", "alasan": ""}).status_code == 422
    first.post(f"{panel}/usulan", data={"cara": "tolak", "alasan": "Materi 3 menyebut satu cara."})
    opinion = str(ask(select(Opinion.id))[0])
    own = first.post(f"{panel}/persetujuan", data={"usulan": opinion}, follow_redirects=True)
    assert "perlu disetujui anggota lain" in own.text
    assert ask(select(Appeal.state)) == ["open"]
    second.post(f"{panel}/persetujuan", data={"usulan": opinion})

    told = browser(cast.colleague).get(page).text
    assert "Ditolak." in told
    assert "Materi 3 menyebut satu cara." in told
    home = browser(cast.colleague).get("/beranda").text
    assert re.search(rf'Sanggahan Anda atas soal \d ditolak: <a href="{page}"', home)
    late = second.post(f"{panel}/persetujuan", data={"usulan": opinion}, follow_redirects=True)
    assert "sudah diputus" in late.text
    assert panel in second.get("/sanggah?saring=diputus").text


def test_an_upheld_appeal_rescores_everybody(
    app: Flask, browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    page, panel = filed(browser, session, cast, code, ask)
    browser(cast.trainer).post(f"{panel}/usulan", data={"cara": "accept", "kunci": "1", "alasan": "Keduanya benar."})
    shown = browser(cast.manager).get(panel).text
    assert "3 pengerjaan memuat soal ini: 2 berubah nilai, 1 menjadi lulus, 0 tidak lagi lulus." in shown

    browser(cast.manager).post(f"{panel}/persetujuan", data={"usulan": str(ask(select(Opinion.id))[0])})
    applying.apply_all(app.extensions["platform"])

    assert sorted(ask(select(Result.percent).where(Result.number == 2))) == [50, 100]
    ruled = browser(cast.manager).get(panel).text
    assert re.search(r"Kunci yang berlaku</dt><dd>.*Benar.*Salah.*</dd>", ruled), "the old key still counts, too"
    told = browser(cast.colleague).get(page).text
    assert "Diterima." in told
    assert "Keduanya benar." in told
    home = browser(cast.colleague).get("/beranda").text
    assert re.search(rf'Sanggahan Anda atas soal \d diterima: <a href="{page}"', home)
    assert "Nilai ujian Anda berubah" in home
    assert "1 dari 1" in browser(cast.colleague).get(f"/pengerjaan/{code}/rincian").text
    assert (
        "Keduanya benar."
        in browser(cast.outsider)
        .get(
            f"/pengerjaan/{ask(select(Attempt.code).where(Attempt.employee_id == cast.outsider.employee_id))[0]}/hasil"
        )
        .text
    )


def test_whoever_lets_a_new_key_hold_has_not_written_the_question(
    browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    """The new key becomes the next version in the bank, by the second member; the ruling and other appeals stay theirs to see."""
    _, panel = filed(browser, session, cast, code, ask)
    _page, theirs = filed_too(browser, session, cast, ask)
    browser(cast.trainer).post(f"{panel}/usulan", data={"cara": "key", "kunci": "1", "alasan": "Kuncinya keliru."})
    second = browser(cast.manager)

    answer = second.post(
        f"{panel}/persetujuan", data={"usulan": str(ask(select(Opinion.id))[0])}, follow_redirects=True
    )

    assert answer.status_code == 200
    assert "Sanggahan diterima." in answer.text
    made = ask(select(QuestionVersion.made_by).order_by(QuestionVersion.id.desc()))[0]
    assert made == cast.manager.user_id
    assert second.get(theirs).status_code == 200
    session.execute(
        update(QuestionVersion).where(QuestionVersion.made_by == made).values(made_at=START - timedelta(days=1))
    )
    session.commit()
    assert second.get(theirs).status_code == 404  # a version of one's own writing


def test_another_appeal_is_upheld_by_the_correction_that_holds_already(
    app: Flask, browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    """Two dispute one item. What the first ruling brought is what the second asks for: to reject that would be untrue."""
    _, panel = filed(browser, session, cast, code, ask)
    page, theirs = filed_too(browser, session, cast, ask)
    first, second = browser(cast.trainer), browser(cast.manager)
    said = {"cara": "berlaku", "alasan": "Sudah dikoreksi."}
    assert 'value="berlaku"' not in first.get(theirs).text
    assert first.post(f"{theirs}/usulan", data=said).status_code == 422  # nothing holds yet
    first.post(f"{panel}/usulan", data={"cara": "accept", "kunci": "1", "alasan": "Keduanya benar."})
    second.post(f"{panel}/persetujuan", data={"usulan": str(ask(select(Opinion.id))[0])})
    applying.apply_all(app.extensions["platform"])
    results = ask(select(Result.id))

    assert 'value="berlaku"' in first.get(theirs).text
    assert first.post(f"{theirs}/usulan", data=said).status_code == 303
    shown = plain(second.get(theirs).text)
    assert "Usulan: terima, jawaban lain juga diterima Sudah dikoreksi. Koreksi ini sudah berlaku;" in shown
    second.post(f"{theirs}/persetujuan", data={"usulan": str(ask(select(Opinion.id).order_by(Opinion.id.desc()))[0])})

    assert ask(select(Appeal.state)) == ["upheld", "upheld"]
    assert len(set(ask(select(Appeal.regrade_id)))) == 1
    assert ask(select(Regrade.state)) == ["done"]
    assert ask(select(Result.id)) == results
    assert "Diterima." in browser(cast.outsider).get(page).text


def test_what_held_when_it_was_proposed_and_holds_no_more_is_not_agreed_with(
    app: Flask, browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    """An organiser's correction is no ruling until the panel agrees with it; meanwhile it may be taken back."""
    _, panel = filed(browser, session, cast, code, ask)
    area, organiser = f"/kelola/ujian/{factory.CODE}/penilaian-ulang", browser(cast.hr)
    new = f"{area}/baru/soal-1-0/1"

    def apply(**said: str) -> None:
        address = organiser.post(new, data={"alasan": "Koreksi.", **said}).headers["Location"]
        assert organiser.post(f"{address}/penerapan", data={"paham": "ya"}).status_code == 303
        applying.apply_all(app.extensions["platform"])

    apply(cara="accept", kunci="1")
    browser(cast.trainer).post(f"{panel}/usulan", data={"cara": "berlaku", "alasan": "Sudah dikoreksi."})
    apply(cara="asal")

    told = browser(cast.manager).post(
        f"{panel}/persetujuan", data={"usulan": str(ask(select(Opinion.id))[0])}, follow_redirects=True
    )

    assert "Usulan itu tidak berlaku lagi" in told.text
    assert ask(select(Appeal.state)) == ["open"]
    assert ask(select(Regrade.state)) == ["done", "done"]


def test_a_ruling_of_the_panel_is_changed_by_two_organisers(
    app: Flask, browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    """One drafts; who drafted does not apply it, another does. A ruling is not overturned by one person."""
    _, panel = filed(browser, session, cast, code, ask)
    browser(cast.trainer).post(f"{panel}/usulan", data={"cara": "accept", "kunci": "1", "alasan": "Keduanya benar."})
    browser(cast.manager).post(f"{panel}/persetujuan", data={"usulan": str(ask(select(Opinion.id))[0])})
    applying.apply_all(app.extensions["platform"])
    hr = browser(cast.hr)
    area = f"/kelola/ujian/{factory.CODE}/penilaian-ulang"
    ruled = f"{area}/{ask(select(Regrade.code))[0]}"
    assert "Mengubahnya perlu dua penyelenggara" in hr.get(ruled).text

    answer = hr.post(f"{area}/baru/soal-1-0/1", data={"cara": "asal", "alasan": "Panel keliru."})
    draft = answer.headers["Location"]
    assert "Minta penyelenggara lain" in hr.get(draft).text
    assert "Terapkan penilaian ulang" not in hr.get(draft).text
    hr.post(f"{draft}/penerapan", data={"paham": "ya"})
    assert "Penyelenggara lain yang menerapkannya." in hr.get(draft).text
    assert ask(select(Regrade.state).order_by(Regrade.id)) == ["done", "draft"]

    grant(session, cast.other_manager, "organiser", cast.jakarta)
    session.commit()
    assert "Yang berlaku sekarang adalah putusan panel sanggah." in browser(cast.other_manager).get(draft).text
    browser(cast.other_manager).post(f"{draft}/penerapan", data={"paham": "ya"})
    assert ask(select(Regrade.state).order_by(Regrade.id)) == ["done", "applying"]


def test_who_seconds_has_seen_what_it_does_to_those_who_came_since(
    browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    _, panel = filed(browser, session, cast, code, ask)
    browser(cast.trainer).post(f"{panel}/usulan", data={"cara": "full", "alasan": "Soalnya kabur."})
    sit(session, cast.other_manager, {"single_choice": "1", "true_false": False}, now=exam.NOW)
    session.commit()
    opinion, second = str(ask(select(Opinion.id))[0]), browser(cast.manager)

    told = second.post(f"{panel}/persetujuan", data={"usulan": opinion}, follow_redirects=True).text

    assert "Ada hasil baru sejak usulan ini dibuat." in told
    assert "4 pengerjaan memuat soal ini: 3 berubah nilai, 2 menjadi lulus" in told
    assert ask(select(Appeal.state)) == ["open"]
    second.post(f"{panel}/persetujuan", data={"usulan": opinion})
    assert ask(select(Appeal.state)) == ["upheld"]


def test_wrong_roles_find_nothing(browser: Browser, session: Session, cast: Cast, code: str, ask: Ask) -> None:
    _, panel = filed(browser, session, cast, code, ask)
    grant(session, cast.colleague, "marker", cast.jakarta)
    session.commit()

    assert browser(cast.learner).get(panel).status_code == 403
    assert browser(cast.other_trainer).get(panel).status_code == 404
    assert browser(cast.colleague).get(panel).status_code == 404  # their own
    assert panel not in browser(cast.colleague).get("/sanggah").text
    data: dict[str, Any] = {"cara": "drop", "alasan": "Anulir."}
    assert browser(cast.colleague).post(f"{panel}/usulan", data=data).status_code == 404
    assert ask(select(Opinion)) == []


def test_the_organiser_is_led_to_what_is_left_after_the_exam(
    browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    organiser, place = browser(cast.hr), f"/kelola/ujian/{factory.CODE}"
    before = organiser.get(place).text
    assert "Belum ada sanggahan." in before
    assert f'href="{place}/penilaian-ulang"' in before

    _, panel = filed(browser, session, cast, code, ask)

    assert "1 dari 1 menunggu putusan" in organiser.get(place).text
    narrowed = organiser.get(f"/sanggah?ujian={factory.CODE}").text
    assert f'href="{panel}"' in narrowed
    assert "Hanya ujian Uji Kompetensi Keamanan Informasi." in narrowed
    assert f'href="{panel}"' not in organiser.get(f"/sanggah?ujian={factory.CODE}&saring=diputus").text
    assert f'href="{place}"' in organiser.get(f"{place}/penilaian-ulang").text


def test_an_exam_of_another_place_does_not_narrow_the_appeals(
    browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    _, panel = filed(browser, session, cast, code, ask)

    shown = browser(cast.hr).get("/sanggah?ujian=tidak-ada").text

    assert f'href="{panel}"' in shown
    assert "Hanya ujian" not in shown


def test_appeals_are_read_under_the_hat_worn_last(
    browser: Browser, session: Session, cast: Cast, code: str, ask: Ask
) -> None:
    grant(session, cast.hr, "marker", cast.jakarta)
    session.commit()
    client = browser(cast.hr)

    client.get("/kelola/ujian")
    assert "Penyelenggara ujian. Beralih peran" in client.get("/sanggah").text
    client.get("/koreksi")
    assert "Penilai. Beralih peran" in client.get("/sanggah").text


def marked_and_appealed(session: Session, cast: Cast, browser: Browser, ask: Ask) -> str:
    """The panel's page of an appeal against the learner's work, to which the colleague gave 4 and 1 points."""
    for work in ask(select(Work.code)):
        given = {"k0": "4", "k1": "1", "nomor": "0", "komentar": "Sebut dasar hukumnya."}
        assert browser(cast.colleague).post(f"/koreksi/jawaban/{work}", data=given).status_code == 303
    page = f"/pengerjaan/{ask(select(Attempt.code))[0]}/rincian/{ask(select(Work.item))[0]}"
    assert "Mengapa soal atau nilainya keliru?" in browser(cast.learner).get(page).text
    browser(cast.learner).post(f"{page}/sanggahan", data={"sanggahan": "Nilainya kurang."})
    return f"/sanggah/{ask(select(Appeal.code))[0]}"


def test_a_panel_sees_by_what_rubric_an_essay_was_marked_and_what_was_given(
    browser: Browser, session: Session, cast: Cast, ask: Ask
) -> None:
    """5 of 8 points of a question that counts 1: 0.625."""
    essays.build(session, cast, people=(cast.learner,), content={**essays.plan(), **AFTER})
    panel = marked_and_appealed(session, cast, browser, ask)

    for who, is_told in ((cast.trainer, False), (cast.colleague, True)):
        page = browser(who).get(panel).text
        said = plain(page)
        assert "Kunci yang berlaku" not in said
        assert "Penilai 1 4 dari 6 1 dari 2 0,62 dari 1 Sebut dasar hukumnya." in said
        assert "Nilai dari penilai: 0,62 dari 1." in said
        assert "Tolak: soal dan nilainya benar" in said
        assert ("Anda ikut menilai jawaban ini." in said) is is_told
        assert who is cast.colleague or cast.colleague.name not in page
    assert browser(cast.trainer).get(f"{panel}/berkas").status_code == 404  # an essay is no file


def test_a_panel_opens_the_file_that_an_appeal_is_about(
    app: Flask, browser: Browser, session: Session, cast: Cast, ask: Ask
) -> None:
    content, pdf = {**essays.plan(), **AFTER}, b"%PDF-1.7 isi"
    essays.build(session, cast, people=(), bank=("file", "single_choice"), content=content)
    files = app.extensions["platform"].files
    named = uploads.keep(files, 1, name="surat Sari Uji.pdf", content=pdf, types=("pdf",), max_mb=2)
    attempt = sit(session, cast.learner, {"file": named, "single_choice": "0"})
    uploads.keep(files, attempt.id, name="surat Sari Uji.pdf", content=pdf, types=("pdf",), max_mb=2)
    session.commit()
    panel = marked_and_appealed(session, cast, browser, ask)
    client = browser(cast.trainer)

    assert "Sari" not in client.get(panel).text
    found = client.get(f"{panel}/berkas")
    assert found.data == pdf
    assert "Sari" not in found.headers["Content-Disposition"]
    assert browser(cast.learner).get(f"{panel}/berkas").status_code == 403
    assert browser(cast.other_trainer).get(f"{panel}/berkas").status_code == 404
