"""School holidays are no working days for what a school has to do, and nothing to anybody else."""

from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from peerreview.audit_trail import Actor
from peerreview.dates import actions
from peerreview.extensions import db
from peerreview.models import Document, DocumentKind, Duty, SchoolHoliday, utc_now
from peerreview.nominations import notice
from peerreview.preparation import asking
from peerreview.reports import issuing
from peerreview.workdays import add_working_days, end_of_local_day, local_day, working_days_between
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_review, an_organisation, approve, save
from tests.dates.conftest import a_time, days_ahead

CORA = Actor("Cora", Role.COORDINATOR)


def a_holiday(first, last, code="HAC", name="Half term"):
    """Working days from today, as numbers, or days."""
    days = [day if isinstance(day, date) else local_day(days_ahead(day)) for day in (first, last)]
    holiday = SchoolHoliday(borough=a_borough(code), name=name, first_on=days[0], last_on=days[1])
    db.session.add(holiday)
    save()
    return holiday


def a_planned_review(duty=Duty.S175, code="HAC"):
    review = a_review(Stage.PLANNED, an_organisation(borough=a_borough(code), duty=duty))
    facts = {"filename": "a.pdf", "size": 1, "media_type": "application/pdf", "sha256": "0" * 64, "handed_in_by": "C"}
    db.session.add(Document(review=review, kind=DocumentKind.AUDIT_COPY, key=f"k{review.id}", **facts))
    approve(review)
    save()
    return review


@pytest.mark.parametrize(("duty", "code", "days"), [
    (Duty.S175, "HAC", 15), (Duty.S157, "HAC", 15), (Duty.S11, "HAC", 10), (None, "HAC", 10), (Duty.S175, "COL", 10),
])  # fmt: skip
def test_a_school_has_longer_to_name_staff_and_an_agency_or_another_borough_has_not(app, duty, code, days):
    a_holiday(3, 7)
    review = a_planned_review(duty, code)
    notice.send(review, CORA, review.version)
    assert review.staff_due_on == add_working_days(local_day(utc_now()), days)


def test_the_notice_promises_days_of_term(app):
    a_holiday(3, 7)
    review = a_planned_review()
    promised = add_working_days(local_day(utc_now()), 25)
    assert f"{promised:%A} {promised.day} {promised:%B %Y}" in notice.preview(review).text


def test_a_school_has_longer_to_respond_and_its_grace_is_of_term_days_too(app):
    a_holiday(3, 7)
    review = a_planned_review()
    today = local_day(utc_now())
    assert issuing.response_deadline(review, utc_now()) == end_of_local_day(add_working_days(today, 15))
    review.response_due_at = end_of_local_day(today - timedelta(days=1))
    a_holiday(today - timedelta(days=1), today + timedelta(days=30), name="Summer")
    db.session.expire_all()
    assert review.response_is_still_accepted


def test_documents_are_due_so_many_days_of_term_before_the_visit(app, ready, actor):
    a_holiday(36, 38)
    review = ready()
    actions.propose(review, actor, [a_time(40)], local_day(utc_now()))
    actions.agree(review, actor, a_time(40))
    review_day = local_day(review.visit.starts_at)
    assert review.documents_due_on == add_working_days(review_day, -8)
    review.documents_due_on = None
    assert asking.likely_day(review) == add_working_days(review_day, -8)


def test_two_holidays_that_overlap_count_each_day_once(app):
    first, last = local_day(days_ahead(3)), local_day(days_ahead(7))
    a_holiday(first, last)
    a_holiday(first, last + timedelta(days=1), name="The same, and one more day")
    review = a_planned_review()
    assert len(review.closed_days) == (last - first).days + 2
    due = add_working_days(local_day(utc_now()), 10, review.closed_days)
    assert working_days_between(local_day(utc_now()), due, review.closed_days) == 10


@pytest.mark.parametrize("twice", [False, True])
def test_a_holiday_that_ends_before_it_begins_or_is_there_already_is_refused_by_the_database(any_app, twice):
    day, borough = date(2027, 2, 15), a_borough()
    holidays = [SchoolHoliday(borough=borough, name="Half term", first_on=day, last_on=day) for _ in range(2)]
    if not twice:
        holidays = [SchoolHoliday(borough=borough, name="No", first_on=day, last_on=day - timedelta(days=1))]
    db.session.add_all(holidays)
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
