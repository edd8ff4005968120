"""All reviews: the coordinator's day, the list, one review's page, and whom to chase."""

from typing import Any

from flask import Blueprint

from peerreview import wording

bp = Blueprint("reviews", __name__)


@bp.context_processor
def words() -> dict[str, Any]:
    """The words of stages, tasks and letters, for the pages of this feature."""
    return {
        "stages": wording.STAGES,
        "task_words": wording.TASKS,
        "buttons": wording.TASK_BUTTONS,
        "deliveries": wording.DELIVERIES,
        "answers": wording.ANSWERS,
        "memberships": wording.MEMBERSHIPS,
        "selections": wording.SELECTIONS,
        "whom": wording.whom,
    }


from peerreview.reviews import change_routes, home_routes, information_routes, letter_routes, routes  # noqa: E402

__all__ = ["bp", "change_routes", "home_routes", "information_routes", "letter_routes", "routes"]
