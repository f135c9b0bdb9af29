"""The inputs of each kind of question, in a real browser: saved as they are filled, filled again, usable by everyone."""

import re
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from lms import clock
from lms.exams import journal, saving
from lms.exams.models import Attempt
from lms.questions.kinds.numbers import parts_in
from lms.questions.models import QuestionVersion
from tests.browser.conftest import Live, PageOf, violations
from tests.browser.exam_page import begin, code_of, eventually, ready
from tests.exams import factory
from tests.web.every_kind import MORE, PDF, PLAN

pytestmark = pytest.mark.browser


def test_every_kind_is_answered_saved_and_shown_again(live: Live, page_of: PageOf, tmp_path: Path) -> None:
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now(), content=PLAN | {"certainty": True}, bank_of=MORE)
    page = page_of(live.cast.learner, width=360)
    page.goto(f"/ujian/{factory.CODE}")
    page.get_by_role("button", name="Mulai ujian").click()
    expect(page.locator("html.js")).to_be_attached()
    code = code_of(page)
    with live.database.reader() as session:
        places = {item["kind"]: n for n, item in enumerate(factory.paper_of(session, code), 1)}

    for kind in MORE:
        page.goto(f"/pengerjaan/{code}/{places[kind]}")
        ready(page)
        ACTS[kind](page, tmp_path)
        assert violations(page) == [], kind
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), kind
        if kind == "essay":
            is_seen_when_tab_reaches_it(page)
    eventually(
        lambda: (
            {n: given for n, given in stored(live, code).items() if given}
            == {places[kind]: WANTED[kind] for kind in MORE}
        ),
        page,
    )

    page.goto(f"/pengerjaan/{code}/{places['ordering']}")
    ready(page)
    expect(page.locator("[data-item] .what")).to_have_text(["Catat", "Amankan", "Lapor", "Bahas"])
    page.goto(f"/pengerjaan/{code}/{places['file']}")
    ready(page)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="telaah.pdf").click()
    assert Path(downloading.value.path()).read_bytes() == PDF


def test_what_its_inputs_cannot_empty_is_emptied_by_a_button_with_keys_alone(
    live: Live, page_of: PageOf, tmp_path: Path
) -> None:
    clearable = ("single_choice", "true_false", "situational", "ordering", "file")
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now(), content=PLAN, bank_of=[*clearable, "multiple_choice"])
    page = begin(page_of(live.cast.learner))
    code = code_of(page)
    with live.database.reader() as session:
        places = {item["kind"]: n for n, item in enumerate(factory.paper_of(session, code), 1)}
    button = page.get_by_role("button", name="Kosongkan jawaban")

    for kind, n in places.items():
        page.goto(f"/pengerjaan/{code}/{n}")
        ready(page)
        expect(button).to_be_hidden()
        if kind == "file":
            ACTS["file"](page, tmp_path)
        else:
            page.locator("[data-turn='1'], [name=jawaban]").first.press("Enter" if kind == "ordering" else "Space")
        if kind == "multiple_choice":
            expect(button).to_be_hidden()
            continue
        eventually(partial(is_stored, live, code, n), page)
        assert violations(page) == []
        button.press("Enter")

        eventually(partial(is_cleared, live, code, n), page)
        expect(button).to_be_hidden()
        expect(page.locator("[aria-live=polite]")).to_have_text("Jawaban dikosongkan")
        expect(page.locator("[data-question] :focus")).to_have_count(1)
        assert page.locator("[data-question] :checked[name=jawaban]").count() == 0
        expect(page.locator(f".exam-side .q[data-n='{n}']")).to_have_attribute("aria-label", f"Soal {n}, kosong")


@pytest.mark.parametrize("width", [360, 1280])
def test_what_empties_an_answer_comes_and_goes_without_moving_what_one_may_be_pressing(
    live: Live, page_of: PageOf, width: int
) -> None:
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now(), content=PLAN, bank_of=["single_choice"] * len(MORE))
    page = begin(page_of(live.cast.learner, width=width))
    page.goto(f"/pengerjaan/{code_of(page)}/2")
    ready(page)
    moves, button = page.locator(".moves"), page.get_by_role("button", name="Kosongkan jawaban")
    height = page.evaluate("document.documentElement.scrollHeight")
    before = moves.bounding_box()

    page.locator("[name=jawaban]").first.check(force=True)
    expect(button).to_be_visible()
    assert (moves.bounding_box(), page.evaluate("document.documentElement.scrollHeight")) == (before, height)
    button.dblclick()

    expect(button).to_be_hidden()
    expect(page).to_have_url(re.compile("/2$"))
    assert page.locator("[name=jawaban]:checked").count() == 0


