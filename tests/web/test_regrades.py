"""/kelola/ujian/…/penilaian-ulang: drafted, looked at, applied or given up, by organisers alone; what the candidate is told."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.certificates.models import Certificate
from lms.exams.appealing.models import Appeal, Opinion
from lms.exams.models import Attempt, Result, Sitting
from lms.exams.regrading import applying, planning
from lms.exams.regrading.models import Regrade, RegradeRow
from lms.people.models import UserSession
from lms.reports import regrades as report
from tests.cast import START, Cast, Person
from tests.competencies.factory import plain
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.marking.essays import grant
from tests.exams.regrading import test_regrades as exam
from tests.exams.sitting import sit
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
AREA = f"/kelola/ujian/{factory.CODE}/penilaian-ulang"
NEW = f"{AREA}/baru/soal-1-0/1"


@pytest.fixture
def organiser(session: Session, cast: Cast, browser: Browser) -> CheckedClient:
    """HR organises; three people have sat."""
    exam.build(session, cast)
    grant(session, cast.hr, "organiser", cast.jakarta)
    session.commit()
    return browser(cast.hr)


def marked_right(page: str) -> list[str]:
    """The options that the form of a regrade marks as the key."""
    options = re.findall(r'name="kunci".*?</label>', page, re.S)
    return [re.sub(r"<[^>]*>", " ", one).split(">")[-1].split()[0] for one in options if "tag ok" in one]


def drafted(client: CheckedClient, **change: str) -> str:
    answer = client.post(NEW, data={"cara": "key", "kunci": "1", "alasan": "Kunci keliru.", **change})
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def test_only_organisers_of_the_unit_may(browser: Browser, cast: Cast, organiser: CheckedClient) -> None:
    address = drafted(organiser)

    for page in (AREA, NEW, address, f"{address}.xlsx"):
        assert organiser.get(page).status_code == 200
        assert browser(cast.trainer).get(page).status_code == 403
    assert browser(cast.trainer).post(f"{address}/penerapan", data={"paham": "ya"}).status_code == 403
    assert organiser.get(f"{AREA}/tidakada").status_code == 404
    assert organiser.get(f"{AREA}/baru/soal-9-9/1").status_code == 404


def test_a_proposal_of_a_panel_is_not_applied_by_one_organiser(
    organiser: CheckedClient, cast: Cast, session: Session, ask: Ask
) -> None:
    address = drafted(organiser)
    made = session.scalars(select(Regrade)).one()
    attempt = session.scalars(select(Attempt).where(Attempt.employee_id == cast.colleague.employee_id)).one()
    appeal = Appeal(
        code="sanggah1", attempt_id=attempt.id, item=1, exam_id=made.exam_id, version_id=made.version_id,
        text="Kunci keliru.", filed_at=START, due_at=START,
    )  # fmt: skip
    session.add(appeal)
    session.commit()
    told = "1 sanggahan atas soal ini menunggu putusan panel."
    assert told in organiser.get(NEW).text
    assert told in organiser.get(address).text
    session.add(
        Opinion(
            appeal_id=appeal.id, member_id=cast.hr.user_id, verdict="upheld", reason="Benar.", regrade_id=made.id,
            given_at=START,
        )
    )  # fmt: skip
    session.commit()

    organiser.post(f"{address}/penerapan", data={"paham": "ya"})

    assert "usulan panel sanggah" in organiser.get(address).text
    assert told not in organiser.get(address).text  # the proposal is what they wait for
    assert told not in organiser.get(f"{AREA}/baru/soal-1-1/1").text
    assert ask(select(Regrade.state)) == ["draft"]


def test_where_nothing_was_regraded_yet_the_page_names_a_wrong_key_and_a_marker_s_slip(
    organiser: CheckedClient,
) -> None:
    page = organiser.get(AREA).text

    assert "Bila kunci soal keliru atau penilai salah menilai jawaban" in page
    assert "dapat dinilai lagi oleh penilai lain" in page


def test_an_item_that_is_dropped_counts_for_nothing_in_the_difference(organiser: CheckedClient) -> None:
    page = organiser.get(drafted(organiser, cara="drop")).text

    assert page.count('data-l="Nilai soal: sekarang">dianulir</td>') == 3
    assert "0 dari 0" not in page


def test_an_organiser_who_sat_the_exam_applies_nothing(
    browser: Browser, organiser: CheckedClient, cast: Cast, session: Session, ask: Ask
) -> None:
    address = drafted(organiser)
    grant(session, cast.learner, "organiser", cast.jakarta)
    session.commit()
    client = browser(cast.learner)

    client.post(f"{address}/penerapan", data={"paham": "ya"})
    assert "penyelenggara lain" in client.get(address).text
    client.post(NEW, data={"cara": "full", "alasan": "Saya salah."})

    assert ask(select(Regrade.state)) == ["draft"]


def test_an_organiser_elsewhere_finds_nothing(
    browser: Browser, session: Session, cast: Cast, organiser: CheckedClient
) -> None:
    address = drafted(organiser)
    grant(session, cast.other_hr, "organiser", cast.tangsel)
    session.commit()

    assert browser(cast.other_hr).get(address).status_code == 404
    assert browser(cast.other_hr).post(f"{address}/penerapan", data={"paham": "ya"}).status_code == 404


def test_the_difference_is_counted_listed_filtered_and_comes_as_a_workbook(
    organiser: CheckedClient, cast: Cast
) -> None:
    address = drafted(organiser)

    page = organiser.get(address).text
    assert "1 dari 3" in page
    assert cast.learner.name in page
    assert cast.learner.nip not in page
    lost = organiser.get(f"{address}?saring=gagal").text
    assert cast.learner.name in lost
    assert cast.outsider.name not in lost
    book = CalamineWorkbook.from_filelike(io.BytesIO(organiser.get(f"{address}.xlsx").data))
    rows = book.get_sheet_by_index(1).to_python()
    assert len(rows) == 4
    verdicts = {row[1]: (row[9], row[10]) for row in rows[1:]}
    assert verdicts[cast.learner.code] == ("lulus", "belum lulus")
    assert verdicts[cast.outsider.code] == ("belum lulus", "lulus")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"cara": ""}, "Pilih cara penilaian ulang."),
        ({"cara": "free"}, "Pilih cara penilaian ulang."),
        ({"alasan": " "}, "Isi alasan"),
        ({"kunci": "0"}, "Kunci itu sudah berlaku"),
        ({"kunci": "9"}, "tidak cocok dengan soalnya"),
        ({"kunci": ""}, "tidak cocok dengan soalnya"),
    ],
)
def test_what_makes_no_sense_is_said(organiser: CheckedClient, ask: Ask, change: dict[str, str], told: str) -> None:
    answer = organiser.post(NEW, data={"cara": "key", "kunci": "1", "alasan": "Kunci keliru.", **change})

    assert answer.status_code == 422
    assert told in answer.text
    assert ask(select(Regrade)) == []


def test_applying_asks_to_have_looked_and_happens_once(app: Flask, organiser: CheckedClient, ask: Ask) -> None:
    address = drafted(organiser)
    unread = organiser.post(f"{address}/penerapan")
    assert unread.status_code == 422
    assert re.search(r'name="paham"[^>]* data-focus aria-invalid="true"', unread.text)
    assert ask(select(Regrade.state)) == ["draft"]

    assert organiser.post(f"{address}/penerapan", data={"paham": "ya"}).status_code == 303
    again = organiser.post(f"{address}/penerapan", data={"paham": "ya"}, follow_redirects=True)
    assert "sudah diterapkan" in again.text
    applying.apply_all(app.extensions["platform"])
    assert "3 dari 3 pengerjaan sudah dinilai ulang" in organiser.get(address).text
    assert marked_right(organiser.get(NEW).text) == ["Salah"]
    assert sorted(ask(select(Result.number))) == [1, 1, 1, 2, 2, 2]


def test_a_draft_that_is_given_up_changes_nothing(organiser: CheckedClient, ask: Ask) -> None:
    address = drafted(organiser)

    assert "Rancangan dibatalkan" in organiser.post(f"{address}/pembatalan", follow_redirects=True).text
    assert (
        "sudah diterapkan atau dibatalkan"
        in organiser.post(f"{address}/penerapan", data={"paham": "ya"}, follow_redirects=True).text
    )
    assert ask(select(Result.number)) == [1, 1, 1]


def test_the_candidate_is_told_when_why_and_what(
    app: Flask, browser: Browser, session: Session, cast: Cast, organiser: CheckedClient
) -> None:
    address = drafted(organiser)
    organiser.post(f"{address}/penerapan", data={"paham": "ya"})
    applying.apply_all(app.extensions["platform"])
    code = session.scalars(select(Attempt.code).where(Attempt.employee_id == cast.learner.employee_id)).one()
    session.commit()

    page = browser(cast.learner).get(f"/pengerjaan/{code}/hasil").text
    assert "Anda belum lulus" in page
    assert "Kunci keliru." in page
    assert re.search(r"dari 50,00 menjadi 0,00", page)
    assert "hasil ini tidak lagi menjadi bukti kompetensi" in page
    assert "kunci diganti" in page


@pytest.mark.parametrize("supervised", [True, False])
def test_a_result_is_called_evidence_only_where_the_sitting_was_supervised(
    app: Flask, browser: Browser, session: Session, cast: Cast, organiser: CheckedClient, supervised: bool
) -> None:
    """The learner loses the pass, the outsider gains one; without a proctor no exam counts by itself."""
    session.execute(update(Sitting).values(supervised=supervised))
    session.commit()
    address = drafted(organiser)
    organiser.post(f"{address}/penerapan", data={"paham": "ya"})
    applying.apply_all(app.extensions["platform"])

    def told(who: Person) -> str:
        code = session.scalars(select(Attempt.code).where(Attempt.employee_id == who.employee_id)).one()
        session.commit()
        return plain(browser(who).get(f"/pengerjaan/{code}/hasil").text)

    lost, gained = told(cast.learner), told(cast.outsider)
    assert ("Karena itu Anda tidak lagi lulus, dan hasil ini tidak lagi menjadi bukti" in lost) == supervised
    assert ("Karena itu Anda tidak lagi lulus." in lost) != supervised
    assert ("Karena itu Anda sekarang lulus, dan hasil ini menjadi bukti kompetensi." in gained) == supervised
    assert ("Karena itu Anda sekarang lulus." in gained) != supervised


def test_the_candidate_reads_of_two_corrections_at_once_what_each_did_and_what_both_came_to(
    app: Flask, browser: Browser, session: Session, cast: Cast, organiser: CheckedClient
) -> None:
    """The outsider gains both items; the learner loses one and gains the other, and so keeps the 50."""
    for made in (
        exam.draft(session, cast, "single_choice", "key", "1"),
        exam.draft(session, cast, "true_false", "full"),
    ):
        exam.start(session, cast, made)
    applying.apply_all(app.extensions["platform"])

    def told(who: Person) -> str:
        code = session.scalars(select(Attempt.code).where(Attempt.employee_id == who.employee_id)).one()
        session.commit()
        words = plain(browser(who).get(f"/pengerjaan/{code}/hasil").text)
        return words.split("Dinilai ulang", 1)[1].split("Jawaban diterima", 1)[0]

    outsider, learner = told(cast.outsider), told(cast.learner)
    assert outsider.count("Nilai soal ini dulu 0 dari 1, sekarang 1 dari 1.") == 2
    assert outsider.count("Nilai Anda berubah dari 0,00 menjadi 100,00 dari 100.") == 1
    assert re.search(r"Bersama koreksi soal \d: Nilai Anda berubah", outsider)
    assert re.search(r"Akibatnya pada nilai Anda disebut di soal \d\.", outsider)
    assert "Nilai soal ini dulu 1 dari 1, sekarang 0 dari 1." in learner
    assert "Nilai soal ini dulu 0 dari 1, sekarang 1 dari 1." in learner
    assert "Nilai Anda tetap 50,00 dari 100." in learner
    assert "berubah dari" not in learner


def test_the_analysis_leads_there(organiser: CheckedClient) -> None:
    page = organiser.get(f"/kelola/ujian/{factory.CODE}/analisis/soal-1-0/1").text
    assert NEW in page


def test_a_lost_pass_waits_for_hr_and_is_told_to_its_holder(
    app: Flask, browser: Browser, session: Session, cast: Cast, organiser: CheckedClient
) -> None:
    exam.follow_all(app, session)
    exam.issue_all(session)
    address = drafted(organiser)
    organiser.post(f"{address}/penerapan", data={"paham": "ya"})
    applying.apply_all(app.extensions["platform"])
    exam.follow_all(app, session)
    code = session.scalars(select(Certificate.code).where(Certificate.employee_id == cast.learner.employee_id)).one()
    session.commit()

    listed = browser(cast.hr).get("/sdm/pencabutan").text
    assert cast.learner.name in listed
    assert "1 usulan" in listed
    assert cast.learner.name not in browser(cast.other_hr).get("/sdm/pencabutan").text
    page = browser(cast.learner).get(f"/sertifikat/{code}").text
    assert "Dibekukan" in page
    assert "Hasil ujian berubah setelah ditinjau" in page
    attempt = session.scalars(select(Attempt.code).where(Attempt.employee_id == cast.learner.employee_id)).one()
    session.commit()
    told = browser(cast.learner).get(f"/pengerjaan/{attempt}/hasil").text
    assert "Sertifikat dari ujian ini dibekukan. Pencabutannya diputuskan dua orang." in told
    assert f"/sertifikat/{code}" in told


def test_the_home_page_tells_what_has_changed_until_it_is_old(
    app: Flask, browser: Browser, session: Session, cast: Cast, organiser: CheckedClient, time: Clock
) -> None:
    """The learner lost the pass, and the certificate is suspended; who sat nothing reads nothing."""
    exam.follow_all(app, session)
    exam.issue_all(session)
    assert "Ada yang berubah" not in browser(cast.learner).get("/beranda").text
    address = drafted(organiser)
    organiser.post(f"{address}/penerapan", data={"paham": "ya"})
    applying.apply_all(app.extensions["platform"])
    exam.follow_all(app, session)
    certificate = session.scalars(select(Certificate.code).where(Certificate.employee_id == cast.learner.employee_id))
    attempt = session.scalars(select(Attempt.code).where(Attempt.employee_id == cast.learner.employee_id))
    links = f"/sertifikat/{certificate.one()}", f"/pengerjaan/{attempt.one()}/hasil"
    session.commit()

    page = browser(cast.learner).get("/beranda").text

    assert "Nilai ujian Anda berubah setelah dinilai ulang:" in page
    assert "Sertifikat Anda dibekukan:" in page
    assert all(f'href="{link}"' in page for link in links)
    assert "</a>, pengerjaan ke-1" in page  # two attempts of an exam, or two certificates, are told apart
    number = session.scalars(
        select(Certificate.number).where(Certificate.employee_id == cast.learner.employee_id)
    ).one()
    session.commit()
    said = "".join(plain(page).split())
    assert f"Sertifikat Anda dibekukan: Uji Kompetensi Keamanan Informasi {number}".replace(" ", "") in said
    assert "Ada yang berubah" not in browser(cast.manager).get("/beranda").text
    time.forward(days=31)
    session.execute(update(UserSession).values(started_at=time.at, last_seen_at=time.at))  # signed in once more
    session.commit()
    later = browser(cast.learner).get("/beranda").text
    assert "Nilai ujian Anda berubah" not in later
    assert "Sertifikat Anda dibekukan:" in later  # it still is


def applied(app: Flask, client: CheckedClient, ask: Ask, address: str) -> None:
    assert client.post(f"{address}/penerapan", data={"paham": "ya"}).status_code == 303
    key = ask(select(Regrade.id).where(Regrade.code == address.rsplit("/", 1)[1]))[0]
    applying.apply(app.extensions["platform"], key)


def test_what_was_applied_by_mistake_is_taken_back_by_way_of_its_own_page(
    app: Flask, organiser: CheckedClient, ask: Ask
) -> None:
    wrong = drafted(organiser)
    assert "Bila penilaian ulang ini keliru" not in organiser.get(wrong).text  # a draft is given up
    applied(app, organiser, ask, wrong)
    page = organiser.get(wrong).text
    assert "Bila penilaian ulang ini keliru" in page
    [way] = re.findall(rf'href="({NEW}\?cara=asal)"', page)
    form = organiser.get(way).text
    assert re.search(r'value="asal" checked', form)
    assert "kunci diganti</a>" in form  # what holds now

    back = organiser.post(NEW, data={"cara": "asal", "alasan": "Kunci semula ternyata benar."})

    assert back.status_code == 303
    address = back.headers["Location"]
    assert "penilaian semula dikembalikan" in organiser.get(address).text
    applied(app, organiser, ask, address)
    assert sorted(ask(select(Result.percent).where(Result.corrections.is_not(None), Result.number == 3))) == [0, 50, 50]
    assert "Koreksi ini tidak berlaku lagi. Yang berlaku: penilaian semula dikembalikan" in organiser.get(wrong).text
    assert 'value="asal"' not in organiser.get(NEW).text  # nothing is left to take back
    again = organiser.post(NEW, data={"cara": "asal", "alasan": "Sekali lagi."})
    assert again.status_code == 422
    assert "Pilih cara penilaian ulang." in again.text


def test_another_version_of_the_question_that_was_asked_is_named(
    app: Flask, organiser: CheckedClient, session: Session, cast: Cast, ask: Ask
) -> None:
    """The wrong key became version 2, and somebody sat with it before the mistake was seen."""
    wrong = drafted(organiser)
    assert "Versi lain soal ini" not in organiser.get(wrong).text
    applied(app, organiser, ask, wrong)
    sit(session, cast.manager, {"single_choice": "1", "true_false": False}, now=exam.NOW)
    session.commit()

    page = organiser.get(wrong).text

    assert f'href="{AREA}/baru/soal-1-0/2">versi 2, 1 naskah</a>' in page
    assert organiser.get(f"{AREA}/baru/soal-1-0/2").status_code == 200


def test_who_applies_has_seen_what_it_does_to_those_who_came_since(
    organiser: CheckedClient, session: Session, cast: Cast, ask: Ask
) -> None:
    """The draft was made of three attempts; a fourth was handed in, and would pass by it."""
    address = drafted(organiser, cara="full")
    assert "Menjadi lulus 1 dari 3" in plain(organiser.get(address).text)
    sit(session, cast.manager, {"single_choice": "1", "true_false": False}, now=exam.NOW)
    session.commit()

    told = organiser.post(f"{address}/penerapan", data={"paham": "ya"}, follow_redirects=True)

    page = plain(told.text)
    assert "Ada hasil baru sejak rancangan ini dibuat." in page
    assert "Menjadi lulus 2 dari 4" in page
    assert ask(select(Regrade.state)) == ["draft"]
    organiser.post(f"{address}/penerapan", data={"paham": "ya"})
    assert ask(select(Regrade.state)) == ["applying"]


def test_a_draft_follows_what_another_regrade_has_changed_meanwhile(
    app: Flask, organiser: CheckedClient, session: Session, cast: Cast, ask: Ask
) -> None:
    """Full marks for the other question let everybody pass; so the key that is changed here takes a pass from nobody."""
    address = drafted(organiser)
    assert "Tidak lagi lulus 1 dari 3" in plain(organiser.get(address).text)
    made = exam.draft(session, cast, "true_false", "full")
    exam.start(session, cast, made)
    applying.apply(app.extensions["platform"], made.id)

    organiser.post(f"{address}/penerapan", data={"paham": "ya"})

    page = plain(organiser.get(address).text)
    assert "Tidak lagi lulus 0 dari 3" in page
    assert ask(select(Regrade.state).where(Regrade.code == address.rsplit("/", 1)[1])) == ["draft"]


def test_others_who_pass_are_told_apart_though_they_are_as_many(
    organiser: CheckedClient, session: Session, cast: Cast
) -> None:
    drafted(organiser, cara="full")
    regrade_id = session.scalars(select(Regrade.id)).one()
    rows = session.scalars(select(RegradeRow).order_by(RegradeRow.id)).all()
    (gains,), other = [row for row in rows if row.new_passed > row.old_passed], rows[0]
    made = session.get_one(Regrade, regrade_id)
    before, counts = report.turned(session, regrade_id), report.counts_of(session, made)

    gains.new_passed, other.old_passed, other.new_passed = False, False, True
    session.flush()

    now = report.counts_of(session, made)
    assert (now.gained, now.lost) == (counts.gained, counts.lost)
    assert before == frozenset({(gains.attempt_id, True)})
    assert report.turned(session, regrade_id) == frozenset({(other.attempt_id, True)})


def test_what_has_yet_to_be_marked_is_not_told_as_lost(
    app: Flask, browser: Browser, session: Session, cast: Cast, ask: Ask
) -> None:
    """An essay that was dropped by mistake waits for its marker again, and so does the result."""
    factory.build(session, cast, content=exam.PLAN, bank_of=("essay", "true_false"))
    grant(session, cast.hr, "organiser", cast.jakarta)
    session.commit()
    code = sit(session, cast.learner, {"essay": "Karena.", "true_false": True}).code
    session.commit()
    organiser, new = browser(cast.hr), f"{AREA}/baru/soal-1-0/1"
    applied(app, organiser, ask, drafted(organiser, cara="drop"))

    address = organiser.post(new, data={"cara": "asal", "alasan": "Tetap dinilai."}).headers["Location"]

    page = plain(organiser.get(address).text)
    assert "Tidak lagi lulus 0 dari 1" in page
    assert "menunggu 100,00 50,00 Lulus menunggu" in page
    applied(app, organiser, ask, address)
    told = browser(cast.learner).get(f"/pengerjaan/{code}/hasil").text
    assert "Jawaban Anda untuk soal ini menunggu penilaian." in told
    assert "tidak lagi lulus" not in told


def test_the_difference_of_many_attempts_is_worked_out_by_the_worker(
    app: Flask, organiser: CheckedClient, session: Session, time: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One attempt of three in the request; until the others follow, the page says how far it is, and nothing can be applied."""
    monkeypatch.setattr(planning, "BATCH", 1)
    time.forward(minutes=15)  # all have handed in
    address = drafted(organiser)
    page = organiser.get(address).text
    assert "1 dari 3 pengerjaan sudah dihitung" in plain(page)
    assert "Terapkan penilaian ulang" not in page
    organiser.post(f"{address}/penerapan", data={"paham": "ya"})
    assert session.scalars(select(Regrade.state)).one() == "draft"
    session.commit()

    applying.plan_all(app.extensions["platform"])  # the job was lost

    page = organiser.get(address).text
    assert "sudah dihitung" not in plain(page)
    assert "Terapkan penilaian ulang" in page
    assert sorted(session.scalars(select(RegradeRow.new_percent))) == [0, 50, 100]


