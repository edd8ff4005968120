"""The reviews of a year as figures need them, in as many queries for one as for many."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.orm import joinedload, selectinload

from peerreview.annual_report.facts import Counted, Followed, Number, Promise, Rated, Reply, Verdict
from peerreview.extensions import db
from peerreview.models import (
    AgendaPaper,
    Borough,
    Decision,
    Event,
    PeerRating,
    ProgrammeYear,
    Response,
    Review,
    Standard,
    weakest_first,
)
from peerreview.workdays import local_day
from peerreview.workflow import STEPS, Role, Stage

READERS = (Role.COORDINATOR, Role.EXECUTIVE)
NOT_COUNTED = (Stage.REQUESTED, Stage.DECLINED, Stage.WITHDRAWN)
MOVING = tuple(name for name, step in STEPS.items() if step.moves)
VERDICTS = {
    Decision.CHANGED: Verdict.CHANGED,
    Decision.PARTLY_CHANGED: Verdict.PARTLY,
    Decision.NOT_CHANGED: Verdict.NOT_CHANGED,
}


@dataclass(frozen=True)
class Year:
    """One year of one or more boroughs: the programme years of the same name."""

    label: str
    boroughs: tuple[Borough, ...]
    counted: tuple[Counted, ...]
    numbers: tuple[Number, ...]


def labels_of(boroughs: Sequence[Borough], today: date) -> tuple[list[str], str]:
    """The names of their programme years, the newest first; and the newest that has begun, or else the first of all."""
    years = db.select(ProgrammeYear).where(ProgrammeYear.borough_id.in_([each.id for each in boroughs]))
    rows = db.session.scalars(years.order_by(ProgrammeYear.starts_on.desc())).all()
    begun = [row.label for row in rows if row.starts_on <= today] or [row.label for row in rows[-1:]]
    return list(dict.fromkeys(row.label for row in rows)), begun[0] if begun else ""


def year(label: str, boroughs: Sequence[Borough]) -> Year:
    """What the figures of a year are made of."""
    wanted = db.select(ProgrammeYear).where(
        ProgrammeYear.label == label, ProgrammeYear.borough_id.in_([each.id for each in boroughs])
    )
    years = {row.id: row for row in db.session.scalars(wanted)}
    numbers = sorted((_number(row) for row in years.values()), key=lambda number: number.borough)
    reviews = db.session.scalars(
        db.select(Review)
        .where(Review.programme_year_id.in_(years), Review.stage.not_in(NOT_COUNTED))
        .options(
            joinedload(Review.visit_record),
            joinedload(Review.nomination),
            joinedload(Review.audit_template),
            joinedload(Review.response).selectinload(Response.points),
            joinedload(Review.paper).joinedload(AgendaPaper.meeting),
            *map(selectinload, (Review.document_requests, Review.reports, Review.actions)),
        )
        .order_by(Review.id)
    ).all()
    stays, ratings = _stays(list(years)), _ratings(list(years))
    counted = tuple(_counted(review, stays[review.id], tuple(ratings[review.id])) for review in reviews)
    return Year(label, tuple(boroughs), counted, tuple(numbers))


def _number(row: ProgrammeYear) -> Number:
    return Number(row.borough.name, row.number_statutory, row.number_schools)


def _counted(review: Review, stays: dict[Stage, int], ratings: tuple[Rated, ...]) -> Counted:
    response = review.response
    points = response.sent_points if response else []
    return Counted(
        borough=review.borough.name,
        is_school=review.organisation is not None and review.organisation.is_school,
        held=review.visit_record is not None,
        presented=review.paper is not None and review.paper.presented_at is not None,
        stays=stays,
        promises=tuple(_promises(review)),
        reply=_reply(response) if response else None,
        verdicts=tuple(VERDICTS[point.decision] for point in points if point.decision),
        ratings=ratings,
        actions=tuple(Followed(each.due_on, _day(each.done_at)) for each in review.actions),
    )


def _reply(response: Response) -> Reply | None:
    if response.none_received:
        return Reply.NONE
    if response.sent_at is None:
        return None
    return Reply.CLEAN if response.no_inaccuracies or not response.points else Reply.POINTS


def _promises(review: Review) -> Iterator[Promise]:
    """Everything with a deadline that was set for this review."""
    initial, response, paper = review.initial_report, review.response, review.paper
    named = review.nomination.sent_at if review.nomination else None
    handed_in = [wanted.done_at for wanted in review.document_requests]
    last = max((at for at in handed_in if at is not None), default=None) if all(handed_in) else None
    for what, due, done in (
        ("Staff named", review.staff_due_on, named),
        ("Documents handed in", review.documents_due_on if handed_in else None, last),
        ("Initial report issued", review.initial_report_due_on, initial.finished_at if initial else None),
        ("Response received", _day(review.response_due_at), response.sent_at if response else None),
        ("Final report presented", paper.meeting.held_on if paper else None, paper.presented_at if paper else None),
    ):
        if due is not None:
            yield Promise(what, due, _day(done))


def _day(at: datetime | None) -> date | None:
    return local_day(at) if at else None


def _stays(years: list[int]) -> dict[int, dict[Stage, int]]:
    """Days at each stage that a review has left, from the steps that moved it; a stage entered twice counts both."""
    moves = db.session.execute(
        db.select(Event.review_id, Event.step, Event.at)
        .join(Review, Review.id == Event.review_id)
        .where(Review.programme_year_id.in_(years), Event.step.in_(MOVING))
        .order_by(Event.review_id, Event.id)
    )
    stays: dict[int, dict[Stage, int]] = defaultdict(dict)
    at: dict[int, tuple[Stage | None, date]] = {}
    for review_id, step, moved_at in moves:
        day = local_day(moved_at)
        stage, since = at.get(review_id, (None, day))
        to = STEPS[step].leads_to
        if stage is not None and stage is not to:
            stays[review_id][stage] = stays[review_id].get(stage, 0) + (day - since).days
        at[review_id] = (to, since if stage is to else day)
    return stays


def _ratings(years: list[int]) -> dict[int, list[Rated]]:
    rows = db.session.scalars(
        db.select(PeerRating)
        .join(Review, Review.id == PeerRating.review_id)
        .where(Review.programme_year_id.in_(years))
        .options(joinedload(PeerRating.standard).joinedload(Standard.template))
        .order_by(PeerRating.id)
    )
    ratings: dict[int, list[Rated]] = defaultdict(list)
    for row in rows:
        values = [each["value"] for each in weakest_first(row.standard.template.scale)]
        ranks = {value: rank for rank, value in enumerate(values)}
        name = f"{row.standard.code} {row.standard.title}"
        ratings[row.review_id].append(Rated(name, len(values) - 1, ranks.get(row.self_value), ranks.get(row.value)))
    return ratings
