"""Item analysis: figures worked by hand, and what must hold for every table."""

from decimal import Decimal
from math import sqrt

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.exams.item_analysis import Analysis, analyse, discrimination, item_figures, places_of, units

ONE = Decimal(1)


def table(*rows: str, maxima: str = "") -> Analysis:
    """Rows of marks as texts; every maximum is 1 unless said otherwise."""
    marks = [[Decimal(mark) for mark in row.split()] for row in rows]
    best = [Decimal(mark) for mark in maxima.split()] or [ONE] * len(marks[0])
    return analyse([f"s{n}" for n in range(1, len(best) + 1)], best, marks)


def test_a_guttman_scale_worked_by_hand() -> None:
    """Totals 3, 2, 1, 0: variance 20/12 = 5/3. Items: p = 3/4, 1/2, 1/4; variances 1/4, 1/3, 1/4, together 5/6.

    alpha = 3/2 · (1 − (5/6)/(5/3)) = 3/4; sem = √(5/3) · √(1/4) marks, of 3.
    Item 1 is 1 1 1 0, its rest 2 1 0 0: Σxy = 3, so 4·3 − 3·3 = 3, scatter 4·3 − 9 = 3 and 4·5 − 9 = 11: r = 3/√33.
    Item 2 is 1 1 0 0, its rest 2 1 1 0: 4·3 − 2·4 = 4, scatters 4·2 − 4 = 4 and 4·6 − 16 = 8: r = 4/√32.
    Marks and rests stand in the same order, so each covariance is the largest there could be.
    """
    found = table("1 1 1", "1 1 0", "1 0 0", "0 0 0")

    assert (found.n, found.alpha) == (4, 0.75)
    assert found.sem == pytest.approx(sqrt(5 / 12) / 3)
    assert [item.facility for item in found.items] == [0.75, 0.5, 0.25]
    assert [item.sd for item in found.items] == pytest.approx([0.5, sqrt(1 / 3), 0.5])
    assert [item.discrimination for item in found.items] == pytest.approx([3 / sqrt(33), 4 / sqrt(32), 3 / sqrt(33)])
    assert [item.efficiency for item in found.items] == [1.0, 1.0, 1.0]


def test_part_marks_and_unequal_maxima_worked_by_hand() -> None:
    """Item 1 of 2: 2, 1, 0, 1 (mean 1, variance 2/3); item 2 of 5: 5, 2.5, 2.5, 0 (mean 2.5, variance 25/6).

    Covariance: (1·2.5 + 0·0 + (−1)·0 + 0·(−2.5)) ÷ 3 = 5/6; sorted 0 1 1 2 and 0 2.5 2.5 5 give 5/3: efficiency 1/2.
    r = (5/6) ÷ √(2/3 · 25/6) = 1/2. Totals 7, 3.5, 2.5, 1: mean 3.5, variance (12.25 + 0 + 1 + 6.25)/3 = 6.5.
    alpha = 2 · (1 − (2/3 + 25/6)/6.5) = 2 · (5/3)/6.5 = 20/39; sem = √(6.5 · 19/39) = √(19/6) marks, of 7.
    """
    found = table("2 5", "1 2.5", "0 2.5", "1 0", maxima="2 5")

    first, second = found.items
    assert (first.facility, first.sd, first.discrimination, first.efficiency) == pytest.approx(
        (0.5, sqrt(2 / 3) / 2, 0.5, 0.5)
    )
    assert (second.facility, second.sd) == pytest.approx((0.5, sqrt(25 / 6) / 5))
    assert (found.alpha, found.sem) == pytest.approx((20 / 39, sqrt(19 / 6) / 7))


def test_marks_weighed_by_certainty_worked_by_hand() -> None:
    """Item 1 of 1: 1, 1, 0, −2 (mean 0, variance 6/3 = 2). Item 2 of 3: 3, −2, 1, −6 (mean −1; 16 + 1 + 4 + 25 = 46, variance 46/3).

    Products of the differences from the means: 4 − 1 + 0 + 10 = 13, in the same order −2 0 1 1 and −5 −1 2 4: 10 + 0 + 2 + 4 = 16.
    Totals 4, −1, 1, −8: mean −1, 25 + 0 + 4 + 49 = 78, variance 26. alpha = 2 · (1 − (2 + 46/3)/26) = 2/3; sem = √(26 · 1/3) marks, of 4.
    """
    found = table("1 3", "1 -2", "0 1", "-2 -6", maxima="1 3")

    first, second = found.items
    assert (first.facility, second.facility) == pytest.approx((0, -1 / 3))
    assert (first.sd, second.sd) == pytest.approx((sqrt(2), sqrt(46 / 3) / 3))
    assert [one.discrimination for one in found.items] == pytest.approx([13 / sqrt(6 * 46)] * 2)
    assert [one.efficiency for one in found.items] == [13 / 16] * 2
    assert (found.alpha, found.sem) == pytest.approx((2 / 3, sqrt(26 / 3) / 4))


def test_an_item_that_the_weak_get_right_discriminates_negatively() -> None:
    """Item 3 is the reverse of the other two: 0 0 1 1 against 2 2 0 0: r = −1; the sorted covariance is its opposite."""
    found = table("1 1 0", "1 1 0", "0 0 1", "0 0 1")

    assert (found.items[2].discrimination, found.items[2].efficiency) == (-1.0, -1.0)
    assert found.alpha == pytest.approx(-3.0)  # variances 1/3 each, of totals 2 2 1 1 also 1/3: 3/2 · (1 − 3)


