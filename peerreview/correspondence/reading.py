"""What a message from outside is: bytes in, a typed result out. It never raises, whatever the bytes are.

The order of the decisions matters: a report before a calendar, because a report has our own invitation in it; a
calendar before automatic mail, because Gmail's answer calls itself automatic. Shapes: RFC 3464, 3834, 5546, 8601.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser

from peerreview.correspondence import answers, parts
from peerreview.correspondence.answers import Counter, NoReply, Reply
from peerreview.correspondence.returned import Report, report_in, returns_to_nobody

LARGEST = 1024 * 1024  # bytes of a message that is read whole; of a larger one the headers
LARGEST_HEAD = 64 * 1024
_HEAD_ENDS = re.compile(rb"\r?\n\r?\n")
_DMARC_FAILED = re.compile(r"\s*(\([^)]*\)\s*)?dmarc(/\d+)?\s*=\s*fail\b", re.IGNORECASE)
_ROBOT_HEADERS = ("List-Id", "List-Unsubscribe", "X-Autoreply", "X-Autorespond")
_ROBOT = re.compile(r"(mailer-daemon|postmaster|no-?reply|do-?not-?reply|bounces?)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Automatic:
    """Written by no person and about no letter of ours: an absence note, a newsletter."""


@dataclass(frozen=True)
class Personal:
    """A person wrote to us."""


@dataclass(frozen=True)
class TooLarge:
    """Only its headers were read."""


@dataclass(frozen=True)
class Unreadable:
    """Its parts could not be taken apart."""


Found = Reply | Counter | NoReply | Report | Automatic | Personal | TooLarge | Unreadable


@dataclass(frozen=True)
class Inbound:
    """A message. ``key`` is the same for every copy of it. ``sender`` is From's one address in lower case, or empty;
    ``shown_sender`` what to show of From. ``thread``: the messages that it answers. ``text`` is from outside."""

    key: str
    found: Found
    sender: str = ""
    shown_sender: str = ""
    subject: str = ""
    thread: tuple[str, ...] = ()
    text: str = ""
    is_forged: bool = False


def read(raw: bytes, *, our_address: str, authserv_id: str = "", cut: bool = False) -> Inbound:
    """Read one message. ``our_address`` is the organiser of our invitations. ``authserv_id``: the name under which our
    own mail server writes Authentication-Results; without it none is believed. ``cut``: these are only the headers."""
    key = _key(raw)
    try:
        head = BytesHeaderParser().parsebytes(raw[:LARGEST_HEAD])
        bare = Inbound(
            key,
            TooLarge(),
            sender=parts.sender(head),
            shown_sender=parts.header(head, "From")[:254],
            subject=parts.header(head, "Subject"),
            thread=parts.message_ids(head, "In-Reply-To", "References")[:50],
            is_forged=_is_forged(head, authserv_id),
        )
    except Exception:  # headers that no parser stands, such as thousands of brackets
        return Inbound(key, Unreadable())
    if cut or len(raw) > LARGEST:
        return bare
    try:
        found, text = _found(BytesParser().parsebytes(raw), our_address)
    except Exception:  # RecursionError and whatever else the library raises on hostile parts
        found, text = Unreadable(), ""
    return replace(bare, found=found, text=text)


def _found(message: Message, our_address: str) -> tuple[Found, str]:
    report = report_in(message)
    if report is not None:
        return report, ""
    calendar = answers.calendar_in(message)
    if isinstance(calendar, NoReply):
        return calendar, parts.text(message)
    if calendar is not None:
        return answers.read(*calendar, our_address), parts.text(message)
    if _is_automatic(message):
        return Automatic(), ""
    return Personal(), parts.text(message)


def _key(raw: bytes) -> str:
    """Copies of one message differ in what servers wrote on top; without an id only the same bytes are the same."""
    ends = _HEAD_ENDS.search(raw, 0, LARGEST_HEAD)
    try:
        head = BytesHeaderParser().parsebytes(raw[: ends.start() if ends else LARGEST_HEAD])
        ids = parts.message_ids(head, "Message-ID")
    except Exception:  # then its bytes are all that is known of it
        ids = ()
    known = ids[0].encode("utf-8", "replace") + b"\n" + raw[ends.end() :] if ids and ends else raw
    return hashlib.sha256(known).hexdigest()


def _is_forged(head: Message, authserv_id: str) -> bool:
    """Whether our own server found that the sender's domain disowns the message (RFC 8601, 2.2).

    One that fails is enough: a forger may add a pass, but would not add a failure. Comments are not taken out, so
    that no bracket of a forger can hide what our server wrote behind it.
    """
    return bool(authserv_id) and any(
        _fails(written, authserv_id) for written in parts.raw_headers(head, "Authentication-Results", None)
    )


def _fails(written: str, authserv_id: str) -> bool:
    server, *results = written.split(";")
    name = (server.split() or [""])[0].strip('"').lower()
    return name == authserv_id.lower() and any(_DMARC_FAILED.match(result) for result in results)


def _is_automatic(message: Message) -> bool:
    """The signs of RFC 3834 and of older programs."""
    submitted = parts.header(message, "Auto-Submitted").lower()
    return (
        (submitted != "" and not submitted.startswith("no"))
        or returns_to_nobody(message)
        or parts.header(message, "Precedence").lower() in ("bulk", "junk", "list", "auto_reply")
        or any(message.get(name) is not None for name in _ROBOT_HEADERS)
        or message.get_content_type() == "multipart/report"
        or bool(_ROBOT.match(parts.sender(message)))
    )
