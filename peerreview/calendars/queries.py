"""What each feed shows: the visits, and how much of them its reader may know."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from email.utils import parseaddr

from flask import current_app, url_for
from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import contains_eager

from peerreview.calendars.feed import Entry, uid_of
from peerreview.extensions import db
from peerreview.models import (
    Borough,
    CalendarFeed,
    Invitation,
    Meeting,
    Participant,
    Person,
    PersonalLink,
    Review,
    TeamMember,
    Visit,
    board_detail,
    utc_now,
)
from peerreview.workdays import LOCAL_ZONE, local_day
from peerreview.workflow import ENDED, Role

CANCELLED_STAYS = timedelta(days=14)  # long enough for the slowest program to read that it is off
PAST_STAYS = timedelta(days=400)


def own_visits(person: Person) -> list[Entry]:
    """The visits that this person is invited to now, each with their own part of it.

    Somebody who left a team or has a hard interest has none of that review; a review that has ended shows nothing.
    """
    now = utc_now()
    rows = db.session.scalars(
        select(Invitation)
        .join(Invitation.visit)
        .join(Visit.review)
        .join(Invitation.participant)
        .outerjoin(PersonalLink, Participant.link_id == PersonalLink.id)
        .outerjoin(TeamMember, PersonalLink.member_id == TeamMember.id)
        .where(
            Participant.left_at.is_(None),
            _is(person),
            _recent(now),
            or_(_in_force(), Visit.cancelled_at >= now - CANCELLED_STAYS),
        )
        .options(contains_eager(Invitation.visit).contains_eager(Visit.review), contains_eager(Invitation.participant))
        .order_by(Visit.starts_at, Visit.id)
    ).unique()
    asked = _asked()
    return [_own(held, asked) for held in rows]


def own_meetings(person: Person) -> list[Entry]:
    """The Executive Group meetings of the boroughs in whose group somebody is now."""
    boroughs = person.boroughs_as(Role.EXECUTIVE)
    wanted = select(Meeting).where(Meeting.held_on >= local_day(utc_now() - PAST_STAYS))
    if boroughs is not None:
        wanted = wanted.where(Meeting.borough_id.in_(boroughs))
    return [_meeting(meeting) for meeting in db.session.scalars(wanted.order_by(Meeting.held_on, Meeting.id))]


def visits_in(borough: Borough) -> list[Entry]:
    """When the borough's visits are, by reference: no names, no places, no people."""
    now = utc_now()
    rows = db.session.scalars(
        select(Visit)
        .join(Visit.review)
        .where(
            Review.borough_id == borough.id,
            _recent(now),
            or_(Visit.cancelled_at.is_(None), Visit.cancelled_at >= now - CANCELLED_STAYS),
        )
        .options(contains_eager(Visit.review))
        .order_by(Visit.starts_at, Visit.id)
    )
    return [_busy(visit) for visit in rows]


def organizer() -> tuple[str, str]:
    """Our name and address, the same as on the invitations (RFC 5546: PUBLISH has an ORGANIZER)."""
    name, email = parseaddr(current_app.config["MAIL_DEFAULT_SENDER"])
    return name or board_detail("board_name"), email


def feeds_of(boroughs: Sequence[Borough]) -> dict[int, CalendarFeed]:
    """The feeds that boroughs have, by the borough's id."""
    wanted = [borough.id for borough in boroughs]
    rows = db.session.scalars(select(CalendarFeed).where(CalendarFeed.borough_id.in_(wanted)))
    return {feed.borough_id: feed for feed in rows if feed.borough_id is not None}


def _is(person: Person) -> ColumnElement[bool]:
    """A member of the team by their account, anybody else by the address that was invited."""
    is_active = and_(
        TeamMember.removed_at.is_(None), TeamMember.stood_down_at.is_(None), TeamMember.declaration.is_not(None)
    )
    return or_(
        and_(Participant.of_the_team.is_(True), TeamMember.person_id == person.id, is_active),
        and_(Participant.of_the_team.is_(False), Participant.email == person.email),
    )


def _in_force() -> ColumnElement[bool]:
    return and_(Visit.cancelled_at.is_(None), Invitation.cancelled_at.is_(None), Review.stage.not_in(list(ENDED)))


def _recent(now: datetime) -> ColumnElement[bool]:
    return Visit.starts_at >= now - PAST_STAYS


def _own(held: Invitation, asked: str) -> Entry:
    visit, review = held.visit, held.visit.review
    return Entry(
        uid=uid_of("own", visit.uid),
        sequence=held.sequence,
        changed_at=visit.changed_at,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        summary=f"Peer review of {review.organisation_name}",
        location=visit.place,
        description=f"Peer review visit to {review.organisation_name}.\nReference: {review.reference}.\n{asked}",
        url=_page(review) if held.participant.of_the_team else _start_page(),
        is_cancelled=visit.cancelled_at is not None,
    )


def _busy(visit: Visit) -> Entry:
    return Entry(
        uid=uid_of("busy", visit.uid),
        sequence=visit.sequence,
        changed_at=visit.changed_at,
        starts_at=visit.starts_at,
        ends_at=visit.ends_at,
        summary=visit.review.reference,
        location="",
        description=f"Peer review visit {visit.review.reference}.",
        url=_page(visit.review),
        is_cancelled=visit.cancelled_at is not None,
    )


def _meeting(meeting: Meeting) -> Entry:
    base = str(current_app.config["BASE_URL"])
    starts_at = meeting.starts_at or datetime.combine(meeting.held_on, time(), LOCAL_ZONE)
    page = f"{base}{url_for('meetings.show', meeting_id=meeting.id, _external=False)}"
    return Entry(
        uid=uid_of("meeting", f"{meeting.id}@{base.partition('//')[2].partition(':')[0]}"),
        sequence=meeting.version,
        changed_at=meeting.changed_at,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=meeting.minutes),
        summary=meeting.borough.executive_group,
        location=meeting.place,
        description=f"The agenda and the papers: {page}",
        url=page,
        is_whole_day=meeting.starts_at is None,
    )


def _start_page() -> str:
    return f"{current_app.config['BASE_URL']}{url_for('reviews.home', _external=False)}"


def _page(review: Review) -> str:
    path = url_for("dates.visit", reference=review.reference, _external=False)
    return f"{current_app.config['BASE_URL']}{path}"


def _asked() -> str:
    parts = [board_detail(name) for name in ("contact_name", "contact_phone", "contact_email")]
    return f"Questions: {', '.join(part for part in parts if part)}."
