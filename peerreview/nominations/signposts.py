"""The steps of a review as the people behind personal links read them: how far each is, and what is theirs to do."""

from dataclasses import dataclass
from datetime import date, datetime

from peerreview.models import Participant, PersonalLink, Purpose, Review, utc_now
from peerreview.workdays import local_day
from peerreview.workflow import IN_ORDER, Stage

TO_DO, LATE, DONE, LATER, OPEN = "To do", "Late", "Done", "Later", "Ready to read"


@dataclass(frozen=True)
class Signpost:
    """One step: its state in words, the page behind it (an endpoint that takes the token), and by when."""

    title: str
    state: str
    endpoint: str | None = None
    hint: str = ""
    due: date | datetime | None = None
    ask: str = ""  # the step as the one thing to do next
    button: str = "Start"

    @property
    def is_to_do(self) -> bool:
        """Whether it waits for the reader."""
        return self.state in (TO_DO, LATE)


def for_organisation(link: PersonalLink, today: date) -> list[Signpost]:
    """The seven steps of an organisation's page, in the order of the procedure."""
    review = link.review
    return [
        _notice(review),
        _staff(review, today),
        _dates(link, today),
        _documents(review, today),
        _visit(link),
        _report(review, today),
        _after(review, today),
    ]


def for_person(link: PersonalLink, today: date) -> list[Signpost]:
    """The steps of a member of staff or a reviewer."""
    interests = [_interests(link)] if link.purpose is Purpose.REVIEWER else []
    return [*interests, _dates(link, today), _visit(link)]


def _past(review: Review, stage: Stage) -> bool:
    return review.stage in IN_ORDER and IN_ORDER.index(review.stage) > IN_ORDER.index(stage)


def _ended_early(review: Review) -> bool:
    return review.stage in (Stage.WITHDRAWN, Stage.DECLINED)


def _open(due: date | None, today: date) -> str:
    return LATE if due is not None and today > due else TO_DO


def _notice(review: Review) -> Signpost:
    if review.notice_sent_at is None:
        return Signpost("Notice and your audit", LATER)
    hint = "The letter we sent you, and the copy of your audit that the team reads"
    return Signpost("Notice and your audit", OPEN, "nominations.notice_by_link", hint)


def _staff(review: Review, today: date) -> Signpost:
    title, page, nomination = "Staff to meet", "nominations.staff_by_link", review.nomination
    if review.notice_sent_at is None:
        return Signpost(title, LATER)
    if review.staff_are_named:
        return Signpost(title, DONE, page, "See or change whom you named")
    if review.staff_cannot_be_named:
        return Signpost(title, "We will be in touch", page, "You told us that you cannot name staff at the moment")
    if _ended_early(review) or _past(review, Stage.PREPARING):
        return Signpost(title, "Closed")
    saved = len(nomination.staff) if nomination is not None else 0
    hint = "About 10 minutes. Have names, roles, emails and phone numbers to hand"
    if saved:
        hint = f"{'1 person is' if saved == 1 else f'{saved} people are'} saved, and not sent to us yet"
    return Signpost(
        title, _open(review.staff_due_on, today), page, hint, review.staff_due_on,
        "tell us whom we should meet", "Continue" if saved else "Start",
    )  # fmt: skip


def participant_of(link: PersonalLink) -> Participant | None:
    """The link's person among those who are asked for dates and invited."""
    return next((each for each in link.review.participants if each.link_id == link.id and each.left_at is None), None)


def _dates(link: PersonalLink, today: date) -> Signpost:
    review, title, page = link.review, "Dates", "dates.answer_by_link"
    if review.visit is not None or _past(review, Stage.PREPARING):
        return Signpost(title, DONE)
    asked = participant_of(link)
    if review.poll is None or asked is None or _ended_early(review):
        return Signpost(title, LATER)
    if link.purpose is Purpose.ORGANISATION and review.organisation_is_asked_for_dates:
        hint = "None of the dates so far works for everybody who is needed. About 2 minutes"
        return Signpost(title, TO_DO, "dates.offer_by_link", hint, None, "offer dates that suit you", "Offer our dates")
    if not review.poll.takes_answers:
        return Signpost(title, "Closed", page, "No longer open for answers. No date is agreed yet")
    missing = {slot.id for slot in review.poll.slots} - {answer.slot_id for answer in asked.answers}
    if not missing:
        return Signpost(title, "Answered", page, "You can change your answers until a date is agreed")
    due = local_day(review.poll.closes_at)
    hint = "Say which of the proposed dates suit you. About 2 minutes"
    return Signpost(title, _open(due, today), page, hint, due, "say when you can be there", "Say when I can")


