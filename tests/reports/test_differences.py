"""Differences lose nothing: what was kept and taken out is the old text, what was kept and added is the new."""

import time

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerreview.reports.contents import paragraphs
from peerreview.reports.differences import Change, Mark, Piece, between, has_changes

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # machines can be busy
words = st.lists(
    st.sampled_from(["the", "lead", "three", "both", ".", "deputies,", "<b>", "é", "\n"]), max_size=12
).map(" ".join)
texts = st.one_of(st.text(max_size=200), st.lists(words, max_size=6).map("\n\n".join))


def side(changes, *marks):
    joined = ("".join(piece.text for piece in change.pieces if piece.mark in marks) for change in changes)
    return tuple(text for text in joined if text)


@patient
@given(texts, texts)
def test_both_texts_can_be_read_back(old, new):
    changes = between(old, new)
    assert side(changes, Mark.KEPT, Mark.TAKEN_OUT) == paragraphs(old)
    assert side(changes, Mark.KEPT, Mark.ADDED) == paragraphs(new)


@patient
@given(texts)
def test_a_text_does_not_differ_from_itself(text):
    assert not has_changes(between(text, text))


@patient
@given(texts, texts)
def test_no_piece_is_empty_and_neighbours_differ(old, new):
    for change in between(old, new):
        assert all(piece.text for piece in change.pieces)
        assert all(one.mark is not next_.mark for one, next_ in zip(change.pieces, change.pieces[1:], strict=False))


def test_words_are_marked_inside_a_changed_paragraph():
    old = "We met the team.\n\nEvery member of staff knew the lead and both deputies."
    new = "We met the team.\n\nEvery member of staff knew the lead and the three deputies."
    assert between(old, new) == (
        Change((Piece(Mark.KEPT, "We met the team."),)),
        Change(
            (
                Piece(Mark.KEPT, "Every member of staff knew the lead and "),
                Piece(Mark.TAKEN_OUT, "both"),
                Piece(Mark.ADDED, "the three"),
                Piece(Mark.KEPT, " deputies."),
            )
        ),
    )


def test_paragraphs_with_little_in_common_are_shown_whole():
    changes = between("One thing entirely.", "Quite another matter, at length and in other words.")
    assert [change.pieces[0].mark for change in changes] == [Mark.TAKEN_OUT, Mark.ADDED]


def test_a_long_report_is_quick():
    old = "\n\n".join(" ".join(f"w{p}-{at % 97}" for at in range(150)) for p in range(110))
    new = old.replace("w5-3 ", "other ").replace("w70-9 ", "")
    began = time.perf_counter()
    assert has_changes(between(old, new))
    assert has_changes(between("a b " * 8_000, "b c " * 8_000))
    assert time.perf_counter() - began < 2
