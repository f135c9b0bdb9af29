"""NIP: what is possible and what is not."""

import pytest

from lms.people import nip


@pytest.mark.parametrize("text", ["198609262015051001", "19860926 201505 1 001", "19860926.202421.2.003"])
def test_a_pns_and_a_pppk_number_are_read_with_or_without_spaces(text: str) -> None:
    assert len(nip.normalise(text)) == 18


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1986092620150510", "length"),
        ("19860926201505100A", "length"),
        ("198602302015051001", "birth"),
        ("198609262015131001", "start"),
        ("198609262015053001", "sex"),
        ("198609262015051000", "serial"),
    ],
)
def test_an_impossible_number_says_which_part_is_wrong(text: str, problem: str) -> None:
    with pytest.raises(nip.BadNip) as caught:
        nip.normalise(text)
    assert caught.value.problem == problem


def test_a_number_is_printed_in_its_four_parts() -> None:
    assert nip.display("198609262015051001") == "19860926 201505 1 001"
