"""Reminding whoever a task waits for: in one click, and by itself around each deadline."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, true

from peerreview import audit_trail, letters, links, outbox, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Letter, PersonalLink, Purpose, Review, TeamMember, setting, tasks, utc_now, waiting
from peerreview.reviews import queries
from peerreview.reviews.next_steps import PLACES, Wait, not_answered, waits
from peerreview.wording import REMINDERS
from peerreview.workdays import add_working_days, is_working_day, local, local_day, reminder_days
from peerreview.workflow import Role

TOO_SOON = timedelta(minutes=10)  # a second click, or a second coordinator
PAGES = {
    "name_staff": "/staff",
    "declare_interests": "/interests",
    "answer_dates": "/dates",
    "hand_in_documents": "/documents",
    "respond": "/report",
    "carry_out": "/actions",
}
FOR_ORGANISATION = frozenset({"name_staff", "hand_in_documents", "respond", "carry_out"})
AFTER_THE_MEETING = ("actions_first", "actions_second", "actions_third")  # settings, in months


FIRST_HOUR = 8  # o'clock in London: nobody is reminded at night


class Addressee(NamedTuple):
    """One person to write to: by their personal link, or at a page behind their account."""

    name: str
    email: str
    link: PersonalLink | None = None
    address: str = ""


def remind(review: Review, task: str, actor: Actor, since: datetime | None = None) -> list[str]:
    """Write a reminder to everybody whom the task waits for; their names.

    Nobody gets a second one of the same task written after `since` (ten minutes ago).
    Raises NotNow when the task is done or nobody can be reminded of it.
    """
    is_open = any(open_task.name == task for open_task in waiting(review)) or (
        task == "answer_dates" and bool(not_answered(review))
    )
    if task not in REMINDERS or not is_open:
        raise process.NotNow("This is done, or is not waited for any more.")
    if task == "answer_dates" and review.poll is not None and not review.poll.takes_answers:
        raise process.NotNow("The dates have closed for answers. Open them again on the page of the dates.")
    ask, button = REMINDERS[task]
    reminded = select(Letter.recipient_email).where(
        Letter.review_id == review.id,
        Letter.name == "reminder",
        Letter.subject.contains(ask),
        Letter.written_at > (since or utc_now() - TOO_SOON),
    )
    recently = set(db.session.scalars(reminded))
    people = [person for person in _addressees(review, task) if person.email not in recently]
    due = _due(review, task)
    for person in people:
        address = links.page(person.link, PAGES[task]) if person.link else person.address
        facts = {"ask": ask, "button": button, "due": due, "is_late": due is not None and due < local_day(utc_now())}
        letters.write("reminder", to=(person.name, person.email), review=review, address=address, **facts)
    if people:
        audit_trail.record(
            "remind", actor, review, facts={"of": ask, "to": ", ".join(person.name for person in people)}
        )
    return [person.name for person in people]


def _due(review: Review, task: str) -> date | None:
    if task == "answer_dates":
        return local_day(review.poll.closes_at) if review.poll else None
    return next((open_task.due for open_task in tasks(review) if open_task.name == task), None)


def _addressees(review: Review, task: str) -> Iterator[Addressee]:
    if task == "answer_dates":
        yield from (Addressee(person.name, person.email, person.link) for person in not_answered(review))
    elif task == "declare_interests":
        yield from (_by_link(review, member) for member in review.current_team if not member.has_declared)
    elif task in ("hold_visit", "write_report"):
        members = [review.lead] if review.lead else review.current_team
        address = links.account_page(PLACES[Role.REVIEWER][task], reference=review.reference)
        yield from (Addressee(member.person.name, member.person.email, None, address) for member in members)
    elif task == "respond" and (sender := _sender(review)):
        yield Addressee(sender.name, sender.email, sender)
    elif link := organisation_link(review):
        yield Addressee(link.name, link.email, link)


def _by_link(review: Review, member: TeamMember) -> Addressee:
    person = member.person
    link = links.give(review, Purpose.REVIEWER, person.name, person.email, member=member)
    return Addressee(person.name, person.email, link)


def _sender(review: Review) -> PersonalLink | None:
    """Who is named to send the response."""
    sender = review.response.link if review.response else None
    return sender if sender is not None and sender.revoked_at is None else None


def organisation_link(review: Review) -> PersonalLink | None:
    """The link of whoever acts for the organisation now: the last to whom the task was passed, or the contact's."""
    given = db.session.scalar(
        select(PersonalLink)
        .where(
            PersonalLink.review_id == review.id,
            PersonalLink.purpose == Purpose.ORGANISATION,
            PersonalLink.revoked_at.is_(None),
        )
        .order_by(PersonalLink.id.desc())
        .limit(1)
    )
    contact = review.contact
    if given is None and contact is not None and contact.ended_at is None:
        return links.give(review, Purpose.ORGANISATION, contact.name, contact.email, role=contact.role)
    return given


def remind_when_due() -> None:
    """Write the reminders of today: before a deadline, on its day and after it, as the settings say.

    Run each minute by the worker; each task is reminded of once a day, and not at all when it is done.
    """
    now = utc_now()
    if local(now).hour < FIRST_HOUR:
        return
    today = local_day(now)
    for review in queries.open_reviews(true()):
        for wait in waits([review], others=True):
            if _is_today(wait, today):
                remind(review, wait.task, Actor.system(), since=queries.start_of(today))
    outbox.commit()


def _is_today(wait: Wait, today: date) -> bool:
    if not wait.can_remind or wait.due is None:
        return False
    if wait.task == "carry_out":
        return wait.since is not None and today in _months_after(local_day(wait.since))
    closed = wait.review.closed_days if wait.task in FOR_ORGANISATION else frozenset()
    days = reminder_days(wait.due, setting("reminder_before"), setting("reminder_after"), closed)
    return today == days.after if wait.task == "hold_visit" else today in days


def _months_after(presented: date) -> set[date]:
    """The days on which open actions are asked after: so many months (settings) later, or the next working day."""
    days = set()
    for name in AFTER_THE_MEETING:
        months = presented.month - 1 + setting(name)
        year, month = presented.year + months // 12, months % 12 + 1
        day = presented.replace(year=year, month=month, day=min(presented.day, monthrange(year, month)[1]))
        days.add(day if is_working_day(day) else add_working_days(day, 1))
    return days
