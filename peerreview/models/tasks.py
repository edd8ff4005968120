"""What has to happen in a review, who is waited for and since when. Derived from the record, never stored."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from ..workdays import local_day
from ..workflow import IN_ORDER, Role, Stage
from .review import Review


class State(StrEnum):
    """How far a task is."""

    LATER = "later"  # cannot start yet
    WAITING = "waiting"
    DONE = "done"


@dataclass(frozen=True)
class Task:
    """One thing to be done. ``name`` has its words in ``wording.TASKS``; ``since`` is an instant, ``due`` a day."""

    name: str
    state: State
    who: Role
    since: datetime | None = None
    due: date | None = None
    done_at: datetime | None = None

    def days_late(self, today: date) -> int:
        """Calendar days past the due day; 0 when it is not late."""
        if self.state is not State.WAITING or self.due is None or today <= self.due:
            return 0
        return (today - self.due).days


def tasks(review: Review) -> list[Task]:
    """Every task of a review in the order of the procedure; none for one that was declined or withdrawn."""
    if review.stage not in IN_ORDER:
        return []
    return [
        *_request(review),
        _approval(review),
        _notice(review),
        _staff(review),
        _team(review),
        _interests(review),
        _dates(review),
        _asking(review),
        _documents(review),
        _by_stage(review, "hold_visit", Role.REVIEWER, Stage.PREPARING, _visit_day(review)),
        _by_stage(review, "write_report", Role.REVIEWER, Stage.REPORTING, review.initial_report_due_on),
        *_more_time(review),
        _by_stage(
            review,
            "respond",
            Role.ORGANISATION,
            Stage.RESPONDING,
            review.response_due_at and local_day(review.response_due_at),
        ),
        _by_stage(review, "finalise", Role.COORDINATOR, Stage.FINALISING),
        _by_stage(review, "present", Role.COORDINATOR, Stage.FINAL, _meeting_day(review)),
        _carrying_out(review),
        _following_up(review),
    ]


def waiting(review: Review) -> list[Task]:
    """The tasks that somebody could do now."""
    return [task for task in tasks(review) if task.state is State.WAITING]


def _request(review: Review) -> list[Task]:
    """Only until it is decided: a row that some lists had and others had not would say how a review was selected."""
    if review.stage is not Stage.REQUESTED:
        return []
    return [Task("decide_request", State.WAITING, Role.COORDINATOR, review.stage_since)]


def _visit_day(review: Review) -> date | None:
    return local_day(review.visit.ends_at) if review.visit else None


def _meeting_day(review: Review) -> date | None:
    return review.paper.meeting.held_on if review.paper else None


def _has_left(review: Review, stage: Stage) -> bool:
    return IN_ORDER.index(review.stage) > IN_ORDER.index(stage)


def _by_stage(review: Review, name: str, who: Role, stage: Stage, due: date | None = None) -> Task:
    """A task that is exactly one stage: open while the review is there, done when it has left."""
    if _has_left(review, stage):
        return Task(name, State.DONE, who, due=due)
    if review.stage is stage:
        return Task(name, State.WAITING, who, review.stage_since, due)
    return Task(name, State.LATER, who, due=due)


def _within(
    review: Review,
    name: str,
    who: Role,
    since: datetime | None,
    due: date | None,
    done: bool,
    done_at: datetime | None = None,
    opens: Stage = Stage.ARRANGING,
) -> Task:
    if done or _has_left(review, Stage.PREPARING):
        return Task(name, State.DONE, who, since, due, done_at)
    is_open = since is not None and IN_ORDER.index(review.stage) >= IN_ORDER.index(opens)
    return Task(name, State.WAITING if is_open else State.LATER, who, since, due)


def _approval(review: Review) -> Task:
    """The coordinator sends what is selected; then a member of the Executive Group decides, or sends it back."""
    sent, approved = review.selected_in[-1] if review.selected_in else None, review.approval
    if approved or _has_left(review, Stage.PLANNED):
        done_at = approved.round.decided_at if approved else None
        return Task("approve_selection", State.DONE, Role.EXECUTIVE, done_at=done_at)
    if review.stage is not Stage.PLANNED:
        return Task("approve_selection", State.LATER, Role.EXECUTIVE)
    if sent and review.selection_waits:
        return Task("approve_selection", State.WAITING, Role.EXECUTIVE, sent.sent_at, sent.round.due_on)
    name = "reconsider_selection" if sent and sent.approved is False else "send_selection"
    since = sent.round.decided_at if sent and sent.approved is False else review.stage_since
    return Task(name, State.WAITING, Role.COORDINATOR, since)


def _notice(review: Review) -> Task:
    """Nothing goes to the organisation before the Executive Group has approved."""
    if review.stage is Stage.PLANNED and not review.selection_is_approved:
        return Task("send_notice", State.LATER, Role.COORDINATOR)
    since = review.approval.round.decided_at if review.approval else None
    task = _by_stage(review, "send_notice", Role.COORDINATOR, Stage.PLANNED)
    return replace(task, since=max(task.since, since)) if task.since and since else task


def _staff(review: Review) -> Task:
    """The organisation's; once it has said that it cannot, the coordinator's, who promised to be in touch."""
    nomination = review.nomination
    if nomination and review.staff_cannot_be_named:
        return _within(review, "solve_staff", Role.COORDINATOR, nomination.cannot_at, None, False)
    answered = nomination.sent_at if nomination else None
    return _within(
        review,
        "name_staff",
        Role.ORGANISATION,
        review.notice_sent_at,
        review.staff_due_on,
        review.staff_are_named,
        answered,
    )


def _team(review: Review) -> Task:
    """Not waited for before the Executive Group has approved: reviewers are told the organisation's name."""
    since: datetime | None = review.notice_sent_at or review.stage_since
    if review.stage is Stage.REQUESTED or (review.stage is Stage.PLANNED and not review.selection_is_approved):
        since = None
    enough = len(review.current_team) >= 2 and review.lead is not None
    return _within(review, "assemble_team", Role.COORDINATOR, since, None, enough, opens=Stage.PLANNED)


