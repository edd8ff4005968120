"""What a coordinator or an Executive member may see of the programme."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy.orm import joinedload, selectinload

from peerreview.extensions import db
from peerreview.models import Borough, DatePoll, Meeting, Organisation, Person, ProgrammeYear, Review
from peerreview.programme.standing import Standing, standing
from peerreview.workflow import ENDED, Role

SHOWN = (
    selectinload(Review.team),
    selectinload(Review.visits),
    selectinload(Review.polls).selectinload(DatePoll.slots),
    joinedload(Review.visit_record),
)
MEETINGS = 24  # how many of those held are offered for a decision


@dataclass
class Programme:
    """One borough's year with its reviews."""

    year: ProgrammeYear
    may_plan: bool
    reviews: list[Review] = field(default_factory=list)

    @property
    def statutory(self) -> Standing:
        """Statutory organisations, against the number set."""
        return self._standing("Statutory organisations", self.year.number_statutory, schools=False)

    @property
    def schools(self) -> Standing:
        """Schools and colleges, against the number set."""
        return self._standing("Schools and colleges", self.year.number_schools, schools=True)

    @property
    def to_select(self) -> int:
        """How many reviews of both kinds are left to select."""
        return self.statutory.to_select + self.schools.to_select

    def _standing(self, words: str, number: int | None, *, schools: bool) -> Standing:
        mine = [each for each in self.reviews if each.organisation and each.organisation.is_school is schools]
        return standing(words, number, [review.stage for review in mine])


def years_of(boroughs: Sequence[Borough]) -> Sequence[ProgrammeYear]:
    """Every programme year of the boroughs, the newest first."""
    ids = [borough.id for borough in boroughs]
    found = db.select(ProgrammeYear).where(ProgrammeYear.borough_id.in_(ids))
    return db.session.scalars(found.order_by(ProgrammeYear.starts_on.desc(), ProgrammeYear.borough_id)).all()


def running(years: Sequence[ProgrammeYear], today: date) -> ProgrammeYear | None:
    """The year that has begun last, or else the first to come."""
    begun = [year for year in years if year.starts_on <= today]
    return begun[0] if begun else years[-1] if years else None


def programmes(years: Sequence[ProgrammeYear], person: Person) -> list[Programme]:
    """The years with their reviews, in as many queries for one review as for many."""
    found = {year.id: Programme(year, person.holds(Role.COORDINATOR, year.borough_id)) for year in years}
    reviews = db.session.scalars(
        db.select(Review).where(Review.programme_year_id.in_(found)).options(*SHOWN).order_by(Review.reference)
    )
    for review in reviews:
        if review.programme_year_id is not None:
            found[review.programme_year_id].reviews.append(review)
    return list(found.values())


def meetings_held(borough: Borough, today: date) -> Sequence[Meeting]:
    """Meetings of the borough's Executive Group up to today, the latest first."""
    held = db.select(Meeting).where(Meeting.borough_id == borough.id, Meeting.held_on <= today)
    return db.session.scalars(held.order_by(Meeting.held_on.desc()).limit(MEETINGS)).all()


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
