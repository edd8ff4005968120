"""The acts before the result of a draw: freeze the list, then enter the seed. The caller commits."""

from dataclasses import dataclass, field
from typing import Any

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.filters import when
from peerreview.models import Draw, ProgrammeYear, SeedKind, utc_now
from peerreview.process import NotNow, Overtaken
from peerreview.programme import draw_record
from peerreview.programme.draw import FrozenList, sha256
from peerreview.programme.draw_seed import compose
from peerreview.workdays import local_day


@dataclass(frozen=True)
class Redraw:
    """The draw that a new one takes the place of, and why."""

    of: Draw
    reason: str


@dataclass(frozen=True)
class Seed:
    """What makes the seed, and what was typed: names and words as they were written."""

    kind: SeedKind
    parts: list[str]
    typed: dict[str, Any] = field(default_factory=dict)


def hold(year: ProgrammeYear) -> tuple[int, str]:
    """The number and the reference of the year's next draw; nobody else freezes one for this year meanwhile."""
    db.session.execute(db.select(ProgrammeYear.id).where(ProgrammeYear.id == year.id).with_for_update())
    return next_number(year)


def next_number(year: ProgrammeYear) -> tuple[int, str]:
    """As ``hold``, for a page that only looks."""
    last = db.session.scalar(db.select(db.func.max(Draw.number)).where(Draw.programme_year_id == year.id)) or 0
    return last + 1, f"{year.borough.code}-{year.starts_on.year}-D{last + 1:02}"


def freeze(year: ProgrammeYear, listed: FrozenList, kind: SeedKind, actor: Actor, redraw: Redraw | None = None) -> Draw:
    """Fix a list before its seed is known, with who and when.

    Raises Overtaken when the list was made for a number that another draw has by now, or when somebody redrew first;
    ValueError for a list that cannot be drawn from.
    """
    number, reference = hold(year)
    if listed.draw != reference:
        raise Overtaken("Somebody froze a list for this year in the meantime. Nothing of yours was saved.")
    text = listed.text()
    draw = Draw(
        reference=reference,
        year=year,
        number=number,
        frozen=text,
        sha256=sha256(text),
        frozen_by=actor.name,
        seed_kind=kind,
    )
    if redraw is not None:
        if db.session.scalar(db.select(Draw.id).where(Draw.replaces_id == redraw.of.id)) is not None:
            raise Overtaken(f"{redraw.of.reference} has been replaced by another draw already.")
        draw.replaces, draw.redraw_reason = redraw.of, redraw.reason
    db.session.add(draw)
    facts = {"draw": reference, "sha256": draw.sha256}
    facts |= {"replaces": redraw.of.reference} if redraw else {}
    audit_trail.record("freeze_draw", actor, facts=facts)
    db.session.flush()
    return draw


def enter_seed(draw: Draw, seed: Seed, actor: Actor) -> None:
    """Enter the seed, once. Of two at once one wins: Overtaken says who. Raises NotNow for a list that is not whole."""
    if draw.replaced_by is not None:
        raise NotNow(f"This draw has been replaced by {draw.replaced_by.reference}.")
    if faults := draw_record.faults(draw):
        raise NotNow(faults[0])
    if seed.kind is not draw.seed_kind:
        raise NotNow("The seed of this draw comes from elsewhere: it was said when the list was frozen.")
    if draw_record.is_too_early(draw, local_day(utc_now())):
        raise NotNow("The number that makes the seed of this draw is not published yet.")
    composed = compose(seed.kind, seed.parts)
    entered = db.session.execute(
        db.update(Draw)
        .where(Draw.id == draw.id, Draw.seed.is_(None), Draw.frozen_at < utc_now())
        .values(seed=composed, seed_parts=seed.parts, seed_typed=seed.typed, seed_by=actor.name, seed_at=utc_now())
        .execution_options(synchronize_session=False)
    )
    db.session.expire(draw)
    if entered.rowcount != 1:  # type: ignore[attr-defined]
        at = when(draw.seed_at) if draw.seed_at else "a moment ago"
        raise Overtaken(f"{draw.seed_by} was first: they entered the seed at {at}. Nothing of yours was saved.")
    audit_trail.record("enter_seed", actor, facts={"draw": draw.reference, "seed": composed})
