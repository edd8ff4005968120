"""Three invented initial reports and what the organisations said back."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a response: what was said, then what the team decided and why (both in plain words).

    `section`, `kind` and `decision` are values of SectionKind, PointKind and Decision; `paragraph` is its number in the
    report (2.1, R3), or empty for the whole section. `new_wording` replaces the paragraph.
    """

    section: str
    paragraph: str
    kind: str
    text: str
    decision: str
    reason: str
    new_wording: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The five sections of an initial report."""

    summary: str
    strengths: str
    areas: str
    recommendations: tuple[str, ...]
    good_practice: str
    points: tuple[Point, ...] = ()


PRIMARY = Report(
    summary="We met a confident safeguarding team in a school where adults notice and act. The self-assessment was "
    "honest, and in two places harder on the school than we would be. The work now is to write down what is "
    "already done well, so that it survives a change of staff.",
    strengths="Every member of staff we met knew the safeguarding lead and both deputies, and could say what they "
    "would do with a worry.\n\nGovernors ask good questions. The chair visits each half term and her notes show "
    "that she follows up what she finds.",
    areas="Supervision of the leads is regular and valued, but no record is kept of what was agreed.\n\nInduction of "
    "lunchtime and supply staff depends on one person being in the building.",
    recommendations=(
        "Keep a short written record of each supervision meeting, with actions and dates.",
        "Give every visitor and supply teacher a one-page guide on arrival, and check each term that it is used.",
        "Ask pupils once a year what helps them to feel safe, and tell governors what they said.",
    ),
    good_practice="The Monday ten-minute scenario at the staff briefing: one short question, talked through in pairs. "
    "Other schools could take this up at no cost.",
    points=(
        Point(
            "strengths",
            "2.1",
            "inaccuracy",
            "The report says both deputies. We have had three deputies since "
            "September; the staff list we showed you has them on page 2.",
            "changed",
            "The list handed in confirms it.",
            "Every member of staff we met knew the safeguarding lead and the three deputies, and could say what they "
            "would do with a worry.",
        ),
        Point(
            "improvement",
            "3.2",
            "omission",
            "Our deputy gives the induction when the office manager is away. We did not say so on the day.",
            "partly_changed",
            "We have added that a second person can step in, and kept the finding, "
            "because new staff told us it is not always so.",
            "Induction of lunchtime and supply staff depends on two people, and does not always happen.",
        ),
        Point(
            "summary",
            "",
            "comment",
            "We felt that the visit was fair and thank the team.",
            "not_changed",
            "Thank you. A comment needs no change.",
        ),
    ),
)

AGENCY = Report(
    summary="The organisation takes its section 11 duty seriously and its board hears about safeguarding every "
    "quarter. Practice is stronger in services that work with children every day than in those that meet them by "
    "chance.",
    strengths="A senior lead with time and authority for the role.\n\nSafer recruitment is consistent: five files "
    "chosen by us on the day were complete.",
    areas="Staff who visit homes for other reasons are less sure when to speak up.\n\nThe escalation policy is sound "
    "but few people we met had read it.",
    recommendations=(
        "Add one scenario about a home visit to the yearly training of every visiting member of staff.",
        "Put the escalation steps on one page, with names, where people look each day.",
        "Report to the board each quarter how many concerns were raised by each service.",
    ),
    good_practice="The lead's open hour each week, with no appointment, is used and trusted.",
    points=(
        Point(
            "strengths",
            "2.2",
            "spelling",
            "The number of files was six, not five.",
            "changed",
            "Our notes agree.",
            "Safer recruitment is consistent: six files chosen by us on the day were complete.",
        ),
        Point(
            "recommendations",
            "R3",
            "comment",
            "We already report monthly; could the wording show it?",
            "not_changed",
            "The monthly report does not yet separate the services, which is what we recommend.",
        ),
    ),
)

SMALL_SETTING = Report(
    summary="A small setting where everybody knows everybody. That is its strength and its risk: much is "
    "remembered, and less is written.",
    strengths="Relationships are warm and adults speak up.\n\n"
    "Attendance is followed up on the first morning, every time.",
    areas="There is one trained lead and no deputy.\n\nSome policies name people who have left.",
    recommendations=(
        "Train a deputy lead by the end of the spring term.",
        "Give one governor the task of reading each policy once a year against the staff list.",
        "Write down the first-day call routine, so that anybody can do it.",
    ),
    good_practice="The first-morning call, made kindly, and made every time.",
)
