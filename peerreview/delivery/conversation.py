"""The conversation of a test letter with the mail server, one method a step, in the order of the settings."""

import smtplib
import socket
import ssl
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any

from peerreview.filters import day
from peerreview.undelivered import as_said

WAIT = 10  # seconds for each answer: somebody waits for the page
SOON = timedelta(days=14)
CERTIFICATE = {  # OpenSSL's verify codes (X509_V_ERR_…): what to change
    9: "is not valid yet: check the clocks of both machines",
    10: "has expired: whoever runs the mail server must renew it",
    18: "is signed by the server itself: put it into a file and name that file in SSL_CERT_FILE",
    62: "is for another name: set MAIL_SERVER to a name that is in the certificate",
    64: "is for another address: set MAIL_SERVER to the name that is in the certificate",
}
UNKNOWN_AUTHORITY = "is signed by an authority that is unknown here: put its certificate into a file for SSL_CERT_FILE"


@dataclass(frozen=True)
class Server:
    """Where letters are handed over, as the settings say."""

    host: str
    port: int
    use_tls: bool
    use_ssl: bool
    username: str
    password: str
    sender: str

    @classmethod
    def of(cls, config: Mapping[str, Any]) -> "Server":
        return cls(
            config["MAIL_SERVER"], config["MAIL_PORT"], config["MAIL_USE_TLS"], config["MAIL_USE_SSL"],
            config["MAIL_USERNAME"] or "", config["MAIL_PASSWORD"] or "", config["MAIL_DEFAULT_SENDER"],
        )  # fmt: skip

    @property
    def address(self) -> str:
        """Our sender's address without the name."""
        return parseaddr(self.sender)[1]

    def without_password(self, text: str) -> str:
        """The server's words; one that repeats what we sent must not bring the password onto a page."""
        login = f"\0{self.username}\0{self.password}"
        for secret in (self.password, *(b64encode(one.encode()).decode() for one in (login, self.password))):
            text = text.replace(secret, "(password)") if self.password else text
        return text


class Trouble(Exception):
    """A step failed; the sentence says what to change."""


class _Given(smtplib.SMTP):
    """A conversation over a line that is open already."""

    def __init__(self, line: socket.socket, server: Server) -> None:
        self.line = line
        super().__init__(server.host, server.port, server.address.rpartition("@")[2] or None, timeout=WAIT)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.line


