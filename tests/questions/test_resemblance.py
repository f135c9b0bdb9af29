"""Questions that say nearly the same."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lms.questions import resemblance
from lms.questions.resemblance import ALIKE, FEWEST_STEMS, Known, alike, jaccard, shingles


def words(text: str) -> list[str]:
    return text.lower().split()


def test_the_index_is_what_is_shared_over_all() -> None:
    # a b c → {a, b, c, ab, bc}; a b d → {a, b, d, ab, bd}: shared {a, b, ab} = 3 of 7.
    assert jaccard(shingles(["a", "b", "c"]), shingles(["a", "b", "d"])) == 3 / 7
    assert jaccard(shingles([]), shingles([])) == 0


def test_the_nearest_of_the_known_is_found_if_it_is_near_enough() -> None:
    known: Known[str] = Known(words)
    known.add("lain", "berapa lama masa berlaku kata sandi menurut aturan kantor")
    known.add("mirip", "siapa yang boleh membuka data pegawai di kantor kecamatan ini")

    near = known.nearest("siapa yang boleh membuka data pegawai di kantor kecamatan itu")

    assert near is not None
    assert near.key == "mirip"
    # 10 words: 9 shared of 11, 8 pairs shared of 10: 17 ÷ 21.
    assert round(near.share, 4) == round(17 / 21, 4)
    assert known.nearest("siapa yang menulis surat undangan untuk rapat besok pagi") is None


def test_short_texts_are_not_compared() -> None:
    known: Known[str] = Known(words)
    known.add("pendek", "pilih jawaban tepat")

    assert known.nearest("pilih jawaban tepat") is None


def test_of_many_texts_that_share_their_words_a_bounded_number_is_compared(monkeypatch: pytest.MonkeyPatch) -> None:
    known: Known[int] = Known(words)
    for n in range(300):
        known.add(n, f"kapan sebuah surat dinas boleh dikirim tanpa tanda tangan pejabat {n}")
    compared = []

    def counted(one: frozenset[tuple[str, ...]], two: frozenset[tuple[str, ...]]) -> float:
        compared.append(two)
        return jaccard(one, two)

    monkeypatch.setattr(resemblance, "jaccard", counted)

    found = known.nearest("kapan sebuah surat dinas boleh dikirim tanpa tanda tangan pejabat 0")

    assert found is not None
    assert (found.key, found.share) == (0, 1)
    assert len(compared) == resemblance.MOST_COMPARED


def test_the_very_same_text_is_found_among_hundreds_that_differ_in_a_word() -> None:
    """It shares but one pair that is remembered with itself, and ten with each of the first twenty."""
    known: Known[int] = Known(words)
    for n in range(300):
        known.add(n, f"kapan sebuah surat dinas boleh dikirim tanpa tanda tangan pejabat {n}")

    found = known.alike("kapan sebuah surat dinas boleh dikirim tanpa tanda tangan pejabat 299", most=3)

    assert (found[0].key, found[0].share) == (299, 1)
    assert [one.key for one in found[1:]] == [0, 1], "the earliest of equals"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.lists(st.lists(st.sampled_from("abcde"), max_size=9).map(" ".join), max_size=12), st.integers(0, 11))
def test_one_text_against_many_passes_over_none_that_is_alike(texts: list[str], changed: int) -> None:
    text = "a b c d e a c"
    texts += [text.replace("e", "x"), text + " e" * (changed % 3)]

    found = alike(text, enumerate(texts), words, most=100)

    shares = {n: jaccard(shingles(words(text)), shingles(words(other))) for n, other in enumerate(texts)}
    wanted = [(n, share) for n, share in shares.items() if share >= ALIKE and len(words(texts[n])) >= FEWEST_STEMS]
    assert [(one.key, one.share) for one in found] == sorted(wanted, key=lambda one: (-one[1], one[0]))


def test_a_short_text_has_no_neighbours() -> None:
    assert alike("pilih jawaban tepat", [(1, "pilih jawaban tepat")], words, most=5) == []


def test_only_the_head_of_a_long_text_is_reduced_to_stems() -> None:
    given: list[int] = []

    def counted(text: str) -> list[str]:
        given.append(len(text.split()))
        return words(text)

    long = " ".join(f"kata{n}" for n in range(10_000))
    known: Known[str] = Known(counted)
    known.add("panjang", long)

    found = [known.nearest(long), *alike(long, [("panjang", long)], counted, most=1)]

    assert [one.key for one in found if one] == ["panjang", "panjang"]
    assert given == [resemblance.MOST_WORDS] * 4
