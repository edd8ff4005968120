"""What each audience reads for a stage, a step and a task. Plain Python; templates say the rest."""

from .workflow import Role, Stage

STAGES: dict[Stage, str] = {
    Stage.REQUESTED: "Requested",
    Stage.PLANNED: "Planned",
    Stage.ARRANGING: "Arranging",
    Stage.PREPARING: "Preparing",
    Stage.REPORTING: "Writing the report",
    Stage.RESPONDING: "With the organisation",
    Stage.FINALISING: "Deciding the points",
    Stage.FINAL: "Waiting for the meeting",
    Stage.PRESENTED: "Presented",
    Stage.CLOSED: "Closed",
    Stage.DECLINED: "Declined",
    Stage.WITHDRAWN: "Withdrawn",
}

ORGANISATION_STAGES: dict[Stage, str] = {
    Stage.REQUESTED: "We are reading your request",
    Stage.PLANNED: "Your review is planned",
    Stage.ARRANGING: "We are arranging your visit",
    Stage.PREPARING: "Your visit is agreed",
    Stage.REPORTING: "The team is writing its report",
    Stage.RESPONDING: "Your initial report is ready for your response",
    Stage.FINALISING: "The team is considering your response",
    Stage.FINAL: "Your final report goes to the Executive Group",
    Stage.PRESENTED: "Your report has been presented",
    Stage.CLOSED: "Your review is complete",
    Stage.DECLINED: "Your request was declined",
    Stage.WITHDRAWN: "Your review was withdrawn",
}

# The timeline: what somebody did.
STEPS: dict[str, str] = {
    "request": "asked for a review",
    "plan": "planned the review",
    "match_organisation": "matched the request to the register",
    "accept": "accepted the request",
    "decline": "declined the request",
    "write_intelligence": "added to why it was chosen",
    "send_selection": "sent the selection to the Executive Group",
    "approve_selection": "approved the selection",
    "send_back_selection": "sent the selection back",
    "attach_audit": "attached the copy of the audit",
    "choose_contact": "chose whom the notice goes to",
    "send_notice": "sent the notice",
    "pass_on": "passed the task on",
    "correct_details": "corrected the organisation’s details",
    "name_staff": "named the staff to meet",
    "cannot_name_staff": "said that staff cannot be named",
    "assign_reviewer": "invited a reviewer to the team",
    "accept_place": "accepted the place on the team and declared interests",
    "decline_place": "declined the place on the team",
    "name_lead": "named the lead",
    "replace_reviewer": "replaced a reviewer",
    "remove_reviewer": "took a reviewer off the team",
    "declare_interests": "declared interests",
    "note_interest": "noticed an interest of a reviewer",
    "restore_reviewer": "put a suspended reviewer back on the team",
    "propose_dates": "proposed dates",
    "answer_dates": "answered the dates",
    "ask_again": "opened the dates for answers again",
    "ask_for_dates": "asked the organisation for dates of its own",
    "offer_dates": "offered dates of its own",
    "set_needed": "changed who is needed at the visit",
    "agree_date": "agreed the date",
    "move_date": "moved the visit",
    "change_people": "changed who comes to the visit",
    "cancel_date": "cancelled the visit",
    "answer_invitation": "answered the invitation",
    "ask_for_documents": "asked for documents",
    "hand_in_document": "handed in a document",
    "take_back_document": "took back a document",
    "finish_documents": "finished handing in documents",
    "set_agenda": "set the agenda",
    "add_visit_file": "added a file from the visit",
    "remove_visit_file": "removed a file of the visit",
    "record_visit": "recorded the visit",
    "issue_initial_report": "issued the initial report",
    "ask_for_more_time": "asked for more time for the response",
    "share_report": "passed the initial report on to a colleague",
    "name_sender": "named who sends the response",
    "extend_response": "extended the response deadline",
    "refuse_more_time": "refused more time for the response",
    "send_response": "sent the response",
    "end_response_period": "recorded that no response was received",
    "decide_point": "decided a point of the response",
    "approve_final_report": "approved the final report",
    "acknowledge_report": "acknowledged the final report",
    "put_on_agenda": "put the report on an Executive Group agenda",
    "defer_report": "put the report off to another meeting, as the Executive Group decided",
    "ask_for_changes": "sent the report back for changes, as the Executive Group decided",
    "present": "recorded the report as presented",
    "update_action": "said how an action is going",
    "ask_about_action": "asked for more about an action",
    "complete_action": "verified that an action is done",
    "close": "closed the review",
    "close_early": "closed the review with actions still open, as the Executive Group decided",
    "withdraw": "withdrew the review",
    "reinstate": "reinstated the review",
}

