"""The messages that need a person, and what the person does with them."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox, wording
from peerreview.access import me
from peerreview.correspondence import bp, queries, taking
from peerreview.workflow import Role


@bp.get("/correspondence")
@access.by(Role.COORDINATOR, Role.ADMINISTRATOR)
def index() -> str:
    """What came in and waits; of a review's message an administrator sees only that it came."""
    return render_template(
        "correspondence/index.html",
        waiting=[(message, queries.is_theirs(message, me())) for message in queries.waiting(me())],
        dealt_with=[(message, queries.is_theirs(message, me())) for message in queries.dealt_with(me())],
        verdicts=wording.VERDICTS,
        answers=wording.ANSWERS,
    )


@bp.post("/correspondence/<int:message_id>/dealt-with")
@access.by(Role.COORDINATOR, Role.ADMINISTRATOR)
def dealt_with(message_id: int) -> Response:
    """Somebody has seen to it."""
    message, actor = queries.message_or_404(message_id, me())
    taking.deal_with(message, actor)
    outbox.commit()
    flash("Marked as dealt with. The message itself stays in the mailbox.", "done")
    return redirect(url_for("correspondence.index"))


@bp.post("/correspondence/<int:message_id>/answer")
@access.by(Role.COORDINATOR)
def answer(message_id: int) -> Response:
    """A held answer counts as that of the person invited."""
    message, actor = queries.message_or_404(message_id, me())
    taking.count(message, actor)
    outbox.commit()
    flash("The answer is counted.", "done")
    return redirect(url_for("correspondence.index"))
