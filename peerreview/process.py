"""The doorway: the only place that begins a review or changes its stage.

Every act goes through ``take``. It asks the table whether the step may be taken, moves the stage by compare-and-set,
records the event and adds the letters, all in the caller's transaction, which ``outbox.commit`` ends.
"""

from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import update
from sqlalchemy.dialects import postgresql, sqlite

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough, Event, Letter, ReferenceCounter, Review, utc_now
from peerreview.wording import NOT_YET, STAGES
from peerreview.wording import STEPS as STEP_WORDS
from peerreview.workdays import LOCAL_ZONE, local_day
from peerreview.workflow import STEPS, Role, Stage

Follower = Callable[[Review, Actor, Event], Sequence[Letter]]

_followers: dict[str, list[Follower]] = {}

MOVING = tuple(name for name, step in STEPS.items() if step.moves)


class NotNow(Exception):
    """The step cannot be taken: wrong stage, wrong role, or a condition that is not met. ``str()`` is for the page."""


class Overtaken(NotNow):
    """Somebody else was first. The sentence says who, when and what."""


def follows(*names: str) -> Callable[[Follower], Follower]:
    """Register what another feature must do, in the same transaction, when a step is taken.

    Features are strangers to each other: a reviewer who leaves (``teams``) must be taken off the calendar (``dates``).
    The follower gets the review, the actor and the event, and returns the letters that it writes.
    """

    def register(follower: Follower) -> Follower:
        for name in names:
            _followers.setdefault(name, []).append(follower)
        return follower

    return register


def may(review: Review, name: str, role: Role) -> bool:
    """Whether somebody in this role could take the step now; the button asks this, and so does the POST behind it."""
    return why_not(review, name, role) is None


def why_not(review: Review, name: str, role: Role) -> str | None:
    """Why the step cannot be taken, as one sentence; ``None`` when it can. Raises KeyError for an unknown step."""
    step = STEPS[name]
    if role not in step.by:
        return "This is for somebody else to do."
    if review.stage not in step.starts:
        return f"This cannot be done any more, or not yet: the review is now at “{STAGES[review.stage]}”."
    missing = next((condition for condition in step.needs if not getattr(review, condition)), None)
    return NOT_YET[missing] if missing else None


def must_be_possible(review: Review, name: str, actor: Actor, *, seen: int | None = None) -> None:
    """Ask as ``take`` will, before work that takes its time. Raises Overtaken or NotNow."""
    step = STEPS[name]
    if step.moves and seen is not None and seen != review.version:
        raise _overtaken(review)
    reason = why_not(review, name, actor.role)
    if reason is not None:
        raise _overtaken(review) if step.moves and review.stage not in step.starts else NotNow(reason)


def take(
    review: Review,
    name: str,
    actor: Actor,
    *,
    seen: int | None = None,
    letters: Sequence[Letter] | Callable[[], Sequence[Letter]] = (),
    restricted: bool = False,
    **facts: Any,
) -> Event:
    """Take a step of the process.

    ``seen``: the review's version on the page that was answered, so that an old tab does not win. ``letters``: rows
    made by ``letters.draft``, only those that the table names; or a function that does what the act consists of and
    returns them, called once nobody can be first any more. ``facts``: short values for the timeline.
    Raises Overtaken when somebody moved the review first, NotNow when the table does not allow the step.
    """
    step = STEPS[name]
    must_be_possible(review, name, actor, seen=seen)
    if step.moves:
        _move(review, (review.stage_before_end or Stage.PLANNED) if step.returns else step.leads_to)
    return _record(review, name, actor, letters() if callable(letters) else letters, restricted, facts)


def begin(
    review: Review, name: str, actor: Actor, *, letters: Sequence[Letter] = (), restricted: bool = False, **facts: Any
) -> Event:
    """Begin a review by a step that starts one (``request``, ``plan``): gives the reference and the first stage.

    ``review`` needs ``borough`` and ``selection``. Letters that quote the reference are added by the caller later.
    """
    step = STEPS[name]
    if step.starts or step.leads_to is None or actor.role not in step.by:
        raise NotNow("A review cannot begin like this.")
    review.stage = step.leads_to
    review.reference = next_reference(review.borough)
    db.session.add(review)
    db.session.flush()
    return _record(review, name, actor, letters, restricted, facts)


def next_reference(borough: Borough) -> str:
    """A new reference: borough, calendar year, number, as HAC-2026-014. Two at once get two numbers."""
    year = local_day(utc_now()).year
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    counted = (
        insert(ReferenceCounter)
        .values(borough_id=borough.id, year=year, last=1)
        .on_conflict_do_update(index_elements=["borough_id", "year"], set_={"last": ReferenceCounter.last + 1})
        .returning(ReferenceCounter.last)
    )
    number = db.session.execute(counted).scalar_one()
    return f"{borough.code}-{year}-{number:03}"


def _move(review: Review, stage: Stage | None) -> None:
    """Compare-and-set: of two at once, the second finds another version and changes nothing."""
    db.session.flush()
    ending = {"stage_before_end": review.stage} if stage in (Stage.DECLINED, Stage.WITHDRAWN, Stage.CLOSED) else {}
    moved = db.session.execute(
        update(Review)
        .where(Review.id == review.id, Review.version == review.version)
        .values(stage=stage, version=Review.version + 1, stage_since=utc_now(), **ending)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]
        raise _overtaken(review)
    db.session.expire(review, ["stage", "version", "stage_since", "stage_before_end"])


def _record(
    review: Review, name: str, actor: Actor, letters: Sequence[Letter], restricted: bool, facts: dict[str, Any]
) -> Event:
    event = audit_trail.record(name, actor, review, restricted=restricted, facts=facts)
    for follower in _followers.get(name, ()):
        letters = [*letters, *follower(review, actor, event)]
    strangers = {letter.name for letter in letters} - set(STEPS[name].tells)
    if strangers:
        raise ValueError(f"The process does not let {name} write {', '.join(sorted(strangers))}")
    db.session.add_all(letters)
    return event


def _overtaken(review: Review) -> Overtaken:
    db.session.rollback()
    first = audit_trail.last_move(review, MOVING)
    if first is None:
        return Overtaken("Somebody else has changed this review in the meantime.")
    local = first.at.astimezone(LOCAL_ZONE)
    when = f"{local:%-I:%M%p} on {local:%A %-d %B}".replace("AM", "am").replace("PM", "pm")
    did = STEP_WORDS[first.step]
    return Overtaken(f"{first.actor_name} was first: they {did} at {when}. Nothing of yours was saved.")
