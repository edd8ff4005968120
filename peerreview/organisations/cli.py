"""``flask --app app organisations add-borough`` and ``flask --app app organisations import FILE``."""

import re
from pathlib import Path

import click

from peerreview import audit_trail, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough
from peerreview.organisations import bp, importing, sources
from peerreview.organisations.outcome import in_words


@bp.cli.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def import_register(file: Path) -> None:
    """Take an extract of the national register (CSV) into ours.

    Either every usable row is taken or, after an error, none. It can be run again with the same or a newer file, and
    undone in the browser like an import that was made there.
    """
    with file.open("rb") as stream:
        try:
            outcome = importing.take_in(stream, file.name, Actor.system(), outbox.commit)
        except (importing.Busy, sources.NotAnExtract) as problem:
            raise click.ClickException(f"Nothing was imported. {problem}") from problem
    outbox.commit()
    for line in in_words(outcome):
        click.echo(line)


@bp.cli.command("add-borough")
@click.argument("code")
@click.argument("name")
@click.argument("authority")
@click.option(
    "--executive-group", help="What its Executive Group is called; the borough's name and these words if not given."
)
def add_borough(code: str, name: str, authority: str, executive_group: str | None) -> None:
    """Add a borough of the board, before its organisations are imported.

    CODE begins every reference: three letters, such as HAC. AUTHORITY is the three digits of the local authority
    in the national register, such as 204.
    """
    code, name = code.upper(), " ".join(name.split())
    if not re.fullmatch(r"[A-Z]{3}", code):
        raise click.BadParameter("Give three letters, such as HAC.", param_hint="CODE")
    if not re.fullmatch(r"[0-9]{3}", authority):
        raise click.BadParameter("Give the three digits of the local authority, such as 204.", param_hint="AUTHORITY")
    taken = (Borough.code == code) | (Borough.name == name) | (Borough.authority_code == authority)
    if known := db.session.scalar(db.select(Borough).where(taken)):
        raise click.ClickException(f"{known.name} ({known.code}, {known.authority_code}) is there already.")
    group = executive_group or f"{name} Executive Group"
    db.session.add(Borough(code=code, name=name, authority_code=authority, executive_group=group))
    audit_trail.record("add_borough", Actor.system(), facts={"code": code, "name": name, "authority": authority})
    outbox.commit()
    click.echo(f"{name} is a borough of the board: its references begin with {code}-, its Executive is the {group}.")
