"""What the pages of a request ask of the database."""

from collections.abc import Sequence

from sqlalchemy import case

from peerreview import access
from peerreview.extensions import db
from peerreview.models import Borough, Organisation, ProgrammeYear, Review, ReviewRequest, utc_now
from peerreview.models.organisation import folded
from peerreview.workdays import local_day
from peerreview.workflow import ENDED, Stage

MOST_FOUND = 20  # organisations listed without the script; more words find fewer
CHOOSE = "Search for your organisation, then choose it from the list"


def boroughs() -> list[Borough]:
    """The boroughs of the board."""
    return list(db.session.scalars(db.select(Borough).order_by(Borough.name)))


def borough_with(code: str) -> Borough:
    """The borough with this code; the form has checked that there is one."""
    borough: Borough = db.session.scalars(db.select(Borough).where(Borough.code == code)).one()
    return borough


def found(typed: str) -> list[Organisation]:
    """Open organisations that everybody may find, those that begin with what was typed first."""
    begins = case((Organisation.search_text.like(f" {folded(typed)}%"), 0), else_=1)
    fitting = db.select(Organisation).where(Organisation.is_open, Organisation.matching(typed))
    return list(db.session.scalars(fitting.order_by(begins, Organisation.name, Organisation.id).limit(MOST_FOUND)))


def chosen(given: str) -> tuple[Organisation | None, str]:
    """The organisation with an id from the form, or why it cannot be used, for the message at the field."""
    if not (given.isascii() and given.isdecimal() and len(given) <= 9):
        return None, CHOOSE
    organisation = db.session.get(Organisation, int(given))
    if organisation is None:
        return None, CHOOSE
    if not organisation.is_open:
        return None, "This organisation is not open. Search again, or say that yours is not listed"
    return organisation, ""


def request_sent(key: str) -> ReviewRequest | None:
    """The request that was sent from the draft with this key."""
    wanted = db.select(ReviewRequest).where(ReviewRequest.submission == key[:64])
    sent: ReviewRequest | None = db.session.scalar(wanted)
    return sent


def waits_already(organisation_id: int) -> bool:
    """Whether a request of this organisation waits for its decision. Of other reviews the public learns nothing."""
    waiting = (Review.organisation_id == organisation_id, Review.stage == Stage.REQUESTED)
    return db.session.scalar(db.select(Review.id).where(*waiting).limit(1)) is not None


def other_open_reviews(review: Review) -> list[Review]:
    """The organisation's other reviews that have not ended and that the coordinator may open."""
    if review.organisation_id is None:
        return []
    same = Review.organisation_id == review.organisation_id
    others = (Review.id != review.id, Review.stage.not_in(list(ENDED)), Review.visible_to(access.me()))
    mine = db.select(Review).where(same, *others)
    return list(db.session.scalars(mine.order_by(Review.id)))


def likely_matches(typed: str) -> list[Organisation]:
    """Organisations of the coordinator's boroughs that fit, leaving words out from the end until some do."""
    words = folded(typed).split()
    own = db.select(Organisation).where(Organisation.visible_to(access.me()), Organisation.is_open)
    for length in range(len(words), 0, -1):
        fitting = own.where(Organisation.matching(" ".join(words[:length])))
        if rows := db.session.scalars(fitting.order_by(Organisation.name, Organisation.id).limit(MOST_FOUND)).all():
            return list(rows)
    return []


def own_organisation(given: str | None) -> Organisation | None:
    """An organisation of the coordinator's boroughs by an id from a form."""
    if not (given and given.isascii() and given.isdecimal() and len(given) <= 9):
        return None
    wanted = (Organisation.id == int(given), Organisation.visible_to(access.me()))
    organisation: Organisation | None = db.session.scalar(db.select(Organisation).where(*wanted))
    return organisation


def years_for(review: Review) -> Sequence[ProgrammeYear]:
    """The programme years of the borough that are running or to come."""
    of_borough = db.select(ProgrammeYear).where(ProgrammeYear.borough_id == review.borough_id)
    found = db.session.scalars(of_borough.order_by(ProgrammeYear.starts_on))
    return [year for year in found if not year.is_over(local_day(utc_now()))]
