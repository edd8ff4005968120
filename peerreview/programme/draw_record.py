"""What a draw's record says: whether it is whole, its result, what came of each place, and the file of it all."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from peerreview.extensions import db
from peerreview.models import Draw, DrawEntry, Event
from peerreview.programme.draw import FrozenList, Outcome, Place, read, result, sha256
from peerreview.programme.draw_seed import compose
from peerreview.workflow import Stage

LOST = frozenset({Stage.DECLINED, Stage.WITHDRAWN})
EXPLAINED = "docs/draw.md"


def listed(draw: Draw) -> FrozenList | None:
    """The frozen list; none when its text cannot be read any more."""
    try:
        return read(draw.frozen)
    except ValueError:
        return None


def faults(draw: Draw) -> list[str]:
    """What does not agree, in sentences: list, SHA-256, seed and the trail of who did what. A whole record has none."""
    frozen, found = listed(draw), []
    trail = _trail(draw)
    if sha256(draw.frozen) != draw.sha256:
        found.append("The list does not match its SHA-256: it has been changed since it was frozen.")
    if trail.get("freeze_draw", {}).get("sha256") != draw.sha256:
        found.append("The SHA-256 is not the one that was written down when the list was frozen.")
    if frozen is None:
        found.append("The list cannot be read.")
    elif frozen.draw != draw.reference:
        found.append("The list is that of another draw.")
    if draw.seed is not None:
        if draw.seed != compose(draw.seed_kind, draw.seed_parts):
            found.append("The seed is not made of the words that were kept with it.")
        if trail.get("enter_seed", {}).get("seed") != draw.seed:
            found.append("The seed is not the one that was written down when it was entered.")
    return found


def is_too_early(draw: Draw, today: date) -> bool:
    """Whether the number that makes the seed is published on a day that is still to come."""
    frozen = listed(draw)
    return frozen is not None and frozen.seed_on > today.isoformat()


def _trail(draw: Draw) -> dict[str, dict[str, Any]]:
    events = db.session.scalars(
        db.select(Event).where(Event.step.in_(("freeze_draw", "enter_seed"))).order_by(Event.id)
    )
    found: dict[str, dict[str, Any]] = {}
    for event in events:
        if event.facts.get("draw") == draw.reference:
            found.setdefault(event.step, event.facts)
    return found


def places(draw: Draw) -> list[Place]:
    """Every ticket of the result, group by group; nothing without a seed or a list that can be read."""
    frozen = listed(draw)
    return result(frozen, draw.seed) if frozen is not None and draw.seed is not None else []


def lost_places(draw: Draw) -> list[DrawEntry]:
    """Places without a review that goes on, and without a reserve in their stead."""
    taken = {entry.instead_of_id for entry in draw.entries}
    return [entry for entry in draw.entries if entry.id not in taken and is_lost(entry)]


def is_lost(entry: DrawEntry) -> bool:
    """Passed over, declined or withdrawn."""
    return entry.review is None or entry.review.stage in LOST


def reserves_left(draw: Draw, stratum: str) -> list[Place]:
    """The reserves of a group that nobody has turned to yet, the next one first."""
    used = {entry.organisation_id for entry in draw.entries}
    return [
        place
        for place in places(draw)
        if place.stratum == stratum and place.outcome is Outcome.RESERVE and place.id not in used
    ]


@dataclass(frozen=True)
class Came:
    """What came of one place, for a page. ``is_open``: no reserve has taken it yet; ``next``: the one who could."""

    entry: DrawEntry
    is_lost: bool
    is_open: bool
    next: Place | None


def came_of(draw: Draw) -> list[Came]:
    """What came of every place that was turned to, in the order in which it was."""
    lost = {entry.id for entry in lost_places(draw)}
    left = {stratum: reserves_left(draw, stratum)[:1] for stratum in {entry.stratum for entry in draw.entries}}
    return [
        Came(entry, is_lost(entry), entry.id in lost, next(iter(left[entry.stratum]), None)) for entry in draw.entries
    ]


def as_file(draw: Draw) -> dict[str, Any]:
    """Everything that somebody else needs to draw again by themselves; the script in docs/draw.md reads it."""
    return {
        "explained_in": EXPLAINED,
        "list": draw.frozen,
        "sha256": draw.sha256,
        "frozen": {"by": draw.frozen_by, "at": draw.frozen_at.isoformat()},
        "seed": draw.seed,
        "seed_kind": str(draw.seed_kind),
        "seed_parts": draw.seed_parts,
        "seed_origin": {
            "typed": draw.seed_typed,
            "entered_by": draw.seed_by,
            "at": draw.seed_at.isoformat() if draw.seed_at else None,
        },
        "result": [
            {
                "stratum": place.stratum,
                "place": place.place,
                "id": place.id,
                "name": place.name,
                "ticket": place.ticket,
                "outcome": str(place.outcome),
            }
            for place in places(draw)
        ],
        "afterwards": [_afterwards(entry) for entry in draw.entries],
        "replaces": {"draw": draw.replaces.reference, "reason": draw.redraw_reason} if draw.replaces else None,
        "replaced_by": draw.replaced_by.reference if draw.replaced_by else None,
    }


def _afterwards(entry: DrawEntry) -> dict[str, Any]:
    return {
        "id": entry.organisation_id,
        "planned": entry.review.reference if entry.review else None,
        "passed_over": entry.passed_over,
        "reserve_instead_of": entry.instead_of.organisation_id if entry.instead_of else None,
        "by": entry.settled_by,
        "at": entry.settled_at.isoformat(),
    }
