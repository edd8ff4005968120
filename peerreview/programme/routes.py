"""The programme of each borough: what is planned against the number that its Executive Group set."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.models import ProgrammeYear, utc_now
from peerreview.programme import actions, bp, queries
from peerreview.programme.forms import SELECTIONS, NumbersForm, YearForm
from peerreview.wording import STAGES
from peerreview.workdays import local_day
from peerreview.workflow import Role

ROLES = (Role.COORDINATOR, Role.EXECUTIVE)


@bp.get("/programme")
@access.by(*ROLES)
def index() -> str:
    """One year, borough by borough."""
    boroughs = queries.boroughs_of(access.me(), *ROLES)
    years = queries.years_of(boroughs)
    labels = list(dict.fromkeys(year.label for year in years))
    now = queries.running(years, local_day(utc_now()))
    chosen = request.args.get("year", "")
    label = chosen if chosen in labels else now.label if now else ""
    found = queries.programmes([year for year in years if year.label == label], access.me())
    begun = {programme.year.borough_id for programme in found}
    return render_template(
        "programme/index.html",
        programmes=found,
        labels=labels,
        label=label,
        not_begun=[borough for borough in boroughs if years and borough.id not in begun],
        stages=STAGES,
        selections=dict(SELECTIONS),
    )


@bp.route("/programme/years", methods=["GET", "POST"])
@access.by(*ROLES)
def years() -> Any:
    """Begin a programme year."""
    boroughs = queries.boroughs_of(access.me(), *ROLES)
    form = YearForm(borough=str(boroughs[0].id) if len(boroughs) == 1 else request.args.get("borough"))
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


@bp.route("/programme/years/<int:year_id>/numbers", methods=["GET", "POST"])
@access.by(*ROLES)
def numbers(year_id: int) -> Any:
    """The number of reviews, as the borough's Executive Group has set it."""
    year = _year_or_404(year_id)
    form = NumbersForm(statutory=year.number_statutory, schools=year.number_schools)
    now = year.number_set_at.isoformat() if year.number_set_at else ""
    typed = (form.statutory.data, form.schools.data)
    overtaken = form.is_submitted() and form.seen.data != now and typed != (year.number_statutory, year.number_schools)
    if form.validate_on_submit() and not overtaken:
        actions.set_numbers(year, form.statutory.data or 0, form.schools.data or 0, _actor(year.borough_id))
        outbox.commit()
        flash(f"The numbers of {year.borough.name} are set.", "done")
        return redirect(url_for(".index", year=year.label))
    form.seen.data = now
    return render_template("programme/numbers.html", form=form, year=year, overtaken=overtaken)


def _year_or_404(year_id: int) -> ProgrammeYear:
    year = db.session.get(ProgrammeYear, year_id)
    if year is None or not any(access.me().holds(role, year.borough_id) for role in ROLES):
        abort(404)
    return year


def _actor(borough_id: int) -> Actor:
    """An Executive member acts as one, even when they coordinate as well: the number is the Executive's."""
    role = Role.EXECUTIVE if access.me().holds(Role.EXECUTIVE, borough_id) else Role.COORDINATOR
    return Actor.of(access.me(), role)
