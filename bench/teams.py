"""`make bench`: seconds to suggest teams for 40 reviews from 60 reviewers, as the worker does it, and how many get one.

The year is invented by a fixed seed, hard enough to be like a real one: a third of the reviewers are of the board, half
are trained to lead, one in ten has an interest in a given school, and most have weeks or weekdays on which they cannot.
What is measured is everything: reading the database, finding interests, solving, naming what is in the way, writing.
Then the suggestion for one review, as its page seeks it while somebody waits; the median of eleven. The solver has one
thread, so a second processor changes little.
"""

import contextlib
import os
import random
import secrets
import statistics
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from peerreview import create_app, outbox  # noqa: E402
from peerreview.audit_trail import Actor  # noqa: E402
from peerreview.config import Settings  # noqa: E402
from peerreview.extensions import db  # noqa: E402
from peerreview.models import (  # noqa: E402
    Appointment,
    Borough,
    Days,
    Duty,
    LikelyMonth,
    Membership,
    Organisation,
    PartOfDay,
    Person,
    ProgrammeYear,
    Review,
    Reviewer,
    Selection,
    SuggestedTeam,
    Tie,
    TieKind,
    Unavailability,
    utc_now,
)
from peerreview.teams import planning  # noqa: E402
from peerreview.teams.gathering import problem_of, reviews_to_staff  # noqa: E402
from peerreview.teams.solving import suggest  # noqa: E402
from peerreview.workdays import local_day  # noqa: E402
from peerreview.workflow import Role, Stage  # noqa: E402

REVIEWS, REVIEWERS, MONTHS = 40, 60, 10
MOST = 10  # seconds
SEED = 2026


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, Path(os.devnull).open("w") as log:
        with contextlib.redirect_stdout(log):
            app = an_app(folder)
        with app.app_context():
            year = a_year(random.Random(SEED))
            seconds, staffed = a_search(year)
            one = statistics.median(a_suggestion(year) for _ in range(11))
    print(
        f"teams for {REVIEWS} reviews from {REVIEWERS} reviewers: {seconds:.2f} s, {staffed} staffed, one {one:.2f} s"
    )
    if seconds > MOST:
        raise SystemExit(f"Suggesting teams took longer than {MOST} s")


def an_app(folder: str) -> Flask:
    """The app on an empty SQLite file."""
    environ = {
        "SECRET_KEY": secrets.token_urlsafe(48),
        "SAMPLE_MODE": "1",
        "BASE_URL": "http://localhost",
        "DATABASE_URL": f"sqlite:///{folder}/bench.db",
        "DOCUMENTS_URL": f"file://{folder}/documents",
        "JOBS_URL": f"sqlite:///{folder}/jobs.db",
    }
    app = create_app(Settings.from_environment(environ))
    with app.app_context():
        db.create_all()
    return app


def a_year(chance: random.Random) -> ProgrammeYear:
    """A borough's year with its reviews, and the board's reviewers."""
    borough = Borough(code="HAC", name="Hackney", authority_code="204", executive_group="Hackney Executive Group")
    starts_on = local_day(utc_now()).replace(day=1)
    year = ProgrammeYear(borough=borough, starts_on=starts_on, label="The year")
    schools = [Organisation(name=f"School {n}", borough=borough, duty=Duty.S175) for n in range(REVIEWS)]
    db.session.add_all([year, *schools])
    db.session.flush()
    months = [after(starts_on, n + 1) for n in range(MONTHS)]
    for number, school in enumerate(schools):
        review = Review(
            reference=f"HAC-2026-{number:03}", borough=borough, organisation=school, programme_year=year,
            selection=Selection.REQUEST, stage=Stage.PLANNED, stage_since=utc_now(),
        )  # fmt: skip
        db.session.add(review)
        db.session.flush()
        db.session.add(LikelyMonth(review_id=review.id, month=chance.choice(months), written_by="Cora"))
    for number in range(REVIEWERS):
        add_reviewer(number, chance, schools, months)
    outbox.commit()
    return year


def add_reviewer(number: int, chance: random.Random, schools: list[Organisation], months: list[date]) -> None:
    person = Person(name=f"Reviewer {number}", email=f"r{number}@board.example", fs_uniquifier=f"r{number}")
    person.appointments.append(Appointment(role=Role.REVIEWER))
    reviewer = Reviewer(
        person=person,
        membership=Membership.BOARD_MEMBER if chance.random() < 1 / 3 else Membership.LAY_MEMBER,
        trained_on=date(2026, 1, 5) if chance.random() < 1 / 2 else None,
    )
    reviewer.ties += [Tie(kind=TieKind.GOVERNOR, organisation=each) for each in chance.sample(schools, REVIEWS // 10)]
    db.session.add(reviewer)
    db.session.flush()
    away = [(month, after(month, 1) - timedelta(days=1), Days.EVERY_DAY) for month in chance.sample(months, 2)]
    weekdays = chance.sample(list(Days)[1:], chance.randint(0, 3))
    away += [(months[0], after(months[-1], 1), weekday) for weekday in weekdays]
    for first_on, last_on, days in away:
        db.session.add(
            Unavailability(
                person_id=person.id, first_on=first_on, last_on=last_on, days=days, part=chance.choice(list(PartOfDay))
            )
        )


def after(month: date, number: int) -> date:
    """The first of the month so many months later."""
    months = month.year * 12 + month.month - 1 + number
    return date(months // 12, months % 12 + 1, 1)


def a_search(year: ProgrammeYear) -> tuple[float, str]:
    """Seconds of one search by the worker, and the share of the reviews that got a team."""
    planning.ask(year, Actor("Cora", Role.COORDINATOR))
    outbox.commit()
    started = time.perf_counter()
    planning.work()
    seconds = time.perf_counter() - started
    found = db.session.scalars(db.select(SuggestedTeam)).all()
    return seconds, f"{sum(bool(team.people) for team in found)} of {len(found)}"


def a_suggestion(year: ProgrammeYear) -> float:
    """Seconds of what the page of one review does."""
    db.session.expire_all()
    review = reviews_to_staff(year)[0]
    started = time.perf_counter()
    suggest(problem_of([review], year, year.borough_id))
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
