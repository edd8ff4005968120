"""Who is waited for, what the next action is, and on which page it is done. Derived, never stored."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from flask import url_for

from peerreview.models import Participant, Person, Review, State, Task, utc_now, waiting
from peerreview.wording import REMINDERS, TASK_BUTTONS, TASKS, waiting_for, whom
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage

# Where each role does a task: the endpoint of another feature, most of which take `reference`.
PLACES: dict[Role, dict[str, str]] = {
    Role.COORDINATOR: {
        "decide_request": "intake.triage",
        "send_selection": "programme.selection",
        "reconsider_selection": "programme.selection",
        "approve_selection": "programme.selection",
        "send_notice": "nominations.notice",
        "name_staff": "nominations.staff",
        "solve_staff": "nominations.staff",
        "assemble_team": "teams.show",
        "declare_interests": "teams.show",
        "agree_date": "dates.show",
        "ask_for_documents": "preparation.wanted",
        "hand_in_documents": "preparation.show",
        "hold_visit": "visits.record",
        "write_report": "reports.show",
        "decide_more_time": "reports.deadline",
        "respond": "reports.show",
        "finalise": "reports.decisions",
        "present": "meetings.present",
        "carry_out": "meetings.actions",
        "follow_up": "meetings.actions",
    },
    Role.REVIEWER: {
        "declare_interests": "teams.interests",
        "agree_date": "dates.answer",
        "hand_in_documents": "preparation.show",
        "prepare": "preparation.show",
        "hold_visit": "visits.record",
        "write_report": "reports.show",
        "respond": "reports.show",
        "finalise": "reports.decisions",
    },
    Role.EXECUTIVE: {
        "approve_selection": "programme.approval",
        "present": "reports.show",
        "carry_out": "meetings.actions",
    },
}
INVITED = "Can you be on this team?"
FILTERED = frozenset({"meetings.actions"})  # a list of every review, which shows one when it is asked to

TOGETHER = frozenset({"send_selection", "reconsider_selection", "approve_selection"})  # one line a year: see rounds
OF_THE_YEAR = frozenset({"programme.selection", "programme.approval"})  # done for every review of its year at once


def place(review: Review, task: str, roles: Iterable[Role]) -> str | None:
    """The address of the page where one of these roles does the task, if there is one."""
    for role in roles:
        endpoint = PLACES.get(role, {}).get(task)
        if endpoint == "dates.show" and review.stage is Stage.PREPARING and review.visit is None:
            endpoint = "dates.visit"  # reinstated: a new date is agreed without asking everybody again
        if endpoint in OF_THE_YEAR:
            return url_for(endpoint, year_id=review.programme_year_id) if review.programme_year_id else None
        if endpoint:
            named: dict[str, Any] = {"review" if endpoint in FILTERED else "reference": review.reference}
            return url_for(endpoint, **named)
    return None


def task_place(review: Review, task: Task, roles: Iterable[Role]) -> str | None:
    """Where the task list leads: nowhere for what cannot start yet, but for the dates, whose page says more."""
    if task.name == "decide_request" and review.request is None:
        return None
    if task.state is State.LATER and not (task.name == "agree_date" and review.stage is Stage.ARRANGING):
        return None
    return place(review, task.name, roles)


class Wait(NamedTuple):
    """One thing that somebody could do now."""

    review: Review
    task: str
    words: str
    who: str
    since: datetime | None
    due: date | None
    days_late: int

    @property
    def can_remind(self) -> bool:
        """A visit is not asked after before its day is over, nor for dates when the asking has closed."""
        poll = self.review.poll if self.task == "answer_dates" else None
        is_open = poll is None or poll.takes_answers
        return self.task in REMINDERS and is_open and (self.task != "hold_visit" or self.days_late > 0)


def is_school(review: Review) -> bool:
    return review.organisation is not None and review.organisation.is_school


def waits(reviews: Sequence[Review], *, others: bool) -> list[Wait]:
    """What is waited for: of others, the latest first; or of the coordinator, the oldest first."""
    today = local_day(utc_now())
    found = [
        _wait(review, task, today)
        for review in reviews
        for task in waiting(review)
        if (task.who is not Role.COORDINATOR) is others and task.name not in TOGETHER
    ]
    if others:
        found += [wait for review in reviews if (wait := _unanswered(review, today))]
        return sorted(found, key=lambda wait: (-wait.days_late, wait.due or date.max, wait.review.id))
    return sorted(found, key=lambda wait: (wait.since or utc_now(), wait.review.id))


def first_wait(review: Review) -> Wait | None:
    """The first thing in the order of the procedure that somebody could do now."""
    today = local_day(utc_now())
    return next((_wait(review, task, today) for task in waiting(review)), None)


def lacks(review: Review) -> str:
    """What dates wait for, while they cannot be proposed yet."""
    missing = [] if review.staff_are_named else ["staff named"]
    if len(review.current_team) < 2:
        missing.append("two reviewers on the team")
    return " and ".join(missing)


def _wait(review: Review, task: Task, today: date) -> Wait:
    return Wait(review, task.name, TASKS[task.name], _names(review, task), task.since, task.due, task.days_late(today))


def _names(review: Review, task: Task) -> str:
    """Who exactly: the organisation's contact, the members who have not declared, or the lead."""
    if task.who is Role.ORGANISATION:
        return review.contact.name if review.contact else whom(task.who, school=is_school(review))
    if task.name == "declare_interests":
        return ", ".join(member.person.name for member in review.current_team if not member.has_declared)
    if task.who is Role.REVIEWER and review.lead:
        return review.lead.person.name
    return whom(task.who, school=is_school(review))


