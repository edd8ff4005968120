"""``flask --app app organisations import-links FILE``."""

from pathlib import Path

import click

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.organisations import bp, linking, links_file
from peerreview.organisations.outcome import in_words


@bp.cli.command("import-links")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_links(file: Path) -> None:
    """Take the links file of the national register (CSV): which school went on as which.

    Import the register itself first. Every usable link is taken or, after an error, none. It can be run again.
    """
    try:
        outcome = linking.take_in(links_file.read(file.read_bytes()), Actor.system(), file.name)
    except links_file.NotLinks as problem:
        raise click.ClickException(f"Nothing was imported. {problem}") from problem
    outbox.commit()
    for line in in_words(outcome):
        click.echo(line)
