"""The page of one organisation."""

from flask import render_template

from peerreview import access
from peerreview.models import utc_now
from peerreview.organisations import bp, history, parts, queries
from peerreview.organisations.reference_forms import KINDS
from peerreview.wording import DELIVERIES, STAGES
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.get("/organisations/<int:organisation_id>")
@access.by(Role.COORDINATOR)
def show(organisation_id: int) -> str:
    """Its details, whom to write to, and all that happened, at its predecessors too."""
    organisation = queries.organisation_or_404(organisation_id)
    line = history.line_of(organisation)
    return render_template(
        "organisations/show.html",
        organisation=organisation,
        line=line,
        history=history.history_of(organisation, line),
        notes=parts.notes_of(organisation),
        changes=history.changes_of(organisation),
        stages=STAGES,
        deliveries=DELIVERIES,
        kinds=KINDS,
        today=local_day(utc_now()),
    )
