"""QR symbols of addresses that differ in their last characters alone: each is a sum of parts made once.

A QR symbol is linear: error correction, placing and masking are additions over bits (ISO/IEC 18004, 7.5 to 7.8). So the
symbol of a text is the one of another text of the same length, plus for each character what that character changes.
The encoder itself is asked for the parts, about forty times faster than asking it for each symbol.
"""

from collections.abc import Iterator
from functools import cache, lru_cache, reduce
from operator import and_, xor
from typing import NamedTuple

import segno

_TAIL = 12  # characters of a check code
_MASKS = range(8)
_FINDER_LIKE = ((1, 0, 1, 1, 1, 0, 1, 0, 0, 0, 0), (0, 0, 0, 0, 1, 0, 1, 1, 1, 0, 1))


class Symbol(NamedTuple):
    """A symbol of side × side modules. bits: module (x, y) is bit y × (side + 1) + x, one bit between rows unused."""

    side: int
    bits: int

    def runs(self) -> Iterator[tuple[int, int, int]]:
        """x, y and length of each run of dark modules in a row."""
        stride, whole = self.side + 1, (1 << self.side) - 1
        for y in range(self.side):
            row, x = self.bits >> (y * stride) & whole, 0
            while row:
                light = (row & -row).bit_length() - 1
                row >>= light
                x += light
                dark = (~row & (row + 1)).bit_length() - 1
                yield x, y, dark
                row >>= dark
                x += dark


def symbol(text: str, error: str) -> Symbol:
    """The symbol of a text, with the mask that reads best (ISO/IEC 18004, 7.8.3). error: l, m, q or h."""
    head, tail = text[:-_TAIL], text[-_TAIL:]
    is_sum = len(tail) == _TAIL and text.isascii() and any("a" <= letter <= "z" for letter in head)  # encoded as bytes
    like = head + "0" * _TAIL if is_sum else text
    start = _encoded(like, error, 0)
    parts = (_part(head, at, letter, error) for at, letter in enumerate(tail)) if is_sum else ()
    bits = reduce(xor, parts, start.bits)
    masked = (Symbol(start.side, bits ^ start.bits ^ _encoded(like, error, mask).bits) for mask in _MASKS)
    return min(masked, key=_penalty)


@lru_cache(maxsize=1024)
def _part(head: str, at: int, letter: str, error: str) -> int:
    """What this letter at this place of the tail changes."""
    zeros = "0" * _TAIL
    return _encoded(head + zeros[:at] + letter + zeros[at + 1 :], error, 0).bits ^ _encoded(head + zeros, error, 0).bits


@lru_cache(maxsize=1024)
def _encoded(text: str, error: str, mask: int) -> Symbol:
    matrix = segno.make_qr(text, error=error, boost_error=False, mask=mask).matrix
    side = len(matrix)
    rows = (module << (y * (side + 1) + x) for y, row in enumerate(matrix) for x, module in enumerate(row))
    return Symbol(side, sum(rows))


def _penalty(found: Symbol) -> int:
    """How badly a scanner might take it: long runs, blocks, what looks like a finder, and unequal shares."""
    stride, whole = found.side + 1, _whole(found.side)
    dark, light = found.bits, found.bits ^ whole
    points = 0
    for step in (1, stride):
        for modules in (dark, light):
            fives = reduce(and_, (modules >> step * far for far in range(5)))
            points += fives.bit_count() + 2 * (fives & ~(fives << step)).bit_count()
        for pattern in _FINDER_LIKE:
            shifted = ((dark if module else light) >> step * far for far, module in enumerate(pattern))
            points += 40 * reduce(and_, shifted).bit_count()
    for modules in (dark, light):
        pairs = modules & modules >> 1
        points += 3 * (pairs & pairs >> stride).bit_count()
    share = dark.bit_count() * 100 / found.side**2
    return points + 10 * int(abs(share - 50) / 5)


@cache
def _whole(side: int) -> int:
    """All modules dark."""
    return sum(((1 << side) - 1) << y * (side + 1) for y in range(side))
