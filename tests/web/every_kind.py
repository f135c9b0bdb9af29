"""An exam with a question of each kind beyond choices and numbers, as the tests of plain forms and of files sit it."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.exams import journal, saving
from lms.exams.models import Attempt
from tests.cast import Cast, Person
from tests.exams import factory
from tests.pages import CheckedClient
from tests.web.conftest import Ask
from tests.web.test_exams import begin

Browser = Callable[[Person | None], CheckedClient]
MORE = ("short_text", "matching", "ordering", "cloze", "essay", "file")
PLAN: dict[str, Any] = {
    "pass_total": 70,
    "sections": [{"title": "Dasar", "competency": "TEK.KI", "level": 1, "draw": len(MORE), "pass": None}],
}
PDF = b"%PDF-1.7\n%Telaah\n"


def sit(browser: Browser, cast: Cast, session: Session, **plan: Any) -> tuple[CheckedClient, str]:
    factory.build(session, cast, content=PLAN | plan, bank_of=MORE)
    client = browser(cast.learner)
    return client, begin(client)


def number_of(ask: Ask, code: str, kind: str) -> int:
    return [item["kind"] for item in ask.through(lambda session: factory.paper_of(session, code))].index(kind) + 1


def answer_of(ask: Ask, code: str, number: int) -> Any:
    attempt_id = ask(select(Attempt.id).where(Attempt.code == code))[0]
    state = ask.through(lambda session: journal.fold(saving.entries(session, attempt_id)))
    return state[number].answer


def send(client: CheckedClient, code: str, n: int, content: bytes = PDF, name: str = "Telaah%20staf.pdf") -> Any:
    headers = {"X-File-Name": name, "Content-Type": "application/octet-stream"}
    return client.post(f"/pengerjaan/{code}/{n}/berkas", data=content, headers=headers)
