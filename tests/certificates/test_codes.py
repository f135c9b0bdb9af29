"""Codes: drawn at random, forgiving to read, and strict about slips."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates import codes

BODIES = st.text(codes.ALPHABET, min_size=11, max_size=11)
CODES = BODIES.map(lambda body: body + codes.check_character(body))
POSITIONS = st.integers(0, 11)


def test_a_new_code_has_twelve_characters_of_the_alphabet_and_is_well_formed() -> None:
    code = codes.new_code()

    assert len(code) == 12
    assert set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert codes.is_well_formed(code)


def test_new_codes_do_not_repeat() -> None:
    assert len({codes.new_code() for _ in range(2000)}) == 2000


def test_the_check_character_is_the_one_worked_by_hand() -> None:
    # One 1 eleven places from the left: its weight is x^1 = 2, so the check character is number 2.
    assert codes.check_character("00000000001") == "2"
    # x^5 = x^2 + 1 = 5: a 1 five places before the check character asks for number 5.
    assert codes.check_character("00000010000") == "5"
    # Both together: 2 xor 5 = 7.
    assert codes.check_character("00000010001") == "7"
    assert codes.check_character("00000000000") == "0"


@given(CODES)
def test_every_made_code_reads_back_as_itself(code: str) -> None:
    assert codes.parse(code) == code
    assert codes.parse(codes.display(code)) == code


@given(CODES, POSITIONS, st.sampled_from(codes.ALPHABET))
def test_one_wrong_character_is_caught_wherever_it_stands(code: str, position: int, wrong: str) -> None:
    changed = code[:position] + wrong + code[position + 1 :]

    assert codes.is_well_formed(changed) == (changed == code)


@given(CODES, st.integers(0, 10))
def test_two_neighbours_that_changed_places_are_caught(code: str, left: int) -> None:
    swapped = code[:left] + code[left + 1] + code[left] + code[left + 2 :]

    assert codes.is_well_formed(swapped) == (swapped == code)


@given(CODES, POSITIONS, POSITIONS)
def test_any_two_characters_that_changed_places_are_caught(code: str, one: int, other: int) -> None:
    characters = list(code)
    characters[one], characters[other] = characters[other], characters[one]
    swapped = "".join(characters)

    assert codes.is_well_formed(swapped) == (swapped == code)


@pytest.mark.parametrize("body", ["K7QDM4XR2TV", "00000000000", "ZZZZZZZZZZZ", "0123456789A", "9FHW2C7XKPD"])
def test_all_substitutions_and_swaps_of_a_code_are_caught(body: str) -> None:
    code = body + codes.check_character(body)
    slips = {code[:p] + c + code[p + 1 :] for p in range(12) for c in codes.ALPHABET}
    slips |= {code[:p] + code[p + 1] + code[p] + code[p + 2 :] for p in range(11)}
    slips.discard(code)

    assert len(slips) >= 12 * 31
    for slip in slips:
        with pytest.raises(codes.WrongCheckCharacter):
            codes.parse(slip)


@pytest.mark.parametrize(
    "written",
    [
        "K7QD-M4XR-2TV0",
        "k7qd m4xr 2tvo",
        " K7QD\u2013M4XR\u20112TV0\u200b\n",
        "\uff2b7QDM4XR2TV0",
        "https://teruji.contoh.go.id/cek/K7QDM4XR2TV0",
        "teruji.contoh.go.id/cek/k7qd-m4xr-2tv0/",
        "http://127.0.0.1:8000/cek/K7QD-M4XR-2TV0?dari=qr#hasil",
        "/cek/K7QD-M4XR-2TV0",
    ],
)
def test_a_code_is_understood_however_it_is_written(written: str) -> None:
    assert codes.normalise(written) == "K7QDM4XR2TV0"


def test_letters_that_look_like_digits_are_read_as_digits_but_u_is_left() -> None:
    assert codes.normalise("OoIiLlUu") == "001111UU"


def test_a_wrong_length_is_told_with_the_length() -> None:
    with pytest.raises(codes.WrongLength) as told:
        codes.parse("K7QD-M4XR-2TV")

    assert told.value.length == 11
    assert told.value.problem == "wrong_length"


def test_illegal_characters_are_named() -> None:
    with pytest.raises(codes.IllegalCharacter) as told:
        codes.parse("K7QU-M4XR-2T!U")

    assert told.value.characters == "U!"
    assert told.value.problem == "illegal_character"


def test_a_certificate_number_typed_as_a_code_is_malformed_not_cut_to_its_last_part() -> None:
    with pytest.raises(codes.IllegalCharacter):
        codes.parse("B.589/BPSDM/RSDM.510/V/2026")


def test_nothing_at_all_has_length_zero() -> None:
    with pytest.raises(codes.WrongLength) as told:
        codes.parse(" - ")

    assert told.value.length == 0


@given(st.text())
def test_no_text_at_all_breaks_reading(text: str) -> None:
    try:
        code = codes.parse(text)
    except codes.MalformedCode:
        return
    assert codes.is_well_formed(code)
