"""A sheet of codes and numbers: where they stand, and what each row comes to. The register is a table of three."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from lms.certificates import check_lists, codes, typed_numbers
from lms.certificates.check_lists import BadList, Layout
from lms.certificates.entry import RegisterEntry
from lms.certificates.verification import State, check_code
from lms.spreadsheets import Cell

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
A, B, C = (body + codes.check_character(body) for body in ("7Q4XM2KP9RW", "0000000000A", "12345678901"))
ENTRY = RegisterEntry(
    code=A,
    serial_number="B.589/BPSDM/RSDM.510/V/2026",
    holder_name="Sari",
    title="Keamanan Informasi",
    level=2,
    level_name="Dasar",
    learning_hours=4,
    agency="BPSDM",
    issued_on=date(2026, 5, 12),
    valid_from=date(2026, 5, 12),
    valid_until=date(2029, 5, 11),
    file_sha256="a" * 64,
)
ISSUED = {
    A: ENTRY,
    B: replace(ENTRY, code=B, serial_number="B.590/BPSDM/RSDM.510/V/2026", valid_until=date(2026, 11, 22)),
    C: replace(ENTRY, code=C, serial_number="B.591/BPSDM/RSDM.510/V/2026", revoked_at=NOW),
}


class Register:
    """The three, asked as the check asks: one, or many at once."""

    def by_code(self, code: str) -> RegisterEntry | None:
        return ISSUED.get(code)

    def by_hashes(self, sha256s: object) -> RegisterEntry | None:
        del sha256s
        return None

    def by_codes(self, codes: Collection[str]) -> Mapping[str, RegisterEntry]:
        return {code: ISSUED[code] for code in codes if code in ISSUED}

    def by_numbers(self, numbers: Collection[str]) -> Mapping[str, RegisterEntry]:
        known = {entry.serial_number: entry for entry in ISSUED.values()}
        spelled = {text: set(typed_numbers.spellings(text)) & known.keys() for text in numbers}
        return {text: known[found.pop()] for text, found in spelled.items() if found}


def states(*asked: Cell) -> list[str]:
    found = check_lists.check([[cell] for cell in asked], register=Register(), now=NOW)
    return [one.fault or (one.verdict.state if one.verdict else "") for one in found]


def test_each_row_gets_the_answer_of_the_check_page() -> None:
    asked = [A, B, C, codes.new_code(), A[:-1], f"{A[:-2]}{A[-1]}{A[-2]}", f"https://x.id/cek/{codes.display(A)}", "?"]

    found = check_lists.check([[one] for one in asked], register=Register(), now=NOW)

    assert [one.verdict for one in found] == [check_code(one, register=Register(), now=NOW) for one in asked]
    assert [one.verdict.state for one in found if one.verdict] == [
        "valid", "expired", "revoked", "not_found", "malformed_code", "malformed_code", "valid", "malformed_code",
    ]  # fmt: skip


def test_numbers_are_found_however_they_are_written_and_an_unknown_one_is_no_mistyped_code() -> None:
    found = states("b.589 / bpsdm/rsdm.510/v/2026", "B.590/BPSDM/RSDM.510/V/2026", "B.9/BPSDM/RSDM.510/V/2026")

    assert found == [State.VALID, State.EXPIRED, State.NOT_FOUND]


def test_what_is_in_the_way_of_checking_is_told_by_row_and_keeps_no_other_row_waiting() -> None:
    sheet: list[list[Cell]] = [
        ["Nama", "Kode"], ["Sari", A], [], ["Budi"], ["Ani", "=A1"], ["Ina", 123456789.0], ["Edi", "X" * 201], ["Eka", A],
        ["Uli", "nilai"],
    ]  # fmt: skip

    found = check_lists.check(sheet, formulas={(9, 2)}, register=Register(), now=NOW)

    assert [one.line for one in found] == [2, 3, 4, 5, 6, 7, 8, 9]
    assert [one.fault for one in found] == ["", "", "empty", "formula", "digits", "long", "", "formula"]
    assert [one.twin for one in found if one.verdict] == [None, 2]


def test_a_code_of_digits_alone_survives_a_cell_of_numbers() -> None:
    digits = next(
        f"{n}{codes.check_character(str(n))}"
        for n in range(10**10, 10**10 + 99)
        if codes.check_character(str(n)).isdigit()
    )

    assert states(float(digits)) == [State.NOT_FOUND]


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([["Nomor sertifikat", "NIP", "Kode"], ["", "", A]], Layout((2, 0), 1)),
        ([["No", "Nama", "Bukti"], ["1", "Sari", A]], Layout((2,), 1)),
        ([["1", "Sari", "B.589/BPSDM/RSDM.510/V/2026"]], Layout((2,), 0)),
        ([["Daftar saya"], [A]], Layout((0,), 1)),
        ([["salah ketik"]], Layout((0,), 0)),
    ],
)
def test_the_column_is_found_by_its_heading_or_by_what_stands_in_it(rows: list[list[Cell]], found: Layout) -> None:
    assert check_lists.layout(rows) == found


def test_five_hundred_are_checked_and_one_more_is_refused_with_the_count() -> None:
    one: list[Cell] = [A]
    rows: list[list[Cell]] = [["Kode"], *[one] * 500, []]
    assert check_lists.layout(rows).first == 1

    with pytest.raises(BadList, match="many") as refused:
        check_lists.layout([*rows, one])
    assert refused.value.count == 501


def test_a_sheet_without_codes_or_numbers_is_refused() -> None:
    with pytest.raises(BadList, match="column"):
        check_lists.layout([["No", "Nama"], ["1", "Sari"], ["2", "12/05/2026"]])


def test_codes_that_were_pasted_side_by_side_stand_below_each_other() -> None:
    assert check_lists.upright([[A, B]]) == [[A], [B]]
    assert check_lists.upright([["Sari", A]]) == [["Sari", A]]


def test_while_the_register_cannot_be_read_no_row_is_called_invalid() -> None:
    found = check_lists.unanswered([[A], ["=1"]])

    assert [(one.fault, one.verdict.state if one.verdict else "") for one in found] == [
        ("", "cannot_check"),
        ("formula", ""),
    ]
