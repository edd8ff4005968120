"""The board's reviewers: their records and what ties them to organisations. For coordinators."""

from collections.abc import Sequence

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.models import Reviewer, Tie, TieKind, utc_now
from peerreview.teams import bp, queries, records, standing, tie_queries
from peerreview.teams.forms import NewReviewerForm, ReviewerForm
from peerreview.teams.interests import described
from peerreview.teams.tie_forms import JudgedTieChangeForm, JudgedTieForm, TieChangeForm
from peerreview.teams.watch import Place
from peerreview.typed import clean_line
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.get("/reviewers")
@access.by(Role.COORDINATOR)
def index() -> str:
    return render_template(
        "teams/index.html", reviewers=queries.every_reviewer(), busy=queries.open_reviews_by_person()
    )


@bp.route("/reviewers/add", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def add() -> str | Response:
    form = NewReviewerForm()
    if not form.validate_on_submit():
        return render_template("teams/reviewer_form.html", form=form, reviewer=None)
    try:
        reviewer = records.add(form, _me())
    except records.AlreadyThere as problem:
        form.email.errors = [str(problem)]
        return render_template("teams/reviewer_form.html", form=form, reviewer=None)
    outbox.commit()
    flash(f"{reviewer.person.name} is a reviewer. Now add what ties them to organisations.", "done")
    return redirect(url_for("teams.reviewer", reviewer_id=reviewer.id))


@bp.get("/reviewers/<int:reviewer_id>")
@access.by(Role.COORDINATOR)
def reviewer(reviewer_id: int) -> str:
    found = db.get_or_404(Reviewer, reviewer_id)
    words = clean_line(request.args.get("find"))[:100]
    return _page(found, words, _tie_form(words))


@bp.route("/reviewers/<int:reviewer_id>/record", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def edit(reviewer_id: int) -> str | Response:
    found = db.get_or_404(Reviewer, reviewer_id)
    form = ReviewerForm(obj=found)
    if not form.validate_on_submit():
        return render_template("teams/reviewer_form.html", form=form, reviewer=found)
    return _saved(found, "The record is saved.", records.change(found, form, _me()))


@bp.post("/reviewers/<int:reviewer_id>/ties")
@access.by(Role.COORDINATOR)
def add_tie(reviewer_id: int) -> str | Response:
    found = db.get_or_404(Reviewer, reviewer_id)
    words = clean_line(request.form.get("find"))[:100]
    form = _tie_form(words)
    if not form.validate_on_submit():
        return _page(found, words, form)
    lost = standing.tie(found, TieKind(form.kind.data), form.end.data, form.said, _me())
    return _saved(found, "The interest is on the record. It is used each time a team is made up.", lost)


@bp.route("/reviewers/<int:reviewer_id>/ties/<int:tie_id>", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def change_tie(reviewer_id: int, tie_id: int) -> str | Response:
    tie = _tie_or_404(reviewer_id, tie_id)
    is_other = tie.kind is TieKind.OTHER
    form = JudgedTieChangeForm(obj=tie) if is_other else TieChangeForm(obj=tie)
    if form.validate_on_submit() and not (is_other and form.needs_its_words()):
        return _saved(tie.reviewer, "The interest is changed.", standing.change_tie(tie, form.said, _me()))
    back, said = url_for("teams.reviewer", reviewer_id=reviewer_id), described(tie, local_day(utc_now()))
    return render_template("teams/tie.html", form=form, said=said, back=back, own=False)


@bp.post("/reviewers/<int:reviewer_id>/ties/<int:tie_id>/removal")
@access.by(Role.COORDINATOR)
def remove_tie(reviewer_id: int, tie_id: int) -> Response:
    tie = _tie_or_404(reviewer_id, tie_id)
    standing.untie(tie, _me())
    outbox.commit()
    flash("The interest is off the record.", "done")
    return redirect(url_for("teams.reviewer", reviewer_id=reviewer_id))


def _me() -> Actor:
    return Actor.of(access.me(), Role.COORDINATOR)


def _tie_or_404(reviewer_id: int, tie_id: int) -> Tie:
    tie = db.get_or_404(Tie, tie_id)
    return tie if tie.reviewer_id == reviewer_id else abort(404)


def _saved(reviewer: Reviewer, said: str, lost: Sequence[Place]) -> Response:
    """Say also what it did to the teams that they are on."""
    outbox.commit()
    flash(said, "done")
    for place in lost:
        what = "can lead it no longer" if place.member.is_active else "has no access to it any more"
        flash(f"{reviewer.person.name} is on the team of {place.review.reference} and {what}.", "warning")
    return redirect(url_for("teams.reviewer", reviewer_id=reviewer.id))


def _tie_form(words: str) -> JudgedTieForm:
    form: JudgedTieForm = JudgedTieForm()
    form.end.choices = options(tie_queries.ends_like(words) if len(words) >= 2 else [])
    return form


def _page(reviewer: Reviewer, words: str, form: JudgedTieForm) -> str:
    ties = tie_queries.described_ties(reviewer)
    return render_template("teams/reviewer.html", reviewer=reviewer, words=words, form=form, ties=ties)
