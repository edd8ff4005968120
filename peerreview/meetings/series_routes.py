"""A year of meetings in one go: the rule first, then the days as a list to agree to."""

from datetime import date

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.access import me
from peerreview.audit_trail import Actor
from peerreview.forms import options
from peerreview.meetings import actions, bp
from peerreview.meetings.deadlines import series, usual_paper_deadline
from peerreview.meetings.forms import SeriesForm
from peerreview.models import boroughs_of, setting
from peerreview.workflow import Role


@bp.route("/meetings/series", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def new_series() -> str | Response:
    """Say how often, see the days, plan them all."""
    form = SeriesForm(minutes=120)
    boroughs = {borough.code: borough for borough in boroughs_of(me(), Role.COORDINATOR)}
    form.borough.choices = options([("", "Choose"), *((b.code, b.executive_group) for b in boroughs.values())])
    if not form.validate_on_submit():
        return render_template("meetings/series.html", form=form)
    found = _days(form)
    if form.sure.data != "yes":
        return render_template(
            "meetings/series_check.html", form=form, found=found, borough=boroughs[form.borough.data]
        )
    planned = actions.plan_series(boroughs[form.borough.data], found, Actor.of(me(), Role.COORDINATOR))
    outbox.commit()
    flash(f"{len(planned)} meeting{' is' if len(planned) == 1 else 's are'} planned.", "done")
    return redirect(url_for("meetings.index"))


def _days(form: SeriesForm) -> list[actions.When]:
    first: date = form.first_on.data
    notice = setting("paper_deadline")
    same = (form.place.data or "", form.begins_at.data, form.minutes.data or 0)
    days = series(first, int(form.every.data), form.how_many.data or 0)
    return [actions.When(held_on, usual_paper_deadline(held_on, notice), *same) for held_on in days]
