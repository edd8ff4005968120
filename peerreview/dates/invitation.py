"""Invitations as iCalendar bytes that Outlook, Gmail, Apple and Thunderbird all understand.

Pure: what to say and when it is said are passed in, the same values always give the same bytes. A message is for one
person, who is its only ATTENDEE: the other people's addresses stay private. Times are in UTC (`Z`), the form that
least can go wrong with. Sources: RFC 5545 (the format), RFC 5546 (REQUEST, CANCEL, PUBLISH), RFC 6047 (by email).
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from icalendar import Event, vCalAddress

from peerreview.calendar_text import address, calendar, lines, one_line, place, title


@dataclass(frozen=True)
class Person:
    """A name as shown in the calendar, and an email address."""

    name: str
    address: str


@dataclass(frozen=True)
class Invitation:
    """One visit as one person is told of it.

    `uid` is fixed for the life of the visit and names nobody; `sequence` is the visit's counter, raised for a new
    time or place; `starts_at` and `stamped_at` are aware; `minutes` is the length; `url` carries no secret.
    """

    uid: str
    sequence: int
    starts_at: datetime
    minutes: int
    summary: str
    location: str
    description: str
    url: str
    organizer: Person
    attendee: Person
    needed: bool
    stamped_at: datetime

    def __post_init__(self) -> None:
        """Refuse what would make a calendar misread the visit; the forms have caught these before."""
        if self.starts_at.tzinfo is None or self.stamped_at.tzinfo is None:
            raise ValueError("the start and the stamp of an invitation need a zone")
        if self.minutes <= 0 or self.sequence < 0:
            raise ValueError("an invitation needs a length and a sequence of 0 or more")
        if not self.description.strip():
            raise ValueError("an invitation needs a description: an empty one is shown as an error by some calendars")
        if self.organizer.address.lower() == self.attendee.address.lower():
            raise ValueError("the organiser cannot be invited: calendars would ask nobody for an answer")


def request(invitation: Invitation) -> bytes:
    """Ask one person to come, or tell them of the new time: `METHOD:REQUEST`."""
    event = _event(invitation)
    event.add("status", "CONFIRMED")
    event.add("attendee", _attendee(invitation, asked=True))
    event.add("x-microsoft-disallow-counter", "TRUE")
    return calendar("REQUEST", [event])


def cancel(invitation: Invitation, *, whole_visit: bool) -> bytes:
    """Take the visit out of one person's calendar: `METHOD:CANCEL`.

    With `whole_visit` it is off for everyone (`STATUS:CANCELLED`). Without, only this person no longer comes: no
    STATUS, and the message must reach nobody else, whose entry it would delete.
    """
    event = _event(invitation)
    if whole_visit:
        event.add("status", "CANCELLED")
    event.add("attendee", _attendee(invitation, asked=False))
    return calendar("CANCEL", [event])


def publish(invitation: Invitation) -> bytes:
    """The visit as a file to add to a calendar by hand: `METHOD:PUBLISH`, without attendees, nothing to answer.

    It has the UID of the invitation, so a calendar that has both shows one entry.
    """
    event = _event(invitation)
    event.add("status", "CONFIRMED")
    return calendar("PUBLISH", [event])


def _event(invitation: Invitation) -> Event:
    """What all three messages have in common."""
    starts_at = invitation.starts_at.astimezone(UTC).replace(microsecond=0)
    event = Event()
    event.add("uid", one_line(invitation.uid))
    event.add("dtstamp", invitation.stamped_at.astimezone(UTC).replace(microsecond=0))
    event.add("sequence", invitation.sequence)
    event.add("dtstart", starts_at)
    event.add("dtend", starts_at + timedelta(minutes=invitation.minutes))
    event.add("summary", title(invitation.summary))
    if where := place(invitation.location):
        event.add("location", where)
    event.add("description", lines(invitation.description))
    event.add("url", one_line(invitation.url))
    event.add("transp", "OPAQUE")
    event.add("organizer", address(invitation.organizer.name, invitation.organizer.address))
    return event


def _attendee(invitation: Invitation, *, asked: bool) -> vCalAddress:
    """The one person of the message; `asked` puts their answer back to "none yet" and asks for one."""
    attendee = address(invitation.attendee.name, invitation.attendee.address)
    attendee.params["CUTYPE"] = "INDIVIDUAL"
    attendee.params["ROLE"] = "REQ-PARTICIPANT" if invitation.needed else "OPT-PARTICIPANT"
    if asked:
        attendee.params["PARTSTAT"] = "NEEDS-ACTION"
        attendee.params["RSVP"] = "TRUE"
    return attendee
