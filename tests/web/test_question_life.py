"""/soal/<bank>/<soal>: reviewed by another person, written in the browser with pictures and recordings; the queue and steps taken back."""

import io
import re
from collections.abc import Callable
from datetime import date
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.people.models import RoleGrant
from lms.questions import banks, kinds
from lms.questions.models import Bank, Question, QuestionVersion
from lms.web.question_review import CHECKS
from tests.cast import START, Cast, Person
from tests.exams import factory
from tests.questions import recordings
from tests.questions.test_images import picture
from tests.web.conftest import Ask

Browser = Callable[[Person | None], FlaskClient]
BANK = "/soal/bank-ki"
TYPED = {
    "jenis": "single_choice", "soal": "Surel mana yang **palsu**?", "pilihan-1": "Dari bank", "pilihan-2": "Dari teman",
    "benar": "1", "pembahasan": "Alamatnya.", "kompetensi": "TEK.KI", "tingkat": "1", "kesulitan": "mudah",
    "tag": "Surel,  Palsu ", "folder": " Dasar / Surel ", "aksi": "simpan",
}  # fmt: skip


@pytest.fixture
def reviewer(session: Session, cast: Cast) -> Person:
    """Another trainer of the same agency, beside the bank that both edit."""
    factory.build(session, cast)
    session.add(RoleGrant(user_id=cast.colleague.user_id, role="trainer", unit_id=cast.jakarta, since=date(2020, 1, 1)))
    session.commit()
    return cast.colleague


def write(client: FlaskClient, **change: str) -> str:
    answer = client.post(f"{BANK}/baru", data=TYPED | change)
    assert answer.status_code == 303, answer.text
    return answer.location


def version_in(page: str) -> str:
    found = re.search(r'name="versi" value="(\d+)"', page)
    assert found is not None
    return found[1]


def status(ask: Ask, address: str) -> str:
    found: str = ask(select(Question.status).where(Question.uuid == address.rpartition("/")[2]))[0]
    return found


def test_a_question_is_written_looked_at_and_saved_on_trial(
    browser: Browser, cast: Cast, reviewer: Person, ask: Ask
) -> None:
    client = browser(cast.trainer)

    assert 'name="pilihan-4"' in client.get(f"{BANK}/baru").text
    before = len(ask(select(Question.id)))
    looked = client.post(f"{BANK}/baru", data=TYPED | {"aksi": "pratinjau"}).text
    assert "<strong>palsu</strong>" in looked
    assert 'class="opts"' in looked
    assert '<h2 id="pratinjau" tabindex="-1" data-focus>' in looked  # far below the form on a phone
    assert len(ask(select(Question.id))) == before
    page = client.get(write(client)).text
    assert "Orang lain yang meninjaunya." in page
    made = ask(select(QuestionVersion).order_by(QuestionVersion.id.desc()))[0]
    assert made.tags == ["palsu", "surel"]
    assert ask(select(Question.folder).order_by(Question.id.desc()))[0] == "Dasar/Surel"
    assert client.get(f"{BANK}?tag=palsu&folder=Dasar/Surel&status=trial").text.count("<article") == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"soal": ""}, "Soal: Wajib diisi."),
        ({"benar": ""}, "Pilihan: Tandai tepat satu pilihan yang benar."),
        ({"kompetensi": "X"}, "Pilih kompetensi."),
        ({"poin": "0,1"}, "Bobot: Tulis bilangan 0,25 sampai 100."),
        ({"tingkat": "9"}, "Pilih tingkat 1 sampai 5."),
    ],
)
def test_what_is_wrong_is_said_at_its_place_and_nothing_is_lost(
    browser: Browser, cast: Cast, reviewer: Person, change: dict[str, str], said: str
) -> None:
    answer = browser(cast.trainer).post(f"{BANK}/baru", data=TYPED | change)

    assert answer.status_code == 422
    assert said in answer.text
    assert "Dari teman" in answer.text


