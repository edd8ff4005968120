"""Reading school holidays out of a calendar file (.ics, RFC 5545) that a council or school has published.

The file is a stranger's: only the few lines that are needed are read, one event at a time and within bounds. Time
zones, alarms and repetitions are not even looked at, since a small file can ask for a great deal of work with them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple

from icalendar import Event

from peerreview.typed import clean_line
from peerreview.workdays import LOCAL_ZONE

LARGEST = 300_000  # bytes: years of a whole county's term dates
MOST_EVENTS = 500
LONGEST_LINE = 1_000  # characters
LONGEST = 70  # days: no school holiday is longer, and every term is not far from it
LONGEST_NAME = 200
KEPT = ("SUMMARY", "DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "STATUS")
_HOLIDAY = re.compile(r"holiday|half.?term|vacation|\bbreak\b|clos(?:ed|ure)", re.IGNORECASE)
_OTHER = re.compile(r"bank holiday|inset|re.?opens?|\b(?:starts?|begins?|ends?)\b", re.IGNORECASE)


class Refused(ValueError):
    """The file cannot be read; ``str()`` is for the page."""


class Found(NamedTuple):
    """One stretch of days. ``is_likely``: its name says that schools are closed."""

    name: str
    first_on: date
    last_on: date

    @property
    def is_likely(self) -> bool:
        return bool(_HOLIDAY.search(self.name)) and not _OTHER.search(self.name)


@dataclass
class Contents:
    """What a file has: stretches to choose from, and what is left out with the reason."""

    found: list[Found] = field(default_factory=list)
    left_out: list[tuple[str, str]] = field(default_factory=list)


def read(data: bytes, today: date) -> Contents:
    """The stretches of a file that are not over on `today`, the earliest first. Raises Refused."""
    if len(data) > LARGEST:
        raise Refused("The file is too large for term dates. Choose one that has only the school holidays")
    text = _text(data)
    if not re.match(r"\s*BEGIN:VCALENDAR", text, re.IGNORECASE):
        raise Refused("This is no calendar file. Choose one that ends in .ics, or enter the holidays by hand")
    contents = Contents()
    for number, lines in enumerate(_events(text)):
        if number == MOST_EVENTS:
            raise Refused(f"The file has more than {MOST_EVENTS} entries. Choose one with only the school holidays")
        _take(contents, lines, today)
    if not contents.found and not contents.left_out:
        raise Refused("The calendar file has no entries")
    contents.found = sorted(set(contents.found), key=lambda found: (found.first_on, found.last_on, found.name))
    return contents


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _events(text: str) -> Iterator[list[str]]:
    """The lines of each event that are needed; what is nested inside (alarms) is left out."""
    depth, lines = 0, list[str]()
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        word = line.strip().upper()
        if word.startswith("BEGIN:"):
            if depth:
                depth += 1
            elif word == "BEGIN:VEVENT":
                depth, lines = 1, []
        elif word.startswith("END:") and depth:
            depth -= 1
            if not depth:
                yield lines
        elif depth == 1 and re.split("[:;]", word, maxsplit=1)[0] in KEPT:
            lines.append(line.strip()[:LONGEST_LINE])


def _take(contents: Contents, lines: list[str], today: date) -> None:
    try:
        event = Event.from_ical("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT", ""]))
        name = clean_line(str(event.get("SUMMARY", "")))[:LONGEST_NAME] or "School holiday"
        first, last = _days(event)
    except Exception:  # whatever a stranger's line does to the library, it is this entry that cannot be read
        contents.left_out.append(("An entry", "it could not be read"))
        return
    if reason := _why_not(event, first, last, today):
        contents.left_out.append((name, reason))
    else:
        contents.found.append(Found(name, first, last))


def _days(event: Any) -> tuple[date, date]:
    """The first and the last day; the end of an entry is the day after (RFC 5545, 3.6.1). Raises ValueError."""
    starts = event["DTSTART"].dt
    ends = event["DTEND"].dt if "DTEND" in event else None
    if ends is None:
        usual = timedelta(0) if isinstance(starts, datetime) else timedelta(days=1)
        ends = starts + (event["DURATION"].dt if "DURATION" in event else usual)
    if not isinstance(starts, datetime):
        return starts, max(starts, _plain(ends) - timedelta(days=1))
    local = [at.astimezone(LOCAL_ZONE) if at.tzinfo else at for at in (starts, ends)]
    last = local[1] - timedelta(days=1) if local[1].time() == time(0) and local[1] > local[0] else local[1]
    if local[1] - local[0] < timedelta(hours=23):
        raise ValueError("only part of a day")
    return local[0].date(), last.date()


def _plain(day: date) -> date:
    return day.date() if isinstance(day, datetime) else day


def _why_not(event: Any, first: date, last: date, today: date) -> str:
    if "RRULE" in event or "RDATE" in event:
        return "it repeats: enter it by hand"
    if str(event.get("STATUS", "")).upper() == "CANCELLED":
        return "it is cancelled"
    if last < today:
        return "it is over"
    if last < first or (last - first).days >= LONGEST:
        return f"it is longer than {LONGEST} days: a term, not a holiday"
    return ""
