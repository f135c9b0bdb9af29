"""What is read from a page's text, and how it stands to the register."""

from dataclasses import replace
from datetime import date
from io import BytesIO

import pikepdf
import pytest

from lms.certificates.comparison import Outcome, compare
from lms.certificates.entry import RegisterEntry
from lms.certificates.inspection import inspect
from lms.certificates.printed import Printed, read
from lms.certificates.signing.pki import Pki
from lms.certificates.wording import read_date
from tests.certificates.conftest import FACTS, NOW

PRINTED = Printed(
    holder_name="Sari Wulandari, S.A.P.",
    title="Keamanan Informasi",
    level="2 · Dasar",
    learning_hours="6",
    issued_on="12 Mei 2026",
    valid_from="12 Mei 2026",
    valid_until="11 Mei 2029",
    number="B.589/BPSDM/RSDM.510/V/2026",
    code="K7QD-M4XR-2TVE",
)
ENTRY = RegisterEntry(
    code="K7QDM4XR2TVE",
    serial_number="B.589/BPSDM/RSDM.510/V/2026",
    holder_name="Sari Wulandari, S.A.P.",
    title="Keamanan Informasi",
    level=2,
    level_name="Dasar",
    learning_hours=6,
    agency="Badan Pengembangan Sumber Daya Manusia",
    issued_on=date(2026, 5, 12),
    valid_from=date(2026, 5, 12),
    valid_until=date(2029, 5, 11),
    file_sha256="a" * 64,
)
LAYOUT = """Nomor : {number}
dengan ini menyatakan bahwa
hereby states that
{name}
NIP
19930714 201903 2 004
pada
8 Mei 2026, setara dengan {hours} (enam) jam pelajaran.
Kompetensi
Competency
Keamanan
Informasi
{level}
Level 2 dari 5
Valid until
{until}
Jakarta, 12 Mei 2026"""


def test_an_issued_page_gives_all_its_facts(issued: bytes, pki: Pki) -> None:
    assert inspect(issued, trust=pki.trust, now=NOW).printed == PRINTED


def test_a_page_with_a_fact_drawn_over_gives_what_the_reader_sees(unsigned: bytes, pki: Pki) -> None:
    assert FACTS.level == 2
    with pikepdf.open(BytesIO(unsigned)) as pdf:
        font = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1))
        page = pdf.pages[0]
        page.Resources.Font["/Fz"] = font
        words = b"KompetensiCompetency Keamanan Informasi 4 \xb7 Mumpuni Level 4"
        page.contents_add(pdf.make_stream(b"BT /Fz 9 Tf (" + words + b") Tj ET"))
        saved = BytesIO()
        pdf.save(saved)

    printed = inspect(saved.getvalue(), trust=pki.trust, now=NOW).printed

    assert printed.level == "2 · Dasar / 4 · Mumpuni"


@pytest.mark.parametrize("space", [" ", "\n", "\u00a0\n", "\u200b \n"])
def test_line_breaks_and_blanks_of_a_printing_program_do_not_matter(space: str) -> None:
    text = LAYOUT.format(name="Sari Wulandari", number="B.1/X", hours=6, level="2 · Dasar", until="tidak terbatas")

    found = read(text.replace(" ", space))

    assert (found.holder_name, found.title, found.level) == ("Sari Wulandari", "Keamanan Informasi", "2 · Dasar")
    assert (found.learning_hours, found.valid_until, found.issued_on) == ("6", "tidak terbatas", "12 Mei 2026")
    assert (found.valid_from, found.code) == (None, None)


def test_another_document_gives_nothing() -> None:
    assert read("Undangan rapat, 12 hal.\nNomor : 3").is_blank


def test_the_same_facts_compare_as_the_same() -> None:
    assert {row.outcome for row in compare(PRINTED, ENTRY)} == {Outcome.SAME}


def test_what_differs_comes_first_then_what_cannot_be_read() -> None:
    changed = replace(PRINTED, level="4 · Mumpuni", valid_until="11 Mei 2031", number=None)

    rows = compare(changed, ENTRY)

    assert [(row.field, row.printed, row.registered, row.outcome) for row in rows[:3]] == [
        ("level", (4, "Mumpuni"), (2, "Dasar"), "differs"),
        ("valid_until", date(2031, 5, 11), date(2029, 5, 11), "differs"),
        ("number", None, "B.589/BPSDM/RSDM.510/V/2026", "unreadable"),
    ]
    assert {row.outcome for row in rows[3:]} == {Outcome.SAME}


def test_a_name_broken_into_pieces_is_the_same_name_and_another_letter_is_not() -> None:
    broken, other = (
        {row.field: row for row in compare(replace(PRINTED, holder_name=name), ENTRY)}["holder_name"]
        for name in ("Sari Wulan dari, S.A.P.", "Sari Wulandary, S.A.P.")
    )

    assert (broken.outcome, broken.printed) == (Outcome.SAME, "Sari Wulandari, S.A.P.")
    assert other.outcome is Outcome.DIFFERS


def test_an_endless_certificate_is_the_same_only_as_an_endless_one() -> None:
    endless = replace(ENTRY, valid_until=None, learning_hours=None)
    rows = {
        until: {row.field: row.outcome for row in compare(replace(PRINTED, valid_until=until), endless)}
        for until in ("tidak terbatas", "11 Mei 2029", None)
    }

    assert [row["valid_until"] for row in rows.values()] == ["same", "differs", "unreadable"]
    assert rows["tidak terbatas"]["learning_hours"] == "differs"  # the register knows of no hours


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("12 Mei 2026", date(2026, 5, 12)),
        ("12Mei2026", date(2026, 5, 12)),
        ("31 Februari 2026", None),
        ("12 May 2026", None),
        ("tidak terbatas", None),
    ],
)
def test_a_written_date_is_read_back(text: str, day: date | None) -> None:
    assert read_date(text) == day
