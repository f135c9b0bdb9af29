"""The score screen: only where the rules allow it, only under its address, only while the proctor shows it; what it says."""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from lms.exams import live_scores
from lms.exams.models import Blueprint, Sitting, SittingEvent
from lms.exams.room_models import SittingProctor
from lms.people.models import RoleGrant, User
from tests.cast import START, Cast, Person
from tests.conftest import Clock
from tests.exams import factory
from tests.exams.factory import CONTENT, RIGHT, WRONG
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.rooms.room import Learner

Browser = Callable[[Person | None], CheckedClient]
ROOM = "/ruang/sesi-1"


@pytest.fixture(autouse=True)
def hall(session: Session, cast: Cast) -> None:
    """An exam whose rules allow a screen with names; HR proctors its sitting."""
    session.add(RoleGrant(user_id=cast.hr.user_id, role="proctor", unit_id=cast.jakarta, since=START.date()))
    made = factory.build(session, cast, content=CONTENT | {"live_scores": "name"})
    watch = SittingProctor(
        sitting_id=made.sitting_id, user_id=cast.hr.user_id, added_at=START, added_by=cast.trainer.user_id
    )
    session.add(watch)
    session.commit()


@pytest.fixture
def proctor(browser: Browser, cast: Cast) -> CheckedClient:
    return browser(cast.hr)


def rule(session: Session, shown_as: str | None) -> None:
    """What the blueprint in force says."""
    content = CONTENT | ({"live_scores": shown_as} if shown_as else {})
    session.execute(update(Blueprint).values(content=content))
    session.commit()


def switched_on(proctor: CheckedClient) -> str:
    """Show the screen; its path."""
    proctor.post(f"{ROOM}/skor")
    found = re.search(rf'href="http://localhost({ROOM}/skor/[0-9a-f]{{32}})[?"]', proctor.get(f"{ROOM}/semua").text)
    assert found is not None
    return found.group(1)


def answer_two(ask: Ask, learner: Learner) -> None:
    """The first question right, another one wrong; each question is worth 1, six are asked."""
    kinds = [item["kind"] for item in ask.through(lambda session: factory.paper_of(session, learner.code))]
    other = next(number for number, kind in enumerate(kinds, 1) if number > 1 and WRONG[kind] is not None)
    learner.put(learner.device.event(1, RIGHT[kinds[0]]), learner.device.event(other, WRONG[kinds[other - 1]]))


def test_it_tells_what_has_been_answered_and_what_that_comes_to(
    proctor: CheckedClient, browser: Browser, cast: Cast, ask: Ask
) -> None:
    learner = Learner(browser(cast.learner))
    answer_two(ask, learner)
    path = switched_on(proctor)

    page = browser(None).get(path)

    assert page.status_code == 200
    row = re.sub(r"<[^>]+>|\s+", " ", page.text.split("<tbody>")[1].split("</tbody>")[0]).split()
    assert " ".join(row) == "Sari Uji 2 dari 6 1 0 1 dari 6 Mengerjakan"
    assert cast.learner.nip not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex"


def test_after_handing_in_the_result_stands_there(
    proctor: CheckedClient, browser: Browser, cast: Cast, ask: Ask
) -> None:
    learner = Learner(browser(cast.learner))
    answer_two(ask, learner)
    learner.client.post(f"/pengerjaan/{learner.code}/pengumpulan")

    page = browser(None).get(switched_on(proctor)).text

    assert "Selesai" in page
    assert "<strong>1</strong> dari 6" in page


def test_it_speaks_the_language_of_whoever_made_its_address(
    proctor: CheckedClient, browser: Browser, cast: Cast, session: Session
) -> None:
    session.execute(update(User).where(User.id == cast.hr.user_id).values(language="en"))
    session.commit()
    path = f"{switched_on(proctor)}?bahasa=en"
    anyone = browser(None)

    assert f'href="http://localhost{path}"' in proctor.get(f"{ROOM}/semua").text
    page = anyone.get(path).text
    assert '<html lang="en"' in page
    assert page.count("bahasa=en") == 3  # where the script asks, where it turns without one, and the button
    assert "These scores are provisional" in anyone.get(path.replace("?", "/isi?")).get_json()["html"]
    assert '<html lang="id"' in anyone.get(path.replace("=en", "=xx")).text


def test_by_number_nobody_is_named(proctor: CheckedClient, browser: Browser, cast: Cast, session: Session) -> None:
    learner = Learner(browser(cast.learner))
    rule(session, "number")

    page = browser(None).get(switched_on(proctor)).text

    assert cast.learner.name not in page
    assert f'<th scope="row">{learner.code[:5].upper()}</th>' in page


def test_what_has_not_changed_is_not_sent_again_and_what_has_is_within_ten_seconds(
    proctor: CheckedClient, browser: Browser, cast: Cast, ask: Ask, time: Clock
) -> None:
    learner = Learner(browser(cast.learner))
    path, anyone = f"{switched_on(proctor)}/isi", browser(None)
    tag = anyone.get(path).headers["ETag"]
    answer_two(ask, learner)

    time.forward(seconds=9)
    assert anyone.get(path, headers={"If-None-Match": tag}).status_code == 304
    time.forward(seconds=1)
    assert anyone.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_ended_or_over_its_address_shows_nothing_and_the_next_is_another(
    proctor: CheckedClient, browser: Browser, ask: Ask, session: Session, time: Clock
) -> None:
    anyone, first = browser(None), switched_on(proctor)
    proctor.post(f"{ROOM}/skor")  # twice: nothing changes
    assert switched_on(proctor) == first

    proctor.post(f"{ROOM}/skor/pengakhiran")
    assert anyone.get(first).status_code == 404
    time.forward(seconds=1)
    second = switched_on(proctor)
    assert second != first
    assert anyone.get(first).status_code == 404
    assert [event["shown"] for event in ask(select(SittingEvent.details).where(SittingEvent.kind == "scores"))] == [
        True, False, True,
    ]  # fmt: skip

    over = time.at - live_scores.LASTS - timedelta(seconds=1)
    session.execute(update(Sitting).values(opens_at=over - timedelta(hours=2), closes_at=over))
    session.commit()
    assert anyone.get(second).status_code == 404


def test_where_the_rules_do_not_speak_of_it_there_is_none(
    proctor: CheckedClient, browser: Browser, cast: Cast, session: Session, ask: Ask
) -> None:
    path = switched_on(proctor)
    rule(session, None)

    assert browser(None).get(path).status_code == 404
    proctor.post(f"{ROOM}/skor/pengakhiran")
    proctor.post(f"{ROOM}/skor")

    assert ask(select(Sitting.scores_since)) == [None]
    assert "Aturan ujian ini tidak mengizinkan layar skor." in proctor.get(f"{ROOM}/semua").text


def test_a_guessed_key_and_who_does_not_watch_the_room_get_nothing(
    proctor: CheckedClient, browser: Browser, cast: Cast
) -> None:
    path = switched_on(proctor)

    assert browser(None).get(path[:-1] + ("0" if path[-1] != "0" else "1")).status_code == 404
    assert browser(cast.learner).post(f"{ROOM}/skor").status_code == 404
    assert browser(cast.learner).post(f"{ROOM}/skor/pengakhiran").status_code == 404
    assert browser(None).get(path).status_code == 200
