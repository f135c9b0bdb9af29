"""/kelola/ujian/<kode>/analisis: figures from real results, for those who hold the exam; suspending and undoing."""

import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.exams import drawing, exam_analysis, journal, results
from lms.exams.exam_analysis import Choice, Taken, flags
from lms.exams.grading import grade
from lms.exams.item_analysis import ItemFigures
from lms.exams.models import AnswerEvent, Attempt, Blueprint, Exam, Paper, Result
from lms.exams.papers import Item, rows_of
from lms.exams.regrading import regrades, remedies
from lms.people.models import RoleGrant, User
from lms.questions import banks
from lms.questions.models import Question, QuestionVersion
from lms.reports import items
from lms.reports.items import Wanted
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.exams.factory import RIGHT, WRONG, Hall
from tests.web.conftest import Ask

Browser = Callable[[Person | None], FlaskClient]
PAGE = f"/kelola/ujian/{factory.CODE}/analisis"


@pytest.fixture
def hall(session: Session, cast: Cast) -> Hall:
    """An exam that four people sat, all on the same six questions: as many right as their place says, 6, 4, 2 and 0."""
    made = factory.build(session, cast, content=factory.EVERY_KIND)
    exam = session.get_one(Exam, made.exam_id)
    plan = session.scalars(select(Blueprint)).one()
    people = (cast.learner, cast.colleague, cast.manager, cast.outsider)
    for right, who in zip((6, 4, 2, 0), people, strict=True):
        _sit(session, exam, plan.id, made.sitting_id, who, right)
    session.commit()
    return made


def _sit(session: Session, exam: Exam, plan_id: int, sitting_id: int, who: Person, right: int) -> None:
    drawn = drawing.pool(session, exam, {}, now=START)
    level_one = sorted(one.version for one in drawn if one.level == 1)
    versions = [session.get_one(QuestionVersion, key) for key in level_one]
    frozen = [
        Item(one.id, one.hash, 0, list(range(len(one.content.get("options", ())))), one.kind, one.content)
        for one in versions
    ]
    rows = rows_of(frozen)
    paper = Paper(exam_id=exam.id, blueprint_id=plan_id, items=rows, hash="p" * 64, made_at=START)
    session.add(paper)
    session.flush()
    attempt = Attempt(
        code=f"kode-{who.employee_id}", exam_id=exam.id, sitting_id=sitting_id, employee_id=who.employee_id, number=1,
        paper_id=paper.id, state="closed", due_at=START, started_at=START, closed_at=START, closed_by="candidate",
    )  # fmt: skip
    session.add(attempt)
    session.flush()
    answers = {n: (RIGHT if n <= right else WRONG)[item.kind] for n, item in enumerate(frozen, 1)}
    last = None
    for n, answer in answers.items():
        last = journal.next_event(attempt.code, "server-1", last, item=n, kind="answer", value=answer, now=START)
        fields = last._asdict()
        session.add(AnswerEvent(attempt_id=attempt.id, writer="server-1", received_at=START, **fields))
        session.flush()
    graded = grade(frozen, factory.EVERY_KIND, answers)
    results.record(
        session,
        attempt.id,
        graded,
        number=1,
        answered=6,
        seal="5" * 64,
        problems=[],
        cause="closed",
        by=None,
        now=START,
    )


def test_the_figures_of_a_real_exam_are_those_of_its_table_of_marks(hall: Hall, ask: Ask) -> None:
    """A scale: the first two questions right by three of four, the next two by two, the last two by one.

    Item 1 is 1 1 1 0 against rests 5 3 1 0: scatters 3 and 4·35 − 81 = 59, product 4·9 − 27 = 9: r = 9 ÷ √177.
    Totals 6 4 2 0 scatter 4·56 − 144 = 80; items scatter 3 3 4 4 3 3 = 20: alpha = 6/5 · (1 − 20/80) = 0.9.
    """
    report = ask.through(lambda session: items.of_exam(session, Wanted(hall.exam_id, "Asia/Jakarta")))
    found = {row.uuid: row for row in report.items}

    assert (report.result.n, report.result.one_paper, report.result.alpha) == (4, True, 0.9)
    first = found["soal-1-0"].result
    assert first.figures.facility == 0.75
    assert first.figures.discrimination == pytest.approx(9 / 177**0.5)
    assert [(one.count, one.top, one.bottom) for one in first.choices] == [(3, 1, 0), (1, 0, 1), (0, 0, 0)]
    assert (first.exposure, first.shown, first.flags) == (1.0, {"2026-11": 4}, ("few",))


