"""Issuing the initial report and approving the final one: printed and kept first, then the step, its rows and letters.

A PDF takes a moment to make, so no transaction is open meanwhile: afterwards the text is read again, and when somebody
changed it in between, nothing is issued.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from peerreview import letters, links, process, storage
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    DocumentKind,
    Letter,
    PersonalLink,
    Purpose,
    Report,
    Response,
    Review,
    setting,
    utc_now,
)
from peerreview.reports import contents, pdf, queries
from peerreview.storage import Stored
from peerreview.workdays import deadline, local_day

CHANGED = "Somebody changed the text in this very moment. Read it once more, then decide again."


class NobodyToWriteTo(process.NotNow):
    """The organisation has no contact."""


def response_deadline(review: Review, issued_at: datetime) -> datetime:
    """The end of the response period: so many working days (a setting) from the sending, 23:59 local time."""
    return deadline(local_day(issued_at), setting("response"), review.closed_days)


def who_else(review: Review) -> list[PersonalLink]:
    """Others at the organisation who have a link already and can get the letter too; the contact always does."""
    contact = review.contact.email.lower() if review.contact else ""
    found = (link for link in review.links if link.purpose is Purpose.ORGANISATION and link.revoked_at is None)
    return sorted((link for link in found if link.email != contact), key=lambda link: link.id)


def issue_initial(
    review: Review, actor: Actor, *, seen: int | None = None, also: Collection[str] = frozenset()
) -> Report:
    """Send the initial report to the organisation for response (procedure, section 4).

    ``also``: ids of links of ``who_else`` that get the letter beside the contact; any other is nobody's.
    Ends the transaction that it finds: commit your own changes before. Raises process.NotNow, storage.Away.
    """
    _must_be_possible(review, "issue_initial_report", actor, seen)
    now = utc_now()
    until = response_deadline(review, now)
    facts = {"finished_at": now, "finished_by": actor.name, "respond_by": until}
    report, stored = _printed(review, facts, is_final=False)
    to = everybody(review)[:1]
    told = to + [link for link in who_else(review) if str(link.id) in also]
    review.response_due_at = until
    process.take(
        review,
        "issue_initial_report",
        actor,
        seen=seen,
        letters=[_letter("initial_report_issued", review, link) for link in told],
        respond_by=until.isoformat(),
    )
    _finish(report, stored, DocumentKind.INITIAL_REPORT, now, actor)
    review.response = Response(report=report, link=to[0])
    return report


def approve_final(review: Review, actor: Actor, *, seen: int | None = None) -> Report:
    """Approve the final report and send it with what was decided. Same conditions as ``issue_initial``."""
    _must_be_possible(review, "approve_final_report", actor, seen)
    now = utc_now()
    report, stored = _printed(review, {"finished_at": now, "finished_by": actor.name}, is_final=True)
    process.take(
        review,
        "approve_final_report",
        actor,
        seen=seen,
        letters=[_letter("final_report", review, link) for link in everybody(review)],
    )
    _finish(report, stored, DocumentKind.FINAL_REPORT, now, actor)
    return report


def everybody(review: Review) -> list[PersonalLink]:
    """Whom the organisation is told through: its contact first, then whoever sent the response, each once."""
    if review.contact is None:
        raise NobodyToWriteTo("The organisation has no contact to write to. Name one first.")
    contact = review.contact
    to = [links.give(review, Purpose.ORGANISATION, contact.name, contact.email, role=contact.role)]
    sender = review.response.link if review.response else None
    if sender is not None and sender is not to[0] and sender.revoked_at is None:
        to.append(sender)
    return to


def _letter(name: str, review: Review, link: PersonalLink) -> Letter:
    return letters.draft(name, to=(link.name, link.email), review=review, link=link)


def _must_be_possible(review: Review, step: str, actor: Actor, seen: int | None) -> None:
    if review.contact is None:
        raise NobodyToWriteTo("The organisation has no contact to write to. Name one first.")
    process.must_be_possible(review, step, actor, seen=seen)


def _printed(review: Review, facts: dict[str, Any], *, is_final: bool) -> tuple[Report, Stored]:
    """The report and its PDF in the store, made with no transaction open."""
    content = _content(review, is_final, facts)
    db.session.rollback()
    stored = storage.keep_bytes(pdf.render(content), filename(content), "application/pdf")
    if _content(review, is_final, facts) != content:
        raise process.Overtaken(CHANGED)
    report = review.final_report if is_final else review.initial_report
    assert report is not None
    return report, stored


def _content(review: Review, is_final: bool, facts: dict[str, Any]) -> contents.Report:
    report = review.final_report if is_final else review.initial_report
    if report is None or report.finished_at is not None:
        raise process.Overtaken("Somebody else has finished this report in the meantime.")
    return queries.content_of(report, **facts)


def filename(content: contents.Report) -> str:
    """The PDF's name on the reader's own disk."""
    return f"{content.reference} {content.name.lower()}.pdf"


def _finish(report: Report, stored: Stored, kind: DocumentKind, now: datetime, actor: Actor) -> None:
    report.finished_at, report.finished_by = now, actor.name
    report.pdf = storage.row_of(stored, report.review, kind, actor.name)
