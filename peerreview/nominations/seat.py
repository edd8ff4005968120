"""From where the organisation's answer is given: behind its own link, or by a coordinator who has it on the phone."""

import hashlib
from dataclasses import dataclass
from typing import Any, Self

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, links, process
from peerreview.audit_trail import Actor
from peerreview.models import PersonalLink, Review, utc_now
from peerreview.workflow import Role


@dataclass(frozen=True)
class Seat:
    """One review, who acts, and the pages that this person uses for it."""

    review: Review
    actor: Actor
    link: PersonalLink | None = None

    @classmethod
    def behind(cls, link: PersonalLink) -> Self:
        """The organisation's own."""
        return cls(link.review, Actor.behind(link), link)

    @classmethod
    def on_the_phone(cls, reference: str) -> Self:
        """A coordinator's, for what the organisation said; 404 for anybody else."""
        review, actor = access.review_as(reference, Role.COORDINATOR)
        return cls(review, actor.on_the_phone())

    @property
    def is_school(self) -> bool:
        """Whether its words are a school's."""
        return self.review.organisation is not None and self.review.organisation.is_school

    def url(self, page: str, **values: Any) -> str:
        """The address of a page of this feature from this seat."""
        if self.link is not None:
            return url_for(f"nominations.{page}_by_link", token=links.token(self.link), **values)
        return url_for(f"nominations.{page}", reference=self.review.reference, **values)

    def home(self) -> str:
        """Where this person's view of the review begins."""
        if self.link is not None:
            return url_for("nominations.home", token=links.token(self.link))
        return url_for("reviews.show", reference=self.review.reference)

    def may(self, step: str) -> bool:
        """Whether the step could be taken from here now."""
        return process.may(self.review, step, self.actor.role)

    def need(self, step: str) -> None:
        """Raise NotNow, with the sentence for the page, when the step cannot be taken from here now."""
        if reason := process.why_not(self.review, step, self.actor.role):
            raise process.NotNow(reason)

    def turned_away(self, step: str, page: str) -> Response | None:
        """Where somebody goes who opens the page of a step that cannot be taken now; sending it raises NotNow."""
        if request.method == "POST":
            self.need(step)
        return None if self.may(step) else redirect(page)

    def opened(self) -> None:
        """An act behind a link shows that the link reached its person; looking at a page does not."""
        if self.link is not None and self.link.opened_at is None:
            self.link.opened_at = utc_now()


def fingerprint(row: object, *names: str) -> str:
    """What a page has shown of a row, short enough for a hidden field: so that no save overwrites unseen words."""
    shown = "\x1f".join(str(getattr(row, name)) for name in names)
    return hashlib.sha256(shown.encode()).hexdigest()[:24]
