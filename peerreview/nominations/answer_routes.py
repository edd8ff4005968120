"""Check the answers and send them; or say that staff cannot be named."""

from typing import Any

from flask import flash, redirect, render_template, request

from peerreview import access, outbox
from peerreview.models import PersonalLink, Purpose, board_detail
from peerreview.nominations import actions, bp
from peerreview.nominations.forms import AnswersForm, RefusalForm
from peerreview.nominations.seat import Seat
from peerreview.workflow import Role


@bp.route("/my/<token>/staff/answers", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def answers_by_link(link: PersonalLink) -> Any:
    """Check the answers and send them."""
    return _answers(Seat.behind(link))


@bp.route("/reviews/<reference>/staff/answers", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def answers(reference: str) -> Any:
    """Check the answers that the organisation gave by phone and record them."""
    return _answers(Seat.on_the_phone(reference))


def _answers(seat: Seat) -> Any:
    if away := seat.turned_away("name_staff", seat.url("staff")):
        return away
    nomination = actions.hold(seat.review) if request.method == "POST" else seat.review.nomination
    if nomination is None or nomination.sent_at or not nomination.staff:
        return redirect(seat.url("staff"))
    form = AnswersForm()
    if seat.link is not None:
        form.told_by.data, form.told_by.validators = seat.link.name, []
    overtaken = form.is_submitted() and form.seen.data != str(nomination.version)
    if form.validate_on_submit() and not overtaken:
        actions.send(seat, nomination, form.told_by.data or seat.actor.name)
        outbox.commit()
        flash("Thank you. Your answers are sent." if seat.link else "The answer is recorded.", "done")
        return redirect(seat.url("staff"))
    form.seen.data = str(nomination.version)
    return render_template("nominations/answers.html", seat=seat, form=form, nomination=nomination, overtaken=overtaken)


@bp.route("/my/<token>/staff/refusal", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def refusal_by_link(link: PersonalLink) -> Any:
    """Say that staff cannot be named, and why."""
    return _refusal(Seat.behind(link))


@bp.route("/reviews/<reference>/staff/refusal", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def refusal(reference: str) -> Any:
    """Record that the organisation cannot name staff, and why."""
    return _refusal(Seat.on_the_phone(reference))


def _refusal(seat: Seat) -> Any:
    if away := seat.turned_away("cannot_name_staff", seat.url("staff")):
        return away
    nomination = actions.hold(seat.review) if request.method == "POST" else seat.review.nomination
    form = RefusalForm()
    if nomination and form.validate_on_submit():
        actions.refuse(seat, nomination, form.reason.data or "")
        outbox.commit()
        flash("The coordinator has your answer and will be in touch." if seat.link else "It is recorded.", "done")
        return redirect(seat.url("staff"))
    return render_template("nominations/refusal.html", seat=seat, form=form, board=board_detail)
