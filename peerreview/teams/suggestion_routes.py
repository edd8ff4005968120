"""A suggested team for one review, for coordinators. It takes a moment, so it is sought while the page waits."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.extensions import db
from peerreview.models import Review, SuggestedTeam
from peerreview.process import NotNow
from peerreview.teams import bp, confirming
from peerreview.teams.actions import Unsuitable
from peerreview.teams.gathering import problem_of
from peerreview.teams.planning import found_for
from peerreview.teams.solving import suggest
from peerreview.teams.staffing import Problem
from peerreview.teams.suggestion_forms import PeopleForm, people_form
from peerreview.workflow import Role


@bp.route("/reviews/<reference>/team/suggestion", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def suggestion(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    if not process.may(review, "assign_reviewer", actor.role) or review.organisation is None:
        flash("Nobody can join this team now.", "warning")
        return redirect(url_for("teams.show", reference=reference))
    problem = problem_of([review], review.programme_year, review.borough_id)
    form = _form(problem)
    if not form.validate_on_submit():
        return _page(review, problem, form)
    try:
        confirming.invite(review, {int(key) for key in form.people.data or ()}, int(form.lead.data), actor)
    except (Unsuitable, NotNow) as broken:
        db.session.rollback()
        flash(f"Nobody was invited: {broken} Here is another suggestion.", "warning")
        return redirect(url_for("teams.suggestion", reference=reference))
    outbox.commit()
    flash("They have been invited. The team is complete when all have accepted.", "done")
    return redirect(url_for("teams.show", reference=reference))


def _form(problem: Problem) -> PeopleForm:
    people = [(one.key, one.name) for one in problem.candidates]
    return people_form(PeopleForm(), people, people + [(one.key, one.name) for one in problem.cases[0].members])


def _page(review: Review, problem: Problem, form: PeopleForm) -> str:
    """``without``: people whom the coordinator does not want here."""
    left_aside = {int(key) for key in request.args.getlist("without") if key.isdecimal() and len(key) < 10}
    rest = tuple(one for one in problem.candidates if one.key not in left_aside)
    found = _found(replace(problem, candidates=rest))
    case = problem.cases[0]
    names = {one.key: one.name for one in problem.candidates} | {one.key: one.name for one in case.members}
    return render_template(
        "teams/suggestion.html", review=review, case=case, found=found, form=form, names=names,
        left_aside=[one for one in problem.candidates if one.key in left_aside],
    )  # fmt: skip


def _found(problem: Problem) -> SuggestedTeam | None:
    """What was found, never saved; none for a team that is complete."""
    return next(iter(found_for(problem, suggest(problem))), None)