# The button that takes the step.
BUTTONS: dict[str, str] = {
    "accept": "Decide on the request",
    "send_notice": "Prepare the notice",
    "agree_date": "Arrange the date",
    "record_visit": "Record the visit",
    "issue_initial_report": "Write the initial report",
    "end_response_period": "Record that no response was received",
    "approve_final_report": "Decide the points and finish the report",
    "present": "Record the presentation",
    "close": "Close the review",
    "withdraw": "Withdraw the review",
    "reinstate": "Reinstate the review",
}

# A task on the coordinator's list, and as the organisation reads it.
TASKS: dict[str, str] = {
    "decide_request": "Decide on the request",
    "send_selection": "Selection sent to the Executive Group",
    "reconsider_selection": "Reconsider what the Executive Group sent back",
    "approve_selection": "Selection approved",
    "send_notice": "Send the notice",
    "name_staff": "Staff named",
    "solve_staff": "Talk with the organisation, which cannot name staff",
    "assemble_team": "Team assembled",
    "declare_interests": "Invitations to the team answered",
    "agree_date": "Date agreed",
    "ask_for_documents": "Documents asked for",
    "hand_in_documents": "Documents handed in",
    "hold_visit": "Visit held",
    "write_report": "Initial report issued",
    "decide_more_time": "Decide on more time",
    "respond": "Response from the organisation",
    "finalise": "Points decided and final report approved",
    "present": "Presented to the Executive Group",
    "carry_out": "Actions carried out",
    "follow_up": "Actions verified and the review closed",
}

# What the timeline says for a fact whose value is a code.
FACTS: dict[str, dict[str, str]] = {
    "declaration": {
        "none": "No interest",
        "soft": "A connection that people should know about",
        "hard": "Should not be on this review",
    },
}

# The button that leads to a task, for whoever has to do it.
TASK_BUTTONS: dict[str, str] = {
    "decide_request": "Decide on the request",
    "send_selection": "Send the selection to the Executive Group",
    "reconsider_selection": "Reconsider what was sent back",
    "approve_selection": "Decide on the selection",
    "send_notice": "Prepare the notice",
    "name_staff": "Record an answer given by phone",
    "solve_staff": "Read why staff cannot be named",
    "assemble_team": "Assemble the team",
    "declare_interests": "Answer the invitation",
    "agree_date": "Arrange the date",
    "ask_for_documents": "Ask for documents",
    "hand_in_documents": "See the documents",
    "prepare": "Prepare for the visit",
    "hold_visit": "Record the visit",
    "write_report": "Write the initial report",
    "decide_more_time": "Decide on more time",
    "respond": "See the report",
    "finalise": "Decide the points",
    "present": "Record the presentation",
    "carry_out": "See how the actions are going",
    "follow_up": "Verify the actions",
}

# A reminder of a task: what is asked, and the button of the letter.
REMINDERS: dict[str, tuple[str, str]] = {
    "name_staff": ("name the staff for the team to meet", "Name the staff"),
    "declare_interests": ("say whether you can be on the team", "Answer the invitation"),
    "answer_dates": ("say when you can be at the visit", "Say when I can"),
    "hand_in_documents": ("hand in the documents for the visit", "Hand in the documents"),
    "hold_visit": ("record the visit", "Record the visit"),
    "write_report": ("finish the initial report", "Write the report"),
    "respond": ("read the initial report and send your response", "Read and respond"),
    "carry_out": ("say how the actions of your peer review are going", "Update the actions"),
}

