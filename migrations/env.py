"""How Alembic reaches the app's database.

On SQLite, changing a table means copying it: with foreign keys on, dropping the old copy would delete the children's
rows. They are off while migrating, and checked afterwards.
"""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection

from peerreview.extensions import Base, db
from peerreview.models.base import Choice, UtcDateTime


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own column types as the plain ones that the database sees."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, Choice):
        return f"sa.String(length={item.impl_instance.length})"
    if kind == "type" and type(item).__module__.startswith("flask_security"):
        return "sa.Text()"
    return False


def compare_type(_context: Any, _inspected: Any, _metadata: Any, _found: Any, ours: Any) -> bool | None:
    """Our own types are what they render as; the rest is compared by Alembic."""
    return False if type(ours).__module__.startswith(("flask_security", "peerreview")) else None


def run(connection: Connection) -> None:
    """Run what was asked for on one connection."""
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=compare_type,
    )
    with context.begin_transaction():
        context.run_migrations()


with db.engine.connect() as connection:
    if connection.dialect.name == "sqlite":
        driver = connection.connection.dbapi_connection
        assert driver is not None
        driver.execute("PRAGMA foreign_keys=OFF")
        run(connection)
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        driver.execute("PRAGMA foreign_keys=ON")
        if broken:
            raise RuntimeError(f"The migration left rows without their parents: {broken}")
    else:
        run(connection)
    connection.commit()
