"""``flask --app app organisations import-links FILE``."""

from pathlib import Path

import click

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.models import ImportKind
from peerreview.organisations import bp, importing, sources
from peerreview.organisations.outcome import in_words


@bp.cli.command("import-links")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_links(file: Path) -> None:
    """Take the links file of the national register (CSV): which school went on as which.

    Import the register itself first. Every usable link is taken or, after an error, none. It can be run again, and
    undone in the browser like an import that was made there.
    """
    with file.open("rb") as stream:
        try:
            outcome = importing.take_in(stream, file.name, Actor.system(), outbox.commit, kind=ImportKind.LINKS)
        except (importing.Busy, sources.NotAnExtract) as problem:
            raise click.ClickException(f"Nothing was imported. {problem}") from problem
    outbox.commit()
    for line in in_words(outcome):
        click.echo(line)
