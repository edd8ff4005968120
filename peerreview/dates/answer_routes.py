"""Saying when one can: by personal link, with an account, or on the phone to the coordinator; and who is needed."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.access import me
from peerreview.audit_trail import Actor
from peerreview.dates import actions, asking, bp
from peerreview.dates.forms import answer_form, answers_of
from peerreview.dates.participants import current
from peerreview.models import Participant, PersonalLink, Purpose, Review, board_detail
from peerreview.workflow import Role

SAVED = "Your answers are saved. You can change them until a date is agreed."


@bp.route("/my/<token>/dates", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION, Purpose.PARTICIPANT, Purpose.REVIEWER)
def answer_by_link(link: PersonalLink) -> str | Response:
    token = (request.view_args or {})["token"]
    participant = next((p for p in current(link.review) if p.link_id == link.id), None)
    here = url_for("dates.answer_by_link", token=token)
    return _answer(link.review, participant, Actor.behind(link), here, here, SAVED, token=token)


@bp.route("/reviews/<reference>/dates/answer", methods=["GET", "POST"])
@access.by(Role.REVIEWER)
def answer(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.REVIEWER)
    participant = next((p for p in current(review) if p.link.member and p.link.member.person_id == me().id), None)
    here = url_for("dates.answer", reference=reference)
    return _answer(review, participant, actor, here, here, SAVED)


@bp.route("/reviews/<reference>/dates/answers/<int:participant_id>", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def answer_by_phone(reference: str, participant_id: int) -> str | Response:
    """What somebody said by phone, written down for them and marked so."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    participant = _participant(review, participant_id)
    here = url_for("dates.answer_by_phone", reference=reference, participant_id=participant_id)
    back = url_for("dates.show", reference=reference)
    said = f"The answers of {participant.name} are written down."
    return _answer(review, participant, actor.on_the_phone(), here, back, said)


@bp.post("/reviews/<reference>/dates/people/<int:participant_id>")
@access.by(Role.COORDINATOR)
def set_needed(reference: str, participant_id: int) -> Response:
    """Needed or optional: `needed` is yes or no."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    participant = _participant(review, participant_id)
    needed = request.form.get("needed") == "yes"
    actions.set_needed(review, actor, participant, needed)
    outbox.commit()
    flash(f"{participant.name} is now {'needed' if needed else 'optional'}.", "done")
    return redirect(url_for("dates.show", reference=reference) + "#who")


@bp.post("/reviews/<reference>/dates/reopening")
@access.by(Role.COORDINATOR)
def ask_again(reference: str) -> Response:
    """Open an asking that has closed, for those who have not answered."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    names = [person.name for person in asking.ask_again(review, actor)]
    outbox.commit()
    flash(f"Open for answers again. A letter goes to {', '.join(names) or 'nobody: everyone has answered'}.", "done")
    return redirect(url_for("dates.show", reference=reference))


def _participant(review: Review, participant_id: int) -> Participant:
    found = next((p for p in current(review) if p.id == participant_id), None)
    return found or abort(404)


def _answer(
    review: Review, participant: Participant | None, actor: Actor, here: str, after: str, said: str, **facts: Any
) -> str | Response:
    """The page with one question for each date, or a calm one when nothing is asked or the asking has closed."""
    poll = review.poll
    facts |= {"review": review, "participant": participant, "poll": poll, "board": board_detail}
    if poll is None or participant is None or not (poll.takes_answers or actor.by_phone):
        return render_template("dates/nothing_asked.html", **facts)
    given = {held.slot_id: held.answer for held in participant.answers}
    reply = next((held for held in participant.replies if held.poll_id == poll.id), None)
    form = answer_form(poll.slots, given, reply.comment if reply else "")
    if form.validate_on_submit():
        actions.answer(participant, actor, poll, answers_of(form, poll.slots), form.comment.data)
        outbox.commit()
        flash(said, "done")
        return redirect(after)
    return render_template("dates/answer.html", form=form, reply=reply, here=here, by_phone=actor.by_phone, **facts)
