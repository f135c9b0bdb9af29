"""A panel in the browser: an organiser opens it, judges rate, the cut becomes the pass mark, and a result opens to it."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.exams import blueprints
from lms.exams.models import Blueprint, Candidate, Exam, Sitting
from lms.exams.panels import convening, letters, rating
from lms.exams.panels.models import Panel, PanelItem, PanelJudge, PanelRating
from lms.people.models import Employee, RoleGrant, User, UserSession
from lms.questions import kinds
from lms.questions.models import Question, QuestionVersion
from lms.workbooks import opened
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.factory import CODE, Hall
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
PLACE = f"/kelola/ujian/{CODE}/angoff"


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    """The trainer organises this exam, another trainer those of another agency."""
    for who, unit in ((cast.trainer, cast.jakarta), (cast.other_trainer, cast.tangsel)):
        session.add(RoleGrant(user_id=who.user_id, role="organiser", unit_id=unit, since=date(2020, 1, 1)))
    made = factory.build(session, cast)
    session.commit()
    return made


def panel_of(session: Session, cast: Cast, *people: Person, rated: dict[str, int] | None = None) -> Panel:
    """An open panel of these people, who have agreed. rated: by name, per cent of every item."""
    by = cast.trainer.user_id
    made = convening.open_panel(session, session.scalars(select(Exam)).one(), most=50, by=by, now=START)
    items = list(session.scalars(select(PanelItem.id)))
    for who in people:
        convening.name(session, made, who.employee_id, by=by, now=START)
        judge = session.scalars(select(PanelJudge).where(PanelJudge.employee_id == who.employee_id)).one()
        convening.accept(session, judge, by=who.user_id, now=START)
        if rated and who.name in rated:
            rating.rate(session, judge, dict.fromkeys(items, rated[who.name]), round=1, now=START)
    session.commit()
    return made


def fields(page: str) -> list[str]:
    return re.findall(r'<select class="in digits" id="(s\d+)"', page)


def test_an_organiser_opens_a_panel_and_names_judges_of_the_agency(browser: Browser, cast: Cast, ask: Ask) -> None:
    organiser = browser(cast.trainer)
    assert "Batas lulus menurut panel" in organiser.get(f"/kelola/ujian/{CODE}").text
    assert organiser.get(PLACE).status_code == 200
    assert organiser.post(PLACE, data={"banyak": "0"}).status_code == 422

    opened_at = organiser.post(PLACE, data={"banyak": "10"}).headers["Location"]
    assert organiser.post(PLACE, data={"banyak": "10"}).headers["Location"] == PLACE, "one panel at a time"
    for typed, said in (("1", "18 angka"), (cast.outsider.nip, "di instansi ini")):
        refused = organiser.post(f"{opened_at}/panelis", data={"nip": typed})
        assert (refused.status_code, said in refused.text) == (422, True)
    named = organiser.post(f"{opened_at}/panelis", data={"nip": cast.learner.nip})
    assert named.headers["Location"] == f"{opened_at}#nip"  # on to the next one

    page = organiser.get(opened_at).text
    assert page.index('id="tunjuk"') < page.index("ditunjuk sebagai panelis.") < page.index('id="nip"')
    assert cast.learner.name in page
    assert "belum mulai" in page
    assert ask(select(PanelJudge.employee_id)) == [cast.learner.employee_id]


def test_an_organiser_is_told_that_a_judge_is_on_the_list_of_a_sitting(
    browser: Browser, cast: Cast, session: Session, hall: Hall
) -> None:
    sitting = session.scalars(select(Sitting)).first()
    assert sitting is not None
    session.execute(delete(Candidate))
    session.add(Candidate(sitting_id=sitting.id, employee_id=cast.learner.employee_id, added_at=START))
    session.commit()
    organiser = browser(cast.trainer)
    at = organiser.post(PLACE, data={"banyak": "10"}).headers["Location"]

    organiser.post(f"{at}/panelis", data={"nip": cast.colleague.nip})
    assert "Ia terdaftar pada" not in organiser.get(at).text
    organiser.post(f"{at}/panelis", data={"nip": cast.learner.nip})

    assert f"Ia terdaftar pada “{sitting.title}”" in organiser.get(at).text


def test_judges_are_told_by_mail_and_reminded_until_they_have_finished(
    browser: Browser, cast: Cast, session: Session, app: Flask, tmp_path: Path
) -> None:
    def subjects() -> list[str]:
        letters.write(app.extensions["platform"])
        found = sorted((tmp_path / "outbox").glob("*.eml"), key=lambda file: file.stat().st_mtime_ns)
        return [message_from_bytes(file.read_bytes(), policy=policy.default)["Subject"] for file in found]

    panel = panel_of(session, cast, cast.colleague, rated={cast.colleague.name: 60})
    for who in (cast.learner, cast.colleague):
        session.execute(update(Employee).where(Employee.id == who.employee_id).values(email="panelis@contoh.go.id"))
    session.execute(update(Employee).where(Employee.id == cast.manager.employee_id).values(email="tanpa tempat"))
    session.commit()
    organiser, place = browser(cast.trainer), f"{PLACE}/{panel.code}"
    asked, awaited = "Anda diminta menjadi panelis batas lulus", "Penilaian Anda sebagai panelis masih ditunggu"

    organiser.post(f"{place}/panelis", data={"nip": cast.manager.nip})  # before the learner, and by what is no address
    organiser.post(f"{place}/panelis", data={"nip": cast.learner.nip})
    assert [subjects(), subjects()] == [[asked], [asked]]
    assert "sedang dikirim" in organiser.get(place).text
    (letter,) = (tmp_path / "outbox").glob("*.eml")
    assert f"http://localhost/panel/{panel.code}" in letter.read_text()
    assert "Tidak ada yang disurati" in organiser.post(f"{place}/pengingat", follow_redirects=True).text
    yesterday = START - timedelta(days=1)
    is_learner = PanelJudge.employee_id == cast.learner.employee_id
    session.execute(update(PanelJudge).where(is_learner).values(letter_asked_at=yesterday, letter_sent_at=yesterday))
    session.commit()
    assert "1 panelis diingatkan" in organiser.post(f"{place}/pengingat", follow_redirects=True).text
    assert [subjects(), subjects()] == [[asked, awaited]] * 2
    assert "dikirim " in organiser.get(place).text
    assert browser(cast.other_trainer).post(f"{place}/pengingat").status_code == 404


def test_a_reminder_is_offered_only_where_a_letter_would_go_out(browser: Browser, cast: Cast, session: Session) -> None:
    panel = panel_of(session, cast, cast.learner, cast.colleague)
    session.execute(update(Employee).values(email=None))
    session.commit()
    organiser, place = browser(cast.trainer), f"{PLACE}/{panel.code}"
    button, both = "Ingatkan yang belum selesai", sorted((cast.learner.name, cast.colleague.name))

    page = organiser.get(place).text
    assert button not in page
    assert f"beri tahu sendiri: {'; '.join(both)}<" in page
    assert "Beri tahu panelis alamat ini" in page

    is_learner = Employee.id == cast.learner.employee_id
    session.execute(update(Employee).where(is_learner).values(email="sari@contoh.go.id"))
    session.commit()
    page = organiser.get(place).text
    assert button in page
    assert f"beri tahu sendiri: {cast.colleague.name}<" in page

    assert "1 panelis diingatkan" in organiser.post(f"{place}/pengingat", follow_redirects=True).text
    page = organiser.get(place).text
    assert button not in page
    assert "Anda dapat mengingatkan lagi mulai" in page


def test_a_judge_agrees_sees_the_items_and_rates_a_page_at_a_time(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    panel = panel_of(session, cast)
    convening.name(session, panel, cast.learner.employee_id, by=cast.trainer.user_id, now=START)
    session.commit()
    judge, place = browser(cast.learner), f"/panel/{panel.code}"
    assert f'href="{place}"' in judge.get("/panel").text
    assert 'href="/panel"' in judge.get("/akun").text
    assert "mana yang benar" not in judge.get(place).text, "no question before they have agreed"
    judge.post(place, data={"ronde": "1", "s1": "50"})
    assert ask(select(PanelRating.id)) == []

    judge.post(f"{place}/kesediaan")

    page = judge.get(place).text
    names = fields(page)
    assert len(names) == 10
    assert len(fields(judge.get(f"{place}?hal=99").text)) in range(1, 11), "beyond the last page is the last"
    asked, key = page.split("<article", 2)[1].split("<details", 1)
    assert set(re.findall(r"<b>(.)\.</b> <span[^>]*>(?:<p>)?Benar", page)) != {"A"}, (
        "the right option does not stand first"
    )
    assert ("Kunci" in asked, "Kunci" in key) == (False, True), "the key is folded away"
    assert "Anda tidak mengikutinya" in judge.get(f"/ujian/{CODE}").text, "whoever knows the questions does not sit"
    none = judge.post(place, data={"ronde": "1", **dict.fromkeys(names, "")}, follow_redirects=True)
    assert "Belum ada yang dipilih di halaman ini." in none.text
    assert "Tersimpan." not in none.text
    short = judge.post(place, data={"ronde": "1", **dict.fromkeys(names[:9], "60")})
    assert short.headers["Location"].endswith("hal=1")
    assert "Yang belum dinilai di halaman ini: soal 10." in judge.get(short.headers["Location"]).text
    assert judge.post(place, data={"ronde": "1", **dict.fromkeys(names, "60")}).headers["Location"].endswith("hal=2")
    assert judge.post(place, data={"ronde": "1", names[0]: "61"}).status_code == 303
    assert ask(select(PanelRating.percent)) == [60] * 10
    judge.get(place)
    late = judge.post(place, data={"ronde": "1", names[0]: "65"}, follow_redirects=True)
    assert "Yang belum dinilai" not in late.text, "the other window has rated the rest"


def test_of_answers_that_are_better_or_worse_a_judge_is_asked_for_points(
    browser: Browser, cast: Cast, session: Session
) -> None:
    """Nobody answers a situational question rightly or wrongly."""
    panel = panel_of(session, cast, cast.learner)
    versions = select(PanelItem.version_id).where(PanelItem.panel_id == panel.id)
    first = session.scalars(versions.order_by(PanelItem.place).limit(1)).one()
    options = [{"text": f"Tindakan {points}", "points": points} for points in (5, 4, 3)]
    content = kinds.read({"kind": "situational", "stem": "Apa yang Anda lakukan?", "options": options})
    session.execute(
        update(QuestionVersion).where(QuestionVersion.id == first).values(kind="situational", content=content)
    )
    session.commit()

    page = browser(cast.learner).get(f"/panel/{panel.code}").text

    assert "Poin soal 1 yang rata-rata mereka capai, dari 100" in page
    assert "Dari 100 peserta, yang menjawab benar soal 1<" not in page
    assert "Dari 100 peserta, yang menjawab benar soal 2<" in page


def test_keys_wait_for_a_second_factor(browser: Browser, cast: Cast, session: Session, ask: Ask) -> None:
    """The learner has no role, so a password alone signs them in; the trainer's roles already need the code."""
    panel = panel_of(session, cast)
    convening.name(session, panel, cast.learner.employee_id, by=cast.trainer.user_id, now=START)
    session.execute(update(UserSession).values(second_factor_at=None))
    session.commit()
    judge, place = browser(cast.learner), f"/panel/{panel.code}"

    assert f'href="/akun/kode?lanjut={place}"' in judge.get(place).text
    refused = judge.post(f"{place}/kesediaan")
    assert (refused.status_code, "verifikasi dua langkah" in refused.text) == (403, True)
    session.execute(update(PanelJudge).values(accepted_at=START))
    session.execute(update(User).where(User.id == cast.learner.user_id).values(totp_secret="GEZDGNBVGY3TQOJQ"))
    session.commit()
    assert fields(judge.get(place).text) == []
    assert "Keluar, lalu masuk lagi" in judge.get(place).text
    assert judge.get(f"/akun/kode?lanjut={place}").headers["Location"] == place
    assert judge.post(place, data={"ronde": "1"}).status_code == 403

    session.execute(update(UserSession).values(second_factor_at=START))
    session.commit()
    assert len(fields(judge.get(place).text)) == 10


