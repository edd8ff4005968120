"""What the pages of people and settings show."""

from sqlalchemy.orm import selectinload

from peerreview.extensions import db
from peerreview.models import Appointment, Borough, Event, Person, Setting


def everybody() -> list[Person]:
    """Everybody with an account: active people first, by name."""
    order = (Person.active.desc(), Person.name, Person.id)
    with_roles = selectinload(Person.appointments).joinedload(Appointment.borough)
    return list(db.session.scalars(db.select(Person).options(with_roles).order_by(*order)))


def borough_choices() -> list[tuple[str, str]]:
    """Every borough, and all of them together."""
    boroughs = db.session.scalars(db.select(Borough).order_by(Borough.name))
    return [("", "All boroughs"), *((str(borough.id), borough.name) for borough in boroughs)]


def changed_settings() -> dict[str, Setting]:
    """The settings that differ from their defaults, by name."""
    return {row.name: row for row in db.session.scalars(db.select(Setting))}


def account_events(person: Person) -> list[Event]:
    """What was done with this account, newest first."""
    rows = db.session.scalars(
        db.select(Event)
        .where(Event.review_id.is_(None), Event.facts["about"].as_integer() == person.id)
        .order_by(Event.id.desc())
        .limit(20)
    )
    return list(rows)


def setting_events() -> list[Event]:
    """The latest changes of settings, newest first."""
    rows = db.select(Event).where(Event.step == "setting_changed").order_by(Event.id.desc()).limit(20)
    return list(db.session.scalars(rows))
