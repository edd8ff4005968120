"""``flask --app app mail fetch``."""

import click
from flask import current_app

from peerreview.correspondence import bp, fetching
from peerreview.correspondence.mailbox import Unreachable
from peerreview.models import Verdict
from peerreview.models.inbound import SETTLED

bp.cli.short_help = "Mail that comes in."

WORDS = {
    Verdict.ANSWER: "Answers to invitations",
    Verdict.RETURNED: "Letters that could not be delivered",
    Verdict.DELAYED: "Letters that are delayed",
    Verdict.AUTOMATIC: "Automatic, ignored",
}


@bp.cli.command("fetch")
def fetch() -> None:
    """Read what is new in the mailbox: answers to invitations, letters that came back, messages from people."""
    if not current_app.config["IMAP_SERVER"]:
        raise click.ClickException("No mailbox is read: set IMAP_SERVER, IMAP_USERNAME and IMAP_PASSWORD.")
    try:
        done = fetching.fetch()
    except Unreachable as trouble:
        raise click.ClickException(trouble.words) from None
    click.echo(f"New messages: {done.total()}")
    for verdict, words in WORDS.items():
        if done[verdict]:
            click.echo(f"{words}: {done[verdict]}")
    waiting = sum(number for verdict, number in done.items() if verdict not in SETTLED)
    if waiting:
        click.echo(f"For a person to look at, under Messages: {waiting}")
