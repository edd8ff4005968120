"""Mending an address, a test letter, and the words of a letter."""

from peerreview.forms import Form, email, hidden, long_text, text


class MendedAddress(Form):
    email = email("Email address", "Enter the email address to send it to")


class TestLetter(Form):
    __test__ = False  # not a test of ours
    email = email("Send it to", "Enter the email address to send it to")


class WordsForm(Form):
    subject = text("Subject", "Enter the subject", max=150)
    body = long_text("Letter", "Enter the words of the letter", max=3000)
    version = hidden(max=9)


class StandardForm(Form):
    version = hidden(max=9)
