"""Whether anything in the database refers to a row: what is referred to is not taken away."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import select

from peerreview.extensions import Base, db


def used(kind: type[Any], ids: Collection[int]) -> set[int]:
    """Of these rows of a table those that any row of any table refers to; a query for each foreign key to it."""
    found: set[int] = set()
    target = Base.metadata.tables[kind.__tablename__]
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table is target:
                found |= set(db.session.scalars(select(key.parent).where(key.parent.in_(ids)).distinct()))
    return found
