"""What is chosen when the initial report is issued."""

from peerreview.forms import any_of, options
from peerreview.models import Review
from peerreview.reports import issuing
from peerreview.reports.forms import VersionForm


class IssueForm(VersionForm):
    """Who at the organisation gets the letter beside its contact; those who can are handed in."""

    also = any_of(
        "Who else gets the letter?",
        mark=False,
        hint="They have a personal link for this review already. Tick only those who need to read the report.",
    )


def issue_form(review: Review) -> IssueForm:
    """The form as it was sent, or as the page shows it first: with the review's version, and nobody ticked."""
    form = IssueForm(data={"version": review.version})
    called = [
        (str(link.id), f"{link.name}, {link.role}" if link.role else link.name) for link in issuing.who_else(review)
    ]
    form.also.choices = options(called)
    return form
