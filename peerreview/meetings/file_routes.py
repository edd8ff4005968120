"""A meeting as files: an entry for one's calendar, and a draft of its minutes."""

from flask import Response, abort

from peerreview import access, word_files
from peerreview.access import me
from peerreview.attachments import attachment
from peerreview.meetings import bp, entry, minutes, queries
from peerreview.models import Meeting, board_detail
from peerreview.sheets import file_name
from peerreview.workflow import Role


@bp.get("/meetings/<int:meeting_id>/meeting.ics")
@access.by(*queries.READERS)
def calendar_file(meeting_id: int) -> Response:
    """The meeting for the reader's own calendar; after a change the same entry moves."""
    meeting = _meeting_or_404(meeting_id, *queries.READERS)
    return attachment(entry.write(meeting), "text/calendar; charset=utf-8; method=PUBLISH", f"{_name(meeting)}.ics")


@bp.get("/meetings/<int:meeting_id>/minutes.docx")
@access.by(Role.COORDINATOR)
def minutes_file(meeting_id: int) -> Response:
    """A draft of the minutes, to be finished in Word."""
    meeting = _meeting_or_404(meeting_id, Role.COORDINATOR)
    members = [person.name for person in queries.members_of(meeting.borough_id)]
    content = minutes.write(meeting, members, board_detail("board_name"))
    return attachment(content, word_files.MEDIA_TYPE, f"{_name(meeting)}-minutes.docx")


def _meeting_or_404(meeting_id: int, *roles: Role) -> Meeting:
    return queries.meeting_of(me(), meeting_id, *roles) or abort(404)


def _name(meeting: Meeting) -> str:
    return file_name(f"{meeting.borough.executive_group} {meeting.held_on.isoformat()}")
