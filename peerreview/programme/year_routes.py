"""One borough's year: beginning it, its page with everything of it, and the numbers that the Executive Group set."""

from datetime import timedelta
from typing import Any

from flask import abort, flash, make_response, redirect, render_template, request, url_for

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.filters import day
from peerreview.forms import options
from peerreview.models import ProgrammeYear, boroughs_of, utc_now
from peerreview.process import Overtaken
from peerreview.programme import actions, bp, queries
from peerreview.programme.forms import BY_CORRESPONDENCE, NumbersForm, YearForm
from peerreview.programme.numbers import Decided, set_numbers
from peerreview.programme.outlook import outlooks
from peerreview.programme.routes import ROLES
from peerreview.wording import SELECTIONS, STAGES
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.route("/programme/years", methods=["GET", "POST"])
@access.by(*ROLES)
def years() -> Any:
    """Begin a programme year, beforehand if one likes."""
    boroughs = boroughs_of(access.me(), *ROLES)
    only = str(boroughs[0].id) if len(boroughs) == 1 else request.args.get("borough")
    last = next(iter(queries.years_of([each for each in boroughs if str(each.id) == only])), None)
    form = YearForm(borough=only, starts_on=last.ends_on + timedelta(days=1) if last else None)
    form.borough.choices = options([(str(borough.id), borough.name) for borough in boroughs])
    if form.validate_on_submit() and form.starts_on.data is not None:
        borough = next(each for each in boroughs if str(each.id) == form.borough.data)
        try:
            year = actions.begin_year(borough, form.starts_on.data, _actor(borough.id))
        except actions.Refused as refusal:
            form.starts_on.errors = [str(refusal)]
        else:
            outbox.commit()
            flash(f"The year {year.label} of {borough.name} is begun. Now set its numbers.", "done")
            return redirect(url_for(".numbers", year_id=year.id))
    return render_template("programme/years.html", form=form)


@bp.get("/programme/years/<int:year_id>")
@access.by(*ROLES)
def year(year_id: int) -> str:
    """Everything of one borough's year: how it stands, its picture, its reviewers, its reviews and its numbers."""
    today = local_day(utc_now())
    [programme] = queries.programmes([_year_or_404(year_id)], access.me())
    return render_template(
        "programme/year.html",
        programme=programme,
        year=programme.year,
        outlook=outlooks([programme], today)[year_id],
        today=today,
        stages=STAGES,
        selections=SELECTIONS,
    )


@bp.route("/programme/years/<int:year_id>/numbers", methods=["GET", "POST"])
@access.by(*ROLES)
def numbers(year_id: int) -> Any:
    """The number of reviews, as the borough's Executive Group has set it."""
    year = _year_or_404(year_id)
    form = _numbers_form(year)
    first = None
    if form.validate_on_submit():
        try:
            set_numbers(year, _decided(form, year), _actor(year.borough_id), seen=form.turn_seen)
        except Overtaken:
            db.session.rollback()
            first = year.numbers
        else:
            outbox.commit()
            flash(f"The numbers of {year.borough.name} are set.", "done")
            return redirect(url_for(".year", year_id=year.id))
    if not form.is_submitted() or first:
        form.seen.data = str(len(year.number_sets))
    page = render_template("programme/numbers.html", form=form, year=year, first=first)
    return make_response(page, 409 if first else 200)


def _numbers_form(year: ProgrammeYear) -> NumbersForm:
    held = queries.meetings_held(year.borough, local_day(utc_now()))
    form = NumbersForm(statutory=year.number_statutory, schools=year.number_schools)
    form.decided_at.choices = options(
        [(str(meeting.id), f"At its meeting of {day(meeting.held_on)}") for meeting in held]
        + [(BY_CORRESPONDENCE, "By correspondence")]
    )
    return form


def _decided(form: NumbersForm, year: ProgrammeYear) -> Decided:
    held = queries.meetings_held(year.borough, local_day(utc_now()))
    meeting = next((each for each in held if str(each.id) == form.decided_at.data), None)
    return Decided(
        form.statutory.data or 0,
        form.schools.data or 0,
        meeting,
        None if meeting else form.corresponded_on.data,
        form.note.data or "",
    )


def _year_or_404(year_id: int) -> ProgrammeYear:
    year = db.session.get(ProgrammeYear, year_id)
    if year is None or not any(access.me().holds(role, year.borough_id) for role in ROLES):
        abort(404)
    return year


def _actor(borough_id: int) -> Actor:
    """An Executive member acts as one, even when they coordinate as well: the number is the Executive's."""
    role = Role.EXECUTIVE if access.me().holds(Role.EXECUTIVE, borough_id) else Role.COORDINATOR
    return Actor.of(access.me(), role)
