"""Keeping when people cannot: a reviewer's own times, and the school holidays of a borough."""

from collections.abc import Iterable
from datetime import date

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough, Days, PartOfDay, Person, SchoolHoliday, Unavailability, utc_now
from peerreview.workdays import local_day

MOST = 60  # periods of one reviewer


class TooMany(Exception):
    """Somebody keeps more periods than a page can show."""


def times_of(person: Person) -> list[Unavailability]:
    """When a reviewer cannot, from today on."""
    return list(
        db.session.scalars(
            db.select(Unavailability)
            .where(Unavailability.person_id == person.id, Unavailability.last_on >= local_day(utc_now()))
            .order_by(Unavailability.first_on, Unavailability.id)
        )
    )


def keep_time(person: Person, period: tuple[date, date], days: Days, part: PartOfDay, note: str) -> None:
    """Write down when a reviewer cannot; the same again only changes the note. What is over is forgotten.

    Raises TooMany.
    """
    db.session.execute(db.select(Person.id).where(Person.id == person.id).with_for_update())
    over = db.delete(Unavailability).where(
        Unavailability.person_id == person.id, Unavailability.last_on < local_day(utc_now())
    )
    db.session.execute(over)
    held = times_of(person)
    known = next(
        (row for row in held if ((row.first_on, row.last_on), row.days, row.part) == (period, days, part)), None
    )
    if known is not None:
        known.note = note
        return
    if len(held) >= MOST:
        raise TooMany(f"You keep {MOST} periods already. Remove some first")
    first, last = period
    row = Unavailability(person_id=person.id, first_on=first, last_on=last, days=days, part=part, note=note)
    db.session.add(row)


def add_holidays(borough: Borough, holidays: Iterable[tuple[str, date, date]], actor: Actor) -> int:
    """Enter school holidays as (name, first, last); how many were new. The same days are there once."""
    db.session.execute(db.select(Borough.id).where(Borough.id == borough.id).with_for_update())
    rows = db.session.scalars(db.select(SchoolHoliday).where(SchoolHoliday.borough_id == borough.id))
    known = {(row.first_on, row.last_on) for row in rows}
    new = {(first, last): name for name, first, last in holidays if (first, last) not in known}
    for (first, last), name in new.items():
        db.session.add(SchoolHoliday(borough_id=borough.id, name=name, first_on=first, last_on=last))
    if new:
        audit_trail.record("add_school_holidays", actor, facts={"borough": borough.name, "holidays": len(new)})
    db.session.flush()
    db.session.expire(borough, ["school_holidays"])
    return len(new)


def remove_holiday(holiday: SchoolHoliday, actor: Actor) -> None:
    """Take a school holiday out. Deadlines that were given stay as they are."""
    facts = {"borough": holiday.borough.name, "holiday": holiday.name, "first": holiday.first_on.isoformat()}
    audit_trail.record("remove_school_holiday", actor, facts=facts)
    db.session.delete(holiday)
