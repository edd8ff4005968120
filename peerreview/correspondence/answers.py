"""What somebody's calendar answers to an invitation (RFC 5546, 3.2.3), from its text/calendar part. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from urllib.parse import unquote

from icalendar import Calendar, Component
from icalendar.prop import vBroken

from peerreview.correspondence.parts import content, decoded, lines, one_line, walk

LARGEST_CALENDAR = 256 * 1024  # bytes: a reply has two or three thousand
LONGEST_COMMENT = 1_000
ANSWERS = frozenset({"accepted", "tentative", "declined"})
_WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True)
class Reply:
    """An answer: ``attendee`` in lower case, ``answer`` one of ANSWERS, ``stamped_at`` (DTSTAMP) aware, UTC."""

    uid: str
    attendee: str
    answer: str
    sequence: int
    stamped_at: datetime
    comment: str


@dataclass(frozen=True)
class Counter:
    """Another time is proposed: a person reads it, nothing changes."""

    uid: str
    comment: str


@dataclass(frozen=True)
class NoReply:
    """A calendar that answers nothing of ours. ``foreign``: it is well formed, and somebody else's."""

    why: str
    foreign: bool = False
    uid: str = ""


def calendar_in(message: Message) -> tuple[str, str] | NoReply | None:
    """The calendar of a message and the method that its header names; None when it has none.

    Never one inside a forwarded message. Apple's comes as an attachment, Gmail's twice.
    """
    parts = [part for part in walk(message) if part.get_content_type() == "text/calendar"]
    parts = parts or [part for part in walk(message) if _is_file(part)]
    if not parts:
        return None
    found = {content(part).strip() for part in parts}
    if len(found) > 1:
        return NoReply("It has several calendars in it.")
    (data,) = found
    if len(data) > LARGEST_CALENDAR:
        return NoReply("Its calendar is far too large for an answer.")
    return decoded(parts[0], data), str(parts[0].get_param("method", "")).upper()


def read(text: str, method: str, our_address: str) -> Reply | Counter | NoReply:
    """What a calendar says. ``method`` is the header's, or empty; ``our_address`` the organiser of our invitations."""
    try:
        calendar: Any = Calendar.from_ical(text.lstrip("\ufeff"))
    except Exception as error:  # the library raises many kinds on hostile text
        return NoReply(f"Its calendar cannot be read ({type(error).__name__}).")
    if not isinstance(calendar, Calendar):
        return NoReply("Its calendar cannot be read.")
    says = _one(calendar, "METHOD").upper()
    if method and method != says:
        return NoReply("The message and its calendar say different things.")
    events = calendar.walk("VEVENT")
    if says == "COUNTER":
        return Counter(_one(events[0], "UID"), _comment(events[0])) if events else NoReply("It proposes nothing.")
    if says != "REPLY":
        return NoReply("It is a calendar message, but not an answer.", foreign=True)
    if len(events) != 1:
        return NoReply("It does not answer one invitation.")
    return _reply(events[0], our_address)


def _reply(event: Component, our_address: str) -> Reply | NoReply:
    uid, organizer = _one(event, "UID"), event.get("ORGANIZER")
    if not uid:
        return NoReply("It does not say which invitation it answers.")
    if organizer is not None and _mailbox(organizer) != our_address.lower():
        return NoReply("It answers somebody else's invitation.", foreign=True, uid=uid)
    attendee = event.get("ATTENDEE")
    if attendee is None or isinstance(attendee, list) or not _mailbox(attendee):
        return NoReply("It does not say who answers.", uid=uid)
    answer = str(attendee.params.get("PARTSTAT", "")).lower()
    if answer not in ANSWERS:
        return NoReply("It says neither yes, nor maybe, nor no.", uid=uid)
    sequence = "0" if event.get("SEQUENCE") is None else _one(event, "SEQUENCE")
    stamped_at = _instant(event.get("DTSTAMP"))
    if not _WHOLE.fullmatch(sequence) or stamped_at is None:
        return NoReply("It does not say when it was given.", uid=uid)
    return Reply(uid, _mailbox(attendee), answer, int(sequence), stamped_at, _comment(event))


def _is_file(part: Message) -> bool:
    name = str(part.get_filename("") or "").lower()
    return part.get_content_type() == "application/ics" or (
        name.endswith(".ics") and part.get_content_maintype() not in ("message", "multipart")
    )


def _one(component: Component, name: str) -> str:
    """A property's value as text; empty when it is missing, there twice or broken."""
    value = component.get(name)
    return "" if value is None or isinstance(value, list | vBroken) else one_line(str(value))


def _mailbox(value: Any) -> str:
    """The address in ``mailto:address``, in lower case; empty for anything else."""
    scheme, _, address = str(value).partition(":")
    return one_line(unquote(address)).lower() if scheme.lower() == "mailto" and not isinstance(value, list) else ""


def _instant(value: Any) -> datetime | None:
    moment = getattr(value, "dt", None)
    if not isinstance(moment, datetime) or moment.tzinfo is None:
        return None
    try:
        return moment.astimezone(UTC).replace(microsecond=0)
    except OverflowError:
        return None


def _comment(event: Component) -> str:
    value = event.get("COMMENT", "")
    said = value if isinstance(value, list) else [value]
    return lines("\n".join(str(each) for each in said[:5]), LONGEST_COMMENT)
