"""One letter as one standard message for one person, the same bytes on every try."""

import hashlib
import re
from datetime import datetime
from email.charset import QP, Charset
from email.errors import MessageError
from email.headerregistry import Address, BaseHeader, HeaderRegistry, MessageIDHeader
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import parseaddr
from functools import lru_cache
from typing import Protocol

from peerreview.undelivered import Refused

_LINE_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_NAME_MARKS = str.maketrans(dict.fromkeys('"\\<>()[],;:@', " "))

# Without this, Python writes a long message id of these two in code words, and no mail program finds the thread.
_HEADERS = HeaderRegistry()
_HEADERS.map_to_type("in-reply-to", MessageIDHeader)  # type: ignore[arg-type]  # typeshed
_HEADERS.map_to_type("references", MessageIDHeader)  # type: ignore[arg-type]  # typeshed
_LINES = SMTP.clone(header_factory=_HEADERS)
# Headers that are the same on every letter are parsed once: parsing them anew took longer than all the rest.
_ALWAYS = (
    _HEADERS("Auto-Submitted", "auto-generated"),
    _HEADERS("X-Auto-Response-Suppress", "OOF, AutoReply"),
    _HEADERS("MIME-Version", "1.0"),
)
_PLAIN, _HTML = (_HEADERS("Content-Type", f'text/{kind}; charset="utf-8"') for kind in ("plain", "html"))
_QUOTED = _HEADERS("Content-Transfer-Encoding", "quoted-printable")
_UTF_8 = Charset("utf-8")
_UTF_8.body_encoding = QP


class Sendable(Protocol):
    """What a letter must have to become a message.

    `written_at` is aware, `calendar` the bytes of one .ics file, `in_reply_to` the id of the first message.
    """

    @property
    def recipient_name(self) -> str: ...
    @property
    def recipient_email(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def html(self) -> str: ...
    @property
    def message_id(self) -> str: ...
    @property
    def in_reply_to(self) -> str | None: ...
    @property
    def calendar(self) -> bytes | None: ...
    @property
    def calendar_method(self) -> str | None: ...
    @property
    def written_at(self) -> datetime: ...


def compose(letter: Sendable, sender: str) -> EmailMessage:
    """The message for one letter, from `sender` ("Name <address>" or an address).

    The same letter gives the same bytes every time, so that a retry is the same message. A calendar comes last among
    the alternatives and again as an attachment, the only form that some phones open (RFC 6047).

    Raises Refused when a header would carry a line break or control character, or an address is none.
    """
    message = EmailMessage(policy=_LINES)
    message["From"] = _from(sender)
    message["To"] = _address(_clean(letter.recipient_name, "name"), _clean(letter.recipient_email, "address"))
    message["Subject"] = _clean(letter.subject, "subject")
    message["Date"] = letter.written_at
    message["Message-ID"] = _clean(letter.message_id, "message id")
    if letter.in_reply_to:
        first = _clean(letter.in_reply_to, "message id")
        message["In-Reply-To"], message["References"] = first, first
    for header in _ALWAYS:
        message[header.name] = header
    message["Content-Type"] = f'multipart/alternative; boundary="{_boundary(letter, "alternative")}"'
    message.set_payload([_part(letter.text, _PLAIN), _part(letter.html, _HTML)])
    if letter.calendar is not None:
        _add_calendar(message, letter)
    return message


def _part(text: str, content_type: BaseHeader) -> Message:
    """The text or HTML part; lines of any kind of end become lines of one kind."""
    part = Message(policy=_LINES)
    part["Content-Type"], part["Content-Transfer-Encoding"] = content_type, _QUOTED
    part.set_payload(_UTF_8.body_encode("\n".join(re.split("\r\n|\r|\n", text))))
    return part


def _boundary(letter: Sendable, kind: str) -> str:
    """What parts the message: the same on every try, and in no text."""
    return "=_" + hashlib.sha256(f"{kind} {letter.message_id}".encode()).hexdigest()[:40]


@lru_cache(maxsize=4)
def _from(sender: str) -> BaseHeader:
    """The header of our sender, made once: it is the same on every letter."""
    header: BaseHeader = _HEADERS("From", _address(*parseaddr(_clean(sender, "sender"))))
    return header


def _clean(text: str, what: str) -> str:
    """The text for a header; a line break or control character in it is an attack or a mistake, and never sent."""
    if _LINE_BREAKS.search(text):
        raise Refused(f"The {what} has a line break or control character in it.")
    return text


def _address(name: str, address: str) -> Address:
    """A mailbox; marks that some mail programs misread in a name are left out of it."""
    try:
        return Address(" ".join(name.translate(_NAME_MARKS).split()), addr_spec=address.encode("ascii").decode())
    except (MessageError, ValueError, IndexError) as error:
        raise Refused("This is not an email address that letters can be sent to.") from error


def _add_calendar(message: EmailMessage, letter: Sendable) -> None:
    """Add the calendar twice: as the last alternative, with its method, and as a file."""
    calendar, method = letter.calendar or b"", letter.calendar_method
    if f"\r\nMETHOD:{method}\r\n".encode() not in calendar:
        raise ValueError("the method of a letter must be the METHOD of its calendar: the header wins in mail programs")
    message.add_alternative(
        calendar, maintype="text", subtype="calendar", params={"method": method, "charset": "UTF-8"}
    )
    message.make_mixed(_boundary(letter, "mixed"))
    message.add_attachment(
        calendar, maintype="application", subtype="ics", filename="invite.ics", params={"name": "invite.ics"}
    )
