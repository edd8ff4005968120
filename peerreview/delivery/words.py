"""What each letter is called, and who gets it when; in the order of the process."""

from typing import NamedTuple


class Kind(NamedTuple):
    """One kind of letter, as administrators and coordinators read of it."""

    title: str
    goes: str


LETTERS: dict[str, Kind] = {
    "request_received": Kind("Request received", "To whoever asked for a review, at once"),
    "request_accepted": Kind("Request accepted", "To whoever asked"),
    "request_declined": Kind("Request declined", "To whoever asked, with the reason"),
    "selection_waits": Kind("Selection to approve", "To the members of the Executive Group"),
    "selection_reminder": Kind("Reminder of the selection", "To the members of the Executive Group"),
    "selection_decided": Kind("Selection decided", "To the coordinators: notices can go, or something came back"),
    "notice": Kind("Notice", "To the organisation: name staff, see your audit"),
    "passed_on": Kind("Passed on to a colleague", "To the colleague whom the organisation named"),
    "staff_named": Kind("Staff named", "To the organisation: thanks"),
    "staff_cannot_be_named": Kind("Staff cannot be named", "To the coordinators of the borough"),
    "team_invitation": Kind("Can you be on the team?", "To a reviewer: accept or decline, and declare interests"),
    "place_declined": Kind("A reviewer cannot be on the team", "To the coordinators of the borough"),
    "off_the_team": Kind("You are no longer on the team", "To a reviewer who was taken off"),
    "interest_alert": Kind("An interest was declared or noticed", "To the coordinators of the borough"),
    "access_suspended": Kind("Your access is suspended", "To a reviewer in whom an interest was noticed"),
    "confirm_interests": Kind("Are your interests still right?", "To a reviewer, once a year"),
    "back_on_the_team": Kind("You are back on the team", "To a reviewer whose access was suspended"),
    "say_when": Kind("Please say when you can", "To everybody who is asked for dates"),
    "offer_dates": Kind("Please offer dates", "To the organisation, when none of ours works"),
    "date_agreed": Kind("Date agreed", "To everybody who comes, with the invitation"),
    "your_time": Kind("Your own time", "To those whom the agenda names, with the invitation"),
    "date_moved": Kind("Date moved", "To everybody who comes, with the new invitation"),
    "declined_alert": Kind("An invitation was declined", "To the coordinators, when the person is needed"),
    "visit_cancelled": Kind("Visit cancelled", "To everybody who was invited, or to one person"),
    "documents_wanted": Kind("Documents wanted", "To the organisation"),
    "pack_ready": Kind("Documents ready to read", "To the team"),
    "initial_report_issued": Kind("Initial report issued", "To the organisation: read it and answer"),
    "report_shared": Kind("Report passed on to a colleague", "To the colleague whom the organisation named"),
    "you_send": Kind("You send the response", "To whom the organisation named to send it"),
    "more_time_wanted": Kind("More time asked for", "To the coordinators of the borough"),
    "more_time_refused": Kind("No more time for the response", "To the organisation"),
    "deadline_extended": Kind("More time for the response", "To the organisation"),
    "response_received": Kind("Response received", "To the organisation: thanks"),
    "final_report": Kind("Final report", "To the organisation, with the decision on each point"),
    "presented": Kind("Presented", "To the organisation: what the Executive Group decided"),
    "changes_wanted": Kind("Changes wanted", "To the team: the Executive Group asks for changes to the final report"),
    "report_sent_back": Kind("Report being revised", "To the organisation: the final report will be revised"),
    "action_reported": Kind("Action said to be done", "To the coordinators: please verify it"),
    "action_needs_more": Kind("Action needs more", "To the organisation: something is still missing"),
    "review_closed": Kind("Review complete", "To the organisation: the review is closed"),
    "withdrawn": Kind("Review withdrawn", "To the organisation and the team, with the reason"),
    "reinstated": Kind("Review goes on", "To the organisation and the team"),
    "reminder": Kind("Reminder", "To whoever a task waits for"),
    "code": Kind("Six-digit code", "To the person of a personal link, to open a confidential page"),
    "choose_password": Kind("Choose a password", "To somebody with an account"),
    "password_changed": Kind("Password changed", "To somebody with an account"),
    "test_letter": Kind("Test letter", "To whom an administrator sends one"),
}
