"""What the pages, letters and PDFs call the parts of a report, the kinds of point and the decisions."""

from peerreview.models import Decision, Membership, PointKind, SectionKind, Tested
from peerreview.reports import contents

NUMBERS: dict[SectionKind, int] = {
    SectionKind.SUMMARY: contents.SUMMARY,
    SectionKind.STRENGTHS: contents.STRENGTHS,
    SectionKind.IMPROVEMENT: contents.IMPROVEMENT,
    SectionKind.RECOMMENDATIONS: contents.RECOMMENDATIONS,
    SectionKind.GOOD_PRACTICE: contents.GOOD_PRACTICE,
}
KIND_OF: dict[int, SectionKind] = {number: kind for kind, number in NUMBERS.items()}
SECTIONS: dict[SectionKind, str] = {kind: contents.TITLES[number] for kind, number in NUMBERS.items()}

KINDS: dict[PointKind, str] = {
    PointKind.SPELLING: "Spelling, name or number",
    PointKind.INACCURACY: "Factual inaccuracy",
    PointKind.OMISSION: "Something left out",
    PointKind.COMMENT: "Comment",
}
KIND_HINTS: dict[PointKind, str] = {
    PointKind.SPELLING: "A name, date, number or spelling is wrong",
    PointKind.INACCURACY: "Something is not as it was; say what shows it, or attach it",
    PointKind.OMISSION: "Something that the team saw or heard is missing",
    PointKind.COMMENT: "What you would like the team to know; it need not change the report",
}

DECISIONS: dict[Decision, str] = {
    Decision.CHANGED: "Changed",
    Decision.PARTLY_CHANGED: "Partly changed",
    Decision.NOT_CHANGED: "Not changed",
}
COLOURS: dict[Decision | None, str] = {
    Decision.CHANGED: "green",
    Decision.PARTLY_CHANGED: "blue",
    Decision.NOT_CHANGED: "grey",
    None: "yellow",
}

TESTED: dict[Tested, str] = {
    Tested.SEEN: "Seen",
    Tested.HEARD: "Heard",
    Tested.BOTH: "Seen and heard",
    Tested.NOT_TESTED: "Not tested",
}
MEMBERSHIPS: dict[Membership, str] = {
    Membership.BOARD_MEMBER: "member of the board",
    Membership.LAY_MEMBER: "lay member",
}

NO_DETAILS = "No names or details of children or families."


def about(section: SectionKind, paragraph: str) -> str:
    """What a point is about: "Paragraph 2.1 (Strengths)", "Recommendation R3", "Strengths"."""
    if paragraph.startswith("R"):
        return f"Recommendation {paragraph}"
    return f"Paragraph {paragraph} ({SECTIONS[section]})" if paragraph else SECTIONS[section]
