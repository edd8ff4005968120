"""The organisation's response: points in a draft, sent all at once by one named person."""

from collections.abc import Sequence
from dataclasses import dataclass

from peerreview import letters, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Document,
    Letter,
    PersonalLink,
    PointKind,
    Response,
    ResponsePoint,
    Review,
    SectionKind,
    utc_now,
)
from peerreview.reports import evidence, issuing, writing
from peerreview.storage import Stored
from peerreview.workflow import Role

MADE_POINTS = "You or a colleague have made points. Send them, or remove them first."


class Changed(Exception):
    """Somebody else at the organisation changed this point in the meantime; both texts are shown."""


@dataclass(frozen=True)
class TypedPoint:
    """One point as it was typed. ``paragraph`` is "2.1", "R3", or empty for the whole section."""

    section: SectionKind
    paragraph: str
    kind: PointKind
    text: str


def draft_of(review: Review) -> Response:
    """The response that can still be changed, locked. Raises process.NotNow when it was sent or the time is over."""
    reason = process.why_not(review, "send_response", Role.ORGANISATION)
    if reason is not None or review.response is None:
        raise process.NotNow(reason or "There is no report to answer yet.")
    lock(review)
    return review.response


def lock(review: Review) -> None:
    """Let one person at a time change what belongs to the response of a review."""
    if review.response is not None:
        db.session.refresh(review.response, with_for_update=True)
        db.session.expire(review, ["more_time"])


def add_point(review: Review, typed: TypedPoint, files: Sequence[Stored], by: str) -> ResponsePoint:
    """Add a point to the draft. The same point sent twice (a double click) stays one."""
    response = draft_of(review)
    for point in response.points:
        if not files and _typed(point) == typed:
            return point
    point = ResponsePoint(section=typed.section, paragraph=typed.paragraph, kind=typed.kind, text=typed.text)
    point.written_by = point.changed_by = by
    response.points.append(point)
    evidence.attach(review, point, files, by)
    db.session.flush()
    return point


def change_point(
    review: Review, point: ResponsePoint, typed: TypedPoint, files: Sequence[Stored], by: str, *, seen: int
) -> None:
    """Change a point of the draft. Raises Changed when ``seen`` is not its version any more."""
    draft_of(review)
    db.session.refresh(point)
    if point.version != seen and _typed(point) != typed:
        raise Changed
    point.section, point.paragraph, point.kind, point.text = typed.section, typed.paragraph, typed.kind, typed.text
    point.version, point.changed_by = point.version + 1, by
    evidence.attach(review, point, files, by)


def take_away(review: Review, point: ResponsePoint, document: Document) -> None:
    """Take a file off a point of the draft; gone already (a double click): nothing more."""
    draft_of(review)
    if document.removed_at is None:
        document.removed_at = utc_now()
        point.version += 1


def remove_point(review: Review, point: ResponsePoint) -> None:
    """Take a point out of the draft."""
    draft_of(review).points.remove(point)
    db.session.flush()


def send(review: Review, link: PersonalLink, *, no_inaccuracies: bool = False, seen: int | None = None) -> None:
    """Send the whole response in the name of the link's person; "no inaccuracies found" is a full response.

    Raises process.Overtaken when somebody was first, process.NotNow when somebody else is named to send it, and when
    there is nothing to send or both at once.
    """
    actor = Actor.behind(link)
    if seen is None or seen == review.version:  # who is second is told so by the step
        lock(review)
        if named := sender_instead(review, link):
            raise process.NotNow(f"{named.name} is named to send the response. Ask them, or change who sends it.")
    process.take(review, "send_response", actor, seen=seen, letters=_received(review, link))
    response = review.response
    assert response is not None
    if no_inaccuracies == bool(response.points):
        raise process.NotNow(MADE_POINTS if response.points else "There is no point to send.")
    response.no_inaccuracies = no_inaccuracies
    response.sent_at, response.sent_by, response.sent_by_role, response.link = utc_now(), link.name, link.role, link
    writing.begin_final(review, actor)


def sender_instead(review: Review, link: PersonalLink) -> PersonalLink | None:
    """Who else is named to send the response; nobody when the reader is, or when that link has been ended."""
    named = review.response.link if review.response else None
    return named if named is not None and named is not link and named.revoked_at is None else None


def acknowledge(review: Review, link: PersonalLink) -> None:
    """The organisation says that it has the final report: never that it agrees. The first one counts."""
    response = review.response
    if response is None or response.acknowledged_at is not None:
        return
    process.take(review, "acknowledge_report", Actor.behind(link))
    response.acknowledged_at, response.acknowledged_by = utc_now(), link.name


def _received(review: Review, sender: PersonalLink) -> list[Letter]:
    told = issuing.everybody(review)
    told += [] if sender in told else [sender]
    return [
        letters.draft(
            "response_received",
            to=(link.name, link.email),
            review=review,
            link=link,
            sent_by=sender.name,
            now=utc_now(),
        )
        for link in told
    ]


def _typed(point: ResponsePoint) -> TypedPoint:
    return TypedPoint(point.section, point.paragraph, point.kind, point.text)
