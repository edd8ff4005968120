"""Delivery status reports (RFC 3464): which of our letters came back, and why. Pure."""

import re
from dataclasses import dataclass
from email import message_from_string
from email.message import Message

from peerreview.correspondence.parts import content, message_ids, one_line, raw_headers, walk

_ACTION = re.compile(r"^Action:\s*([a-z]+)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"^Status:\s*([245]\.[0-9]{1,3}\.[0-9]{1,3})", re.IGNORECASE | re.MULTILINE)
_DIAGNOSTIC = re.compile(
    r"^Diagnostic-Code:\s*(?:[\w-]+\s*;)?((?:.*)(?:\n[ \t].*){0,10})", re.IGNORECASE | re.MULTILINE
)
_STATUS_PARTS = ("message/delivery-status", "message/global-delivery-status")
_WHOLE_ORIGINALS = ("message/rfc822", "message/global")
_ORIGINAL_HEADERS = ("text/rfc822-headers", "message/rfc822-headers", "message/global-headers")


@dataclass(frozen=True)
class Report:
    """``failed``: it will never arrive; otherwise it is late, or arrived. ``letters``: the ids it may be about, the
    likeliest first. ``sent_to``: the address of the returned letter, or empty. ``said``: the mail server's words."""

    failed: bool
    letters: tuple[str, ...]
    sent_to: str
    said: str


def report_in(message: Message) -> Report | None:
    """The report that a message is; None when it is none.

    A genuine one has a null Return-Path (RFC 3461, 6.1): a forwarded report is a person's mail.
    """
    if message.get_content_type() != "multipart/report" or not returns_to_nobody(message, unless_known=True):
        return None
    parts = list(walk(message))
    status = next((part for part in parts if part.get_content_type() in _STATUS_PARTS), None)
    if status is None:
        return None
    fields = _flat(status)
    original = _original(parts)
    letters = message_ids(original, "Message-ID") if original is not None else ()
    letters += message_ids(message, "In-Reply-To", "References")
    return Report(
        failed="failed" in {action.lower() for action in _ACTION.findall(fields)},
        letters=tuple(dict.fromkeys(letters))[:20],
        sent_to=_address(original),
        said=_said(fields),
    )


def returns_to_nobody(message: Message, *, unless_known: bool = False) -> bool:
    """Whether the envelope was sent by no person: a null Return-Path. ``unless_known``: also when there is none."""
    paths = raw_headers(message, "Return-Path")
    return paths[0].strip() == "<>" if paths else unless_known


def _flat(part: Message) -> str:
    """The report's fields as text, whether or not Python took them apart."""
    inside = part.get_payload()
    blocks = [each.as_string() for each in inside if isinstance(each, Message)] if isinstance(inside, list) else []
    return "\n".join(blocks or [content(part).decode("utf-8", "replace")]).replace("\r\n", "\n")[:20_000]


def _original(parts: list[Message]) -> Message | None:
    """The headers of the letter that came back."""
    for part in parts:
        inside = part.get_payload()
        if part.get_content_type() in _WHOLE_ORIGINALS and isinstance(inside, list) and inside:
            return inside[0] if isinstance(inside[0], Message) else None
        if part.get_content_type() in _ORIGINAL_HEADERS:
            return message_from_string(_flat(part))
    return None


def _address(original: Message | None) -> str:
    """The one address of To; ours always have one."""
    written = "".join(raw_headers(original, "To")) if original is not None else ""
    found = re.findall(r"[^\s<>,;:\"]+@[^\s<>,;:\"]+", written)
    return found[-1].lower() if found else ""


def _said(fields: str) -> str:
    status, diagnostic = _STATUS.search(fields), _DIAGNOSTIC.search(fields)
    words = one_line(diagnostic[1], 300) if diagnostic else ""
    return words or (f"status {status[1]}" if status else "")
