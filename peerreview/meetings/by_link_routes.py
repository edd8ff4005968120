"""What the organisation reads after the meeting, and how it says what became of the actions."""

from typing import Any

from flask import abort, render_template, url_for
from werkzeug.wrappers import Response

from peerreview import access, audit_trail, links, process, storage
from peerreview.audit_trail import Actor
from peerreview.meetings import bp, updating, words
from peerreview.models import Action, PersonalLink, Purpose, utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.get("/my/<token>/meeting")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def decision_by_link(link: PersonalLink) -> str:
    """What the Executive Group decided."""
    review = link.review
    if review.paper is not None and review.paper.presented_at is not None:
        audit_trail.record_reading("decision", Actor.behind(link), review)
    return render_template(
        "meetings/decision.html", review=review, paper=review.paper, words=words, token=links.token(link)
    )


@bp.get("/my/<token>/actions")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def actions_by_link(link: PersonalLink) -> str:
    """The actions, how each is going and what is still missing."""
    return render_template(
        "meetings/actions_by_link.html", review=link.review, token=links.token(link), words=words,
        today=local_day(utc_now()), open=process.may(link.review, "update_action", Role.ORGANISATION),
    )  # fmt: skip


@bp.route("/my/<token>/actions/<int:action_id>", methods=["GET", "POST"])
@access.by_link(Purpose.ORGANISATION, confidential=True)
def action_by_link(link: PersonalLink, action_id: int) -> Any:
    """Say how one is going."""
    back = url_for("meetings.actions_by_link", token=links.token(link))
    return updating.page(_action_or_404(link, action_id), Actor.behind(link), back, f"link-{link.id}")


@bp.get("/my/<token>/actions/<int:action_id>/files/<int:document_id>")
@access.by_link(Purpose.ORGANISATION, confidential=True)
def action_file_by_link(link: PersonalLink, action_id: int, document_id: int) -> Response:
    """A file that the organisation sent with an update."""
    return storage.send(updating.file_or_404(_action_or_404(link, action_id), document_id))


def _action_or_404(link: PersonalLink, action_id: int) -> Action:
    return next((each for each in link.review.actions if each.id == action_id), None) or abort(404)
