"""Answers that are marked again: asked for by an organiser or a panel, done by others, told to the candidate at each step."""

import io
import re
from collections.abc import Callable

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from lms.exams.appealing.models import Appeal
from lms.exams.marking.models import Work
from lms.exams.models import Attempt, Blueprint, Result
from lms.exams.regrading import applying
from lms.exams.regrading.models import Regrade
from lms.people.models import RoleGrant
from lms.questions.models import Question, QuestionVersion
from tests.cast import Cast, Person
from tests.competencies.factory import plain
from tests.exams import factory
from tests.exams.marking import essays
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
AREA = f"/kelola/ujian/{factory.CODE}/penilaian-ulang"
#: 4 + 2 of 8 points; 2 + 0 of them; all of them.
FIRST = {"k0": "4", "k1": "2", "nomor": "0"}
LESS = {"k0": "2", "k1": "0", "nomor": "0"}
WHY = "Penilai keliru membaca rubrik."
AFTER = {"release": "items", "appeals": {"days": 3, "ruling_days": 14}}


@pytest.fixture
def codes(session: Session, cast: Cast, browser: Browser) -> list[str]:
    """The numbers of the learner's two essays, both marked by the colleague: 3.5 of 4, 87.5 per cent. HR organises."""
    essays.build(session, cast, people=(cast.learner,), content=essays.plan() | AFTER)
    essays.grant(session, cast.other_manager, "marker", cast.jakarta)
    session.commit()
    found = list(session.scalars(select(Work.code).order_by(Work.id)))
    session.commit()
    for code in found:
        browser(cast.colleague).post(f"/koreksi/jawaban/{code}", data=FIRST)
    return found


def form_of(ask: Ask, code: str) -> str:
    """The address of the form of a regrade for the question of an answer."""
    rows = select(Question.uuid).join(QuestionVersion, QuestionVersion.question_id == Question.id)
    return f"{AREA}/baru/{ask(rows.join(Work, Work.version_id == QuestionVersion.id).where(Work.code == code))[0]}/1"


def drafted(client: CheckedClient, ask: Ask, code: str, **change: str) -> str:
    data = {"cara": "nilai-lagi", "jawaban": code, "alasan": WHY, **change}
    answer = client.post(form_of(ask, code), data=data)
    assert answer.status_code == 303, plain(answer.text)
    return answer.headers["Location"]


def given_out(browser: Browser, cast: Cast, ask: Ask, code: str) -> str:
    address = drafted(browser(cast.hr), ask, code)
    browser(cast.hr).post(f"{address}/penerapan", data={"paham": "ya"})
    return address


def result_page(browser: Browser, cast: Cast, ask: Ask) -> str:
    return plain(browser(cast.learner).get(f"/pengerjaan/{ask(select(Attempt.code))[0]}/hasil").text)


