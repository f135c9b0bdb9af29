"""/kompetensi: a person's own profile, down to the proof."""

from collections.abc import Callable
from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from lms.catalogue.models import Enrolment
from lms.competencies import evidence
from lms.competencies.evidence import CertifiedLevel
from lms.exams.models import Exam
from lms.questions.models import Bank
from tests.cast import START, Cast, Person
from tests.competencies import factory, proofs
from tests.competencies.factory import TODAY, plain

Browser = Callable[[Person | None], FlaskClient]


@pytest.fixture
def profile(session: Session, cast: Cast) -> factory.Dictionary:
    """The learner: one level by certificate from an exam, one short, one ending, one claimed only."""
    known = factory.dictionary(session)
    asked = {"TEK.KI": 2, "TEK.PAT": 4, "PEM.KEU": 3, "MAN.INT": 2, "MAN.MPR": 3}
    factory.standard(session, cast.learner, known, asked, mandatory=("TEK.PAT",))
    section = {"competency": "TEK.KI", "level": 2, "passed": True}
    result = proofs.result(session, cast, [section])
    evidence.from_result(
        session,
        result,
        employee_id=cast.learner.employee_id,
        supervised=False,
        observed_on=TODAY,
        valid_until=None,
        now=START,
    )
    key = proofs.certificate(session, cast, result, known["TEK.KI"], 2)
    certified = CertifiedLevel(key, cast.learner.employee_id, known["TEK.KI"], 2, TODAY, date(2029, 11, 23))
    evidence.from_certificates(session, [certified], now=START)
    factory.proof(session, cast.learner, known["TEK.PAT"], 3, "assessment", date(2025, 3, 12))
    factory.proof(
        session, cast.learner, known["PEM.KEU"], 3, "certificate", date(2024, 1, 18), valid_until=date(2027, 1, 18)
    )
    factory.proof(session, cast.learner, known["MAN.INT"], 1, "self", date(2026, 6, 1))
    factory.course(session, cast, [{"code": "TEK.PAT", "level": 4}])
    session.commit()
    return known


def test_each_competency_says_its_level_in_words(browser: Browser, cast: Cast, profile: factory.Dictionary) -> None:
    page = plain(browser(cast.learner).get("/kompetensi").text)

    assert "Sekretaris Kecamatan · standar per 1 Januari 2026 · dihitung 23 November 2026, 09.00 WIB" in page
    assert "Keamanan Informasi 2 dari 2" in page
    assert "Pelayanan Administrasi Terpadu Wajib 3 dari 4 −1" in page
    assert "Mengelola Perubahan – dari 3, belum dinilai" in page
    assert "Integritas – dari 2, belum dinilai Pengakuan sendiri 1, tidak dihitung" in page
    assert "56 hari lagi 18 Januari 2027" in page


def test_the_two_figures_stand_apart_with_their_arithmetic(
    browser: Browser, cast: Cast, profile: factory.Dictionary
) -> None:
    page = plain(browser(cast.learner).get("/kompetensi").text)

    assert "JPM resmi 75,00 dari 100 3 dari 4 tingkat, 1 kompetensi. 4 lainnya belum dinilai." in page
    assert "Pemetaan: Kurang Optimal (< 78)" in page
    assert "Pengisian jabatan: Masih Memenuhi Syarat (68 – < 80)" in page
    assert "Pengisian jabatan: Masih Memenuhi Syarat" in page
    assert "Perkiraan JPM 88,89 dari 100 8 dari 9 tingkat, 3 kompetensi. 2 lainnya belum dinilai." in page
    assert "Teknis 5/6 + Pemerintahan 3/3 = 8/9 = 88,89. Kelebihan tingkat tidak dihitung." in page


def test_the_next_step_is_the_best_course_for_the_largest_gap(
    browser: Browser, cast: Cast, profile: factory.Dictionary
) -> None:
    page = browser(cast.learner).get("/kompetensi").text

    assert "Anda perlu naik 1 tingkat dalam Pelayanan Administrasi Terpadu." in page
    assert '<a class="btn main big wide" href="/katalog/standar-pelayanan">' in page
    assert page.count("btn main") == 1


