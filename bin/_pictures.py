"""Walk the running product as its people do, and photograph what they see.

Run by the environment's Python: python bin/_pictures.py FOLDER. Starts bin/serve over a temporary folder with the demo.
"""

import io
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import cast

from _debian import chromium
from _setup import ROOT
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect, sync_playwright
from sqlalchemy import select

from lms import demo
from lms.db import Database
from lms.exams import papers
from lms.exams.models import Attempt, Paper
from lms.questions.kinds import matching, ordering

COURSE, EXAM = "keamanan-informasi", "uk-keamanan-informasi"
LEARNER, TRAINER, HR = "pegawai", "penyusun kursus", "pengelola SDM Jakarta"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
FLAGS += ["--disable-component-update", "--disable-sync"]
PHONE, DESK = (360, 740), (1280, 800)
COLOURS = 192
#: Left wrong on purpose, so that the result has something to show.
MISSED = (4, 15)
FLAGGED = 6
#: The question whose picture is taken.
SHOWN = 9
SLOW_MS = 60_000


@dataclass(frozen=True)
class Camera:
    """Where pictures go."""

    folder: Path

    def take(self, page: Page, name: str) -> None:
        """Photograph what the window shows, once its fonts are there."""
        page.evaluate("document.fonts.ready")
        self.keep(page.screenshot(animations="disabled"), name)

    def keep(self, png: bytes, name: str) -> None:
        """Keep a picture in its own commonest colours: these are pages, not photographs, and their surfaces stay exact."""
        picture = Image.open(io.BytesIO(png)).convert("RGB")
        counted = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
        palette = Image.new("P", (1, 1))
        palette.putpalette([part for _, colour in counted[:COLOURS] for part in cast("tuple[int, ...]", colour)])
        few = picture.quantize(palette=palette, dither=Image.Dither.NONE)
        few.save(self.folder / f"{name}.png", optimize=True)
        print(f"{name}.png", flush=True)


@dataclass(frozen=True)
class Product:
    """The running product: its address and its database."""

    address: str
    database: Database


def main(folder: Path) -> int:
    """Take all pictures into `folder`, in place of those that are there."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    with tempfile.TemporaryDirectory() as var, served(Path(var)) as product, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        walk(browser, product, Camera(folder))
        browser.close()
    return 0


@contextmanager
def served(var: Path) -> Iterator[Product]:
    """Start bin/serve on a free port; what the caller's environment says of another installation is left out."""
    settings = ("TERUJI_", "DATABASE_URL", "PUBLIC_URL", "SECRET_KEY", "SMTP_URL", "HELP_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(settings)}
    command = [sys.executable, str(ROOT / "bin" / "serve"), "--port", "0", "--var", str(var)]
    process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield Product(announced(process), Database(f"sqlite:///{var / 'teruji.db'}"))
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def announced(process: subprocess.Popen[str]) -> str:
    """The address that bin/serve prints when it is ready."""
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"siap di (\S+)", line):
            return found.group(1)
    raise SystemExit("bin/serve did not start")


def walk(browser: Browser, product: Product, camera: Camera) -> None:
    """The story, from the first lesson to the certificate that a stranger checks."""
    learner = signed_in(browser, product, LEARNER)
    read_course(learner, camera)
    phone = on_phone(learner)
    attempt = sit_exam(phone, product, camera)
    phone.goto(f"/pengerjaan/{attempt}/hasil")
    camera.take(phone, "hasil-360")
    code = certificate(learner, camera)
    learner.goto("/kompetensi")
    camera.take(learner, "kompetensi-1280")
    learner.goto("/kompetensi/TEK.KI")
    camera.take(learner, "bukti-1280")
    in_the_dark(learner, phone, camera)
    check(browser, product, camera, code)
    author(signed_in(browser, product, TRAINER), camera)
    staff(signed_in(browser, product, HR), camera)


def window(browser: Browser, product: Product, size: tuple[int, int], scale: int = 1) -> Page:
    """A window of a browser of its own."""
    context = browser.new_context(
        base_url=product.address,
        viewport={"width": size[0], "height": size[1]},
        device_scale_factor=scale,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
    )
    context.set_default_timeout(SLOW_MS)
    return context.new_page()