def test_an_organiser_gives_a_marker_s_slip_to_another_marker(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    organiser = browser(cast.hr)
    own = plain(browser(cast.colleague).get(f"/koreksi/jawaban/{codes[0]}").text)
    assert f"sampaikan nomor jawaban {codes[0]} kepada penyelenggara" in own

    address = drafted(organiser, ask, codes[0])
    page = plain(organiser.get(address).text)
    assert "Jawaban yang dinilai lagi 1" in page
    assert "Setiap jawaban perlu 1 penilai lain." in page
    assert organiser.post(f"{address}/penerapan").status_code == 422
    told = organiser.post(f"{address}/penerapan", data={"paham": "ya"}, follow_redirects=True).text
    assert "Jawaban masuk antrean penilai lain." in plain(told)
    assert "menunggu penilai" in plain(told)
    assert "0 dari 1 jawaban sudah dinilai lagi" in plain(told)

    waits = result_page(browser, cast, ask)
    assert "dinilai lagi oleh penilai lain" in waits
    assert WHY in waits
    assert "Sampai selesai, nilai yang lama berlaku." in waits
    assert "87,50" in waits

    browser(cast.other_manager).post(f"/koreksi/jawaban/{codes[0]}", data=LESS)
    done = plain(organiser.get(address).text)
    assert "1 dari 1 jawaban sudah dinilai lagi" in done
    assert "selesai" in done
    told = result_page(browser, cast, ask)
    assert "Nilai Anda berubah dari 87,50 menjadi 75,00 dari 100." in told
    assert "Sampai selesai" not in told


def test_while_questions_wait_for_the_end_of_the_sitting_neither_number_nor_reason_is_told(
    browser: Browser, session: Session, cast: Cast, codes: list[str], ask: Ask
) -> None:
    later = essays.plan() | AFTER | {"release_after": "sitting"}
    session.execute(update(Blueprint).values(content=later))
    session.commit()
    given_out(browser, cast, ask, codes[0])

    waits = result_page(browser, cast, ask)
    assert "Satu soal dinilai ulang" in waits
    assert "Sampai selesai, nilai yang lama berlaku." in waits
    assert WHY not in waits
    assert not re.search(r"Soal \d: ", waits)


def test_the_page_and_the_workbook_tell_no_new_mark_before_there_is_one(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    address = given_out(browser, cast, ask, codes[0])
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser(cast.hr).get(f"{address}.xlsx").data))

    facts, lines = book.get_sheet_by_index(0).to_python(), book.get_sheet_by_index(1).to_python()

    assert ["Cara", "dinilai lagi oleh penilai lain"] in facts
    assert lines[1][3:11] == [0.75, 1.0, "", 1.0, 87.5, "", "lulus", "menunggu"]
    table = plain(browser(cast.hr).get(address).text).split("Perubahan per pengerjaan")[-1]
    assert "0,75 dari 1 menunggu 87,50 – Lulus menunggu" in table


def test_while_marks_are_awaited_the_result_that_counts_now_is_shown(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask, app: Flask
) -> None:
    """The learner's other essay is dropped meanwhile, so that 2.75 of 3 count; then this one, too."""
    organiser = browser(cast.hr)
    draft = drafted(organiser, ask, codes[0])
    begun = given_out(browser, cast, ask, codes[0])

    def drop(code: str) -> None:
        address = organiser.post(form_of(ask, code), data={"cara": "drop", "alasan": WHY}).headers["Location"]
        organiser.post(f"{address}/penerapan", data={"paham": "ya"})
        number = ask(select(Regrade.id).where(Regrade.code == address.rsplit("/", 1)[-1]))[0]
        applying.apply(app.extensions["platform"], number)

    def shown(address: str) -> str:
        return plain(organiser.get(address).text).split("Perubahan per pengerjaan")[-1]

    drop(codes[1])
    for address in (draft, begun):
        assert "0,75 dari 1 menunggu 91,66 – Lulus menunggu" in shown(address)
    book = CalamineWorkbook.from_filelike(io.BytesIO(organiser.get(f"{begun}.xlsx").data))
    assert book.get_sheet_by_index(1).to_python()[1][3:11] == [0.75, 1.0, "", 1.0, 91.66, "", "lulus", "menunggu"]
    drop(codes[0])
    assert "dianulir menunggu 100,00 – Lulus menunggu" in shown(begun)
    organiser.post(f"{draft}/pembatalan")
    assert "0,75 dari 1 menunggu 87,50 – Lulus menunggu" in shown(draft), "as it was when it was given up"


