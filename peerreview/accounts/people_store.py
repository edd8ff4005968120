"""Flask-Security's doors to our house: its commits are ours, its letters are rows, and no code works twice."""

from typing import Any, cast

from flask import Response, after_this_request, has_request_context
from flask_security import MailUtil, SQLAlchemyUserDatastore, Totp, UserMixin
from passlib.totp import TotpMatch

from peerreview import letters, links, outbox
from peerreview.models import Person


class PeopleStore(SQLAlchemyUserDatastore):
    """Flask-Security's way to our people."""

    def commit(self) -> None:
        """The one commit, so that the letters of the act go out with it."""
        outbox.commit()


class LettersAsRows(MailUtil):
    """Flask-Security's letters, written like every other: into the act's own transaction."""

    def send_mail(
        self, template: str, subject: str, recipient: Any, sender: Any, body: Any, html: Any, **context: Any
    ) -> None:
        person: Person = context["user"]
        address = links.password_page(person)
        letters.write(template, to=(person.name, person.email), urgent=True, address=address, first=not person.password)
        if has_request_context():
            after_this_request(_commit)  # asking for a link has no commit of its own in Flask-Security


class CodesOnce(Totp):
    """Codes of an authenticator app; each is accepted once (RFC 6238, section 5.2)."""

    def get_last_counter(self, user: UserMixin) -> int | None:
        return cast(Person, user).tf_last_counter

    def set_last_counter(self, user: UserMixin, tmatch: TotpMatch) -> None:
        cast(Person, user).tf_last_counter = tmatch.counter


def _commit(response: Response) -> Response:
    outbox.commit()
    return response
