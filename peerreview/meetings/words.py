"""What people read about decisions of an Executive Group."""

from peerreview.models import Outcome

OUTCOMES: dict[Outcome, str] = {
    Outcome.ACCEPTED: "Accepted the report and its recommendations",
    Outcome.UPDATE: "Accepted the report and asked for an update on the actions",
    Outcome.FOLLOW_UP: "Accepted the report and asked for a follow-up visit",
    Outcome.CONCERN: "Raised a concern that the board will take up with the organisation",
}
