"""The process as one table: who may do what, at which stage, and where it leads.

Plain Python, read by buttons, pages, letters, permissions, the timeline and ``docs/process.md``. The source of every
row is the board's peer review procedure, sections 2 to 4; what the procedure leaves open is a setting, not a row.
"""

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """Who acts. An organisation acts through a personal link and has no account; the system acts at deadlines."""

    ORGANISATION = "organisation"
    COORDINATOR = "coordinator"
    REVIEWER = "reviewer"
    EXECUTIVE = "executive"
    ADMINISTRATOR = "administrator"
    SYSTEM = "system"


class Stage(StrEnum):
    """Where a review stands. The words each audience reads are in ``wording``."""

    REQUESTED = "requested"
    PLANNED = "planned"
    ARRANGING = "arranging"
    PREPARING = "preparing"
    REPORTING = "reporting"
    RESPONDING = "responding"
    FINALISING = "finalising"
    FINAL = "final"
    PRESENTED = "presented"
    CLOSED = "closed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


ENDED = frozenset({Stage.CLOSED, Stage.DECLINED, Stage.WITHDRAWN})
IN_ORDER = tuple(stage for stage in Stage if stage not in {Stage.DECLINED, Stage.WITHDRAWN})
# What counts against the number that an Executive Group set for its year, and how far of that it is (process rule 1).
IN_THE_PROGRAMME = frozenset(IN_ORDER[IN_ORDER.index(Stage.PLANNED) :])
VISITED = frozenset(IN_ORDER[IN_ORDER.index(Stage.REPORTING) :])
PRESENTED = frozenset(IN_ORDER[IN_ORDER.index(Stage.PRESENTED) :])


@dataclass(frozen=True)
class Step:
    """One row of the process.

    ``starts``: the stages it may be taken in; none for a step that begins a review.
    ``leads_to``: the stage after it; ``None`` when the review stays where it is.
    ``by``: who may take it. ``needs``: the properties of the review that must be true first.
    ``tells``: the letters it may write. ``returns``: leads back to the stage before the review ended.
    """

    starts: frozenset[Stage]
    leads_to: Stage | None
    by: frozenset[Role]
    needs: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    returns: bool = False

    @property
    def moves(self) -> bool:
        """Whether the review leaves its stage by this step."""
        return self.returns or self.leads_to is not None


def _step(
    starts: tuple[Stage, ...] | Stage,
    leads_to: Stage | None,
    by: tuple[Role, ...] | Role,
    needs: tuple[str, ...] | str = (),
    tells: tuple[str, ...] | str = (),
    returns: bool = False,
) -> Step:
    return Step(
        starts=frozenset([starts] if isinstance(starts, Stage) else starts),
        leads_to=leads_to,
        by=frozenset([by] if isinstance(by, Role) else by),
        needs=(needs,) if isinstance(needs, str) else needs,
        tells=(tells,) if isinstance(tells, str) else tells,
        returns=returns,
    )


_COORDINATOR = Role.COORDINATOR
_SCHOOL = (Role.ORGANISATION, Role.COORDINATOR)  # a coordinator may record what the organisation said by phone
_TEAM = (Role.REVIEWER, Role.COORDINATOR)
_BEFORE_VISIT = (Stage.PLANNED, Stage.ARRANGING, Stage.PREPARING)
_TEAM_AT_WORK = (*_BEFORE_VISIT, Stage.REPORTING, Stage.RESPONDING, Stage.FINALISING)
_TEAM_READS = (*_TEAM_AT_WORK, Stage.FINAL, Stage.PRESENTED)  # until the review closes; rule 4 knows no last day
_PEOPLE = ("say_when", "date_agreed", "visit_cancelled")  # who comes may change by it: those who join or leave hear
_BEFORE_FINAL = tuple(Stage)[: tuple(Stage).index(Stage.FINAL)]

