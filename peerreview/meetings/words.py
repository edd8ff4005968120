"""What people read about decisions of an Executive Group."""

from peerreview.models import Outcome, Verification

OUTCOMES: dict[Outcome, str] = {
    Outcome.ACCEPTED: "Accepted the report and its recommendations",
    Outcome.NOTED: "Noted the report",
    Outcome.UPDATE: "Accepted the report and asked for an update on the actions",
    Outcome.FOLLOW_UP: "Accepted the report and asked for a follow-up visit",
    Outcome.CONCERN: "Raised a concern that the board will take up with the organisation",
}

VERIFICATIONS: dict[Verification, str] = {
    Verification.EVIDENCE: "I have seen the evidence",
    Verification.NEXT_REVIEW: "A later review has seen it",
    Verification.EXECUTIVE: "The Executive Group says so",
}
KNOWN_BY: dict[Verification, str] = {
    Verification.EVIDENCE: "the coordinator has seen the evidence",
    Verification.NEXT_REVIEW: "a later review has seen it",
    Verification.EXECUTIVE: "the Executive Group says so",
}