def test_a_panel_agrees_once_the_difference_is_whole(
    app: Flask,
    organiser: CheckedClient,
    browser: Browser,
    cast: Cast,
    session: Session,
    time: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The trainer proposes, the manager may agree once the difference is whole."""
    attempt = session.scalars(select(Attempt).where(Attempt.employee_id == cast.colleague.employee_id)).one()
    version = exam.version_of(session, "single_choice")
    marks = session.scalars(select(Result.marks).where(Result.attempt_id == attempt.id)).one()
    item = next(mark["item"] for mark in marks if mark["version"] == version.id)
    session.add(
        Appeal(
            code="sanggah1", attempt_id=attempt.id, item=item, exam_id=attempt.exam_id, version_id=version.id,
            text="Kunci keliru.", filed_at=START, due_at=START,
        )
    )  # fmt: skip
    grant(session, cast.manager, "marker", cast.jakarta)
    session.commit()
    monkeypatch.setattr(planning, "BATCH", 1)
    time.forward(minutes=15)
    browser(cast.trainer).post("/sanggah/sanggah1/usulan", data={"cara": "drop", "alasan": "Anulir."})
    opinion = session.scalars(select(Opinion.id)).one()
    session.commit()

    waiting = browser(cast.manager).get("/sanggah/sanggah1").text
    assert "Akibatnya sedang dihitung: 1 dari 3 pengerjaan." in plain(waiting)
    assert "Setujui dan putuskan" not in waiting
    browser(cast.manager).post("/sanggah/sanggah1/persetujuan", data={"usulan": str(opinion)})
    assert session.scalars(select(Appeal.state)).one() == "open"
    session.commit()

    made = session.scalars(select(Regrade.id)).one()
    session.commit()
    applying.plan(app.extensions["platform"], made)
    assert "3 pengerjaan memuat soal ini" in plain(browser(cast.manager).get("/sanggah/sanggah1").text)
    browser(cast.manager).post("/sanggah/sanggah1/persetujuan", data={"usulan": str(opinion)})
    assert session.scalars(select(Appeal.state)).one() == "upheld"
