"""Questions that say nearly the same."""

import pytest

from lms.questions import resemblance
from lms.questions.resemblance import Known, jaccard, shingles


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
