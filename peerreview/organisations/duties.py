"""Which law asks an establishment for a self-assessment: by its type, from duties.csv beside this file.

The table is inferred from the law (Children Act 2004 s11; Education Act 2002 s157 and s175) and is a starting
point: a coordinator can set the duty of one organisation by hand.
"""

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

BY_HAND = "manual"


@dataclass(frozen=True, slots=True)
class EstablishmentType:
    """One type of the national register: its code, its name and the duty that follows from it.

    `duty` is s11, s157, s175, other (another law), none, or manual (somebody has to decide).
    """

    code: int | None
    name: str
    duty: str


def establishment_type(code: int | None, name: str) -> EstablishmentType:
    """The type with this code, or else with this name; an unknown one has a duty to be decided by hand.

    Names are compared without case or punctuation, as the extracts of different years write them differently.
    """
    found = _by_code().get(code) if code is not None else None
    found = found or _by_name().get(_plain(name))
    return found or EstablishmentType(code, name, BY_HAND)


def _plain(name: str) -> str:
    return re.sub(r"\W|_", "", name).casefold()


@cache
def _by_code() -> dict[int | None, EstablishmentType]:
    text = resources.files(__package__).joinpath("duties.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    types = [EstablishmentType(int(row["type_code"]), row["type_name"], row["duty"]) for row in rows]
    return {each.code: each for each in types}


@cache
def _by_name() -> dict[str, EstablishmentType]:
    return {_plain(each.name): each for each in _by_code().values()}
