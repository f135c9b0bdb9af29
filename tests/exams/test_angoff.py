"""Cut scores by a panel: worked by hand, bounds, and files that are refused."""

from decimal import Decimal
from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.exams.angoff import cut_score
from lms.exams.marks_file import BadTable, read_ratings

FILE = "judge,s1,s2,s3\nA,0.5,0.6,0.7\nB,0.7,0.8,0.9\nC,0.6,0.4,0.8\n"


def test_a_panel_worked_by_hand() -> None:
    """Judges 1.8, 2.4 and 1.8: mean 2; deviations −0.2, 0.4, −0.2: variance 0.24/2 = 0.12, error √(0.12/3) = 0.2."""
    found = cut_score(*read_ratings(FILE.encode()))

    assert found.judges == {"A": 1.8, "B": 2.4, "C": 1.8}
    assert found.items == {"s1": 0.6, "s2": 0.6, "s3": 0.8}
    assert (found.n, found.cut) == (3, 2.0)
    assert (found.share, found.sd, found.se) == pytest.approx((2 / 3, sqrt(0.12), 0.2))


def test_one_judge_has_a_cut_score_and_no_spread() -> None:
    found = cut_score(["s1"], {"A": [Decimal("0.4")]})

    assert (found.cut, found.sd, found.se) == (0.4, None, None)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("nama,s1\nA,1\n", ["baris 1: kolom pertama harus berjudul judge, bukan “nama”"]),
        ("judge,s1\n", ["tidak ada penilai"]),
        ("judge,s1,s2\nA,1.1,\nA,x,1\n", [
            "baris 2, kolom “s1”: 1.1 lebih dari 1",
            "baris 2, kolom “s2”: kosong; setiap penilai menilai setiap butir",
            "baris 3, kolom “s1”: “x” bukan bilangan",
            "baris 3: penilai “A” sudah ada di baris 2",
        ]),
        ("judge,s1\nA,-0.1\n", ["baris 2, kolom “s1”: “-0.1” negatif"]),
    ],
)  # fmt: skip
def test_all_flaws_of_a_file_are_told(written: str, said: list[str]) -> None:
    with pytest.raises(BadTable) as caught:
        read_ratings(written.encode())

    assert list(caught.value.problems) == said


@pytest.mark.parametrize("ratings", [{}, {"A": []}, {"A": [Decimal(2)]}])
def test_ratings_that_make_no_panel_are_refused(ratings: dict[str, list[Decimal]]) -> None:
    with pytest.raises(ValueError, match="judge"):
        cut_score(["s1"], ratings)


rating = st.integers(min_value=0, max_value=100).map(lambda n: Decimal(n) / 100)


@given(rows=st.lists(st.lists(rating, min_size=3, max_size=3), min_size=2, max_size=6))
def test_the_cut_lies_between_the_mildest_and_the_severest_judge(rows: list[list[Decimal]]) -> None:
    found = cut_score(["a", "b", "c"], {str(n): row for n, row in enumerate(rows)})

    assert min(found.judges.values()) - 1e-12 <= found.cut <= max(found.judges.values()) + 1e-12
    assert found.cut == pytest.approx(sum(found.items.values()))
    assert found.sd is not None
    assert found.sd >= 0