def test_a_long_choice_can_be_read_in_full_once_it_is_chosen(live: Live, page_of: PageOf) -> None:
    long = "menyimpan, mendokumentasikan, menyediakan, dan memberikan informasi publik"
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now(), content=PLAN, bank_of=["matching"] * len(MORE))
        for version in session.scalars(select(QuestionVersion)):
            version.content = version.content | {"distractors": [long]}
        session.commit()
    page = begin(page_of(live.cast.learner, width=360))
    field, said = page.get_by_label("Sandi", exact=True), page.locator("[data-chosen]").first

    field.select_option(long)
    expect(said).to_have_text(long)
    assert violations(page) == []
    eventually(partial(is_stored, live, code_of(page), 1), page)
    page.reload()
    ready(page)
    expect(said).to_have_text(long)
    field.select_option("yang Anda tahu")
    expect(said).to_be_hidden()


def test_lines_of_code_go_on_below_each_other_where_a_phone_is_too_narrow(live: Live, page_of: PageOf) -> None:
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now())
        for version in session.scalars(select(QuestionVersion)):
            line = "SELECT nip, nama, jabatan, unit_kerja FROM pegawai WHERE unit_kerja = 'Sekretariat' ORDER BY nama;"
            version.content = version.content | {"stem": f"Apa isi kueri ini?\n\n```\n{line}\n```"}
        session.commit()
    page = begin(page_of(live.cast.learner, width=360))

    expect(page.locator(".stem pre")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []


def test_under_a_typed_number_stands_how_it_is_marked(live: Live, page_of: PageOf) -> None:
    """The script reads as the marking does, whatever is typed; without it the page says the same once it has come back."""
    with live.database.writer() as session:
        factory.build(session, live.cast, now=clock.now(), bank_of=["numeric"] * 6)
    page = begin(page_of(live.cast.learner, width=360))
    code = code_of(page)
    field, said = page.get_by_label("Jawaban Anda"), page.locator(".question p[data-read]")

    field.evaluate("""input => { input.dataset.units = '["km", "m"]'; }""")
    for typed in TYPED:
        field.fill(typed)
        expect(said).to_have_text(told(typed, ["km", "m"]))
    expect(said).to_have_class(re.compile(r"\berr\b"))
    expect(field).to_have_attribute("aria-invalid", "true")
    assert violations(page) == []
    field.press("Tab")  # screen readers hear it only once the field is left
    expect(page.locator("[aria-live=polite]")).to_have_text(told(TYPED[-1], ["km", "m"]))
    field.fill(" ")
    expect(said).to_be_hidden()
    expect(field).not_to_have_attribute("aria-invalid", "true")

    plain = page_of(live.cast.learner, width=360, js=False)
    for typed in ("1.250,5 jam", "½"):
        plain.goto(f"/pengerjaan/{code}/2")  # of question 1 the other page may still have something to send
        plain.get_by_label("Jawaban Anda").fill(typed)
        plain.get_by_role("button", name="Simpan").first.click()
        expect(plain).to_have_url(re.compile(f"/pengerjaan/{code}/3"))  # only then has it been saved
        plain.goto(f"/pengerjaan/{code}/2")
        expect(plain.locator(".question p[data-read]")).to_have_text(told(typed, ["jam"]))


TYPED = [
    "12,5",
    "12.5",
    "1.250,5",
    "1,250.5",
    "1.250",
    "1,250",
    "0.125",
    "1.250.000",
    " 2 ",
    "-3",
    "–3,5",
    "−3",
    "+4",
    "3,",
    ",5",
]
TYPED += [
    "2 km",
    "2M",
    "1.250 m",
    "\u200b7",
    "",
    "dua",
    "1e5",
    "1.2.3",
    "12,50,0",
    "1.25,000.5",
    "--3",
    "2 hari",
    ".",
    "1.234.5",
    "3²",
]


def told(typed: str, units: list[str]) -> str:
    """What stands under a number, as the marking reads it."""
    found = parts_in(typed, units)
    if not typed.strip():
        return ""
    if found is None:
        return "Ini belum terbaca sebagai angka, sehingga tidak mendapat nilai. Tulis angkanya saja, misalnya 12,5"
    plain = f"{found[0].normalize():,f}".translate(str.maketrans(".,-", ",.−"))
    return f"Terbaca: {plain} {found[1] or units[0]}"


def is_stored(live: Live, code: str, n: int) -> bool:
    return stored(live, code).get(n) is not None


def is_cleared(live: Live, code: str, n: int) -> bool:
    return not is_stored(live, code, n)


def stored(live: Live, code: str) -> dict[int, object]:
    """What the journal holds; of a file, its name."""
    with live.database.reader() as session:
        attempt_id = session.scalars(select(Attempt.id).where(Attempt.code == code)).one()
        found = journal.fold(saving.entries(session, attempt_id))
    answers = {n: latest.answer for n, latest in found.items()}
    return {n: given["name"] if isinstance(given, dict) and "name" in given else given for n, given in answers.items()}


def short_text(page: Page, _folder: Path) -> None:
    page.get_by_label("Jawaban Anda").fill("Jakarta")
    page.get_by_label("Sangat yakin").check(force=True)
    page.keyboard.press("a")  # letters choose answers, not how certain one is
    expect(page.get_by_label("Sangat yakin")).to_be_checked()


def matching(page: Page, _folder: Path) -> None:
    page.get_by_label("Sandi", exact=True).select_option("yang Anda tahu")
    page.get_by_label("Ponsel", exact=True).select_option("yang Anda punya")


def ordering(page: Page, _folder: Path) -> None:
    """By keyboard alone, until the order is right."""
    hint = page.get_by_text("Urutan awal belum terhitung sebagai jawaban.")
    expect(hint).to_be_visible()
    for place, text in enumerate(["Catat", "Amankan", "Lapor", "Bahas"]):
        up = page.get_by_role("button", name=f"Naik {text}")
        up.focus()
        while page.locator("[data-item] .what").all_inner_texts().index(text) > place:
            page.keyboard.press("Enter")
            expect(up).to_be_focused()
    page.get_by_role("button", name="Turun Lapor").press("Enter")
    expect(page.locator("[data-order-said]")).to_have_text("Lapor: nomor 4 dari 4")
    page.get_by_role("button", name="Naik Lapor").press("Enter")
    expect(hint).to_be_hidden()
    expect(page.locator("[data-order]")).not_to_have_attribute("aria-describedby", re.compile("."))


def cloze(page: Page, _folder: Path) -> None:
    page.get_by_label("Isian 1").fill("12,5")
    page.get_by_label("Isian 3").select_option("rahasia")
    marked = page.locator(".passage span", has=page.get_by_label("Isian 2"))
    expect(marked).to_have_css("white-space", "nowrap")  # its comma begins no line
    page.get_by_label("Cukup yakin").check(force=True)


def essay(page: Page, _folder: Path) -> None:
    page.get_by_label("Jawaban Anda").fill("Data pribadi\nharus dilindungi.")
    expect(page.get_by_text("4 kata", exact=True)).to_be_visible()
    expect(page.get_by_text("Seberapa yakin Anda?")).to_have_count(0)


def file(page: Page, folder: Path) -> None:
    """What only bears the name of a type is refused as an error; then the line breaks once on the way."""
    said, renamed = page.locator("[data-upload-said]"), folder / "catatan.pdf"
    renamed.write_bytes(b"Hanya namanya PDF.")
    page.get_by_label("Berkas jawaban").set_input_files(renamed)
    expect(said).to_contain_text("Berkas itu tidak tersimpan.")
    expect(said).to_contain_class("err")
    chosen = folder / "telaah.pdf"
    chosen.write_bytes(PDF)
    page.route("**/berkas", lambda route: route.abort(), times=1)
    page.get_by_label("Berkas jawaban").set_input_files(chosen)
    expect(said).to_have_text("telaah.pdf sudah tersimpan.")
    expect(said).not_to_contain_class("err")


def is_seen_when_tab_reaches_it(page: Page) -> None:
    """On a window so low that the field's first lines are seen before, and the rest lies behind the moves at the foot."""
    field, size = page.locator("textarea").first, page.viewport_size
    assert size
    top = field.evaluate(
        "it => { it.focus(); it.setSelectionRange(0, 0); scrollTo(0, 0); return it.getBoundingClientRect().top }"
    )
    page.set_viewport_size({"width": 360, "height": int(top) + 180})
    page.keyboard.press("Shift+Tab")
    page.evaluate("scrollTo(0, 0)")
    page.keyboard.press("Tab")
    expect(field).to_be_focused()
    box, bar, head = (
        field.bounding_box(),
        page.locator(".moves").bounding_box(),
        page.locator(".exam-bar").bounding_box(),
    )
    assert box
    assert bar
    assert head
    assert head["y"] + head["height"] <= box["y"]
    assert box["y"] + box["height"] <= bar["y"]
    page.set_viewport_size(size)


ACTS = {
    "short_text": short_text,
    "matching": matching,
    "ordering": ordering,
    "cloze": cloze,
    "essay": essay,
    "file": file,
}
WANTED: dict[str, object] = {
    "short_text": {"answer": "Jakarta", "certainty": 3},
    "matching": {"answer": {"0": "2", "1": "1"}, "certainty": 1},
    "ordering": {"answer": ["2", "0", "3", "1"], "certainty": 1},
    "cloze": {"answer": {"1": "12,5", "3": "rahasia"}, "certainty": 2},
    "essay": "Data pribadi\nharus dilindungi.",
    "file": "telaah.pdf",
}
