"""A reviewer's own standing interests, in their account: seen, added, corrected, confirmed once a year."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.access import me
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.models import Reviewer, TieKind, utc_now
from peerreview.teams import bp, standing, tie_queries
from peerreview.teams.interests import described
from peerreview.teams.tie_forms import EmployerForm, TieChangeForm, TieForm
from peerreview.teams.watch import Place
from peerreview.typed import clean_line
from peerreview.workdays import local_day
from peerreview.workflow import Role

SAVED = "Written down."
LOST = "Your access to {} is suspended until the coordinator has looked at this. They have been told."


@bp.get("/my-interests")
@access.by(Role.REVIEWER)
def my_interests() -> str:
    words = clean_line(request.args.get("find"))[:100]
    return _page(_mine(), words, _tie_form(words, sent=False), EmployerForm(formdata=None, obj=_mine()))


@bp.post("/my-interests/employer")
@access.by(Role.REVIEWER)
def my_employer() -> str | Response:
    mine, form = _mine(), EmployerForm()
    if not form.validate_on_submit():
        return _page(mine, "", _tie_form("", sent=False), form)
    return _saved(standing.change_employer(mine, form.employer.data or "", _actor()))


@bp.post("/my-interests/ties")
@access.by(Role.REVIEWER)
def add_my_tie() -> str | Response:
    mine, words = _mine(), clean_line(request.form.get("find"))[:100]
    form = _tie_form(words)
    if not form.validate_on_submit():
        return _page(mine, words, form, EmployerForm(formdata=None, obj=mine))
    return _saved(standing.tie(mine, TieKind(form.kind.data), form.end.data, form.said, _actor()))


@bp.route("/my-interests/ties/<int:tie_id>", methods=["GET", "POST"])
@access.by(Role.REVIEWER)
def my_tie(tie_id: int) -> str | Response:
    """Correct one, or say when it ended. Of another kind, only a coordinator says what follows from it."""
    mine = _mine()
    tie = next((each for each in mine.ties if each.id == tie_id), None) or abort(404)
    form = TieChangeForm(obj=tie)
    if form.validate_on_submit() and not (tie.kind is TieKind.OTHER and form.needs_its_words()):
        judged = tie.strength if form.said.text == tie.text else None  # other words have to be looked at anew
        return _saved(standing.change_tie(tie, replace(form.said, strength=judged), _actor()))
    back = url_for("teams.my_interests")
    return render_template("teams/tie.html", form=form, said=described(tie, _today()), back=back, own=True)


@bp.post("/my-interests/confirmation")
@access.by(Role.REVIEWER)
def confirm_my_interests() -> Response:
    standing.confirm(_mine(), _actor())
    outbox.commit()
    flash("Thank you. We ask you again in a year.", "done")
    return redirect(url_for("teams.my_interests"))


def _saved(lost: Sequence[Place]) -> Response:
    outbox.commit()
    flash(SAVED, "done")
    if suspended := [place.review.reference for place in lost if not place.member.is_active]:
        flash(LOST.format(" and ".join(suspended)), "warning")
    return redirect(url_for("teams.my_interests"))


def _mine() -> Reviewer:
    """The reader's own record; a role without a record has none to show."""
    found: Reviewer | None = db.session.scalar(db.select(Reviewer).where(Reviewer.person_id == me().id))
    return found or abort(404)


def _actor() -> Actor:
    return Actor.of(me(), Role.REVIEWER)


def _today() -> date:
    return local_day(utc_now())


def _tie_form(words: str, *, sent: bool = True) -> TieForm:
    form: TieForm = TieForm() if sent else TieForm(formdata=None)
    form.end.choices = options(tie_queries.ends_like(words) if len(words) >= 2 else [])
    return form


def _page(mine: Reviewer, words: str, form: TieForm, employer: EmployerForm) -> str:
    return render_template(
        "teams/my_interests.html", mine=mine, words=words, form=form, employer=employer,
        ties=tie_queries.described_ties(mine), is_due=standing.is_due(mine),
    )  # fmt: skip
