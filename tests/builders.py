"""Small builders of rows for tests. Each adds to the session and flushes; the test commits by ``save()``."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any, TypeVar

from peerreview import audit_trail, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Appointment,
    Borough,
    Contact,
    Duty,
    Manner,
    Membership,
    Organisation,
    Person,
    ProgrammeYear,
    Review,
    Reviewer,
    SelectedReview,
    Selection,
    SelectionRound,
    TeamMember,
)
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage

T = TypeVar("T")
_numbers = count(1)
HACKNEY = ("HAC", "Hackney", "204")
CITY = ("COL", "City of London", "201")


def save() -> None:
    """Commit what was built."""
    outbox.commit()


def a_borough(code: str = "HAC") -> Borough:
    """Hackney or the City of London; the same row when asked again."""
    known = db.session.scalar(db.select(Borough).where(Borough.code == code))
    if known:
        return known
    _code, name, authority = HACKNEY if code == "HAC" else CITY
    return _added(Borough(code=code, name=name, authority_code=authority, executive_group=f"{name} Executive Group"))


def an_organisation(name: str = "", borough: Borough | None = None, **columns: Any) -> Organisation:
    """A maintained primary school with a headteacher as contact."""
    n = next(_numbers)
    name = name or f"Invented Primary School {n}"
    values: dict[str, Any] = {
        "duty": Duty.S175,
        "type_name": "Community school",
        "urn": str(900000 + n),
        "town": "London",
        "postcode": "E8 1AA",
        "search_text": name.lower(),
    }
    organisation = Organisation(name=name, borough=borough or a_borough(), **{**values, **columns})
    organisation.contacts.append(Contact(name=f"Head {n}", role="Headteacher", email=f"head{n}@school.example"))
    return _added(organisation)


def a_person(role: Role = Role.COORDINATOR, borough: Borough | None = None, **columns: Any) -> Person:
    """Somebody with an account who holds the role, in one borough or (none given) in all."""
    n = next(_numbers)
    values: dict[str, Any] = {
        "name": f"{role.title()} {n}",
        "email": f"{role}{n}@board.example",
        "fs_uniquifier": f"uniquifier-{n}",
        "active": True,
    }
    person = Person(**{**values, **columns})
    person.appointments.append(Appointment(role=role, borough=borough))
    return _added(person)


def a_reviewer(membership: Membership = Membership.BOARD_MEMBER, **columns: Any) -> Reviewer:
    """A person with the reviewer role and a profile."""
    return _added(Reviewer(person=a_person(Role.REVIEWER), membership=membership, **columns))


def a_team_member(review: Review, membership: Membership = Membership.BOARD_MEMBER, **columns: Any) -> TeamMember:
    """A reviewer on the team of a review."""
    reviewer = a_reviewer(membership)
    return _added(TeamMember(review=review, person=reviewer.person, membership=membership, **columns))


def a_review(at: Stage = Stage.PLANNED, organisation: Organisation | None = None, **columns: Any) -> Review:
    """A bare review set down at a stage: no documents, team or dates unless the test adds them."""
    n = next(_numbers)
    organisation = organisation or an_organisation()
    values: dict[str, Any] = {
        "reference": f"{organisation.borough.code}-2026-{n:03}",
        "selection": Selection.REQUEST,
        "stage_since": datetime.now(UTC) - timedelta(days=3),
    }
    review = Review(
        organisation=organisation,
        borough=organisation.borough,
        contact=organisation.contacts[0],
        **{**values, "stage": at, **columns},
    )
    _added(review)
    audit_trail.record("plan", Actor("A coordinator", Role.COORDINATOR), review, facts={})
    return review


def a_year(borough: Borough | None = None, starts_on: date | None = None) -> ProgrammeYear:
    """The programme year of a borough that began this January; the same row when asked again."""
    borough = borough or a_borough()
    starts_on = starts_on or local_day(datetime.now(UTC)).replace(month=1, day=1)
    same = (ProgrammeYear.borough_id == borough.id, ProgrammeYear.starts_on == starts_on)
    known = db.session.scalar(db.select(ProgrammeYear).where(*same))
    return known or _added(ProgrammeYear(borough=borough, starts_on=starts_on, label=str(starts_on.year)))


def approve(review: Review) -> None:
    """The Executive Group has approved that it is reviewed, so that its notice can go."""
    year, now = review.programme_year or a_year(review.borough), datetime.now(UTC)
    decided = {"decided_at": now, "decided_by": "An Executive member", "manner": Manner.CORRESPONDENCE}
    whole = SelectionRound(year=year, sent_by="A coordinator", due_on=local_day(now), **decided)
    _added(SelectedReview(round=whole, review=review, approved=True))


def _added(row: T) -> T:
    db.session.add(row)
    db.session.flush()
    return row