def test_the_error_of_measurement_is_told_in_marks_of_how_many(browser: Browser, cast: Cast, hall: Hall) -> None:
    """Totals 6 4 2 0 have the variance 80 ÷ 12 = 20/3, alpha is 0.9: √(20/3 · 0.1) = 0.816 marks."""
    assert "0,82 dari 6 nilai" in browser(cast.trainer).get(PAGE).text


def test_organisers_and_trainers_of_the_unit_see_it_and_others_do_not(
    browser: Browser, cast: Cast, hall: Hall, session: Session
) -> None:
    shown = browser(cast.trainer).get(PAGE)

    assert shown.status_code == 200
    assert "0,75" in shown.text
    assert "belum cukup data" in shown.text
    assert "0,75" in browser(cast.trainer).get(f"{PAGE}?hal=9").text, "beyond the last page is the last"
    assert browser(cast.other_trainer).get(PAGE).status_code == 404
    assert browser(cast.learner).get(PAGE).status_code == 403
    assert browser(None).get(PAGE).status_code == 302
    session.execute(update(User).values(language="en"))
    session.commit()
    assert "level 1, easy" in browser(cast.trainer).get(PAGE).text


def test_whoever_analyses_finds_the_menu_of_that_work_and_an_organiser_the_way_back(
    browser: Browser, cast: Cast, hall: Hall, session: Session
) -> None:
    organising = '<a href="/kelola/ujian/uk-keamanan-informasi"'
    as_trainer = browser(cast.trainer).get(PAGE).text
    session.add(RoleGrant(user_id=cast.manager.user_id, role="organiser", unit_id=cast.jakarta, since=date(2020, 1, 1)))
    session.commit()
    as_organiser = browser(cast.manager).get(PAGE).text

    assert ('href="/soal" aria-current="page"' in as_trainer, organising in as_trainer) == (True, False)
    assert ('href="/kelola/ujian" aria-current="page"' in as_organiser, organising in as_organiser) == (True, True)
    assert PAGE in browser(cast.manager).get("/kelola/ujian/uk-keamanan-informasi").text


def test_an_exam_that_nobody_sat_says_so(browser: Browser, cast: Cast, session: Session) -> None:
    factory.build(session, cast)

    assert "Belum ada yang dapat dianalisis" in browser(cast.trainer).get(PAGE).text


@pytest.mark.parametrize("query", ["?sesi=sesi-1", "?ambil=pertama", "?saring=tinjau", "?hal=99", "?sesi=xyz"])
def test_the_list_can_be_narrowed(browser: Browser, cast: Cast, hall: Hall, query: str) -> None:
    assert browser(cast.trainer).get(PAGE + query).status_code == 200


def test_a_question_is_suspended_with_a_reason_and_taken_up_again(
    browser: Browser, cast: Cast, hall: Hall, ask: Ask
) -> None:
    client = browser(cast.trainer)
    item = f"{PAGE}/soal-1-0/1"
    shown = client.get(item).text
    assert "Tangguhkan soal ini" in shown
    assert "November 2026" in shown
    assert "2026-11" not in shown

    assert client.post(f"{item}/penangguhan", data={"alasan": " "}).status_code == 422
    assert client.post(f"{item}/penangguhan", data={"alasan": "Dua jawaban benar."}).status_code == 303
    client.post(f"{item}/penangguhan", data={"alasan": "Sekali lagi."})

    assert ask(select(Question.status).where(Question.uuid == "soal-1-0")) == ["suspended"]
    pool = ask.through(lambda session: drawing.pool(session, session.get_one(Exam, hall.exam_id), {}, now=START))
    assert len(pool) == 11
    assert client.post(f"{item}/pemulihan").status_code == 303
    assert ask(select(Question.status).where(Question.uuid == "soal-1-0")) == ["live"]
    rows = ask.through(
        lambda session: session.scalars(select(AuditEvent).where(AuditEvent.action.like("question.%"))).all()
    )
    assert [(row.action, row.actor_id, row.details) for row in rows] == [
        ("question.suspend", cast.trainer.user_id, {"reason": "Dua jawaban benar."}),
        ("question.restore", cast.trainer.user_id, {}),
    ]