STEPS: dict[str, Step] = {
    # Selection: procedure 4, "selected ... either randomly or based on local intelligence", "can also request"
    "request": _step((), Stage.REQUESTED, Role.ORGANISATION, tells="request_received"),
    "plan": _step((), Stage.PLANNED, _COORDINATOR),
    "match_organisation": _step(Stage.REQUESTED, None, _COORDINATOR),
    "accept": _step(Stage.REQUESTED, Stage.PLANNED, _COORDINATOR, "organisation_is_known", "request_accepted"),
    "decline": _step(Stage.REQUESTED, Stage.DECLINED, _COORDINATOR, tells="request_declined"),
    # Approval: procedure 4, "selected for Peer Review by the City and Hackney Executives"; why stays with them (rule 2)
    "write_intelligence": _step(IN_ORDER[1:], None, (_COORDINATOR, Role.EXECUTIVE), "is_chosen_on_intelligence"),
    "send_selection": _step(Stage.PLANNED, None, _COORDINATOR, "selection_can_be_sent", "selection_waits"),
    "approve_selection": _step(Stage.PLANNED, None, Role.EXECUTIVE, "selection_waits", "selection_decided"),
    "send_back_selection": _step(Stage.PLANNED, None, Role.EXECUTIVE, "selection_waits", "selection_decided"),
    # Notice: procedure 4, "provide notice ..., supplied with a copy of their audit and asked to identify key staff"
    "attach_audit": _step(_BEFORE_VISIT, None, _COORDINATOR),
    "choose_contact": _step(Stage.PLANNED, None, _COORDINATOR),
    "send_notice": _step(
        Stage.PLANNED, Stage.ARRANGING, _COORDINATOR, ("is_ready_for_notice", "selection_is_approved"), "notice"
    ),
    "pass_on": _step(
        (Stage.ARRANGING, Stage.PREPARING),
        None,
        _SCHOOL,
        tells=("passed_on", *_PEOPLE),
    ),
    "correct_details": _step((Stage.ARRANGING, Stage.PREPARING), None, _SCHOOL),
    "name_staff": _step(
        (Stage.ARRANGING, Stage.PREPARING),
        None,
        _SCHOOL,
        tells=("staff_named", *_PEOPLE),
    ),
    "cannot_name_staff": _step(Stage.ARRANGING, None, _SCHOOL, tells="staff_cannot_be_named"),
    # Team: procedure 3.1: who makes up a team, not who may still join; also after the visit the report needs two
    "assign_reviewer": _step(_BEFORE_VISIT, None, _COORDINATOR, tells=("team_invitation", *_PEOPLE)),
    "accept_place": _step(_TEAM_AT_WORK, None, _TEAM, tells=("interest_alert", *_PEOPLE)),
    "decline_place": _step(_TEAM_AT_WORK, None, _TEAM, tells=("place_declined", *_PEOPLE)),
    "name_lead": _step((*_BEFORE_VISIT, Stage.REPORTING), None, _COORDINATOR, tells=_PEOPLE),
    "replace_reviewer": _step(_TEAM_AT_WORK, None, _COORDINATOR, tells=("off_the_team", "team_invitation", *_PEOPLE)),
    "remove_reviewer": _step(_TEAM_READS, None, _COORDINATOR, tells=("off_the_team", *_PEOPLE)),
    "declare_interests": _step(_TEAM_READS, None, _TEAM, tells=("interest_alert", *_PEOPLE)),
    "note_interest": _step(
        _TEAM_READS, None, (*_TEAM, Role.SYSTEM), tells=("interest_alert", "access_suspended", *_PEOPLE)
    ),
    "restore_reviewer": _step(_TEAM_READS, None, _COORDINATOR, tells=("back_on_the_team", *_PEOPLE)),
    # Date: procedure 4, "the date of review agreed"; procedure 2, "no more than 2-3 hours"
    "propose_dates": _step(Stage.ARRANGING, None, _COORDINATOR, tells="say_when"),
    "answer_dates": _step(Stage.ARRANGING, None, (Role.ORGANISATION, Role.REVIEWER, Role.COORDINATOR)),
    "ask_again": _step(Stage.ARRANGING, None, _COORDINATOR, tells="say_when"),
    "ask_for_dates": _step(Stage.ARRANGING, None, _COORDINATOR, tells="offer_dates"),
    "offer_dates": _step(Stage.ARRANGING, None, Role.ORGANISATION, "organisation_is_asked_for_dates", tells="say_when"),
    "set_needed": _step((Stage.ARRANGING, Stage.PREPARING), None, _COORDINATOR),
    "agree_date": _step(Stage.ARRANGING, Stage.PREPARING, _COORDINATOR, "is_ready_for_a_date", "date_agreed"),
    "move_date": _step(Stage.PREPARING, Stage.PREPARING, _COORDINATOR, tells=("date_moved", "date_agreed")),
    "change_people": _step(Stage.PREPARING, None, _COORDINATOR, tells=("date_agreed", "visit_cancelled")),
    "cancel_date": _step(Stage.PREPARING, Stage.ARRANGING, _COORDINATOR, tells="visit_cancelled"),
    "answer_invitation": _step(Stage.PREPARING, None, (*_SCHOOL, Role.REVIEWER), tells="declined_alert"),
    # Preparation: procedure 4, "including supporting documentation provided by the organisation"
    "ask_for_documents": _step((Stage.ARRANGING, Stage.PREPARING), None, _COORDINATOR, tells="documents_wanted"),
    "hand_in_document": _step((Stage.ARRANGING, Stage.PREPARING), None, _SCHOOL),
    "take_back_document": _step((Stage.ARRANGING, Stage.PREPARING), None, _SCHOOL),
    "finish_documents": _step((Stage.ARRANGING, Stage.PREPARING), None, _SCHOOL, tells="pack_ready"),
    "set_agenda": _step(Stage.PREPARING, None, _TEAM, tells="your_time"),
    # Visit: procedure 4, "onsite for interview and document review"
    "add_visit_file": _step((Stage.PREPARING, Stage.REPORTING), None, _TEAM),
    "remove_visit_file": _step((Stage.PREPARING, Stage.REPORTING), None, _TEAM),
    "record_visit": _step(Stage.PREPARING, Stage.REPORTING, _TEAM),
    # Report: procedure 4, "provided to the organisation / school for response within a specified period"
    "issue_initial_report": _step(
        Stage.REPORTING, Stage.RESPONDING, _TEAM, "initial_report_is_written", "initial_report_issued"
    ),
    "ask_for_more_time": _step(
        Stage.RESPONDING,
        None,
        Role.ORGANISATION,
        ("response_is_still_accepted", "more_time_is_answered"),
        "more_time_wanted",
    ),
    "share_report": _step(Stage.RESPONDING, None, Role.ORGANISATION, "response_is_still_accepted", "report_shared"),
    "name_sender": _step(Stage.RESPONDING, None, Role.ORGANISATION, "response_is_still_accepted", "you_send"),
    "extend_response": _step(Stage.RESPONDING, None, _COORDINATOR, tells="deadline_extended"),
    "refuse_more_time": _step(Stage.RESPONDING, None, _COORDINATOR, "more_time_waits", "more_time_refused"),
    "send_response": _step(
        Stage.RESPONDING, Stage.FINALISING, _SCHOOL, "response_is_still_accepted", "response_received"
    ),
    "end_response_period": _step(
        Stage.RESPONDING, Stage.FINALISING, _COORDINATOR, ("response_period_is_over", "more_time_is_answered")
    ),
    "decide_point": _step(Stage.FINALISING, None, _TEAM),
    "approve_final_report": _step(Stage.FINALISING, Stage.FINAL, _COORDINATOR, "final_report_is_ready", "final_report"),
    "acknowledge_report": _step((Stage.FINAL, Stage.PRESENTED), None, Role.ORGANISATION),
    # Executive Group: procedure 4, "presented at the next Executive Group meeting"
    "put_on_agenda": _step(Stage.FINAL, None, _COORDINATOR),
    "defer_report": _step(Stage.FINAL, None, _COORDINATOR, "is_on_an_agenda"),
    "ask_for_changes": _step(
        Stage.FINAL, Stage.FINALISING, _COORDINATOR, "is_on_an_agenda", ("changes_wanted", "report_sent_back")
    ),
    "present": _step(Stage.FINAL, Stage.PRESENTED, _COORDINATOR, "is_on_an_agenda", "presented"),
    # What follows: the actions are carried out and verified; the review ends when all are, or the Executive says so
    "update_action": _step((Stage.PRESENTED, Stage.CLOSED), None, _SCHOOL, tells="action_reported"),
    "ask_about_action": _step((Stage.PRESENTED, Stage.CLOSED), None, _COORDINATOR, tells="action_needs_more"),
    "complete_action": _step((Stage.PRESENTED, Stage.CLOSED), None, _COORDINATOR),
    "close": _step(Stage.PRESENTED, Stage.CLOSED, _COORDINATOR, "actions_are_done", "review_closed"),
    "close_early": _step(Stage.PRESENTED, Stage.CLOSED, (Role.EXECUTIVE, _COORDINATOR), tells="review_closed"),
    # Ends
    "withdraw": _step(_BEFORE_FINAL, Stage.WITHDRAWN, _COORDINATOR, tells=("withdrawn", "visit_cancelled")),
    "reinstate": _step(
        (Stage.DECLINED, Stage.WITHDRAWN, Stage.CLOSED), None, _COORDINATOR, tells="reinstated", returns=True
    ),
}

CONDITIONS = frozenset(condition for step in STEPS.values() for condition in step.needs)


def steps_from(stage: Stage) -> dict[str, Step]:
    """The rows that may be taken from a stage, in the table's order."""
    return {name: step for name, step in STEPS.items() if stage in step.starts}
