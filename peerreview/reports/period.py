"""The response period: more time asked for, given or refused; and its end without a response.

A decision is a compare-and-set in the database, so that of two coordinators at once the second changes nothing.
"""

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import update

from peerreview import letters, links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Letter, MoreTime, Person, PersonalLink, Response, Review, utc_now
from peerreview.reports import issuing, responding, writing
from peerreview.workdays import end_of_local_day, local_day
from peerreview.workflow import Role

DECIDED = "Somebody else has decided on the response period in the meantime. Load the page again to see what."
ASKED = "A colleague has asked for more time already. You can see on the page of your response what becomes of it."


class Seen(NamedTuple):
    """What a page of the response period showed: its last day, and the row that waited for an answer (or 0)."""

    last_day: date
    asked_id: int


def standing(review: Review) -> Seen:
    """What such a page shows now."""
    asked = review.asked_for_more_time
    last = local_day(review.response_due_at) if review.response_due_at else date.min
    return Seen(last, asked.id if asked else 0)


def ask(review: Review, link: PersonalLink, reason: str, wished_for: date) -> MoreTime:
    """The organisation asks for more time; the coordinators are told. The same asked twice (a double click) stays one.

    Raises process.Overtaken when a colleague has asked, process.NotNow when nothing can be asked any more.
    """
    responding.lock(review)
    asked = review.asked_for_more_time
    if asked is not None and (asked.link_id, asked.reason, asked.wished_for) == (link.id, reason, wished_for):
        return asked
    if asked is not None:
        raise process.Overtaken(ASKED)
    asked = MoreTime(link=link, reason=reason, wished_for=wished_for)
    process.take(
        review,
        "ask_for_more_time",
        Actor.behind(link),
        letters=_to_coordinators(review, wished_for),
        wished_for=wished_for.isoformat(),
    )
    review.more_time.append(asked)
    db.session.flush()
    return asked


def extend(review: Review, until: date, actor: Actor, *, seen: Seen | None = None) -> None:
    """A later end of the response period, at 23:59 local time on the day; what was asked for is granted by it.

    Raises process.Overtaken when the coordinator's page showed something else than what stands now.
    """
    asked, seen = review.asked_for_more_time, seen or standing(review)
    if seen != standing(review):
        raise process.Overtaken(DECIDED)
    if asked is not None:
        _decide(asked, actor, until=until)
    _set_deadline(review, end_of_local_day(until))
    told = [_letter("deadline_extended", review, link) for link in _told(review, asked)]
    process.take(review, "extend_response", actor, letters=told, until=until.isoformat())


def refuse(review: Review, asked_id: int, reason: str, actor: Actor) -> None:
    """No more time, with a reason that the organisation reads on its page. Raises process.Overtaken, process.NotNow."""
    asked = review.asked_for_more_time
    if asked is None or asked.id != asked_id:
        raise process.Overtaken(DECIDED)
    told = [_letter("more_time_refused", review, link) for link in _told(review, asked)]
    process.take(review, "refuse_more_time", actor, letters=told)
    _decide(asked, actor, refusal=reason)


def end(review: Review, actor: Actor, *, seen: int | None = None) -> None:
    """Record that no response was received. That is not agreement; a draft stays the organisation's own."""
    process.take(review, "end_response_period", actor, seen=seen)
    if review.response is None:
        review.response = Response(report=review.initial_report)
    review.response.none_received = True
    writing.begin_final(review, actor)


def _decide(asked: MoreTime, actor: Actor, **answer: object) -> None:
    db.session.flush()
    decided = db.session.execute(
        update(MoreTime)
        .where(MoreTime.id == asked.id, MoreTime.decided_at.is_(None))
        .values(decided_at=utc_now(), decided_by=actor.name, **answer)
        .execution_options(synchronize_session=False)
    )
    if decided.rowcount != 1:  # type: ignore[attr-defined]
        raise process.Overtaken(DECIDED)
    db.session.expire(asked)


def _set_deadline(review: Review, last: datetime) -> None:
    moved = db.session.execute(
        update(Review)
        .where(Review.id == review.id, Review.response_due_at == review.response_due_at)
        .values(response_due_at=last)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise process.Overtaken(DECIDED)
    db.session.expire(review, ["response_due_at"])


def _told(review: Review, asked: MoreTime | None) -> list[PersonalLink]:
    """Whom the organisation is told through, and whoever asked."""
    told = issuing.everybody(review)
    if asked is not None and asked.link not in told and asked.link.revoked_at is None:
        told.append(asked.link)
    return told


def _letter(name: str, review: Review, link: PersonalLink) -> Letter:
    return letters.draft(name, to=(link.name, link.email), review=review, link=link)


def _to_coordinators(review: Review, wished_for: date) -> list[Letter]:
    address = links.account_page("reports.deadline", reference=review.reference)
    people = db.select(Person).where(Person.holding(Role.COORDINATOR, review.borough_id)).order_by(Person.id)
    return [
        letters.draft(
            "more_time_wanted",
            to=(each.name, each.email),
            review=review,
            address=address,
            wished_for=wished_for,
        )
        for each in db.session.scalars(people)
    ]
