"""The tree: the roots that all implementations of RFC 6962 agree on, and every proof of small trees."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.certificates import merkle
from tests.certificates import receipt_verifier as other

#: The eight inputs, and the root after each, that the reference implementation of Certificate Transparency is tested with.
INPUTS = [
    bytes.fromhex(text)
    for text in (*("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"),)
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def grown(entries: list[bytes]) -> tuple[list[bytes], dict[int, bytes]]:
    """The leaves of a tree that grew entry by entry, and every subtree that was stored on the way."""
    leaves = [merkle.leaf_hash(entry) for entry in entries]
    peaks: list[bytes] = []
    stored: dict[int, bytes] = {}
    for size, leaf in enumerate(leaves):
        peaks, made = merkle.grown(size, peaks, leaf)
        stored |= dict(made)
    return leaves, stored


@pytest.mark.parametrize("size", range(9))
def test_the_roots_are_those_of_the_reference_implementation(size: int) -> None:
    _, stored = grown(INPUTS)

    assert merkle.root_of(map(merkle.leaf_hash, INPUTS[:size])).hex() == ROOTS[size]
    assert merkle.proof([(0, size)], stored)[0].hex() == ROOTS[size]
    assert other.tree_head(INPUTS[:size]).hex() == ROOTS[size]


def test_the_path_of_the_first_of_eight_is_the_published_one() -> None:
    _, stored = grown(INPUTS)

    assert [node.hex() for node in merkle.proof(merkle.inclusion_ranges(0, 8), stored)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_the_path_from_one_to_eight_is_the_published_one() -> None:
    _, stored = grown(INPUTS)

    assert [node.hex() for node in merkle.proof(merkle.consistency_ranges(1, 8), stored)] == [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ]


def test_every_proof_of_every_small_tree_is_the_other_reading_s_and_holds() -> None:
    entries = [bytes([number]) for number in range(20)]
    leaves, stored = grown(entries)
    for size in range(1, 21):
        root = merkle.root_of(leaves[:size])
        for index in range(size):
            path = merkle.proof(merkle.inclusion_ranges(index, size), stored)
            assert path == other.audit_path(index, entries[:size])
            assert merkle.includes(root, size, leaves[index], index, path)
            assert other.root_from_path(entries[index], index, size, path) == root
        for old in range(1, size + 1):
            path = merkle.proof(merkle.consistency_ranges(old, size), stored)
            assert path == other.old_path(old, entries[:size])
            assert merkle.extends(merkle.root_of(leaves[:old]), old, root, size, path)


@given(st.integers(1, 40), st.data())
def test_a_proof_that_was_touched_proves_nothing(size: int, data: st.DataObject) -> None:
    leaves, stored = grown([bytes([number]) for number in range(size)])
    root = merkle.root_of(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = merkle.proof(merkle.inclusion_ranges(index, size), stored)

    assert not merkle.includes(root, size, leaves[index], index, [*path, bytes(32)])
    assert not merkle.includes(root, size, merkle.leaf_hash(b"lain"), index, path)
    assert not merkle.includes(root, size, leaves[index], size, path)
    assert not merkle.includes(bytes(32), size, leaves[index], index, path)
    if path:
        at = data.draw(st.integers(0, len(path) - 1))
        assert not merkle.includes(root, size, leaves[index], index, [*path[:at], bytes(32), *path[at + 1 :]])
        assert not merkle.includes(root, size, leaves[index], index, path[:-1])


@given(st.integers(2, 40), st.data())
def test_a_log_with_one_entry_changed_extends_nothing_older(size: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(1, size - 1))
    touched = data.draw(st.integers(0, old - 1))
    entries = [bytes([number]) for number in range(size)]
    before = merkle.root_of(map(merkle.leaf_hash, entries[:old]))
    entries[touched] = b"lain"
    leaves, stored = grown(entries)

    path = merkle.proof(merkle.consistency_ranges(old, size), stored)

    assert not merkle.extends(before, old, merkle.root_of(leaves), size, path)
    assert not merkle.extends(before, size, merkle.root_of(leaves), size, [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (1, 1), (-1, 3)])
def test_what_is_not_there_has_no_proof(index: int, size: int) -> None:
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_ranges(index, size)


def test_a_log_is_no_beginning_of_a_shorter_one() -> None:
    with pytest.raises(ValueError, match="no beginning"):
        merkle.consistency_ranges(4, 3)
    assert not merkle.extends(bytes(32), 4, bytes(32), 3, [])
