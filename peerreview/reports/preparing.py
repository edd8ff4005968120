"""Colleagues who prepare the response together: who they are, who is writing now, and who of them sends it."""

from datetime import timedelta

from sqlalchemy import or_, update

from peerreview import letters, links, process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Draft, PersonalLink, Purpose, Response, Review, utc_now
from peerreview.reports import responding

MOST_LINKS = 8  # of one organisation for one review: a stolen link must not become a way to send mail
TOO_MANY = "Too many people have a link for this review already. Please ask the coordinator."
ENDED = "The coordinator has ended the link of this address. Please ask them."
WRITING = timedelta(minutes=5)  # after the last text that was kept, somebody is taken to have stopped


def colleagues(review: Review) -> list[PersonalLink]:
    """Everybody at the organisation who can open the report, the longest known first."""
    found = (link for link in review.links if link.purpose is Purpose.ORGANISATION and link.revoked_at is None)
    return sorted(found, key=lambda link: link.id)


def share(review: Review, link: PersonalLink, name: str, role: str, email: str) -> PersonalLink:
    """Pass the report on to a colleague, who gets a link of their own. Known already (a double click): nothing more.

    Raises process.NotNow when the response is closed, or this address can get no link.
    """
    responding.draft_of(review)
    db.session.expire(review, ["links"])
    known = {each.email: each for each in review.links if each.purpose is Purpose.ORGANISATION}
    given = known.get(email.strip().lower())
    if given is not None and given.revoked_at is None:
        return given
    if given is not None:
        raise process.NotNow(ENDED)
    if len(known) >= MOST_LINKS:
        raise process.NotNow(TOO_MANY)
    made = links.give(review, Purpose.ORGANISATION, name, email, role=role)
    letter = letters.draft("report_shared", to=(made.name, made.email), review=review, link=made)
    process.take(review, "share_report", Actor.behind(link), letters=[letter], to=name)
    return made


def name_sender(review: Review, sender: PersonalLink, link: PersonalLink, *, seen: int) -> None:
    """Name who sends the response; they are told. ``seen``: the link of whom the page named.

    Raises process.Overtaken when a colleague has named somebody in between.
    """
    response = responding.draft_of(review)
    if response.link_id == sender.id:
        return
    changed = db.session.execute(
        update(Response)
        .where(Response.id == response.id, Response.link_id == seen, Response.sent_at.is_(None))
        .values(link_id=sender.id)
        .execution_options(synchronize_session=False)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]
        raise process.Overtaken("A colleague has changed who sends the response in the meantime.")
    db.session.expire(response)
    told = [letters.draft("you_send", to=(sender.name, sender.email), review=review, link=sender)]
    process.take(review, "name_sender", Actor.behind(link), letters=[] if sender is link else told, sender=sender.name)


def writing_now(review: Review, link: PersonalLink) -> dict[int | None, list[str]]:
    """Which colleagues, other than the reader, are writing: by the point's id, or none for a new one."""
    others = {each.id: each.name for each in colleagues(review) if each.id != link.id}
    mine = or_(*(Draft.key.startswith(f"point-{number}-") for number in others)) if others else None
    found: dict[int | None, list[str]] = {}
    if mine is None:
        return found
    keys = db.session.scalars(db.select(Draft.key).where(mine, Draft.changed_at > utc_now() - WRITING))
    for _point, number, at in (key.split("-", 2) for key in keys):
        found.setdefault(int(at) if at.isdecimal() else None, []).append(others[int(number)])
    return found
