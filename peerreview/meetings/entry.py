"""A meeting as an iCalendar file (RFC 5545; METHOD:PUBLISH of RFC 5546). No ATTENDEE: it asks nothing of anybody."""

from datetime import UTC, timedelta

from flask import current_app, url_for
from icalendar import Event

from peerreview.calendar_text import calendar, lines, place, title
from peerreview.models import Meeting


def event(meeting: Meeting) -> Event:
    """One meeting: at its time, or for the whole day while that is not known. The UID never changes."""
    base = str(current_app.config["BASE_URL"])
    made = Event()
    made.add("uid", f"meeting-{meeting.id}@{base.partition('//')[2].partition(':')[0]}")
    made.add("dtstamp", meeting.changed_at.astimezone(UTC).replace(microsecond=0))
    made.add("sequence", meeting.version)
    starts_at = meeting.starts_at
    if starts_at is not None:
        made.add("dtstart", starts_at.astimezone(UTC))
        made.add("dtend", (starts_at + timedelta(minutes=meeting.minutes)).astimezone(UTC))
    else:
        made.add("dtstart", meeting.held_on)
        made.add("dtend", meeting.held_on + timedelta(days=1))
    made.add("summary", title(f"{meeting.borough.executive_group}: peer reviews"))
    if meeting.place:
        made.add("location", place(meeting.place))
    address = f"{base}{url_for('meetings.show', meeting_id=meeting.id, _external=False)}"
    made.add("description", lines(f"The agenda and the papers: {address}"))
    made.add("url", address)
    made.add("status", "CONFIRMED")
    return made


def write(meeting: Meeting) -> bytes:
    """The file."""
    return calendar("PUBLISH", [event(meeting)])
