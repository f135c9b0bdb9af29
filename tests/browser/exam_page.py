"""What one does on the exam screen, for tests that drive it."""

import json
import re
import time
from collections.abc import Callable

from playwright.sync_api import Page, Request, expect

from lms.exams.papers import Item
from lms.questions.kinds import matching, ordering
from tests.exams import factory

#: What names an event of the journal: writer, number and hash.
Name = tuple[str, int, str]
#: What a page sends as it is closed may still go out, also off-line: a phone whose battery is flat sends nothing.
FLAT = "() => { window.fetch = () => Promise.reject(new TypeError('flat')); }"


def begin(page: Page) -> Page:
    """Start the exam as a candidate does."""
    page.goto(f"/ujian/{factory.CODE}")
    page.get_by_role("button", name="Mulai ujian").click()
    return ready(page)


def ready(page: Page) -> Page:
    """Wait until the script has the questions: the grid then knows what is open."""
    expect(page.locator("html.js .exam-side .q[aria-current]")).not_to_have_class(re.compile("new"))
    return page


def code_of(page: Page) -> str:
    """The attempt's code, from the address."""
    return page.url.partition("/pengerjaan/")[2].partition("/")[0]


def answer(page: Page, which: int = 0) -> None:
    """Answer the question that is shown: the option in this place, or as many as a number; of parts, each somehow."""
    parts = page.locator("[name^='jawaban-']")
    if parts.count():
        names = [str(part.get_attribute("name")).removeprefix("jawaban-") for part in parts.all()]
        order = page.locator("[data-order]").count() > 0
        fill_parts(page, {name: str(place) if order else "" for place, name in enumerate(names, 1)})
        return
    inputs = page.locator("[name=jawaban]")
    if inputs.first.get_attribute("type") == "text":
        inputs.first.fill(str(which))
        inputs.first.blur()
    else:
        inputs.nth(which).check(force=True)


def is_answered(page: Page) -> None:
    """The question that is shown has the answer that `answer` gave."""
    first = page.locator("[name=jawaban], [name^='jawaban-']").first
    if str(first.get_attribute("name")).startswith("jawaban-"):
        expect(first).not_to_have_value("")
    elif first.get_attribute("type") == "text":
        expect(first).to_have_value("0")
    else:
        expect(first).to_be_checked()


def answer_rightly(page: Page, item: Item) -> None:
    """Answer the question that is shown, which is this one, so that it counts in full."""
    inputs = page.locator("[name=jawaban]")
    if item.kind == "numeric":
        inputs.fill(item.content["answer"].replace(".", ","))
        inputs.blur()
        return
    if item.kind == "short_text":
        inputs.fill(item.content["answers"][0]["text"])
        inputs.blur()
        return
    if item.kind in {"matching", "ordering", "cloze"}:
        fill_parts(page, right_parts(item))
        return
    wanted = right_values(item)
    for option in inputs.all():
        if option.input_value() in wanted:
            option.check(force=True)
        elif option.get_attribute("type") == "checkbox":
            option.uncheck(force=True)  # an earlier answer may have ticked it, and a wrong one costs points


def fill_parts(page: Page, parts: dict[str, str]) -> None:
    """Fill the inputs of a question that has parts, each with a value, or "" for any that it takes.

    Numbers of an order are hidden where buttons do the same.
    """
    for id, value in parts.items():
        part = page.locator(f"[name='jawaban-{id}']")
        if part.evaluate("input => input.tagName") == "SELECT":
            part.select_option(value or None, index=None if value else 1, force=True)
        else:
            part.fill(value or "1")
            part.blur()


def right_parts(item: Item) -> dict[str, str]:
    """What stands in the parts of the best answer, by part."""
    content = item.content
    if item.kind == "matching":
        return matching.best(content)
    if item.kind == "ordering":
        return {id: str(place) for place, id in enumerate(ordering.best(content), 1)}
    full = {
        name: [row["text"] for row in gap["answers"] if row["fraction"] == "1"] for name, gap in content["gaps"].items()
    }
    return {name: texts[0] for name, texts in full.items()}


def right_values(item: Item) -> set[str]:
    """The values of the inputs that make up the best answer."""
    if item.kind == "true_false":
        return {str(item.content["answer"]).lower()}
    options = list(enumerate(item.content["options"]))
    return {str(place) for place, option in options if option.get("correct") or option.get("points") == 5}


def following(page: Page) -> None:
    """Simpan & lanjut."""
    page.get_by_role("button", name="Simpan & lanjut").click()


def saved(page: Page) -> None:
    """Wait until the bar says that all is stored."""
    expect(page.locator(".save")).to_contain_text(re.compile(r"Tersimpan \d\d\.\d\d"))


def eventually(holds: Callable[[], bool], page: Page, seconds: float = 15) -> None:
    """Wait for something outside the page; the page goes on meanwhile."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, "it did not come about"
        page.wait_for_timeout(100)


def watch(page: Page, acknowledged: set[Name], sent: set[Name]) -> None:
    """Note each event that leaves the page, and each that the server says it has."""

    def finished(request: Request) -> None:
        if request.method != "PUT":
            return
        body = json.loads(request.post_data or "{}")
        hashes = {event["seq"]: event["hash"] for event in body["events"]}
        sent.update((body["writer"], seq, hash_) for seq, hash_ in hashes.items())
        response = request.response()
        if response is not None and response.status == 200:
            acknowledged.update((body["writer"], seq, hashes[seq]) for seq in response.json()["stored"])

    page.on("requestfinished", finished)
