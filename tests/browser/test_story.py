"""The main job, end to end, in a browser: a learner becomes certified, and whoever should can check it.

The tests are the steps of one story and share one installation and its people (`story`): each begins where the one
before it ended, so they run in this order and all together.
"""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import expect

from lms import clock, demo
from lms.certificates import codes
from tests.browser.exam_page import (
    answer,
    answer_rightly,
    code_of,
    eventually,
    following,
    is_answered,
    ready,
    saved,
    watch,
)
from tests.browser.story import Story
from tests.browser.story_acts import (
    begin,
    check_code,
    finish_lessons,
    is_issued,
    kill_and_start_twice,
    mistyped,
    pin_of_the_room,
    qr_address,
    read_half,
    said_by,
    sitting,
    statuses,
    upload,
    with_a_byte_flipped,
)
from tests.exams.device import Device

pytestmark = pytest.mark.browser

LEARNER, COLLEAGUE = "pegawai", "rekan"
MANAGER, OTHER_MANAGER = "atasan", "atasan unit lain"
ORGANISER, TRAINER, HR, OTHER_HR = (
    "penyelenggara ujian",
    "penyusun kursus",
    "pengelola SDM Jakarta",
    "pengelola SDM Tangerang Selatan",
)
COURSE = "Keamanan Informasi untuk ASN"


