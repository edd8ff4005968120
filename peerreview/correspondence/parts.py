"""The headers, parts and texts of a message from outside. Pure; the callers catch what hostile bytes make it raise."""

import html
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.headerregistry import HeaderRegistry
from email.message import Message
from typing import Any

import nh3

MOST_PARTS = 100
DEEPEST = 10  # nested parts; real mail has three or four
LONGEST_HEADER = 2_000  # characters of one header that are looked at
LONGEST_TEXT = 5_000  # characters of a person's mail that are shown

MESSAGE_ID = re.compile(r"<[^<>\s]{1,190}>")
_ADDRESS = re.compile(r"[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,189}")
# What would end a line, hide a text or turn its direction; half a surrogate pair cannot be stored.
_UNSHOWN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
# Python knows more codings than mail does, and some of them take very long.
_CHARSETS = re.compile("utf-?(8|16|32)|(us-)?ascii|iso-?8859|iso-2022|windows-?125|cp125|latin|koi8|gb|big5|shift|euc")


class TooDeep(Exception):
    """More parts, or parts deeper in each other, than any honest message has."""


def one_line(text: str, longest: int = 500) -> str:
    """Text from outside for one line of a page."""
    return " ".join(_UNSHOWN.sub(" ", text).split())[:longest]


def lines(text: str, longest: int = LONGEST_TEXT) -> str:
    """Text from outside that may have several lines."""
    shown = (_UNSHOWN.sub("", line).rstrip() for line in text[: 2 * longest].splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(shown)).strip()[:longest]


def raw_headers(message: Message, name: str, longest: int | None = LONGEST_HEADER) -> list[str]:
    """Every header of this name as it was written, unfolded; of each the first `longest` characters."""
    return ["".join(str(value)[:longest].splitlines()) for value in message.get_all(name, [])]


def header(message: Message, name: str) -> str:
    """The first header of this name with its code words decoded (RFC 2047), as one line; empty when there is none."""
    raw = next(iter(raw_headers(message, name)), "")
    try:
        return one_line(str(make_header(decode_header(raw))))
    except (HeaderParseError, LookupError, ValueError):
        return one_line(raw)


def sender(message: Message) -> str:
    """The address of From in lower case; empty unless there is exactly one, in a form that nobody misreads.

    A parser that guesses would take ``dsl@school.example <other@example>`` for the first of the two.
    """
    written = raw_headers(message, "From")
    if len(written) != 1:
        return ""
    parsed: Any = HeaderRegistry()("from", written[0])
    if parsed.defects or len(parsed.addresses) != 1:
        return ""
    address = parsed.addresses[0].addr_spec.lower()
    return str(address) if _ADDRESS.fullmatch(address) else ""


def message_ids(message: Message, *names: str) -> tuple[str, ...]:
    """The message ids in these headers, in their order."""
    return tuple(found for name in names for text in raw_headers(message, name) for found in MESSAGE_ID.findall(text))


def walk(message: Message) -> Iterator[Message]:
    """Every part but those of a message inside the message: what somebody forwards is not theirs to answer.

    Raises TooDeep.
    """
    waiting, seen = [(message, 0)], 0
    while waiting:
        part, depth = waiting.pop(0)
        seen += 1
        if depth > DEEPEST or seen > MOST_PARTS:
            raise TooDeep
        yield part
        if part.get_content_maintype() != "message" and isinstance(inside := part.get_payload(), list):
            waiting[:0] = [(each, depth + 1) for each in inside if isinstance(each, Message)]


def content(part: Message) -> bytes:
    """A part's bytes without their transfer encoding."""
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def decoded(part: Message, data: bytes) -> str:
    """Bytes of a text part in the charset that it names, if mail knows it; what cannot be read becomes a mark."""
    charset = str(part.get_content_charset("utf-8") or "utf-8")
    try:
        return data.decode(charset if _CHARSETS.match(charset) else "utf-8", "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def text(message: Message) -> str:
    """What the sender wrote: the first plain text, or else the words of the first HTML."""
    shown = [part for part in walk(message) if part.get_content_disposition() != "attachment"]
    for kind in ("text/plain", "text/html"):
        for part in shown:
            if part.get_content_type() == kind and (written := decoded(part, content(part)[: 20 * LONGEST_TEXT])):
                words = written if kind == "text/plain" else html.unescape(nh3.clean(written, tags=set()))
                if found := lines(words):
                    return found
    return ""
