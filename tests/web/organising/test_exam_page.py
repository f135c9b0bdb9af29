"""An organiser's exams: whose they are, what their bank lacks, and the rules after them."""

import re
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams.models import Blueprint
from lms.questions.models import Question
from tests.cast import Cast
from tests.exams import factory
from tests.exams.factory import CODE
from tests.exams.test_room import begin
from tests.web.conftest import Ask
from tests.web.organising.pages import EXAM, SITTING, Browser


def test_an_organiser_sees_the_exams_of_the_own_units_only(browser: Browser, cast: Cast) -> None:
    assert f'href="{EXAM}"' in browser(cast.trainer).get("/kelola/ujian").text
    assert "Belum ada ujian di unit Anda" in browser(cast.other_trainer).get("/kelola/ujian").text


@pytest.mark.parametrize("path", [EXAM, SITTING, f"{EXAM}/sesi-baru", f"{SITTING}/ubah", f"{SITTING}/peserta.xlsx"])
def test_an_organiser_of_another_unit_finds_nothing_there(browser: Browser, cast: Cast, path: str) -> None:
    assert browser(cast.trainer).get(path).status_code == 200
    assert browser(cast.other_trainer).get(path).status_code == 404


@pytest.mark.parametrize("path", ["/kelola/ujian", EXAM, SITTING, "/kelola/ujian/templat-peserta.xlsx"])
def test_a_learner_is_told_who_may_enter(browser: Browser, cast: Cast, path: str) -> None:
    refused = browser(cast.learner).get(path)

    assert refused.status_code == 403
    if refused.mimetype == "text/html":
        assert "penyelenggara ujian" in refused.text


@pytest.mark.parametrize(
    ("state", "shown"), [("open", True), ("ahead", False), ("none", False), ("", True), ("nonsens", True)]
)
def test_the_list_is_narrowed_by_state_and_by_words(browser: Browser, cast: Cast, state: str, shown: bool) -> None:
    client = browser(cast.trainer)

    assert (f'href="{EXAM}"' in client.get(f"/kelola/ujian?keadaan={state}").text) == shown
    assert (f'href="{EXAM}"' in client.get(f"/kelola/ujian?keadaan={state}&cari=keamanan").text) == shown
    assert f'href="{EXAM}"' not in client.get("/kelola/ujian?cari=tidak+ada").text


def test_the_exam_page_shows_the_blueprint_beside_the_bank(browser: Browser, cast: Cast) -> None:
    page = browser(cast.trainer).get(EXAM).text

    assert "mudah: 2 dari 4 soal" in page
    assert "bebas: 3 dari 6 soal" in page
    assert "belum cukup" not in page


def test_what_the_bank_lacks_is_said_before_the_sitting_opens(browser: Browser, cast: Cast, session: Session) -> None:
    session.execute(update(Question).where(Question.uuid.like("soal-2-%")).values(status="suspended"))
    session.commit()

    page = browser(cast.trainer).get(EXAM).text

    assert "Bank soal belum cukup" in page
    assert "Penerapan, tingkat 2, bebas: perlu 3, ada 0" in page


def test_what_a_blueprint_asks_beyond_numbers_is_said_with_what_lacks(
    browser: Browser, cast: Cast, session: Session
) -> None:
    sections: Any = factory.CONTENT["sections"]
    first, second = sections
    content = {
        **factory.CONTENT,
        "sections": [
            {name: value for name, value in first.items() if name != "difficulty"} | {"tagged": {"surel": 2}},
            {**second, "fixed": ["soal-2-0"]},
        ],
    }
    session.execute(update(Blueprint).values(content=content))
    session.commit()

    page = browser(cast.trainer).get(EXAM).text

    assert "Dasar, tingkat 1, bertag surel: perlu 2, ada 0" in page
    assert "bertag surel: 2 dari 0 soal" in page
    assert "bebas: 1 dari 4 soal" in page  # six of level 1, less the two that are to bear the tag
    assert "1 soal di antaranya selalu sama" in page


def test_a_question_that_always_stands_there_is_named_where_it_cannot(
    browser: Browser, cast: Cast, session: Session
) -> None:
    asked: Any = factory.CONTENT["sections"]
    first, second = asked
    sections = [first, {**second, "fixed": ["soal-2-0", "soal-1-5"]}]  # the latter is of level 1
    session.execute(update(Blueprint).values(content={**factory.CONTENT, "sections": sections}))
    session.commit()

    page = browser(cast.trainer).get(EXAM).text

    assert "Penerapan, tingkat 2: soal tetap “soal-1-5” tidak ada, tidak cocok, atau" in page
    assert "soal tetap soal-2-0" not in page


def test_rules_of_the_whole_paper_are_said_and_a_difficulty_that_is_out_of_reach(
    browser: Browser, cast: Cast, session: Session
) -> None:
    content = {
        **factory.CONTENT,
        "balance": {"facility": "0.95", "tolerance": "0.01"},
        "exposure": {"percent": 100, "days": 90},
        "trial": 2,
    }
    session.execute(update(Blueprint).values(content=content))
    session.commit()

    page = browser(cast.trainer).get(EXAM).text

    assert "Tingkat kesukaran naskah: perlu 95%, yang terdekat" in page
    assert "Tingkat kesukaran setiap naskah 95%, boleh meleset 1 poin." in page
    assert "paling banyak di 100% naskah selama 90 hari" in page
    assert "2 soal uji coba ditambahkan dan tidak dihitung" in page


