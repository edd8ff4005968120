"""How many more visits a reviewer can make: what they may, less what they are on, without days on which they cannot."""

from datetime import date, timedelta

import pytest
from flask import Flask

from peerreview.extensions import db
from peerreview.models import (
    Appointment,
    Days,
    Membership,
    PartOfDay,
    ProgrammeYear,
    Review,
    Reviewer,
    Setting,
    TeamMember,
    Unavailability,
    Visit,
    VisitRecord,
    utc_now,
)
from peerreview.programme.availability import reviewing
from peerreview.programme.capacity import Free
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_review, a_reviewer, an_organisation, save

TODAY = date(2026, 11, 2)  # a Monday
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def year(app: Flask) -> ProgrammeYear:
    year = ProgrammeYear(borough=a_borough(), starts_on=date(2026, 4, 1), label="2026 to 2027")
    db.session.add(year)
    save()
    return year


@pytest.fixture
def reviewer(year: ProgrammeYear) -> Reviewer:
    reviewer = a_reviewer(trained_on=date(2026, 1, 1))
    save()
    return reviewer


def free(year: ProgrammeYear) -> list[Free]:
    return reviewing([year], TODAY).free(year, [NOVEMBER, DECEMBER])


def on_team(review: Review, reviewer: Reviewer, on: date | None = None, **columns: object) -> None:
    db.session.add(TeamMember(review=review, person=reviewer.person, membership=reviewer.membership, **columns))
    if on is not None:
        starts_at = utc_now().replace(year=on.year, month=on.month, day=on.day, hour=10)
        db.session.add(Visit(review=review, uid=f"visit-{review.id}", starts_at=starts_at, minutes=120, place="Hall"))
    save()


def test_without_anything_known_the_settings_say_how_many(year: ProgrammeYear, reviewer: Reviewer) -> None:
    assert free(year) == [Free(True, True, 6, {NOVEMBER: 2, DECEMBER: 2})]
    db.session.add_all(
        [
            Setting(name="visits_a_year", value=3, changed_by="A"),
            Setting(name="visits_a_month", value=1, changed_by="A"),
        ]
    )
    save()
    assert free(year) == [Free(True, True, 3, {NOVEMBER: 1, DECEMBER: 1})]
    reviewer.most_visits_a_year, reviewer.most_visits_a_month = 0, 4
    reviewer.membership, reviewer.trained_on = Membership.LAY_MEMBER, None
    save()
    assert free(year) == [Free(False, False, 0, {NOVEMBER: 4, DECEMBER: 4})]


def test_places_on_teams_count_in_the_year_and_the_month_of_the_visit(year: ProgrammeYear, reviewer: Reviewer) -> None:
    on_team(a_review(Stage.PREPARING, programme_year=year), reviewer, date(2026, 11, 20))
    on_team(a_review(Stage.ARRANGING, programme_year=year), reviewer)
    assert free(year) == [Free(True, True, 4, {NOVEMBER: 1, DECEMBER: 2})]
    next_door = an_organisation(borough=a_borough("COL"))
    on_team(a_review(Stage.PREPARING, next_door), reviewer, date(2026, 11, 25))
    assert free(year) == [Free(True, True, 3, {NOVEMBER: 0, DECEMBER: 2})]


def test_what_was_held_counts_on_the_day_on_which_it_was(year: ProgrammeYear, reviewer: Reviewer) -> None:
    held = a_review(Stage.REPORTING, programme_year=year)
    on_team(held, reviewer, date(2026, 12, 1))
    db.session.add(VisitRecord(review=held, held_on=date(2026, 11, 30), minutes=90, recorded_by="Lea"))
    save()
    assert free(year) == [Free(True, True, 5, {NOVEMBER: 1, DECEMBER: 2})]


def test_what_is_no_place_or_of_another_year_does_not_count(year: ProgrammeYear, reviewer: Reviewer) -> None:
    earlier = ProgrammeYear(borough=year.borough, starts_on=date(2025, 4, 1), label="2025 to 2026")
    db.session.add(earlier)
    on_team(a_review(Stage.PRESENTED, programme_year=earlier), reviewer, date(2025, 11, 20))
    on_team(a_review(Stage.PLANNED, programme_year=earlier), reviewer)
    on_team(a_review(Stage.ARRANGING, programme_year=year), reviewer, removed_at=utc_now())
    on_team(a_review(Stage.ARRANGING, programme_year=year), reviewer, stood_down_at=utc_now())
    withdrawn = a_review(Stage.WITHDRAWN, programme_year=year, stage_before_end=Stage.PLANNED)
    on_team(withdrawn, reviewer, date(2026, 11, 20))
    cancelled = a_review(Stage.ARRANGING, programme_year=earlier)
    on_team(cancelled, reviewer, date(2026, 11, 20))
    db.session.query(Visit).filter_by(review_id=cancelled.id).one().cancelled_at = utc_now()
    save()
    assert free(year) == [Free(True, True, 6, {NOVEMBER: 2, DECEMBER: 2})]


@pytest.mark.parametrize(
    ("first", "last", "days", "part", "november"),
    [
        (TODAY, date(2026, 11, 30), Days.EVERY_DAY, PartOfDay.ALL_DAY, 0),
        (TODAY, date(2026, 11, 27), Days.EVERY_DAY, PartOfDay.ALL_DAY, 1),  # Monday the 30th is left
        (TODAY, date(2026, 11, 26), Days.EVERY_DAY, PartOfDay.ALL_DAY, 2),
        (TODAY, date(2026, 11, 30), Days.EVERY_DAY, PartOfDay.MORNING, 2),
        (TODAY, date(2026, 11, 30), Days.FRIDAY, PartOfDay.ALL_DAY, 2),
    ],
)
def test_days_on_which_they_cannot_leave_no_more_visits_than_days(
    year: ProgrammeYear, reviewer: Reviewer, first: date, last: date, days: Days, part: PartOfDay, november: int
) -> None:
    away = {"person_id": reviewer.person_id, "first_on": first, "last_on": last, "days": days, "part": part}
    db.session.add(Unavailability(**away))
    save()
    assert free(year) == [Free(True, True, 6, {NOVEMBER: november, DECEMBER: 2})]


def test_only_active_reviewers_of_the_borough_count(year: ProgrammeYear, reviewer: Reviewer) -> None:
    gone, next_door, both = a_reviewer(), a_reviewer(), a_reviewer(membership=Membership.LAY_MEMBER)
    gone.person.active = False
    next_door.person.appointments[:] = [Appointment(role=Role.REVIEWER, borough=a_borough("COL"))]
    both.person.appointments[:] = [
        Appointment(role=Role.REVIEWER, borough=borough) for borough in (a_borough("COL"), year.borough)
    ]
    save()
    assert [(each.is_board, each.can_lead) for each in free(year)] == [(True, True), (False, False)]
    other = ProgrammeYear(borough=a_borough("COL"), starts_on=year.starts_on, label=year.label)
    db.session.add(other)
    save()
    people = reviewing([year, other], TODAY)
    assert [len(people.free(each, [NOVEMBER])) for each in (year, other)] == [2, 3]


def test_the_last_days_of_a_year_are_its_last(year: ProgrammeYear, reviewer: Reviewer) -> None:
    late = year.ends_on - timedelta(days=1)  # Tuesday 30 March 2027
    assert reviewing([year], late).free(year, [date(2027, 3, 1)]) == [Free(True, True, 6, {date(2027, 3, 1): 2})]
    assert reviewing([year], year.ends_on).free(year, [date(2027, 3, 1)])[0].months == {date(2027, 3, 1): 1}
