"""`flask --app app sample load` and `flask --app app sample walk`."""

import click
from flask import current_app
from flask.ctx import RequestContext

from peerreview import outbox
from peerreview.sample import bp, loading, walk, world


@bp.cli.command("load")
def load() -> None:
    """Load the invented year into an empty database; a second time changes nothing."""
    if not current_app.config["SAMPLE_MODE"]:
        raise click.ClickException("The sample is only for SAMPLE_MODE=1.")
    if loading.is_loaded():
        click.echo("The sample year is loaded already.")
        return
    if world.mark() is None and not world.is_empty():
        raise click.ClickException("This database holds other data, so the sample is not loaded into it.")
    click.echo("Loading the sample year, which takes about half a minute …")
    with _acting():
        loading.load(click.echo)
    click.echo("The sample year is loaded.")


@bp.cli.command("walk")
@click.option("--to", default="", metavar="ADDRESS", help="Mailbox for every letter, when the database is empty.")
def walk_through(to: str) -> None:
    """Take one invented review from its request to the Executive Group, with all its letters and invitations."""
    with _acting():
        if world.mark() is None and world.is_empty():
            world.load(to)
            outbox.commit()
        elif world.mark() is None or not (current_app.config["SAMPLE_MODE"] or world.only_invented()):
            raise click.ClickException("This database holds real data, so no invented review is walked through it.")
        elif to:
            raise click.ClickException("The invented people have addresses already: --to needs an empty database.")
        left = walk.walk(click.echo)
        for letter in left:
            trouble = letter.trouble or "still waiting"
            click.echo(f"  Not delivered to {letter.recipient_email}: {letter.subject} ({trouble})", err=True)
        if left:
            letters = "1 letter" if len(left) == 1 else f"{len(left)} letters"
            raise click.ClickException(f"{letters} could not be delivered, so the walk stopped there.")


def _acting() -> RequestContext:
    """As in a request, so that addresses in letters are made as they are there."""
    return current_app.test_request_context("/", method="POST", base_url=current_app.config["BASE_URL"])
