"""A meeting as files: an entry for one's calendar, and a draft of its minutes."""

from flask import Response, abort

from peerreview import access
from peerreview.access import me
from peerreview.meetings import bp, entry, minutes, queries
from peerreview.models import Meeting, board_detail
from peerreview.sheets import file_name
from peerreview.workflow import Role


@bp.get("/meetings/<int:meeting_id>/meeting.ics")
@access.by(*queries.READERS)
def calendar_file(meeting_id: int) -> Response:
    """The meeting for the reader's own calendar; after a change the same entry moves."""
    meeting = _meeting_or_404(meeting_id, *queries.READERS)
    return _file(entry.write(meeting), "text/calendar; charset=utf-8; method=PUBLISH", f"{_name(meeting)}.ics")


@bp.get("/meetings/<int:meeting_id>/minutes.docx")
@access.by(Role.COORDINATOR)
def minutes_file(meeting_id: int) -> Response:
    """A draft of the minutes, to be finished in Word."""
    meeting = _meeting_or_404(meeting_id, Role.COORDINATOR)
    members = [person.name for person in queries.members_of(meeting.borough_id)]
    content = minutes.write(meeting, members, board_detail("board_name"))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return _file(content, kind, f"{_name(meeting)}-minutes.docx")


def _meeting_or_404(meeting_id: int, *roles: Role) -> Meeting:
    return queries.meeting_of(me(), meeting_id, *roles) or abort(404)


def _name(meeting: Meeting) -> str:
    return file_name(f"{meeting.borough.executive_group} {meeting.held_on.isoformat()}")


def _file(content: bytes, kind: str, name: str) -> Response:
    answer = Response(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
