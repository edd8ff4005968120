"""The register: organisations, their contacts, trusts and federations, and its import."""

from flask import Blueprint

bp = Blueprint("organisations", __name__)

from peerreview.organisations import (  # noqa: E402
    agencies_cli,  # noqa: F401
    agency_routes,  # noqa: F401
    cli,  # noqa: F401
    contact_routes,  # noqa: F401
    details_routes,  # noqa: F401
    duty_routes,  # noqa: F401
    group_routes,  # noqa: F401
    import_routes,  # noqa: F401
    line_routes,  # noqa: F401
    links_cli,  # noqa: F401
    list_routes,  # noqa: F401
    page_routes,  # noqa: F401
    reference_routes,  # noqa: F401
    routes,  # noqa: F401
)
