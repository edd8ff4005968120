"""Who may know which text: one row for each kind of canary word. Whoever is named first must also find it somewhere.

Who: coordinator, executive (of the borough), coordinators (of any), administrator, the reviewers by name (team: lead
and second), and behind links: contact and colleague ("organisation": both, after the code; "by-link": before it too),
staff, requester, "link-of-lead". ``@moment``: from then on, for that word and those after it in the row.
"""

from tests.safety.house import House
from tests.safety.story import CHAPTERS

EVERYBODY_ON_IT = "coordinator executive team by-link staff links-of-team"
INVITED = "newcomer link-of-newcomer"  # who has not accepted yet sees who else is asked, and when and where
REPORT = "coordinator team @responding organisation @presented executive"

KNOWS = f"""
reason of the intelligence          coordinator executive
where a seed comes from             coordinator executive
who gave a word                     coordinator executive
word for a seed                     coordinator executive
reason for a redraw                 coordinator executive
comment on the selection            coordinator executive
name of who approved                coordinator executive administrator
why they left                       coordinator executive
why they declined                   coordinator executive
what an interest is about           coordinators lead
who wrote an interest               coordinators lead
declaration of second               coordinator second link-of-second
declaration of stood-down           coordinator
private note of lead                lead
private enquiry of lead             lead
private visit note of lead          lead
shared note                         lead second coordinator
shared enquiry                      lead second coordinator
shared visit note                   lead second coordinator
reason of a rating                  lead second coordinator

address of the contact              coordinator by-link-of-contact @presented administrator
phone of the contact                coordinator team by-link-of-contact
address of staff                    coordinator by-link staff
address of other staff              coordinator by-link
phone of staff                      coordinator by-link
phone of other staff                coordinator by-link
when staff cannot                   coordinator by-link team
when other staff cannot             coordinator by-link team
what staff need                     coordinator by-link team
what other staff need               coordinator by-link team
address of the colleague            coordinator by-link-of-colleague
address of the revoked colleague    nobody coordinator
address of lead                     coordinator coordinators administrator lead link-of-lead
address of second                   coordinator coordinators administrator second link-of-second
address of newcomer                 coordinator coordinators administrator newcomer link-of-newcomer
address of left                     coordinator coordinators administrator left
address of stood-down               coordinator coordinators administrator stood-down
address of the coordinator          administrator coordinator
address of the executive            administrator executive
address of the executive elsewhere  administrator executive-elsewhere
address of the administrator        administrator
address of the deactivated          administrator
address of the requester            coordinator requester
phone of lead                       nobody coordinators administrator lead
phone of second                     nobody coordinators administrator second
phone of newcomer                   nobody coordinators administrator newcomer
phone of left                       nobody coordinators administrator left
phone of stood-down                 nobody coordinators administrator stood-down
phone of the coordinator            nobody administrator
phone of the executive              nobody administrator
phone of the executive elsewhere    nobody administrator executive-elsewhere
phone of the administrator          nobody administrator
phone of the deactivated            nobody administrator
phone of the requester              coordinator requester

contact                             {EVERYBODY_ON_IT} @presented administrator
role of the contact                 {EVERYBODY_ON_IT}
name of staff                       {EVERYBODY_ON_IT}
role of staff                       {EVERYBODY_ON_IT}
name of lead                        {EVERYBODY_ON_IT} {INVITED} coordinators administrator
name of second                      {EVERYBODY_ON_IT} {INVITED} coordinators administrator
name of newcomer                    {EVERYBODY_ON_IT} {INVITED} coordinators administrator
name of left                        coordinator coordinators executive team administrator left
name of stood-down                  coordinator coordinators executive team administrator stood-down
name of the coordinator             {EVERYBODY_ON_IT} coordinators administrator
name of the executive               administrator executive coordinators
name of the executive elsewhere     administrator executive-elsewhere coordinators
name of the administrator           administrator
name of the deactivated             administrator
name of the colleague               coordinator by-link team executive
name of the revoked colleague       nobody coordinator
role of a colleague                 nobody coordinator by-link lead
place                               {EVERYBODY_ON_IT} newcomer
note on the date                    coordinator lead second by-link-of-contact staff
note on the move                    coordinator lead second by-link-of-contact staff

notes on the organisation           coordinator
reason for the duty                 coordinator
former name                         coordinator
reason for a former name            coordinator
reason for a predecessor            coordinator
why a predecessor is none           nobody coordinator
organisation's phone                coordinator by-link
website                             coordinator by-link
employer of lead                    coordinator coordinators lead
employer of second                  coordinator coordinators second
employer of newcomer                coordinator coordinators newcomer
employer of left                    coordinator coordinators left
employer of stood-down              coordinator coordinators stood-down
notes on lead                       coordinator coordinators
notes on second                     nobody coordinators
notes on newcomer                   nobody coordinators
notes on left                       nobody coordinators
notes on stood-down                 nobody coordinators

requester                           coordinator requester
role of the requester               coordinator requester
why now                             coordinator requester
audit in the request                coordinator requester
what suits                          coordinator requester
what does not suit                  coordinator requester
organisation as described           coordinator requester
organisation as called              nobody coordinator
key of the request                  nobody
key of the draft                    nobody
draft of a request                  nobody

text of the audit                   coordinator team by-link
name of the audit                   coordinator team by-link executive
why staff cannot be named           nobody coordinator by-link
what the team should know           coordinator team by-link
comment of lead on the dates        coordinator lead link-of-lead
comment of second on the dates      coordinator second link-of-second
comment of staff on the dates       coordinator staff
comment of other staff on the dates coordinator
comment of contact on the dates     coordinator by-link-of-contact
document wanted                     coordinator team by-link executive
guidance                            by-link coordinator team
name of a document                  coordinator team by-link
text of a document                  coordinator team
public page                         coordinator team by-link
why a document does not apply       coordinator team by-link
item of the agenda                  coordinator team
whom the item is with               coordinator team
remarks on the visit                nobody coordinator team
name of a visit file                coordinator team
text of a visit file                coordinator team

guest at the visit                  {REPORT}
role of the guest                   {REPORT}
summary of the report               {REPORT}
strengths of the report             {REPORT}
improvement of the report           {REPORT}
recommendations of the report       {REPORT}
good_practice of the report         {REPORT}
recommendation                      {REPORT}
owner of a recommendation           {REPORT}
comment on a section                coordinator lead second
wording that is replaced            coordinator team @responding organisation
point                               organisation @finalising coordinator team @presented executive
name of the evidence                organisation @finalising coordinator team
text of the evidence                organisation @finalising coordinator team
draft of a point                    contact-after-code
why more time                       coordinator organisation
why no more time                    coordinator organisation
reason of a decision                coordinator team @presented organisation executive
new wording                         coordinator team @presented organisation executive
draft of a decision                 coordinator
place of the meeting                coordinator executive
file of an import                   coordinator
trouble of an import                coordinator
other place of an import            coordinator
what an import changes              coordinator
row of an import                    coordinator
why a row is left                   coordinator
why a row is refused                coordinator
why these numbers                   coordinator executive
decision of the Executive Group     coordinator executive organisation
owner of an action                  coordinator executive organisation
note on an action                   coordinator executive organisation
update on an action                 coordinator executive organisation
impact of an action                 coordinator executive organisation
question about an action            coordinator executive organisation
name of the proof                   coordinator executive organisation
text of the proof                   coordinator executive organisation
trouble of a letter                 coordinator administrator
why lead is away                    lead coordinator
name of a holiday                   coordinator team by-link
sender of a message                 coordinator
subject of a message                coordinator
text of a message                   coordinator
why held                            coordinator
comment with an answer              coordinator
comment with a held answer          nobody coordinator
"""
MOMENTS = tuple(CHAPTERS)


