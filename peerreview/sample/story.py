"""One review's story: who is in it, and what its tellers need to find."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from urllib.parse import urlsplit

from peerreview.audit_trail import Actor
from peerreview.dates import wall_time
from peerreview.dates.wall_time import Time
from peerreview.extensions import db
from peerreview.models import (
    Contact,
    Organisation,
    Person,
    PersonalLink,
    Purpose,
    Review,
    Reviewer,
    TeamMember,
    utc_now,
)
from peerreview.sample import texts, world
from peerreview.sample.people import COORDINATOR, EVERYBODY, EXECUTIVES
from peerreview.sample.texts import Nominee
from peerreview.sample.world import Address
from peerreview.sample.year import Plan
from peerreview.workdays import add_working_days, local_day
from peerreview.workflow import Role


@dataclass
class Story:
    """A plan of the year and the review that it becomes. `address` may send letters to another mailbox."""

    plan: Plan
    address: Address = str
    reference: str = ""
    visit_days: list[date] = field(default_factory=list)

    @property
    def review(self) -> Review:
        """The review, once it has begun."""
        found: Review = db.session.scalars(db.select(Review).where(Review.reference == self.reference)).one()
        return found

    @property
    def organisation(self) -> Organisation:
        """The organisation that is reviewed."""
        return world.organisation(self.plan.organisation)

    @property
    def contact(self) -> Contact:
        """Whoever writes and is written to for the organisation."""
        return self.organisation.contacts[0]

    @property
    def coordinator(self) -> Actor:
        """The coordinator, acting."""
        return Actor.of(world.person(COORDINATOR), Role.COORDINATOR)

    @property
    def executive(self) -> Actor:
        """A member of the borough's Executive Group, acting."""
        member = next(each for each in EXECUTIVES if self.organisation.borough.code in each.boroughs)
        return Actor.of(world.person(member), Role.EXECUTIVE)

    @property
    def lead(self) -> Actor:
        """The lead reviewer, acting."""
        return Actor.of(self.reviewers[0].person, Role.REVIEWER)

    @property
    def reviewers(self) -> list[Reviewer]:
        """Those of the plan's team, the lead first."""
        return [_reviewer(mailbox) for mailbox in self.plan.team]

    @property
    def who_declines(self) -> list[Reviewer]:
        """Whoever is asked as well and cannot."""
        return [_reviewer(self.plan.declined)] if self.plan.declined else []

    @property
    def members(self) -> list[tuple[TeamMember, Person]]:
        """The team as it is now."""
        return [(member, member.person) for member in self.review.current_team]

    @property
    def link(self) -> PersonalLink:
        """The organisation's own link; it is there once the notice is sent."""
        mine = (PersonalLink.review_id == self.review.id, PersonalLink.purpose == Purpose.ORGANISATION)
        found: PersonalLink = db.session.scalars(db.select(PersonalLink).where(*mine).order_by(PersonalLink.id)).one()
        return found

    @property
    def nominees(self) -> list[tuple[Nominee, str]]:
        """The staff to meet, each with an address at the organisation's own domain."""
        site = self.organisation.website
        domain = (urlsplit(site).hostname or site.strip("/")).removeprefix("www.")
        named = texts.NOMINEES_SCHOOL if self.organisation.is_school else texts.NOMINEES_AGENCY
        return [(nominee, self.address(f"{nominee.mailbox}@{domain}")) for nominee in named]

    def visit_at(self, days: int, hour: int = 10) -> Time:
        """A visit of two and a half hours, so many working days from now, at the organisation."""
        day = add_working_days(today(), days)
        return Time(wall_time.instant(day, time(hour)), 150, f"{self.organisation.name}, {self.organisation.postcode}")


def today() -> date:
    """The day of the story, on the clocks of London."""
    return local_day(utc_now())


def at(day: date, hour: int) -> datetime:
    """An instant of a day by London's clocks."""
    return wall_time.instant(day, time(hour, 20))


def _reviewer(mailbox: str) -> Reviewer:
    name = next(person.name for person in EVERYBODY if person.email.split("@")[0] == mailbox)
    found: Reviewer = db.session.scalars(db.select(Reviewer).join(Person).where(Person.name == name)).one()
    return found
