"""A reviewer's standing interests: written down, corrected, ended, and confirmed once a year.

Each change looks at the teams that they are on (``watch``), in its own transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_

from peerreview import audit_trail, letters, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Person, Reviewer, Strength, Tie, TieKind, utc_now
from peerreview.teams import watch
from peerreview.teams.watch import Place

A_YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Said:
    """What is said of a tie beside kind and end. ``strength``: only of another kind, and only by a coordinator."""

    since: date | None = None
    until: date | None = None
    text: str = ""
    strength: Strength | None = None


def tie(reviewer: Reviewer, kind: TieKind, end: str, said: Said, actor: Actor) -> Sequence[Place]:
    """Add a tie to ``organisation-12``, ``trust-3`` or ``federation-4``; the same one twice stays one.

    Where it suspends the reviewer or costs them the lead, that is done; these places are returned.
    """
    what, _, number = end.partition("-")
    made = Tie(kind=kind, written_by=actor.name, **{f"{what}_id": int(number)})
    _fill(made, said, actor)
    if any(_facts(made) == _facts(old) for old in reviewer.ties):
        return []
    before = watch.places_of([reviewer])
    reviewer.ties.append(made)
    db.session.flush()
    _record("tie_reviewer", made, actor)
    return watch.look_again(reviewer, before, actor)


def change_tie(old: Tie, said: Said, actor: Actor) -> Sequence[Place]:
    """Correct a tie, or say when it ended. Where that costs the reviewer a place, these are returned."""
    before = watch.places_of([old.reviewer])
    _fill(old, said, actor)
    _record("change_tie", old, actor)
    return watch.look_again(old.reviewer, before, actor)


def untie(old: Tie, actor: Actor) -> None:
    """Take a tie off the record; the trail keeps that it was there."""
    _record("untie_reviewer", old, actor)
    db.session.delete(old)


def change_employer(reviewer: Reviewer, employer: str, actor: Actor) -> Sequence[Place]:
    """Correct whom they work for. Where that costs the reviewer a place, these are returned."""
    before = watch.places_of([reviewer])
    reviewer.employer = employer
    audit_trail.record("change_employer", actor, facts={"reviewer": reviewer.person.name})
    return watch.look_again(reviewer, before, actor)


def confirm(reviewer: Reviewer, actor: Actor) -> None:
    """They say that what is written of them is right."""
    reviewer.interests_confirmed_at = utc_now()
    audit_trail.record("confirm_interests", actor, facts={"reviewer": reviewer.person.name})


def is_due(reviewer: Reviewer) -> bool:
    """Whether they should look again: a year after they last did, or after they came."""
    return (reviewer.interests_confirmed_at or reviewer.person.created_at) < utc_now() - A_YEAR


def ask_once_a_year() -> None:
    """Ask whoever has not confirmed for a year, once in that year. Run each minute by the worker."""
    then = utc_now() - A_YEAR
    due = db.session.scalars(
        db.select(Reviewer)
        .join(Reviewer.person)
        .where(
            Person.active,
            func.coalesce(Reviewer.interests_confirmed_at, Person.created_at) < then,
            or_(Reviewer.interests_asked_at.is_(None), Reviewer.interests_asked_at < then),
        )
        .order_by(Reviewer.id)
        .with_for_update(of=Reviewer, skip_locked=True)
    )
    for reviewer in due:
        reviewer.interests_asked_at = utc_now()
        letters.write("confirm_interests", to=(reviewer.person.name, reviewer.person.email))
    outbox.commit()


def _fill(made: Tie, said: Said, actor: Actor) -> None:
    made.since, made.until, made.text, made.strength = said.since, said.until, said.text, said.strength
    made.written_by, made.written_at = actor.name, utc_now()


def _facts(tie: Tie) -> tuple[object, ...]:
    return tie.kind, tie.organisation_id, tie.trust_id, tie.federation_id, tie.since, tie.until, tie.text


def _record(step: str, tie: Tie, actor: Actor) -> None:
    facts = {"reviewer": tie.reviewer.person.name, "to": tie.end.name if tie.end else "", "kind": tie.kind.value}
    facts |= {"until": tie.until.isoformat() if tie.until else ""}
    audit_trail.record(step, actor, facts=facts)
