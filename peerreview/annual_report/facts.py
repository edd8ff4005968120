"""What the figures are made of: one value for each review, without the organisation's name. Plain Python."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from peerreview.workflow import Stage


class Reply(StrEnum):
    """What became of the response period of an initial report."""

    POINTS = "points"
    CLEAN = "clean"  # "no inaccuracies"
    NONE = "none"  # no response was received, which is not agreement


class Verdict(StrEnum):
    """What was decided on a point of the response."""

    CHANGED = "changed"
    PARTLY = "partly"
    NOT_CHANGED = "not_changed"


@dataclass(frozen=True, slots=True)
class Promise:
    """Something with a deadline. ``done_on``: none while it is still to come."""

    what: str
    due_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Rated:
    """One standard with the self rating and the peer rating as ranks: 0 is the weakest, ``best`` the best."""

    standard: str
    best: int
    own: int | None
    peer: int | None


@dataclass(frozen=True, slots=True)
class Followed:
    """One action: by when, and when it was verified as done."""

    due_on: date
    done_on: date | None


@dataclass(frozen=True, slots=True)
class Counted:
    """One review of the year. ``stays``: days that it spent at each stage that it has left."""

    borough: str
    is_school: bool
    held: bool = False
    presented: bool = False
    stays: dict[Stage, int] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    reply: Reply | None = None
    verdicts: tuple[Verdict, ...] = ()
    ratings: tuple[Rated, ...] = ()
    actions: tuple[Followed, ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """How many reviews one borough's Executive Group wanted; none before it has said so."""

    borough: str
    statutory: int | None
    schools: int | None