def test_nobody_else_can_suspend(browser: Browser, cast: Cast, hall: Hall, ask: Ask) -> None:
    answers = {
        who: browser(getattr(cast, who)).post(f"{PAGE}/soal-1-0/1/penangguhan", data={"alasan": "x"}).status_code
        for who in ("other_trainer", "learner", "hr")
    }

    assert answers == {"other_trainer": 404, "learner": 403, "hr": 403}
    assert browser(cast.trainer).post(f"{PAGE}/soal-9-9/1/penangguhan", data={"alasan": "x"}).status_code == 404
    assert set(ask(select(Question.status))) == {"live"}


def test_the_workbook_says_what_it_holds_and_no_cell_is_a_formula(
    browser: Browser, cast: Cast, hall: Hall, session: Session
) -> None:
    session.scalars(select(Exam)).one().title = "=cmd|' /C calc'!A0"
    session.commit()

    answer = browser(cast.trainer).get(f"/kelola/ujian/{factory.CODE}/analisis.xlsx?ambil=pertama")

    book = CalamineWorkbook.from_filelike(io.BytesIO(answer.data))
    facts = {row[0]: row[1] for row in book.get_sheet_by_index(0).to_python() if row[0]}
    assert facts["Ujian"] == "=cmd|' /C calc'!A0"
    assert (facts["Pengerjaan"], facts["Banyaknya pengerjaan"]) == ("hanya yang pertama", 4.0)
    assert facts["Dihitung"] == "23 November 2026, 09.00 WIB"
    rows = book.get_sheet_by_index(1).to_python()
    assert (len(rows), rows[0][8]) == (7, "Tingkat kesukaran")
    assert {(row[5], row[6]) for row in rows[1:]} <= {("Mudah", "Dipakai"), ("Sedang", "Dipakai"), ("Sulit", "Dipakai")}
    competencies = book.get_sheet_by_name("Menurut kompetensi").to_python()
    assert competencies[1][1:] == [1.0, 6.0, 0.5, pytest.approx((4 * 9 / 177**0.5 + 2 * 12 / 208**0.5) / 6), 0.0]
    exposure = book.get_sheet_by_name("Paparan").to_python()
    assert (len(exposure), exposure[1][2:]) == (7, ["2026-11", 4.0, 4.0, 1.0])
    assert "0,2" in str(facts["Tanda"])
    assert b"<f>" not in answer.data


def test_the_workbook_is_whole_in_english(browser: Browser, cast: Cast, hall: Hall, session: Session) -> None:
    session.execute(update(User).where(User.id == cast.trainer.user_id).values(language="en"))
    session.commit()

    book = CalamineWorkbook.from_filelike(
        io.BytesIO(browser(cast.trainer).get(f"/kelola/ujian/{factory.CODE}/analisis.xlsx").data)
    )

    assert book.get_sheet_by_index(0).to_python()[0][0] == "Exam"
    heads, first, *_ = book.get_sheet_by_index(1).to_python()
    assert (heads[0], heads[3]) == ("Question", "Competency")
    assert first[5] in ("Easy", "Medium", "Hard")
    assert first[6] == "In use"
    assert book.get_sheet_by_name("Exposure").to_python()[0][5] == "Share of that month’s papers"


