"""A draft of a meeting's minutes as a Word document: what was on the agenda, decided, put off, and who does what."""

from collections.abc import Sequence

from docx.document import Document as Word

from peerreview import word_files
from peerreview.filters import day, short_day
from peerreview.meetings.words import OUTCOMES
from peerreview.models import AgendaPaper, Meeting
from peerreview.word_files import new, paragraphs, table


def write(meeting: Meeting, members: Sequence[str], board: str) -> bytes:
    """The file. ``members``: of the Executive Group, to be struck out who was not there."""
    group = meeting.borough.executive_group
    word = new(f"{group}: minutes", board)
    where = f"{day(meeting.held_on)}{f', {meeting.begins_at:%H:%M}' if meeting.begins_at else ''}"
    paragraphs(word, ", ".join(filter(None, [where, meeting.place])))
    paragraphs(word, "Draft. Please correct it and strike out who was not there.")
    word_files.heading(word, "Present")
    for name in members:
        word.add_paragraph(word_files.plain(name), style="List Bullet")
    for number, paper in enumerate(meeting.papers, 1):
        _paper(word, number, paper)
    if meeting.sent_on:
        word_files.heading(word, "Not decided at this meeting")
        for each in meeting.sent_on:
            to = f"Put off to {day(each.to_meeting.held_on)}" if each.to_meeting else "Sent back for changes"
            paragraphs(word, f"{each.review.reference} {each.review.organisation_name}. {to}: {each.reason}")
    return word_files.as_bytes(word)


def _paper(word: Word, number: int, paper: AgendaPaper) -> None:
    review = paper.review
    word_files.heading(word, f"{number}. {review.organisation_name} ({review.reference})")
    if paper.outcome is None:
        paragraphs(word, "No decision is recorded.")
        return
    paragraphs(word, f"{OUTCOMES[paper.outcome]}.")
    paragraphs(word, paper.decision)
    if review.actions:
        rows = [(each.text, each.owner, short_day(each.due_on)) for each in review.actions]
        table(word, ("Action", "Who", "By when"), rows, shares=(3, 1, 1))