def _documents(review: Review, today: date) -> Signpost:
    title, page = "Documents", "preparation.documents_by_link"
    if _past(review, Stage.PREPARING):
        return Signpost(title, DONE)
    wanted = review.document_requests
    if not wanted or review.stage not in (Stage.ARRANGING, Stage.PREPARING):
        return Signpost(title, LATER)
    left = [request for request in wanted if request.done_at is None]
    if not left:
        return Signpost(title, DONE, page, "See what you handed in")
    due = review.documents_due_on
    return Signpost(
        title, _open(due, today), page, f"{len(left)} of {len(wanted)} still to come. You can do them one at a time",
        due, "hand in the documents for the visit", "See what is wanted",
    )  # fmt: skip


def _visit(link: PersonalLink) -> Signpost:
    review, title = link.review, "The visit"
    if _past(review, Stage.PREPARING):
        return Signpost(title, DONE)
    if review.visit is None:
        return Signpost(title, LATER, hint="At most three hours, on a date that suits you")
    invited = link.purpose is Purpose.ORGANISATION or participant_of(link) is not None
    return Signpost(title, "Agreed", "dates.visit_by_link" if invited else None, due=review.visit.starts_at)


def _report(review: Review, today: date) -> Signpost:
    title = "The report"
    if review.stage is Stage.RESPONDING and review.response_due_at is not None:
        due = review.response_due_at
        return Signpost(
            title, _open(local_day(due), today), "reports.report_by_link",
            "Read it, and say what is right and what is not", due,
            "read the initial report and send your response", "Read the report",
        )  # fmt: skip
    if _past(review, Stage.FINALISING):
        return Signpost(title, OPEN, "reports.final_by_link", "The final report: what you said, and what we did")
    if review.stage is Stage.FINALISING:
        answered = review.response is not None and review.response.sent_at is not None
        state = "Response sent" if answered else "No response received"
        return Signpost(title, state, "reports.report_by_link", "The team is finishing the report")
    return Signpost(title, LATER, hint="You read it first, and say what is wrong in it")


def _actions(open_ones: int) -> str:
    return (
        f"{'1 action is' if open_ones == 1 else f'{open_ones} actions are'} open. What was decided, and how it is going"
    )


def _after(review: Review, today: date) -> Signpost:
    title, meeting = "What happens after", review.paper.meeting if review.paper else None
    if review.stage is Stage.CLOSED:
        return Signpost(title, DONE, "meetings.decision_by_link", "What was decided. Your review is complete")
    if review.stage is Stage.PRESENTED:
        waited_for = [action for action in review.actions if action.is_waited_for]
        if waited_for:
            due = min(action.due_on for action in waited_for)
            return Signpost(
                title, _open(due, today), "meetings.actions_by_link", _actions(len(waited_for)), due,
                "carry out your actions, and tell us how they are going", "Update the actions",
            )  # fmt: skip
        return Signpost(
            title, "Presented", "meetings.decision_by_link", f"What the {review.borough.executive_group} decided"
        )
    if review.stage is Stage.FINAL and meeting is not None:
        hint = f"The report goes to the {review.borough.executive_group}"
        return Signpost(title, "Meeting", None, hint, meeting.held_on)
    return Signpost(title, LATER, hint=f"The final report goes to the {review.borough.executive_group}")


def _interests(link: PersonalLink) -> Signpost:
    title, page, member = "Your place on the team", "teams.interests_by_link", link.member
    if member is not None and member.has_declared:
        return Signpost("Your interests", DONE, page, "Tell us at once if anything changes")
    if link.review.has_ended:
        return Signpost(title, "Closed")
    hint = "Say whether you can, and whether you have any interest in this organisation. About a minute"
    due = member.declare_by if member is not None else None
    ask = "say whether you can be on this team"
    return Signpost(title, _open(due, local_day(utc_now())), page, hint, due, ask, "Answer the invitation")