def test_what_everybody_gets_right_has_no_discrimination() -> None:
    """0.1 is no whole number of halves: a float would see a spread in three tenths that are the same."""
    found = table("0.1 1", "0.1 0", "0.1 1")

    first, second = found.items
    assert (first.sd, first.discrimination, first.efficiency) == (0.0, None, None)
    assert (second.discrimination, second.efficiency) == (None, None)  # its rest, item 1, is constant


@pytest.mark.parametrize("rows", [(), ("1 0",)])
def test_below_two_candidates_there_is_no_spread(rows: tuple[str, ...]) -> None:
    marks = [[Decimal(mark) for mark in row.split()] for row in rows]

    found = analyse(["a", "b"], [ONE, ONE], marks)

    assert (found.n, found.alpha, found.sem) == (len(rows), None, None)
    assert [item.facility for item in found.items] == ([1.0, 0.0] if rows else [None, None])
    assert [(item.sd, item.discrimination, item.efficiency) for item in found.items] == [(None, None, None)] * 2


def test_one_item_and_equal_totals_have_no_reliability() -> None:
    single, equal = table("1", "0"), table("1 0", "0 1")

    assert (single.alpha, single.sem, single.items[0].discrimination) == (None, None, None)
    assert (equal.alpha, equal.sem) == (None, None)


def test_a_row_that_is_too_short_is_refused() -> None:
    with pytest.raises(ValueError, match="one mark for each item"):
        analyse(["a", "b"], [ONE, ONE], [[ONE]])


marks = st.integers(min_value=0, max_value=8).map(lambda n: Decimal(n) / 8)
tables = st.integers(min_value=2, max_value=5).flatmap(
    lambda width: st.lists(st.lists(marks, min_size=width, max_size=width), min_size=2, max_size=9)
)


def analysed(rows: list[list[Decimal]], *, best: Decimal = ONE) -> Analysis:
    return analyse([f"s{n}" for n in range(len(rows[0]))], [best] * len(rows[0]), rows)


@given(rows=tables)
def test_every_figure_stays_within_its_bounds(rows: list[list[Decimal]]) -> None:
    found = analysed(rows)

    assert found.alpha is None or found.alpha <= 1
    assert (found.sem is None) == (found.alpha is None)
    for item in found.items:
        assert item.facility is not None
        assert item.sd is not None
        assert 0 <= item.facility <= 1
        assert 0 <= item.sd <= sqrt(0.5) + 1e-12
        assert (item.discrimination is None) == (item.efficiency is None)
        if item.discrimination is not None and item.efficiency is not None:
            assert -1 <= item.discrimination <= 1
            assert item.efficiency <= 1
            assert (item.discrimination > 0) == (item.efficiency > 0)


@given(rows=tables, order=st.randoms())
def test_the_order_of_candidates_changes_nothing_at_all(rows: list[list[Decimal]], order: object) -> None:
    mixed = list(rows)
    order.shuffle(mixed)  # type: ignore[attr-defined]

    assert analysed(mixed) == analysed(rows)


@given(rows=tables, factor=st.integers(min_value=2, max_value=7))
def test_marks_counted_in_another_unit_change_no_figure(rows: list[list[Decimal]], factor: int) -> None:
    plain, scaled = analysed(rows), analysed([[mark * factor for mark in row] for row in rows], best=Decimal(factor))

    assert scaled.alpha == pytest.approx(plain.alpha)
    assert scaled.sem == (None if plain.sem is None else pytest.approx(plain.sem))
    for one, other in zip(plain.items, scaled.items, strict=True):
        assert (other.facility, other.sd) == pytest.approx((one.facility, one.sd))
        assert other.discrimination == pytest.approx(one.discrimination)
        assert other.efficiency == pytest.approx(one.efficiency)


def test_one_that_follows_the_other_agrees_with_it_to_the_last_digit() -> None:
    # In eighths the marks are 0, 0, 8 beside 0, 0, 8; in whole marks 0, 0, 1 beside 0, 0, 1. Both are the line y = x.
    assert discrimination([0, 0, 8], [0, 0, 8]) == discrimination([0, 0, 1], [0, 0, 1]) == 1.0
    assert discrimination([0, 0, 8], [8, 8, 0]) == -1.0
    assert discrimination([0, 1000, 1000], [0, 1000, 1000]) == 1.0


@given(rows=tables)
@example(rows=[[Decimal(0)] * 3, [Decimal(0)] * 3, [Decimal(1), Decimal("0.125"), Decimal("0.875")]])
def test_an_item_looked_at_by_itself_has_the_same_figures(rows: list[list[Decimal]]) -> None:
    first = [row[0] for row in rows]
    rests = [sum(row[1:], Decimal(0)) for row in rows]

    assert item_figures("s0", first, rests, ONE) == analysed(rows).items[0]


@given(rows=tables)
def test_an_item_doubled_everywhere_is_as_reliable_as_can_be(rows: list[list[Decimal]]) -> None:
    """Two copies of one column: alpha is 1 and no error is left, whatever the marks."""
    found = analysed([[row[0], row[0]] for row in rows])

    assert (found.alpha, found.sem) in {(1.0, 0.0), (None, None)}


def test_marks_of_any_length_are_counted_to_their_last_place() -> None:
    long = Decimal("123456789012.123456789012345678901234567890")

    assert units(long, places_of([long])) == 123456789012123456789012345678901234567890
