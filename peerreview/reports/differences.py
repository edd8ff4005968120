"""The difference of two texts: by paragraph, then by words inside the paragraphs that changed.

Never a whole text by words: that takes seconds for a long report, and marks words that merely moved. What comes out is
plain values; the template escapes every text and says in words what was added and taken out.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from itertools import zip_longest

from peerreview.reports.contents import paragraphs

WORD = re.compile(r"\s+|\w+(?:[’'-]\w+)*|[^\w\s]")
MOST_STEPS = 2_000_000
"""Words of the old paragraph times words of the new: above it, the two are shown whole (about a second of work)."""
ALIKE = 0.35
"""Share of words in common from which two paragraphs count as one that was changed."""


class Mark(StrEnum):
    """What happened to a piece of text."""

    KEPT = "kept"
    TAKEN_OUT = "taken_out"
    ADDED = "added"


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words in a row, all with one mark."""

    mark: Mark
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One paragraph; it is changed when it has pieces of more than one mark."""

    pieces: tuple[Piece, ...]

    @property
    def is_kept(self) -> bool:
        """Nothing in it changed."""
        return all(piece.mark is Mark.KEPT for piece in self.pieces)


def between(old: str, new: str) -> tuple[Change, ...]:
    """What leads from ``old`` to ``new``, in the order of reading."""
    before, after = paragraphs(old), paragraphs(new)
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return tuple(
        change
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        for change in (_kept(before[i1:i2]) if tag == "equal" else _changed(before[i1:i2], after[j1:j2]))
    )


def has_changes(changes: Sequence[Change]) -> bool:
    """Whether anything differs."""
    return any(not change.is_kept for change in changes)


def _kept(texts: Sequence[str]) -> Iterator[Change]:
    return (_whole(Mark.KEPT, text) for text in texts)


def _whole(mark: Mark, text: str) -> Change:
    return Change((Piece(mark, text),))


def _changed(before: Sequence[str], after: Sequence[str]) -> Iterator[Change]:
    for old, new in zip_longest(before, after):
        by_words = _by_words(old, new) if old is not None and new is not None else None
        if by_words is not None:
            yield by_words
            continue
        if old is not None:
            yield _whole(Mark.TAKEN_OUT, old)
        if new is not None:
            yield _whole(Mark.ADDED, new)


def _by_words(old: str, new: str) -> Change | None:
    before, after = WORD.findall(old), WORD.findall(new)
    if len(before) * len(after) > MOST_STEPS:
        return None
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE or matcher.ratio() < ALIKE:
        return None
    return Change(tuple(_pieces(before, after, matcher)))


def _pieces(before: list[str], after: list[str], matcher: "SequenceMatcher[str]") -> Iterator[Piece]:
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            yield Piece(Mark.KEPT, "".join(before[i1:i2]))
            continue
        if i1 < i2:
            yield Piece(Mark.TAKEN_OUT, "".join(before[i1:i2]))
        if j1 < j2:
            yield Piece(Mark.ADDED, "".join(after[j1:j2]))
