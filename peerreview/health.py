"""Two addresses for whoever watches the server: it is up, and it can work. Neither tells of people or reviews."""

from flask import Flask
from sqlalchemy import text

from peerreview import access
from peerreview.extensions import db


def init_app(app: Flask) -> None:
    """Add the two views."""
    app.add_url_rule("/healthz", "healthz", up)
    app.add_url_rule("/readyz", "readyz", ready)


@access.public
def up() -> dict[str, str]:
    """The web server answers."""
    return {"status": "up"}


@access.public
def ready() -> dict[str, str]:
    """The database answers too; when it does not, the answer is 503."""
    db.session.execute(text("SELECT 1"))
    return {"status": "ready"}
