"""Who did what, and who read what."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from flask import has_request_context, request
from sqlalchemy import insert, select

from peerreview.extensions import db
from peerreview.models import Event, Person, PersonalLink, Purpose, Review, utc_now
from peerreview.workflow import Role


@dataclass(frozen=True)
class Actor:
    """Whoever acts, in one role. ``by_phone``: a coordinator records what somebody else said."""

    name: str
    role: Role
    person_id: int | None = None
    by_phone: bool = False

    @classmethod
    def of(cls, person: Person, role: Role) -> Self:
        """Somebody with an account, in one of the roles that they hold."""
        return cls(person.name, role, person.id)

    @classmethod
    def behind(cls, link: PersonalLink) -> Self:
        """The person of a personal link."""
        if link.purpose is Purpose.REVIEWER and link.member is not None:
            return cls(link.name, Role.REVIEWER, link.member.person_id)
        return cls(link.name, Role.ORGANISATION)

    @classmethod
    def system(cls) -> Self:
        """The app itself, at a deadline."""
        return cls("Peer Review", Role.SYSTEM)

    def on_the_phone(self) -> Self:
        """The same coordinator, recording for somebody else."""
        return replace(self, by_phone=True)


def record(
    step: str, actor: Actor, review: Review | None = None, *, restricted: bool = False, facts: dict[str, Any]
) -> Event:
    """Add an event to the transaction of the act. ``facts`` are short values, never text of a report."""
    event = Event(
        step=step,
        actor_name=actor.name,
        actor_role=actor.role,
        person_id=actor.person_id,
        by_phone=actor.by_phone,
        review=review,
        restricted=restricted,
        facts=facts,
    )
    db.session.add(event)
    return event


def record_reading(what: str, actor: Actor, review: Review | None, *, restricted: bool = False, **facts: Any) -> None:
    """Note that somebody read something confidential; of no one review: took a list out of the app.

    The one thing that a GET writes: a line in the trail, on a connection of its own, so that the page's own
    transaction stays a reading one. A look ahead (HEAD), as mail scanners take, hands over nothing and is no reading.
    """
    if has_request_context() and request.method == "HEAD":
        return
    values = {
        "review_id": review.id if review else None,
        "at": utc_now(),
        "step": f"read_{what}",
        "actor_name": actor.name,
        "actor_role": actor.role,
        "person_id": actor.person_id,
        "by_phone": False,
        "restricted": restricted,
        "facts": facts,
    }
    with db.engine.connect().execution_options(writes=True) as connection, connection.begin():
        connection.execute(insert(Event), values)


def last_move(review: Review, moving_steps: Sequence[str]) -> Event | None:
    """The last act that moved the review, to tell a second person who was first."""
    return db.session.scalar(
        select(Event)
        .where(Event.review_id == review.id, Event.step.in_(moving_steps))
        .order_by(Event.id.desc())
        .limit(1)
    )