@pytest.mark.parametrize(
    ("word", "shown", "hidden"),
    [
        ("belum-dinilai", "Mengelola Perubahan", "Pengelolaan Keuangan Daerah"),
        ("berakhir", "Pengelolaan Keuangan Daerah", "Mengelola Perubahan"),
        ("terpenuhi", "Keamanan Informasi", "Mengelola Perubahan"),
    ],
)
def test_a_filter_is_a_link_that_narrows_the_table(
    browser: Browser, cast: Cast, profile: factory.Dictionary, word: str, shown: str, hidden: str
) -> None:
    page = browser(cast.learner).get(f"/kompetensi?saring={word}").text
    table = page[page.index('<table class="cards profile">') :]
    table = table[: table.index("</table>")]

    assert shown in table
    assert hidden not in table


def test_the_filters_count_what_they_show(browser: Browser, cast: Cast, profile: factory.Dictionary) -> None:
    page = plain(browser(cast.learner).get("/kompetensi").text)

    assert "Semua 5 Kurang 1 Belum dinilai 2 Berakhir ≤ 90 hari 1 Terpenuhi 2" in page


def test_a_competency_opens_to_its_certificate_and_its_attempt(
    browser: Browser, cast: Cast, profile: factory.Dictionary
) -> None:
    page = browser(cast.learner).get("/kompetensi/TEK.KI").text

    assert 'href="/sertifikat/K7QM2XPA"' in page
    assert 'href="/pengerjaan/A7Q4X/hasil"' in page
    assert page.count("Menentukan tingkat") == 1
    assert "Ujian tanpa pengawas dihitung lewat sertifikatnya." in page
    assert "Indikator 2.1" in page


def test_a_competency_without_evidence_says_what_to_do(
    browser: Browser, cast: Cast, profile: factory.Dictionary
) -> None:
    page = plain(browser(cast.learner).get("/kompetensi/MAN.MPR").text)

    assert "– dari 3, belum dinilai" in page
    assert "Belum ada bukti. Ikuti kursus dan ujiannya, atau minta penilaian atasan." in page


def test_whoever_finished_the_course_without_the_proof_is_led_to_its_exam(
    browser: Browser, cast: Cast, profile: factory.Dictionary, session: Session
) -> None:
    made = factory.course(session, cast, [{"code": "MAN.MPR", "level": 3}], slug="mengelola-perubahan")
    bank = Bank(code="bank-mpr", title="Bank ujian", unit_id=cast.jakarta)
    session.add(bank)
    session.flush()
    held = {"unit_id": cast.jakarta, "course_id": made.id, "bank_id": bank.id, "duration_minutes": 30}
    tries = {"max_attempts": 3, "cooldown_hours": 24}
    session.add(Exam(uuid="uk-mpr", code="uk-mpr", title="Uji Mengelola Perubahan", **held, **tries))
    session.add(
        Enrolment(
            employee_id=cast.learner.employee_id,
            course_id=made.id,
            edition_id=made.published_id,
            enrolled_at=START,
            completed_at=START,
        )
    )
    session.commit()

    page = browser(cast.learner).get("/kompetensi/MAN.MPR").text

    assert "Belum ada kursus yang menutupnya" not in page
    assert "Kursus ini sudah Anda selesaikan. Lulus ujiannya untuk membuktikan tingkatnya." in page
    assert '<a class="btn main big wide" href="/ujian/uk-mpr">' in page


def test_an_unknown_competency_is_not_found(browser: Browser, cast: Cast) -> None:
    assert browser(cast.learner).get("/kompetensi/TEK.XX").status_code == 404


def test_evidence_of_others_is_not_on_my_page(browser: Browser, cast: Cast, profile: factory.Dictionary) -> None:
    page = browser(cast.colleague).get("/kompetensi/TEK.KI").text

    assert "K7QM2XPA" not in page
    assert "A7Q4X" not in page


def test_a_post_without_a_standard_says_whom_to_ask(browser: Browser, cast: Cast, profile: factory.Dictionary) -> None:
    page = browser(cast.colleague).get("/kompetensi").text

    assert "Jabatan Pengelola Umum belum punya standar kompetensi." in page
    assert "Minta Pengelola SDM instansi Anda memasukkannya." in page


def test_the_hours_of_the_year_name_the_edition(
    browser: Browser, cast: Cast, profile: factory.Dictionary, session: Session
) -> None:
    factory.credit(session, cast.learner, hours=8)
    session.commit()

    page = plain(browser(cast.learner).get("/kompetensi").text)

    assert "Jam pelajaran 2026 8 dari 20 JP, 2026" in page
    assert "Standar Pelayanan di Kecamatan Edisi 3 23 November 2026 8" in page


def test_without_an_account_one_is_led_to_the_sign_in(browser: Browser) -> None:
    answer = browser(None).get("/kompetensi")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/masuk")
