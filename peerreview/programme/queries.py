"""What a coordinator or an Executive member may see of the programme."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import selectinload

from peerreview.extensions import db
from peerreview.models import Borough, Organisation, Person, ProgrammeYear, Review
from peerreview.workflow import ENDED, Role, Stage

NOT_COUNTED = frozenset({Stage.REQUESTED, Stage.DECLINED, Stage.WITHDRAWN})


@dataclass
class Programme:
    """One borough's year with its reviews."""

    year: ProgrammeYear
    may_plan: bool
    reviews: list[Review] = field(default_factory=list)

    def planned(self, *, schools: bool) -> int:
        """How many of its reviews count against the number set: all but the declined and withdrawn."""
        counted = (review for review in self.reviews if review.stage not in NOT_COUNTED and review.organisation)
        return sum(review.organisation is not None and review.organisation.is_school is schools for review in counted)


def boroughs_of(person: Person, *roles: Role) -> Sequence[Borough]:
    """The boroughs in which somebody holds one of the roles."""
    held = [person.boroughs_as(role) for role in roles]
    found = db.select(Borough).order_by(Borough.name)
    if None not in held:
        found = found.where(Borough.id.in_({borough_id for boroughs in held for borough_id in boroughs or ()}))
    return db.session.scalars(found).all()


def years_of(boroughs: Sequence[Borough]) -> Sequence[ProgrammeYear]:
    """Every programme year of the boroughs, the newest first."""
    ids = [borough.id for borough in boroughs]
    found = db.select(ProgrammeYear).where(ProgrammeYear.borough_id.in_(ids))
    return db.session.scalars(found.order_by(ProgrammeYear.starts_on.desc(), ProgrammeYear.borough_id)).all()


def running(years: Sequence[ProgrammeYear], today: date) -> ProgrammeYear | None:
    """The year that has begun last, or else the first to come."""
    begun = [year for year in years if year.starts_on <= today]
    return begun[0] if begun else years[-1] if years else None


def is_over(year: ProgrammeYear, today: date) -> bool:
    """Whether its twelve months have gone by."""
    return today >= year.starts_on.replace(year=year.starts_on.year + 1, day=min(year.starts_on.day, 28))


def programmes(years: Sequence[ProgrammeYear], person: Person) -> list[Programme]:
    """The years with their reviews, in as many queries for one review as for many."""
    found = {year.id: Programme(year, person.holds(Role.COORDINATOR, year.borough_id)) for year in years}
    reviews = db.session.scalars(
        db.select(Review)
        .where(Review.programme_year_id.in_(found))
        .options(selectinload(Review.intelligence))
        .order_by(Review.reference)
    )
    for review in reviews:
        if review.programme_year_id is not None:
            found[review.programme_year_id].reviews.append(review)
    return list(found.values())


def open_review_of(organisation: Organisation) -> Review | None:
    """The organisation's review that has not ended, if there is one."""
    found: Review | None = db.session.scalar(
        db.select(Review).where(Review.organisation_id == organisation.id, Review.stage.not_in(list(ENDED))).limit(1)
    )
    return found


def organisation_of(person: Person, organisation_id: int) -> Organisation | None:
    """An open organisation of the person's boroughs as coordinator."""
    found: Organisation | None = db.session.scalar(
        db.select(Organisation).where(
            Organisation.id == organisation_id, Organisation.is_open, Organisation.visible_to(person)
        )
    )
    return found


def matching(person: Person, search: str) -> Sequence[Organisation]:
    """Open organisations of the person's boroughs that match a name, postcode or URN; at most 20."""
    found = db.select(Organisation).where(
        Organisation.is_open, Organisation.visible_to(person), Organisation.matching(search)
    )
    return db.session.scalars(found.order_by(Organisation.name, Organisation.id).limit(20)).all()
