"""The coordinator's side: which documents are wanted, by when, and the letter that asks for them."""

from collections.abc import Iterable
from datetime import date

from peerreview import letters, links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import DocumentRequest, Event, Handling, PersonalLink, Purpose, Review, setting
from peerreview.preparation.forms import WantedPart
from peerreview.preparation.wanted import usual_list
from peerreview.process import NotNow
from peerreview.workdays import add_working_days, local_day


class Kept(Exception):
    """A line cannot be changed like this because something was handed in for it; the sentence is for the page."""


def asked_as(wanted: DocumentRequest) -> Handling:
    """How the list shows it: what is only ever shown stays so, whatever was answered."""
    return Handling.SHOW if wanted.show_only else wanted.handling


def lines_of(review: Review) -> list[dict[str, str]]:
    """The list as the form shows it: what is on it, or the usual list when it is empty, and three empty lines."""
    lines = [
        {"id": str(w.id), "title": w.title, "guidance": w.guidance, "handling": asked_as(w).value}
        for w in review.document_requests
    ]
    if not lines:
        usual = usual_list(bool(review.organisation and review.organisation.is_school))
        lines = [{"id": "", "title": u.title, "guidance": u.guidance, "handling": u.handling.value} for u in usual]
    return lines + [{"id": "", "title": "", "guidance": "", "handling": Handling.UPLOAD.value}] * 3


def likely_day(review: Review) -> date | None:
    """The day that is proposed: the one set before, or so many working days before the visit (a setting)."""
    if review.documents_due_on or review.visit is None:
        return review.documents_due_on
    return add_working_days(local_day(review.visit.starts_at), -setting("documents"), review.closed_days)


def last_asked(review: Review) -> int:
    """The event of the last asking, so that an old tab or a second click does not ask again; 0 before the first."""
    asked = db.select(db.func.max(Event.id)).where(Event.review_id == review.id, Event.step == "ask_for_documents")
    return db.session.scalar(asked) or 0


def save_list(review: Review, lines: Iterable[WantedPart], due: date | None, actor: Actor) -> None:
    """Save the list. Lines that this page did not know of stay. Raises Kept, NotNow."""
    why_not = process.why_not(review, "ask_for_documents", actor.role)
    if why_not:
        raise NotNow(why_not)
    known = {str(wanted.id): wanted for wanted in review.document_requests}
    for position, line in enumerate(lines):
        wanted = known.get(line.id.data or "")
        if not line.title.data:
            _take_off(wanted)
        elif wanted is None:
            wanted = DocumentRequest(review=review, handling=Handling(line.handling.data))
            wanted.show_only = wanted.handling is Handling.SHOW
            _fill(wanted, line, position)
            db.session.add(wanted)
        else:
            _change_handling(wanted, Handling(line.handling.data))
            _fill(wanted, line, position)
    review.documents_due_on = due or review.documents_due_on
    db.session.flush()


def ask(review: Review, actor: Actor, seen: int) -> None:
    """Write to the organisation that the documents are wanted. Raises NotNow, also when it has just been done."""
    if seen != last_asked(review):
        raise NotNow("The documents have been asked for since you opened the page. No second letter was written.")
    told = [
        letters.draft("documents_wanted", to=(link.name, link.email), review=review, link=link)
        for link in people_of_the_organisation(review)
    ]
    process.take(review, "ask_for_documents", actor, letters=told, documents=len(review.document_requests))


def people_of_the_organisation(review: Review) -> list[PersonalLink]:
    """Everybody of the organisation who has a link in use; the contact is given one when nobody has."""
    known = [link for link in review.links if link.purpose is Purpose.ORGANISATION and link.revoked_at is None]
    if known or review.contact is None:
        return known
    contact = review.contact
    return [links.give(review, Purpose.ORGANISATION, contact.name, contact.email, role=contact.role)]


def _fill(wanted: DocumentRequest, line: WantedPart, position: int) -> None:
    wanted.title, wanted.guidance, wanted.position = line.title.data or "", line.guidance.data or "", position


def _take_off(wanted: DocumentRequest | None) -> None:
    if wanted is None:
        return
    if wanted.documents:
        raise Kept(f"Files were handed in for “{wanted.title}”, so it stays on the list.")
    db.session.delete(wanted)


def _change_handling(wanted: DocumentRequest, handling: Handling) -> None:
    if handling is asked_as(wanted):
        return
    if handling is Handling.SHOW and wanted.files:
        raise Kept(f"Files were handed in for “{wanted.title}”. Take them back before it is only shown on the day.")
    wanted.handling, wanted.show_only = handling, handling is Handling.SHOW
    wanted.done_at = None
