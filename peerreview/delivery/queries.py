"""What became of letters: as many queries for five thousand as for one."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import joinedload, load_only

from peerreview.extensions import db
from peerreview.models import Delivery, Letter, LetterTemplate, MailContact, Person, Review, utc_now
from peerreview.workdays import LOCAL_ZONE, local_day
from peerreview.workflow import Role

IN_A_PAGE = 50
TOO_LONG = timedelta(minutes=10)  # for a letter to wait: then the mail server or the worker needs somebody


def theirs(person: Person) -> ColumnElement[bool]:
    """The letters whose fate somebody may see: all, or for a coordinator those about reviews of their boroughs."""
    if person.holds(Role.ADMINISTRATOR):
        return true()
    boroughs = person.boroughs_as(Role.COORDINATOR)
    if boroughs is None:
        return Letter.review_id.is_not(None)
    return Letter.review_id.in_(select(Review.id).where(Review.borough_id.in_(boroughs)))


class Overview(NamedTuple):
    """How letters stand now. ``oldest``: the letter that has waited longest, if any does."""

    waiting: int
    sent_today: int
    failed: int
    oldest: Letter | None
    contact: MailContact | None

    @property
    def minutes(self) -> int | None:
        """For how long the oldest letter has waited."""
        return None if self.oldest is None else int((utc_now() - self.oldest.queued_at).total_seconds() // 60)

    @property
    def is_stuck(self) -> bool:
        return self.oldest is not None and utc_now() - self.oldest.queued_at > TOO_LONG


def overview(person: Person) -> Overview:
    """The numbers at the top of the page."""
    mine = theirs(person)

    def count(*conditions: ColumnElement[bool]) -> int:
        return db.session.scalar(select(func.count(Letter.id)).where(mine, *conditions)) or 0

    return Overview(
        count(Letter.delivery == Delivery.WAITING),
        count(Letter.delivery == Delivery.SENT, Letter.sent_at >= _start_of_today()),
        count(Letter.delivery == Delivery.FAILED),
        db.session.scalar(_oldest(mine)),
        db.session.get(MailContact, MailContact.ONLY),
    )


def _oldest(mine: ColumnElement[bool]) -> Select[Letter]:
    waiting = select(Letter).where(mine, Letter.delivery == Delivery.WAITING)
    return waiting.options(load_only(Letter.queued_at, Letter.trouble)).order_by(Letter.queued_at, Letter.id).limit(1)


def _start_of_today() -> datetime:
    today = local_day(utc_now())
    return datetime(today.year, today.month, today.day, tzinfo=LOCAL_ZONE)


class Failed(NamedTuple):
    """One page of the letters that could not be delivered."""

    letters: Sequence[Letter]
    page: int
    pages: int


def failed(person: Person, total: int, page: int) -> Failed:
    """The letters that could not be delivered, newest first, without what they say."""
    pages = max(1, -(-total // IN_A_PAGE))
    page = min(max(page, 1), pages)
    shown = (Letter.name, Letter.recipient_name, Letter.recipient_email, Letter.queued_at, Letter.trouble)
    rows = (
        select(Letter)
        .where(theirs(person), Letter.delivery == Delivery.FAILED)
        .options(load_only(*shown, Letter.review_id), joinedload(Letter.review))
        .order_by(Letter.id.desc())
        .limit(IN_A_PAGE)
        .offset((page - 1) * IN_A_PAGE)
    )
    return Failed(db.session.scalars(rows).all(), page, pages)


def letter_for(person: Person, letter_id: int) -> Letter | None:
    """The letter, if its fate is theirs to see."""
    return db.session.scalar(select(Letter).where(Letter.id == letter_id, theirs(person)))


def changed_words() -> dict[str, LetterTemplate]:
    """The newest version of every letter whose words were ever changed, by name."""
    last = select(LetterTemplate.name, func.max(LetterTemplate.version).label("last")).group_by(LetterTemplate.name)
    newest = last.subquery()
    rows = select(LetterTemplate).join(
        newest, (LetterTemplate.name == newest.c.name) & (LetterTemplate.version == newest.c.last)
    )
    return {row.name: row for row in db.session.scalars(rows)}


def versions(name: str) -> Sequence[LetterTemplate]:
    """Every version of one letter's words, newest first."""
    return db.session.scalars(
        select(LetterTemplate).where(LetterTemplate.name == name).order_by(LetterTemplate.version.desc())
    ).all()
