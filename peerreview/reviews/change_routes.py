"""Rare acts: withdrawing a review and taking an ended one up again, with who will be told shown first."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, process
from peerreview.models import Review
from peerreview.reviews import actions, bp
from peerreview.reviews.forms import Reinstatement, Withdrawal
from peerreview.wording import STAGES
from peerreview.workflow import Role


@bp.get("/reviews/<reference>/change")
@access.by(Role.COORDINATOR)
def change(reference: str) -> str:
    """What can be changed, and who would be told."""
    review, _actor = access.review_as(reference, Role.COORDINATOR)
    return _page(review, Withdrawal(version=review.version))


@bp.post("/reviews/<reference>/withdrawal")
@access.by(Role.COORDINATOR)
def withdraw(reference: str) -> str | Response:
    """End the review, with a reason that the organisation and the team are told."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = Withdrawal()
    if not form.validate_on_submit():
        return _page(review, form)
    actions.withdraw(review, actor, form.reason.data or "", _seen(form.version.data))
    outbox.commit()
    flash("The review has been withdrawn, and everybody on it is told.", "done")
    return redirect(url_for("reviews.show", reference=reference))


@bp.post("/reviews/<reference>/reinstatement")
@access.by(Role.COORDINATOR)
def reinstate(reference: str) -> Response:
    """Take an ended review up again where it was."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    actions.reinstate(review, actor, _seen(Reinstatement().version.data))
    outbox.commit()
    flash(f"The review goes on, at “{STAGES[review.stage]}”.", "done")
    return redirect(url_for("reviews.show", reference=reference))


def _page(review: Review, form: Withdrawal) -> str:
    return render_template(
        "reviews/change.html",
        review=review,
        form=form,
        can_withdraw=process.may(review, "withdraw", Role.COORDINATOR),
        can_reinstate=process.may(review, "reinstate", Role.COORDINATOR),
        told=actions.who_is_told(review),
    )


def _seen(version: str | None) -> int | None:
    """The version that the page showed; without a usable one, one that no review has."""
    return int(version) if version and version.isdecimal() else 0
