"""What is known already: the hard interests that follow from a reviewer's record. Nobody is asked or told for this.

Procedure, section 3.1: the team comes from outside the reviewed organisation. Working there, being a governor there,
the same trust or federation, and family are hard interests.
"""

import unicodedata

from peerreview.models import Organisation, Reviewer, Tie, TieKind

TIE_WORDS = {
    TieKind.EMPLOYER: "Works for",
    TieKind.GOVERNOR: "Is a governor of",
    TieKind.TRUST: "Is a trustee or on the staff of",
    TieKind.FAMILY: "Has family at",
}


def known_interests(reviewer: Reviewer, organisation: Organisation | None) -> list[str]:
    """Each hard interest in the organisation as a sentence that says where it comes from; empty when none is known."""
    if organisation is None:
        return []
    found = [said for tie in reviewer.ties if (said := _through(tie, organisation))]
    employer = _folded(reviewer.employer)
    if employer and employer == _folded(organisation.name):
        found.append(f"Works for {organisation.name} (employer on the reviewer’s record)")
    elif employer and organisation.trust and employer == _folded(organisation.trust.name):
        found.append(f"Works for {organisation.trust.name}, its trust (employer on the reviewer’s record)")
    return found


def end_of(tie: Tie) -> str:
    """The name at the other end of a tie."""
    end = tie.organisation or tie.trust or tie.federation
    return end.name if end else ""


def _through(tie: Tie, organisation: Organisation) -> str | None:
    reason = _reason(tie, organisation)
    return (
        f"{TIE_WORDS[tie.kind]} {end_of(tie)}{reason} (a tie on the reviewer’s record)" if reason is not None else None
    )


def _reason(tie: Tie, organisation: Organisation) -> str | None:
    """How the tie leads to the organisation; empty when it is the organisation itself, None when it does not."""
    if tie.organisation_id == organisation.id:
        return ""
    other = tie.organisation
    if organisation.trust_id and organisation.trust_id in (tie.trust_id, other.trust_id if other else None):
        return ", its trust" if tie.trust_id else ", a school of the same trust"
    if organisation.federation_id and organisation.federation_id in (
        tie.federation_id,
        other.federation_id if other else None,
    ):
        return ", its federation" if tie.federation_id else ", a school of the same federation"
    return None


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).casefold()
    return "".join(c for c in plain if c.isalnum())
