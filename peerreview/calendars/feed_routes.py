"""What a calendar program reads. Nobody signs in there: the address is the secret, and a wrong one tells nothing."""

from hashlib import sha256

from flask import Response, abort, request
from flask.typing import ResponseReturnValue

from peerreview import access
from peerreview.calendars import addresses, bp, feed, queries
from peerreview.models import CalendarFeed


@bp.get("/calendars/<token>.ics")
@access.public
def show(token: str) -> ResponseReturnValue:
    found = addresses.find(token)
    if found is None:
        abort(404)
    name, entries = _contents(found)
    data = feed.write(name, queries.organizer(), entries)
    answer = Response(data, mimetype="text/calendar", headers={"Content-Disposition": 'inline; filename="visits.ics"'})
    answer.set_etag(sha256(data).hexdigest()[:32])
    answer.last_modified = max([found.made_at, *(entry.changed_at for entry in entries)])
    # By the ETag alone: an entry that somebody may no longer see leaves no later time behind.
    return answer.make_conditional(request) if request.if_none_match else answer


def _contents(found: CalendarFeed) -> tuple[str, list[feed.Entry]]:
    if found.borough is not None:
        return f"Peer reviews in {found.borough.name}", queries.visits_in(found.borough)
    assert found.person is not None
    return "My peer reviews", [*queries.own_visits(found.person), *queries.own_meetings(found.person)]
