"""Keep the numbers that a borough's Executive Group sets for its year, each change beside those before it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Meeting, NumberSet, ProgrammeYear
from peerreview.process import Overtaken


@dataclass(frozen=True)
class Decided:
    """What the group decided: at one of its meetings, or (no meeting) by correspondence on a day."""

    statutory: int
    schools: int
    meeting: Meeting | None = None
    corresponded_on: date | None = None
    note: str = ""


def set_numbers(year: ProgrammeYear, decided: Decided, actor: Actor, *, seen: int) -> NumberSet:
    """Keep what was decided, with who and when (process rule 1). The same again is the same.

    ``seen``: the turn of the numbers that the person read; 0 when none were set. Raises process.Overtaken when others
    have been set since.
    """
    db.session.execute(db.select(ProgrammeYear.id).where(ProgrammeYear.id == year.id).with_for_update())
    db.session.flush()
    db.session.expire(year, ["number_sets"])
    before = year.numbers
    if before is not None and _decided(before) == decided:
        return before
    if (before.turn if before else 0) != seen:
        raise Overtaken("Somebody else set the numbers while you were typing.")
    row = NumberSet(
        turn=seen + 1,
        statutory=decided.statutory,
        schools=decided.schools,
        meeting=decided.meeting,
        corresponded_on=decided.corresponded_on,
        note=decided.note,
        set_by=actor.name,
        set_by_role=actor.role,
    )
    year.number_sets.append(row)
    was = {"statutory": before.statutory, "schools": before.schools} if before else None
    facts: dict[str, Any] = {
        "borough": year.borough.name,
        "year": year.label,
        "before": was,
        "decided_on": f"{row.decided_on}",
    }
    facts |= {"statutory": decided.statutory, "schools": decided.schools}
    audit_trail.record("set_numbers", actor, facts=facts)
    return row


def _decided(row: NumberSet) -> Decided:
    return Decided(row.statutory, row.schools, row.meeting, row.corresponded_on, row.note)
