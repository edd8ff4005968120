"""The mailbox that answers come to, over IMAP (RFC 3501): every wait has an end, the certificate is verified.

Messages are known by UID and read with PEEK, so that reading one changes nothing in the mailbox.
"""

import imaplib
import re
import socket
import ssl
from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date
from types import TracebackType
from typing import Any, Self

from peerreview.correspondence.reading import LARGEST, LARGEST_HEAD

TIMEOUT_SECONDS = 20
_UID = re.compile(rb"UID (\d+)")
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class Unreachable(Exception):
    """The mailbox could not be read; ``words`` say why in plain English."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Mailbox:
    """One conversation with the IMAP server about one folder: ``with Mailbox(config) as mailbox``.

    ``validity``: the folder's UIDVALIDITY; when it changes, UIDs mean other messages. Every method raises Unreachable.
    """

    def __init__(self, config: Mapping[str, Any]) -> None:
        self.config = config
        self.server: imaplib.IMAP4 | None = None
        self.validity = 0

    def __enter__(self) -> Self:
        try:
            self.server = self._connect()
            self._sign_in(self.server)
            self.validity = self._open(self.server)
        except Exception as error:
            self._close()
            raise why_unreachable(error, self.config) from error
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def since(self, uid: int, day: date | None = None) -> dict[int, int]:
        """The messages from this UID on (and, if a day is given, not older than it): UID to size in bytes, in order."""
        older = f" SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}" if day else ""
        (listed,) = self._ask("SEARCH", f"UID {uid}:*{older}")[:1] or [b""]
        uids = sorted(number for number in map(int, (listed or b"").split()) if number >= uid)  # `*` may be below
        sizes: dict[int, int] = {}
        for start in range(0, len(uids), 100):
            for line in self._ask("FETCH", ",".join(map(str, uids[start : start + 100])), "(RFC822.SIZE)"):
                found = line if isinstance(line, bytes) else b""
                number, size = _UID.search(found), _SIZE.search(found)
                if number and size:
                    sizes[int(number[1])] = int(size[1])
        return {number: sizes[number] for number in uids if number in sizes}

    def fetch(self, uid: int, size: int) -> tuple[bytes, bool]:
        """A message, and whether these are only its headers; empty when somebody has removed it meanwhile."""
        cut = size > LARGEST
        what = f"(BODY.PEEK[HEADER]<0.{LARGEST_HEAD}>)" if cut else "(BODY.PEEK[])"
        found = [part[1] for part in self._ask("FETCH", str(uid), what) if isinstance(part, tuple)]
        return (found[0] if found else b""), cut

    def mark_seen(self, uids: Iterable[int]) -> None:
        """Mark messages as read, so that a person who looks sees what is left for them."""
        chosen = ",".join(map(str, uids))
        if chosen:
            self._ask("STORE", chosen, "+FLAGS.SILENT", r"(\Seen)")

    def _connect(self) -> imaplib.IMAP4:
        host, port = self.config["IMAP_SERVER"], self.config["IMAP_PORT"]
        if self.config["IMAP_USE_SSL"]:
            verified = ssl.create_default_context()
            return imaplib.IMAP4_SSL(host, port, ssl_context=verified, timeout=TIMEOUT_SECONDS)
        return imaplib.IMAP4(host, port, timeout=TIMEOUT_SECONDS)

    def _sign_in(self, server: imaplib.IMAP4) -> None:
        """By SASL PLAIN, which unlike LOGIN needs no quoting and knows every letter (RFC 4616)."""
        name, word = self.config["IMAP_USERNAME"], self.config["IMAP_PASSWORD"]
        try:
            server.authenticate("PLAIN", lambda _challenge: f"\0{name}\0{word}".encode())
        except imaplib.IMAP4.abort:
            raise
        except imaplib.IMAP4.error as error:
            host = self.config["IMAP_SERVER"]
            raise Unreachable(f"The mail server {host} did not accept the user name and password.") from error

    def _open(self, server: imaplib.IMAP4) -> int:
        folder = self.config["IMAP_FOLDER"].replace("\\", "\\\\").replace('"', '\\"')
        answer, _data = server.select(f'"{folder}"')
        if answer != "OK":
            raise Unreachable(f"There is no folder named {self.config['IMAP_FOLDER']}: check IMAP_FOLDER.")
        _name, validity = server.response("UIDVALIDITY")
        return int(validity[0] or 0)

    def _ask(self, command: str, *arguments: str) -> list[Any]:
        assert self.server is not None
        try:
            answer, data = self.server.uid(command, *arguments)
        except (OSError, imaplib.IMAP4.error) as error:
            raise why_unreachable(error, self.config) from error
        if answer != "OK":
            raise Unreachable(f"The mail server {self.config['IMAP_SERVER']} refused to {command.lower()} messages.")
        return data

    def _close(self) -> None:
        if self.server is not None:
            with suppress(OSError, imaplib.IMAP4.error):
                self.server.logout()
            self.server = None


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # in every locale


def why_unreachable(error: Exception, config: Mapping[str, Any]) -> Unreachable:
    """What went wrong, for an administrator."""
    host = config["IMAP_SERVER"]
    if isinstance(error, Unreachable):
        return error
    if isinstance(error, ssl.SSLCertVerificationError):
        return Unreachable(f"The certificate of {host} could not be verified: {error.verify_message}.")
    if isinstance(error, ssl.SSLError):
        return Unreachable(f"{host} does not speak TLS on port {config['IMAP_PORT']}: check IMAP_PORT.")
    if isinstance(error, socket.gaierror):
        return Unreachable(f"There is no mail server named {host}: check IMAP_SERVER.")
    if isinstance(error, imaplib.IMAP4.abort):
        return Unreachable(f"The mail server {host} ended the conversation.")
    if isinstance(error, TimeoutError):
        return Unreachable(f"The mail server {host} did not answer within {TIMEOUT_SECONDS} seconds.")
    if isinstance(error, OSError):
        return Unreachable(f"The mail server {host} could not be reached on port {config['IMAP_PORT']}.")
    return Unreachable(f"The mail server {host} answered in a way that could not be understood.")
