"""``flask --app app organisations import-agencies FILE``."""

from pathlib import Path

import click

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.models import ImportKind
from peerreview.organisations import bp, importing, sources
from peerreview.organisations.outcome import in_words


@bp.cli.command("import-agencies")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_agencies(file: Path) -> None:
    """Take a list of section 11 agencies and whom to write to there (CSV, in the columns of the template).

    Either every usable row is taken or, after an error, none. It can be run again, and undone in the browser like an
    import that was made there.
    """
    with file.open("rb") as stream:
        try:
            told = importing.take_in(stream, file.name, Actor.system(), outbox.commit, kind=ImportKind.AGENCIES)
        except (importing.Busy, sources.NotAnExtract) as problem:
            raise click.ClickException(f"Nothing was imported. {problem}") from problem
    outbox.commit()
    for line in in_words(told):
        click.echo(line)
