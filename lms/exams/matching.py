"""Which questions fill which rows of a blueprint: bipartite matching, with enemies kept apart. Pure.

Rows ask for numbers of questions, questions fit some rows, and each question fills one place at most. Without enemies that is
a bipartite matching, which augmenting paths solve exactly (source: Kuhn 1955; Ford and Fulkerson 1956 for the flow below).
Enemies make it as hard as finding an independent set. First chance says which of them stay, so that each comes on papers; mostly
that is enough. Else they are searched: match without looking at them, take two enemies that were both chosen, and try without
the one and without the other; a branch that cannot beat the best so far is dropped.

Before the search, whoever of two enemies is dispensable goes: if both fit the same rows and all other enemies of the one are also
enemies of the other, the other can be exchanged for the one wherever it stands. So groups of questions of which one may be
asked, the usual case, cost no search at all.
"""

from collections import defaultdict, deque
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from random import Random

#: So many matchings are tried at most; then the best so far counts. Small banks never come near it.
MOST_TRIES = 2_000

Enemies = Mapping[int, AbstractSet[int]]


@dataclass
class _Search:
    """The best enemy-free choice so far: row → items."""

    demands: Sequence[int]
    enemies: Enemies
    must: Sequence[int]
    best: list[list[int]]
    size: int = -1
    tries: int = 0
    seen: set[frozenset[int]] = field(default_factory=set)

    @property
    def is_over(self) -> bool:
        return self.size == sum(self.demands) or self.tries >= MOST_TRIES


def assign(
    demands: Sequence[int],
    fits: Sequence[Sequence[int]],
    enemies: Enemies,
    chance: Random,
    *,
    must: Sequence[int] = (),
    first: AbstractSet[int] = frozenset(),
) -> list[list[int]]:
    """Row → items that fill it: as many in all as can be, no item twice, no enemies together.

    demands: row → how many. fits: row → the items that fit, which are taken in a random order. enemies: item → those with
    which it never stands; said both ways. must: items, no enemies of anything that fits, which are placed before all others;
    one that is not in the answer cannot be. first: items that are taken before the rest of their row. Where a row cannot be
    filled, what it got is short.
    """
    orders = [sorted(chance.sample(row, len(row)), key=lambda item: item not in first) for row in fits]
    search = _Search(demands, enemies, must, [[] for _ in demands])
    _look(search, _apart(orders, enemies, first, chance), frozenset(), chance)
    if search.is_over:
        return search.best
    search.seen.clear()
    _look(search, _without_dispensable(orders, enemies, chance), frozenset(), chance)
    return search.best


def flow(demands: Sequence[int], classes: Mapping[frozenset[int], int]) -> list[int]:
    """Row → how much of its demand can be met at once, in whole units. classes: rows that a stock fits → how large it is.

    A maximal flow from stocks to rows: the sum is as large as can be.
    """
    got = [0] * len(demands)
    stocks = list(classes)
    left = [classes[rows] for rows in stocks]
    sent: dict[tuple[int, int], int] = defaultdict(int)
    for row in range(len(demands)):
        while got[row] < demands[row] and (amount := _push(row, demands[row] - got[row], stocks, left, sent)):
            got[row] += amount
    return got


def _look(search: _Search, orders: list[list[int]], removed: frozenset[int], chance: Random) -> None:
    if search.is_over or removed in search.seen:
        return
    search.seen.add(removed)
    search.tries += 1
    made = _match(search, orders, removed)
    size = sum(map(len, made))
    if size <= search.size:
        return
    pair = _conflict(made, search.enemies)
    if pair is None:
        search.best, search.size = made, size
        return
    for one in chance.sample(pair, 2):
        _look(search, orders, removed | {one}, chance)