def _unanswered(review: Review, today: date) -> Wait | None:
    """People asked for dates who have not answered: part of a task of the coordinator, yet theirs to do."""
    people = [participant.name for participant in not_answered(review)]
    if not people or review.poll is None:
        return None
    due = local_day(review.poll.closes_at)
    late = max(0, (today - due).days)
    return Wait(review, "answer_dates", "Dates answered", ", ".join(people), review.poll.opened_at, due, late)


def not_answered(review: Review) -> list[Participant]:
    """Whoever was asked for dates and has not answered each of them."""
    asked = {slot.id for slot in review.poll.slots} if review.poll else set()
    return [
        participant
        for participant in review.participants
        if participant.left_at is None and asked - {answer.slot_id for answer in participant.answers}
    ]


class Next(NamedTuple):
    """The next action of one reader."""

    title: str
    words: str
    address: str | None = None
    button: str | None = None


def next_step(review: Review, roles: Sequence[Role], person: Person) -> Next:
    """What the reader should do now, or else who is waited for."""
    open_tasks = waiting(review)
    asked = (_invited(review, open_tasks, person) or _answering(review, person)) if Role.REVIEWER in roles else None
    if asked:
        return asked
    for role in roles:
        for task in open_tasks:
            if task.who is role and not _done_by(task, review, person):
                name = "prepare" if _is_still_to_come(review, task) else task.name
                if address := place(review, name, [role]):
                    words = _by_when(task)
                    return Next(f"Next: {_lower(TASK_BUTTONS[name])}", words, address, TASK_BUTTONS[name])
    if not open_tasks:
        return Next("Nothing more has to be done", "This review has ended.")
    first = open_tasks[0]
    return Next(
        "Nothing for you to do now", f"{waiting_for(first.who, school=is_school(review))}: {_lower(TASKS[first.name])}."
    )


def _invited(review: Review, open_tasks: Sequence[Task], person: Person) -> Next | None:
    """The reader's own invitation to the team, before everything else of this review."""
    task = next((task for task in open_tasks if task.name == "declare_interests"), None)
    mine = next((member for member in review.current_team if member.person_id == person.id), None)
    if task is None or mine is None or mine.has_declared:
        return None
    words = f"Please answer by {_day(mine.declare_by)}, with your interests." if mine.declare_by else ""
    return Next(INVITED, words, place(review, task.name, [Role.REVIEWER]), TASK_BUTTONS[task.name])


def _answering(review: Review, person: Person) -> Next | None:
    """The reader's own answer to the dates: part of a task of the coordinator, yet theirs to do."""
    address = place(review, "agree_date", [Role.REVIEWER])
    mine = [one for one in not_answered(review) if one.email.lower() == person.email.lower()]
    if not mine or review.poll is None or address is None:
        return None
    ask, button = REMINDERS["answer_dates"]
    return Next(f"Next: {ask}", _by_day(local_day(review.poll.closes_at)), address, button)


def _done_by(task: Task, review: Review, person: Person) -> bool:
    """The person's own part of a task of several is done."""
    mine = [member for member in review.current_team if member.person_id == person.id]
    if task.name == "declare_interests":
        return all(member.has_declared for member in mine)
    return False


def _is_still_to_come(review: Review, task: Task) -> bool:
    return task.name == "hold_visit" and review.visit is not None and review.visit.ends_at > utc_now()


def _by_when(task: Task) -> str:
    return _by_day(task.due) if task.due else ""


def _by_day(day: date) -> str:
    return f"By {_day(day)}."


def _day(day: date) -> str:
    return f"{day:%A} {day.day} {day:%B}"


def _lower(words: str) -> str:
    return words[:1].lower() + words[1:]
