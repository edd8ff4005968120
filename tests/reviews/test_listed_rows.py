"""A row of the list says what its review says: the same words, from plain columns."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Action,
    DatePoll,
    Declaration,
    Membership,
    Nomination,
    Person,
    Review,
    SelectedReview,
    SelectionRound,
    Visit,
    utc_now,
)
from peerreview.reviews import finding, next_steps
from peerreview.sample import chapters, world
from peerreview.workflow import Role, Stage
from tests.builders import a_person, a_review, a_team_member, save

NOW = utc_now()


def facts(review: Review) -> tuple[Any, ...]:
    """Everything that the page shows of a row."""
    wait = next_steps.first_wait(review)
    return (
        review.id, review.reference, review.organisation_name, review.borough.name, review.stage,
        review.visit and review.visit.starts_at, wait and wait._replace(review=None),  # type: ignore[arg-type]
    )  # fmt: skip


def the_same(person: Person) -> int:
    """Compare every row with its review; gives how many there were."""
    save()
    db.session.expire_all()
    rows = finding.find(person, {}, 1).reviews
    reviews = [db.session.get_one(Review, row.id) for row in rows]
    assert [facts(row) for row in rows] == [facts(review) for review in reviews]
    return len(rows)


def test_in_every_stage_of_the_procedure(app: Flask) -> None:
    with app.test_request_context(method="POST"):
        world.load()
        stages = [stage for stage in Stage if stage is not Stage.DECLINED]
        for stage in stages:
            chapters.a_review(stage)
        assert the_same(a_person(Role.COORDINATOR)) == len(stages)


def a_stuck(*, passed_on: bool) -> Review:
    """Its staff cannot be named; perhaps it was passed to a colleague since."""
    review = a_review(Stage.ARRANGING, notice_sent_at=NOW, staff_due_on=NOW.date())
    review.nomination = Nomination(cannot_at=NOW - timedelta(days=1), cannot_reason="Away")
    if passed_on:
        audit_trail.record("pass_on", Actor("Head", Role.ORGANISATION), review, facts={})
    return review


def odd_reviews() -> Iterator[Review]:
    """What no chapter of the invented year tells."""
    yield a_stuck(passed_on=False)
    yield a_stuck(passed_on=True)
    unmatched = a_review(Stage.REQUESTED, given_name="Not matched yet")
    unmatched.organisation = unmatched.contact = None
    yield unmatched
    for stage in (Stage.ARRANGING, Stage.PREPARING, Stage.REPORTING, Stage.FINALISING):
        review = a_review(stage, initial_report_due_on=NOW.date())
        a_team_member(review, declaration=Declaration.NONE, is_lead=True).person.name = "Lee Lead"
        a_team_member(review, Membership.LAY_MEMBER, declare_by=NOW.date()).person.name = "Not Answered"
        a_team_member(review, declaration=Declaration.HARD, stood_down_at=NOW)
        a_team_member(review, removed_at=NOW)
        yield review
    asked = a_review(Stage.ARRANGING, notice_sent_at=NOW)
    asked.polls += [DatePoll(closes_at=NOW, closed_at=NOW), DatePoll(closes_at=NOW + timedelta(days=9))]
    moved = a_review(Stage.PREPARING)
    cancelled = Visit(uid="1", starts_at=NOW, minutes=90, place="Here", cancelled_at=NOW)
    moved.visits += [cancelled, Visit(uid="2", starts_at=NOW + timedelta(days=2), minutes=90, place="Here")]
    for reported in (None, NOW):
        followed = a_review(Stage.PRESENTED)
        followed.actions.append(Action(text="Do it", owner="Head", due_on=NOW.date(), reported_at=reported))
        yield followed
    yield from (asked, moved)


def test_in_cases_that_the_invented_year_does_not_tell(any_app: Flask) -> None:
    odd = list(odd_reviews())
    assert the_same(a_person(Role.COORDINATOR)) == len(odd) == 11


@pytest.mark.parametrize("approved", [None, True, False])
def test_while_the_selection_waits_is_approved_or_sent_back(app: Flask, approved: bool | None) -> None:
    with app.test_request_context(method="POST"):
        world.load()
        review = chapters.a_review(Stage.PLANNED).review
    for row in review.selected_in:
        db.session.delete(row)
    decided = {} if approved is None else {"decided_at": NOW, "decided_by": "A member", "comment": "Why"}
    a_round = SelectionRound(year=review.programme_year, sent_by="Me", due_on=NOW.date(), **decided)
    db.session.add(SelectedReview(round=a_round, review=review, approved=approved))
    person = a_person(Role.COORDINATOR)
    assert the_same(person) == 1
