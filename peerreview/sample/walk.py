"""One invented review through every step in one sitting, its letters through the real outbox and mail server."""

import time
from collections.abc import Callable

from peerreview import outbox
from peerreview.extensions import db
from peerreview.models import Borough, Delivery, DocumentKind, Letter, Organisation, Review
from peerreview.sample import after_the_visit as after
from peerreview.sample import before_the_visit as before
from peerreview.sample import selection, the_visit, world
from peerreview.sample.story import Story
from peerreview.sample.year import Plan

CHAPTERS = (
    selection.ask, selection.accept, selection.send_selection, selection.approve_selection, before.attach_audit,
    before.send_notice, before.assign_team, before.declare_interests, before.name_staff, before.propose_dates,
    before.answer_dates, before.agree_date, before.move_date, before.cancel_date, before.agree_again,
    the_visit.ask_for_documents, the_visit.hand_in_documents, the_visit.take_notes, the_visit.set_agenda,
    the_visit.hold_visit, after.write_report, after.issue_report,
    after.make_points, after.send_response, after.decide_points, after.approve_report, after.meet_today, after.present,
)  # fmt: skip
BOROUGH = "HAC"
PATIENCE = 300  # seconds for a mail server that puts letters off
Say = Callable[[str], None]


def walk(say: Say) -> list[Letter]:
    """Tell the whole story; every letter is handed over before the next chapter begins.

    `say` gets a line for each chapter and letter. Returns the letters that could not be delivered, after which it
    goes no further.
    """
    mark = world.mark()
    story = Story(Plan(_organisation(), "present"), world.addresses(mark.facts.get("to", "") if mark else ""))
    printed = set(db.session.scalars(db.select(Letter.id)))
    for chapter in CHAPTERS:
        say((chapter.__doc__ or "").strip())
        chapter(story)
        outbox.commit()
        if left := _hand_over(story.review, printed, say):
            return left
    for document in story.review.documents:
        if document.kind in (DocumentKind.INITIAL_REPORT, DocumentKind.FINAL_REPORT):
            say(f"In the document store: {document.filename} ({document.size:,} bytes)")
    say(f"{story.reference} is presented.")
    return []


def _hand_over(review: Review, printed: set[int], say: Say) -> list[Letter]:
    """Deliver until no letter of the story waits; a worker that runs beside us may do it as well."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and any(each.delivery is Delivery.WAITING for each in _new(review, printed)):
        if not outbox.deliver_waiting():
            time.sleep(0.5)
        db.session.expire_all()
    for letter in _new(review, printed):
        if letter.delivery is Delivery.SENT:
            printed.add(letter.id)
            say(f"  To {letter.recipient_name} <{letter.recipient_email}>: {letter.subject}")
    return [each for each in _new(review, printed) if each.delivery in (Delivery.WAITING, Delivery.FAILED)]


def _new(review: Review, printed: set[int]) -> list[Letter]:
    """Letters of the story that were not printed: of its review, or of the selection, which name no review."""
    ours = (Letter.review_id == review.id) | Letter.name.startswith("selection_")
    letters = db.session.scalars(db.select(Letter).where(ours).order_by(Letter.id))
    return [letter for letter in letters if letter.id not in printed]


def _organisation() -> str:
    """The URN of an open invented school that has had no review yet, or else of the first."""
    reviewed = db.select(Review.organisation_id).where(Review.organisation_id.is_not(None))
    schools = db.select(Organisation.urn).where(Organisation.urn.like(f"{world.URNS}%"), Organisation.is_open)
    schools = schools.join(Organisation.borough).where(Borough.code == BOROUGH).order_by(Organisation.urn)
    fresh = db.session.scalar(schools.where(Organisation.id.not_in(reviewed)).limit(1))
    return str(fresh or db.session.scalar(schools.limit(1)))
