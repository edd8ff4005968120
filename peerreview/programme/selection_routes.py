"""One list for a borough's year: requests that wait, what is selected, and how far its approval is."""

from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import ProgrammeYear, Review, utc_now
from peerreview.programme import bp, selecting
from peerreview.programme import selection_queries as queries
from peerreview.programme.standing import Standing, standing
from peerreview.wording import SELECTIONS, STAGES
from peerreview.workdays import local_day, working_days_between
from peerreview.workflow import Role, Stage

BOTH = (Role.COORDINATOR, Role.EXECUTIVE)


@bp.get("/programme/years/<int:year_id>/selection")
@access.by(*BOTH)
def selection(year_id: int) -> str:
    """Everything that is or may come into the year, for the coordinator and the Executive Group."""
    year, roles = year_or_404(year_id, *BOTH)
    today, rounds = local_day(utc_now()), queries.rounds(year)
    reviews, requests = queries.selected(year), queries.requests_waiting(year)
    facts: dict[str, Any] = {
        "requests": [(each, working_days_between(local_day(each.created_at), today)) for each in requests],
        "years": queries.years_to_take_into(year, today),
        "reviews": reviews,
        "to_send": [each for each in reviews if each.stage is Stage.PLANNED and each.selection_can_be_sent],
        "waiting": next((each for each in rounds if each.waiting), None),
        "decided": [each for each in rounds if each.decided_at],
        "counts": _counts(year, reviews, requests),
    }
    return render_template(
        "programme/selection.html", year=year, roles=roles, today=today, stages=STAGES, selections=SELECTIONS, **facts
    )


@bp.post("/programme/years/<int:year_id>/selection")
@access.by(Role.COORDINATOR)
def send_selection(year_id: int) -> Response:
    """Send what is selected and not yet sent to the Executive Group."""
    year, _roles = year_or_404(year_id, Role.COORDINATOR)
    sent = selecting.send(year, Actor.of(access.me(), Role.COORDINATOR))
    outbox.commit()
    if sent:
        reviews = "1 review is" if sent == 1 else f"{sent} reviews are"
        flash(f"{reviews} with the {year.borough.executive_group}, whose members get a letter.", "done")
    else:
        flash(f"The {year.borough.executive_group} has everything that is planned already.", "warning")
    return redirect(url_for(".selection", year_id=year.id))


@bp.post("/programme/years/<int:year_id>/selection/reminders")
@access.by(Role.COORDINATOR)
def remind_executive(year_id: int) -> Response:
    """Remind the members of the Executive Group that a selection waits for them."""
    year, _roles = year_or_404(year_id, Role.COORDINATOR)
    waiting = queries.waiting_round(year)
    names = selecting.remind(waiting, Actor.of(access.me(), Role.COORDINATOR)) if waiting else []
    outbox.commit()
    if names:
        flash(f"A reminder goes to {' and '.join(names)}.", "done")
    else:
        flash("They were written to a few minutes ago, or nothing waits for them. Nothing was sent.", "warning")
    return redirect(url_for(".selection", year_id=year.id))


def year_or_404(year_id: int, *allowed: Role) -> tuple[ProgrammeYear, list[Role]]:
    """The year, and which of the roles the person holds in its borough; 404 when none."""
    year = db.session.get(ProgrammeYear, year_id)
    roles = [role for role in allowed if year is not None and access.me().holds(role, year.borough_id)]
    if year is None or not roles:
        abort(404)
    return year, roles


def _counts(year: ProgrammeYear, reviews: Sequence[Review], requests: Sequence[Review]) -> list[tuple[Standing, int]]:
    """How each kind stands against its number, and how many more ask."""
    kinds = (
        ("Statutory organisations", False, year.number_statutory),
        ("Schools and colleges", True, year.number_schools),
    )
    return [
        (
            standing(words, number, [each.stage for each in _of_kind(reviews, is_school)]),
            len(_of_kind(requests, is_school)),
        )
        for words, is_school, number in kinds
    ]


def _of_kind(reviews: Sequence[Review], is_school: bool) -> list[Review]:
    return [each for each in reviews if each.organisation and each.organisation.is_school is is_school]
