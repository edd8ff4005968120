"""What invented organisations wrote in their audits, by duty: reference, standard (paraphrased), rating, evidence."""

SECTION_11 = (
    (
        "1",
        "A senior person leads on safeguarding and the board holds them to account",
        "Green",
        "Our director is the named lead. The board has a standing item each quarter.",
    ),
    (
        "2",
        "Staff know their responsibilities, in writing",
        "Green",
        "Statement given at induction and signed each year; last checked in September.",
    ),
    ("3", "A clear line of accountability", "Green", "Chart on the intranet, with deputies."),
    (
        "4",
        "Services are shaped by what children and families say",
        "Amber",
        "We ask, but cannot yet show what changed because of the answers.",
    ),
    ("5", "Training fits each role", "Amber", "94 in every 100 staff are in date. Agency staff are harder to reach."),
    (
        "6",
        "Recruitment is safe and allegations are dealt with",
        "Green",
        "Two people check each file before a start date.",
    ),
    ("7", "We work well with other agencies", "Green", "We attend when invited and chair one local forum."),
    ("8", "Information is shared in time and recorded", "Grey", "Not applicable to our contract until April."),
)

SCHOOL = (
    (
        "1",
        "Leaders make safeguarding a priority",
        "Green",
        "A standing item at every governors' meeting; the safeguarding governor visits each half term.",
    ),
    (
        "2",
        "Everyone knows who is responsible",
        "Green",
        "Photographs in every room, and on the back of visitors' badges.",
    ),
    ("3", "Clear accountability", "Green", "The lead and deputies meet weekly and report to the headteacher."),
    ("4", "Pupils and families shape what we do", "Amber", "School council surveys twice a year. Parents less often."),
    ("5", "Training for all staff", "Amber", "All teachers in date; two lunchtime staff are due a refresher."),
    ("6", "Recruitment, vetting and allegations", "Green", "Central record checked termly by the chair."),
    ("7", "Working with other agencies", "Green", "Weekly contact with the school nurse and early help."),
    ("8", "Recording and sharing information", "Green", "One electronic system; paper notes are scanned the same day."),
    ("9", "Safeguarding is part of daily life", "Amber", "Strong in assemblies; less planned in the younger classes."),
)


def statements(duty: str) -> tuple[tuple[str, str, str, str], ...]:
    """The statements for a duty: s11 has its own list; s157 and s175 share the schools' list."""
    return SECTION_11 if duty == "s11" else SCHOOL
