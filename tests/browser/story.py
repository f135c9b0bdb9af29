"""The people of the demo in front of their browsers: each has one, signed in once, for a story told in several tests."""

import re

from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from lms import demo
from lms.people.models import Employee
from tests.browser.installation import Installation

VIEWPORTS = {360: (360, 640), 1280: (1280, 800)}


class Story:
    """What the tests of the story share: the installation, each person's browser, and what was noted on the way."""

    def __init__(self, chromium: Browser, installation: Installation) -> None:
        self.installation = installation
        self.database = installation.database
        self.errors: list[str] = []
        self.attempt = ""
        self.certificate = ""
        self.pdf = b""
        self._chromium = chromium
        self._contexts: dict[str, BrowserContext] = {}
        self._nips = {account.part: account.nip for account in demo.accounts()}

    def page(self, part: str, *, width: int = 1280) -> Page:
        """A new page in the browser of the person who plays this part; who is not signed in yet signs in."""
        if part not in self._contexts:
            self._contexts[part] = self._context(width)
            self.sign_in(self._contexts[part].new_page(), part)
        page = self._contexts[part].new_page()
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
        page.get_by_label("Kata sandi").fill(password)
        page.get_by_role("button", name="Masuk").click()
        if "/masuk/kode" in page.url:
            said = page.get_by_text("Akun demo: kode saat ini").inner_text()
            page.get_by_label("Kode verifikasi").fill(re.search(r"\d{6}", said)[0])  # type: ignore[index]
            page.get_by_role("button", name="Masuk").click()
        expect(page.locator("details.role")).to_be_visible()

    def nip(self, part: str) -> str:
        """The number with which the person who plays this part signs in."""
        return self._nips[part]

    def code_of(self, part: str) -> str:
        """The code under which the person stands in addresses."""
        with self.database.reader() as session:
            return session.scalars(select(Employee.code).where(Employee.nip == self.nip(part))).one()

    def _context(self, width: int) -> BrowserContext:
        across, down = VIEWPORTS[width]
        context = self._chromium.new_context(
            base_url=self.installation.base_url, viewport={"width": across, "height": down}, locale="id-ID"
        )
        context.on("weberror", lambda error: self.errors.append(str(error.error)))
        return context
