"""The printed minutes: all that was noted stands on the paper."""

from datetime import UTC, datetime
from typing import Any

import pytest
from weasyprint import CSS, HTML

from lms.exams import minutes_print
from lms.exams.room_models import Minutes

AT = datetime(2026, 11, 28, 2, tzinfo=UTC)
LONG = "https://contoh.go.id/" + "x" * 300
#: A4 less its right margin, in CSS pixels, rounded up.
EDGE = (210 - 20) / 25.4 * 96 + 0.5
FIGURES = dict.fromkeys(
    ("invited", "unlisted", "present", "absent", "done", "by_time", "by_proctor", "incidents", "pauses", "extra_time",
     "admitted", "refused"), 1
)  # fmt: skip


def facts(**changed: Any) -> dict[str, Any]:
    sitting = {
        "code": "sesi-1", "title": "Sesi 1", "room": "Ruang CAT 1", "exam": "Ujian", "unit": "BPSDM", "zone": "Asia/Makassar",
        "opens_at": AT.isoformat(), "closes_at": AT.isoformat(),
    }  # fmt: skip
    events = [{"at": AT.isoformat(), "text": f"Meja 01: {'Tetikus diganti. ' * 12}"}]
    return {
        "sitting": sitting, "proctors": ["Arif"], "figures": FIGURES, "absent": [], "events": events, "remarks": "",
        "drawn_at": AT.isoformat(),
    } | changed  # fmt: skip


def right_edge(said: dict[str, Any]) -> float:
    """How far to the right the last letter of any line reaches."""
    minutes = Minutes(facts=said, proctor_signed_at=AT, organiser_signed_at=AT)
    html = HTML(string=minutes_print.page(minutes, "Arif", "Retno"))
    css = CSS(string=(minutes_print.HERE / "page.css").read_text(), url_fetcher=None)
    boxes = [box for page in html.render(stylesheets=[css]).pages for box in page._page_box.descendants()]
    return float(max(box.position_x + box.width for box in boxes if getattr(box, "text", "")))


def test_one_long_word_pushes_nothing_off_the_paper() -> None:
    event = {"at": AT.isoformat(), "text": f"Meja 02: {LONG}"}

    assert right_edge(facts()) <= EDGE
    assert right_edge(facts(events=[*facts()["events"], event])) <= EDGE
    assert right_edge(facts(remarks=LONG, absent=[LONG], proctors=[LONG])) <= EDGE


@pytest.mark.parametrize(
    ("usual", "rooms", "told"),
    [
        ("Gedung A", [], "Gedung A"),
        ("Gedung A", ["Aula B", "Aula C"], "Gedung A: Aula B; Aula C"),
        ("", ["Aula B"], "Aula B"),
        ("", [], "daring"),
    ],
)
def test_all_rooms_of_a_sitting_are_named(usual: str, rooms: list[str], told: str) -> None:
    said = facts(rooms=rooms)
    said["sitting"]["room"] = usual
    minutes = Minutes(facts=said, proctor_signed_at=AT, organiser_signed_at=AT)

    assert f"<td>{told}</td>" in minutes_print.page(minutes, "Arif", "Retno")


def test_minutes_that_were_signed_before_rooms_were_kept_are_still_printed() -> None:
    minutes = Minutes(facts=facts(), proctor_signed_at=AT, organiser_signed_at=AT)

    assert "<td>Ruang CAT 1</td>" in minutes_print.page(minutes, "Arif", "Retno")