def test_below_thirty_candidates_nothing_is_concluded() -> None:
    poor = ItemFigures("s", 0.05, 0.1, -0.4, -0.4)

    assert flags(29, poor, ()) == ("few",)
    assert flags(30, poor, ()) == ("negative", "hard")


@pytest.mark.parametrize(
    ("facility", "discrimination", "said"),
    [(0.2, 0.2, ()), (0.19, 0.2, ("hard",)), (0.9, 0.2, ()), (0.91, 0.19, ("weak", "easy")), (0.5, None, ())],
)
def test_flags_at_their_limits(facility: float, discrimination: float | None, said: tuple[str, ...]) -> None:
    assert flags(30, ItemFigures("s", facility, 0.1, discrimination, discrimination), ()) == said


def test_a_wrong_option_that_nobody_took_is_named_and_the_right_one_is_not() -> None:
    fine = ItemFigures("s", 0.5, 0.1, 0.5, 0.5)
    untaken = [Choice(0, True, 0, 0, 0), Choice(1, False, 30, 9, 9)]

    assert flags(30, fine, untaken) == ()
    assert flags(30, fine, [*untaken, Choice(2, False, 0, 0, 0)]) == ("unused",)


def test_papers_that_differ_have_items_but_no_reliability() -> None:
    """Three papers of two questions each; question 1 is on two of them: marks 1 and 0, rests 1 and 0."""
    one, nought = (Decimal(1), Decimal(1)), (Decimal(0), Decimal(1))
    taken = [
        Taken("2026-10", {1: one, 2: one}, {}),
        Taken("2026-11", {1: nought, 3: nought}, {}),
        Taken("2026-11", {2: one, 3: nought}, {}),
    ]

    found = exam_analysis.analyse(taken, {})

    assert (found.one_paper, found.alpha, found.papers) == (False, None, {"2026-10": 1, "2026-11": 2})
    first = found.items[0]
    assert (first.n, first.figures.discrimination, first.blank) == (2, 1.0, 2)
    assert first.shown == {"2026-10": 1, "2026-11": 1}
    assert first.exposure == pytest.approx(2 / 3)