class Conversation:
    """The conversation, one method a step: each gives what it found, or raises Trouble."""

    def __init__(self, server: Server, recipient: str, data: bytes) -> None:
        self.server, self.recipient, self.data = server, recipient, data
        self.line: socket.socket | None = None
        self.smtp: smtplib.SMTP | None = None

    def find(self) -> str:
        server = self.server
        try:
            found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            if error.errno == socket.EAI_AGAIN:
                raise Trouble(f"The name {server.host} could not be looked up: check the name server (DNS) of this "
                              "machine, and MAIL_SERVER.") from None  # fmt: skip
            raise Trouble(f"There is no machine named {server.host}: check MAIL_SERVER.") from None
        return f"{server.host} is {', '.join(sorted({str(place[4][0]) for place in found}))}."

    def connect(self) -> str:
        server = self.server
        try:
            self.line = socket.create_connection((server.host, server.port), WAIT)
        except ConnectionRefusedError:
            raise Trouble(f"Nothing answers on port {server.port}: check MAIL_PORT. Usual are 587 with MAIL_USE_TLS, "
                          "465 with MAIL_USE_SSL, and 25 with neither.") from None  # fmt: skip
        except OSError:
            raise Trouble(f"No way to port {server.port} of {server.host}: a firewall may stand between, or the "
                          "server is down.") from None  # fmt: skip
        return f"Port {server.port} answers." if server.use_ssl else f"Port {server.port} answers: {self._greet()}"

    def encrypt(self) -> str:
        server, context = self.server, ssl.create_default_context()
        try:
            if server.use_ssl:
                assert self.line is not None
                self.line = context.wrap_socket(self.line, server_hostname=server.host)
                self._greet()
            elif server.use_tls:
                assert self.smtp is not None
                self.smtp.starttls(context=context)
            else:
                return "None, as the settings say. That is right only for a server on this machine or a closed network."
        except ssl.SSLCertVerificationError as error:
            why = CERTIFICATE.get(error.verify_code, UNKNOWN_AUTHORITY)
            raise Trouble(f"The certificate of {server.host} {why}. (OpenSSL: {error.verify_message}.)") from None
        except ssl.SSLError:
            raise Trouble(f"{server.host} does not speak TLS on port {server.port}: check MAIL_PORT, MAIL_USE_TLS and "
                          "MAIL_USE_SSL.") from None  # fmt: skip
        except smtplib.SMTPNotSupportedError:
            raise Trouble("The server offers no STARTTLS on this port: try MAIL_USE_SSL with port 465.") from None
        return self._certificate()

    def sign_in(self) -> str:
        server, smtp = self.server, self._smtp()
        if not server.username:
            return "No user name is set, so none is given."
        try:
            smtp.login(server.username, server.password)
        except smtplib.SMTPNotSupportedError:
            raise Trouble("The server takes no sign-in here: turn encryption on, or remove MAIL_USERNAME and "
                          "MAIL_PASSWORD.") from None  # fmt: skip
        except smtplib.SMTPResponseException as error:
            if error.smtp_code < 500:
                raise Trouble(_later(error.smtp_code, error.smtp_error)) from None
            raise Trouble("The user name and password are not accepted: check MAIL_USERNAME and MAIL_PASSWORD. "
                          f"The server said: {as_said(error.smtp_code, error.smtp_error)}") from None  # fmt: skip
        return f"Signed in as {server.username}."

    def give_sender(self) -> str:
        smtp, address = self._smtp(), self.server.address
        smtp.ehlo_or_helo_if_needed()
        code, answer = smtp.mail(address)
        if code == 250:
            return f"{address} is accepted."
        if code < 500:
            raise Trouble(_later(code, answer))
        if code in (530, 535, 538):
            raise Trouble("The server wants us to sign in: set MAIL_USERNAME and MAIL_PASSWORD. It said: "
                          f"{as_said(code, answer)}")  # fmt: skip
        raise Trouble(f"The server does not send for {address}: set MAIL_DEFAULT_SENDER to an address that it sends "
                      f"for. It said: {as_said(code, answer)}")  # fmt: skip

    def give_recipient(self) -> str:
        code, answer = self._smtp().rcpt(self.recipient)
        if code in (250, 251):
            return f"{self.recipient} is accepted."
        if code < 500:
            raise Trouble(_later(code, answer))
        if code in (530, 535, 538) or "relay" in as_said(code, answer).lower():
            raise Trouble("The server does not send to other places for us: check MAIL_USERNAME and MAIL_PASSWORD, or "
                          f"have this machine allowed there. It said: {as_said(code, answer)}")  # fmt: skip
        raise Trouble(f"The server refuses this address: check it for a slip. It said: {as_said(code, answer)}")

    def hand_over(self) -> str:
        try:
            code, answer = self._smtp().data(self.data)
        except smtplib.SMTPDataError as error:
            code, answer = error.smtp_code, error.smtp_error if isinstance(error.smtp_error, bytes) else b""
        if 400 <= code < 500:
            raise Trouble(_later(code, answer))
        if code != 250:
            raise Trouble("The server refuses the letter itself: ask whoever runs it why. It said: "
                          f"{as_said(code, answer)}")  # fmt: skip
        return f"The server has the letter. It said: {as_said(code, answer)}"

    def close(self) -> None:
        with suppress(OSError, smtplib.SMTPException):
            if self.smtp is not None:
                self.smtp.quit()
        if self.line is not None:
            self.line.close()

    def _greet(self) -> str:
        """Take the server's greeting; a port that wants TLS first stays silent."""
        assert self.line is not None
        try:
            self.smtp = _Given(self.line, self.server)
        except smtplib.SMTPConnectError as error:
            raise Trouble(_later(error.smtp_code, error.smtp_error)) from None
        except smtplib.SMTPServerDisconnected:
            raise Trouble("It does not greet us as a mail server does: a port that wants TLS from the first byte "
                          "(usually 465) needs MAIL_USE_SSL; or check MAIL_PORT.") from None  # fmt: skip
        answer = self.smtp.ehlo()[1]
        return (
            f"a mail server that calls itself {' '.join(answer.decode('utf-8', 'replace').split()[:1]) or 'nothing'}."
        )

    def _certificate(self) -> str:
        line = self._smtp().sock
        assert isinstance(line, ssl.SSLSocket)
        facts: dict[str, Any] = line.getpeercert() or {}
        issuer = {key: value for part in facts.get("issuer", ()) for key, value in part}
        ends = datetime.fromtimestamp(ssl.cert_time_to_seconds(facts["notAfter"]), UTC)
        soon = " That is soon: have it renewed." if ends < datetime.now(UTC) + SOON else ""
        by = issuer.get("organizationName") or issuer.get("commonName") or "an authority without a name"
        return f"{line.version()}. The certificate is verified: issued by {by}, good until {day(ends)}.{soon}"

    def _smtp(self) -> smtplib.SMTP:
        assert self.smtp is not None
        return self.smtp


def _later(code: int, answer: bytes | str) -> str:
    """An answer of the 400s: nothing in our settings is wrong for sure."""
    return ("The server asks us to come back later. Letters do so by themselves; a test letter must be sent again. "
            f"It said: {as_said(code, answer)}")  # fmt: skip
