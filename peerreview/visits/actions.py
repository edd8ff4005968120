"""What the team does about the visit: its agenda, the record, ratings and files."""

from dataclasses import dataclass

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import FileStorage

from peerreview import process, storage
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    AgendaItem,
    Attendance,
    Document,
    DocumentKind,
    Event,
    PeerRating,
    Review,
    Standard,
    Tested,
    VisitRecord,
    setting,
    utc_now,
)
from peerreview.process import NotNow
from peerreview.storage import Refused, Stored
from peerreview.visits.agenda import Item
from peerreview.visits.forms import RatingForm, RecordForm
from peerreview.workdays import add_working_days


@dataclass(frozen=True)
class Present:
    """Somebody who may have been at the visit; ``value`` is what the form sends."""

    value: str
    name: str
    role: str
    of_the_team: bool


def last_set(review: Review) -> int:
    """The event of the last change to the agenda; 0 before the first."""
    found = db.select(db.func.max(Event.id)).where(Event.review_id == review.id, Event.step == "set_agenda")
    return db.session.scalar(found) or 0


def set_agenda(review: Review, items: list[Item], actor: Actor) -> None:
    """Put these items in place of the old ones. Raises NotNow."""
    for old in review.agenda:
        db.session.delete(old)
    db.session.flush()
    for position, item in enumerate(items):
        db.session.add(
            AgendaItem(
                review=review, position=position, kind=item.kind, title=item.title, who=item.who, minutes=item.minutes
            )
        )
    process.take(review, "set_agenda", actor, items=len(items), minutes=sum(item.minutes for item in items))


def who_may_have_been_there(review: Review) -> list[Present]:
    """The team, the staff whom the organisation named, and its contact."""
    team = [
        Present(f"team-{m.id}", m.person.name, "Lead reviewer" if m.is_lead else "Reviewer", True)
        for m in review.current_team
    ]
    named = review.nomination.staff if review.nomination else []
    staff = [Present(f"staff-{s.id}", s.name, s.role, False) for s in named]
    emails = {s.email.lower() for s in named}
    if review.contact and review.contact.email.lower() not in emails:
        staff.append(Present(f"contact-{review.contact.id}", review.contact.name, review.contact.role, False))
    return team + staff


def record(review: Review, form: RecordForm, actor: Actor) -> None:
    """Record that the visit took place; the deadline of the initial report follows from its day. Raises NotNow."""
    held_on, minutes = form.held_on.data, form.minutes.data
    if held_on is None or minutes is None:
        raise ValueError("a record needs a day and minutes")
    process.take(review, "record_visit", actor, seen=int(form.version.data or 0), held_on=held_on.isoformat())
    made = VisitRecord(
        review=review, held_on=held_on, minutes=minutes, remarks=form.remarks.data or "", recorded_by=actor.name
    )
    chosen = set(form.present.data or [])
    for one in who_may_have_been_there(review):
        if one.value in chosen:
            made.attendance.append(Attendance(name=one.name, role=one.role, of_the_team=one.of_the_team))
    for line in (form.others.data or "").splitlines():
        name, _, role = line.partition(",")
        if name.strip():
            made.attendance.append(Attendance(name=name.strip()[:200], role=role.strip()[:200], of_the_team=False))
    db.session.add(made)
    review.initial_report_due_on = add_working_days(held_on, setting("initial_report"))


def rate(review: Review, standard: Standard, form: RatingForm, actor: Actor) -> PeerRating | None:
    """Save the team's rating by compare-and-set. Gives back the one that was there first, or None when this one won."""
    typed = form.rating_version.data or "0"
    seen = int(typed) if typed.isdecimal() else 0
    values = {
        "self_value": form.self_value.data or "",
        "value": form.value.data or "",
        "tested": Tested(form.tested.data),
        "reason": form.reason.data or "",
        "rated_by": actor.name,
        "version": seen + 1,
    }
    if seen == 0:
        try:
            with db.session.begin_nested():
                db.session.add(PeerRating(review_id=review.id, standard_id=standard.id, **values))
        except IntegrityError:
            return rating_of(review, standard)
        return None
    changed = db.session.execute(
        update(PeerRating)
        .where(PeerRating.review_id == review.id, PeerRating.standard_id == standard.id, PeerRating.version == seen)
        .values(**values)
    )
    return None if changed.rowcount == 1 else rating_of(review, standard)  # type: ignore[attr-defined]


def rating_of(review: Review, standard: Standard) -> PeerRating | None:
    """The team's rating of a standard as it is in the database now."""
    found: PeerRating | None = db.session.scalar(
        db.select(PeerRating)
        .where(PeerRating.review_id == review.id, PeerRating.standard_id == standard.id)
        .execution_options(populate_existing=True)
    )
    return found


def add_files(review: Review, uploads: list[FileStorage], actor: Actor) -> list[str]:
    """Keep the team's files; those that may not come in are given back as sentences. Raises NotNow."""
    why_not = process.why_not(review, "add_visit_file", actor.role)
    if why_not:
        raise NotNow(why_not)
    db.session.rollback()  # no transaction is open while files are looked at and written
    kept: list[Stored] = []
    refused: list[str] = []
    for upload in uploads:
        try:
            kept.append(storage.keep(upload.stream, upload.filename or ""))
        except Refused as problem:
            refused.append(problem.message)
    for one in kept:
        db.session.add(
            Document(
                review=review,
                kind=DocumentKind.VISIT_FILE,
                key=one.key,
                filename=one.filename,
                size=one.size,
                media_type=one.media_type,
                sha256=one.sha256,
                handed_in_by=actor.name,
            )
        )
    if kept:
        process.take(review, "add_visit_file", actor, files=len(kept))
    return refused


def remove_file(document: Document, actor: Actor) -> None:
    """Take a file of the visit away. The row stays; the file goes after the commit. Raises NotNow."""
    document.removed_at = utc_now()
    process.take(document.review, "remove_visit_file", actor)
