"""The Merkle tree of a log: hashes, proofs and their verification. Pure; a tree of n leaves is never held whole.

Shape and hashes are those of RFC 6962, section 2.1, the verification that of RFC 9162, sections 2.1.3.2 and 2.1.4.2.
A complete subtree has 2^level leaves and never changes again once its last leaf is there: it is what is stored.
Its `place` is its number in order, as in a printed tree read from left to right: leaf i stands at 2i, the node above
leaves 0 and 1 at 1, the one above leaves 0 to 3 at 3. A range of leaves (start, end) is the sum of complete subtrees.
"""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import pairwise

Range = tuple[int, int]

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry as a leaf."""
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of a node over two others."""
    return sha256(b"\x01" + left + right).digest()


def place(level: int, index: int) -> int:
    """The number in order of the complete subtree of 2^level leaves that begins at leaf index × 2^level."""
    return (index << (level + 1)) + (1 << level) - 1


def places(leaves: Range) -> list[int]:
    """The complete subtrees that make up a range, from left to right; its start is a multiple of the largest."""
    start, end = leaves
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        found.append(place(level, start >> level))
        start += 1 << level
    return found


def folded(hashes: Sequence[bytes]) -> bytes:
    """The root over complete subtrees that lie side by side, the largest first."""
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def grown(size: int, peaks: Sequence[bytes], leaf: bytes) -> tuple[list[bytes], list[tuple[int, bytes]]]:
    """The tree after one more leaf: its peaks, and (place, hash) of each subtree that is complete now.

    size, peaks: how many leaves there were, and the complete subtrees they make up.
    """
    left = list(peaks)
    node, level = leaf, 0
    made = [(place(0, size), leaf)]
    while size >> level & 1:
        node, level = node_hash(left.pop(), node), level + 1
        made.append((place(level, size >> level), node))
    return [*left, node], made


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in one pass."""
    peaks: list[bytes] = []
    for size, leaf in enumerate(leaves):
        peaks, _ = grown(size, peaks, leaf)
    return folded(peaks)


def inclusion_ranges(index: int, size: int) -> list[Range]:
    """The ranges whose roots prove that leaf `index` is in the tree of `size` leaves, from the leaf upwards.

    Raises ValueError where there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"no leaf {index} among {size}")
    ranges: list[Range] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _half(end - start)
        if index < middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    return ranges[::-1]


def consistency_ranges(old: int, size: int) -> list[Range]:
    """The ranges whose roots prove that the tree of `old` leaves is the beginning of that of `size`.

    Empty where both are the same or the old one is empty. Raises ValueError where the old one is larger.
    """
    if not 0 <= old <= size:
        raise ValueError(f"{old} leaves are no beginning of {size}")
    if old in {0, size}:
        return []
    ranges: list[Range] = []
    start, end = 0, size
    while old != end:
        middle = start + _half(end - start)
        if old <= middle:
            ranges.append((middle, end))
            end = middle
        else:
            ranges.append((start, middle))
            start = middle
    if start:  # where the old tree is itself one subtree from the first leaf on, whoever asks has its root
        ranges.append((start, end))
    return ranges[::-1]


def proof(ranges: Sequence[Range], hashes: Mapping[int, bytes]) -> list[bytes]:
    """The roots of the ranges. hashes: of all their places."""
    return [folded([hashes[at] for at in places(leaves)]) for leaves in ranges]


def includes(root: bytes, size: int, leaf: bytes, index: int, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the leaf stands at `index` below the root of `size` leaves."""
    if not 0 <= index < size:
        return False
    at, last, node = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return False
        if at & 1 or at == last:
            node = node_hash(sibling, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, sibling)
        at, last = at >> 1, last >> 1
    return last == 0 and node == root


def extends(old_root: bytes, old: int, root: bytes, size: int, path: Sequence[bytes]) -> bool:
    """Whether the path proves that the first `old` of `size` leaves are those below the old root."""
    if old == size:
        return not path and old_root == root
    if old == 0:
        return not path and old_root == EMPTY_ROOT
    if not 0 < old < size:
        return False
    rest = list(path) if old & (old - 1) else [old_root, *path]
    if not rest:
        return False
    at, last = old - 1, size - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    before = now = rest[0]
    for node in rest[1:]:
        if last == 0:
            return False
        if at & 1 or at == last:
            before, now = node_hash(node, before), node_hash(node, now)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            now = node_hash(now, node)
        at, last = at >> 1, last >> 1
    return last == 0 and before == old_root and now == root


def joined(peaks: Sequence[bytes]) -> bytes:
    """Peaks as one value to store."""
    return b"".join(peaks)


def parted(stored: bytes) -> list[bytes]:
    """The peaks that `joined` made one value of."""
    return [stored[a:b] for a, b in pairwise(range(0, len(stored) + 1, HASH_BYTES))]


def _half(width: int) -> int:
    """The largest power of two smaller than the width."""
    return 1 << (width - 1).bit_length() - 1
