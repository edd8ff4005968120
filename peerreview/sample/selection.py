"""How a review comes into the programme, by the real acts: asked for, drawn or chosen; or declined, or withdrawn."""

from datetime import date
from uuid import uuid4

from peerreview import audit_trail
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.intake import actions as intake
from peerreview.models import Borough, Category, Manner, ProgrammeYear, Selection
from peerreview.programme import actions as programme
from peerreview.programme import intelligence, selecting, selection_queries
from peerreview.programme.selecting import Decided
from peerreview.reviews import actions as reviews
from peerreview.sample import drawing, numbers, texts
from peerreview.sample.story import Story, today

FIRST_MONTH = 4


def programme_year(story: Story) -> ProgrammeYear:
    """The borough's year that holds the day of the story."""
    return running_year(story.organisation.borough, story.coordinator)


def running_year(borough: Borough, coordinator: Actor) -> ProgrammeYear:
    """The year that holds today, begun and with its numbers when there is none yet."""
    now = today()
    starts_on = date(now.year if now.month >= FIRST_MONTH else now.year - 1, FIRST_MONTH, 1)
    year: ProgrammeYear = programme.begin_year(borough, starts_on, coordinator)
    if year.numbers is None:
        numbers.set_first(year, coordinator)
    db.session.flush()
    return year


def ask(story: Story) -> None:
    """The organisation asks for a review."""
    contact, duty = story.contact, story.organisation.duty
    asked = intake.Asked(
        organisation=story.organisation,
        name=contact.name,
        role=contact.role,
        email=contact.email,
        phone=contact.phone,
        audit=f"Section {duty.value[1:]}" if duty else "I am not sure",
        why_now=texts.REASONS_TO_ASK[story.plan.reason],
        suits="Tuesdays and Thursdays, mornings best.",
        does_not_suit=texts.CANNOT_ATTEND,
    )
    story.reference = intake.ask(asked, uuid4().hex).reference


def accept(story: Story) -> None:
    """The coordinator takes the request into the programme."""
    review = story.review
    intake.accept(review, programme_year(story), story.coordinator, seen=review.version, is_contact=True)


def decline(story: Story) -> None:
    """The coordinator declines it, with a reason."""
    intake.decline(story.review, texts.REASON_TO_DECLINE, story.coordinator, seen=story.review.version)


def plan(story: Story) -> None:
    """Drawn at random, or chosen on local intelligence with its restricted reason."""
    selection = Selection(story.plan.selected)
    if selection is Selection.RANDOM:
        story.reference = drawing.draw(story, programme_year(story)).reference
        return
    reason = texts.INTELLIGENCE if selection is Selection.INTELLIGENCE else ""
    year = programme_year(story)
    planned = programme.plan(
        story.organisation, year, selection, story.coordinator, reason=reason, category=Category.PARTNER
    )
    story.reference = planned.reference


def send_selection(story: Story) -> None:
    """The coordinator sends it to the Executive Group."""
    selecting.send(programme_year(story), story.coordinator, only={story.review.id})


def approve_selection(story: Story) -> None:
    """A member of the Executive Group approves it by correspondence, after reading why when it was chosen."""
    review = story.review
    if review.is_chosen_on_intelligence:
        audit_trail.record("read_intelligence", story.executive, review, restricted=True, facts={})
        intelligence.write(review, Category.PARTNER, texts.INTELLIGENCE_MORE, story.executive, seen=1)
    waiting = selection_queries.waiting_round(programme_year(story))
    assert waiting is not None
    approved = frozenset(row.id for row in waiting.waiting)
    selecting.decide(waiting, Decided(Manner.CORRESPONDENCE, approved), story.executive, seen=waiting.version)


def send_back_selection(story: Story) -> None:
    """The Executive Group sends it back with a comment."""
    waiting = selection_queries.waiting_round(programme_year(story))
    assert waiting is not None
    decided = Decided(None, comment=texts.SENT_BACK)
    selecting.decide(waiting, decided, story.executive, seen=waiting.version)


def withdraw(story: Story) -> None:
    """The review is withdrawn, with a reason."""
    reviews.withdraw(story.review, story.coordinator, texts.REASON_TO_WITHDRAW, story.review.version)
