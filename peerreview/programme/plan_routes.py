"""Plan a review directly: asked for, drawn at random, or chosen on local intelligence."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.forms import options
from peerreview.models import Category, Organisation, Selection, utc_now
from peerreview.programme import actions, bp, queries
from peerreview.programme.forms import PlanForm
from peerreview.typed import clean_line
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.route("/programme/add", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def add() -> Any:
    """Find the organisation first; then say how it was selected."""
    wanted = request.args.get("organisation", "")
    if not wanted:
        search = clean_line(request.args.get("search", ""))[:100]
        found = queries.matching(access.me(), search) if search else []
        return render_template("programme/find.html", search=search, found=found)
    organisation = (
        queries.organisation_of(access.me(), int(wanted)) if wanted.isdecimal() and len(wanted) < 10 else None
    )
    if organisation is None:
        abort(404)
    return _plan(organisation)


def _plan(organisation: Organisation) -> Any:
    today = local_day(utc_now())
    years = {str(year.id): year for year in queries.years_of([organisation.borough]) if not year.is_over(today)}
    form = PlanForm(year=next(iter(years)) if len(years) == 1 else None)
    form.year.choices = options([(key, year.label) for key, year in years.items()])
    if form.validate_on_submit():
        actor = Actor.of(access.me(), Role.COORDINATOR)
        selection, year = Selection(form.selection.data), years[str(form.year.data)]
        category = Category(form.category.data or Category.OTHER)
        try:
            review = actions.plan(
                organisation, year, selection, actor, reason=form.reason.data or "", category=category
            )
        except actions.Refused as refusal:
            form.form_errors = [str(refusal)]
        else:
            outbox.commit()
            flash(f"{review.reference} is planned.", "done")
            return redirect(url_for("reviews.show", reference=review.reference))
    known = queries.open_review_of(organisation)
    return render_template("programme/plan.html", form=form, organisation=organisation, years=years, known=known)
