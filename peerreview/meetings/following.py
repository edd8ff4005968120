"""Following up the actions: how they are going, whether they are done, and the end of a review. The caller commits."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from peerreview import letters, links, process, storage
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Action,
    ActionUpdate,
    DocumentKind,
    Letter,
    Meeting,
    Person,
    PersonalLink,
    Purpose,
    Review,
    Verification,
    utc_now,
)
from peerreview.storage import Stored
from peerreview.workflow import Role


@dataclass(frozen=True)
class Typed:
    """What somebody at the organisation wrote: what has been done, what has changed by it, and whether it is done."""

    text: str
    impact: str = ""
    says_done: bool = False
    files: Sequence[Stored] = field(default=())


class Done(process.NotNow):
    """The action is verified already; what was typed comes back to its writer."""


def update(action: Action, typed: Typed, actor: Actor) -> ActionUpdate:
    """Keep an update; the coordinators hear of one that says "done". Raises Done, process.NotNow.

    The files stay in the store only when the update is kept.
    """
    review = _held(action)
    try:
        told = _reported(action) if typed.says_done and action.reported_at is None else []
        process.take(review, "update_action", actor, letters=told, action=action.id, says_done=typed.says_done)
    except process.NotNow:
        for stored in typed.files:
            storage.remove(stored.key)
        raise
    made = _row(action, typed.text, actor)
    made.impact, made.says_done = typed.impact, typed.says_done
    made.files = [storage.row_of(stored, review, DocumentKind.ACTION_EVIDENCE, actor.name) for stored in typed.files]
    action.reported_at = (action.reported_at or utc_now()) if typed.says_done else None
    return made


def ask_for_more(action: Action, text: str, actor: Actor) -> None:
    """Say what is still missing: it is the organisation's turn again, and it is told. Raises Done, process.NotNow."""
    review = _held(action)
    told = [
        letters.draft("action_needs_more", to=(link.name, link.email), review=review, link=link, number=_number(action))
        for link in _organisation(review)
    ]
    process.take(review, "ask_about_action", actor, letters=told, action=action.id)
    _row(action, text, actor)
    action.reported_at = None


def verify(action: Action, how: Verification, note: str, actor: Actor, *, later: Review | None = None) -> bool:
    """Write down that an action is done and how that is known. With the last one the review closes: then True.

    ``later``: the review in which it was seen, for Verification.NEXT_REVIEW. Raises Done, process.NotNow.
    """
    if (action.done_by, action.done_note, action.verified_how) == (actor.name, note, how):  # a second click
        return action.review.has_ended
    review = _held(action)
    process.take(review, "complete_action", actor, action=action.id, how=how.value)
    action.verified_in = later
    action.done_at, action.done_by, action.done_note, action.verified_how = utc_now(), actor.name, note, how
    if not (review.actions_are_done and process.may(review, "close", actor.role)):
        return False
    close(review, actor)
    return True


def close(review: Review, actor: Actor, *, seen: int | None = None) -> None:
    """Close a review whose actions are all done. Raises process.NotNow, process.Overtaken."""
    process.take(review, "close", actor, seen=seen, letters=lambda: _closed(review))


def close_early(
    review: Review, reason: str, actor: Actor, *, meeting: Meeting | None = None, seen: int | None = None
) -> None:
    """Close it with actions open, because the Executive Group says so; they stay on the list.

    ``meeting``: at which it was decided, when a coordinator records it. Raises process.NotNow, process.Overtaken.
    """
    at = meeting.held_on.isoformat() if meeting else ""
    process.take(review, "close_early", actor, seen=seen, letters=lambda: _closed(review), meeting=at)
    review.end_reason = reason


def _held(action: Action) -> Review:
    """The action's review, with the action kept from other hands until the commit. Raises Done."""
    db.session.refresh(action, with_for_update={"of": Action})
    if action.done_at is not None:
        raise Done(f"{action.done_by} has verified this action as done in the meantime. Nothing of yours was saved.")
    return action.review


def _row(action: Action, text: str, actor: Actor) -> ActionUpdate:
    made = ActionUpdate(
        action=action, written_by=actor.name, role=actor.role, by_phone=actor.by_phone, written_at=utc_now(), text=text
    )
    db.session.add(made)
    return made


def _number(action: Action) -> int:
    """Which of the review's actions it is, from 1: letters quote no text of a report."""
    return [each.id for each in action.review.actions].index(action.id) + 1


def _reported(action: Action) -> list[Letter]:
    """One letter to each coordinator of the borough."""
    review = action.review
    wanted = db.select(Person).where(Person.holding(Role.COORDINATOR, review.borough_id)).order_by(Person.id)
    address = links.account_page("meetings.action", action_id=action.id)
    return [
        letters.draft(
            "action_reported", to=(one.name, one.email), review=review, address=address, number=_number(action)
        )
        for one in db.session.scalars(wanted)
    ]


def _closed(review: Review) -> list[Letter]:
    still_open = sum(action.done_at is None for action in review.actions)
    return [
        letters.draft("review_closed", to=(link.name, link.email), review=review, link=link, still_open=still_open)
        for link in _organisation(review)
    ]


def _organisation(review: Review) -> list[PersonalLink]:
    """Everybody at the organisation who has a link that still works."""
    return [link for link in review.links if link.purpose is Purpose.ORGANISATION and link.revoked_at is None]
