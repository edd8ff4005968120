"""Commands of the whole installation; a feature's own are beside its pages."""

import click
from flask import Flask
from sqlalchemy import select

from peerreview import storage
from peerreview.extensions import db
from peerreview.models import Document


def init_app(app: Flask) -> None:
    """Add ``flask check``."""

    @app.cli.command("check")
    def check() -> None:
        """Check that every document in the database is whole in the store."""
        wrong = 0
        documents = db.session.execute(
            select(Document.id, Document.key, Document.sha256, Document.filename).where(Document.removed_at.is_(None))
        ).all()
        for number, key, sha256, filename in documents:
            if not storage.check(key, sha256):
                wrong += 1
                click.echo(f"Document {number} ({filename}) is missing or changed in the store.")
        click.echo(f"{len(documents)} documents checked, {wrong} not whole.")
        if wrong:
            raise SystemExit(1)
