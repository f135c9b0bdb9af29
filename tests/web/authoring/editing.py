"""How an author changes the small course."""

import re
from collections.abc import Callable

from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.authoring.models import DraftLesson
from tests.cast import Person
from tests.packages import small

Browser = Callable[[Person | None], FlaskClient]
LESSON = "/ajar/kursus-kecil/01-awal"
FIRST, SECOND = "22222222-2222-4222-8222-222222222221", "22222222-2222-4222-8222-222222222222"


def hidden(client: FlaskClient, address: str) -> dict[str, str]:
    """The fields that a page's form carries along."""
    page = client.get(address).text
    return dict(re.findall(r'<input[^>]*name="(dari|revisi|dilihat)"[^>]*value="([^"]*)"', page))


def lesson_fields(**changed: str) -> dict[str, str]:
    """The first lesson as it was published, with some fields changed."""
    body = small.FIRST.split("---\n", 2)[2].strip()
    return {"judul": "Awal", "menit": "25", "tujuan": "Memulai dengan benar.", "teks": body} | changed


def edit(client: FlaskClient, **changed: str) -> None:
    """Open the first lesson and save it with some fields changed."""
    answer = client.post(LESSON, data=lesson_fields(**changed) | hidden(client, LESSON))
    assert answer.status_code == 303, answer.text


def outline(client: FlaskClient, **pressed: str) -> int:
    """Send the outline with its titles as they stand, and a button pressed."""
    fields = hidden(client, "/ajar/kursus-kecil")
    return client.post("/ajar/kursus-kecil/kerangka", data={"dari": fields["dari"]} | pressed).status_code


def titles(session: Session) -> list[str]:
    rows = select(DraftLesson.title).where(DraftLesson.deleted_at.is_(None)).order_by(DraftLesson.position)
    return list(session.scalars(rows))


def publish(client: FlaskClient, note: str = "Perbaikan teks.") -> int:
    """Publish what the review page shows."""
    address = "/ajar/kursus-kecil/terbitkan"
    return client.post(address, data={"catatan": note} | hidden(client, address)).status_code


KEPT = "## Mulai\n\nTeks diperbaiki, lihat [lanjutannya](materi:02-lanjut).\n\n::: latihan 33333333-3333-4333-8333-333333333330\n:::"
