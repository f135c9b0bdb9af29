"""The people of the demo in front of their browsers: each has one, signed in once, for a story told in several tests."""

import re
from datetime import datetime

from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select, update

from lms import demo
from lms.exams import journal, saving
from lms.exams.models import AnswerEvent, Attempt, Paper, Result
from lms.exams.papers import Item, items_of
from lms.outbox import SearchOutbox
from lms.people.models import Employee
from tests.browser.exam_page import Name
from tests.browser.installation import Installation

VIEWPORTS = {360: (360, 640), 1280: (1280, 800)}


class Story:
    """What the tests of the story share: the installation, each person's browser, and what was noted on the way."""

    def __init__(self, chromium: Browser, installation: Installation) -> None:
        self.installation = installation
        self.database = installation.database
        self.errors: list[str] = []
        self.attempt = ""
        self.acknowledged: set[Name] = set()
        self.sent: set[Name] = set()
        self.certificate = ""
        self.pdf = b""
        self._chromium = chromium
        self._contexts: dict[str, BrowserContext] = {}
        self._nips = {account.part: account.nip for account in demo.accounts()}

    def page(self, part: str, *, width: int = 1280) -> Page:
        """A new page in the browser of the person who plays this part, the only one open; who is not signed in signs in."""
        if part not in self._contexts:
            self._contexts[part] = self._context(width)
            self.sign_in(self._contexts[part].new_page(), part)
        page = self._contexts[part].new_page()
        for earlier in self._contexts[part].pages[:-1]:
            earlier.close()
        across, down = VIEWPORTS[width]
        page.set_viewport_size({"width": across, "height": down})
        return page

    def visitor(self, *, width: int = 1280) -> Page:
        """A page of a browser in which nobody is signed in."""
        return self._context(width).new_page()

    def sign_in(self, page: Page, part: str, *, password: str = demo.PASSWORD) -> None:
        """Sign in by the form, and by the code that the page shows for a demo account where one is asked for."""
        page.goto("/masuk")
        page.get_by_label("NIP").fill(self.nip(part))
        page.get_by_role("textbox", name="Kata sandi").fill(password)
        page.get_by_role("button", name="Masuk").click()
        if "/masuk/kode" in page.url:
            said = page.get_by_text("Akun demo: kode saat ini").inner_text()
            page.get_by_label("Kode", exact=True).fill(re.search(r"\d{6}", said)[0])  # type: ignore[index]
            page.get_by_role("button", name="Masuk").click()
        expect(page.locator("details.role")).to_be_visible()

    def nip(self, part: str) -> str:
        """The number with which the person who plays this part signs in."""
        return self._nips[part]

    def code_of(self, part: str) -> str:
        """The code under which the person stands in addresses."""
        with self.database.reader() as session:
            return session.scalars(select(Employee.code).where(Employee.nip == self.nip(part))).one()

    def is_indexed(self) -> bool:
        """Whether the search index has taken in all that was published."""
        with self.database.reader() as session:
            return session.scalar(select(SearchOutbox.id).limit(1)) is None

    def items(self, attempt: str) -> list[Item]:
        """The questions of an attempt's paper, as they were frozen."""
        with self.database.reader() as session:
            papers = select(Paper.items).join(Attempt, Attempt.paper_id == Paper.id).where(Attempt.code == attempt)
            return items_of(session.scalars(papers).one())

    def stored(self, attempt: str) -> set[Name]:
        """What the journal of an attempt holds."""
        with self.database.reader() as session:
            columns = select(AnswerEvent.writer, AnswerEvent.seq, AnswerEvent.hash)
            rows = session.execute(columns.join(Attempt).where(Attempt.code == attempt))
            return {(writer, seq, hash_) for writer, seq, hash_ in rows}

    def answered(self, attempt: str) -> set[int]:
        """The numbers of the questions with an answer in the journal."""
        with self.database.reader() as session:
            key = session.scalars(select(Attempt.id).where(Attempt.code == attempt)).one()
            state = journal.fold(saving.entries(session, key))
        return {number for number, latest in state.items() if latest.is_answered}

    def end_at(self, attempt: str, due_at: datetime) -> None:
        """Move the deadline of an attempt."""
        with self.database.transaction() as session:
            session.execute(update(Attempt).where(Attempt.code == attempt).values(due_at=due_at))

    def results(self, attempt: str) -> list[Result]:
        """The results of an attempt."""
        with self.database.reader() as session:
            rows = select(Result).join(Attempt, Attempt.id == Result.attempt_id).where(Attempt.code == attempt)
            return list(session.scalars(rows))

    def _context(self, width: int) -> BrowserContext:
        across, down = VIEWPORTS[width]
        context = self._chromium.new_context(
            base_url=self.installation.base_url, viewport={"width": across, "height": down}, locale="id-ID"
        )
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        return context
