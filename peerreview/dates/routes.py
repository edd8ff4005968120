"""Dates of one review, for its coordinator: proposing, seeing the answers, agreeing one."""

from datetime import date, timedelta

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.dates import actions, asking, bp, diary, participants, queries
from peerreview.dates.change_forms import AgreeForm
from peerreview.dates.forms import TICKED, USUAL_LENGTH, ProposalForm, as_value
from peerreview.dates.known import known, silent, written_by_hand
from peerreview.dates.suggestions import Known, Suggestion, suggest
from peerreview.dates.wall_time import Time
from peerreview.extensions import db
from peerreview.models import LONGEST_VISIT, Review, Slot, setting
from peerreview.workflow import Role

MOST_WEEKS_AHEAD = timedelta(weeks=52)


@bp.get("/reviews/<reference>/dates")
@access.by(Role.COORDINATOR)
def show(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    table = queries.table(review)
    may_propose = process.may(review, "propose_dates", actor.role)
    if may_propose and not table.choices:
        return redirect(url_for("dates.propose", reference=reference))
    more = suggest(table.known, TICKED) if table.nothing_works and table.known else []
    return render_template(
        "dates/show.html",
        review=review,
        table=table,
        more=[(as_value(one.starts_at), one) for one in more],
        may_propose=may_propose,
        may_answer=process.may(review, "answer_dates", actor.role),
        not_yet=process.why_not(review, "agree_date", actor.role),
        offering=participants.who_offers(review),
    )


@bp.route("/reviews/<reference>/dates/proposal", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def propose(reference: str) -> str | Response:
    review, actor = access.review_as(reference, Role.COORDINATOR)
    facts = known(review)
    begin = _begin(facts)
    suggestions = suggest(facts, begin=begin)
    form = ProposalForm(place=usual_place(review), minutes=usual_length(review), closes=_closing(review, suggestions))
    form.offer(suggestions)
    if form.validate_on_submit():
        times = form.times_to_ask()
        if all(time.starts_at in facts.taken for time in times):
            flash("These dates are asked about already. Nobody was written to again.", "warning")
            return redirect(url_for("dates.show", reference=reference))
        actions.propose(review, actor, times, form.closes.data)
        asked = len(participants.current(review))
        outbox.commit()
        flash("1 person is asked when they can." if asked == 1 else f"{asked} people are asked when they can.", "done")
        return redirect(url_for("dates.show", reference=reference))
    return _proposal(review, form, facts, begin, suggestions, process.why_not(review, "propose_dates", actor.role))


@bp.route("/reviews/<reference>/date", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def agree(reference: str) -> str | Response:
    """One date of those asked about (`?slot=`): who will be told what, and the button that tells them."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    slot = _slot(review)
    form = AgreeForm(place=slot.place, version=review.version)
    if form.validate_on_submit():
        time = Time(slot.starts_at, slot.minutes, form.place.data)
        actions.agree(review, actor, time, seen=form.seen, note=form.note.data)
        outbox.commit()
        flash("The date is agreed, and everybody gets an invitation for their calendar.", "done")
        return redirect(url_for("dates.visit", reference=reference))
    table = queries.table(review)
    return render_template(
        "dates/agree.html",
        review=review,
        form=form,
        slot=slot,
        choice=next((choice for choice in table.choices if choice.slot is slot), None),
        told=list(participants.wanted_now(review).values()),
        not_yet=process.why_not(review, "agree_date", actor.role),
    )


def _proposal(
    review: Review,
    form: ProposalForm,
    facts: Known,
    begin: date,
    suggestions: list[Suggestion],
    not_now: str | None,
) -> str:
    """The page: suggestions with their reasons, own times, who will be asked, and the calendar of the next weeks."""
    holidays = queries.holidays_of(review)
    return render_template(
        "dates/propose.html",
        review=review,
        form=form,
        page_has_errors=bool(form.problems()),
        whys={as_value(one.starts_at): one.why for one in suggestions},
        notice=setting("notice"),
        longest=LONGEST_VISIT,
        facts=facts,
        begin=begin,
        earlier=max(begin - timedelta(weeks=diary.WEEKS), facts.today),
        later=begin + timedelta(weeks=diary.WEEKS),
        weeks=diary.weeks(facts, begin, holidays, [one.starts_at for one in suggestions]),
        weekdays=diary.WEEKDAYS,
        holidays_known=bool(holidays),
        written=written_by_hand(review),
        silent=silent(review),
        asked=list(participants.wanted_now(review).values()),
        not_now=not_now,
    )


def _begin(facts: Known) -> date:
    """From which day the calendar is shown (`?from=`): the end of the notice, unless another is asked for."""
    try:
        begin = date.fromisoformat(request.args.get("from", ""))
    except ValueError:
        return facts.first_day
    return min(max(begin, facts.today), facts.today + MOST_WEEKS_AHEAD)


def _slot(review: Review) -> Slot:
    """The slot that the address names, of this review, or 404. One of an asking that has ended is found too: then the
    doorway says who was first."""
    slot = db.session.get(Slot, request.args.get("slot", 0, type=int))
    if slot is None or slot.poll.review_id != review.id:
        abort(404)
    return slot


def usual_place(review: Review) -> str:
    """Where the visit probably is: as proposed before, or the organisation's address."""
    if review.poll and review.poll.slots:
        return review.poll.slots[-1].place
    return review.organisation.address[:200] if review.organisation else ""


def usual_length(review: Review) -> int:
    """How many minutes it probably takes."""
    return review.poll.slots[-1].minutes if review.poll and review.poll.slots else USUAL_LENGTH


def _closing(review: Review, suggestions: list[Suggestion]) -> date:
    return asking.closing_for(review, [one.starts_at for one in suggestions[:TICKED]])
