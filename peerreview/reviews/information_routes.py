"""Pages that are true for everybody: accessibility, privacy, cookies, and whom to ask."""

from flask import render_template

from peerreview import access
from peerreview.models import board_detail, setting
from peerreview.reviews import bp


@bp.get("/accessibility")
@access.public
def accessibility() -> str:
    """How accessible the pages are, and whom to tell of trouble."""
    return render_template("reviews/accessibility.html", board=board_detail)


@bp.get("/privacy")
@access.public
def privacy() -> str:
    """What is kept about people, why, for how long, and who reads it."""
    return render_template("reviews/privacy.html", board=board_detail, setting=setting)


@bp.get("/cookies")
@access.public
def cookies() -> str:
    """The one cookie."""
    return render_template("reviews/cookies.html")


@bp.get("/contact")
@access.public
def contact() -> str:
    """Whom to ask."""
    return render_template("reviews/contact.html", board=board_detail)
