"""Replacing a reviewer: choose who comes instead, see who is told what, and do it in one act."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.models import Reviewer
from peerreview.teams import bp, leaving, queries
from peerreview.teams.actions import Unsuitable
from peerreview.teams.forms import ReplacementForm
from peerreview.workflow import Role


@bp.get("/reviews/<reference>/team/<int:member_id>/replacement")
@access.by(Role.COORDINATOR)
def choose_replacement(reference: str, member_id: int) -> str:
    """Who could come instead; once one is chosen, who would be told what. Changes nothing."""
    review, _actor = access.review_as(reference, Role.COORDINATOR)
    member = queries.member_or_404(review, member_id)
    found = queries.candidates(review)
    chosen = next((each for each in found if str(each.reviewer.id) == request.args.get("reviewer")), None)
    form = ReplacementForm(formdata=None)
    if chosen is not None and not chosen.is_blocked:
        form.reviewer.data = str(chosen.reviewer.id)
        told = leaving.who_is_told(review, member, chosen.reviewer)
        return render_template("teams/replace.html", review=review, member=member, form=form, chosen=chosen, told=told)
    form.reviewer.choices = options([(str(c.reviewer.id), c.reviewer.person.name) for c in found if not c.is_blocked])
    return render_template(
        "teams/choose_replacement.html", review=review, member=member, form=form, candidates=found,
        may=process.may(review, "replace_reviewer", Role.COORDINATOR),
    )  # fmt: skip


@bp.post("/reviews/<reference>/team/<int:member_id>/replacement")
@access.by(Role.COORDINATOR)
def replace(reference: str, member_id: int) -> str | Response:
    """Do it."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    member, team = queries.member_or_404(review, member_id, former=True), url_for("teams.show", reference=reference)
    leaving.lock(review, member)
    form = ReplacementForm()
    found = {str(each.reviewer.id): each for each in queries.candidates(review) if not each.is_blocked}
    form.reviewer.choices = options([(number, each.reviewer.person.name) for number, each in found.items()])
    chosen = found.get(form.reviewer.data or "")
    if chosen is None:
        flash("Nobody was replaced: whom you chose cannot be asked any more.", "warning")
        return redirect(url_for("teams.choose_replacement", reference=reference, member_id=member_id))
    if form.validate_on_submit():
        try:
            leaving.replace(review, member, db.get_or_404(Reviewer, chosen.reviewer.id), form.reason.data or "", actor)
        except Unsuitable as problem:
            form.reason.errors = [str(problem)]
        else:
            outbox.commit()
            flash(f"{member.person.name} is off the team. {chosen.reviewer.person.name} is invited.", "done")
            return redirect(team)
    told = leaving.who_is_told(review, member, chosen.reviewer)
    return render_template("teams/replace.html", review=review, member=member, form=form, chosen=chosen, told=told)
