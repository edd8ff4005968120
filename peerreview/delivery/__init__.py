"""What became of every letter, whether the mail server takes letters from us, and the board's own words for each."""

from typing import Any

from flask import Blueprint

from peerreview.delivery.words import LETTERS

bp = Blueprint("delivery", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """What each letter is called on the pages of this feature."""
    return {"kinds": LETTERS}


from peerreview.delivery import routes, template_routes, trial_routes  # noqa: E402

__all__ = ["bp", "routes", "template_routes", "trial_routes"]
