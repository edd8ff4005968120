"""The draw itself, as docs/draw.md explains it: a frozen list and a seed give a result. No database, no clock."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

ALGORITHM = "peer-review-draw-1"


class Outcome(StrEnum):
    """What a ticket came to."""

    DRAWN = "drawn"
    RESERVE = "reserve"
    NOT_DRAWN = "not drawn"


@dataclass(frozen=True, slots=True)
class Stratum:
    """One group that is drawn from by itself: how many are drawn, and how many reserves stand behind them."""

    name: str
    draw: int
    reserves: int


@dataclass(frozen=True, slots=True)
class Eligible:
    """An organisation that can be drawn. ``id`` is its number in the register."""

    id: int
    name: str
    urn: str
    stratum: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An organisation that cannot be drawn, and every reason for it."""

    id: int
    name: str
    urn: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FrozenList:
    """All that is fixed before the seed is known. ``seed``: where that will come from, and on which day."""

    draw: str
    borough: str
    year: str
    rules: tuple[str, ...]
    seed: str
    seed_on: str  # ISO; empty when any day will do
    strata: tuple[Stratum, ...]
    eligible: tuple[Eligible, ...]
    left_out: tuple[LeftOut, ...]

    def text(self) -> str:
        """The one way to write it: JSON, fields and organisations in order. Raises ValueError if it is unfit."""
        self._must_be_fit()
        facts: dict[str, Any] = {"algorithm": ALGORITHM, **asdict(self)}
        facts["strata"] = sorted(facts["strata"], key=lambda each: str(each["name"]))
        for name in ("eligible", "left_out"):
            facts[name] = sorted(facts[name], key=lambda each: int(each["id"]))
        return json.dumps(facts, ensure_ascii=False, sort_keys=True, indent=1)

    def _must_be_fit(self) -> None:
        ids = [each.id for each in self.eligible] + [each.id for each in self.left_out]
        names = [each.name for each in self.strata]
        if len(ids) != len(set(ids)) or len(names) != len(set(names)):
            raise ValueError("An organisation or a group is on the list twice")
        if not {each.stratum for each in self.eligible} <= set(names):
            raise ValueError("An organisation is in a group that is not drawn from")
        for stratum in self.strata:
            there = sum(each.stratum == stratum.name for each in self.eligible)
            if min(stratum.draw, stratum.reserves) < 0 or stratum.draw + stratum.reserves > there:
                raise ValueError(f"{stratum.name}: {stratum.draw} and {stratum.reserves} reserves of {there}")
        if not any(each.draw for each in self.strata):
            raise ValueError("Nothing is to be drawn")


def read(text: str) -> FrozenList:
    """The list that a text holds. Raises ValueError when it holds none."""
    try:
        facts = json.loads(text)
        if facts.pop("algorithm") != ALGORITHM:
            raise ValueError("another algorithm")
        facts["rules"] = tuple(facts["rules"])
        facts["strata"] = tuple(Stratum(**each) for each in facts["strata"])
        facts["eligible"] = tuple(Eligible(**each) for each in facts["eligible"])
        facts["left_out"] = tuple(LeftOut(**{**each, "reasons": tuple(each["reasons"])}) for each in facts["left_out"])
        return FrozenList(**facts)
    except (ValueError, KeyError, TypeError, AttributeError) as trouble:
        raise ValueError("This is not a frozen list that can be read") from trouble


def sha256(text: str) -> str:
    """The SHA-256 of a text's UTF-8, as 64 hexadecimal digits (FIPS 180-4)."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def ticket(seed: str, draw: str, organisation_id: int) -> str:
    """Seed, draw and organisation, one on each line: no part holds a line end, so no two triples give one text."""
    return sha256(f"{seed}\n{draw}\n{organisation_id}")


@dataclass(frozen=True, slots=True)
class Place:
    """One line of the result. ``place`` counts within its stratum from 1, the lowest ticket first."""

    stratum: str
    place: int
    id: int
    name: str
    ticket: str
    outcome: Outcome


def result(frozen: FrozenList, seed: str) -> list[Place]:
    """Every ticket, stratum by stratum: the drawn, the reserves, the rest."""
    return [
        place
        for stratum in sorted(frozen.strata, key=lambda each: each.name)
        for place in _of_stratum(frozen, stratum, seed)
    ]


def _of_stratum(frozen: FrozenList, stratum: Stratum, seed: str) -> Sequence[Place]:
    tickets = sorted(
        (ticket(seed, frozen.draw, each.id), each.id, each.name)
        for each in frozen.eligible
        if each.stratum == stratum.name
    )
    return [
        Place(stratum.name, place, number, name, drawn_ticket, _outcome(stratum, place))
        for place, (drawn_ticket, number, name) in enumerate(tickets, 1)
    ]


def _outcome(stratum: Stratum, place: int) -> Outcome:
    if place <= stratum.draw:
        return Outcome.DRAWN
    return Outcome.RESERVE if place <= stratum.draw + stratum.reserves else Outcome.NOT_DRAWN
