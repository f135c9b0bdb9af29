"""The room of the tests: its addresses, and a candidate's page."""

import json
from collections.abc import Callable
from typing import Any

from tests.cast import Person
from tests.exams import factory
from tests.exams.device import Device
from tests.exams.factory import CODE, RIGHT
from tests.pages import CheckedClient
from tests.web.conftest import Ask

Browser = Callable[[Person | None], CheckedClient]
ROOM = "/ruang/sesi-1"
WHO = f"{ROOM}/p-learner"
MINUTES = f"{ROOM}/berita-acara"


class Learner:
    """The candidate's page, as its script uses it."""

    def __init__(self, client: CheckedClient) -> None:
        self.client = client
        client.get(f"/ujian/{CODE}")
        answer = client.post(f"/ujian/{CODE}/pengerjaan")
        self.code = answer.headers["Location"].split("/")[2]
        self.device = Device(self.code)
        self.token = client.get(f"/pengerjaan/{self.code}/soal").get_json()["token"]

    def put(self, *events: Any) -> Any:
        return self.client.put(
            f"/pengerjaan/{self.code}/jawaban",
            data=json.dumps(self.device.body(*events)),
            headers={"X-Attempt-Token": self.token},
        )

    def beat(self, unsent: int = 0, more: str = "") -> Any:
        return self.client.get(
            f"/pengerjaan/{self.code}/waktu?belum={unsent}{more}", headers={"X-Attempt-Token": self.token}
        ).json


def right(ask: Ask, learner: Learner, item: int) -> Any:
    """What gets the full mark there."""
    return RIGHT[ask.through(lambda session: factory.paper_of(session, learner.code))[item - 1]["kind"]]
