"""The connection that hands letters to the mail server.

Flask-Mail keeps its settings, switches and signal; what it leaves open is closed here: every wait has an end, the
server's certificate is verified (a board's own authority goes into SSL_CERT_FILE), one connection carries a batch,
and a failure says whose turn it is.
"""

import smtplib
import ssl
from email.message import EmailMessage
from email.utils import parseaddr
from types import TracebackType
from typing import Self

import flask_mail
from flask import current_app

from peerreview.message import Sendable, compose
from peerreview.undelivered import why_not_delivered, why_unreachable

TIMEOUT_SECONDS = 20


class Letter(flask_mail.Message):
    """A letter in Flask-Mail's clothes: what its connection sends is the standard message of `compose`."""

    def __init__(self, letter: Sendable) -> None:
        super().__init__(recipients=[letter.recipient_email], subject=letter.subject)
        self.letter = letter

    def _message(self) -> EmailMessage:  # type: ignore[override]  # Flask-Mail builds older classes; both have as_bytes
        return compose(self.letter, str(self.sender))


class Connection(flask_mail.Connection):
    """One conversation with the mail server, kept for a whole batch and opened again when it drops."""

    def __enter__(self) -> Self:
        self.num_emails = 0
        if not self.mail.suppress:
            self.host = self.configure_host()
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc_value: BaseException | None, tb: TracebackType | None
    ) -> None:
        """Say goodbye; what was handed over stays handed over whatever the server answers."""
        host, self.host = self.host, None
        if host is not None:
            try:
                host.quit()
            except (OSError, smtplib.SMTPException):
                host.close()

    def configure_host(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        """Connect, secure and sign in. Raises Unreachable or Misconfigured."""
        try:
            return self._open()
        except Exception as error:
            raise why_unreachable(error, self.mail.server) from error

    def send(self, message: flask_mail.Message, envelope_from: str | tuple[str, str] | None = None) -> None:
        """Hand one message over, on a new connection if the last one dropped.

        Raises Refused, PutOff, Unreachable or Misconfigured. After PutOff by a dropped line nobody knows whether the
        server kept the message (RFC 1047): the retry has the same Message-ID.
        """
        data = message.as_bytes()
        if not self.mail.suppress:
            sender = parseaddr(str(message.sender))[1]
            recipients = [parseaddr(str(to))[1] for to in message.send_to]
            try:
                self._hand_over(sender, recipients, data)
            except smtplib.SMTPException as error:
                raise why_not_delivered(error) from error
            self.num_emails += 1
        flask_mail.email_dispatched.send(current_app._get_current_object(), message=message)  # type: ignore[attr-defined]

    def _hand_over(self, sender: str, recipients: list[str], data: bytes) -> None:
        """One SMTP transaction. A server that closes a long conversation (421) before it begins gets a new one."""
        for _ in range(2):
            if self.host is None:
                self.host, self.num_emails = self.configure_host(), 0
            try:
                self.host.sendmail(sender, recipients, data)
                return
            except smtplib.SMTPException as error:
                if self.host.sock is None:
                    self.host = None
                tired = isinstance(error, smtplib.SMTPSenderRefused) and error.smtp_code == 421
                if not (tired and self.num_emails):
                    raise

    def _open(self) -> smtplib.SMTP | smtplib.SMTP_SSL:
        """The connection that the settings ask for; we greet with the domain of the sender, which always is one."""
        greeting = parseaddr(self.mail.default_sender or "")[1].rpartition("@")[2] or None
        port = int(self.mail.port or 0)
        host: smtplib.SMTP | smtplib.SMTP_SSL
        if self.mail.use_ssl:
            host = smtplib.SMTP_SSL(self.mail.server, port, greeting, timeout=TIMEOUT_SECONDS, context=_verified())
        else:
            host = smtplib.SMTP(self.mail.server, port, greeting, timeout=TIMEOUT_SECONDS)
        try:
            if self.mail.use_tls:
                host.starttls(context=_verified())
            if self.mail.username and self.mail.password:
                host.login(self.mail.username, self.mail.password)
        except BaseException:
            host.close()
            raise
        return host


def _verified() -> ssl.SSLContext:
    """What verifies the server's certificate. Made when needed: reading every authority takes long."""
    return ssl.create_default_context()


class Mail(flask_mail.Mail):
    """Flask-Mail with our connection; `with mail.connect() as connection: connection.send(Letter(row))`."""

    def connect(self) -> Connection:
        """A connection with the settings of the current app."""
        return Connection(super().connect().mail)
