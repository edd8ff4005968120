"""Which duty an organisation has: the one of its type, or another that a coordinator set with a reason."""

import hashlib

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.models import Duty, Organisation, utc_now
from peerreview.organisations.duties import establishment_type

BY_TYPE, NONE = "by_type", "none"


def of_its_type(organisation: Organisation) -> Duty | None:
    """The duty that follows from the type of establishment; none when it has none, or its type is not in the table."""
    code = int(organisation.type_code) if organisation.type_code.isdecimal() else None
    found = establishment_type(code, organisation.type_name).duty
    return Duty(found) if found in set(Duty) else None


def chosen_for(organisation: Organisation) -> str:
    """The present answer, as the form gives it."""
    return (organisation.duty or NONE) if organisation.duty_reason else BY_TYPE


def fingerprint(organisation: Organisation) -> str:
    """Changes whenever the duty is set: the form carries the one that its writer saw."""
    shown = (organisation.duty, organisation.duty_reason, organisation.duty_set_by, organisation.duty_set_at)
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:32]


def set_duty(organisation: Organisation, chosen: str, reason: str, actor: Actor) -> None:
    """Set the duty by hand, which later imports leave alone; or go back to the duty of its type. The caller commits."""
    before = organisation.duty
    if chosen == BY_TYPE:
        organisation.duty = of_its_type(organisation)
        organisation.duty_reason, organisation.duty_set_by, organisation.duty_set_at = "", None, None
    else:
        organisation.duty = None if chosen == NONE else Duty(chosen)
        organisation.duty_reason, organisation.duty_set_by, organisation.duty_set_at = reason, actor.name, utc_now()
    facts = {"organisation_id": organisation.id, "was": {"duty": before or NONE}, "reason": reason}
    audit_trail.record(
        "set_duty", actor, facts=facts | {"value": organisation.duty or NONE, "by_type": chosen == BY_TYPE}
    )
