"""A candidate: changes answers, sends them the way a poor network does, moves to another device, hands in.

What a device was told it keeps: `Told` is the only thing that the reckoning takes from here.
"""

import json
import random
import threading
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lms import clock
from lms.exams.journal import Event
from tests.cast import PASSWORD
from tests.exams import factory
from tests.exams.device import Device
from tests.faults.browser import BROKEN, Browser
from tests.faults.hall import ITEMS, Seat

#: After so many failures in a row a device gives up, and the run fails.
PATIENCE = 400
EXAM = f"/ujian/{factory.CODE}"


@dataclass
class Told:
    """What one attempt's devices sent and were told, by (writer, seq) with the hash. due_at: the deadline as a page shows it."""

    code: str
    due_at: str = ""
    sent: dict[tuple[str, int], str] = field(default_factory=dict)
    stored: dict[tuple[str, int], str] = field(default_factory=dict)
    held: dict[tuple[str, int], str] = field(default_factory=dict)
    refused: list[tuple[str, int, str]] = field(default_factory=list)
    handed_in: bool = False


class Tab:
    """One device with its queue of what is not acknowledged yet."""

    def __init__(self, browser: Browser, told: Told, writer: str, chance: random.Random) -> None:
        self.browser = browser
        self._told, self._chance = told, chance
        self._pen = Device(told.code, writer)
        self.queue: list[Event] = []
        self._done: list[Event] = []
        self.kinds: list[str] = []
        self.token = ""
        self.state = "open"

    def load(self) -> None:
        """Ask for the questions, the deadline and a token."""
        status, body, _ = self.browser.page(f"/pengerjaan/{self._told.code}/soal")
        if status == 200:
            sent = json.loads(body)
            self.kinds, self.token = [item["kind"] for item in sent["items"]], sent["token"] or ""
            self._told.due_at = sent["due_at"]

    def change(self) -> None:
        """Change an answer; now and then the device's clock is hours before or behind."""
        number = self._chance.randint(1, ITEMS)
        table = factory.RIGHT if self._chance.random() < 0.8 else factory.WRONG
        jump = timedelta(hours=self._chance.randint(-5, 5)) if self._chance.random() < 0.1 else timedelta()
        event = self._pen.event(number, table[self.kinds[number - 1]], at=clock.now() + jump)
        self._told.sent[self._pen.writer, event.seq] = event.hash
        self.queue.append(event)

    def deliver(self) -> None:
        """One request: what waits, or a part of it, in any order, again, or broken off. Raises one of BROKEN."""
        batch = list(self.queue[:90])
        match self._chance.randrange(8):
            case 0:
                batch = batch[len(batch) // 2 :]  # the later ones overtake the earlier
            case 1:
                self._chance.shuffle(batch)
            case 2:
                batch += self._done[-5:]  # acknowledged before, sent again
            case 3:
                part = self._chance.choice((0.5, 0.9, 1.0, 1.0))
                self.browser.put_and_cut(self._address, self._body(batch), self.token, part=part)
                return
        if batch:
            self._hear(batch, *self.browser.put(self._address, self._body(batch), self.token))

    @property
    def _address(self) -> str:
        return f"/pengerjaan/{self._told.code}/jawaban"

    def _body(self, batch: list[Event]) -> dict[str, Any]:
        return self._pen.body(*batch)

    def _hear(self, batch: list[Event], status: int, said: dict[str, Any]) -> None:
        if "state" not in said:
            if status == 401:
                self.load()
            raise ConnectionError(status)  # a fault of the server: to be sent again
        self.state = said["state"]
        by_seq = {event.seq: event for event in batch}
        for seq in said["stored"]:
            self._told.stored[self._pen.writer, seq] = by_seq[seq].hash
        for seq in said["held"]:
            self._told.held[self._pen.writer, seq] = by_seq[seq].hash
        self._told.refused += [(self._pen.writer, row["seq"], row["why"]) for row in said["refused"]]
        settled = {*said["stored"], *said["held"], *(row["seq"] for row in said["refused"])}
        self._done += [event for event in self.queue if event.seq in settled]
        self.queue = [event for event in self.queue if event.seq not in settled]


class Candidate(threading.Thread):
    """Works until `over` is set, then sends what is left and hands in, unless it is one who just leaves."""

    def __init__(self, port: int, seat: Seat, over: threading.Event, *, number: int, seed: int, pause: float) -> None:
        super().__init__(name=f"candidate-{number}", daemon=True)
        self._chance = random.Random(f"{seed}-{number}")
        self._first, self._second = (Browser(port, token) for token in (seat.first, seat.second))
        self._over, self._pause = over, pause
        self.leaves, self._moves = number % 10 == 9, number % 5 == 3
        self.told, self.gave_up = Told(""), ""
        self._tabs: list[Tab] = []

    def begin(self) -> None:
        """Start the exam, before anything is harmed."""
        status, location = self._first.form(EXAM, f"{EXAM}/pengerjaan", {})
        assert status == 303, (status, location)
        self.told.code = location.split("/pengerjaan/")[1].split("/")[0]
        self._tabs.append(Tab(self._first, self.told, "tab-1", self._chance))

    def run(self) -> None:
        """Answer until it is over."""
        self._until_done(self._tabs[0].load)
        moves_at = self._chance.randint(5, 12)
        turn = 0
        while not self._over.is_set():
            turn += 1
            if self._moves and turn == moves_at:
                self._until_done(self._move, lambda: len(self._tabs) == 2)
            for tab in self._tabs:
                if tab.state == "open" and tab.token:
                    tab.change()
                self._try_once(tab)
            time.sleep(self._chance.uniform(0, 2 * self._pause))
        for tab in self._tabs:
            self._until_done(tab.deliver, lambda tab=tab: not tab.queue)
        if not self.leaves:
            self._until_done(self._hand_in, lambda: self.told.handed_in)

    def _move(self) -> None:
        """Take over on the second device; the first one goes on sending what it has."""
        page = f"/pengerjaan/{self.told.code}/perangkat"
        self._second.form(page, page, {"sandi": PASSWORD})
        tab = Tab(self._second, self.told, "tab-2", self._chance)
        tab.load()
        if tab.token:  # else the form did not come through: once more
            self._tabs.append(tab)

    def _hand_in(self) -> None:
        """Now and then twice, as an impatient person does."""
        browser, address = self._tabs[-1].browser, f"/pengerjaan/{self.told.code}"
        for _ in range(self._chance.choice((1, 2))):
            browser.form(f"{address}/periksa", f"{address}/pengumpulan", {})
        self.told.handed_in = browser.page(f"{address}/hasil")[0] == 200

    def _try_once(self, tab: Tab) -> None:
        try:
            tab.deliver()
        except BROKEN:
            time.sleep(self._chance.uniform(0, self._pause))

    def _until_done(self, act: Any, is_done: Any = lambda: True) -> None:
        why = "no answer that ends it"
        for _ in range(PATIENCE):
            try:
                act()
                if is_done():
                    return
            except BROKEN as error:
                why = repr(error)
            time.sleep(self._chance.uniform(0.05, 0.3))
        self.gave_up = f"{self.name}, {act.__name__}: {why}; {[(len(tab.queue), tab.state) for tab in self._tabs]}"
