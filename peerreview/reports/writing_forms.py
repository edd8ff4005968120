"""What is sent along with an act on a section."""

from peerreview.forms import Form, hidden, long_text
from peerreview.reports import words


class PutBackForm(Form):
    """An earlier version to be put back; ``seen`` marks what stood there on the page."""

    number = hidden()
    seen = hidden()


class CommentForm(Form):
    """A comment for the team."""

    text = long_text(
        "Your comment",
        "Write your comment",
        max=4_000,
        hint="The team and the coordinator read it. The organisation and the Executive Group never do. "
        + words.NO_DETAILS,
    )


class SettleForm(Form):
    """Whether a comment is done."""

    done = hidden()

    @property
    def is_done(self) -> bool:
        """It is done; else it is open again."""
        return bool(self.done.data)


class FindingForm(Form):
    """Something found on the visit, to be put into the text."""

    key = hidden()