#: What is typed beside TYPED, what is typed wrong in its place, and what the page then says, with its link.
KINDS: list[tuple[dict[str, str | list[str]], dict[str, str], str]] = [
    (
        {"jenis": "single_choice", "benar": "", "bobot-1": "100", "bobot-2": "33,33", "umpan-2": "Hampir."},
        {"bobot-2": "-5"},
        '<a href="#bobot-2">Bobot pilihan 2: Tulis bobot 0 sampai 100 persen.</a>',
    ),
    (
        {"jenis": "multiple_choice", "benar": "2", "skor": "all_or_nothing"},
        {"skor": "fractions"},
        '<a href="#skor">Cara menilai: Isi bobot setiap pilihan, atau pilih cara menilai yang lain.</a>',
    ),
    (
        {"jenis": "true_false", "jawaban": "false"},
        {"jawaban": ""},
        '<a href="#jawaban">Kunci: Pilih Benar atau Salah.</a>',
    ),
    (
        {"jenis": "situational", "pilihan-1": "Bertanya", "poin-1": "5", "pilihan-4": "Diam", "poin-4": "1"},
        {"poin-4": ""},
        '<a href="#poin-4">Poin pilihan 4: Tulis bilangan bulat 1 sampai 5.</a>',
    ),
    (
        {"jenis": "numeric", "jawaban": "12,5", "toleransi": "0,5", "satuan": "jam", "satuan-lain": "menit = 0,0167"},
        {"jawaban": "12,5\n13:150%"},
        '<a href="#jawaban">Kunci, baris 2: Tulis bobot 0 sampai 100 persen.</a>',
    ),
    (
        {"jenis": "short_text", "jawaban": "frasa sandi*\nsandi:50% # Kurang lengkap.", "huruf": "ya"},
        {"jawaban": "sandi:50%"},
        '<a href="#jawaban">Kunci: Beri paling sedikit satu jawaban bobot 100 persen.</a>',
    ),
    (
        {"jenis": "matching", "kiri-1": "Jabar", "kanan-1": "Bandung", "kiri-3": "Banten", "kanan-3": "Serang", "pengecoh-1": "Palu"},
        {"kanan-3": ""},
        '<a href="#kanan-3">Pasangan butir 3: Wajib diisi.</a>',
    ),
    (
        {"jenis": "ordering", "butir-1": "Catat", "butir-2": "Lapor", "skor": "pairs"},
        {"butir-2": ""},
        '<a href="#butir-1">Butir: Isi 2 sampai 15 butir.</a>',
    ),
    (
        {"jenis": "cloze", "teks": "Ibu kota {{1}} adalah {{2}}.", "jenis-isian-1": "text", "isian-1": "Banten",
         "jenis-isian-2": "choice", "isian-2": "*Serang\nBandung", "bobot-isian-2": "2"},
        {"isian-2": ""},
        '<a href="#isian-2">Isian 2: Isi jawaban yang benar; pada pilihan, awali dengan tanda *.</a>',
    ),
    (
        {"jenis": "essay", "kata-min": "50", "kriteria-1": "Isi", "nilai-1": "5", "jenjang-1": "5: Lengkap\n0: Kosong"},
        {"jenjang-1": "4: Lengkap\n0: Kosong"},
        '<a href="#jenjang-1">Jenjang kriteria 1: Jenjang tertinggi harus sama dengan poin kriterianya.</a>',
    ),
    (
        {"jenis": "file", "tipe": ["pdf", "png"], "mb": "2"},
        {"mb": "11"},
        '<a href="#mb">Ukuran paling besar: Tulis bilangan bulat 1 sampai 10.</a>',
    ),
]  # fmt: skip


