"""Invented facts, to show the words of a letter with. Nobody's review is opened for it."""

from collections.abc import Iterable

from flask import current_app

from peerreview.letter_text import PAGE
from peerreview.letters import common_facts

ANYWHERE: dict[str, str] = {
    "a password": "a password",
    "about whom": "The request is for Oakfield Primary School.",
    "before the visit": "before the visit on Tuesday 1 December 2026 at 10:00am (UK time)",
    "borough": "Hackney",
    "by day": "by Tuesday 24 November 2026",
    "by deadline": "by Tuesday 24 November 2026 (23:59, UK time)",
    "dates": "Tuesday 1 December 2026 at 10:00am, 150 minutes\nThursday 3 December 2026 at 1:30pm, 150 minutes",
    "deadline": "Friday 18 December 2026",
    "deadline day": "Friday 18 December 2026",
    "decision": "accepted",
    "earliest day": "Tuesday 15 December 2026",
    "end": "12:30pm",
    "executive group": "Hackney Executive Group",
    "how found": "has declared",
    "how decided": "at its meeting on Thursday 28 January 2027",
    "how late": "This was due on Tuesday 17 November 2026; please do it as soon as you can.",
    "how long": "(150 minutes)",
    "meeting day": "Thursday 28 January 2027",
    "member": "Delroy Barrett",
    "number of lines": "7 lines",
    "number of reviews": "4 reviews",
    "old place": "Oakfield, Church Street",
    "old start": "Thursday 3 December 2026 at 10:00am",
    "action number": "2",
    "old time": "Tuesday 1 December 2026 at 10:00am to 12:30pm",
    "organisation": "Oakfield Primary School",
    "people": "Grace Oyelaran, Lead reviewer\nDee Lead, Designated safeguarding lead",
    "person": "Dee Lead",
    "place": "Oakfield, Church Street",
    "programme": "2026 to 2027",
    "received": "Tuesday 17 November 2026 at 9:30am",
    "reference": "HAC-2026-014",
    "remark": "Please park in Mill Lane.",
    "reviewer": "Sam Turner",
    "sender": "Grace Oyelaran",
    "sent": "Tuesday 17 November 2026 at 9:30am",
    "six digits": "123456",
    "start": "Tuesday 1 December 2026 at 10:00am",
    "their part": "Designated safeguarding lead",
    "time": "Tuesday 1 December 2026 at 10:00am",
    "what changed": "time",
    "what is kept": "Some of these are new; the answers you gave are kept.",
    "what is new": "it has your own time at the peer review visit",
    "what is off": "the peer review visit to Oakfield Primary School is cancelled and will not take place then.",
    "what to do": "name the staff for the team to meet",
    "what was named": "Your answer names 3 people.",
    "when": "The visit is on Tuesday 1 December 2026 at 10:00am, UK time.",
    "while we are there": "The team is on site from 10:00am to 12:30pm. You need to be there only for your own time.",
    "why": "You were reviewed last spring.",
    "why you": "A colleague who had the link gave us your name.",
    "wished day": "Friday 8 January 2027",
    "words of the button": "Name the staff",
}
# What says something else in one letter than in another.
IN_LETTER: dict[tuple[str, str], str] = {
    ("selection_decided", "what to do"): "Please send the notices: 3 reviews are approved",
    ("selection_reminder", "by deadline"): "by Friday 18 December 2026",
    ("choose_password", "why"): "You have an account for the peer reviews of your board.",
    ("choose_password", "what comes next"): "You then sign in with your email address, and set up your phone.",
    ("visit_cancelled", "what comes next"): "We will write to you again when new dates are proposed.",
    ("deadline_extended", "deadline"): "Friday 18 December 2026 at 11:59pm",
    ("report_shared", "deadline"): "Friday 18 December 2026 at 11:59pm",
    ("you_send", "deadline"): "Friday 18 December 2026 at 11:59pm",
    ("more_time_wanted", "deadline"): "Friday 18 December 2026 at 11:59pm",
    ("more_time_refused", "deadline"): "Friday 18 December 2026 at 11:59pm",
    ("initial_report_issued", "deadline"): "Friday 18 December 2026 at 11:59pm",
    ("interest_alert", "what happened"): "They stay on the team, but cannot lead it.",
    ("passed_on", "what happened"): "A colleague has passed on",
    ("visit_cancelled", "what happened"): "Peer review visit cancelled",
    ("passed_on", "what is due"): "The staff to meet are to be named by Tuesday 24 November 2026 (23:59, UK time).",
    ("review_closed", "what is open"): "Every action is done.",
    ("presented", "what is due"): "the first of your 3 actions is due by Wednesday 31 March 2027",
}


def facts_of(letter: str, names: Iterable[str]) -> dict[str, str]:
    """A value for each name, in their order; a page is an address that leads nowhere."""
    common = common_facts("Ada Okafor")
    return {name: common.get(name) or _value(letter, name) for name in sorted(names)}


def _value(letter: str, name: str) -> str:
    if name.endswith(PAGE):
        return f"{current_app.config['BASE_URL']}/my/example/{name.removesuffix(PAGE).replace(' ', '-')}"
    return IN_LETTER.get((letter, name)) or ANYWHERE[name]