def test_measured_facility_is_kept_for_current_versions_that_enough_people_had(
    hall: Hall, ask: Ask, monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    """Four people had the six questions; the right answers are 6, 4, 2 and 0, so the first was right for three of four."""
    wanted = items.Wanted(hall.exam_id, "Asia/Jakarta")
    assert ask.through(lambda reading: items.measured(items.of_exam(reading, wanted))) == {}

    monkeypatch.setattr(exam_analysis, "FEWEST", 4)
    found = ask.through(lambda reading: items.measured(items.of_exam(reading, wanted)))
    assert found["soal-1-0"] == 0.75
    assert banks.calibrate(session, found) == 6
    session.commit()

    assert ask(select(Question.facility).where(Question.uuid == "soal-1-0")) == [Decimal("0.7500")]


@pytest.mark.parametrize(
    ("contents", "best"),
    [
        ([[{"correct": True}, {"correct": False}]], [0]),
        ([[{"correct": True}, {"correct": True}, {"correct": False}]], [0, 1]),
        ([[{"fraction": "0.5"}, {"fraction": "1"}, {"fraction": "0"}]], [1]),
        ([[{"fraction": "0.7"}, {"fraction": "0.3"}, {"fraction": "-1"}]], [0, 1]),
        ([[{"points": 2}, {"points": 5}]], [1]),
        ([[{"correct": True}, {"correct": False}], [{"correct": False}, {"correct": True}]], [0, 1]),
        ([[{"correct": False}, {"correct": True}]], [1]),
    ],
)
def test_the_best_options_are_those_by_which_answers_are_marked(
    contents: list[list[dict[str, Any]]], best: list[int]
) -> None:
    taken = [Taken("2026-11", {1: (Decimal(1), Decimal(1))}, {1: "0"})]

    found = exam_analysis.analyse(taken, {1: [{"options": options} for options in contents]})

    assert [one.place for one in found.items[0].choices if one.is_best] == best


def test_an_answer_that_is_accepted_too_is_no_distractor_any_more(
    browser: Browser, session: Session, cast: Cast, hall: Hall
) -> None:
    version = session.scalars(
        select(QuestionVersion)
        .join(Question, Question.current_id == QuestionVersion.id)
        .where(Question.uuid == "soal-1-0")
    ).one()
    page = f"{PAGE}/soal-1-0/{version.number}"
    assert browser(cast.trainer).get(page).text.count(">terbaik<") == 1
    made = remedies.contents("accept", version.kind, version.content, "1", None)
    drafted = regrades.draft(
        session, hall.exam_id, version.id, "accept", made, reason="Juga benar.", by=cast.trainer.user_id, now=START
    )
    session.commit()
    assert browser(cast.trainer).get(page).text.count(">terbaik<") == 1
    regrades.start(session, drafted.id, by=cast.trainer.user_id, now=START)
    session.commit()

    assert browser(cast.trainer).get(page).text.count(">terbaik<") == 2


def test_answers_given_with_certainty_are_counted_by_option_and_measure_no_chance(
    hall: Hall, ask: Ask, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, lost = (Decimal(1), Decimal(1)), (Decimal(-2), Decimal(1))
    taken = [
        Taken("2026-11", {1: one, 2: one}, {1: {"answer": "0", "certainty": 3}, 2: {"answer": ["0"], "certainty": 3}}),
        Taken("2026-11", {1: lost, 2: one}, {1: {"answer": "1", "certainty": 3}, 2: {"answer": ["0"], "certainty": 3}}),
    ]
    options = {"options": [{"correct": True}, {"correct": False}]}

    found = exam_analysis.analyse(taken, {1: [options], 2: [options]})

    assert [[one.count for one in item.choices] for item in found.items] == [[1, 1], [2, 0]]
    assert [(item.figures.facility, item.is_penal) for item in found.items] == [(-0.5, True), (1.0, False)]
    assert not ask.through(lambda reading: items.asked_certainty(reading, hall.exam_id))
    plan = session.scalars(select(Blueprint)).one()
    plan.content = plan.content | {"certainty": True}
    result = session.scalars(select(Result)).first()
    assert result is not None
    result.marks = [row | {"mark": "-2"} if row["item"] == 1 else row for row in result.marks]
    session.commit()
    monkeypatch.setattr(exam_analysis, "FEWEST", 4)
    report = ask.through(lambda reading: items.of_exam(reading, Wanted(hall.exam_id, "Asia/Jakarta")))
    assert len(items.measured(report)) == 5
    assert ask.through(lambda reading: items.asked_certainty(reading, hall.exam_id))


def _void(session: Session, uuid: str) -> None:
    """What a regrade that voids a question leaves: 0 of 0 for each who had it."""
    version = session.scalars(
        select(QuestionVersion.id)
        .join(Question, Question.current_id == QuestionVersion.id)
        .where(Question.uuid == uuid)
    ).one()
    for result in session.scalars(select(Result)):
        result.marks = [
            row | {"mark": "0", "maximum": "0"} if row["version"] == version else row for row in result.marks
        ]
    session.commit()


def test_a_voided_item_is_still_named_and_counts_nowhere(
    browser: Browser, cast: Cast, hall: Hall, ask: Ask, session: Session
) -> None:
    """Without item 1 (1 1 1 0) the totals are 5 3 1 0, scatter 4·35 − 81 = 59, and the items' 20 − 3 = 17: alpha = 5/4 · 42/59."""
    _void(session, "soal-1-0")

    report = ask.through(lambda reading: items.of_exam(reading, Wanted(hall.exam_id, "Asia/Jakarta")))
    last = report.items[-1]
    assert (last.uuid, last.result.flags, last.result.n) == ("soal-1-0", ("void",), 4)
    assert (last.result.figures.facility, last.result.figures.discrimination) == (None, None)
    assert (report.voided, report.flagged, report.competencies[0].items) == (1, 0, 5)
    assert report.result.alpha == pytest.approx(5 / 4 * 42 / 59)
    page = browser(cast.trainer).get(PAGE).text
    assert "1 butir, tidak dihitung bagi siapa pun" in page
    assert "0 dari 5 butir" in page
    assert f'href="{PAGE}/soal-1-0/1?ambil=semua"' in page


def test_the_suspension_of_a_voided_question_ends_where_its_analysis_is(
    browser: Browser, cast: Cast, hall: Hall, ask: Ask, session: Session
) -> None:
    client, item = browser(cast.trainer), f"{PAGE}/soal-1-0/1"
    client.post(f"{item}/penangguhan", data={"alasan": "Dua jawaban benar."})
    _void(session, "soal-1-0")

    page = client.get(item)

    assert page.status_code == 200
    assert "Dianulir dalam penilaian ulang" in page.text
    assert 'href="/soal/bank-ki/soal-1-0"' in page.text
    assert client.post(f"{item}/pemulihan").status_code == 303
    assert ask(select(Question.status).where(Question.uuid == "soal-1-0")) == ["live"]


def test_a_step_that_changes_nothing_says_so(browser: Browser, cast: Cast, hall: Hall) -> None:
    client, item = browser(cast.trainer), f"{PAGE}/soal-1-0/1"

    client.post(f"{item}/pemulihan")

    assert "Tidak ada yang berubah" in client.get(item).text


def test_a_retired_question_is_named_as_such_and_offers_no_step(
    browser: Browser, cast: Cast, hall: Hall, session: Session
) -> None:
    session.execute(update(Question).where(Question.uuid == "soal-1-0").values(status="retired"))
    session.commit()

    page = browser(cast.trainer).get(f"{PAGE}/soal-1-0/1").text

    assert "Dihentikan" in page
    assert "penangguhan" not in page
    assert "pemulihan" not in page


def test_an_item_that_counted_more_by_a_later_blueprint_keeps_its_figures_between_0_and_1() -> None:
    """Right, wrong, half of 1, and right, wrong, half of 2.5: the mean share is 3 ÷ 6."""
    marks = [("1", "1"), ("0", "1"), ("0.5", "1"), ("2.5", "2.5"), ("0", "2.5"), ("1.25", "2.5")]
    taken = [Taken("2026-11", {1: (Decimal(mark), Decimal(most))}, {}) for mark, most in marks]

    found = exam_analysis.analyse(taken, {})

    assert found.items[0].figures.facility == 0.5
    assert found.items[0].figures.sd == pytest.approx((4 * 0.25 / 5) ** 0.5)


def test_what_was_reckoned_is_kept_until_there_is_another_result_or_correction(
    session: Session, cast: Cast, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    reckoned: list[int] = []
    whole = exam_analysis.analyse

    def counted(taken: list[Taken], contents: Any) -> Any:
        reckoned.append(len(taken))
        return whole(taken, contents)

    monkeypatch.setattr(exam_analysis, "analyse", counted)
    wanted = Wanted(hall.exam_id, "Asia/Jakarta")
    first = items.of_exam(session, wanted)

    assert items.of_exam(session, wanted) == first
    assert reckoned == [4]

    last = session.scalars(select(Result).order_by(Result.id.desc()).limit(1)).one()
    values = {column.key: getattr(last, column.key) for column in Result.__table__.columns if column.key != "id"}
    session.add(Result(**values | {"number": 2, "cause": "admitted"}))
    session.flush()
    items.of_exam(session, wanted)
    assert reckoned == [4, 4]

    version = first.items[0].result.version
    made = regrades.draft(session, hall.exam_id, version, "drop", (), reason="Keliru.", by=cast.hr.user_id, now=START)
    regrades.start(session, made.id, by=cast.hr.user_id, now=START)
    items.of_exam(session, wanted)
    assert reckoned == [4, 4, 4]
    items.of_exam(session, Wanted(hall.exam_id, "Asia/Jakarta", take="pertama"))
    assert len(reckoned) == 4
