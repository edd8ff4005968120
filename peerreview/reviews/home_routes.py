"""Where each person begins: the start page, the coordinator's day, a reviewer's reviews, the Executive Group's view."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import redirect, render_template, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from peerreview import access
from peerreview.access import me
from peerreview.models import Meeting, Visit, board_detail, utc_now
from peerreview.reviews import bp, next_steps, queries, rounds
from peerreview.reviews.years import years
from peerreview.workdays import local_day
from peerreview.workflow import Role

WEEK = timedelta(days=7)
HOMES = (
    (Role.COORDINATOR, "reviews.today"),
    (Role.REVIEWER, "reviews.mine"),
    (Role.EXECUTIVE, "reviews.executive"),
    (Role.ADMINISTRATOR, "accounts.people"),
)


@bp.get("/")
@access.public
def home() -> str | Response:
    """The start page; somebody who is signed in goes on to where their work is."""
    if current_user.is_authenticated:
        for role, endpoint in HOMES:
            if me().holds(role):
                return redirect(url_for(endpoint))
    return render_template("reviews/start.html", board=board_detail)


@bp.get("/today")
@access.by(Role.COORDINATOR)
def today() -> str:
    """Who waits for the coordinator, what is late, what comes, what came back, and how the year goes."""
    now = utc_now()
    day = local_day(now)
    mine = queries.in_boroughs(me(), Role.COORDINATOR)
    reviews = queries.open_reviews(mine)
    others = next_steps.waits(reviews, others=True)
    return render_template(
        "reviews/today.html",
        day=day,
        mine=[
            (wait, next_steps.place(wait.review, wait.task, [Role.COORDINATOR]))
            for wait in next_steps.waits(reviews, others=False)
        ],
        to_send=rounds.to_send(reviews),
        late=[wait for wait in others if wait.days_late],
        late_rounds=[each for each in rounds.with_executive(me(), Role.COORDINATOR) if each.days_late(day)],
        coming=_coming(
            [wait for wait in others if wait.due and day <= wait.due <= day + WEEK and wait.task != "hold_visit"],
            queries.visits_between(mine, now, queries.start_of(day + WEEK)),
            queries.meetings_from(me(), Role.COORDINATOR, day, days=7),
        ),
        undelivered=queries.undelivered(mine),
        messages=queries.messages_waiting(me()),
        years=years(me(), Role.COORDINATOR, day),
    )


@bp.get("/my-reviews")
@access.by(Role.REVIEWER)
def mine() -> str:
    """The reviews on whose team the reader is, each with what they should do next."""
    reviews = queries.open_reviews(queries.on_team(me()))
    cards = [(review, next_steps.next_step(review, [Role.REVIEWER], me())) for review in reviews]
    # Invitations come first, then what else the reader can do now.
    cards.sort(key=lambda card: (card[1].title != next_steps.INVITED, card[1].address is None))
    return render_template("reviews/mine.html", cards=cards)


@bp.get("/executive")
@access.by(Role.EXECUTIVE)
def executive() -> str:
    """The next meetings with the reports on their agenda, how the year goes, and where each review stands."""
    day = local_day(utc_now())
    reviews = queries.open_reviews(queries.in_boroughs(me(), Role.EXECUTIVE))
    return render_template(
        "reviews/executive.html",
        day=day,
        rounds=rounds.with_executive(me(), Role.EXECUTIVE),
        meetings=queries.meetings_from(me(), Role.EXECUTIVE, day),
        years=years(me(), Role.EXECUTIVE, day),
        reviews=[(review, next_steps.first_wait(review)) for review in reviews],
    )


def _coming(
    due: Iterable[next_steps.Wait], visits: Iterable[Visit], meetings: Iterable[Meeting]
) -> list[tuple[date, str, Any]]:
    """What comes, day by day: (the day, what it is, its row)."""
    found: list[tuple[date, str, Any]] = [(local_day(visit.starts_at), "visit", visit) for visit in visits]
    found += [(meeting.held_on, "meeting", meeting) for meeting in meetings]
    found += [(wait.due, "due", wait) for wait in due if wait.due]
    return sorted(found, key=lambda each: each[0])