def _match(search: _Search, orders: list[list[int]], removed: AbstractSet[int]) -> list[list[int]]:
    """A largest matching. Rows are filled in their order, so that what is short is the last row that could be.

    What has a place keeps one while others find theirs: that is how augmenting paths work, and why `must` goes first.
    """
    owner: dict[int, int] = {}
    room = list(search.demands)
    for item in search.must:
        _place(item, orders, owner, room, set())

    def augment(row: int, seen: set[int]) -> bool:
        seen.add(row)
        usable = [item for item in orders[row] if item not in removed]
        for item in usable:
            if item not in owner:
                owner[item] = row
                return True
        for item in usable:
            if owner[item] not in seen and augment(owner[item], seen):
                owner[item] = row
                return True
        return False

    for row in range(len(room)):
        while room[row] and augment(row, set()):
            room[row] -= 1
    made: list[list[int]] = [[] for _ in room]
    for item, row in owner.items():
        made[row].append(item)
    return made


def _place(item: int, orders: list[list[int]], owner: dict[int, int], room: list[int], seen: set[int]) -> bool:
    """Find a row for an item, moving others that must have one as well."""
    seen.add(item)
    mine = [row for row, items in enumerate(orders) if item in items]
    for row in mine:
        if room[row]:
            room[row] -= 1
            owner[item] = row
            return True
    for row in mine:
        for other in [one for one, at in owner.items() if at == row and one not in seen]:
            if _place(other, orders, owner, room, seen):
                owner[item] = row
                return True
    return False


def _conflict(made: Sequence[Sequence[int]], enemies: Enemies) -> list[int] | None:
    used = {item for row in made for item in row}
    for item in sorted(used & enemies.keys()):
        both = used & enemies[item]
        if both:
            return [item, min(both)]
    return None


def _apart(orders: list[list[int]], enemies: Enemies, first: AbstractSet[int], chance: Random) -> list[list[int]]:
    """The rows without enemies: of those who are, chance says who stays."""
    items = sorted({item for row in orders for item in row if item in enemies})
    kept: set[int] = set()
    for item in sorted(chance.sample(items, len(items)), key=lambda item: item not in first):
        if not enemies[item] & kept:
            kept.add(item)
    return [[item for item in row if item in kept or item not in enemies] for row in orders]


def _without_dispensable(orders: list[list[int]], enemies: Enemies, chance: Random) -> list[list[int]]:
    rows_of: dict[int, set[int]] = defaultdict(set)
    for row, items in enumerate(orders):
        for item in items:
            rows_of[item].add(row)
    present = {item: set(enemies[item]) & rows_of.keys() for item in sorted(enemies.keys() & rows_of.keys())}
    waiting = deque(chance.sample(list(present), len(present)))
    gone: set[int] = set()
    while waiting:
        item = waiting.popleft()
        if item in gone:
            continue
        for other in sorted(present[item] - gone):
            both_fit = rows_of[item] == rows_of[other]
            if both_fit and present[item] - gone - {other} <= present[other] - gone - {item}:
                gone.add(other)
                waiting.extend(sorted(present[other] - gone))
    return [[item for item in items if item not in gone] for items in orders]


def _push(
    row: int, most: int, stocks: Sequence[frozenset[int]], left: list[int], sent: dict[tuple[int, int], int]
) -> int:
    """Send more to a row along a shortest path, moving what other rows got where that frees something. Returns how much."""
    came: dict[int, tuple[int, int] | None] = {row: None}
    queue = deque([row])
    while queue:
        here = queue.popleft()
        for n, rows in enumerate(stocks):
            if here not in rows:
                continue
            if left[n] > 0:
                return _settle(here, n, most, came, left, sent)
            for other in rows:
                if other not in came and sent[n, other] > 0:
                    came[other] = (here, n)
                    queue.append(other)
    return 0


def _settle(
    last: int,
    stock: int,
    most: int,
    came: Mapping[int, tuple[int, int] | None],
    left: list[int],
    sent: dict[tuple[int, int], int],
) -> int:
    """Along the path: `last` takes from `stock` and gives up as much of what it had to the row before it, and so on."""
    amount, at = min(most, left[stock]), last
    while (step := came[at]) is not None:
        amount, at = min(amount, sent[step[1], at]), step[0]
    left[stock] -= amount
    sent[stock, last] += amount
    at = last
    while (step := came[at]) is not None:
        before, through = step
        sent[through, at] -= amount
        sent[through, before] += amount
        at = before
    return amount