def test_an_organiser_who_may_yet_mark_the_answer_reads_no_earlier_mark(
    browser: Browser, cast: Cast, session: Session, codes: list[str], ask: Ask
) -> None:
    """Nor on the page of the round before, while the third waits."""
    for who in (cast.other_manager, cast.trainer, cast.colleague):
        essays.grant(session, who, "organiser", cast.jakarta)
    session.commit()
    hidden = "Jawaban yang sedang dinilai lagi dan masih dapat Anda nilai ditampilkan tanpa nilai sebelumnya."
    address = given_out(browser, cast, ask, codes[0])

    def shown(who: Person) -> str:
        return plain(browser(who).get(address).text).split("Perubahan per pengerjaan", 1)[-1]

    for who in (cast.other_manager, cast.trainer):
        assert "– menunggu – – Lulus menunggu" in shown(who)
        assert hidden in shown(who)
    for who in (cast.hr, cast.colleague):
        assert "0,75 dari 1 menunggu 87,50 – Lulus menunggu" in shown(who)
        assert hidden not in shown(who)
    book = CalamineWorkbook.from_filelike(io.BytesIO(browser(cast.trainer).get(f"{address}.xlsx").data))
    assert book.get_sheet_by_index(0).to_python()[-1] == ["Catatan", hidden]
    assert book.get_sheet_by_index(1).to_python()[1][3:9] == ["", 1.0, "", 1.0, "", ""]

    browser(cast.other_manager).post(f"/koreksi/jawaban/{codes[0]}", data=LESS)
    assert "0,75 dari 1 0,25 dari 1 87,50 75,00 Lulus" in shown(cast.trainer)
    given_out(browser, cast, ask, codes[0])
    assert "– – – – Lulus" in shown(cast.trainer)
    assert "0,75 dari 1 0,25 dari 1 87,50 75,00 Lulus" in shown(cast.other_manager)


def test_only_others_find_it_in_their_queue(
    browser: Browser, cast: Cast, session: Session, codes: list[str], ask: Ask
) -> None:
    """Neither who gave the first mark nor who has it marked again, though both may mark."""
    essays.grant(session, cast.hr, "marker", cast.jakarta)
    session.commit()
    given_out(browser, cast, ask, codes[0])
    question = form_of(ask, codes[0]).replace(f"{AREA}/baru", f"/koreksi/{factory.CODE}")

    def waits(who: Person) -> bool:
        return f"/koreksi/jawaban/{codes[0]}" in browser(who).get(question).text.split("Yang sudah Anda nilai")[0]

    assert [waits(who) for who in (cast.colleague, cast.hr, cast.other_manager)] == [False, False, True]
    own = plain(browser(cast.colleague).get(f"/koreksi/jawaban/{codes[0]}").text)
    assert "Jawaban ini dinilai lagi oleh penilai lain. Nilai Anda tetap tercatat." in own
    assert browser(cast.hr).get(f"/koreksi/jawaban/{codes[0]}").status_code == 404
    assert browser(cast.hr).post(f"/koreksi/jawaban/{codes[0]}", data=LESS).status_code == 404
    assert browser(cast.colleague).post(f"/koreksi/jawaban/{codes[0]}", data=LESS).status_code == 404
    late = browser(cast.colleague).post(f"/koreksi/jawaban/{codes[0]}", data=LESS | {"nomor": "1"})
    assert (late.status_code, "Jawaban ini sudah diberikan kepada penilai lain." in late.text) == (409, True)
    blind = browser(cast.other_manager).get(f"/koreksi/jawaban/{codes[0]}").text
    assert "Nilai yang diberikan" not in blind
    assert "dinilai lagi" not in blind


def test_who_has_asked_for_a_round_marks_none_of_the_later_ones_either(
    browser: Browser, cast: Cast, session: Session, codes: list[str], ask: Ask
) -> None:
    """HR asked for the second round, and read the first mark there; the trainer asks for the third."""
    essays.grant(session, cast.hr, "marker", cast.jakarta)
    essays.grant(session, cast.trainer, "organiser", cast.jakarta)
    session.execute(delete(RoleGrant).where(RoleGrant.user_id == cast.manager.user_id))
    session.commit()
    given_out(browser, cast, ask, codes[0])
    browser(cast.other_manager).post(f"/koreksi/jawaban/{codes[0]}", data=LESS)

    address = drafted(browser(cast.trainer), ask, codes[0])
    few = "penilai yang belum pernah menilainya kurang dari yang diperlukan"
    assert f"Untuk 1 dari 1 jawaban, {few}" in plain(browser(cast.trainer).get(address).text)
    browser(cast.trainer).post(f"{address}/penerapan", data={"paham": "ya"})

    assert ask(select(Work.round).where(Work.code == codes[0])) == [3]
    question = form_of(ask, codes[0]).replace(f"{AREA}/baru", f"/koreksi/{factory.CODE}")
    assert f"/koreksi/jawaban/{codes[0]}" not in browser(cast.hr).get(question).text
    assert browser(cast.hr).get(f"/koreksi/jawaban/{codes[0]}").status_code == 404
    assert browser(cast.hr).post(f"/koreksi/jawaban/{codes[0]}", data=LESS).status_code == 404


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"jawaban": "tidakada"}, "Tidak ada jawaban soal ini dengan nomor tidakada."),
        ({"jawaban": ", ".join(["ab"] * 51)}, "Isi paling banyak 50 nomor jawaban."),
        ({"alasan": " "}, "Isi alasan"),
    ],
)
def test_what_makes_no_sense_is_said(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask, change: dict[str, str], told: str
) -> None:
    data = {"cara": "nilai-lagi", "jawaban": codes[0], "alasan": WHY, **change}
    answer = browser(cast.hr).post(form_of(ask, codes[0]), data=data)

    assert answer.status_code == 422
    assert told in plain(answer.text)
    assert ask(select(Regrade.id)) == []


