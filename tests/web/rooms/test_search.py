"""Looking for one person in a full room: by name or desk, beside filters and order, and while the board renews itself."""

import re

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from lms.exams.models import Candidate, Sitting
from lms.reports import minutes
from tests.cast import START, Cast
from tests.pages import CheckedClient
from tests.web.rooms.room import MINUTES, ROOM, WHO, Browser, Learner


@pytest.fixture(autouse=True)
def seated(session: Session, cast: Cast) -> None:
    """The learner at desk 07, the colleague at desk 17."""
    for who, seat in ((cast.learner, "07"), (cast.colleague, "17")):
        session.execute(update(Candidate).where(Candidate.employee_id == who.employee_id).values(seat=seat))
    session.commit()


def shown(client: CheckedClient, address: str) -> tuple[bool, bool]:
    """Whether the learner stands on the board, and whether the colleague does."""
    page = client.get(address).text
    return "Sari Uji" in page, "Budi Rekan" in page


@pytest.mark.parametrize(
    ("words", "learner", "colleague"),
    [("sari", True, False), ("7", True, False), ("17", False, True), ("uji  ", True, False), ("siapa", False, False), ("", True, True)],
)  # fmt: skip
def test_a_person_is_found_by_name_or_desk(proctor: CheckedClient, words: str, learner: bool, colleague: bool) -> None:
    answer = proctor.post(f"{ROOM}?status=waiting&urut=meja", data={"cari": words})

    address = answer.headers["Location"]
    assert answer.status_code == 303
    assert not words.strip() or words.strip() not in address.split("?")[1].replace("cari=ya", ""), (
        "no name in an address"
    )
    assert ("status=waiting" in address, "urut=meja" in address) == (True, True)
    assert shown(proctor, address) == (learner, colleague)


@pytest.fixture
def rooms(session: Session, cast: Cast) -> None:
    """One sitting in two rooms, with a desk 7 in each."""
    for who, room in ((cast.learner, "Aula B"), (cast.colleague, "Aula C")):
        session.execute(update(Candidate).where(Candidate.employee_id == who.employee_id).values(room=room, seat="07"))
    session.commit()


@pytest.mark.parametrize(
    ("words", "learner", "colleague"),
    [("aula b", True, False), ("Aula C, Meja 7", False, True), ("aula b 07", True, False), ("meja 7", True, True),
     ("aula", False, False), ("seat 7", True, True), ("meja", False, False)],
)  # fmt: skip
@pytest.mark.usefixtures("rooms")
def test_a_room_of_several_is_found_by_its_name(
    proctor: CheckedClient, words: str, learner: bool, colleague: bool
) -> None:
    assert shown(proctor, proctor.post(ROOM, data={"cari": words}).headers["Location"]) == (learner, colleague)


@pytest.mark.usefixtures("rooms")
def test_the_log_the_minutes_and_a_persons_page_tell_two_desks_of_one_number_apart(
    proctor: CheckedClient, session: Session
) -> None:
    proctor.post(f"{WHO}/kejadian", data={"catat-kejadian": "Sakit"})

    assert "Sari Uji (Aula B, Meja 07)" in proctor.get(MINUTES).text, "of two of one name it is known who was absent"
    for address in (ROOM, f"{ROOM}/semua", MINUTES):
        assert "Aula B, Meja 07: Sakit" in proctor.get(address).text
    assert re.search(r"Aula B(</span>)?, Meja 07", proctor.get(WHO).text)
    sitting = session.scalars(select(Sitting).options(joinedload(Sitting.exam))).one()
    assert minutes.facts(session, sitting, sitting.exam, [], "", now=START)["rooms"] == ["Aula B", "Aula C"]


def test_a_button_on_the_board_leads_back_to_the_board_as_it_was_narrowed(
    proctor: CheckedClient, learner: Learner
) -> None:
    learner.client.post(f"/pengerjaan/{learner.code}/bantuan", data={"kunci": "0123456789abcdef", "alasan": ""})
    page = proctor.get(f"{ROOM}?status=help&urut=meja").text
    pressed = re.findall(r'action="([^"]*/bantuan/dilihat[^"]*)"', page)[0].replace("&amp;", "&")

    address = proctor.post(pressed).headers["Location"]

    assert address == f"{ROOM}?status=help&urut=meja"
    assert "Minta bantuan, dilihat" in proctor.get(address).text


def test_who_was_looked_for_stays_found_when_the_board_renews_itself_and_when_it_is_ordered_anew(
    proctor: CheckedClient,
) -> None:
    page = proctor.get(proctor.post(ROOM, data={"cari": "sari"}).headers["Location"]).text

    renewed = re.findall(r'data-address="([^"]*)"', page)[0].replace("&amp;", "&")
    assert "Budi Rekan" not in proctor.get(renewed).get_json()["html"]
    ordered = re.findall(r'href="(/ruang/sesi-1[^"]*urut=meja[^"]*)"', page)[0].replace("&amp;", "&")
    assert shown(proctor, ordered) == (True, False)
    assert shown(proctor, ROOM) == (True, True), "without the search in the address there is none"


def test_a_search_that_is_too_long_is_refused_and_still_shows_the_board(proctor: CheckedClient) -> None:
    answer = proctor.post(ROOM, data={"cari": "a" * 81})

    assert answer.status_code == 422
    assert "Isi paling banyak 80 huruf." in answer.text
    assert "Sari Uji" in answer.text


def test_only_who_watches_the_room_may_look(browser: Browser, cast: Cast) -> None:
    assert browser(cast.manager).post(ROOM, data={"cari": "sari"}).status_code == 404
