"""The middle of a story, by the real acts of the features: documents, notes, the agenda and the visit itself."""

import io
from typing import cast

from flask import current_app, url_for
from werkzeug.datastructures import FileStorage

from peerreview import notes, outbox
from peerreview.audit_trail import Actor
from peerreview.models import Handling, NoteKind, Tested, weakest_first
from peerreview.preparation import asking, handing_in
from peerreview.preparation.forms import WantedForm, WantedPart
from peerreview.sample import texts
from peerreview.sample.audit_copy import audit_pdf
from peerreview.sample.story import Story, today
from peerreview.visits import actions as visits
from peerreview.visits import agenda
from peerreview.visits.forms import RatingForm, RecordForm

RATED = 5  # standards, in a story that is told quickly
LINKS = "https://www.policies.example/safeguarding"


def ask_for_documents(story: Story) -> None:
    """The usual list, by the day that follows from the visit."""
    review = story.review
    form = WantedForm(formdata=None, data={"rows": asking.lines_of(review)}, meta={"csrf": False})
    lines = [cast(WantedPart, row.form) for row in form.rows]
    asking.save_list(review, lines, asking.likely_day(review), story.coordinator)
    asking.ask(review, story.coordinator, asking.last_asked(review))


def hand_in_documents(story: Story) -> None:
    """The organisation answers each line: a file, a public page, or "we will show it"; then says that it is all."""
    actor = Actor.behind(story.link)
    for number in range(len(story.review.document_requests)):
        wanted = story.review.document_requests[number]
        if wanted.handling is Handling.UPLOAD:
            pdf = audit_pdf(f"{story.organisation.name}: {wanted.title}", "s175", today().replace(day=1))
            handing_in.hand_in(wanted, [FileStorage(io.BytesIO(pdf), f"{wanted.title}.pdf")], actor)
        else:
            link = LINKS if wanted.handling is Handling.LINK else ""
            handing_in.answer(wanted, wanted.handling, link, "", actor)
        outbox.commit()  # handing in the next file would undo it
    pack = url_for("preparation.show", reference=story.reference, _external=False)
    handing_in.finish(story.review, actor, current_app.config["BASE_URL"] + pack)


def take_notes(story: Story) -> None:
    """Each member notes what they read; the lead also what to ask, for both."""
    review = story.review
    for place, (_member, person) in enumerate(story.members):
        notes.save(review, person, None, NoteKind.READING, texts.READING_NOTES[place], False, 0)
    notes.save(review, story.members[0][1], None, NoteKind.ENQUIRY, texts.READING_NOTES[2], True, 0)


def set_agenda(story: Story) -> None:
    """The agenda that the app suggests for the named staff."""
    review = story.review
    assert review.visit is not None and review.nomination is not None
    staff = [(each.name, each.role) for each in review.nomination.staff]
    visits.set_agenda(review, agenda.suggest(staff, review.visit.minutes), story.lead)


def hold_visit(story: Story) -> None:
    """The visit: notes, some ratings, and the record of who was there."""
    review = story.review
    for place, (_member, person) in enumerate(story.members):
        notes.save(review, person, None, NoteKind.VISIT, texts.VISIT_NOTES[place], True, 0)
    _rate(story)
    present = [one.value for one in visits.who_may_have_been_there(review)]
    said = {"held_on": today(), "minutes": 145, "present": present, "version": str(review.version)}
    visits.record(review, RecordForm(formdata=None, data=said, meta={"csrf": False}), story.lead)


def _rate(story: Story) -> None:
    """The first standards, as the team saw them beside the organisation's own rating."""
    template = story.review.audit_template
    if template is None:
        return
    values = [entry["value"] for entry in reversed(weakest_first(template.scale))]
    for number, standard in enumerate(template.standards[:RATED]):
        own, peer = values[number % 2], values[number % 3 // 2 + number % 2]
        said = {"self_value": own, "value": peer, "tested": (Tested.SEEN, Tested.HEARD, Tested.BOTH)[number % 3].value}
        form = RatingForm(formdata=None, data=said | {"rating_version": "0"}, meta={"csrf": False})
        visits.rate(story.review, standard, form, story.lead)
