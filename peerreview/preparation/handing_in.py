"""The organisation's side: files, public links, what does not apply, and “that is everything”."""

from werkzeug.datastructures import FileStorage

from peerreview import letters, process, storage
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Document, DocumentKind, DocumentRequest, Handling, Review, utc_now
from peerreview.preparation.wanted import must_be_shown
from peerreview.process import NotNow
from peerreview.storage import Refused, Stored
from peerreview.upload_rules import clean_name

MOST_FILES = 20


def hand_in(wanted: DocumentRequest, uploads: list[FileStorage], actor: Actor) -> list[str]:
    """Keep each file that may come in; the rest come back as sentences for the field. Raises NotNow.

    The transaction ends before the files are looked at and written, and begins again for their rows.
    """
    review = wanted.review
    _check(review, actor)
    if wanted.show_only:
        raise NotNow("This is shown on the day, never uploaded. Nothing was kept.")
    already = {document.sha256 for document in wanted.files}
    room = MOST_FILES - len(already)
    db.session.rollback()
    kept, refused = keep_all(uploads[:room])
    refused += [f"‘{clean_name(f.filename or '')}’ is one file too many: {MOST_FILES} at most." for f in uploads[room:]]
    doubled = [stored for stored in kept if stored.sha256 in already]
    fresh = [stored for stored in kept if stored.sha256 not in already]
    for stored in doubled:
        storage.remove(stored.key)
    if not fresh:
        return refused
    try:
        wanted.handling, wanted.reason = Handling.UPLOAD, ""
        for stored in fresh:
            db.session.add(storage.row_of(stored, review, DocumentKind.SUPPORTING, actor.name, wanted))
        process.take(review, "hand_in_document", actor, document=wanted.title, files=len(fresh))
    except NotNow:
        for stored in fresh:
            storage.remove(stored.key)
        raise
    return refused


def keep_all(uploads: list[FileStorage]) -> tuple[list[Stored], list[str]]:
    """Each file into the store, or its refusal. What is never uploaded is told by its name."""
    kept: list[Stored] = []
    refused: list[str] = []
    for upload in uploads:
        name = clean_name(upload.filename or "")
        if must_be_shown(name):
            refused.append(
                f"‘{name}’ looks like a record that is shown on the day and never uploaded. It was not kept."
            )
            continue
        try:
            stored = storage.keep(upload.stream, name)
        except Refused as problem:
            refused.append(problem.message)
        else:
            if all(stored.sha256 != other.sha256 for other in kept):
                kept.append(stored)
    return kept, refused


def answer(wanted: DocumentRequest, handling: Handling, public_link: str, reason: str, actor: Actor) -> None:
    """A public link, “does not apply”, or “we will show it”. Files that were handed in stay. Raises NotNow."""
    _check(wanted.review, actor)
    if wanted.show_only and handling not in (Handling.SHOW, Handling.NOT_APPLICABLE):
        raise NotNow("This is shown on the day. Nothing was changed.")
    wanted.handling = handling
    wanted.public_link = public_link if handling is Handling.LINK else ""
    wanted.reason = reason if handling is Handling.NOT_APPLICABLE else ""
    process.take(wanted.review, "hand_in_document", actor, document=wanted.title, handling=handling.value)


def take_back(document: Document, actor: Actor) -> None:
    """Take a file away that was handed in by mistake. The row stays; the file goes after the commit. Raises NotNow."""
    document.removed_at = utc_now()
    title = document.request.title if document.request else ""
    process.take(document.review, "take_back_document", actor, document=title)


def unanswered(review: Review) -> list[DocumentRequest]:
    """What still needs a file, a link or a reason."""
    return [wanted for wanted in review.document_requests if not wanted.is_answered]


def finish(review: Review, actor: Actor, address: str) -> bool:
    """That is everything: tell the team, whose page is ``address``. False when nothing was open any more."""
    still_open = [wanted for wanted in review.document_requests if wanted.done_at is None]
    if not still_open:
        return False
    if unanswered(review):
        raise NotNow("Some documents have no answer yet.")
    for wanted in still_open:
        if wanted.handling is Handling.LINK and not wanted.public_link:
            wanted.handling = Handling.UPLOAD  # files came in place of the link
        wanted.done_at = utc_now()
    told = [
        letters.draft("pack_ready", to=(member.person.name, member.person.email), review=review, address=address)
        for member in review.current_team
        if member.has_declared
    ]
    process.take(review, "finish_documents", actor, letters=told)
    return True


def _check(review: Review, actor: Actor) -> None:
    why_not = process.why_not(review, "hand_in_document", actor.role)
    if why_not:
        raise NotNow(why_not)