def test_what_is_being_marked_again_is_not_given_out_twice(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    second = drafted(browser(cast.hr), ask, codes[0])
    given_out(browser, cast, ask, codes[0])

    refused = browser(cast.hr).post(
        form_of(ask, codes[0]), data={"cara": "nilai-lagi", "jawaban": codes[0], "alasan": WHY}
    )
    assert (refused.status_code, "Tidak ada jawaban yang dapat dinilai lagi" in plain(refused.text)) == (422, True)
    late = browser(cast.hr).post(f"{second}/penerapan", data={"paham": "ya"}, follow_redirects=True)
    assert "Jawaban itu sudah diberikan kepada penilai lain, atau soalnya dianulir" in plain(late.text)


def test_a_question_without_a_rubric_offers_no_marking(browser: Browser, cast: Cast, codes: list[str]) -> None:
    form = f"{AREA}/baru/soal-1-1/1"
    assert "nilai-lagi" not in browser(cast.hr).get(form).text

    refused = browser(cast.hr).post(form, data={"cara": "nilai-lagi", "alasan": WHY})

    assert (refused.status_code, "Pilih cara penilaian ulang." in plain(refused.text)) == (422, True)


def appealed(browser: Browser, cast: Cast, ask: Ask, code: str) -> tuple[str, str]:
    """(page of the item, page of the panel)."""
    attempt, item = ask(select(Attempt.code))[0], ask(select(Work.item).where(Work.code == code))[0]
    page = f"/pengerjaan/{attempt}/rincian/{item}"
    browser(cast.learner).post(f"{page}/sanggahan", data={"sanggahan": "Rubrik butir 2 terpenuhi."})
    return page, f"/sanggah/{ask(select(Appeal.code))[0]}"


def opinion_of(page: str) -> str:
    found = re.search(r'name="usulan" value="(\d+)"', page)
    assert found is not None
    return found[1]


def test_a_panel_has_the_answer_of_an_appeal_marked_again(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    """From 0.75 to 0.25 by the head of the next district; the trainer and the colleague rule, HR could not apply it alone."""
    page, panel = appealed(browser, cast, ask, codes[0])
    proposed = browser(cast.trainer).post(
        f"{panel}/usulan", data={"cara": "nilai-lagi", "alasan": WHY}, follow_redirects=True
    )
    assert "terima, dinilai lagi oleh penilai lain" in plain(proposed.text)
    seen = browser(cast.colleague).get(panel).text
    assert "1 jawaban diberikan kepada penilai yang belum pernah menilainya." in plain(seen)
    address = f"{AREA}/{ask(select(Regrade.code))[0]}"
    browser(cast.hr).post(f"{address}/penerapan", data={"paham": "ya"})
    assert ask(select(Regrade.state)) == ["draft"]

    ruled = browser(cast.colleague).post(
        f"{panel}/persetujuan", data={"usulan": opinion_of(seen)}, follow_redirects=True
    )

    assert "Penilai yang belum pernah menilainya mendapat jawaban itu" in plain(ruled.text)
    told = plain(browser(cast.learner).get(page).text)
    assert "Diterima. Jawaban Anda sedang dinilai lagi oleh penilai lain" in told
    assert "0,75 dari 1" in told
    browser(cast.other_manager).post(
        f"/koreksi/jawaban/{codes[0]}", data=LESS | {"komentar": "Alasan kedua tidak ada."}
    )
    told = plain(browser(cast.learner).get(page).text)
    assert "Diterima. Jawaban Anda sudah dinilai lagi oleh penilai lain." in told
    assert "0,25 dari 1" in told
    assert "Alasan kedua tidak ada." in told
    assert ask(select(Result.cause).order_by(Result.number)) == ["closed", "marked", "remark"]


def test_who_may_yet_mark_the_answer_again_reads_no_earlier_mark_with_the_appeal(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    """Markers sit on panels too: what they read there they would have before them while they mark blind."""
    _page, panel = appealed(browser, cast, ask, codes[0])
    given, hidden = "Nilai yang diberikan", "Nilai sebelumnya tidak tampil bagi yang masih dapat menilainya."
    assert given in browser(cast.other_manager).get(panel).text, "the panel rules on it"
    browser(cast.trainer).post(f"{panel}/usulan", data={"cara": "nilai-lagi", "alasan": WHY})
    seen = browser(cast.hr).get(panel).text
    browser(cast.hr).post(f"{panel}/persetujuan", data={"usulan": opinion_of(seen)})

    waiting = browser(cast.other_manager).get(panel).text
    assert hidden in waiting
    assert given not in waiting
    assert "Nilai dari penilai" not in waiting
    for knows in (cast.colleague, cast.trainer, cast.hr):
        assert given in browser(knows).get(panel).text
        assert hidden not in browser(knows).get(panel).text

    browser(cast.other_manager).post(f"/koreksi/jawaban/{codes[0]}", data=LESS)
    assert given in browser(cast.other_manager).get(panel).text


def test_a_decided_appeal_shows_the_marks_by_round_and_what_was_ruled(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    """The ruling was about the first; the second is what came of it."""
    page, panel = appealed(browser, cast, ask, codes[0])
    browser(cast.trainer).post(f"{panel}/usulan", data={"cara": "nilai-lagi", "alasan": WHY})
    seen = browser(cast.hr).get(panel).text
    browser(cast.hr).post(f"{panel}/persetujuan", data={"usulan": opinion_of(seen)})

    waiting = plain(browser(cast.hr).get(panel).text)
    assert "Putusan diterima, dinilai lagi oleh penilai lain, " in waiting
    assert "Nilai yang diberikan Penilai" in waiting
    assert "Nilai dari penilai: 0,75 dari 1." in waiting
    browser(cast.other_manager).post(f"/koreksi/jawaban/{codes[0]}", data=LESS)

    first, second = plain(browser(cast.hr).get(panel).text).split("Nilai yang diberikan pada ronde")[1:]
    assert first.startswith(" 1 Penilai")
    assert "Nilai dari penilai: 0,75 dari 1." in first
    assert second.startswith(" 2 Penilai")
    assert "Nilai dari penilai: 0,25 dari 1." in second
    assert "Anda ikut menilai" not in first + second
    for who in (cast.colleague, cast.other_manager):
        assert who.name not in first + second
    assert "ronde" not in plain(browser(cast.learner).get(page).text)


def test_a_panel_member_without_the_role_of_marker_reads_what_was_given_while_others_mark(
    browser: Browser, cast: Cast, session: Session, codes: list[str], ask: Ask
) -> None:
    _page, panel = appealed(browser, cast, ask, codes[0])
    given_out(browser, cast, ask, codes[0])
    given, hidden = "Nilai yang diberikan", "Nilai sebelumnya tidak tampil bagi yang masih dapat menilainya."
    assert hidden in browser(cast.other_manager).get(panel).text

    session.execute(delete(RoleGrant).where(RoleGrant.user_id == cast.other_manager.user_id))
    essays.grant(session, cast.other_manager, "organiser", cast.jakarta)
    session.commit()

    seen = browser(cast.other_manager).get(panel).text
    assert (given in seen, hidden in seen) == (True, False)


def test_an_appeal_is_answered_by_a_marking_that_goes_on_already(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    _page, panel = appealed(browser, cast, ask, codes[0])
    given_out(browser, cast, ask, codes[0])

    browser(cast.trainer).post(f"{panel}/usulan", data={"cara": "nilai-lagi-semua", "alasan": WHY})
    seen = browser(cast.other_manager).get(panel).text
    assert "Jawaban ini sudah diberikan kepada penilai lain sejak sanggahan diajukan." in plain(seen)
    browser(cast.other_manager).post(f"{panel}/persetujuan", data={"usulan": opinion_of(seen)})

    assert ask(select(Appeal.state)) == ["upheld"]
    assert ask(select(Regrade.state)) == ["applying"]
    for ruled in (cast.trainer, cast.other_manager):
        assert browser(ruled).get(f"/koreksi/jawaban/{codes[0]}").status_code == 404


def test_what_cannot_be_marked_again_is_said_to_the_panel(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask
) -> None:
    """The question was dropped since the appeal was filed."""
    _page, panel = appealed(browser, cast, ask, codes[0])
    organiser = browser(cast.hr)
    dropped = organiser.post(form_of(ask, codes[0]), data={"cara": "drop", "alasan": WHY}).headers["Location"]
    organiser.post(f"{dropped}/penerapan", data={"paham": "ya"})

    refused = browser(cast.trainer).post(f"{panel}/usulan", data={"cara": "nilai-lagi", "alasan": WHY})

    assert (refused.status_code, "Tidak ada jawaban yang dapat dinilai lagi" in plain(refused.text)) == (422, True)


def test_a_candidate_is_not_told_to_wait_for_marks_of_a_question_that_was_dropped_meanwhile(
    browser: Browser, cast: Cast, codes: list[str], ask: Ask, app: Flask
) -> None:
    given_out(browser, cast, ask, codes[0])
    waits = "Jawaban Anda sedang dinilai lagi oleh penilai lain."
    assert waits in result_page(browser, cast, ask)
    organiser = browser(cast.hr)
    dropped = organiser.post(form_of(ask, codes[0]), data={"cara": "drop", "alasan": WHY}).headers["Location"]
    organiser.post(f"{dropped}/penerapan", data={"paham": "ya"})
    applying.apply(app.extensions["platform"], ask(select(Regrade.id).where(Regrade.remedy == "drop"))[0])

    page = result_page(browser, cast, ask)

    assert "soal dianulir" in page
    assert waits not in page
    assert "Jawaban Anda tidak dinilai lagi selama koreksi yang lebih baru berlaku." in page


def test_who_has_marked_another_answer_is_among_the_others_who_are_left(
    browser: Browser, cast: Cast, session: Session, codes: list[str], ask: Ask
) -> None:
    for who in (cast.trainer, cast.manager):
        session.execute(delete(RoleGrant).where(RoleGrant.user_id == who.user_id))
    session.commit()
    given_out(browser, cast, ask, codes[1])
    browser(cast.other_manager).post(f"/koreksi/jawaban/{codes[1]}", data=LESS)

    one, other = (plain(browser(cast.hr).get(drafted(browser(cast.hr), ask, code)).text) for code in codes)

    few = "penilai yang belum pernah menilainya kurang dari yang diperlukan"
    assert (few in one, few in other) == (False, True)


def test_it_is_said_where_too_few_others_are_left(
    browser: Browser, cast: Cast, session: Session, codes: list[str], ask: Ask
) -> None:
    """The trainer and the head of the next district are left, until their roles end."""
    address = drafted(browser(cast.hr), ask, codes[0])
    few = "penilai yang belum pernah menilainya kurang dari yang diperlukan"
    assert few not in plain(browser(cast.hr).get(address).text)

    for who in (cast.other_manager, cast.trainer, cast.manager):
        session.execute(delete(RoleGrant).where(RoleGrant.user_id == who.user_id))
    session.commit()

    assert f"Untuk 1 dari 1 jawaban, {few}" in plain(browser(cast.hr).get(address).text)