def signed_in(browser: Browser, product: Product, part: str) -> Page:
    """A window in which the demo's person of that part has signed in."""
    account = next(account for account in demo.accounts() if account.part == part)
    page = window(browser, product, DESK)
    page.goto("/masuk")
    page.get_by_label("NIP").fill(account.nip)
    page.get_by_label("Kata sandi", exact=True).fill(demo.PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Masuk", exact=True).click()
    if account.second_factor:
        shown = page.get_by_text(re.compile(r"kode saat ini \d{6}")).inner_text()
        page.get_by_label("Kode").fill(re.findall(r"\d{6}", shown)[0])
        page.get_by_role("main").get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(lambda url: "/masuk" not in url)
    return page


def on_phone(page: Page) -> Page:
    """The same person's phone: another window that is signed in alike."""
    browser = page.context.browser
    assert browser is not None
    origin = re.match(r"https?://[^/]+", page.url)
    context = browser.new_context(
        base_url=origin.group(0) if origin else "",
        viewport={"width": PHONE[0], "height": PHONE[1]},
        device_scale_factor=2,
        locale="id-ID",
        timezone_id="Asia/Jakarta",
        storage_state=page.context.storage_state(),
    )
    context.set_default_timeout(SLOW_MS)
    return context.new_page()


def read_course(page: Page, camera: Camera) -> None:
    """Find the course, enrol, read; the home page is taken half-way."""
    page.goto("/katalog?cari=mengamankan")
    camera.take(page, "katalog-1280")
    page.goto(f"/katalog/{COURSE}")
    page.get_by_role("button", name="Daftar kursus").click()
    page.goto(f"/belajar/{COURSE}/1")
    number = 1
    while "/rangkuman" not in page.url:
        if number == 3:
            camera.take(page, "pelajaran-1280")
            page.goto("/beranda")
            camera.take(page, "beranda-1280")
            page.goto(f"/belajar/{COURSE}/{number}")
        before = page.url
        page.get_by_role("button", name="Tandai selesai & lanjut").click()
        page.wait_for_url(partial(str.__ne__, before))
        number += 1


def sit_exam(page: Page, product: Product, camera: Camera) -> str:
    """Sit the exam on a phone, with two answers wrong. Returns the attempt's code."""
    page.goto(f"/ujian/{EXAM}")
    page.get_by_role("button", name="Mulai ujian").click()
    page.wait_for_url("**/pengerjaan/**")
    # The script has the questions once the grid knows what is open; a page that is left before then loads anew.
    expect(page.locator("html.js .exam-side .q[aria-current]")).not_to_have_class(re.compile("new"))
    code = page.url.partition("/pengerjaan/")[2].partition("/")[0]
    items = items_of(product.database, code)
    for number, item in enumerate(items, 1):
        expect(page.locator(".exam-bar [data-place]")).to_have_text(f"{number}/{len(items)}")
        answer(page, item, right=number not in MISSED)
        if number == FLAGGED:
            page.get_by_role("button", name="Ragu-ragu").click()
        if number == SHOWN:
            expect(page.locator(".save")).to_contain_text(re.compile(r"Tersimpan \d\d\.\d\d"))
            page.evaluate("scrollTo(0, 0)")
            camera.take(page, "ujian-360")
        page.get_by_role("button", name="Simpan & lanjut").click()
    page.get_by_role("button", name=re.compile("Kumpulkan jawaban")).click()
    page.wait_for_url("**/hasil")
    return code


def items_of(database: Database, code: str) -> list[papers.Item]:
    """The paper of an attempt, as the server keeps it: the photographer knows the answers."""
    with database.reader() as session:
        rows = session.scalars(select(Paper).join(Attempt, Attempt.paper_id == Paper.id).where(Attempt.code == code))
        return papers.items_of(rows.one().items)


def answer(page: Page, item: papers.Item, *, right: bool) -> None:
    """Answer the question on the screen."""
    if item.kind == "numeric":
        page.locator("[name=jawaban]").fill(item.content["answer"] if right else "0")
        page.locator("[name=jawaban]").blur()
        return
    if item.kind == "short_text":
        page.locator("[name=jawaban]").fill(item.content["answers"][0]["text"] if right else "tidak tahu")
        page.locator("[name=jawaban]").blur()
        return
    if item.kind in {"matching", "ordering", "cloze"}:
        for id, value in parts(item).items() if right else ():
            part = page.locator(f"[name=jawaban-{id}]")
            if part.evaluate("input => input.tagName") == "SELECT":
                part.select_option(value, force=True)
            else:
                part.fill(value)
                part.blur()
        return
    for value in values(item, right=right):
        page.locator(f"[name=jawaban][value='{value}']").check(force=True)


def parts(item: papers.Item) -> dict[str, str]:
    """What stands in the parts of the best answer, by part."""
    content = item.content
    if item.kind == "matching":
        return matching.best(content)
    if item.kind == "ordering":
        return {id: str(place) for place, id in enumerate(ordering.best(content), 1)}
    return {
        name: next(row["text"] for row in gap["answers"] if row["fraction"] == "1")
        for name, gap in content["gaps"].items()
    }


def values(item: papers.Item, *, right: bool) -> list[str]:
    """What to tick: all that is best, or one thing that is not."""
    if item.kind == "true_false":
        return ["true" if item.content["answer"] is right else "false"]
    best = [row.get("correct", False) or row.get("points") == 5 for row in item.content["options"]]
    places = [str(place) for place, good in enumerate(best) if good is right]
    return places if right else places[:1]


def reload_until_visible(page: Page, wanted: Locator) -> Locator:
    while not wanted.is_visible():
        page.wait_for_timeout(1000)
        page.reload()
    return wanted


def certificate(page: Page, camera: Camera) -> str:
    """Wait until it is issued, open it, take the page and the file. Returns its code."""
    page.goto("/sertifikat")
    reload_until_visible(page, page.locator("a[href^='/sertifikat/']").first).click()
    download = reload_until_visible(page, page.get_by_role("link", name="Unduh PDF"))
    camera.take(page, "sertifikat-1280")
    address = download.get_attribute("href") or ""
    pdf = page.request.get(address).body()
    camera.keep(first_page(pdf), "sertifikat-berkas")
    return address.split("/")[2]


def first_page(pdf: bytes) -> bytes:
    """A PDF's first page as a picture."""
    command = ["pdftoppm", "-png", "-r", "110", "-singlefile", "-"]
    return subprocess.run(command, input=pdf, stdout=subprocess.PIPE, check=True).stdout


def in_the_dark(desk: Page, phone: Page, camera: Camera) -> None:
    """The same pages for whoever prefers a dark screen."""
    for page, name, address in (
        (desk, "beranda-gelap-1280", "/beranda"),
        (phone, "kompetensi-gelap-360", "/kompetensi"),
    ):
        page.emulate_media(color_scheme="dark")
        page.goto(address)
        camera.take(page, name)
        page.emulate_media(color_scheme="light")


def check(browser: Browser, product: Product, camera: Camera, code: str) -> None:
    """What a stranger sees who scans the code on the certificate."""
    page = window(browser, product, PHONE, scale=2)
    page.goto(f"/cek/{code}")
    camera.take(page, "cek-360")


def author(page: Page, camera: Camera) -> None:
    """A trainer corrects a lesson and looks at the difference before publishing."""
    page.goto(f"/ajar/{COURSE}")
    page.get_by_role("link", name=re.compile("^Sunting")).first.click()
    page.wait_for_load_state()
    text = page.get_by_label("Isi materi")
    text.fill(text.input_value().replace("Pukul tiga pagi", "Pada pukul tiga dini hari"))
    page.get_by_role("button", name="Simpan dan tinjau").click()
    page.wait_for_url("**/terbitkan")
    camera.take(page, "terbitkan-1280")


def staff(page: Page, camera: Camera) -> None:
    """What HR sees of its own agency's people."""
    page.goto("/sdm/pegawai")
    camera.take(page, "pegawai-1280")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
