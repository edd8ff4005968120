"""The private addresses of feeds: made, opened, ended. Each act leaves an event; the caller commits."""

import hmac
import re

from sqlalchemy import select

from peerreview import audit_trail, links
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Borough, CalendarFeed, Person, utc_now

_TOKEN = re.compile(r"([0-9]{1,15})-([A-Za-z0-9_-]{32})")


def find(given: str) -> CalendarFeed | None:
    """The feed that a token opens, or nothing: wrong, ended, or of somebody whose account is closed."""
    parts = _TOKEN.fullmatch(given)
    feed = db.session.get(CalendarFeed, int(parts[1])) if parts else None
    if feed is None or not hmac.compare_digest(token(feed), given) or feed.revoked_at is not None:
        return None
    return feed if feed.person is None or feed.person.active else None


def token(feed: CalendarFeed) -> str:
    """The secret part of the address."""
    return f"{feed.id}-{links.derive(f'feed:{feed.id}:{feed.generation}')[:32]}"


def address(feed: CalendarFeed | None) -> str | None:
    """The whole address, if the feed has one in force."""
    if feed is None or feed.revoked_at is not None:
        return None
    return links.account_page("calendars.show", token=token(feed))


def of(owner: Person | Borough) -> CalendarFeed | None:
    """The feed of a person or a borough, if one was ever made."""
    column = CalendarFeed.person_id if isinstance(owner, Person) else CalendarFeed.borough_id
    return db.session.scalar(select(CalendarFeed).where(column == owner.id))


def renew(owner: Person | Borough, seen: int, actor: Actor) -> bool:
    """A new address; the one before it opens nothing from now on.

    ``seen`` is the generation that the page showed, 0 for none. False, and nothing changes, when that was not the
    latest: a double click, or somebody else was first.
    """
    feed = _locked(owner)
    if (feed.generation if feed else 0) != seen:
        return False
    if feed is None:
        person, borough = (owner, None) if isinstance(owner, Person) else (None, owner)
        db.session.add(CalendarFeed(person=person, borough=borough, made_by=actor.name))
    else:
        feed.generation, feed.made_at, feed.made_by, feed.revoked_at = seen + 1, utc_now(), actor.name, None
    _record("calendar_address_made", owner, actor)
    return True


def revoke(owner: Person | Borough, seen: int, actor: Actor) -> bool:
    """End the address at once. False, and nothing changes, when the page showed another than the latest."""
    feed = _locked(owner)
    if feed is None or feed.generation != seen or feed.revoked_at is not None:
        return False
    feed.revoked_at = utc_now()
    _record("calendar_address_ended", owner, actor)
    return True


def _locked(owner: Person | Borough) -> CalendarFeed | None:
    """The owner's feed as it is now, with nobody else changing it until the end of the act."""
    model = type(owner)
    db.session.execute(select(model.id).where(model.id == owner.id).with_for_update())
    feed = of(owner)
    if feed is not None:
        db.session.refresh(feed)
    return feed


def _record(step: str, owner: Person | Borough, actor: Actor) -> None:
    about = {"about": owner.id} if isinstance(owner, Person) else {"borough": owner.name}
    audit_trail.record(step, actor, facts=about)
