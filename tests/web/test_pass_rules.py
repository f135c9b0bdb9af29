"""Pass rules in points on the pages, and the group of a candidate from the list to the result."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms import cli
from lms.audit import AuditEvent
from lms.exams import attempts
from lms.exams.models import Attempt, Blueprint, Candidate, CandidateGroup, Result, Sitting
from lms.people.models import RoleGrant
from lms.questions.models import Question, QuestionVersion
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
#: Six questions at 5 points: nobody can reach 31, and the group needs none.
CONTENT: dict[str, Any] = {
    "pass_total_points": 31,
    "sections": [
        {"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": 6, "pass_points": 5, "scoring": {"right": 5}}
    ],
    "groups": [{"code": "khusus", "title": "Kelompok khusus", "pass_total_points": 0}],
    "predicates": [{"title": "Cukup", "from": 0}],
}


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> None:
    factory.build(session, cast, content=CONTENT)


def assign(app: Flask, tmp_path: Path, text: str) -> int:
    file = tmp_path / "kelompok.csv"
    file.write_text(text)
    words = ["exams", "groups", factory.CODE, str(file)]
    return cli.run(words, open_platform=lambda: app.extensions["platform"])


def test_the_rules_page_tells_what_an_answer_counts(browser: Browser, cast: Cast, session: Session) -> None:
    assert "Dasar</span>: benar 5, salah 0, kosong 0" in browser(cast.learner).get(f"/ujian/{factory.CODE}").text

    scoring = {"right": 4, "wrong": -1, "blank": "0.5", "kinds": {"situational": {"right": 5, "wrong": 0}}}
    sections = [CONTENT["sections"][0] | {"scoring": scoring}]
    session.execute(update(Blueprint).values(content=CONTENT | {"sections": sections}))
    session.commit()
    page = browser(cast.learner).get(f"/ujian/{factory.CODE}").text

    assert "Dasar</span>: benar 4, salah −1, kosong 0,5" in page
    assert "Dasar</span>, situasional: setiap pilihan bernilai 1 sampai 5, kosong 0,5" in page
    assert "Soal kosong bernilai 0" not in page


def test_where_options_have_points_no_answer_is_said_to_be_right_or_wrong(
    browser: Browser, cast: Cast, session: Session
) -> None:
    others = select(QuestionVersion.id).where(QuestionVersion.level == 2, QuestionVersion.kind != "situational")
    session.execute(update(Question).where(Question.current_id.in_(others)).values(status="suspended"))
    session.execute(update(QuestionVersion).where(QuestionVersion.level == 1).values(tags=["dasar"]))
    scoring = {"right": 5, "blank": 1}
    about = {"competency": "TEK.KI", "draw": 1, "scoring": scoring}
    sections = [{"title": "TKP", "level": 2, **about}, {"title": "TIU", "level": 1, "tags": ["dasar"], **about}]
    session.execute(update(Blueprint).values(content=CONTENT | {"sections": sections}))
    session.commit()
    page = browser(cast.learner).get(f"/ujian/{factory.CODE}").text

    assert "TKP</span>, situasional: setiap pilihan bernilai 1 sampai 5, kosong 1" in page
    assert "TIU</span>: benar 5, salah 0, kosong 1" in page
    assert page.count("Jawaban yang benar sebagian") == 1

    only = CONTENT | {"sections": sections[:1], "pass_total_points": 0}
    session.execute(update(Blueprint).values(content=only))
    session.commit()
    client = browser(cast.learner)
    assert "yang benar sebagian" not in client.get(f"/ujian/{factory.CODE}").text


@pytest.mark.parametrize(
    ("blanks", "said"),
    [
        ((None, None), "Soal kosong bernilai 0."),
        ((-1, -1), "Soal kosong bernilai −1."),
        ((1, None), "Soal kosong dihitung menurut poin jawaban di bagiannya."),
    ],
)
def test_the_check_page_tells_what_a_blank_counts(
    browser: Browser, cast: Cast, session: Session, blanks: tuple[int | None, int | None], said: str
) -> None:
    sections = [
        {"title": title, "competency": "TEK.KI", "level": 1, "draw": 3}
        | ({} if blank is None else {"scoring": {"right": 5, "blank": blank}})
        for title, blank in zip(("Dasar", "Lanjut"), blanks, strict=True)
    ]
    session.execute(update(Blueprint).values(content={"pass_total": 0, "sections": sections}))
    session.commit()
    client = browser(cast.learner)
    client.get(f"/ujian/{factory.CODE}")
    address = client.post(f"/ujian/{factory.CODE}/pengerjaan").headers["Location"].rpartition("/")[0]

    assert said in client.get(f"{address}/periksa").text


def test_a_section_without_a_pass_mark_is_neither_reached_nor_missed(
    browser: Browser, cast: Cast, session: Session
) -> None:
    """Also where its marks are below 0."""
    section = CONTENT["sections"][0] | {"scoring": {"right": 5, "blank": -1}}
    del section["pass_points"]
    session.execute(update(Blueprint).values(content={"pass_total": 50, "sections": [section]}))
    session.commit()

    parts = sit(browser(cast.learner)).partition('id="bagian"')[2].partition("Seluruh ujian")[0]

    assert "−6 dari 30" in parts
    assert "tanpa batas" in parts
    assert "ercapai" not in parts


def limits(client: CheckedClient) -> list[str]:
    """What the rules page says must be reached: at once, and what is folded away."""
    return client.get(f"/ujian/{factory.CODE}").text.partition('<h2 id="isi-ujian">')[2].split("<details", 1)


def sit(client: CheckedClient) -> str:
    client.get(f"/ujian/{factory.CODE}")
    address = client.post(f"/ujian/{factory.CODE}/pengerjaan").headers["Location"].rpartition("/")[0]
    client.post(f"{address}/pengumpulan")
    return client.get(f"{address}/hasil").text


def test_the_rules_page_tells_thresholds_in_points_and_those_of_groups(browser: Browser, cast: Cast) -> None:
    page = browser(cast.learner).get(f"/ujian/{factory.CODE}").text

    assert "31 poin" in page
    assert "Kelompok khusus" in page


@pytest.mark.parametrize(
    ("of_sitting", "of_exam", "is_own"),
    [("khusus", "", True), ("", "khusus", True), ("umum", "khusus", False), ("", "", False)],
)
def test_one_reads_the_pass_marks_that_hold_for_oneself_first_and_nobody_else_reads_whose_they_are(
    app: Flask,
    browser: Browser,
    cast: Cast,
    session: Session,
    tmp_path: Path,
    of_sitting: str,
    of_exam: str,
    is_own: bool,
) -> None:
    sitting = session.scalars(select(Sitting)).one()
    who = cast.learner.employee_id
    session.add(Candidate(sitting_id=sitting.id, employee_id=who, group=of_sitting, added_at=START))
    session.commit()
    assert assign(app, tmp_path, f"employee,group\n{cast.learner.code},{of_exam}\n") == 0

    first, others = limits(browser(cast.learner))
    theirs, _others = limits(browser(cast.colleague))

    assert ("Bagi Anda berlaku batas kelompok Kelompok khusus." in first) is is_own
    assert ("31 poin" in first, "31 poin" in others) == (not is_own, is_own)
    assert ("Kelompok khusus" in others, "Umum" in others) == (not is_own, is_own)
    assert "Bagi Anda berlaku" not in theirs
    assert "31 poin" in theirs


def test_a_candidate_of_no_group_falls_under_the_general_rules(browser: Browser, cast: Cast, ask: Ask) -> None:
    page = sit(browser(cast.learner))

    assert "dari 30 poin" in page
    assert "Batas lulus 31 poin." in page
    assert "Tiap bagian juga harus mencapai batasnya." in page
    assert "0 dari 30" in page
    assert "Predikat" not in page
    assert ask(select(Result.passed)) == [False]


def test_candidates_and_organisers_read_from_when_on_a_result_has_which_name(
    browser: Browser, cast: Cast, session: Session
) -> None:
    named = [{"title": "Cukup", "from": 70}, {"title": "Baik", "from": "80.01"}]
    session.execute(update(Blueprint).values(content=CONTENT | {"predicates": named}))
    session.add(RoleGrant(user_id=cast.trainer.user_id, role="organiser", unit_id=cast.jakarta, since=START.date()))
    session.commit()

    for who, path in ((cast.learner, f"/ujian/{factory.CODE}"), (cast.trainer, f"/kelola/ujian/{factory.CODE}")):
        page = re.sub(r"<[^>]+>", "", browser(who).get(path).text)
        assert "Predikat bila lulus, menurut nilai dari 100: Baik mulai 80,01; Cukup mulai 70" in page


def test_where_only_sections_have_pass_marks_nothing_is_said_of_a_total(
    browser: Browser, cast: Cast, session: Session
) -> None:
    content = {name: value for name, value in CONTENT.items() if name != "pass_total_points"}
    session.execute(update(Blueprint).values(content=content))
    session.commit()
    client = browser(cast.learner)

    assert "tanpa batas" in limits(client)[0]
    page = sit(client)

    assert "Tiap bagian harus mencapai batasnya." in page
    assert "Batas lulus 31 poin" not in page


def test_a_candidate_of_a_group_falls_under_its_rules(
    app: Flask, browser: Browser, cast: Cast, ask: Ask, tmp_path: Path
) -> None:
    assert assign(app, tmp_path, f"employee,group\n{cast.learner.code},khusus\n") == 0

    page = sit(browser(cast.learner))

    assert "Memakai batas kelompok: Kelompok khusus · Batas lulus 0 poin." in page
    assert "Tiap bagian juga" not in page  # no section asks for anything of this group
    assert "Predikat: Cukup" in page
    verdict = ask(select(Result.verdict))[0]
    assert (verdict["group"], verdict["total_points"], verdict["predicate"]) == ("khusus", "0", "Cukup")


@pytest.mark.parametrize(
    ("of_sitting", "of_exam", "counts"),
    [("khusus", "", "khusus"), ("", "khusus", "khusus"), ("umum", "khusus", ""), ("", "", "")],
)
def test_what_the_list_of_the_sitting_says_goes_before_what_holds_for_the_exam(
    app: Flask, browser: Browser, cast: Cast, session: Session, ask: Ask, tmp_path: Path,
    of_sitting: str, of_exam: str, counts: str,
) -> None:  # fmt: skip
    """Also when it is graded again; "umum" is no group of the blueprint, so the general rules hold."""
    sitting = session.scalars(select(Sitting)).one()
    who = cast.learner.employee_id
    session.add(Candidate(sitting_id=sitting.id, employee_id=who, group=of_sitting, added_at=START))
    session.commit()
    assert assign(app, tmp_path, f"employee,group\n{cast.learner.code},{of_exam}\n") == 0

    sit(browser(cast.learner))

    assert [verdict["group"] for verdict in ask(select(Result.verdict))] == [counts]
    assert attempts.closed(session, ask(select(Attempt.id))[0]).group == counts


def test_groups_are_set_and_taken_back_with_a_trail_and_a_bad_list_writes_nothing(
    app: Flask, cast: Cast, ask: Ask, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    learner, colleague = cast.learner.code, cast.colleague.code

    assert assign(app, tmp_path, f"employee,group\n{learner},khusus\n{colleague},lain\nxyz,khusus\n") == 1
    said = capsys.readouterr().err
    assert f"{colleague}: kelompok lain tidak ada" in said
    assert "xyz: pegawai tidak ada" in said
    assert ask(select(CandidateGroup.code)) == []
    assert assign(app, tmp_path, f"employee,group\n{learner},khusus\n") == 0
    assert assign(app, tmp_path, f"employee,group\n{learner},khusus\n") == 0
    assert ask(select(CandidateGroup.code)) == ["khusus"]
    assert assign(app, tmp_path, f"employee,group\n{learner},\n") == 0
    assert ask(select(CandidateGroup.code)) == []
    trail = [row["to"] for row in ask(select(AuditEvent.details).where(AuditEvent.action == "exam.group"))]
    assert trail == ["khusus", ""]
    assert assign(app, tmp_path, "nip,group\n") == 1
