"""What coordinators wrote in the invented register: a school that converted, one that merged, old names, notes."""

from datetime import date, timedelta

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import AliasKind, Contact, Duty, Organisation, utc_now
from peerreview.models.base import as_of
from peerreview.organisations import actions, aliases, lines
from peerreview.sample import world
from peerreview.sample.people import COORDINATOR
from peerreview.sample.story import at, today
from peerreview.workdays import add_working_days, local_day
from peerreview.workflow import Role

CONVERTED, ACADEMY = "990033", "990080"
MERGED_INTO, MERGED = "990009", "990046"
DAYS_AGO = 60  # working days, after the review of the converted school was closed
NOTES = (
    "The office is shut on Wednesday afternoons: telephone before noon.",
    "The new safeguarding lead came from another borough and has asked how our audit differs from theirs.",
)


def write() -> None:
    """Once, after the reviews of the year. Doing it again changes nothing."""
    if db.session.scalar(db.select(Organisation.id).where(Organisation.urn == ACADEMY)) is not None:
        return
    ruth = Actor.of(world.person(COORDINATOR), Role.COORDINATOR)
    with as_of(at(add_working_days(today(), -DAYS_AGO), 11)):
        _convert(ruth)
        before, after = world.organisation(MERGED), world.organisation(MERGED_INTO)
        lines.link(before, after, date(2024, 9, 1), "The council’s notice of closure", ruth)
        aliases.add(
            after, AliasKind.FORMER_NAME, "Common Side First School", (None, date(1999, 8, 31)), "Its sign", ruth
        )
        aliases.add(after, AliasKind.LOCAL, "HCK 1142", (None, None), "The council’s list", ruth)
        db.session.flush()
    for number, text in enumerate(NOTES):
        with as_of(at(add_working_days(today(), number * 20 - 30), 10)):
            actions.write_note(world.organisation(ACADEMY), text, ruth)
            db.session.flush()


def _convert(ruth: Actor) -> None:
    old, today_ = world.organisation(CONVERTED), local_day(utc_now())
    old.is_open, old.closed_on = False, today_ - timedelta(days=1)
    same = ("borough", "phase", "street", "locality", "town", "postcode", "phone", "website")
    new = Organisation(
        name="Queen's Orchard Academy", urn=ACADEMY, type_code="34", type_name="Academy converter", duty=Duty.S157,
        opened_on=today_, **{name: getattr(old, name) for name in same},
    )  # fmt: skip
    head, ended = old.contacts[0], utc_now()
    new.contacts.append(Contact(name=head.name, role=head.role, email=head.email, phone=head.phone))
    office = {"name": "Ines Calloway", "role": "Office manager", "email": f"office@{head.email.partition('@')[2]}"}
    new.contacts.append(Contact(ended_at=ended, **office))
    db.session.add(new)
    db.session.flush()
    lines.link(old, new, today_, "The funding agreement", ruth)
