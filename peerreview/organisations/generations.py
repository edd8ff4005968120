"""Plain questions about predecessor links: who comes before whom, and which links go round in a circle.

A link is a pair (predecessor, successor) of any names. The order of the links never matters.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable
from typing import TypeVar

T = TypeVar("T", bound=Hashable)
Pair = tuple[T, T]


def reached(start: T, pairs: Collection[Pair[T]]) -> frozenset[T]:
    """Everything that comes after ``start``, itself left out unless a circle leads back to it."""
    after: dict[T, list[T]] = defaultdict(list)
    for predecessor, successor in pairs:
        after[predecessor].append(successor)
    return _reached(start, after)


def on_a_circle(pairs: Collection[Pair[T]]) -> frozenset[Pair[T]]:
    """The links that lead back to where they began: each of them makes somebody their own predecessor."""
    left = set(pairs)
    while True:  # what nothing comes before, and what nothing comes after, is on no circle
        before, after = {pair[0] for pair in left}, {pair[1] for pair in left}
        inner = {pair for pair in left if pair[0] in after and pair[1] in before}
        if len(inner) == len(left):
            break
        left = inner
    next_of: dict[T, list[T]] = defaultdict(list)
    for predecessor, successor in left:
        next_of[predecessor].append(successor)
    return frozenset(pair for pair in left if pair[0] == pair[1] or pair[0] in _reached(pair[1], next_of))


def generations(members: Collection[T], pairs: Collection[Pair[T]]) -> dict[T, int]:
    """How many others came before each, on the longest way; 0 for the oldest. Circles count as nothing."""
    round_about = on_a_circle(pairs)
    straight = [pair for pair in pairs if pair not in round_about]
    found = dict.fromkeys(members, 0)
    for _ in found:
        later = {s: found[p] + 1 for p, s in sorted(straight, key=lambda pair: found[pair[0]]) if found[s] <= found[p]}
        if not later:
            break
        found |= later
    return found


def _reached(start: T, after: dict[T, list[T]]) -> frozenset[T]:
    found: set[T] = set()
    waiting = [start]
    while waiting:
        for successor in after.get(waiting.pop(), ()):
            if successor not in found:
                found.add(successor)
                waiting.append(successor)
    return frozenset(found)
