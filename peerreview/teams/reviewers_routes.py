"""The board's reviewers: their records and what ties them to organisations. For coordinators."""

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.models import Reviewer, Tie, utc_now
from peerreview.teams import bp, queries, records
from peerreview.teams.forms import NewReviewerForm, ReviewerForm, TieForm
from peerreview.teams.interests import tie_said
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
    records.change(found, form, _me())
    outbox.commit()
    flash("The record is saved.", "done")
    return redirect(url_for("teams.reviewer", reviewer_id=reviewer_id))


@bp.post("/reviewers/<int:reviewer_id>/ties")
@access.by(Role.COORDINATOR)
def add_tie(reviewer_id: int) -> str | Response:
    found = db.get_or_404(Reviewer, reviewer_id)
    words = clean_line(request.form.get("find"))[:100]
    form = _tie_form(words)
    if not form.validate_on_submit():
        return _page(found, words, form)
    records.tie(found, form.kind.data, form.end.data, _me())
    outbox.commit()
    flash("The tie is on the record. It is used each time a team is made up.", "done")
    return redirect(url_for("teams.reviewer", reviewer_id=reviewer_id))


@bp.post("/reviewers/<int:reviewer_id>/ties/<int:tie_id>/removal")
@access.by(Role.COORDINATOR)
def remove_tie(reviewer_id: int, tie_id: int) -> Response:
    tie = db.get_or_404(Tie, tie_id)
    if tie.reviewer_id != reviewer_id:
        abort(404)
    records.untie(tie, _me())
    outbox.commit()
    flash("The tie is off the record.", "done")
    return redirect(url_for("teams.reviewer", reviewer_id=reviewer_id))


def _me() -> Actor:
    return Actor.of(access.me(), Role.COORDINATOR)


def _tie_form(words: str) -> TieForm:
    form: TieForm = TieForm()
    form.end.choices = options(queries.ends_like(words) if len(words) >= 2 else [])
    return form


def _page(reviewer: Reviewer, words: str, form: TieForm) -> str:
    return render_template(
        "teams/reviewer.html",
        reviewer=reviewer,
        words=words,
        form=form,
        said={tie.id: tie_said(tie, tie.end.name if tie.end else "", local_day(utc_now())) for tie in reviewer.ties},
    )
