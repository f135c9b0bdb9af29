"""Questions are written in the browser, of every kind."""

import re
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from lms.questions import banks, kinds
from lms.questions.models import Bank, Question, QuestionVersion
from tests.cast import START, Cast, Person
from tests.web.conftest import Ask
from tests.web.question_life.writing import BANK, TYPED, Browser, write


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


def test_more_tags_than_a_question_keeps_are_refused_and_stay_typed(
    browser: Browser, cast: Cast, reviewer: Person
) -> None:
    client = browser(cast.trainer)
    many = ", ".join(f"tag {n}" for n in range(11))

    answer = client.post(f"{BANK}/baru", data=TYPED | {"tag": many})

    assert answer.status_code == 422
    assert "Tulis paling banyak 10 tag." in answer.text
    assert f'value="{many}"' in answer.text
    write(client, tag=", ".join(f"tag {n}" for n in range(10)))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tag": f"awal; {'x' * 41}"}, "Persingkat tag menjadi paling panjang 40 huruf."),
        ({"folder": "x" * 121}, "Persingkat folder menjadi paling panjang 120 huruf."),
    ],
)
def test_a_tag_or_a_folder_too_long_is_refused_and_never_cut(
    browser: Browser, cast: Cast, reviewer: Person, change: dict[str, str], said: str
) -> None:
    answer = browser(cast.trainer).post(f"{BANK}/baru", data=TYPED | change)

    assert answer.status_code == 422
    assert said in answer.text
    assert all(f'value="{typed}"' in answer.text for typed in change.values())


def test_options_that_read_the_same_are_refused_at_the_second(browser: Browser, cast: Cast, reviewer: Person) -> None:
    client = browser(cast.trainer)
    same = TYPED | {"pilihan-2": "", "pilihan-3": "**Dari bank**"}

    for act in ("simpan", "pratinjau"):
        answer = client.post(f"{BANK}/baru", data=same | {"aksi": act})
        assert answer.status_code == 422
        assert '<a href="#pilihan-3">Pilihan 3: Terbaca sama dengan nomor 1;' in answer.text
