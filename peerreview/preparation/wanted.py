"""The usual list of documents by duty, and what must never be uploaded. Plain data and plain functions.

The single central record, child protection files and allegation records are shown on the day, never uploaded.
"""

import re
from dataclasses import dataclass

from peerreview.models import Handling

_NEVER = re.compile(
    r"single central (?:record|register)|\bscr\b|\bcpoms\b|\bmyconcern\b"
    r"|(?:child protection|safeguarding|children s|case) (?:file|log|chronolog)"
    r"|(?:allegation|low level concern)s? (?:record|log|register|file)"
    r"|(?:record|log|register)s? of (?:allegation|low level concern)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Usual:
    """A document that is usually asked for."""

    title: str
    guidance: str
    handling: Handling


UPLOAD, SHOW, LINK = Handling.UPLOAD, Handling.SHOW, Handling.LINK

_RECORDS = [
    Usual("Allegation records and low-level concern records", "How they are kept and followed up", SHOW),
]
SCHOOL_LIST = [
    Usual("Child protection policy", "The version in force, with the date it was agreed", UPLOAD),
    Usual("Behaviour policy", "The address on your website is enough", LINK),
    Usual("Online safety policy", "The address on your website is enough", LINK),
    Usual("Staff code of conduct", "With the part on low-level concerns", UPLOAD),
    Usual("Safer recruitment policy", "The version in force", UPLOAD),
    Usual("Safeguarding training overview", "Numbers and dates by role, without names", UPLOAD),
    Usual("Last safeguarding report to governors or trustees", "Without names or details of children", UPLOAD),
    Usual("Single central record", "The team looks at it with you on the day", SHOW),
    Usual("A sample of child protection files", "Chosen by you; the team looks at how they are kept", SHOW),
    *_RECORDS,
]
AGENCY_LIST = [
    Usual("Safeguarding children policy", "The version in force, with the date it was agreed", UPLOAD),
    Usual("Action plan from your last section 11 audit", "With what has been done since", UPLOAD),
    Usual("Safeguarding training overview", "Numbers and dates by role, without names", UPLOAD),
    Usual("Supervision policy", "The version in force", UPLOAD),
    Usual("Safer recruitment policy", "The version in force", UPLOAD),
    Usual("Whistleblowing and complaints procedures", "The address on your website is enough", LINK),
    Usual("Last safeguarding report to your board", "Without names or details of children", UPLOAD),
    Usual("Register of pre-employment checks", "The team looks at it with you on the day", SHOW),
    Usual("A sample of case files", "Chosen by you; the team looks at how they are kept", SHOW),
    *_RECORDS,
]


def usual_list(is_school: bool) -> list[Usual]:
    """What is usually asked for: schools under sections 157 and 175, other organisations under section 11."""
    return SCHOOL_LIST if is_school else AGENCY_LIST


def must_be_shown(name: str) -> bool:
    """Whether a title or a file's name says that it is one of the records that are never uploaded."""
    return _NEVER.search(re.sub(r"[\W_]+", " ", name)) is not None
