"""The roles that an organisation's key staff usually have: what the page offers before "another role"."""

from peerreview.forms import Options

OTHER = "other"

SCHOOL = (
    "Headteacher or principal",
    "Designated safeguarding lead",
    "Deputy designated safeguarding lead",
    "Chair of governors or trustees",
    "Safeguarding governor or trustee",
    "Special educational needs coordinator",
    "School business manager or human resources",
    "Pastoral or inclusion lead",
    "Teacher",
    "Support staff",
)
AGENCY = (
    "Chief executive or director",
    "Section 11 or safeguarding lead",
    "Named or designated professional",
    "Board member for safeguarding",
    "Human resources",
    "Training lead",
    "Team manager",
    "Frontline practitioner",
)


def offered(*, school: bool) -> Options:
    """The choices of a form: a role is its own value, as it is kept."""
    known = SCHOOL if school else AGENCY
    return [("", "Choose a role"), *((role, role) for role in known), (OTHER, "Another role")]
