"""Changing an agreed visit: each act has a page that says who will be told what."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.dates import bp, changes, entries, participants
from peerreview.dates.change_forms import CancelForm, MoveForm, PersonForm, PlaceForm, RemovalForm
from peerreview.dates.wall_time import Time
from peerreview.models import Participant, Review, Visit
from peerreview.workdays import local
from peerreview.workflow import Role


@bp.route("/reviews/<reference>/visit/time", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def move(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    visit = review.visit
    form = MoveForm(data=_as_it_is(review, visit))
    if form.validate_on_submit():
        time = form.time_at(form.minutes.data, form.place.data)
        as_it_is = visit is not None and time == Time(visit.starts_at, visit.minutes, visit.place)
        if as_it_is and form.seen == review.version:
            form.day.errors = ["Change the date, the time or the place; this is how the visit stands now"]
        else:
            changes.move(review, actor, time, seen=form.seen, note=form.note.data)
            outbox.commit()
            flash("Everybody gets the new time and place, for their calendar too.", "done")
            return redirect(url_for("dates.visit", reference=reference))
    return render_template(
        "dates/move.html", review=review, visit=visit, form=form, told=_told(review),
        not_now=process.why_not(review, "move_date", actor.role),
    )  # fmt: skip


@bp.route("/reviews/<reference>/visit/place", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def change_place(reference: str) -> str | Response:
    """Another place at the same time."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    visit = review.visit
    form = PlaceForm(version=review.version, place=visit.place if visit else "")
    if visit is not None and form.validate_on_submit():
        if form.place.data == visit.place and form.seen == review.version:
            form.place.errors = ["Enter another place; this is where the visit is now"]
        else:
            time = Time(visit.starts_at, visit.minutes, form.place.data)
            changes.move(review, actor, time, seen=form.seen, note=form.note.data)
            outbox.commit()
            flash("Everybody is told the new place. The time stays.", "done")
            return redirect(url_for("dates.visit", reference=reference))
    not_now = process.why_not(review, "move_date", actor.role)
    return render_template(
        "dates/place.html", review=review, visit=visit, form=form, told=_told(review), not_now=not_now
    )


@bp.route("/reviews/<reference>/visit/cancellation", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def cancel(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = CancelForm(version=review.version)
    if form.validate_on_submit():
        changes.cancel(review, actor, seen=form.seen, note=form.note.data)
        outbox.commit()
        flash("The visit is cancelled and everybody is told. You can propose new dates now.", "done")
        return redirect(url_for("dates.show", reference=reference))
    return render_template(
        "dates/cancel.html", review=review, visit=review.visit, form=form, told=_told(review),
        not_now=process.why_not(review, "cancel_date", actor.role),
    )  # fmt: skip


@bp.route("/reviews/<reference>/visit/people", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def add_person(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = PersonForm()
    if form.validate_on_submit():
        person = participants.guest(form.name.data, form.email.data, form.role.data, needed=form.needed.data)
        if refusal := participants.why_not(review, person.email):
            form.email.errors = [refusal]
        else:
            changes.add_person(review, actor, person)
            outbox.commit()
            flash(f"{person.name} is invited. Nobody else is written to.", "done")
            return redirect(url_for("dates.visit", reference=reference))
    not_now = process.why_not(review, "change_people", actor.role)
    return render_template("dates/add_person.html", review=review, visit=review.visit, form=form, not_now=not_now)


@bp.route("/reviews/<reference>/visit/people/<int:participant_id>/removal", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def remove_person(reference: str, participant_id: int) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    participant = _of_the_organisation(review, participant_id)
    form = RemovalForm()
    if form.validate_on_submit():
        changes.remove_person(review, actor, participant)
        outbox.commit()
        flash(f"{participant.name} is no longer expected. Nobody else is written to.", "done")
        return redirect(url_for("dates.visit", reference=reference))
    not_now = process.why_not(review, "change_people", actor.role)
    return render_template(
        "dates/remove_person.html", review=review, visit=review.visit, participant=participant, form=form,
        not_now=not_now,
    )  # fmt: skip


def _as_it_is(review: Review, visit: Visit | None) -> dict[str, object]:
    if visit is None:
        return {"version": review.version, "place": review.organisation.address[:200] if review.organisation else ""}
    shown = local(visit.starts_at)
    return {
        "version": review.version,
        "day": shown.date(),
        "at": shown.time(),
        "fold": str(shown.fold),
        "minutes": visit.minutes,
        "place": visit.place,
    }


def _told(review: Review) -> list[Participant]:
    """Who will be told of a change of the visit."""
    if review.visit is None:
        return participants.current(review)
    return [held.participant for held in entries.invited(review.visit)]


def _of_the_organisation(review: Review, participant_id: int) -> Participant:
    """Somebody who can be taken off here; the team is changed on the page of the team."""
    for participant in participants.current(review):
        if participant.id == participant_id and not participant.of_the_team:
            return participant
    abort(404)
