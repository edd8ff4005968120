"""An import of each borough's register, each text of it a word of its own."""

from peerreview.extensions import db
from peerreview.models import (
    ImportBorough,
    ImportKind,
    ImportRow,
    ImportState,
    RegisterImport,
    RowFate,
    RowKind,
    utc_now,
)
from tests.safety.cast import Story


def bring(told: Story) -> None:
    """A file that was applied, with a row that could not be."""
    name, now = told.coordinator.name, utc_now()
    imported = RegisterImport(
        kind=ImportKind.EXTRACT, state=ImportState.DONE, filename=f"{told.w('file of an import')}.csv", size=1,
        sha256="0" * 64, begun_by=name, person_id=told.coordinator.person_id, confirmed_by=name, confirmed_at=now,
        undone_by=name, ended_at=now, trouble=told.w("trouble of an import"),
        counts={"changed": 1, "refused": 1, "applied": 1}, places={told.w("other place of an import"): 1},
        boroughs=[ImportBorough(borough_id=told.borough.id, held=False)],
    )  # fmt: skip
    db.session.add(imported)
    db.session.flush()
    change = {"name": [told.w("what an import changes"), "School"]}
    row = {"number": 2, "kind": RowKind.CHANGED, "fate": RowFate.APPLIED, "subject_id": told.organisation.id}
    why = {"name": told.w("row of an import"), "changes": change, "why_left": told.w("why a row is left")}
    refused = {"number": 3, "kind": RowKind.REFUSED, "reason": told.w("why a row is refused")}
    db.session.add_all([ImportRow(import_id=imported.id, **row, **why), ImportRow(import_id=imported.id, **refused)])


def number(told: Story) -> int:
    """The import of the borough of a review."""
    own = db.select(ImportBorough.import_id).where(ImportBorough.borough_id == told.borough.id)
    return int(db.session.scalars(own).first() or 0)
