"""The first half of a story, by the real acts of the features: from the selection to an agreed date."""

import io

from peerreview import process, storage
from peerreview.audit_trail import Actor
from peerreview.audits import actions as audits
from peerreview.dates import actions as dates
from peerreview.dates import changes
from peerreview.dates.participants import current
from peerreview.dates.wall_time import Time
from peerreview.models import Availability, Declaration
from peerreview.nominations import actions as nominations
from peerreview.nominations import notice as notices
from peerreview.nominations.seat import Seat
from peerreview.sample import texts
from peerreview.sample.audit_copy import audit_pdf
from peerreview.sample.story import Story, today
from peerreview.teams import actions as teams
from peerreview.teams import answering
from peerreview.workdays import add_working_days
from peerreview.workflow import Role


def attach_audit(story: Story) -> None:
    """The coordinator attaches the copy of the organisation's own audit."""
    duty = story.organisation.duty
    pdf = audit_pdf(story.organisation.name, duty.value if duty else "s175", today().replace(day=1))
    stored = storage.keep(io.BytesIO(pdf), "Self-assessment audit.pdf", allowed=storage.PDF_OR_WORD)
    audits.attach(story.review, stored, story.coordinator)


def send_notice(story: Story) -> None:
    """Notice, with the copy of the audit and the link to name staff."""
    review = story.review
    if review.contact is None:
        review.contact = story.contact
        process.take(review, "choose_contact", story.coordinator, to=story.contact.name)
    notices.send(review, story.coordinator, review.version)


def assign_team(story: Story) -> None:
    """A Board member, who leads, and a second member are invited; sometimes somebody who cannot, too."""
    review = story.review
    asked = [*story.reviewers, *story.who_declines]
    members = [teams.assign(review, reviewer, story.coordinator) for reviewer in asked]
    teams.name_lead(review, members[0], story.coordinator)


def declare_interests(story: Story) -> None:
    """They accept, without any interests; or cannot."""
    cannot = {reviewer.person_id for reviewer in story.who_declines}
    for member, person in story.members:
        actor = Actor.of(person, Role.REVIEWER)
        if person.id in cannot:
            answering.decline(story.review, member, texts.CANNOT_REVIEW, actor)
        else:
            answering.declare(story.review, member, Declaration.NONE, "", actor)


def name_staff(story: Story) -> None:
    """The organisation names whom the team is to meet."""
    seat = Seat.behind(story.link)
    nomination = nominations.hold(story.review)
    for place, (nominee, email) in enumerate(story.nominees):
        values = {"name": nominee.name, "role": nominee.role, "email": email, "phone": ""}
        values |= {"cannot": texts.CANNOT_ATTEND if place == 1 else "", "access_needs": ""}
        nominations.save_person(seat, nomination, None, values)
    nominations.save_message(seat, nomination, texts.ACCESS_NEEDS)
    nominations.send(seat, nomination, story.contact.name)


def propose_dates(story: Story) -> None:
    """Three times, some weeks ahead, with the notice that the procedure asks for."""
    times = [story.visit_at(days, hour) for days, hour in ((21, 10), (23, 13), (26, 9))]
    dates.propose(story.review, story.coordinator, times, add_working_days(today(), 5))


def answer_dates(story: Story) -> None:
    """Everybody answers; the first time suits all."""
    poll = story.review.poll
    assert poll is not None
    for number, participant in enumerate(current(story.review)):
        second = Availability.NO if number % 3 else Availability.YES
        said = (Availability.YES, second, Availability.IF_NEED_BE)
        answers = {slot.id: answer for slot, answer in zip(poll.slots, said, strict=True)}
        comment = texts.CANNOT_ATTEND if number == 2 else ""
        dates.answer(participant, Actor.behind(participant.link), poll, answers, comment)


def agree_date(story: Story) -> None:
    """The coordinator agrees the first time."""
    poll = story.review.poll
    assert poll is not None
    slot = poll.slots[0]
    dates.agree(story.review, story.coordinator, Time(slot.starts_at, slot.minutes, slot.place))


def move_date(story: Story) -> None:
    """The visit moves to another day."""
    visit = story.review.visit
    assert visit is not None
    changes.move(story.review, story.coordinator, story.visit_at(23, 11), note="The hall is in use on the first day.")


def cancel_date(story: Story) -> None:
    """The visit is cancelled; the review returns to arranging."""
    changes.cancel(story.review, story.coordinator, note="The boiler has failed and the school is closed that week.")


def agree_again(story: Story) -> None:
    """A date is agreed anew, as another visit."""
    dates.agree(story.review, story.coordinator, story.visit_at(27, 10))
