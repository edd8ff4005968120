"""Whatever the day of loading, the invented year has numbers with a history, and months in which visits are likely."""

from datetime import date, timedelta

import pytest
from flask import Flask

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough, LikelyMonth, Meeting
from peerreview.models.base import as_of
from peerreview.sample import likely, numbers, selection, world
from peerreview.sample.people import COORDINATOR
from peerreview.sample.story import at
from peerreview.sample.year import REVIEWS_PER_YEAR
from peerreview.workflow import Role, Stage
from tests.builders import a_review


@pytest.mark.parametrize("day", [date(2026, 4, 1), date(2026, 11, 23), date(2027, 2, 26), date(2027, 3, 31)])
@pytest.mark.parametrize("met", [None, 40, 0])
def test_the_numbers_were_set_and_changed_once(sample_app: Flask, day: date, met: int | None) -> None:
    with sample_app.test_request_context(method="POST"), as_of(at(day, 9)):
        world.load()
        coordinator = Actor.of(world.person(COORDINATOR), Role.COORDINATOR)
        borough = db.session.scalars(db.select(Borough).where(Borough.code == "HAC")).one()
        if met is not None:
            on = day - timedelta(days=met)
            db.session.add(Meeting(borough=borough, held_on=on, papers_due_on=on))
        with as_of(at(day - timedelta(days=60), 9)):
            if (day - timedelta(days=60)).replace(day=1) >= date(day.year - (day.month < 4), 4, 1):
                selection.running_year(borough, coordinator)
        for _ in range(2):
            year = selection.running_year(borough, coordinator)
            numbers.change(year)
            a_review(Stage.PLANNED, programme_year=year)
            likely.months(year, coordinator)
            likely.months(year, coordinator)
        outbox.commit()
        assert [row.turn for row in year.number_sets] == [1, 2]
        assert (year.number_statutory, year.number_schools) == REVIEWS_PER_YEAR["HAC"]
        assert all(row.decided_on and row.decided_on <= day for row in year.number_sets)
        assert [row.set_by_role for row in year.number_sets] == [Role.COORDINATOR, Role.EXECUTIVE]
        months = db.session.scalars(db.select(LikelyMonth.month)).all()
        assert len(months) == 2 and all(day.replace(day=1) <= month <= year.ends_on for month in months)
