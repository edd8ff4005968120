"""What every page shows around its content: where this person can go, who they are, and whether all is invented."""

from typing import Any

from flask import Flask, has_request_context, request, url_for
from flask_login import current_user

from peerreview.access import me
from peerreview.workflow import Role

# Who sees what, in the order of the bar: endpoint, words, roles.
PLACES: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("reviews.today", "Today", frozenset({Role.COORDINATOR})),
    ("reviews.mine", "My reviews", frozenset({Role.REVIEWER})),
    ("dates.my_times", "When I cannot", frozenset({Role.REVIEWER})),
    ("teams.my_interests", "My interests", frozenset({Role.REVIEWER})),
    ("reviews.executive", "Executive Group", frozenset({Role.EXECUTIVE})),
    ("reviews.index", "Reviews", frozenset({Role.COORDINATOR, Role.EXECUTIVE})),
    ("reviews.chase", "Chase list", frozenset({Role.COORDINATOR})),
    ("programme.index", "Programme", frozenset({Role.COORDINATOR, Role.EXECUTIVE})),
    ("teams.index", "Reviewers", frozenset({Role.COORDINATOR})),
    ("organisations.index", "Register", frozenset({Role.COORDINATOR})),
    ("meetings.index", "Meetings", frozenset({Role.COORDINATOR, Role.EXECUTIVE})),
    ("annual_report.show", "Annual report", frozenset({Role.COORDINATOR, Role.EXECUTIVE})),
    ("correspondence.index", "Messages", frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})),
    ("delivery.index", "Letters", frozenset({Role.COORDINATOR, Role.ADMINISTRATOR})),
    ("accounts.people", "People", frozenset({Role.ADMINISTRATOR})),
    ("accounts.settings", "Settings", frozenset({Role.ADMINISTRATOR})),
)


def init_app(app: Flask) -> None:
    """Give every page its surroundings."""

    @app.context_processor
    def surroundings() -> dict[str, Any]:
        known = {"sample_mode": app.config["SAMPLE_MODE"]}
        if not has_request_context() or not current_user.is_authenticated:  # a letter written by the worker has none
            return known
        return known | {
            "navigation": [_place(*place[:2]) for place in PLACES if any(me().holds(role) for role in place[2])],
            "signed_in_name": me().name,
            "sign_out_url": url_for("security.logout"),
        }


def _place(endpoint: str, words: str) -> dict[str, Any]:
    address = url_for(endpoint)
    below = address != "/" and request.path.startswith(f"{address}/")
    return {"text": words, "href": address, "current": request.path == address, "active": below}