# Entries of the timeline that are no step of the process.
OTHER_EVENTS: dict[str, str] = {
    "remind": "sent a reminder",
    "mend_address": "mended an email address and sent the letter again",
    "letter_returned": "was told that a letter could not be delivered",
    "deal_with_message": "dealt with a message",
    "freeze_draw": "froze the list of a draw",
    "enter_seed": "entered the seed of a draw",
    "plan_draw": "planned the reviews of those drawn",
    "take_reserve": "took the next reserve of a draw",
}

DELIVERIES: dict[str, str] = {
    "waiting": "Waiting to be sent",
    "sent": "Sent",
    "failed": "Could not be delivered",
    "superseded": "Replaced by a newer letter",
    "called_back": "Not sent: the reader left the team first",
}

# What somebody's calendar answered to the invitation.
ANSWERS: dict[str, str] = {"accepted": "Accepted", "tentative": "Tentative", "declined": "Declined"}

# What a message from outside was taken for, where a person has to look at it.
VERDICTS: dict[str, str] = {
    "personal": "From a person",
    "counter": "Another time?",
    "held": "Other address",
    "forged": "Forged",
    "stale": "Out of date",
    "foreign": "Not ours",
    "unclear": "Not clear",
    "too_large": "Too large",
    "unreadable": "Unreadable",
}

SELECTIONS: dict[str, str] = {
    "request": "It asked for a review",
    "random": "Drawn at random",
    "intelligence": "Chosen on local intelligence",
}

# Where local intelligence comes from. Only coordinators and the borough's Executive Group read these words.
CATEGORIES: dict[str, str] = {
    "inspection": "Inspection outcome",
    "audit_return": "Audit return",
    "partner": "Concern raised by a partner",
    "leadership": "Change of leadership",
    "other": "Another reason",
}

MEMBERSHIPS: dict[str, str] = {"board_member": "board member", "lay_member": "lay member"}

WHO: dict[Role, str] = {
    Role.ORGANISATION: "the organisation",
    Role.COORDINATOR: "the coordinator",
    Role.REVIEWER: "the team",
    Role.EXECUTIVE: "the Executive Group",
    Role.ADMINISTRATOR: "the administrator",
    Role.SYSTEM: "the app",
}

# Why a step cannot be taken yet: one sentence for each condition of the table.
NOT_YET: dict[str, str] = {
    "organisation_is_known": "Match the request to an organisation in the register first.",
    "is_chosen_on_intelligence": "This is only for a review that was chosen on local intelligence.",
    "selection_can_be_sent": "The Executive Group has this selection already.",
    "selection_waits": "This selection does not wait for the Executive Group now.",
    "selection_is_approved": "The Executive Group has to approve the selection first; until then no notice can go.",
    "is_ready_for_notice": "Attach the copy of the audit and choose whom to write to first.",
    "is_ready_for_a_date": "The team must be complete, with interests declared and a lead, and the staff named first.",
    "initial_report_is_written": "Write the summary, the strengths and the areas for improvement first.",
    "organisation_is_asked_for_dates": "You have offered your dates already, or are not asked for any now.",
    "response_period_is_over": "The response period has not ended yet.",
    "more_time_waits": "Nobody waits to hear about more time: it was answered, or not asked for.",
    "more_time_is_answered": "The organisation has asked for more time. That has to be answered first.",
    "response_is_still_accepted": "The time for a response has ended.",
    "final_report_is_ready": "Decide every point of the response and finish the text first.",
    "actions_are_done": "Verify every action first. Only the Executive Group can end a review with actions open.",
    "is_on_an_agenda": "Put the report on the agenda of an Executive Group meeting first.",
}


def whom(role: Role, *, school: bool) -> str:
    """Who does something, as the coordinator reads it: "the school", "the team"."""
    return "the school" if role is Role.ORGANISATION and school else WHO[role]


def waiting_for(role: Role, *, school: bool) -> str:
    """Who is waited for, as the coordinator reads it: "Waiting for the school"."""
    return f"Waiting for {whom(role, school=school)}"


def happened(step: str) -> str:
    """What somebody did, for the timeline: a step, a reading ("read the final report"), or another entry."""
    if step in STEPS:
        return STEPS[step]
    if step.startswith("read_"):
        return f"read the {step.removeprefix('read_').replace('_', ' ')}"
    return OTHER_EVENTS.get(step, step.replace("_", " "))
