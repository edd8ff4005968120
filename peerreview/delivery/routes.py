"""The delivery page, and sending a letter again after mending its address."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from peerreview import access, mending, outbox, wording
from peerreview.audit_trail import Actor
from peerreview.delivery import bp, queries
from peerreview.delivery.forms import MendedAddress
from peerreview.extensions import db
from peerreview.models import Delivery, Letter
from peerreview.workflow import Role


@bp.get("/delivery")
@access.by(Role.COORDINATOR, Role.ADMINISTRATOR)
def index() -> ResponseReturnValue:
    person = access.me()
    overview = queries.overview(person)
    failed = queries.failed(person, overview.failed, request.args.get("page", 1, type=int))
    return render_template(
        "delivery/index.html", overview=overview, failed=failed, address_of=_where_to_mend,
        is_administrator=person.holds(Role.ADMINISTRATOR),
    )  # fmt: skip


@bp.route("/delivery/letters/<int:letter_id>", methods=["GET", "POST"])
@access.by(Role.ADMINISTRATOR)
def letter(letter_id: int) -> ResponseReturnValue:
    """What became of one letter, without what it says. POST sends one that failed again."""
    letter = queries.letter_for(access.me(), letter_id)
    if letter is None:
        abort(404)
    form = MendedAddress(email=letter.recipient_email)
    if letter.calendar is not None:
        form.email.data = letter.recipient_email  # the invitation names its address
    if letter.delivery is Delivery.FAILED and form.validate_on_submit() and _is_sent_again(letter, form):
        flash(f"The letter goes to {letter.recipient_name} again, at {letter.recipient_email}.", "done")
        return redirect(url_for("delivery.index"))
    return render_template("delivery/letter.html", letter=letter, form=form, deliveries=wording.DELIVERIES)


def _is_sent_again(letter: Letter, form: MendedAddress) -> bool:
    try:
        mending.mend(letter, form.email.data or "", Actor.of(access.me(), Role.ADMINISTRATOR))
    except mending.Taken as refusal:
        db.session.rollback()
        form.email.errors = [f"{refusal}. Choose another address"]
        return False
    outbox.commit()
    return True


def _where_to_mend(letter: Letter) -> str:
    """The review's own page of the letter for whoever coordinates it; else the page without what the letter says."""
    review = letter.review
    if review is not None and access.acts_as(Role.COORDINATOR, review):
        return url_for("reviews.letter", reference=review.reference, letter_id=letter.id)
    return url_for("delivery.letter", letter_id=letter.id)
