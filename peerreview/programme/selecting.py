"""Send what is selected to the Executive Group, and record what a member decides on it (procedure, section 4).

Letters name no organisation: that one was chosen on local intelligence must not be read from who wrote to whom.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import update

from peerreview import audit_trail, letters, links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Letter,
    Manner,
    Meeting,
    Person,
    ProgrammeYear,
    SelectedReview,
    SelectionRound,
    setting,
    utc_now,
)
from peerreview.programme import selection_queries as queries
from peerreview.wording import STEPS
from peerreview.workdays import add_working_days, local, local_day
from peerreview.workflow import Role

TOO_SOON = timedelta(minutes=10)  # a second click on the reminder, or a second coordinator


@dataclass(frozen=True)
class Decided:
    """What a member decided. Without a manner all is sent back; what is not in ``approved`` is sent back too.

    ``approved`` holds ids of SelectedReview. ``meeting`` belongs to the manner MEETING.
    """

    manner: Manner | None
    approved: frozenset[int] = frozenset()
    meeting: Meeting | None = None
    comment: str = ""


def send(year: ProgrammeYear, actor: Actor, only: Collection[int] | None = None) -> int:
    """Send every planned review of the year that was not sent yet, or ``only`` those (ids); how many were sent.

    What is sent while a round waits joins that round, and the time to decide begins anew. Two at once send each
    review once: the year is held meanwhile. Raises process.NotNow when nobody could decide.
    """
    db.session.execute(db.select(ProgrammeYear.id).where(ProgrammeYear.id == year.id).with_for_update())
    reviews = [review for review in queries.not_sent(year) if only is None or review.id in only]
    if not reviews:
        return 0
    members = _members(year, Role.EXECUTIVE)
    if not members:
        raise process.NotNow(f"Nobody of the {year.borough.executive_group} has an account yet, so nobody can approve.")
    due_on = add_working_days(local_day(utc_now()), setting("approving_selection"))
    waiting = queries.waiting_round(year) or SelectionRound(year=year, version=0)
    waiting.version += 1
    waiting.sent_at, waiting.sent_by, waiting.due_on = utc_now(), actor.name, due_on
    db.session.add(waiting)
    number = len(waiting.waiting) + len(reviews)
    told = [_to_member("selection_waits", year, waiting.due_on, number, member) for member in members]
    for review in reviews:
        process.take(review, "send_selection", actor, letters=told, restricted=True, year=year.label)
        waiting.selected.append(SelectedReview(review=review))
        told = []
    return len(reviews)


def decide(waiting: SelectionRound, decided: Decided, actor: Actor, *, seen: int) -> tuple[int, int]:
    """Record the decision on all that waits in the round: how many are approved, and how many sent back.

    ``seen``: the version of the round on the page, so that nobody approves what joined it unread.
    Raises process.Overtaken when another member decided first or the round has changed.
    """
    rows = waiting.waiting
    closed = db.session.execute(
        update(SelectionRound)
        .where(SelectionRound.id == waiting.id, SelectionRound.decided_at.is_(None), SelectionRound.version == seen)
        .values(
            decided_at=utc_now(),
            decided_by=actor.name,
            manner=decided.manner,
            meeting_id=decided.meeting.id if decided.meeting else None,
            comment=decided.comment,
        )
        .execution_options(synchronize_session=False)
    )
    if closed.rowcount != 1:  # type: ignore[attr-defined]
        raise _overtaken(waiting.id)
    approved = [row for row in rows if decided.manner and row.id in decided.approved]
    told: Sequence[Letter] = _to_coordinators(waiting.year, decided, actor, len(approved), len(rows) - len(approved))
    for row in rows:
        step, facts = ("approve_selection", _how(decided)) if row in approved else ("send_back_selection", {})
        process.take(row.review, step, actor, letters=told, restricted=True, **facts)
        row.approved, told = row in approved, []
    db.session.flush()
    db.session.expire(waiting)
    return len(approved), len(rows) - len(approved)


def remind(waiting: SelectionRound, actor: Actor, since: datetime | None = None) -> list[str]:
    """Write once more to the members who have to decide; their names. Nobody was written to ``since`` (ten minutes).

    Raises process.NotNow when nothing waits.
    """
    rows, year = waiting.waiting, waiting.year
    if not rows:
        raise process.NotNow("This is decided, or is not waited for any more.")
    asked = db.select(Letter.recipient_email).where(
        Letter.name.in_(("selection_waits", "selection_reminder")),
        Letter.subject.contains(year.label) & Letter.subject.contains(year.borough.name),
        Letter.written_at > (since or utc_now() - TOO_SOON),
    )
    recently = set(db.session.scalars(asked))
    members = [member for member in _members(year, Role.EXECUTIVE) if member.email not in recently]
    for member in members:
        db.session.add(_to_member("selection_reminder", year, waiting.due_on, len(rows), member))
    if members:
        names = ", ".join(member.name for member in members)
        audit_trail.record("remind_executive", actor, facts={"year": year.label, "to": names})
    return [member.name for member in members]


def _members(year: ProgrammeYear, role: Role) -> Sequence[Person]:
    return db.session.scalars(db.select(Person).where(Person.holding(role, year.borough_id)).order_by(Person.id)).all()


def _to_member(name: str, year: ProgrammeYear, due: date, number: int, member: Person) -> Letter:
    address, is_late = links.account_page("programme.approval", year_id=year.id), due < local_day(utc_now())
    facts: dict[str, Any] = {"number": number, "due": due, "is_late": is_late, "address": address}
    return letters.draft(name, to=(member.name, member.email), year=year, **facts)


def _to_coordinators(
    year: ProgrammeYear, decided: Decided, actor: Actor, approved: int, sent_back: int
) -> list[Letter]:
    facts: dict[str, Any] = {
        "approved": approved,
        "sent_back": sent_back,
        "meeting": decided.meeting,
        "decided_by": actor.name,
    }
    facts["address"] = links.account_page("programme.selection", year_id=year.id)
    people = _members(year, Role.COORDINATOR)
    return [letters.draft("selection_decided", to=(one.name, one.email), year=year, **facts) for one in people]


def _how(decided: Decided) -> dict[str, Any]:
    if decided.meeting is not None:
        return {"meeting": decided.meeting.held_on.isoformat()}
    return {"how": "by correspondence"}


def _overtaken(round_id: int) -> process.Overtaken:
    db.session.rollback()
    found = db.session.get_one(SelectionRound, round_id, populate_existing=True)
    if found.decided_at is None:
        return process.Overtaken("The selection has changed while you were reading. Nothing of yours was saved.")
    at = local(found.decided_at)
    did = STEPS["approve_selection" if found.manner else "send_back_selection"]
    clock = f"{at:%-I:%M%p}".lower()
    return process.Overtaken(
        f"{found.decided_by} was first: they {did} at {clock} on {at:%A %-d %B}. Nothing of yours was saved."
    )