def test_only_a_named_judge_rates_and_only_the_unit_s_organiser_manages(
    browser: Browser, cast: Cast, session: Session
) -> None:
    panel = panel_of(session, cast, cast.learner)
    place = f"{PLACE}/{panel.code}"

    assert browser(cast.colleague).get(f"/panel/{panel.code}").status_code == 404
    assert browser(cast.trainer).post(f"/panel/{panel.code}", data={"ronde": "1"}).status_code == 404
    assert browser(cast.other_trainer).get(place).status_code == 404
    assert browser(cast.other_trainer).post(f"{place}/penutupan", data={"ronde": "1"}).status_code == 404
    assert browser(cast.learner).get(place).status_code == 403


def test_the_items_are_closed_to_whoever_is_at_work_on_that_bank(
    browser: Browser, cast: Cast, session: Session
) -> None:
    panel = panel_of(session, cast)
    candidate = browser(cast.learner)
    candidate.get(f"/ujian/{CODE}")
    candidate.post(f"/ujian/{CODE}/pengerjaan")
    convening.name(session, panel, cast.learner.employee_id, by=cast.trainer.user_id, now=START)
    session.commit()

    assert candidate.get(f"/panel/{panel.code}").status_code == 404


def closed(session: Session, cast: Cast, organiser: CheckedClient) -> str:
    """The address of a panel whose first round came to 65 of 100; a third judge did not finish."""
    rated = {cast.learner.name: 40, cast.colleague.name: 90}
    panel = panel_of(session, cast, cast.learner, cast.colleague, cast.manager, rated=rated)
    place = f"{PLACE}/{panel.code}"
    refused = organiser.post(f"{place}/penutupan", data={"ronde": "1"})
    assert refused.status_code == 422
    assert f"Tutup tanpa yang belum selesai: {cast.manager.name}" in refused.text
    assert organiser.post(f"{place}/penutupan", data={"ronde": "1", "tanpa": "ya"}).status_code == 303
    return place