def _interests(review: Review) -> Task:
    """Of each whom the team invites; also after the visit, when somebody joins in another's place."""
    asked = [member for member in review.current_team if not member.has_declared]
    since = min((member.assigned_at for member in asked), default=None)
    due = min((member.declare_by for member in asked if member.declare_by), default=None)
    done = bool(review.current_team) and not asked
    if asked and review.stage in (Stage.REPORTING, Stage.RESPONDING, Stage.FINALISING):
        return Task("declare_interests", State.WAITING, Role.REVIEWER, since, due)
    return _within(review, "declare_interests", Role.REVIEWER, since, due, done, opens=Stage.PLANNED)


def _dates(review: Review) -> Task:
    if review.visit is not None:
        return Task("agree_date", State.DONE, Role.COORDINATOR, done_at=review.visit.agreed_at)
    if review.stage is Stage.PREPARING:  # it was withdrawn, which cancelled the visit, and reinstated
        return Task("agree_date", State.WAITING, Role.COORDINATOR, review.stage_since)
    can_start = review.poll is not None or (review.staff_are_named and len(review.current_team) >= 2)
    since = review.stage_since if review.stage is Stage.ARRANGING and can_start else None
    closes = local_day(review.poll.closes_at) if review.poll else None
    return _within(review, "agree_date", Role.COORDINATOR, since, closes, False)


def _asking(review: Review) -> Task:
    """Once a date is agreed the coordinator asks for the documents; nothing else would bring them."""
    since = review.stage_since if review.stage is Stage.PREPARING else None
    return _within(
        review,
        "ask_for_documents",
        Role.COORDINATOR,
        since,
        None,
        bool(review.document_requests),
        opens=Stage.PREPARING,
    )


def _documents(review: Review) -> Task:
    wanted = review.document_requests
    open_ones = [request for request in wanted if request.done_at is None]
    since = review.stage_since if wanted else None
    return _within(
        review, "hand_in_documents", Role.ORGANISATION, since, review.documents_due_on, bool(wanted) and not open_ones
    )


def _more_time(review: Review) -> list[Task]:
    """The coordinator's, while the organisation waits to hear whether it gets more time; else there is no such task."""
    asked = review.asked_for_more_time if review.stage is Stage.RESPONDING else None
    if asked is None:
        return []
    due = review.response_due_at and local_day(review.response_due_at)
    return [Task("decide_more_time", State.WAITING, Role.COORDINATOR, asked.asked_at, due)]


def _carrying_out(review: Review) -> Task:
    """The organisation's, while an action is neither done nor reported as done."""
    if review.stage is not Stage.PRESENTED:
        return _by_stage(review, "carry_out", Role.ORGANISATION, Stage.PRESENTED)
    due = min((action.due_on for action in review.actions if action.is_waited_for), default=None)
    state = State.DONE if due is None else State.WAITING
    return Task("carry_out", state, Role.ORGANISATION, review.stage_since, due)


def _following_up(review: Review) -> Task:
    """The coordinator's, once the organisation says that an action is done, or when nothing is left to wait for."""
    task = _by_stage(review, "follow_up", Role.COORDINATOR, Stage.PRESENTED)
    if task.state is not State.WAITING or review.actions_are_done:
        return task
    since = min((a.reported_at for a in review.actions if a.reported_at and a.done_at is None), default=None)
    return Task("follow_up", State.WAITING if since else State.LATER, Role.COORDINATOR, since)
