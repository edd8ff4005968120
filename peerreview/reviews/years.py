"""How far the programme years are that run today, for the pages where people begin."""

from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select, true

from peerreview.extensions import db
from peerreview.models import Person, ProgrammeYear, Review
from peerreview.workflow import IN_THE_PROGRAMME, PRESENTED, VISITED, Role, Stage


class Year(NamedTuple):
    """How far one borough's year is. Planned counts what is visited too, and visited what is presented."""

    id: int
    label: str
    borough: str
    number: int | None  # that the Executive Group has set
    planned: int
    visited: int
    presented: int


def years(person: Person, role: Role, today: date) -> list[Year]:
    """The programme years that run today in one's boroughs."""
    boroughs = person.boroughs_as(role)
    begun = db.session.scalars(
        select(ProgrammeYear)
        .where(ProgrammeYear.starts_on <= today, ProgrammeYear.starts_on > today - timedelta(days=367))
        .where(true() if boroughs is None else ProgrammeYear.borough_id.in_(boroughs))
        .order_by(ProgrammeYear.borough_id)
    )
    running = [year for year in begun if not year.is_over(today)]
    counts = db.session.execute(
        select(Review.programme_year_id, Review.stage, func.count())
        .where(Review.programme_year_id.in_([year.id for year in running]))
        .group_by(Review.programme_year_id, Review.stage)
    ).all()
    return [_year(year, {stage: number for of, stage, number in counts if of == year.id}) for year in running]


def _year(year: ProgrammeYear, by_stage: dict[Stage, int]) -> Year:
    set_ = year.numbers
    number = None if set_ is None else set_.statutory + set_.schools
    planned, visited, presented = (
        sum(by_stage.get(stage, 0) for stage in stages) for stages in (IN_THE_PROGRAMME, VISITED, PRESENTED)
    )
    return Year(year.id, year.label, year.borough.name, number, planned, visited, presented)
