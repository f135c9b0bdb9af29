"""What the people of the story do in front of their browsers, and what is done behind their backs."""

import io
import random
import re
import subprocess
import time
from pathlib import Path

import zxingcpp
from PIL import Image
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.exam_page import ready, saved, watch
from tests.browser.story import Story


def read_half(page: Page) -> None:
    """Scroll to the middle of the lesson and wait until the place is kept."""
    page.wait_for_url(re.compile(r"/belajar/[^/]+/[^/]+$"))
    page.evaluate("scrollTo(0, document.querySelector('[data-lesson]').offsetHeight / 2)")
    expect(page.locator("#tersimpan")).to_contain_text("Tempat membaca tersimpan pukul")


def finish_lessons(page: Page) -> int:
    """Press the button under each lesson until there is none; how many there were."""
    lessons = 0
    while "/rangkuman" not in page.url:
        page.get_by_role("button", name="Tandai selesai & lanjut").click()
        lessons += 1
    return lessons


def pin_of_the_room(story: Story, organiser: str) -> str:
    """What the organiser reads out, from the page of the sitting that is open and asks for a PIN."""
    page = story.page(organiser)
    page.goto("/kelola/ujian")
    page.get_by_role("link", name="Uji Kompetensi Keamanan Informasi", exact=True).click()
    page.get_by_role("link", name="Sesi uji coba, dengan PIN").click()
    return page.get_by_role("region", name="PIN ruang").locator(".pin").inner_text()


def begin(story: Story, part: str, *, pin: str = "") -> Page:
    """Find the exam on a phone and start it. pin: what the room asks of whoever is on its list."""
    page = story.page(part, width=360)
    page.goto("/ujian")
    page.get_by_role("link", name="Baca aturan").click()
    if pin:
        page.get_by_label("PIN ruang").fill(pin)
    page.get_by_role("button", name="Mulai ujian").click()
    return ready(page)


def sitting(story: Story, part: str, number: int) -> Page:
    """The person's exam, open at a question on a phone."""
    page = story.page(part, width=360)
    watch(page, story.acknowledged, story.sent)
    page.goto(f"/pengerjaan/{story.attempt}/{number}")
    saved(ready(page))
    return page


def kill_and_start_twice(story: Story) -> None:
    """kill -9 of all processes of the web server, and a start on the same port."""
    for _blow in range(2):
        time.sleep(0.7)
        story.installation.kill("web")
        story.installation.start_web()


def is_issued(page: Page) -> bool:
    """Whether the list of certificates, loaded anew, offers the file."""
    page.goto("/sertifikat")
    return page.get_by_role("link", name="Unduh PDF").count() == 1


def said_by(*command: str | Path) -> str:
    """What a command prints."""
    return subprocess.run([*command], capture_output=True, text=True, check=False).stdout


def check_code(page: Page, code: str) -> None:
    """Type a code into the field of /cek."""
    page.goto("/cek")
    page.get_by_label("Kode sertifikat").fill(code)
    page.get_by_role("button", name="Cek", exact=True).click()


def upload(page: Page, pdf: bytes) -> None:
    """Have a file checked at /cek."""
    page.goto("/cek")
    file = FilePayload(name="sertifikat.pdf", mimeType="application/pdf", buffer=pdf)
    page.get_by_label("Berkas sertifikat").set_input_files(files=[file])
    page.get_by_role("button", name="Periksa berkas").click()


def qr_address(pdf: bytes, folder: Path) -> str:
    """What a phone's camera reads from the printed certificate."""
    (folder / "sertifikat.pdf").write_bytes(pdf)
    printed = ["pdftoppm", "-r", "150", "-png", "-singlefile", "sertifikat.pdf", "cetak"]
    subprocess.run(printed, cwd=folder, check=True)
    (read,) = zxingcpp.read_barcodes(Image.open(io.BytesIO((folder / "cetak.png").read_bytes())))
    return str(read.text)


def with_a_byte_flipped(pdf: bytes, times: int) -> list[bytes]:
    """The file with one byte changed, at seeded places."""
    chance = random.Random(2026)
    places = [chance.randrange(len(pdf)) for _time in range(times)]
    return [pdf[:place] + bytes([pdf[place] ^ 0xFF]) + pdf[place + 1 :] for place in places]


def mistyped(code: str) -> str:
    """The code with one character wrong."""
    return ("7" if code[0] != "7" else "8") + code[1:]


def statuses(story: Story, part: str, addresses: list[str]) -> dict[str, int]:
    """What each address answers to this person."""
    request = story.page(part).context.request
    return {address: request.get(address, max_redirects=0).status for address in addresses}