def _rows() -> dict[str, list[tuple[str, str]]]:
    rows = {}
    for line in filter(None, KNOWS.splitlines()):
        kind, who = line[:36].strip(), line[36:].split()
        moment, known = MOMENTS[0], []
        for word in who:
            moment = word[1:] if word.startswith("@") else moment
            known += [] if word.startswith("@") else [(word, moment)]
        rows[kind] = known
    return rows


ROWS = _rows()


def names_of(house: House, person: str, review: str) -> set[str]:
    """What the table calls a person, seen from one review."""
    facts, (called, _of, place) = house.people.get(person, {}), _parts(person)
    names = {called.replace(" ", "-")} if place == review else set()
    if "roles" in facts:
        names |= {f"{role}s" for role in facts["roles"]} | ({"administrator"} & facts["roles"].keys())
        names -= {"coordinator", "executive"}
        names |= {role for role in ("coordinator", "executive") if _in_borough(facts, role, review)}
        names |= {"team"} if place == review and called in ("lead", "second") else set()
    elif place == review and facts.get("purpose") == "organisation" and called != "revoked":
        whose = "colleague" if called == "colleague" else "contact"
        names |= {"by-link", f"by-link-of-{whose}"}
        names |= {"organisation", f"{whose}-after-code"} if facts.get("code") else set()
    elif place == review and called in ("link of lead", "link of second"):
        names |= {"links-of-team"}
    return names


def _parts(person: str) -> tuple[str, str, str]:
    for place in ("other", "elsewhere"):
        if person.endswith(f" of {place}"):
            return person.removesuffix(f" of {place}"), "of", place
    return person, "", "own"


def _in_borough(facts: dict, role: str, review: str) -> bool:
    boroughs = facts["roles"].get(role, [])
    return review in ("own", "other", "elsewhere") and (
        None in boroughs or {"own": "HAC", "other": "HAC", "elsewhere": "COL"}[review] in boroughs
    )


def may_know(house: House, person: str, word: str, moment: str) -> bool:
    """Whether a person may find this word at a moment."""
    review, kind = house.words[word]
    names = names_of(house, person, review) | ({person.replace(" ", "-")} if review == "board" else set())
    reached = MOMENTS.index(moment)
    return any(who in names and MOMENTS.index(since) <= reached for who, since in ROWS[kind])
