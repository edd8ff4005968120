"""The words of the invented year. Realistic and humane: no real names, and never a child's or a family's details."""

from dataclasses import dataclass

REASONS_TO_ASK = {
    "new_lead": "Our designated safeguarding lead started in September. We would value a critical friend's view of our "
    "audit before we set next year's plan.",
    "after_growth": "We have grown by a third in two years and our procedures were written for a smaller team. We "
    "rated training as amber and would like to test whether that is fair.",
    "federation": "We now share safeguarding arrangements with a partner school and want to know whether they work as "
    "well in practice as they do on paper.",
    "confidence": "Our audit is nearly all green. Governors asked, rightly, how we know. "
    "We would welcome the challenge.",
}

REASON_TO_ACCEPT = "A clear request, a recent audit and no review in the last three years."
REASON_TO_DECLINE = (
    "You had a full safeguarding review from your trust in the summer term. We would rather come next year, when its "
    "recommendations have had time to settle, and will write to you then."
)
REASON_TO_WITHDRAW = "The organisation is moving premises this term and has asked for a review next year instead."
INTELLIGENCE = (
    "Three agencies have told the board this year that referrals arrive late and without consent recorded. Nothing "
    "points to harm; the Executive would like to understand the process."
)
INTELLIGENCE_MORE = (
    f"{INTELLIGENCE}\n\nThe Executive has asked the agencies for dates: two of the three referrals were before the new "
    "form was in use."
)
SENT_BACK = "This school moves to its new building in the spring. Please choose a later term, or next year."

ACCESS_NEEDS = "Step-free access to the meeting room, please."
CANNOT_ATTEND = "Not on Friday afternoons."


@dataclass(frozen=True, slots=True)
class Nominee:
    """Somebody the organisation asks the team to meet. `role` is the wording an organisation would use."""

    name: str
    role: str
    mailbox: str


NOMINEES_SCHOOL = (
    Nominee("Grace Oyelaran", "Designated safeguarding lead", "dsl"),
    Nominee("Martin Szabo", "Chair of governors or trustees", "chair"),
    Nominee("Leila Haddad", "School business manager or human resources", "business"),
)
NOMINEES_AGENCY = (
    Nominee("Grace Oyelaran", "Section 11 or safeguarding lead", "safeguarding"),
    Nominee("Martin Szabo", "Chief executive or director", "director"),
    Nominee("Leila Haddad", "Human resources", "people"),
)

DOCUMENTS_WANTED = (
    ("Child protection policy", "upload"),
    ("Staff training record (dates and courses only)", "upload"),
    ("Single central record", "show_on_the_day"),
    ("Safeguarding page on your website", "public_link"),
)

AGENDA = (
    ("Welcome and what to expect", 10),
    ("Conversation with the safeguarding lead", 45),
    ("Conversation with the chair of governors or director", 30),
    ("Documents shown on the day", 35),
    ("A first summary of what we heard", 15),
)

READING_NOTES = (
    "The policy is dated this September and names the deputy. Ask how supply staff are told whom to speak to.",
    "Training record shows everyone has level one. Two lunchtime staff are due a refresher: ask when it is booked.",
    "The audit rates information sharing green, with a single sentence of evidence. Explore with an example, no names.",
)
VISIT_NOTES = (
    "Staff at every level could say, unprompted, who the lead is and what they would do. Seen and heard.",
    "The central record was shown on screen: complete, checked each half term by the chair. Seen.",
    "Supervision happens weekly for the leads but is not written down. Heard, not seen.",
)
LATER_INTEREST = "My sister-in-law has just taken a post in the office there, so I should step back."

EXTENSION_REASON = "The safeguarding lead was away for a week; five more working days were asked for and given."
MEETING_DECISION = (
    "The Executive welcomed the report, agreed all three recommendations and thanked the organisation for its openness."
)
MEETING_DECISION_MORE = (
    "The Executive accepted the report and asked the coordinator to come back in two terms with what has changed."
)
MORE_TIME = (
    "Our designated safeguarding lead is away until the end of the week, and knows best what the report says about "
    "induction."
)
ACTION_DONE = (
    "The procedure is rewritten and every member of staff has been trained in it. The safeguarding governor has looked "
    "at the records of the last half term."
)
ACTION_IMPACT = "Concerns now reach the safeguarding lead on the same day. Staff say that they know what happens next."
ACTION_SEEN = "I have read the new procedure and the training record."
CANNOT_REVIEW = "I am on jury service for most of this term, and would let the team down."
