"""What no person sends: numbers that no column holds, and texts that no database keeps. None of it breaks a page."""

from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from tests.cast import Cast, Person
from tests.exams import factory

Browser = Callable[[Person | None], FlaskClient]
HUGE = "9" * 23


def test_a_number_that_no_column_holds_names_nothing(browser: Browser, cast: Cast) -> None:
    anyone, hr = browser(None), browser(cast.hr)
    assert anyone.get(f"/kredensial/status/{HUGE}/revocation").status_code == 404
    assert anyone.get(f"/log/entri.jsonl?dari={HUGE}").status_code == 200
    assert anyone.get("/log/entri.jsonl?dari=-1").status_code == 200
    assert anyone.get(f"/log/entri?hal={HUGE}").status_code == 200
    assert hr.get(f"/sdm/perpanjangan?hal={HUGE}&dalam={HUGE}").status_code == 200


def test_the_character_nul_is_taken_nowhere(browser: Browser, cast: Cast, session: Session) -> None:
    factory.build(session, cast)
    client = browser(cast.learner)
    for address in ("/ujian/%00", "/pengerjaan/a%00b", "/katalog?cari=a%00", "/katalog/%00"):
        assert client.get(address).status_code == 404, address
    assert browser(None).post("/masuk", data={"nip": "1\0", "sandi": "x"}).status_code == 400
