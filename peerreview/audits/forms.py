"""What is typed on the pages of the audit copy."""

from peerreview import forms


class CopyForm(forms.Form):
    """The copy of the organisation's own audit."""

    copy = forms.a_file(
        "The organisation’s own audit",
        "Choose the file with the organisation’s audit",
        hint="A PDF or Word file. It must have no names or details of children or families.",
    )
