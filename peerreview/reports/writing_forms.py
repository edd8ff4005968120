"""What is sent along with an act on a section."""

from peerreview.forms import Form, hidden


class PutBackForm(Form):
    """An earlier version to be put back; ``seen`` marks what stood there on the page."""

    number = hidden()
    seen = hidden()
