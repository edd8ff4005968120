"""Personal links: given, opened, revoked; and the six-digit codes for confidential pages.

Token and code are derived with the secret key from the row's id and generation, so the database holds nothing that
opens anything. Letters hold a placeholder; ``fill`` puts the real token in at hand-over.
"""

import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Set
from datetime import timedelta
from typing import Any

from flask import current_app, url_for
from flask_security.recoverable import generate_reset_password_token
from sqlalchemy import select, update

from peerreview.extensions import db
from peerreview.models import LinkCode, Person, PersonalLink, Purpose, Review, TeamMember, utc_now

CODE_LIFE = timedelta(minutes=15)
CODE_TRIES = 5
_TOKEN = re.compile(r"([0-9]{1,15})-([A-Za-z0-9_-]{24})")
_PLACE = re.compile(r"~(link|code|password)-([0-9]+)~")


def give(
    review: Review, purpose: Purpose, name: str, email: str, *, role: str = "", member: TeamMember | None = None
) -> PersonalLink:
    """The link of one person for one review and purpose: the one they have, or a new one. Reminders carry the same.

    A revoked link comes back with a new token.
    """
    email = email.strip().lower()
    link = db.session.scalar(
        select(PersonalLink).where(
            PersonalLink.review_id == review.id, PersonalLink.purpose == purpose, PersonalLink.email == email
        )
    )
    if link is None:
        link = PersonalLink(review=review, purpose=purpose, name=name, email=email, role=role, member=member)
        db.session.add(link)
        db.session.flush()
    elif link.revoked_at is not None:
        link.revoked_at, link.generation = None, link.generation + 1
    link.name, link.role, link.member = name, role or link.role, member
    return link


def revoke(link: PersonalLink) -> None:
    """End a link at once; the token in old letters opens nothing any more."""
    link.revoked_at = utc_now()


def token(link: PersonalLink) -> str:
    """The secret part of the link's address."""
    return f"{link.id}-{derive(f'link:{link.id}:{link.generation}')[:24]}"


def find(given: str) -> PersonalLink | None:
    """The link that a token opens, or nothing: wrong, revoked, or of a member who left the team."""
    parts = _TOKEN.fullmatch(given)
    link = db.session.get(PersonalLink, int(parts[1])) if parts else None
    if link is None or not hmac.compare_digest(token(link), given) or link.revoked_at is not None:
        return None
    if link.purpose is Purpose.REVIEWER and not (link.member and link.member.is_active):
        return None
    return link


def page(link: PersonalLink, path: str = "") -> str:
    """The address of a page behind a link, for a letter: with a placeholder for the token. ``path`` as "/staff"."""
    return f"{current_app.config['BASE_URL']}/my/~link-{link.id}~{path}"


def account_page(endpoint: str, **values: Any) -> str:
    """The address of a page for people with an account, for a letter: the same in a request and in the worker."""
    return f"{current_app.config['BASE_URL']}{url_for(endpoint, _external=False, **values)}"


def new_code(link: PersonalLink) -> LinkCode:
    """A new six-digit code; the one before it ends. Write the letter "code" with ``~code-ID~`` in the same act."""
    now = utc_now()
    db.session.execute(
        update(LinkCode)
        .where(LinkCode.link_id == link.id, LinkCode.used_at.is_(None), LinkCode.replaced_at.is_(None))
        .values(replaced_at=now)
    )
    code = LinkCode(link=link, made_at=now)
    db.session.add(code)
    db.session.flush()
    return code


def password_page(person: Person) -> str:
    """The address at which somebody chooses a password, for a letter: the token is made at hand-over, for two days."""
    return f"{current_app.config['BASE_URL']}/password-reset/~password-{person.id}~"


def use_code(link: PersonalLink, digits: str) -> bool:
    """Whether the digits are the link's code in force. Five tries, fifteen minutes, one use. Commit either way."""
    code = db.session.scalar(
        select(LinkCode)
        .where(LinkCode.link_id == link.id, LinkCode.used_at.is_(None), LinkCode.replaced_at.is_(None))
        .with_for_update(of=LinkCode)
    )
    if code is None or code.tries >= CODE_TRIES or utc_now() - code.made_at > CODE_LIFE:
        return False
    code.tries += 1
    if not hmac.compare_digest(_digits(code.id), re.sub(r"\s", "", digits)):
        return False
    code.used_at = utc_now()
    return True


def fill(text: str) -> str:
    """A letter's text with the real tokens and codes in it. Placeholders of nothing that exists stay."""

    def real(place: re.Match[str]) -> str:
        if place[1] == "code":
            return _digits(int(place[2]))
        if place[1] == "password":
            person = db.session.get(Person, int(place[2]))
            return str(generate_reset_password_token(person)) if person else place[0]  # type: ignore[no-untyped-call]
        link = db.session.get(PersonalLink, int(place[2]))
        return token(link) if link else place[0]

    return _PLACE.sub(real, text)


def places_in(text: str) -> set[str]:
    """The placeholders in a text that we wrote ourselves, such as an address."""
    return {place[0] for place in _PLACE.finditer(text)}


def without_others(text: str, own: Set[str]) -> str:
    """A new letter's text in which only the recipient's own placeholders still are any.

    Names and reasons are typed by people: a name like ``~link-7~`` must not bring its writer somebody else's link.
    """
    return _PLACE.sub(lambda place: place[0] if place[0] in own else place[0].replace("~", "-"), text)


def mask(text: str) -> str:
    """A letter's text for staff: the links and codes of other people are not theirs to use."""
    return _PLACE.sub(lambda place: "(code)" if place[1] == "code" else "(personal link)", text)


def _digits(code_id: int) -> str:
    return f"{int.from_bytes(_mac(f'code:{code_id}')[:8]) % 1_000_000:06}"


def derive(message: str) -> str:
    """A secret of this installation as text for an address; each kind of address begins its message its own way."""
    return urlsafe_b64encode(_mac(message)).decode()


def _mac(message: str) -> bytes:
    return hmac.digest(current_app.config["SECRET_KEY"].encode(), message.encode(), "sha256")
