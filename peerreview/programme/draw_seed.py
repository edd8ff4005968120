"""How the seed of a draw is made from what chance gave: dice, a published number, or two people's words. Plain Python.

Only what chance or another person decides goes into the seed; whoever types it has no choice left of how to write it.
"""

import re
from collections.abc import Sequence

from peerreview.models import SeedKind

THROWS = (10, 100)  # of a die: ten have 60 million outcomes
DIGITS = (4, 80)  # of a published number
LETTERS = (3, 80)  # of one person's word


def compose(kind: SeedKind, parts: Sequence[str]) -> str:
    """The seed: one line, as "dice: 3 1 6" or "words: harbour / seven swans"."""
    return f"{kind}: " + " / ".join(parts)


def from_dice(typed: str) -> list[str]:
    """Throws of an ordinary die in their order. Raises ValueError with words for the page."""
    throws = re.findall(r"\S", typed.replace(",", " ").replace(";", " "))
    if set(throws) - set("123456"):
        raise ValueError("Enter each throw as a number from 1 to 6")
    if not THROWS[0] <= len(throws) <= THROWS[1]:
        raise ValueError(f"Enter from {THROWS[0]} to {THROWS[1]} throws: these are {len(throws)}")
    return [" ".join(throws)]


def from_number(typed: str) -> list[str]:
    """The digits of a published number, without what is between them. Raises ValueError with words for the page."""
    if not re.fullmatch(r"[0-9 ,.:;/-]+", typed):
        raise ValueError("Enter the number in figures")
    digits = re.sub("[^0-9]", "", typed)
    if not DIGITS[0] <= len(digits) <= DIGITS[1]:
        raise ValueError(f"Enter from {DIGITS[0]} to {DIGITS[1]} figures: these are {len(digits)}")
    return [digits]


def word(typed: str) -> str:
    """One person's word or words: letters and figures, without case. Raises ValueError with words for the page."""
    plain = " ".join(typed.casefold().split())
    if not "".join(typed.split()).isalnum():
        raise ValueError("Use letters and figures only")
    if not LETTERS[0] <= len(plain) <= LETTERS[1]:
        raise ValueError(f"Enter from {LETTERS[0]} to {LETTERS[1]} letters")
    return plain
