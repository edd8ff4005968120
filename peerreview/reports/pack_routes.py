"""The papers of an Executive Group meeting in one file."""

from flask import Response, abort

from peerreview import access, audit_trail
from peerreview.access import me
from peerreview.attachments import attachment
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import LARGEST_ID, Meeting
from peerreview.reports import bp, pack
from peerreview.sheets import file_name
from peerreview.workflow import Role


@bp.get("/meetings/<int:meeting_id>/papers.pdf", endpoint="pack")
@access.by(Role.COORDINATOR, Role.EXECUTIVE)
def papers(meeting_id: int) -> Response:
    """Every final report on the agenda; taking it counts as reading each of them."""
    meeting = db.session.get(Meeting, meeting_id) if meeting_id <= LARGEST_ID else None
    roles = [role for role in (Role.EXECUTIVE, Role.COORDINATOR) if meeting and me().holds(role, meeting.borough_id)]
    if meeting is None or not roles:
        abort(404)
    for paper in meeting.papers:
        audit_trail.record_reading("final_report", Actor.of(me(), roles[0]), paper.review, in_the_pack=True)
    data, name = pack.data_of(meeting), file_name(f"papers {meeting.borough.name} {meeting.held_on.isoformat()}")
    db.session.rollback()  # no transaction is open while the file is made
    return attachment(pack.render(data), "application/pdf", f"{name}.pdf")