def test_the_organiser_closes_a_round_sees_the_table_and_downloads_it(
    browser: Browser, cast: Cast, session: Session
) -> None:
    organiser = browser(cast.trainer)
    place = closed(session, cast, organiser)

    page = organiser.get(place).text
    assert "Tetapkan 65 dari 100" in page
    assert "2,40 dari 6,00" in page, "the learner's sum: 40 of 100 on six questions"
    assert "tidak selesai, tidak dihitung" in page
    assert page.count("Perlu dibicarakan") == 12
    book = opened(organiser.get(f"{place}/penilaian.xlsx").data)
    assert book.sheet_names == ["Keterangan", "Butir", "Panelis", "Penilaian"]
    assert book.get_sheet_by_name("Penilaian").to_python()[:2] == [
        ["Nomor", cast.colleague.code, cast.learner.code],
        [1.0, 90.0, 40.0],
    ]
    judge = browser(cast.learner)
    code = place.rsplit("/", 1)[1]
    assert "rata-rata 65,0, dari 40 sampai 90" in judge.get(f"/panel/{code}").text
    late = judge.post(f"/panel/{code}", data={"ronde": "1"})
    assert (late.status_code, "sudah ditutup" in late.text) == (409, True)

    organiser.post(f"{place}/ronde", data={"ronde": "1"})

    again = judge.get(f"/panel/{code}").text
    assert "selected>40<" in again, "the own rating of the round before stands in the field"
    assert "yang tidak disimpan tidak dihitung pada ronde ini" in again
    assert "rata-rata 65,0" in again