def test_1_the_learner_signs_in_with_nip_and_password_and_lands_at_home(story: Story) -> None:
    page = story.visitor()
    page.goto("/masuk")
    page.get_by_label("NIP").fill(story.nip(LEARNER))
    page.get_by_role("textbox", name="Kata sandi").fill("bukan sandinya")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_contain_text("NIP atau kata sandi tidak cocok.")

    page.get_by_role("textbox", name="Kata sandi").fill(demo.PASSWORD)
    page.get_by_role("button", name="Masuk").click()

    expect(page).to_have_url(re.compile("/beranda$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ratna Wulandari")
    gaps = page.get_by_role("region", name="Kesenjangan terbesar")
    expect(gaps.locator(".gaps strong")).to_have_text(
        ["Kesiapsiagaan Bencana Wilayah", "Pelayanan Administrasi Terpadu", "Pengembangan Diri dan Orang Lain"]
    )


def test_2_she_finds_the_course_by_search_enrols_and_reads_and_her_place_is_kept(story: Story) -> None:
    page = story.page(LEARNER)
    page.goto("/kompetensi")
    expect(page.get_by_role("region", name="Jam pelajaran").locator(".figure")).to_contain_text("0 dari 20 JP")
    eventually(story.is_indexed, page, seconds=120)
    for words in ("mengamankan", "keamanan"):
        page.goto("/katalog")
        page.get_by_label("Cari kursus").fill(words)
        page.get_by_role("button", name="Cari").click()
        expect(page.get_by_role("heading", name=f"1 kursus untuk “{words}”")).to_be_visible()
    page.get_by_role("link", name=COURSE).click()
    page.get_by_role("button", name="Daftar kursus").click()
    page.get_by_role("link", name="Mulai belajar").click()

    read_half(page)
    page.goto("/beranda")
    page.get_by_role("link", name=re.compile("^Lanjutkan")).click()
    expect(page.get_by_text("Anda berhenti di sini")).to_be_in_viewport()

    assert finish_lessons(page) == 8
    expect(page.get_by_role("heading", level=1)).to_have_text("Semua materi selesai")


def test_3_she_sits_the_exam_on_a_phone_and_each_answer_is_saved_through_reload_and_second_tab(story: Story) -> None:
    page = begin(story, LEARNER)
    story.attempt = code_of(page)
    watch(page, story.acknowledged, story.sent)
    answer(page)
    page.get_by_role("button", name="Ragu-ragu").click()
    saved(page)
    page.get_by_role("link", name=re.compile("^Daftar soal")).click()
    expect(page.locator("#layar").get_by_role("link", name="Soal 1, dijawab, ragu-ragu")).to_be_visible()
    page.get_by_role("link", name=re.compile("^Ragu")).click()
    expect(page.locator("#layar [data-cells] .q")).to_have_text(["1"])

    page.goto(f"/pengerjaan/{story.attempt}/1")
    ready(page).reload()
    ready(page)
    is_answered(page)
    expect(page.get_by_role("button", name="Ragu-ragu")).to_have_attribute("aria-pressed", "true")

    other = page.context.new_page()
    watch(other, story.acknowledged, story.sent)
    other.goto(f"/pengerjaan/{story.attempt}/2")
    answer(ready(other))
    saved(other)
    expect(page.locator(".exam-side .q[data-n='2']")).to_have_class("q done")
    assert story.answered(story.attempt) == {1, 2}
    other.close()


def test_3_off_line_she_goes_on_and_all_arrives_when_the_line_is_back(story: Story) -> None:
    page = sitting(story, LEARNER, 3)
    page.context.set_offline(True)
    for _number in range(3):
        answer(page)
        following(page)
    expect(page.locator(".save")).to_contain_text("Luring sejak")
    page.wait_for_timeout(10_000)
    assert story.answered(story.attempt) == {1, 2}

    page.context.set_offline(False)

    saved(page)
    assert story.answered(story.attempt) == {1, 2, 3, 4, 5}


def test_3_her_session_ends_in_the_middle_and_she_signs_in_in_place_with_her_answers_kept(story: Story) -> None:
    page = sitting(story, LEARNER, 6)
    other = page.context.new_page()
    other.goto("/ujian")
    other.locator("summary").click()
    other.get_by_role("button", name="Keluar").click()
    expect(other.get_by_role("heading", name="Masuk")).to_be_visible()
    other.close()

    answer(page)
    page.get_by_role("button", name="Masuk lagi").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("NIP").fill(story.nip(LEARNER))
    dialog.get_by_label("Kata sandi").fill(demo.PASSWORD)
    dialog.get_by_role("button", name="Masuk", exact=True).click()

    expect(dialog).to_be_hidden()
    saved(page)
    assert story.answered(story.attempt) == {1, 2, 3, 4, 5, 6}


def test_3_kill_9_of_the_server_during_saves_loses_nothing_that_was_acknowledged(story: Story) -> None:
    page = sitting(story, LEARNER, 1)
    with ThreadPoolExecutor() as threads:
        blows = threads.submit(kill_and_start_twice, story)
        for item in story.items(story.attempt):
            page.get_by_role("button", name="Ragu-ragu").click()
            answer_rightly(page, item)
            following(page)
        while not blows.done():
            page.wait_for_timeout(100)
        blows.result()

    eventually(lambda: page.locator(".exam-side .unsent.q[data-n]").count() == 0, page, seconds=120)
    # All may have gone in one batch, after the last start; we hear of its answer a moment after the page does.
    eventually(lambda: len(story.acknowledged) > 60, page)
    assert story.acknowledged <= story.stored(story.attempt)
    assert story.sent <= story.stored(story.attempt)
    assert story.answered(story.attempt) == set(range(1, 21))


def test_3_when_time_runs_out_what_was_stored_is_graded(story: Story) -> None:
    page = begin(story, COLLEAGUE, pin=pin_of_the_room(story, ORGANISER))
    attempt = code_of(page)
    items = story.items(attempt)
    for item in items[:3]:
        answer_rightly(page, item)
        following(page)
    saved(page)
    page.goto("/beranda")

    story.end_at(attempt, clock.now() - timedelta(minutes=5))

    eventually(lambda: len(story.results(attempt)) == 1, page, seconds=60)
    result = story.results(attempt)[0]
    assert (result.answered, result.score, result.passed) == (3, Decimal(3), False)
    page.goto(f"/pengerjaan/{attempt}/hasil")
    expect(page.get_by_text("Waktu habis. Jawaban yang tersimpan sudah dinilai.")).to_be_visible()
    expect(page.locator(".figure")).to_contain_text("15,00")


def test_4_she_hands_in_twice_which_is_one_result_and_a_save_after_it_changes_nothing(story: Story) -> None:
    story.installation.kill("worker")
    page = sitting(story, LEARNER, 1)
    address = f"/pengerjaan/{story.attempt}"
    token = page.request.get(f"{address}/soal").json()["token"]
    before = story.stored(story.attempt)
    page.goto(f"{address}/periksa")
    saved(page)
    token_of_form = page.locator("#kumpulkan [name=csrf_token]").input_value()

    page.get_by_role("button", name="Kumpulkan jawaban (20 dari 20 terjawab)").dblclick()
    expect(page).to_have_url(re.compile("/hasil$"))  # the second press breaks off the first one's way there
    assert page.request.post(f"{address}/pengumpulan", form={"csrf_token": token_of_form}).ok
    tab = Device(story.attempt, "tab-lama")
    late = tab.body(tab.event(1, None, at=clock.now()))
    refused = page.request.put(f"{address}/jawaban", headers={"X-Attempt-Token": token}, data=late)

    expect(page.get_by_role("heading", level=1)).to_have_text("Anda lulus")
    assert [(result.answered, result.percent) for result in story.results(story.attempt)] == [(20, Decimal(100))]
    assert (refused.status, refused.json()["stored"]) == (409, [])
    assert story.stored(story.attempt) == before


def test_4_her_certificate_is_in_process_until_the_worker_is_back_and_then_signed_and_downloaded(
    story: Story, tmp_path: Path
) -> None:
    page = story.page(LEARNER, width=360)
    page.goto(f"/pengerjaan/{story.attempt}/hasil")
    page.get_by_role("link", name="Lihat proses sertifikat").click()
    expect(page.get_by_text("Sedang diproses")).to_be_visible()

    story.installation.start_worker()

    eventually(lambda: is_issued(page), page, seconds=120)
    page.get_by_role("link", name="Uji Kompetensi Keamanan Informasi", exact=True).click()
    file = tmp_path / "sertifikat.pdf"
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Unduh PDF").click()
    downloading.value.save_as(file)
    story.certificate, story.pdf = page.url.rpartition("/")[2], file.read_bytes()
    signatures = said_by("pdfsig", file)
    assert "Signature is Valid." in signatures
    assert "Total document signed" in signatures
    text = said_by("pdftotext", file, "-")
    assert "Ratna Wulandari, S.STP., M.Si." in text
    assert codes.display(story.certificate) in text


def test_5_her_profile_shows_level_2_with_its_evidence_and_four_more_hours(story: Story) -> None:
    page = story.page(LEARNER)
    page.goto("/kompetensi")
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile("^Keamanan Informasi")))
    expect(row.locator("td").first).to_contain_text("2 dari 2")
    expect(page.get_by_role("region", name="Jam pelajaran").locator(".figure")).to_contain_text("4 dari 20 JP")
    expect(page.get_by_role("row").filter(has_text=COURSE)).to_contain_text("Edisi 1")

    row.get_by_role("link", name="Keamanan Informasi", exact=True).click()
    page.get_by_role("link", name=re.compile("^Sertifikat B")).first.click()
    expect(page).to_have_url(re.compile(f"/sertifikat/{story.certificate}$"))
    page.go_back()
    page.get_by_role("link", name="Hasil ujian, nilai 100,00 dari 100").first.click()
    expect(page).to_have_url(re.compile(f"/pengerjaan/{story.attempt}/hasil$"))

    page.goto("/belajar/keamanan-informasi/rangkuman")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kursus selesai")
    expect(page.get_by_text("4 JP tercatat pada")).to_be_visible()


