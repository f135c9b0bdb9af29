"""Questions that say nearly the same."""

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