def test_a_bank_that_will_wear_out_says_for_how_many_papers_it_suffices(
    browser: Browser, cast: Cast, session: Session
) -> None:
    """Six questions fit the second section, three a paper, each on 17 % of the papers: two papers use them all, and the third
    finds none. Until then people start, so nobody is said to be shut out."""
    session.execute(update(Blueprint).values(content={**factory.CONTENT, "exposure": {"percent": 17, "days": 90}}))
    session.commit()
    client = browser(cast.trainer)

    for address in (EXAM, SITTING):
        page = client.get(address).text
        assert "Bank soal cukup untuk paling banyak 2 naskah lagi." in page
        assert "Tidak ada yang dapat mulai" not in page
        assert "belum cukup" not in page
    assert "Di sesi ini 0 peserta belum punya naskah." in page


#: What an organiser chooses after an exam: one marker, items once the sitting is over, and appeals.
CHOSEN = {
    "penilai": "1", "selisih": "20", "terbuka": "items", "kapan": "sitting", "sanggah": "y", "hari": "3", "putusan": "14",
}  # fmt: skip


def test_the_rules_after_an_exam_are_settled_by_its_organiser_alone(browser: Browser, cast: Cast, ask: Ask) -> None:
    rules, organiser = f"/kelola/ujian/{CODE}/aturan", browser(cast.trainer)
    assert f'href="{rules}"' in organiser.get(f"/kelola/ujian/{CODE}").text
    assert "Belum ada yang mulai" in organiser.get(rules).text
    chosen = CHOSEN | {"penilai": "2", "selisih": "15"}
    assert organiser.post(rules, data=chosen | {"hari": "0"}).status_code == 422
    assert browser(cast.learner).post(rules, data=chosen).status_code == 403
    assert browser(cast.other_trainer).post(rules, data=chosen).status_code == 404

    assert organiser.post(rules, data=chosen).status_code == 303

    content = ask(select(Blueprint.content).order_by(Blueprint.number))[-1]
    assert (content["marking"], content["release"]) == ({"markers": 2, "tolerance": 15}, "items")
    assert content["release_after"] == "sitting"
    assert content["appeals"] == {"days": 3, "ruling_days": 14}


def test_once_somebody_has_begun_the_rules_only_grow_and_the_page_says_so(
    browser: Browser, cast: Cast, session: Session
) -> None:
    rules, organiser = f"/kelola/ujian/{CODE}/aturan", browser(cast.trainer)
    chosen = CHOSEN | {"kapan": "result"}
    organiser.post(rules, data=chosen)
    begin(session, cast)
    session.commit()

    assert "Sudah ada peserta yang mulai" in organiser.get(rules).text
    refused = organiser.post(rules, data=chosen | {"terbuka": "score", "hari": "2"})

    assert refused.status_code == 422
    assert "yang terbuka hanya dapat ditambah" in refused.text
    assert "hak sanggah hanya dapat ditambah" in refused.text
    later = organiser.post(rules, data=chosen | {"terbuka": "key", "kapan": "sitting"})
    assert later.status_code == 422
    assert "soal hanya dapat tampil lebih cepat" in later.text
    assert organiser.post(rules, data=chosen | {"terbuka": "key"}).status_code == 303


def chosen_moment(page: str) -> list[str]:
    return re.findall(r'<input checked[^>]* name="kapan"[^>]* value="(\w+)"', page)


def test_what_is_fair_is_offered_first_and_what_was_said_stays(browser: Browser, cast: Cast, ask: Ask) -> None:
    rules, organiser = f"/kelola/ujian/{CODE}/aturan", browser(cast.trainer)
    page = organiser.get(rules).text
    assert chosen_moment(page) == ["sitting"]  # nothing is shown so far
    assert "membuat peserta menunggu selama itu" in page
    assert "Sesi “Sesi daring” baru ditutup 23 Desember 2026" in page

    assert (
        organiser.post(rules, data={name: said for name, said in CHOSEN.items() if name != "kapan"}).status_code == 422
    )
    organiser.post(rules, data=CHOSEN | {"kapan": "result"})
    assert chosen_moment(organiser.get(rules).text) == ["result"]
    assert "release_after" not in ask(select(Blueprint.content).order_by(Blueprint.number))[-1]
    organiser.post(rules, data=CHOSEN)
    assert chosen_moment(organiser.get(rules).text) == ["sitting"]


def test_practice_has_no_minutes_in_the_list_of_exams(browser: Browser, cast: Cast) -> None:
    client = browser(cast.trainer)
    client.post(f"{EXAM}/latihan")

    page = client.get("/kelola/ujian").text

    assert "Tanpa batas waktu" in page
    assert "600 menit" not in page
