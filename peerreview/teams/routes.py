"""The team of one review, for coordinators."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.models import Declaration, Review, Reviewer, TeamMember, utc_now
from peerreview.teams import actions, bp, leaving, queries
from peerreview.teams.forms import AssignForm, LeadForm, RemovalForm
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.get("/reviews/<reference>/team")
@access.by(Role.COORDINATOR)
def show(reference: str) -> str:
    review, _actor = access.review_as(reference, Role.COORDINATOR)
    return _page(review, _assign_form(review), _lead_form(review))


@bp.post("/reviews/<reference>/team")
@access.by(Role.COORDINATOR)
def assign(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = _assign_form(review)
    if not (form.reviewer.choices and process.may(review, "assign_reviewer", actor.role)):
        flash("Nobody was invited: the team has changed since you opened the page.", "warning")
        return redirect(url_for("teams.show", reference=reference))
    if not form.validate_on_submit():
        return _page(review, form, _lead_form(review, form=False))
    reviewer = db.get_or_404(Reviewer, int(form.reviewer.data))
    try:
        actions.assign(review, reviewer, actor)
    except actions.Unsuitable as problem:
        form.reviewer.errors = [str(problem)]
        return _page(review, form, _lead_form(review, form=False))
    outbox.commit()
    flash(f"{reviewer.person.name} is invited: they have been written to.", "done")
    return redirect(url_for("teams.show", reference=reference))


@bp.post("/reviews/<reference>/team/lead")
@access.by(Role.COORDINATOR)
def lead(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = _lead_form(review)
    if not (review.current_team and process.may(review, "name_lead", actor.role)):
        flash("The lead was not changed: the review has moved on since you opened the page.", "warning")
        return redirect(url_for("teams.show", reference=reference))
    if not form.validate_on_submit():
        return _page(review, _assign_form(review, form=False), form)
    member = queries.member_or_404(review, int(form.member.data), active=True)
    try:
        actions.name_lead(review, member, actor)
    except actions.Unsuitable as problem:
        form.member.errors = [str(problem)]
        return _page(review, _assign_form(review, form=False), form)
    outbox.commit()
    flash(f"{member.person.name} leads the review.", "done")
    return redirect(url_for("teams.show", reference=reference))


@bp.route("/reviews/<reference>/team/<int:member_id>/removal", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def remove(reference: str, member_id: int) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    member = queries.member_or_404(review, member_id, former=request.method == "POST")
    form = RemovalForm()
    if not form.validate_on_submit():
        return render_template("teams/removal.html", review=review, member=member, form=form)
    leaving.remove(review, member, form.reason.data or "", actor)
    outbox.commit()
    flash(f"{member.person.name} is off the team and has been told.", "done")
    return redirect(url_for("teams.show", reference=reference))


@bp.post("/reviews/<reference>/team/<int:member_id>/return")
@access.by(Role.COORDINATOR)
def restore(reference: str, member_id: int) -> Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    member = queries.member_or_404(review, member_id, active=False)
    try:
        actions.restore(review, member, actor)
    except actions.Unsuitable as problem:
        flash(str(problem), "warning")
        return redirect(url_for("teams.show", reference=reference))
    outbox.commit()
    flash(f"{member.person.name} is back on the team and has been told.", "done")
    return redirect(url_for("teams.show", reference=reference))


def _assign_form(review: Review, form: bool = True) -> AssignForm:
    """``form=False``: another form of the page was sent; do not read this one from it."""
    made: AssignForm = AssignForm() if form else AssignForm(formdata=None)
    found = queries.candidates(review)
    made.candidates = found
    made.reviewer.choices = options([(str(c.reviewer.id), c.reviewer.person.name) for c in found if not c.is_blocked])
    return made


def _as_lead(member: TeamMember) -> str:
    cannot = member.declaration is Declaration.SOFT
    return f"{member.person.name} (declared a connection, cannot lead)" if cannot else member.person.name


def _lead_form(review: Review, form: bool = True) -> LeadForm:
    made: LeadForm = LeadForm() if form else LeadForm(formdata=None)
    names = [(str(m.id), _as_lead(m)) for m in review.current_team]
    made.member.choices = options([("", "Choose who leads"), *names])
    if review.lead and not (form and made.is_submitted()):
        made.member.data = str(review.lead.id)
    return made


def _page(review: Review, assign_form: AssignForm, lead_form: LeadForm) -> str:
    records = queries.reviewers_of(review.team)
    known = queries.known_of(list(records.values()), review)
    return render_template(
        "teams/show.html", review=review, assign_form=assign_form, lead_form=lead_form, known=known,
        candidates=assign_form.candidates, endings=queries.endings(review), today=local_day(utc_now()),
        may=process.may, role=Role.COORDINATOR, page_has_errors=bool(assign_form.errors or lead_form.errors),
    )  # fmt: skip
