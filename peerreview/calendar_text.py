"""Text and addresses as every calendar program reads them (RFC 5545): for invitations by letter and for feeds alike."""

import re
from collections.abc import Iterable
from typing import Any

from icalendar import Calendar, Event, vCalAddress

PRODUCT = "-//Peer Review//Peer Review//EN"

# The library writes NUL and BEL as they are, and half a surrogate pair cannot be written at all.
_UNSENDABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")


def one_line(text: str) -> str:
    """Text for a place that has one line: line breaks and control characters become single spaces."""
    return " ".join(_UNSENDABLE.sub(" ", text).split())


def lines(text: str) -> str:
    """Text that may have several lines, with everything removed that a calendar cannot carry.

    A backslash becomes a stroke: the library turns backslash-capital-N into a line break.
    """
    return "\n".join(_UNSENDABLE.sub(" ", line).rstrip() for line in text.replace("\\", "/").splitlines()).strip()


def title(text: str) -> str:
    """Text for SUMMARY."""
    return one_line(lines(text))


def place(text: str) -> str:
    """Text for LOCATION: an address of several lines, in one."""
    return ", ".join(lines(text).splitlines())


def address(name: str, email: str) -> vCalAddress:
    """Somebody as a calendar address. Their name loses double quotes and carets, and a backslash becomes a stroke.

    The library would write the first two in the code of RFC 6868, which Outlook shows raw; ical.js takes a backslash
    for the beginning of an escape, and reads on into the next parameter.
    """
    found = vCalAddress(f"mailto:{one_line(email)}")
    if plain := one_line(name.translate({ord('"'): None, ord("^"): None, ord("\\"): "/"})):
        found.params["CN"] = plain
    return found


def calendar(method: str, events: Iterable[Event], **properties: Any) -> bytes:
    """The finished file: CRLF line ends, lines folded at 75 octets by the library. ``properties``: of the calendar."""
    made = Calendar()
    made.add("version", "2.0")
    made.add("prodid", PRODUCT)
    made.add("method", method)
    for name, value in properties.items():
        made.add(name.replace("_", "-"), value)
    for event in events:
        made.add_component(event)
    return bytes(made.to_ical())
