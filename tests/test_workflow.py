"""The process as a grid: every step at every stage by every role; and its words."""

import pytest
from flask import Flask

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Letter, Review
from peerreview.wording import NOT_YET, ORGANISATION_STAGES, STAGES
from peerreview.wording import STEPS as STEP_WORDS
from peerreview.workflow import CONDITIONS, ENDED, STEPS, Role, Stage
from tests.builders import a_review, save

# The stages as the board's process describes them, written out once more so that a slip in the table shows.
LINE = [
    ("accept", "requested", "planned"),
    ("decline", "requested", "declined"),
    ("send_notice", "planned", "arranging"),
    ("agree_date", "arranging", "preparing"),
    ("move_date", "preparing", "preparing"),
    ("cancel_date", "preparing", "arranging"),
    ("record_visit", "preparing", "reporting"),
    ("issue_initial_report", "reporting", "responding"),
    ("send_response", "responding", "finalising"),
    ("end_response_period", "responding", "finalising"),
    ("approve_final_report", "finalising", "final"),
    ("ask_for_changes", "final", "finalising"),
    ("present", "final", "presented"),
    ("close", "presented", "closed"),
    ("close_early", "presented", "closed"),
]


@pytest.mark.parametrize(("name", "start", "end"), LINE)
def test_the_line_of_the_procedure(name: str, start: str, end: str) -> None:
    assert STEPS[name].starts == {Stage(start)}
    assert STEPS[name].leads_to is Stage(end)


def test_every_moving_step_is_in_the_line_or_begins_or_ends_a_review() -> None:
    moving = {name for name, step in STEPS.items() if step.moves}
    assert moving == {name for name, _start, _end in LINE} | {"request", "plan", "withdraw", "reinstate"}


def test_withdrawn_from_anywhere_before_final_and_nowhere_else() -> None:
    before_final = {"requested", "planned", "arranging", "preparing", "reporting", "responding", "finalising"}
    assert {str(stage) for stage in STEPS["withdraw"].starts} == before_final


@pytest.mark.parametrize("name", [name for name, step in STEPS.items() if step.starts])
def test_a_step_is_taken_exactly_where_and_by_whom_the_table_says(
    name: str, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    for condition in CONDITIONS:
        monkeypatch.setattr(Review, condition, property(lambda review: True))
    step = STEPS[name]
    reviews = {stage: a_review(stage, stage_before_end=Stage.ARRANGING) for stage in Stage}
    save()
    for stage, review in reviews.items():
        for role in Role:
            allowed = stage in step.starts and role in step.by
            assert process.may(review, name, role) is allowed, (name, stage, role)
            version = review.version
            if not allowed:
                with pytest.raises(process.NotNow):
                    process.take(review, name, Actor("Somebody", role))
                db.session.rollback()
                assert (review.stage, review.version) == (stage, version)
                continue
            event = process.take(review, name, Actor("Somebody", role))
            expected = Stage.ARRANGING if step.returns else step.leads_to or stage
            assert (review.stage, review.version) == (expected, version + (1 if step.moves else 0))
            assert (event.step, event.actor_role, event.review) == (name, role, review)
            db.session.rollback()


@pytest.mark.parametrize(
    ("name", "condition"),
    [(name, condition) for name, step in STEPS.items() if step.starts for condition in step.needs],
)
def test_a_condition_that_is_not_met_refuses_with_its_sentence(
    name: str, condition: str, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = STEPS[name]
    for other in step.needs:
        monkeypatch.setattr(Review, other, property(lambda review, met=other != condition: met))
    review = a_review(next(iter(step.starts)))
    role = next(iter(step.by))
    assert process.why_not(review, name, role) == NOT_YET[condition]
    with pytest.raises(process.NotNow, match=NOT_YET[condition].rstrip(".")):
        process.take(review, name, Actor("Somebody", role))


def test_every_condition_is_a_property_of_the_review() -> None:
    assert {name for name in CONDITIONS if not isinstance(getattr(Review, name, None), property)} == set()
    assert set(NOT_YET) == CONDITIONS


def test_every_stage_and_step_has_its_words() -> None:
    assert set(STAGES) == set(ORGANISATION_STAGES) == set(Stage)
    assert set(STEP_WORDS) == set(STEPS)
    assert {step.leads_to for step in STEPS.values()} >= ENDED


def test_every_letter_of_the_process_has_its_template(app: Flask) -> None:
    named = {letter for step in STEPS.values() for letter in step.tells}
    known = {name.removeprefix("emails/").removesuffix(".txt") for name in app.jinja_env.list_templates(["txt"])}
    assert named - known == set()


def test_the_second_of_two_is_told_who_was_first(any_app: Flask) -> None:
    review = a_review(Stage.REQUESTED)
    save()
    seen = review.version
    process.take(review, "accept", Actor("Amina Yusuf", Role.COORDINATOR), seen=seen)
    save()
    with pytest.raises(process.Overtaken, match="Amina Yusuf was first: they accepted the request at"):
        process.take(review, "decline", Actor("Ben Okafor", Role.COORDINATOR), seen=seen)
    assert review.stage is Stage.PLANNED


def test_a_letter_that_the_table_does_not_name_is_refused(app: Flask) -> None:
    review = a_review(Stage.PRESENTED)
    stray = Letter(name="notice")
    with pytest.raises(ValueError, match="does not let close write notice"):
        process.take(review, "close", Actor("Somebody", Role.COORDINATOR), letters=[stray])


def test_references_count_per_borough_and_year(any_app: Flask) -> None:
    first, second = a_review().borough, a_review().borough
    year = process.next_reference(first).split("-")[1]
    assert process.next_reference(second) == f"HAC-{year}-002"
