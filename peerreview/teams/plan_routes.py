"""Teams for a year: say the likely months, ask for suggestions, look at them, change single ones, invite."""

from collections import Counter
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, long_work, outbox, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.models import PlanState, ProgrammeYear, SuggestedTeam
from peerreview.process import NotNow
from peerreview.teams import bp, confirming, planning, plans
from peerreview.teams.suggestion_forms import ConfirmForm, PeopleForm, people_form
from peerreview.workflow import Role

NEWER = "Teams have been sought again since you opened the page. Look at the new suggestions."


@bp.get("/programme/years/<int:year_id>/teams")
@access.by(Role.COORDINATOR)
def year(year_id: int) -> str:
    programme_year, _actor = _year(year_id)
    return _page(programme_year, ConfirmForm(formdata=None))


@bp.get("/programme/years/<int:year_id>/teams/progress")
@access.by(Role.COORDINATOR)
def progress(year_id: int) -> Response:
    """How far the search is, for the script of its page."""
    plan = planning.newest(_year(year_id)[0])
    is_waiting = plan is not None and plan.state is PlanState.WAITING
    told = long_work.told(planning.name(plan.id)) if plan and is_waiting else None
    return jsonify(stage=plan.state if plan else "", at_work=is_waiting, percent=told.percent if told else None)


@bp.post("/programme/years/<int:year_id>/teams/search")
@access.by(Role.COORDINATOR)
def search(year_id: int) -> str | Response:
    programme_year, actor = _year(year_id)
    outlook = plans.outlook(programme_year)
    form = outlook.months_form()
    if not form.validate_on_submit():
        return _page(programme_year, ConfirmForm(formdata=None), form)
    try:
        planning.ask(programme_year, actor)
    except NotNow as running:
        flash(str(running), "warning")
        return redirect(url_for("teams.year", year_id=year_id))
    for review, month in outlook.months_typed(form):
        planning.say_month(review, month, actor)
    outbox.commit()
    long_work.ask()
    return redirect(url_for("teams.year", year_id=year_id))


@bp.post("/programme/years/<int:year_id>/teams")
@access.by(Role.COORDINATOR)
def confirm(year_id: int) -> str | Response:
    programme_year, actor = _year(year_id)
    plan = planning.newest(programme_year)
    form = ConfirmForm()
    teams = [team for team in plans.teams_of(plan) if team.people] if plan else []
    form.reviews.choices = options([(str(team.review_id), team.review.reference) for team in teams])
    if plan is None or form.seen.data != plan.fingerprint or not teams:
        flash(NEWER, "warning")
        return redirect(url_for("teams.year", year_id=year_id))
    if not form.validate_on_submit():
        return _page(programme_year, form)
    chosen = [team for team in teams if str(team.review_id) in (form.reviews.data or ())]
    became = Counter(confirming.confirm(team, actor) for team in chosen)
    for words, kind in plans.words_of_confirming(became):
        flash(words, kind)
    return redirect(url_for("teams.year", year_id=year_id))


@bp.route("/programme/years/<int:year_id>/teams/<reference>", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def suggested(year_id: int, reference: str) -> str | Response:
    """One suggestion of the year, and who else could go."""
    programme_year, actor = _year(year_id)
    team = _team(programme_year, reference)
    if team is None:
        flash("Nobody is suggested for it now: its people have been invited, or it has them already.", "warning")
        return redirect(url_for("teams.year", year_id=year_id))
    choice = plans.choice_for(team)
    form = people_form(PeopleForm(data=choice.chosen), choice.people, choice.leads)
    if not form.validate_on_submit():
        return render_template("teams/suggested.html", year=programme_year, team=team, choice=choice, form=form)
    joins, lead = {int(key) for key in form.people.data or ()}, int(form.lead.data)
    if broken := confirming.why_not(choice.tally, choice.case, joins, lead):
        form.people.errors = [broken]
        return render_template("teams/suggested.html", year=programme_year, team=team, choice=choice, form=form)
    plans.change(team, choice, joins, lead, actor)
    outbox.commit()
    flash(f"The suggestion for {reference} is changed. Nobody has been invited yet.", "done")
    return redirect(url_for("teams.year", year_id=year_id))


def _year(year_id: int) -> tuple[ProgrammeYear, Actor]:
    """The year, for a coordinator of its borough; otherwise 404."""
    found = db.session.get(ProgrammeYear, year_id)
    if found is None or not access.me().holds(Role.COORDINATOR, found.borough_id):
        abort(404)
    return found, Actor.of(access.me(), Role.COORDINATOR)


def _team(programme_year: ProgrammeYear, reference: str) -> SuggestedTeam | None:
    """What is suggested now for one review of the year, if anything; 404 for a review of another."""
    review = access.review_or_404(reference)
    if review.programme_year_id != programme_year.id:
        abort(404)
    plan = planning.newest(programme_year)
    is_open = plan and plan.state is PlanState.READY and process.may(review, "assign_reviewer", Role.COORDINATOR)
    found = plans.teams_of(plan) if plan and is_open else ()
    return next((team for team in found if team.review_id == review.id and team.taken_at is None), None)


def _page(programme_year: ProgrammeYear, form: ConfirmForm, months: Any = None) -> str:
    plan = planning.newest(programme_year)
    outlook = plans.outlook(programme_year)
    groups = plans.grouped(plans.teams_of(plan) if plan else [], outlook)
    if not form.is_submitted() or request.endpoint != "teams.confirm":
        form.seen.data = plan.fingerprint if plan else ""
    return render_template(
        "teams/year.html", year=programme_year, plan=plan, outlook=outlook, form=form,
        progress=long_work.told(planning.name(plan.id)) if plan and plan.state is PlanState.WAITING else None,
        months=months or outlook.months_form(formdata=None),
        **groups,
        ticked=form.reviews.data if form.is_submitted() and form.errors else None,
    )  # fmt: skip
