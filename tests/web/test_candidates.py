"""Entering people for a sitting: one by one, by a list that is looked at first; their time; and the list out again."""

import io
import re
from collections.abc import Callable
from datetime import date, timedelta

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.audit import AuditEvent
from lms.exams import candidates
from lms.exams.models import Attempt, Candidate, CandidateUpload, Sitting
from lms.people.models import Appointment, Employee, RoleGrant, User
from lms.questions.models import QuestionVersion
from lms.web import sittings
from tests.cast import START, Cast, Person
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.factory import CODE, Hall
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
SITTING = f"/kelola/ujian/{CODE}/sesi/sesi-1"
LISTED = select(Candidate.employee_id).order_by(Candidate.id)


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> Hall:
    """The trainer organises for Jakarta, the other trainer for Tangerang Selatan; the sitting opens tomorrow."""
    for who, unit in ((cast.trainer, cast.jakarta), (cast.other_trainer, cast.tangsel)):
        session.add(RoleGrant(user_id=who.user_id, role="organiser", unit_id=unit, since=date(2020, 1, 1)))
    made = factory.build(session, cast)
    session.execute(update(Sitting).values(opens_at=START + timedelta(days=1)))
    session.commit()
    return made


def upload(client: CheckedClient, content: bytes, name: str = "peserta.csv") -> str:
    """Give a file in; the address of its report."""
    data = {"berkas": (io.BytesIO(content), name)}
    answer = client.post(f"{SITTING}/unggahan", data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def spreadsheet(rows: list[list[str | int]]) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        page = book.add_worksheet()
        for line, row in enumerate(rows):
            page.write_row(line, 0, row)
    return out.getvalue()


def test_nobody_enters_or_favours_himself(browser: Browser, cast: Cast, session: Session, ask: Ask) -> None:
    client, own = browser(cast.trainer), f"{SITTING}/peserta/p-trainer"
    assert "Ini Anda sendiri" in client.post(f"{SITTING}/peserta", data={"nip": cast.trainer.nip}).text
    report = upload(client, f"nip,tambahan waktu\n{cast.trainer.nip},60\n{cast.learner.nip},0\n".encode())
    assert "Ini Anda sendiri" in client.get(report).text
    client.post(report)
    assert ask(LISTED) == [cast.learner.employee_id]

    sitting = session.scalars(select(Sitting)).one()
    candidates.add(session, sitting, cast.trainer.employee_id, by=cast.hr.user_id, now=START)
    session.commit()
    said = {"waktu": {"menit": "60", "alasan": "x"}, "catatan": {"kelompok": "khusus", "akomodasi": ""}}
    for act, fields in said.items():
        answer = client.post(f"{own}/{act}", data=fields)
        assert (answer.status_code, "Ini Anda sendiri" in answer.text) == (422, True)
    client.post(f"{own}/penghapusan")

    mine = select(Candidate).where(Candidate.employee_id == cast.trainer.employee_id)
    assert [(one.extra_minutes, one.group) for one in ask(mine)] == [(0, "")]


def test_one_person_is_entered_by_nip_and_not_twice(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.trainer)
    spaced = f"{cast.learner.nip[:8]} {cast.learner.nip[8:14]} {cast.learner.nip[14:]}"

    assert client.post(f"{SITTING}/peserta", data={"nip": spaced}).status_code == 303
    again = client.post(f"{SITTING}/peserta", data={"nip": cast.learner.nip})

    assert again.status_code == 422
    assert "sudah ada di daftar" in again.text
    assert ask(LISTED) == [cast.learner.employee_id]


def test_a_person_of_another_agency_looks_absent(browser: Browser, cast: Cast, ask: Ask) -> None:
    refused = browser(cast.trainer).post(f"{SITTING}/peserta", data={"nip": cast.outsider.nip})

    assert refused.status_code == 422
    assert "Tidak ada pegawai dengan NIP itu" in refused.text
    assert "Orang Luar" not in refused.text
    assert ask(LISTED) == []


def test_a_list_is_reported_whole_then_taken_over_then_taken_back(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.trainer)
    rows = [
        "NIP;Nama;Tambahan waktu (menit);Kelompok",
        f"{cast.learner.nip};Sari Uji;15;",
        f"{cast.colleague.nip};Orang Lain Sekali;;",
        f"{cast.learner.nip};;;",
        "19900101201505200;;;",
        f"{cast.manager.nip};;banyak;",
        f"{cast.outsider.nip};;;",
    ]
    address = upload(client, "\r\n".join(rows).encode())
    page = client.get(address).text

    assert "6 baris: 1 siap, 1 peringatan, 4 galat." in page
    assert "Nama di berkas “Orang Lain Sekali” berbeda" in page
    assert "NIP sama dengan baris 2" in page
    assert "NIP harus 18 angka" in page
    assert "“banyak” bukan jumlah menit" in page
    assert "Tidak ada pegawai dengan NIP itu" in page
    assert "Budi Rekan" not in client.get(f"{address}?status=error").text
    assert ask(LISTED) == []

    assert client.post(address).status_code == 303
    assert ask(LISTED) == [cast.learner.employee_id, cast.colleague.employee_id]
    assert ask(select(Candidate.extra_minutes).order_by(Candidate.id)) == [15, 0]
    assert ask(select(CandidateUpload.rows)) == [[]]  # what was typed is not kept
    client.post(address)
    assert len(ask(LISTED)) == 2

    assert "Batalkan unggahan" in client.get(SITTING).text
    assert client.post(f"{address}/pembatalan").status_code == 303
    assert ask(LISTED) == []
    assert client.post(f"{address}/pembatalan").status_code == 303
    acts = ask(select(AuditEvent.action).where(AuditEvent.action.like("candidate.%")).order_by(AuditEvent.id))
    assert acts == ["candidate.import", "candidate.undo"]


def test_once_the_sitting_has_opened_an_upload_stays(browser: Browser, cast: Cast, session: Session, ask: Ask) -> None:
    client = browser(cast.trainer)
    address = upload(client, cast.learner.nip.encode())
    client.post(address)
    session.execute(update(Sitting).values(opens_at=START))
    session.commit()

    client.post(f"{address}/pembatalan")

    assert len(ask(LISTED)) == 1
    assert "Batalkan unggahan" not in client.get(SITTING).text
    late = client.post(upload(client, cast.colleague.nip.encode()), follow_redirects=True).text
    assert "1 peserta didaftarkan." in late
    assert "dapat dibatalkan" not in late


def test_a_spreadsheet_with_nips_as_numbers_is_explained_and_one_with_texts_is_taken(
    browser: Browser, cast: Cast, ask: Ask
) -> None:
    client = browser(cast.trainer)
    rows: list[list[str | int]] = [
        ["NIP", "Tambahan waktu (menit)"],
        [int(cast.learner.nip), 0],
        [cast.colleague.nip, 20],
    ]
    address = upload(client, spreadsheet(rows), "peserta.xlsx")

    assert "NIP ditulis sebagai angka" in client.get(address).text
    client.post(address)
    assert ask(LISTED) == [cast.colleague.employee_id]
    assert ask(select(Candidate.extra_minutes)) == [20]


def test_pasted_nips_are_taken_too(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.trainer)
    answer = client.post(f"{SITTING}/unggahan", data={"tempel": f"{cast.learner.nip}\n\n{cast.colleague.nip}\t30\n"})
    client.post(answer.headers["Location"])

    assert ask(select(Candidate.extra_minutes).order_by(Candidate.id)) == [0, 30]


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (b"", "kosong.csv", "Berkas itu kosong. Pilih berkas lain."),
        (b"\n\n", "baris-kosong.csv", "Berkas itu kosong. Pilih berkas lain."),
        (b"", "", "Pilih berkas, atau tempel daftar NIP."),
        (b"%PDF-1.7 isi", "peserta.pdf", "Jenis berkas tidak dikenal"),
        (b"PK\x03\x04 bukan arsip", "peserta.xlsx", "tidak dapat dibaca"),
        (b"1\n" * 5002, "panjang.csv", "Terlalu banyak baris"),
        (b"1" * (2 * 1024 * 1024 + 1), "besar.csv", "Paling besar 2 MB"),
        (b"Nama;Surel\nSari;sari@contoh.id\n", "salah.csv", "Tidak ada kolom NIP."),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(
    browser: Browser, cast: Cast, content: bytes, name: str, said: str
) -> None:
    data = {"berkas": (io.BytesIO(content), name)}
    answer = browser(cast.trainer).post(f"{SITTING}/unggahan", data=data, content_type="multipart/form-data")

    assert answer.status_code == 422
    assert said in answer.text


def test_a_full_room_takes_no_more(browser: Browser, cast: Cast, session: Session, ask: Ask) -> None:
    session.execute(update(Sitting).values(audience="listed", capacity=1))
    session.commit()
    client = browser(cast.trainer)
    address = upload(client, f"{cast.learner.nip}\n{cast.colleague.nip}".encode())

    assert "Ruang sudah penuh" in client.get(address).text
    client.post(address)
    assert ask(LISTED) == [cast.learner.employee_id]


def test_a_list_can_be_dropped_unread(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.trainer)
    address = upload(client, cast.learner.nip.encode())

    assert client.post(address, data={"aksi": "buang"}).status_code == 303
    assert client.get(address).status_code == 404
    assert ask(LISTED) == []


def test_bad_rows_come_back_as_a_spreadsheet(browser: Browser, cast: Cast) -> None:
    client = browser(cast.trainer)
    address = upload(client, f"{cast.learner.nip}\n123".encode())

    answer = client.get(f"{address}/galat.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()

    assert [row[0] for row in rows] == ["NIP", "123"]
    assert rows[1][7] == 2


def test_nobody_else_sees_a_list_or_enters_people(browser: Browser, cast: Cast, ask: Ask) -> None:
    address = upload(browser(cast.trainer), cast.learner.nip.encode())

    other, learner = browser(cast.other_trainer), browser(cast.learner)
    for path in (address, f"{address}/galat.xlsx", f"{SITTING}/peserta", f"{SITTING}/peserta/p-learner"):
        assert other.get(path).status_code == 404
        assert learner.get(path).status_code == 403
    for path in (address, f"{address}/pembatalan", f"{SITTING}/peserta", f"{SITTING}/unggahan"):
        assert other.post(path, data={"nip": cast.learner.nip}).status_code == 404
        assert learner.post(path).status_code == 403
    assert ask(LISTED) == []


def test_time_given_while_somebody_works_reaches_the_next_heartbeat(
    browser: Browser, cast: Cast, session: Session, time: Clock, ask: Ask
) -> None:
    session.execute(update(Sitting).values(opens_at=START - timedelta(hours=1)))
    session.commit()
    learner, client = browser(cast.learner), browser(cast.trainer)
    learner.get(f"/ujian/{CODE}")
    learner.post(f"/ujian/{CODE}/pengerjaan")
    person = f"{SITTING}/peserta/p-learner"

    known = re.search(r'name="sudah"[^>]* value="(\d+)"', client.get(person).text)
    assert known
    sent = {"menit": "10", "alasan": "Listrik padam", "sudah": known[1]}

    assert client.post(f"{person}/waktu", data=sent).status_code == 303
    assert "Waktu sudah ditambah sejak halaman ini dibuka." in client.post(f"{person}/waktu", data=sent).text

    assert ask(select(Attempt.due_at)) == [START + timedelta(minutes=40)]
    page = client.get(person).text
    assert "+10 menit" in page
    assert "Listrik padam" in page
    assert "Widyaiswara Satu" in page
    refused = client.post(f"{person}/waktu", data={"menit": "-5", "alasan": "Keliru"})
    assert refused.status_code == 422
    assert "hanya dapat ditambah" in refused.text
    assert client.post(f"{person}/waktu", data={"menit": "5"}).status_code == 422
    assert browser(cast.other_trainer).post(f"{person}/waktu", data={"menit": "5", "alasan": "x"}).status_code == 404


def test_who_has_handed_in_gets_no_more_time(browser: Browser, cast: Cast, session: Session) -> None:
    session.execute(update(Sitting).values(opens_at=START - timedelta(hours=1)))
    session.commit()
    learner, client = browser(cast.learner), browser(cast.trainer)
    learner.get(f"/ujian/{CODE}")
    code = learner.post(f"/ujian/{CODE}/pengerjaan").headers["Location"].split("/")[2]
    learner.post(f"/pengerjaan/{code}/pengumpulan")

    late = client.post(f"{SITTING}/peserta/p-learner/waktu", data={"menit": "5", "alasan": "Terlambat"})

    assert late.status_code == 422
    assert "sudah selesai" in late.text


def test_the_note_of_accommodation_is_for_organisers_alone(browser: Browser, cast: Cast, ask: Ask) -> None:
    client = browser(cast.trainer)
    client.post(f"{SITTING}/peserta", data={"nip": cast.learner.nip})
    person = f"{SITTING}/peserta/p-learner"
    data = {"kelompok": "khusus", "akomodasi": "Memakai pembaca layar"}

    saved = client.post(f"{person}/catatan", data=data, follow_redirects=True).text

    assert "Tidak ada batas lulus khusus untuk kelompok “khusus”; dipakai batas umum." in saved
    assert "Tidak ada batas lulus khusus untuk kelompok “khusus”" in client.get(person).text, "it stays until mended"
    assert "Memakai pembaca layar" in client.get(person).text
    assert "Memakai pembaca layar" not in client.get(SITTING).text
    assert b"pembaca" not in client.get(f"{SITTING}/peserta.xlsx").data
    assert "pembaca layar" not in browser(cast.manager).get("/tim/p-learner").text
    assert "pembaca layar" not in browser(cast.learner).get(f"/ujian/{CODE}").text


def test_a_person_is_taken_off_before_the_start_only(browser: Browser, cast: Cast, session: Session, ask: Ask) -> None:
    client, learner = browser(cast.trainer), browser(cast.learner)
    for nip in (cast.learner.nip, cast.colleague.nip):
        client.post(f"{SITTING}/peserta", data={"nip": nip})
    session.execute(update(Sitting).values(opens_at=START - timedelta(hours=1)))
    session.commit()
    learner.get(f"/ujian/{CODE}")
    assert learner.post(f"/ujian/{CODE}/pengerjaan").status_code == 303

    client.post(f"{SITTING}/peserta/p-learner/penghapusan")
    client.post(f"{SITTING}/peserta/p-colleague/penghapusan")

    assert ask(LISTED) == [cast.learner.employee_id]
    assert client.post(f"{SITTING}/peserta/p-colleague/penghapusan").status_code == 404


def test_the_list_goes_out_with_nips_as_text_and_no_formulas(browser: Browser, cast: Cast, session: Session) -> None:
    client = browser(cast.trainer)
    client.post(f"{SITTING}/peserta", data={"nip": cast.learner.nip})
    client.post(f"{SITTING}/peserta/p-learner/catatan", data={"kelompok": "=1+1"})

    content = client.get(f"{SITTING}/peserta.xlsx").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    assert rows[-1][:6] == ["Sari Uji", "19900101 201505 2 001", "", "", "=1+1", 0.0]
    assert rows[-1][-3:] == ["", "", ""]  # nothing is handed in, so nothing waits for a marker


def test_after_the_sitting_whoever_never_began_is_told_absent_and_no_longer_ready(
    browser: Browser, cast: Cast, session: Session
) -> None:
    client = browser(cast.trainer)
    for nip in (cast.learner.nip, cast.colleague.nip):
        client.post(f"{SITTING}/peserta", data={"nip": nip})
    assert "Belum ada naskah" in client.get(f"{SITTING}/peserta/p-learner").text
    session.execute(
        update(Candidate).where(Candidate.employee_id == cast.colleague.employee_id).values(attendance="present")
    )
    session.execute(update(Sitting).values(opens_at=START - timedelta(hours=2), closes_at=START - timedelta(hours=1)))
    session.commit()

    page = client.get(SITTING).text
    content = client.get(f"{SITTING}/peserta.xlsx").data
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()

    assert "<b>2</b>tidak mengerjakan" in page
    assert "naskah siap" not in page
    assert [(row[0], row[6]) for row in rows[-2:]] == [
        ("Budi Rekan", "Hadir, tidak mengerjakan"),
        ("Sari Uji", "Tidak hadir"),
    ]
    assert "Tidak hadir" in client.get(f"{SITTING}/peserta/p-learner").text


@pytest.mark.parametrize(("groups", "told"), [(("khusus", ""), ["khusus", "–"]), (("", ""), [])])
def test_whose_pass_marks_hold_is_read_before_the_list_is_taken_over(
    browser: Browser, cast: Cast, groups: tuple[str, str], told: list[str]
) -> None:
    people = zip((cast.learner.nip, cast.colleague.nip), groups, strict=True)
    client = browser(cast.trainer)

    page = client.get(upload(client, "\n".join(["NIP;Kelompok", *map(";".join, people)]).encode())).text

    assert re.findall(r'<td data-l="Kelompok">([^<]*)</td>', page) == told


@pytest.mark.parametrize("spoken", ["id", "en"])
def test_every_column_of_the_template_is_read_when_it_is_given_in_filled(
    browser: Browser, cast: Cast, session: Session, spoken: str, ask: Ask
) -> None:
    session.execute(update(User).values(language=spoken))
    session.commit()
    client = browser(cast.trainer)
    content = client.get("/kelola/ujian/templat-peserta.xlsx").data
    head = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[0]
    filled: list[str | int] = [cast.learner.nip, cast.learner.name, 15, "", "Ruang Doa", "7", "Kursi roda"]

    address = upload(client, spreadsheet([[str(name) for name in head], filled]), "isi.xlsx")

    assert ("tidak dibaca" in client.get(address).text, "not read" in client.get(address).text) == (False, False)
    client.post(address)
    entered = ask(select(Candidate))[0]
    assert (entered.extra_minutes, entered.room, entered.seat, entered.accommodation) == (
        15, "Ruang Doa", "7", "Kursi roda",
    )  # fmt: skip


def test_columns_from_which_nothing_is_taken_are_named(browser: Browser, cast: Cast) -> None:
    client = browser(cast.trainer)
    rows = f"No;NIP;Nama;Menit lebih;Meja\n1;{cast.learner.nip};Sari Uji;30;4\n"

    page = client.get(upload(client, rows.encode())).text

    assert "Kolom ini tidak dibaca: Menit lebih." in page


def test_a_thousand_are_written_as_the_language_does(browser: Browser, cast: Cast, session: Session) -> None:
    post = session.scalars(select(Appointment.position_id)).first()
    assert post is not None
    nips = [f"19850101201001{1 + n // 999}{n % 999 + 1:03d}" for n in range(1000)]
    for n, digits in enumerate(nips):
        someone = Employee(code=f"x{n}", nip=digits, name=f"Orang {n}", grade="III/a", employment="pns")
        session.add(someone)
        session.flush()
        session.add(Appointment(employee_id=someone.id, position_id=post, since=START.date()))
    session.commit()
    client = browser(cast.trainer)
    address = upload(client, "\n".join(["NIP", *nips]).encode())

    assert "Daftarkan 1.000 peserta" in client.get(address).text
    assert "1.000 peserta didaftarkan." in client.post(address, follow_redirects=True).text


def test_the_template_can_be_filled_and_given_in(browser: Browser, cast: Cast) -> None:
    client = browser(cast.trainer)
    content = client.get("/kelola/ujian/templat-peserta.xlsx").data
    head = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()[0]
    values = {"NIP": cast.learner.nip, "Nama": cast.learner.name, "Akomodasi": "Kursi roda"}

    address = upload(
        client, spreadsheet([[str(name) for name in head], [values.get(str(name), "") for name in head]]), "isi.xlsx"
    )

    assert "1 baris: 1 siap, 0 peringatan, 0 galat." in client.get(address).text


def test_who_knows_the_questions_is_entered_with_a_warning_and_named_on_the_sitting(
    browser: Browser, cast: Cast, session: Session, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    session.execute(update(QuestionVersion).values(made_by=cast.colleague.user_id))
    session.commit()
    client = browser(cast.trainer)

    report = upload(client, f"nip\n{cast.colleague.nip}\n{cast.learner.nip}\n".encode())
    page = client.get(f"{report}?status=warning").text
    assert "2 baris: 1 siap, 1 peringatan, 0 galat." in page
    assert "Tidak akan dapat mulai: ia menyusun, meninjau, menilai, atau berwenang membaca soal ujian ini." in page

    added = client.post(f"{SITTING}/peserta", data={"nip": cast.colleague.nip}, follow_redirects=True).text
    assert "Budi Rekan tidak akan dapat mulai" in added
    client.post(f"{SITTING}/peserta", data={"nip": cast.learner.nip})
    assert ask(LISTED) == [cast.colleague.employee_id, cast.learner.employee_id]

    named = client.get(SITTING).text.split("Peserta ini tidak akan dapat mulai", 1)[1].split("</p>", 1)[0]
    assert "Budi Rekan" in named
    assert "Sari Uji" not in named
    assert "dan lainnya" not in named
    assert named.endswith("</a>"), "a title ends in a full stop of its own: M.Kom."

    monkeypatch.setattr(sittings, "INSIDERS", 0)
    assert "dan lainnya" in client.get(SITTING).text