def test_every_kind_is_written_corrected_and_opened_again_as_it_was(
    browser: Browser, cast: Cast, reviewer: Person, ask: Ask
) -> None:
    client = browser(cast.trainer)
    bare = {name: text for name, text in TYPED.items() if not name.startswith(("pilihan", "benar"))}
    assert [typed["jenis"] for typed, _wrong, _said in KINDS] == list(kinds.KINDS)
    for typed, wrong, said in KINDS:
        sent = (TYPED if "choice" in typed["jenis"] else bare) | typed
        fresh = client.get(f"{BANK}/baru?jenis={typed['jenis']}").text
        names = {name for name in [*typed, *wrong] if name not in {"benar", "jenis"}}
        assert all(f'name="{name}"' in fresh for name in names)

        empty = client.post(f"{BANK}/baru", data={"jenis": typed["jenis"], "soal": "", "aksi": "simpan"}).text
        places = re.findall(r'<li><a href="#([^"]+)">', empty)
        assert places[0] == "soal"  # from the top of the page down
        assert len(places) == len(set(places))
        assert set(places) <= set(re.findall(r' id="([^"]+)"', empty))
        refused = client.post(f"{BANK}/baru", data=sent | wrong)
        assert (refused.status_code, said in refused.text) == (422, True), (said, refused.text)
        assert f'id="{said.partition("#")[2].partition(chr(34))[0]}"' in refused.text
        saved = client.post(f"{BANK}/baru", data=sent)
        assert saved.status_code == 303, saved.text

        page = client.get(f"{saved.location}/sunting").text
        version = re.search(r'name="dari" value="(\d+)"', page)
        assert version is not None
        again = client.post(f"{saved.location}/sunting", data=sent | {"dari": version[1]})
        assert again.status_code == 303
        of_it = select(QuestionVersion.number).join(Question, Question.id == QuestionVersion.question_id)
        shown = client.get(saved.location)
        assert shown.status_code == 200
        assert typed["jenis"] != "essay" or "5: Lengkap" in shown.text  # reviewers see by what it is marked
        # The same content makes no new version.
        assert ask(of_it.where(Question.uuid == saved.location.rpartition("/")[2])) == [1]


def test_a_form_that_is_sent_twice_makes_one_question(browser: Browser, cast: Cast, reviewer: Person, ask: Ask) -> None:
    client = browser(cast.trainer)
    key = re.search(r'name="kunci" value="([^"]+)"', client.get(f"{BANK}/baru").text)
    assert key is not None
    before = len(ask(select(Question.id)))

    first = write(client, kunci=key[1])
    assert write(client, kunci=key[1]) == first
    assert write(client, kunci=key[1], tingkat="2") != first  # gone back to and changed: another question
    assert write(client, kunci=key[1], tujuan="practice") != first
    assert write(client, kunci=key[1], jenis="multiple_choice") != first
    assert len(ask(select(Question.id))) == before + 4


def test_the_key_of_a_question_elsewhere_makes_a_question_here(
    browser: Browser, cast: Cast, session: Session, reviewer: Person
) -> None:
    client = browser(cast.trainer)
    uuid = write(client).rpartition("/")[2]
    one = session.scalars(
        select(QuestionVersion).join(Question, Question.current_id == QuestionVersion.id).where(Question.uuid == uuid)
    ).one()
    elsewhere, key = Bank(code="bank-lain", title="Lain", unit_id=cast.tangsel), str(uuid4())
    session.add(elsewhere)
    session.flush()
    banks.add_version(
        session, elsewhere, uuid=key, kind=one.kind, content=one.content, competency_id=one.competency_id, level=one.level,
        difficulty=one.difficulty, lesson="", purpose="exam", tags=one.tags, status="trial", by=None, now=START,
    )  # fmt: skip
    session.commit()

    changed: list[dict[str, str]] = [{}, {"tingkat": "2"}]
    for changes in changed:
        made = write(client, kunci=key, **changes)
        assert key not in made
        assert client.get(made).status_code == 200


def test_another_kind_keeps_what_both_ask_for(browser: Browser, cast: Cast, reviewer: Person) -> None:
    client = browser(cast.trainer)

    turned = client.post(f"{BANK}/baru", data=TYPED | {"aksi": "jenis-situational"}).text
    assert 'name="jenis" value="situational"' in turned
    assert "Surel mana yang **palsu**?" in turned
    assert "Dari teman" in turned
    assert 'name="poin-2"' in turned
    assert 'name="simpan-single_choice-benar" value="1"' in turned
    assert 'name="tipe" value="pdf" checked' in client.post(f"{BANK}/baru", data=TYPED | {"aksi": "jenis-file"}).text


