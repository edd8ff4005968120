"""A feed as iCalendar bytes (RFC 5545; METHOD:PUBLISH of RFC 5546). Pure: the same entries always give the same bytes.

No ATTENDEE and no VALARM: a feed asks nothing of anybody. Times are in UTC, as in the invitations.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_OID, uuid5

from icalendar import Event, vDuration

from peerreview.calendar_text import address, calendar, lines, one_line, place, title
from peerreview.workdays import local_day

READ_AGAIN = timedelta(hours=1)  # asked for; Google re-reads every 8 to 24 hours all the same


@dataclass(frozen=True)
class Entry:
    """One visit or meeting in a feed. Instants are aware; ``changed_at`` is of the visit, so an unchanged feed stays.

    ``is_whole_day``: the time is not known yet; the day is that of ``starts_at`` on London's clocks.
    """

    uid: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    summary: str
    location: str
    description: str
    url: str
    is_cancelled: bool = False
    is_whole_day: bool = False


def uid_of(kind: str, invitation_uid: str) -> str:
    """The UID of a visit in one kind of feed: stable, but never the invitation's own.

    Mail programs look for an invitation's UID in every calendar they have; found in a subscription, which is read-only,
    the invitation could be neither answered nor moved. Nor could anybody forge a cancellation from what a feed shows.
    """
    return f"{uuid5(NAMESPACE_OID, f'{kind}:{invitation_uid}')}@{invitation_uid.rpartition('@')[2]}"


def write(name: str, organizer: tuple[str, str], entries: Sequence[Entry]) -> bytes:
    """The file. ``name`` is the calendar's; without one some programs show the secret address in its place."""
    again, events = vDuration(READ_AGAIN), [_event(entry, organizer) for entry in entries]
    again.params["VALUE"] = "DURATION"  # RFC 7986, 5.7
    return calendar(
        "PUBLISH",
        events,
        name=one_line(name),
        x_wr_calname=one_line(name),
        refresh_interval=again,
        x_published_ttl=vDuration(READ_AGAIN),
    )


def _event(entry: Entry, organizer: tuple[str, str]) -> Event:
    event = Event()
    event.add("uid", one_line(entry.uid))
    event.add("dtstamp", _second(entry.changed_at))
    event.add("last-modified", _second(entry.changed_at))
    event.add("sequence", entry.sequence)
    if entry.is_whole_day:
        event.add("dtstart", local_day(entry.starts_at))
        event.add("dtend", local_day(entry.starts_at) + timedelta(days=1))
    else:
        event.add("dtstart", _second(entry.starts_at))
        event.add("dtend", _second(entry.ends_at))
    # Some programs show a cancelled entry of a feed like any other, so the words say it too.
    event.add("summary", title(f"Cancelled: {entry.summary}" if entry.is_cancelled else entry.summary))
    if entry.location:
        event.add("location", place(entry.location))
    event.add("description", lines(entry.description))
    event.add("url", one_line(entry.url))
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_cancelled else "OPAQUE")
    event.add("organizer", address(*organizer))
    return event


def _second(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(microsecond=0)
