"""When no date works: three more in one click, or three that the organisation offers itself."""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, links, outbox, process
from peerreview.audit_trail import Actor
from peerreview.dates import actions, asking, bp, offers, participants
from peerreview.dates.forms import OfferForm, read_value
from peerreview.dates.routes import usual_length, usual_place
from peerreview.dates.typed_times import why_not
from peerreview.dates.wall_time import Time
from peerreview.models import PersonalLink, Purpose, Review, board_detail
from peerreview.workflow import Role

MOST_IN_ONE_CLICK = 6


@bp.post("/reviews/<reference>/dates/more")
@access.by(Role.COORDINATOR)
def ask_about_more(reference: str) -> Response:
    """Ask about the suggestions that the page of the dates showed."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    starts = [at for value in request.form.getlist("start")[:MOST_IN_ONE_CLICK] if (at := read_value(value))]
    if not starts or any(why_not(at) for at in starts):
        abort(400, "These dates cannot be asked about. Load the page again and choose from what it shows.")
    times = [Time(at, usual_length(review), usual_place(review)) for at in starts]
    actions.propose(review, actor, times, asking.closing_for(review, starts))
    outbox.commit()
    flash(f"{len(times)} more dates are asked about. The answers given stay.", "done")
    return redirect(url_for("dates.show", reference=reference))


@bp.post("/reviews/<reference>/dates/organisation")
@access.by(Role.COORDINATOR)
def ask_organisation(reference: str) -> Response:
    """Ask the organisation for three dates of its own."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    asked = offers.ask(review, actor)
    outbox.commit()
    flash(f"{' and '.join(person.name for person in asked)} is asked for three dates.", "done")
    return redirect(url_for("dates.show", reference=reference))


@bp.route("/my/<token>/dates/offer", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def offer_by_link(link: PersonalLink) -> str | Response:
    """The organisation's own dates, up to three."""
    review, token = link.review, links.token(link)
    participant = next((p for p in participants.current(review) if p.link_id == link.id), None)
    form = OfferForm()
    if participant is not None and form.validate_on_submit():
        times = [Time(at, usual_length(review), usual_place(review)) for at in form.typed]
        offers.offer(review, Actor.behind(link), participant, times)
        outbox.commit()
        flash("Thank you. The team is now asked whether it can come on your dates.", "done")
        return redirect(url_for("dates.answer_by_link", token=token))
    return _page(review, token, form, participant is not None)


def _page(review: Review, token: str, form: OfferForm, is_asked: bool) -> str:
    facts: dict[str, Any] = {"review": review, "token": token, "form": form, "board": board_detail}
    return render_template(
        "dates/offer.html",
        **facts,
        page_has_errors=bool(form.problems()),
        minutes=usual_length(review),
        open=is_asked and process.may(review, "offer_dates", Role.ORGANISATION),
    )
