"""Whoever the invented year says was drawn at random, was: by a whole record of a draw that anybody can check."""

import json
from pathlib import Path

from flask import Flask

from peerreview.extensions import db
from peerreview.models import Draw, Selection
from peerreview.programme import draw_record
from peerreview.programme.draw import Outcome
from peerreview.sample import chapters, world
from peerreview.sample.year import Plan
from tests.builders import save
from tests.programme.test_draw import run


def test_a_random_review_of_the_year_comes_from_a_draw(sample_app: Flask, tmp_path: Path) -> None:
    with sample_app.test_request_context("/", method="POST"):
        world.load()
        save()
        story = chapters.tell(Plan("HAC-S11-06", "plan", 6, selected="random"))
        review = story.review
        (draw,) = db.session.scalars(db.select(Draw)).all()
        assert (review.selection, review.drawn.draw) == (Selection.RANDOM, draw)
        assert draw_record.faults(draw) == []
        places = draw_record.places(draw)
        assert [place.id for place in places if place.outcome is Outcome.DRAWN] == [story.organisation.id]
        assert len(places) > 5
        assert draw.frozen_at < draw.seed_at < review.created_at
        file = json.dumps(draw_record.as_file(draw)).encode()
    code, words = run(tmp_path, file)
    assert (code, words.splitlines()[-1]) == (0, "List, seed and result agree.")
