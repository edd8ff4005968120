"""The form of an import."""

from peerreview.forms import Form, a_file, one_of


class ImportForm(Form):
    """A file, and what kind of file it is. Which kinds there are is handed in."""

    kind = one_of("What is in the file?", (), "Choose what is in the file")
    file = a_file(
        "File", "Choose a file", hint="A CSV file of at most 128 MB. It is looked at first; nothing changes yet."
    )
