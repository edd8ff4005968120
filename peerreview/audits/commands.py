"""`flask --app app audits load-templates`: put self-assessment templates into the database."""

from pathlib import Path

import click

from peerreview import outbox
from peerreview.audits import bp, loading, templates

bp.cli.short_help = "Self-assessment templates."


@bp.cli.command("load-templates")
@click.argument("file", required=False, type=click.Path(exists=True, dir_okay=False, path_type=Path))
def load(file: Path | None) -> None:
    """Load the templates of FILE (JSON), or the shipped ones. What is there already stays."""
    try:
        added = loading.load_templates(templates.read(file.read_text(encoding="utf-8")) if file else None)
    except templates.TemplateError as error:
        raise click.ClickException("\n".join(error.problems)) from None
    except (loading.ChangedVersion, UnicodeDecodeError) as error:
        raise click.ClickException(str(error)) from None
    outbox.commit()
    for template in added:
        click.echo(f"Added {template.name}, version {template.version}: {len(template.standards)} standards")
    if not added:
        click.echo("Nothing to add: every template is loaded already")