def test_6_the_hr_officer_checks_it_by_code_by_qr_and_by_file_and_no_changed_file_passes(
    story: Story, tmp_path: Path
) -> None:
    page = story.page(HR)
    page.goto("/sdm/pegawai")
    page.get_by_role("link", name="Cek sertifikat").click()
    check_code(page, codes.display(story.certificate))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sertifikat sah")
    expect(page.get_by_text("Ratna Wulandari, S.STP., M.Si.")).to_be_visible()

    page.goto(qr_address(story.pdf, tmp_path))
    expect(page).to_have_url(f"{story.installation.base_url}/cek/{story.certificate}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sertifikat sah")

    upload(page, story.pdf)
    expect(page.get_by_role("heading", level=1)).to_have_text("Sertifikat sah")
    expect(page.get_by_text("Isi berkas cocok dengan register.")).to_be_visible()
    expect(page.get_by_text("Tanda tangan elektronik utuh.")).to_be_visible()
    for changed in with_a_byte_flipped(story.pdf, 5):
        upload(page, changed)
        expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("^(Berkas diubah|Berkas rusak)$"))
    upload(page, story.pdf + b"\n")
    expect(page.get_by_role("heading", level=1)).to_have_text("Berkas diubah")

    check_code(page, codes.new_code())
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode tidak ditemukan")
    expect(page.locator(".advice li")).to_have_count(3)
    check_code(page, mistyped(story.certificate))
    expect(page.get_by_role("heading", level=1)).to_have_text("Kode belum tepat")
    expect(page.get_by_text("Ada huruf yang salah ketik atau tertukar letaknya.")).to_be_visible()


