"""Pass the task on to a colleague, who gets a link of their own."""

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template

from peerreview import access, letters, links, outbox, process
from peerreview.extensions import db
from peerreview.models import Contact, Letter, PersonalLink, Purpose, Review, utc_now
from peerreview.nominations import bp
from peerreview.nominations.forms import ColleagueForm
from peerreview.nominations.seat import Seat
from peerreview.workflow import Role

MOST_LINKS = 8  # of one organisation for one review: a stolen link must not become a way to send mail
TOO_SOON = timedelta(minutes=10)  # a second click


@bp.route("/my/<token>/colleague", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION)
def colleague_by_link(link: PersonalLink) -> Any:
    """Pass the task on."""
    return _colleague(Seat.behind(link))


@bp.route("/reviews/<reference>/colleague", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def colleague(reference: str) -> Any:
    """Send the link to somebody else at the organisation, because they asked."""
    return _colleague(Seat.on_the_phone(reference))


def _colleague(seat: Seat) -> Any:
    if away := seat.turned_away("pass_on", seat.home()):
        return away
    form = ColleagueForm()
    if form.validate_on_submit():
        if refusal := _why_not(seat, form):
            form.email.errors = [refusal]
        else:
            if not _just_done(seat.review, form.email.data or ""):
                _pass_on(seat, form)
                outbox.commit()
            flash(f"{form.name.data} gets an email with a link of their own.", "done")
            return redirect(seat.home())
    return render_template("nominations/colleague.html", seat=seat, form=form)


def _why_not(seat: Seat, form: ColleagueForm) -> str:
    """Why this address gets no link; nothing when it may."""
    known = {link.email: link for link in seat.review.links if link.purpose is Purpose.ORGANISATION}
    email = (form.email.data or "").lower()
    if seat.link is not None and email == seat.link.email:
        return "This is your own address: you have a link already"
    if seat.link is not None and email in known and known[email].revoked_at is not None:
        return "The coordinator has ended the link of this address. Please ask them"
    if email not in known and len(known) >= MOST_LINKS:
        return "Too many people have a link for this review already. Please ask the coordinator"
    return ""


def _just_done(review: Review, email: str) -> bool:
    sent = db.select(Letter.id).where(
        Letter.review_id == review.id,
        Letter.name == "passed_on",
        Letter.recipient_email == email.lower(),
        Letter.written_at > utc_now() - TOO_SOON,
    )
    return db.session.scalar(sent.limit(1)) is not None


def _pass_on(seat: Seat, form: ColleagueForm) -> None:
    review, name, email = seat.review, str(form.name.data), str(form.email.data).lower()
    link = links.give(review, Purpose.ORGANISATION, name, email, role=form.role.data or "")
    if form.instead.data == "instead" and review.organisation is not None:
        known = (each for each in review.organisation.contacts if each.email.lower() == email and not each.ended_at)
        review.contact = next(known, None) or Contact(
            organisation=review.organisation, name=name, role=form.role.data or "", email=email,
            phone=form.phone.data or "",
        )  # fmt: skip
    seat.opened()
    letter = letters.draft("passed_on", to=(name, email), review=review, link=link, by=seat.actor.role)
    process.take(review, "pass_on", seat.actor, letters=[letter], to=name)
