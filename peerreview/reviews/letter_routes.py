"""A letter as it was sent, and mending the address of one that could not be delivered."""

from flask import abort, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, links, mending, outbox
from peerreview.extensions import db
from peerreview.models import Delivery, Letter, Review
from peerreview.reviews import bp
from peerreview.reviews.forms import MendedAddress
from peerreview.workflow import Role


def _letter_or_404(review: Review, letter_id: int) -> Letter:
    letter = db.session.get(Letter, letter_id)
    if letter is None or letter.review_id != review.id:
        abort(404)
    return letter


@bp.route("/reviews/<reference>/letters/<int:letter_id>", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def letter(reference: str, letter_id: int) -> str | Response:
    """Read it; its personal link and code are masked. POST sends one that failed again, to a mended address."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    letter = _letter_or_404(review, letter_id)
    form = MendedAddress(email=letter.recipient_email)
    can_mend = letter.delivery is Delivery.FAILED and letter.calendar is None
    if can_mend and form.validate_on_submit():
        mending.mend(letter, form.email.data or "", actor)
        outbox.commit()
        flash(f"The letter goes to {letter.recipient_name} again, at {letter.recipient_email}.", "done")
        return redirect(url_for("reviews.letter", reference=reference, letter_id=letter_id))
    return render_template(
        "reviews/letter.html",
        review=review,
        letter=letter,
        subject=links.mask(letter.subject),
        text=links.mask(letter.text),
        form=form,
        can_mend=can_mend,
        opened=next((link.opened_at for link in review.links if link.email == letter.recipient_email.lower()), None),
    )
