"""The page behind the requester's own link: the copy of the answers, and what became of the request."""

from flask import render_template

from peerreview import access
from peerreview.intake import bp
from peerreview.models import PersonalLink, Purpose


@bp.get("/my/<token>/request")
@access.by_link(Purpose.REQUESTER)
def request_by_link(link: PersonalLink) -> str:
    """What the person sent, and whether it was accepted."""
    return render_template("intake/mine.html", review=link.review, asked=link.review.request)