def test_a_row_more_keeps_what_was_typed_and_opens_there(browser: Browser, cast: Cast, reviewer: Person) -> None:
    client = browser(cast.trainer)
    typed = {
        "jenis": "cloze",
        "teks": "Satu {{1}}",
        "isian-1": "a\n*b",
        "jenis-isian-1": "number",
        "huruf-isian-2": "ya",
    }

    page = client.post(f"{BANK}/baru", data=typed | {"aksi": "tambah-isian", "baris-isian": "3"})

    assert page.status_code == 200
    for kept in ("Satu {{1}}", "a\n*b", '<option value="number" selected>', 'name="huruf-isian-2" value="ya" checked'):
        assert kept in page.text
    assert re.search(r'<textarea class="in" id="isian-4"[^>]* data-focus>', page.text)
    assert 'formaction="#isian-5"' in page.text
    assert "Ada yang perlu diperbaiki" not in page.text
    full = {"jenis": "situational", "aksi": "tambah-pilihan", "baris-pilihan": "10"}
    assert "tambah-pilihan" not in client.post(f"{BANK}/baru", data=full).text  # ten are as many as there are letters


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


def test_a_picture_is_added_with_words_shown_and_served_as_a_picture_only(
    browser: Browser, cast: Cast, reviewer: Person
) -> None:
    client = browser(cast.trainer)

    def add(data: bytes, alt: str) -> str:
        sent = TYPED | {"aksi": "gambar", "gambar": (io.BytesIO(data), "peta.png"), "alt": alt, "tempat": "pilihan-2"}
        return client.post(f"{BANK}/baru", data=sent).text

    assert "Tulis apa yang terlihat" in add(picture(), " ")
    assert "bukan gambar" in add(b"<svg/>", "Peta")
    named = re.search(r"!\[Peta\]\((gambar:([0-9a-f]{64}\.png))\)", add(picture(), "Peta"))
    assert named is not None
    page = client.get(write(client, **{"pilihan-2": f"Dari teman ![Peta]({named[1]})"})).text
    assert f'<img src="/gambar/{named[2]}" alt="Peta">' in page
    served = browser(cast.learner).get(f"/gambar/{named[2]}")
    assert served.mimetype == "image/png"
    assert served.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert "immutable" in served.headers["Cache-Control"]
    assert browser(cast.learner).get(f"/gambar/{'0' * 64}.png").status_code == 404
    assert browser(None).get(f"/gambar/{named[2]}").status_code == 302


def test_a_recording_is_added_with_words_played_in_parts_and_served_as_a_recording_only(
    browser: Browser, cast: Cast, reviewer: Person
) -> None:
    client = browser(cast.trainer)

    def add(data: bytes, words: str) -> str:
        sent = TYPED | {"aksi": "rekaman", "rekaman": (io.BytesIO(data), "suara.mp3"), "isi-rekaman": words}
        return client.post(f"{BANK}/baru", data=sent | {"tempat-rekaman": "soal", "transkrip": "Tolong kirim."}).text

    assert "Tulis apa isi rekaman" in add(recordings.mp3(), " ")
    assert "bukan rekaman suara" in add(b"<!doctype html><script>alert(1)</script>", "Percakapan")
    assert "paling besar 10 MB" in add(recordings.MP3_FRAME * 25_200, "Percakapan")
    page = add(recordings.mp3(), "Percakapan")  # 49 frames of 1152 samples at 44.1 kHz are 1.28 s
    assert "Rekaman ditambahkan (0:01)." in page
    named = re.search(r"!\[Percakapan\]\((audio:([0-9a-f]{64}\.mp3)) &#34;Tolong kirim\.&#34;\)", page)
    assert named is not None
    shown = client.get(write(client, soal=f"Apa ini? ![Percakapan]({named[1]})")).text
    assert f'src="/audio/{named[2]}" aria-label="Percakapan"></audio>' in shown
    learner = browser(cast.learner)
    whole = learner.get(f"/audio/{named[2]}")
    assert (whole.status_code, whole.mimetype, whole.headers["Accept-Ranges"]) == (200, "audio/mpeg", "bytes")
    assert whole.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    part = learner.get(f"/audio/{named[2]}", headers={"Range": "bytes=0-1"})
    assert (part.status_code, part.data) == (206, b"\xff\xfb")
    assert part.headers["Content-Range"] == f"bytes 0-1/{49 * 417}"
    assert learner.get(f"/audio/{named[2]}", headers={"Range": "bytes=99999-"}).status_code == 416
    assert learner.get(f"/gambar/{named[2]}").status_code == 404
    assert learner.get(f"/audio/{'0' * 64}.mp3").status_code == 404
    assert browser(None).get(f"/audio/{named[2]}").status_code == 302


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
