"""The acts after the result of a draw: plan those drawn, and take the next reserve. The caller commits."""

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.filters import when
from peerreview.models import Draw, DrawEntry, Organisation, Selection
from peerreview.process import NotNow, Overtaken
from peerreview.programme import actions, draw_record
from peerreview.programme.draw import Outcome, Place
from peerreview.programme.draw_candidates import open_in_line


def plan_drawn(draw: Draw, actor: Actor) -> list[DrawEntry]:
    """Plan a review of everybody drawn, all or none. Who cannot be planned any more is passed over, with the reason.

    Raises Overtaken when it has been done, NotNow when there is no sound result to plan.
    """
    _hold(draw)
    if draw.entries:
        first = draw.entries[0]
        raise Overtaken(f"{first.settled_by} was first: they planned the drawn at {when(first.settled_at)}.")
    drawn = [place for place in draw_record.places(draw) if place.outcome is Outcome.DRAWN]
    entries = [_settle(draw, place, actor) for place in drawn]
    planned = sum(entry.review is not None for entry in entries)
    audit_trail.record("plan_draw", actor, facts={"draw": draw.reference, "planned": planned, "drawn": len(drawn)})
    return entries


def take_reserve(draw: Draw, lost: DrawEntry, actor: Actor) -> DrawEntry:
    """Plan the next reserve of the group instead of a place that was lost; reserves who cannot be are passed over.

    Raises Overtaken when somebody took it first, NotNow when the place is not lost, or no reserve is left.
    """
    _hold(draw)
    db.session.refresh(lost)
    if lost.successor is not None:
        taken = lost.successor
        raise Overtaken(f"{taken.settled_by} was first: they took the next reserve at {when(taken.settled_at)}.")
    if lost not in draw_record.lost_places(draw):
        raise NotNow("This place is not open: its review goes on.")
    entry = lost
    for place in draw_record.reserves_left(draw, lost.stratum):
        entry = _settle(draw, place, actor, instead_of=entry)
        facts = {"draw": draw.reference, "place": place.place, "passed_over": entry.review is None}
        audit_trail.record("take_reserve", actor, entry.review, restricted=True, facts=facts)
        if entry.review is not None:
            break
    if entry is lost:
        raise NotNow("No reserve is left in this group. Make a redraw, which is a new record with its reason.")
    return entry


def why_passed_over(draw: Draw, organisations: dict[int, Organisation]) -> dict[int, str]:
    """Why a review of some of them cannot be planned now, in words; those that can are not in it."""
    open_reviews = open_in_line(organisations)
    found = {}
    for number, organisation in organisations.items():
        if number in open_reviews:
            found[number] = f"It has an open review already: {open_reviews[number].reference}"
        elif not organisation.is_open:
            found[number] = "It has closed"
        elif organisation.borough_id != draw.year.borough_id:
            found[number] = f"It is in {organisation.borough.name} now"
    return found


def _hold(draw: Draw) -> None:
    db.session.execute(db.select(Draw.id).where(Draw.id == draw.id).with_for_update())
    db.session.expire(draw)
    if draw.replaced_by is not None:
        raise NotNow(f"This draw has been replaced by {draw.replaced_by.reference}.")
    if draw.seed is None:
        raise NotNow("Enter the seed first.")
    if faults := draw_record.faults(draw):
        raise NotNow(faults[0])


def _settle(draw: Draw, place: Place, actor: Actor, instead_of: DrawEntry | None = None) -> DrawEntry:
    wanted = db.select(Organisation).where(Organisation.id == place.id).with_for_update(of=Organisation)
    organisation = db.session.scalars(wanted).one()
    entry = DrawEntry(
        draw=draw,
        organisation=organisation,
        stratum=place.stratum,
        place=place.place,
        is_reserve=instead_of is not None,
        instead_of=instead_of,
        passed_over=why_passed_over(draw, {organisation.id: organisation}).get(organisation.id, ""),
        settled_by=actor.name,
    )
    db.session.add(entry)
    db.session.flush()
    if not entry.passed_over:
        actions.plan(organisation, draw.year, Selection.RANDOM, actor, drawn=entry)
    db.session.expire(entry, ["review"])
    return entry