def test_7_the_trainer_corrects_a_lesson_and_the_learner_keeps_edition_1_and_is_told_of_edition_2(story: Story) -> None:
    page = story.page(TRAINER)
    page.goto("/ajar")
    page.get_by_role("link", name=COURSE, exact=True).click()
    page.get_by_role("link", name=re.compile("^Sunting")).first.click()
    text = page.get_by_label("Isi materi", exact=True)
    before = text.input_value()
    assert len(before.split()) >= 600
    text.fill(before + "\n\nLaporkan setiap pesan yang meragukan kepada tim tanggap insiden.")
    page.get_by_role("button", name="Simpan dan tinjau").click()

    changed = page.get_by_role("region", name="Yang berubah")
    expect(changed.locator("ins")).to_contain_text(["Laporkan setiap pesan yang meragukan"])
    page.get_by_label("Catatan perubahan").fill("Menambah anjuran untuk melapor.")
    page.get_by_role("button", name="Terbitkan edisi 2").click()
    expect(page.get_by_text("Edisi 2 terbit.")).to_be_visible()

    hers = story.page(LEARNER, width=360)
    hers.goto("/belajar/keamanan-informasi")
    expect(hers.get_by_text("Anda membaca edisi 1; edisi 2 sudah terbit.")).to_be_visible()
    expect(hers.get_by_text("Menambah anjuran untuk melapor.")).to_be_visible()
    hers.goto("/belajar/keamanan-informasi/1")
    expect(hers.get_by_role("article")).not_to_contain_text("Laporkan setiap pesan yang meragukan")
    hers.goto("/kompetensi")
    expect(hers.get_by_role("row").filter(has_text=COURSE)).to_contain_text("Edisi 1")


def test_8_whoever_is_not_entitled_sees_nothing_of_it_and_manager_and_hr_see_profile_and_certificate(
    story: Story,
) -> None:
    person = story.code_of(LEARNER)
    attempt = [f"/pengerjaan/{story.attempt}{end}" for end in ("", "/1", "/daftar", "/periksa", "/hasil")]
    certificate = [f"/sertifikat/{story.certificate}", f"/sertifikat/{story.certificate}/berkas"]
    team, staff = f"/tim/{person}", f"/sdm/pegawai/{person}"

    for stranger in (COLLEAGUE, OTHER_MANAGER, OTHER_HR):
        answers = statuses(story, stranger, [*attempt, *certificate, team, staff])
        assert set(answers.values()) <= {403, 404}, (stranger, answers)
    assert statuses(story, OTHER_MANAGER, [*certificate, team]) == dict.fromkeys([*certificate, team], 404)
    assert statuses(story, OTHER_HR, [*certificate, staff]) == dict.fromkeys([*certificate, staff], 404)
    assert statuses(story, MANAGER, [*certificate, team]) == dict.fromkeys([*certificate, team], 200)
    assert statuses(story, HR, [*certificate, staff]) == dict.fromkeys([*certificate, staff], 200)
    for entitled in (MANAGER, HR):
        assert set(statuses(story, entitled, attempt).values()) == {404}
    assert story.errors == []
