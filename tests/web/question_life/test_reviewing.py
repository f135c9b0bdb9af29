"""/soal/<bank>/<soal>: reviewed by another person; the queue and steps taken back."""

import re

from sqlalchemy import select

from lms.questions.models import Question
from lms.web.question_review import CHECKS
from tests.cast import Cast, Person
from tests.web.conftest import Ask
from tests.web.question_life.writing import BANK, TYPED, Browser, write


def version_in(page: str) -> str:
    found = re.search(r'name="versi" value="(\d+)"', page)
    assert found is not None
    return found[1]


def status(ask: Ask, address: str) -> str:
    found: str = ask(select(Question.status).where(Question.uuid == address.rpartition("/")[2]))[0]
    return found


def test_another_person_approves_by_the_check_list_and_may_take_it_back(
    browser: Browser, cast: Cast, reviewer: Person, ask: Ask
) -> None:
    author, other = browser(cast.trainer), browser(reviewer)
    address = write(author)
    version = version_in(other.get(address).text)
    everything = {"versi": version, "periksa": list(CHECKS)}

    assert "1" in other.get("/soal").text
    assert "Menunggu tinjauan Anda" in other.get("/soal").text
    queue = other.get(f"{BANK}?antrean=tinjau").text
    assert "Surel mana" in queue
    assert queue.index('href="#persetujuan"') < queue.index("Surel mana") < queue.index('id="persetujuan"')
    assert "Surel mana" not in author.get(f"{BANK}?antrean=tinjau").text
    assert other.post(f"{address}/persetujuan", data={"versi": version, "periksa": ["jelas"]}).status_code == 422
    author.post(f"{address}/persetujuan", data=everything)
    assert status(ask, address) == "trial"
    other.post(f"{address}/persetujuan", data=everything)
    assert status(ask, address) == "live"
    undo = re.search(r'action="(/soal/[^"]+/langkah/[^"]+/pembatalan)"', other.get(BANK).text)
    assert undo is not None
    assert undo[1] not in author.get(BANK).text
    other.post(undo[1])
    assert status(ask, address) == "trial"
    assert "Tidak ada yang berubah" in other.post(undo[1], follow_redirects=True).text
    assert "Uji coba → Dipakai" in other.get(address).text


def test_a_selection_is_approved_at_once(browser: Browser, cast: Cast, reviewer: Person, ask: Ask) -> None:
    author, other = browser(cast.trainer), browser(reviewer)
    addresses = [write(author, soal=f"Soal nomor {n}?") for n in range(2)]
    chosen = re.findall(r'name="pilih" value="(\d+)"', other.get(f"{BANK}?antrean=tinjau").text)

    undeclared = other.post(f"{BANK}/persetujuan?antrean=tinjau", data={"pilih": chosen})
    assert undeclared.status_code == 422
    assert len(re.findall(r'name="pilih" value="\d+" checked', undeclared.text)) == len(chosen)
    assert "Nyatakan bahwa soal yang Anda pilih sudah diperiksa." in undeclared.text
    assert {status(ask, one) for one in addresses} == {"trial"}
    other.post(f"{BANK}/persetujuan", data={"pilih": chosen, "periksa": "semua"})
    assert {status(ask, one) for one in addresses} == {"live"}


def test_a_question_that_was_sent_back_shows_why_and_comes_again(
    browser: Browser, cast: Cast, reviewer: Person, ask: Ask
) -> None:
    author, other = browser(cast.trainer), browser(reviewer)
    address = write(author)
    version = version_in(other.get(address).text)

    assert other.post(f"{address}/pengembalian", data={"versi": version, "alasan": " "}).status_code == 422
    other.post(f"{address}/pengembalian", data={"versi": version, "alasan": "Dua kunci."})
    assert "Dikembalikan oleh" in (seen := author.get(address).text)
    assert seen.index("Dua kunci.") < seen.index("Seperti dilihat peserta")
    assert "Perlu perbaikan" in author.get(f"{BANK}?antrean=kembali").text
    author.post(f"{address}/sunting", data=TYPED | {"soal": "Surel mana yang asli?", "dari": version})
    assert "Surel mana yang asli?" in other.get(f"{BANK}?antrean=tinjau").text


def test_two_people_do_not_overwrite_each_other(browser: Browser, cast: Cast, reviewer: Person) -> None:
    address = write(browser(cast.trainer))

    answer = browser(reviewer).post(f"{address}/sunting", data=TYPED | {"soal": "Lain?", "dari": "1"})

    assert answer.status_code == 422
    assert "diubah orang lain" in answer.text


def test_a_question_is_taken_out_for_good_only_with_a_reason(
    browser: Browser, cast: Cast, reviewer: Person, ask: Ask
) -> None:
    client = browser(cast.trainer)
    address = f"{BANK}/soal-1-0"

    assert client.post(f"{address}/status", data={"langkah": "retired", "alasan": ""}).status_code == 422
    assert client.post(f"{address}/status", data={"langkah": "live"}).status_code == 400
    client.post(f"{address}/status", data={"langkah": "retired", "alasan": "Usang."})
    client.post(f"{address}/status", data={"langkah": "restored"})
    assert status(ask, address) == "retired"
    assert client.get(f"{address}/sunting").status_code == 404


def test_near_duplicates_are_hinted_at_and_kept_apart(browser: Browser, cast: Cast, reviewer: Person, ask: Ask) -> None:
    client = browser(cast.trainer)
    stem = "Surel mana yang harus Anda laporkan kepada pengelola teknologi informasi di kantor?"
    first, second = write(client, soal=stem), write(client, soal=f"{stem} Pilih satu.")

    assert stem[:60] in client.get(second).text
    client.post(f"{second}/bersama", data={"soal": first.rpartition("/")[2]})
    assert "Boleh bersama lagi" in client.get(first).text
    client.post(f"{first}/bersama", data={"soal": second.rpartition("/")[2], "langkah": "boleh"})
    assert "Boleh bersama lagi" not in client.get(second).text
    number = ask(select(Question.id).where(Question.uuid == second.rpartition("/")[2]))[0]
    assert f"soal ini nomor {number}." in client.get(second).text
    client.post(f"{first}/bersama", data={"soal": str(number)})
    assert "Boleh bersama lagi" in client.get(second).text
    for other in ("x", "0"):
        answer = client.post(f"{first}/bersama", data={"soal": other}, follow_redirects=True)
        assert "tidak ada di bank ini" in answer.text


def test_whoever_has_no_business_there_gets_nothing(browser: Browser, cast: Cast, reviewer: Person) -> None:
    for who, refusal in ((cast.learner, 403), (cast.other_trainer, 404)):
        client = browser(who)
        for path in ("/soal-1-0", "/soal-1-0/sunting", "/baru"):
            assert client.get(BANK + path).status_code == refusal
        for path in (
            "/soal-1-0/persetujuan", "/soal-1-0/pengembalian", "/soal-1-0/status", "/soal-1-0/bersama", "/persetujuan",
            "/langkah/abc/pembatalan", "/baru", "/soal-1-0/sunting",
        ):  # fmt: skip
            assert client.post(BANK + path, data={"langkah": "retired", "alasan": "x"}).status_code == refusal