def test_the_cut_becomes_the_pass_mark_once_and_a_result_opens_to_it(
    browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    organiser = browser(cast.trainer)
    place = closed(session, cast, organiser)
    for _ in range(2):
        assert organiser.post(f"{place}/penetapan", data={"ronde": "1"}).headers["Location"] == place
    assert ask(select(Blueprint.number).order_by(Blueprint.number)) == [1, 2]
    made = ask.through(lambda now: blueprints.in_force(now, 1).content)  # type: ignore[union-attr]
    assert made["pass_total"] == 65
    shown = organiser.get(place).text
    assert "sudah berubah di tempat lain" in shown, "the second press was of a page that is no longer true"
    assert "merujuk ke panel ini" in shown
    session.execute(
        update(PanelJudge).values(accepted_at=None).where(PanelJudge.employee_id == cast.learner.employee_id)
    )
    session.commit()
    candidate = browser(cast.learner)
    candidate.get(f"/ujian/{CODE}")
    address = candidate.post(f"/ujian/{CODE}/pengerjaan").headers["Location"]
    code = address.split("/")[2]
    assert candidate.get(f"/pengerjaan/{code}/batas-lulus").status_code == 404, "not while at work"
    candidate.post(f"/pengerjaan/{code}/pengumpulan")

    assert f"/pengerjaan/{code}/batas-lulus" in candidate.get(f"/pengerjaan/{code}/hasil").text
    proof = candidate.get(f"/pengerjaan/{code}/batas-lulus").text
    assert "65 dari 100" in proof
    assert "1 lain tidak selesai" in proof
    assert cast.manager.name not in proof
    assert browser(cast.colleague).get(f"/pengerjaan/{code}/batas-lulus").status_code == 404


def test_a_panel_that_was_given_up_changes_nothing(browser: Browser, cast: Cast, session: Session, ask: Ask) -> None:
    organiser = browser(cast.trainer)
    panel = panel_of(session, cast, cast.learner)
    place = f"{PLACE}/{panel.code}"

    slip = organiser.post(f"{place}/pembatalan")
    assert (slip.status_code, ask(select(Panel.state))) == (422, ["open"]), (
        "what judges have rated is not lost by one press"
    )

    organiser.post(f"{place}/pembatalan", data={"yakin": "ya"})
    assert organiser.post(f"{place}/pembatalan", data={"yakin": "ya"}).headers["Location"] == place
    for stale in ("penutupan", "ronde"):
        assert organiser.post(f"{place}/{stale}", data={"ronde": "1"}).headers["Location"] == place
    assert ask(select(Panel.state)) == ["dropped"]
    assert "Panel ini sudah selesai" in browser(cast.learner).get(f"/panel/{panel.code}").text
    assert "Panel ini dibatalkan" in organiser.get(place).text
    assert organiser.get(f"{place}/penilaian.xlsx").status_code == 302
    assert ask(select(Blueprint.number)) == [1]


def test_the_organiser_reads_which_rated_questions_are_not_asked_any_more(
    browser: Browser, cast: Cast, session: Session
) -> None:
    """Question 2 was suspended between two rounds, and question 3 was changed: its ratings are of a version that is none any more."""
    made = panel_of(session, cast, cast.learner, cast.colleague, rated={"Sari Uji": 60, "Budi Rekan": 70})
    place = f"{PLACE}/{made.code}"
    organiser = browser(cast.trainer)
    assert "Tidak keluar lagi" not in organiser.get(place).text
    second, third = session.scalars(
        select(Question)
        .join(PanelItem, PanelItem.question_id == Question.id)
        .where(PanelItem.place.in_((2, 3)))
        .order_by(PanelItem.place)
    )
    first = session.scalars(select(PanelItem.version_id).where(PanelItem.place == 1)).one()
    second.status, third.current_id = "suspended", first
    session.commit()

    organiser.post(f"{place}/penutupan", data={"ronde": "1"})
    page = organiser.get(place).text

    assert "Tidak keluar lagi seperti saat dinilai, karena ditangguhkan, dihentikan, atau diubah: soal 2, 3." in page
    assert "Tetapkan 65 dari 100" in page
    organiser.post(f"{place}/penetapan", data={"ronde": "1"})
    assert "Tidak keluar lagi" not in organiser.get(place).text, "what was taken over is settled"


def test_a_judge_who_comes_in_a_later_round_is_not_told_of_ratings_of_an_earlier(
    browser: Browser, cast: Cast, session: Session
) -> None:
    made = panel_of(session, cast, cast.learner, cast.colleague, rated={"Sari Uji": 60, "Budi Rekan": 70})
    by = cast.trainer.user_id
    rating.close(session, made.id, round=1, without=False, by=by, now=START)
    rating.go_on(session, made.id, round=1, by=by, now=START)
    convening.name(session, made, cast.manager.employee_id, by=by, now=START)
    session.commit()
    late, early = browser(cast.manager), browser(cast.learner)
    late.post(f"/panel/{made.code}/kesediaan")

    assert "Anda belum menilai pada ronde 1." in late.get(f"/panel/{made.code}").text
    assert "penilaian Anda pada ronde 1" not in late.get(f"/panel/{made.code}").text
    assert "Pilihan di bawah adalah penilaian Anda pada ronde 1." in early.get(f"/panel/{made.code}").text


def test_whoever_did_not_begin_before_the_last_round_closed_has_nothing_to_wait_for(
    browser: Browser, cast: Cast, session: Session
) -> None:
    made = panel_of(session, cast)
    convening.name(session, made, cast.learner.employee_id, by=cast.trainer.user_id, now=START)
    made.state, made.round = "closed", 2
    session.commit()
    client = browser(cast.learner)
    assert "bila penyelenggara membuka ronde berikutnya" in client.get(f"/panel/{made.code}").text

    made.round = 3
    session.commit()

    page = client.get(f"/panel/{made.code}").text
    assert "ronde berikutnya" not in page
    assert "Tidak ada lagi yang perlu Anda lakukan." in page
