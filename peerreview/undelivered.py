"""Why a letter was not handed over, and whose turn it is: the address, the clock, or the administrator."""

import re
import smtplib
import socket
import ssl

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")


class DeliveryError(Exception):
    """A letter was not handed over; `words` say why in plain English, for the coordinator."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Refused(DeliveryError):
    """The server will never take this letter: a person must mend the address or the text."""


class PutOff(DeliveryError):
    """This letter was not taken now (greylisted, or the line dropped); trying again may work."""


class Unreachable(DeliveryError):
    """No conversation with the mail server could be opened, so no letter can go at the moment."""


class Misconfigured(Unreachable):
    """The mail server answered, or its certificate did, that our settings are wrong: an administrator must act."""


def as_said(code: int, answer: bytes | str) -> str:
    """The server's own words, shortened, for a person to read."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    return f"{code} {' '.join(_CONTROL.sub(' ', text).split())}"[:300]


def why_not_delivered(error: OSError | smtplib.SMTPException) -> DeliveryError:
    """What a failed hand-over means for this letter."""
    code: int
    answer: bytes | str
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        ((code, answer),) = error.recipients.values()
    elif isinstance(error, smtplib.SMTPResponseException):
        code, answer = error.smtp_code, error.smtp_error
    else:
        return PutOff("The connection to the mail server dropped while the letter was being handed over.")
    said = as_said(code, answer)
    if 400 <= code < 500:
        return PutOff(f"The mail server asked us to try again later. It said: {said}")
    if code in (530, 535, 538) or "relay" in said.lower():
        return Misconfigured(f"The mail server does not send for us: check the user name and password. It said: {said}")
    if isinstance(error, smtplib.SMTPSenderRefused) and code != 552:
        return Misconfigured(f"The mail server does not accept our sender address. It said: {said}")
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return Refused(f"The mail server refused this address. It said: {said}")
    return Refused(f"The mail server refused this letter. It said: {said}")


def why_unreachable(error: Exception, server: str) -> Unreachable:
    """What a conversation that never began means for all letters."""
    if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500:
        said = as_said(error.smtp_code, error.smtp_error)
        return Misconfigured(f"The mail server {server} did not accept the user name and password. It said: {said}")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Misconfigured(f"The certificate of {server} could not be verified: {error.verify_message}.")
    if isinstance(error, ssl.SSLError):
        return Misconfigured(f"{server} does not speak TLS on this port: check MAIL_PORT, MAIL_USE_TLS, MAIL_USE_SSL.")
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return Misconfigured(f"{server} does not offer what the settings ask for: {error}.")
    if isinstance(error, socket.gaierror) and error.errno != socket.EAI_AGAIN:
        return Misconfigured(f"There is no mail server named {server}: check MAIL_SERVER.")
    if isinstance(error, smtplib.SMTPResponseException):
        said = as_said(error.smtp_code, error.smtp_error)
        return Unreachable(f"The mail server {server} is not taking letters at the moment. It said: {said}")
    if isinstance(error, (OSError, smtplib.SMTPException)):
        return Unreachable(f"The mail server {server} could not be reached.")
    return Misconfigured(f"The settings of the mail server cannot be used: {type(error).__name__}.")
