"""One letter handed to the mail server step by step; each step that fails says what to change. Knows no review."""

import smtplib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from peerreview.delivery.conversation import WAIT, Conversation, Server, Trouble

NO_ANSWER = (
    f"The line dropped, or no answer came within {WAIT} seconds. "
    "Try again; if it stays so, ask whoever runs the mail server."
)


@dataclass(frozen=True)
class Finding:
    """What one step found; ``is_good`` is None when it was not reached."""

    title: str
    is_good: bool | None
    words: str = ""


def try_out(server: Server, recipient: str, data: bytes) -> list[Finding]:
    """Hand the message over and say how far it came. Takes at most about a minute."""
    talk = Conversation(server, recipient, data)
    try:
        return list(_findings(talk))
    finally:
        talk.close()


def _findings(talk: Conversation) -> Iterator[Finding]:
    failed = False
    for title, step in _steps(talk):
        if failed:
            yield Finding(title, None)
            continue
        try:
            yield Finding(title, True, talk.server.without_password(step()))
        except Trouble as trouble:
            failed = True
            yield Finding(title, False, talk.server.without_password(str(trouble)))
        except (OSError, smtplib.SMTPException):
            failed = True
            yield Finding(title, False, NO_ANSWER)


def _steps(talk: Conversation) -> list[tuple[str, Callable[[], str]]]:
    return [
        ("The name of the server", talk.find),
        ("The connection", talk.connect),
        ("Encryption", talk.encrypt),
        ("Signing in", talk.sign_in),
        ("The sender", talk.give_sender),
        ("The recipient", talk.give_recipient),
        ("Handing over", talk.hand_over),
    ]
