"""The rows of the list of reviews, from plain columns: an entity of each row with all that belongs to it costs a page
several times the time of its own template.

A row answers what ``models.tasks`` and ``next_steps.first_wait`` ask of a review, by the very properties of the models,
so that every rule keeps its one home. It has only what the first task in its stage can depend on; a test compares
every row of a whole year with its review.
"""

from collections.abc import Callable, Collection, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

from sqlalchemy import bindparam, exists, select

from peerreview.extensions import db
from peerreview.models import (
    Action,
    AgendaPaper,
    Borough,
    Contact,
    DatePoll,
    DocumentRequest,
    Event,
    Meeting,
    MoreTime,
    NamedStaff,
    Nomination,
    Organisation,
    Person,
    Review,
    SelectedReview,
    SelectionRound,
    TeamMember,
    Visit,
)
from peerreview.workflow import Stage

WITH_A_TEAM = (Stage.ARRANGING, Stage.PREPARING, Stage.REPORTING, Stage.RESPONDING, Stage.FINALISING)


class _Organisation(SimpleNamespace):
    is_school = Organisation.is_school


class _Member(SimpleNamespace):
    is_active = TeamMember.is_active
    has_declared = TeamMember.has_declared


class _Nomination(SimpleNamespace):
    is_answered = Nomination.is_answered


class _Visit(SimpleNamespace):
    ends_at = Visit.ends_at


class _Action(SimpleNamespace):
    is_waited_for = Action.is_waited_for


class _Listed(SimpleNamespace):
    organisation_name = Review.organisation_name
    approval = Review.approval
    current_team = Review.current_team
    lead = Review.lead
    visit = Review.visit
    poll = Review.poll
    staff_are_named = Review.staff_are_named
    staff_cannot_be_named = Review.staff_cannot_be_named
    selection_is_approved = Review.selection_is_approved
    selection_waits = Review.selection_waits
    actions_are_done = Review.actions_are_done
    asked_for_more_time = Review.asked_for_more_time


COLUMNS = (
    Review.id, Review.reference, Review.given_name, Review.stage, Review.stage_since, Review.notice_sent_at,
    Review.staff_due_on, Review.documents_due_on, Review.initial_report_due_on, Review.response_due_at,
)  # fmt: skip
LISTED: Any = (
    select(
        *COLUMNS, Borough.name, Organisation.name, Organisation.duty, Contact.name, Visit.starts_at, Visit.minutes,
        Visit.agreed_at, DatePoll.closes_at, Nomination.id, Nomination.cannot_at, Nomination.sent_at,
        exists().where(NamedStaff.nomination_id == Nomination.id), Meeting.held_on,
    )
    .select_from(Review)
    .join(Review.borough)
    .outerjoin(Review.organisation)
    .outerjoin(Review.contact)
    .outerjoin(Visit, (Visit.review_id == Review.id) & Visit.cancelled_at.is_(None))
    .outerjoin(DatePoll, (DatePoll.review_id == Review.id) & DatePoll.closed_at.is_(None))
    .outerjoin(Review.nomination)
    .outerjoin(Review.paper)
    .outerjoin(AgendaPaper.meeting)
)  # fmt: skip


class _Part(NamedTuple):
    """What belongs to rows in some stages: the attribute, one query by review, and what is made of each of its rows."""

    name: str
    stages: Collection[Stage]
    query: Any
    made: Callable[..., Any]


def _of(kind: Any, *columns: Any) -> Any:
    own = kind.review_id.in_(bindparam("reviews", expanding=True))
    return select(kind.review_id, *columns).select_from(kind).where(own).order_by(kind.id)


def _member(is_lead: bool, assigned_at: Any, declare_by: Any, declaration: Any, name: str) -> _Member:
    who = SimpleNamespace(name=name)
    return _Member(
        is_lead=is_lead, assigned_at=assigned_at, declare_by=declare_by, declaration=declaration, person=who,
        removed_at=None, stood_down_at=None,
    )  # fmt: skip


def _selected(approved: bool | None, sent_at: Any, decided_at: Any, due_on: Any) -> SimpleNamespace:
    a_round = SimpleNamespace(decided_at=decided_at, due_on=due_on)
    return SimpleNamespace(approved=approved, sent_at=sent_at, round=a_round)


PARTS = (
    _Part("team", WITH_A_TEAM,
          _of(TeamMember, TeamMember.is_lead, TeamMember.assigned_at, TeamMember.declare_by, TeamMember.declaration,
              Person.name)
          .join(TeamMember.person).where(TeamMember.removed_at.is_(None), TeamMember.stood_down_at.is_(None)),
          _member),
    _Part("selected_in", {Stage.PLANNED},
          _of(SelectedReview, SelectedReview.approved, SelectedReview.sent_at, SelectionRound.decided_at,
              SelectionRound.due_on)
          .join(SelectedReview.round),
          _selected),
    _Part("document_requests", {Stage.PREPARING}, _of(DocumentRequest, DocumentRequest.done_at),
          lambda done_at: SimpleNamespace(done_at=done_at)),
    _Part("more_time", {Stage.RESPONDING}, _of(MoreTime, MoreTime.asked_at).where(MoreTime.decided_at.is_(None)),
          lambda asked_at: SimpleNamespace(asked_at=asked_at, is_open=True)),
    _Part("actions", {Stage.PRESENTED}, _of(Action, Action.due_on, Action.reported_at, Action.done_at),
          lambda due_on, reported_at, done_at: _Action(due_on=due_on, reported_at=reported_at, done_at=done_at)),
)  # fmt: skip
PASSED_ON = _Part(
    "events",
    tuple(Stage),
    _of(Event, Event.at).where(Event.step == "pass_on"),
    lambda at: SimpleNamespace(step="pass_on", at=at),
)


def fetch(chosen: Any) -> list[Review]:
    """The rows of a narrowed and ordered ``LISTED``; they answer like reviews, as far as the module says."""
    rows = [_row(row) for row in db.session.execute(chosen)]
    for part in PARTS:
        _add(rows, part)
    _add([row for row in rows if row.nomination and row.nomination.cannot_at], PASSED_ON)
    return cast("list[Review]", rows)


def _row(row: Any) -> _Listed:
    own = dict(zip((column.key for column in COLUMNS), row, strict=False))
    (borough, name, duty, contact, starts_at, minutes, agreed_at, closes_at, nomination_id, cannot_at, sent_at,
     has_staff, held_on) = row[len(COLUMNS):]  # fmt: skip
    visit = _Visit(starts_at=starts_at, minutes=minutes, agreed_at=agreed_at, cancelled_at=None)
    nomination = _Nomination(cannot_at=cannot_at, sent_at=sent_at, staff=[has_staff] if has_staff else [])
    return _Listed(
        **own,
        borough=SimpleNamespace(name=borough),
        organisation=_Organisation(name=name, duty=duty) if name is not None else None,
        contact=SimpleNamespace(name=contact) if contact is not None else None,
        visits=[visit] if starts_at else [],
        polls=[SimpleNamespace(closes_at=closes_at, closed_at=None)] if closes_at else [],
        nomination=nomination if nomination_id else None,
        paper=SimpleNamespace(meeting=SimpleNamespace(held_on=held_on)) if held_on else None,
        team=[], selected_in=[], document_requests=[], actions=[], events=[], more_time=[],
    )  # fmt: skip


def _add(rows: Sequence[_Listed], part: _Part) -> None:
    own = {row.id: getattr(row, part.name) for row in rows if row.stage in part.stages}
    if own:
        for review_id, *values in db.session.execute(part.query, {"reviews": list(own)}):
            own[review_id].append(part.made(*values))
