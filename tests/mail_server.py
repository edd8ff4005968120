"""A real SMTP server for tests, that can be told to misbehave."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP as SMTP_LINES
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


@dataclass
class MailServer:
    """What arrived, and what to do with each address: `refuse[address] = "550 5.1.1 no such person"`.

    `greylist` holds addresses whose next letter is answered 451 once; `drop` those whose connection is cut in the
    middle of DATA so many times. `on_data` is called with the address before the answer to DATA.
    """

    port: int = 0
    arrived: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    greylist: set[str] = field(default_factory=set)
    drop: Counter[str] = field(default_factory=Counter)
    letters_per_connection: int = 0
    seconds_per_letter: float = 0.0
    on_data: Callable[[str], None] = lambda address: None
    connections: int = 0

    async def handle_EHLO(self, server: SMTP, session: Any, envelope: Any, hostname: str, responses: list[str]) -> Any:  # noqa: N802
        session.host_name, session.letters = hostname, 0
        self.connections += 1
        return responses

    async def handle_MAIL(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if self.letters_per_connection and session.letters >= self.letters_per_connection:
            return "421 4.7.0 too many letters on this connection"
        if address in self.refuse:
            return self.refuse[address]
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: SMTP, session: Any, envelope: Any, address: str, options: list[str]) -> str:  # noqa: N802
        if address in self.greylist:
            self.greylist.remove(address)
            return "451 4.7.1 greylisted, try again"
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        (address,) = envelope.rcpt_tos
        if self.drop[address] > 0:
            self.drop[address] -= 1
            server.transport.abort()
            await asyncio.sleep(0)
            return "451 dropped"
        self.on_data(address)
        await asyncio.sleep(self.seconds_per_letter)
        session.letters += 1
        self.raw.append(envelope.content)
        self.arrived.append(message_from_bytes(envelope.content, policy=SMTP_LINES))
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        return "250 kept"

    def to(self, address: str) -> list[EmailMessage]:
        """The messages that arrived for one address, oldest first."""
        pairs = zip(self.arrived, self.envelopes, strict=True)
        return [message for message, (_, recipients) in pairs if recipients == [address]]


@contextmanager
def mail_server(port: int = 0, **options: Any) -> Iterator[MailServer]:
    """Run the server on a free port of 127.0.0.1 (or `port`); `options` go to aiosmtpd."""
    server = MailServer()
    controller = FreePort(server, hostname="127.0.0.1", port=port, **options)
    controller.start()
    server.port = controller.server.sockets[0].getsockname()[1]
    try:
        yield server
    finally:
        controller.stop()


class FreePort(Controller):
    """aiosmtpd knocks on the port that it asked for; here that may be 0, so it knocks on the one it was given."""

    def _trigger_server(self) -> None:
        asked, self.port = self.port, self.server.sockets[0].getsockname()[1]
        try:
            super()._trigger_server()
        finally:
            self.port = asked
