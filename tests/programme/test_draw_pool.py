"""Who can be drawn and who is left out: every reason, whole lines of predecessors, in a fixed number of queries."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event as sql_event

from peerreview.extensions import db
from peerreview.models import (
    AuditTemplate,
    Document,
    DocumentKind,
    Duty,
    Organisation,
    PeerRating,
    Review,
    Standard,
    Succession,
    VisitRecord,
    utc_now,
)
from peerreview.programme import draw_candidates
from peerreview.programme.draw_pool import Candidate, Rules, divide, group_of, why_left_out, years_before
from peerreview.workflow import Stage
from tests.builders import a_borough, a_review, an_organisation, save

TODAY = date(2026, 11, 23)
SCHOOL = {
    "id": 7, "name": "Invented Primary", "urn": "900001", "duty": Duty.S175, "type": "Community school",
    "phase": "Primary", "is_open": True,
}  # fmt: skip
THREE = Rules(years_between=3)


def why(rules: Rules = THREE, **facts: Any) -> tuple[str, ...]:
    return why_left_out(Candidate(**{**SCHOOL, **facts}), rules, TODAY)


@pytest.mark.parametrize(
    ("rules", "facts", "reasons"),
    [
        ({}, {}, ()),
        ({}, {"is_open": False}, ("Closed",)),
        ({}, {"duty": None}, ("No duty under section 11, 157 or 175",)),
        ({}, {"under_way": True}, ("A review is planned or under way",)),
        ({}, {"reviewed_on": date(2023, 11, 24)}, ("Reviewed on 24 November 2023, less than 3 years ago",)),
        ({}, {"reviewed_on": date(2023, 11, 23)}, ()),
        ({"years_between": 0}, {"reviewed_on": date(2026, 11, 1)}, ()),
        (
            {"years_between": 1},
            {"reviewed_on": date(2026, 1, 9)},
            ("Reviewed on 9 January 2026, less than 1 year ago",),
        ),
        ({"never_reviewed": True}, {"reviewed_on": date(2011, 5, 3)}, ("Reviewed on 3 May 2011",)),
        ({"sectors": [Duty.S11]}, {}, ("Not of the sectors chosen",)),
        ({"sectors": [Duty.S11, Duty.S175]}, {}, ()),
        ({"types": ["Free school"]}, {}, ("Not of the types chosen",)),
        ({"phases": ["Secondary"]}, {}, ("Not of the phases chosen",)),
        ({"no_audit_for": 2}, {"audit_on": date(2024, 11, 24)}, ("Audit received on 24 November 2024",)),
        ({"no_audit_for": 2}, {"audit_on": date(2024, 11, 23)}, ()),
        ({"no_audit_for": 2}, {}, ()),
        ({"rating": "low"}, {"rated_low": True}, ()),
        ({"rating": "low"}, {"rated_low": False}, ("No low self-rating",)),
        ({"rating": "low"}, {}, ("No self-rating is recorded",)),
        ({"rating": "none"}, {"rated_low": False}, ("A self-rating is recorded",)),
        ({"rating": "none"}, {}, ()),
        ({}, {"is_open": False, "under_way": True}, ("Closed", "A review is planned or under way")),
    ],
)
def test_each_reason_to_be_left_out(rules: dict[str, Any], facts: dict[str, Any], reasons: tuple[str, ...]) -> None:
    assert why(Rules(**{"years_between": 3, **rules}), **facts) == reasons


def test_everybody_is_on_one_list_and_on_no_other() -> None:
    candidates = [Candidate(**{**SCHOOL, "id": n, "is_open": n % 3 > 0, "under_way": n % 5 == 0}) for n in range(1, 31)]
    eligible, left_out = divide(candidates, THREE, "none", TODAY)
    assert sorted([row.id for row in eligible] + [row.id for row in left_out]) == list(range(1, 31))
    assert {row.id for row in eligible} == {n for n in range(1, 31) if n % 3 and n % 5}
    assert all(row.reasons for row in left_out)


@pytest.mark.parametrize(
    ("by", "facts", "group"),
    [
        ("none", {}, "All"),
        ("kind", {}, "Schools and colleges"),
        ("kind", {"duty": Duty.S11}, "Statutory organisations"),
        ("sector", {"duty": Duty.S157}, "Independent schools and academies (section 157)"),
        ("phase", {}, "Primary"),
        ("phase", {"phase": ""}, "Not recorded"),
        ("type", {}, "Community school"),
    ],
)
def test_the_group_of_an_organisation(by: str, facts: dict[str, Any], group: str) -> None:
    assert group_of(Candidate(**{**SCHOOL, **facts}), by) == group


def test_years_are_counted_by_the_calendar() -> None:
    assert years_before(date(2028, 2, 29), 1) == date(2027, 2, 28)
    assert years_before(date(2028, 2, 29), 4) == date(2024, 2, 29)


def test_the_rules_are_written_out() -> None:
    rules = Rules(3, [Duty.S11], ["Charity", "Academy"], [], False, 2, "low")
    assert rules.in_words() == (
        "Open, and with a duty under section 11, 157 or 175",
        "Without a review planned or under way",
        "Not reviewed in the last 3 years",
        "Of these sectors: Statutory organisations (section 11)",
        "Of these types: Academy, Charity",
        "No copy of its audit received in the last 2 years",
        "At its last review it rated itself in the lower half of the scale on at least one standard",
    )


def known(organisation: Organisation) -> Candidate:
    return next(each for each in draw_candidates.candidates(a_borough()) if each.id == organisation.id)


def visited(organisation: Organisation, on: date, stage: Stage = Stage.CLOSED) -> Review:
    review = a_review(stage, organisation, stage_before_end=Stage.PRESENTED)
    db.session.add(VisitRecord(review_id=review.id, held_on=on, minutes=120, recorded_by="Cora"))
    return review


def test_what_predecessors_did_counts(app: Flask) -> None:
    old, middle, new = (an_organisation(name, is_open=name == "New") for name in ("Old", "Middle", "New"))
    db.session.add_all(
        Succession(predecessor_id=one.id, successor_id=other.id, written_by="GIAS")
        for one, other in ((old, middle), (middle, new))
    )
    visited(old, date(2025, 3, 4))
    save()
    assert known(new).reviewed_on == date(2025, 3, 4)
    assert not known(new).under_way
    a_review(Stage.REQUESTED, old)
    save()
    assert known(new).under_way
    assert known(an_organisation("Another")).reviewed_on is None


def test_a_withdrawn_review_is_neither_under_way_nor_a_review(app: Flask) -> None:
    school = an_organisation()
    visited(school, date(2026, 1, 5), Stage.WITHDRAWN)
    save()
    assert (known(school).under_way, known(school).reviewed_on) == (False, None)


def test_a_visit_without_its_record_counts_by_the_day_of_its_stage(app: Flask) -> None:
    school = an_organisation()
    a_review(Stage.CLOSED, school, stage_before_end=Stage.PRESENTED, stage_since=utc_now() - timedelta(days=400))
    save()
    assert known(school).reviewed_on == draw_candidates.today() - timedelta(days=400)


@pytest.mark.parametrize(
    ("values", "low"), [(["green", "amber"], False), (["green", "red"], True), ([], None), (["grey"], False)]
)
def test_self_ratings_of_the_last_review(app: Flask, values: list[str], low: bool | None) -> None:
    scale = {"best": "last", "values": [{"value": each} for each in ("red", "amber", "green")]}
    template = AuditTemplate(code="s11", version=1, name="Section 11", for_schools=False, scale=scale)
    standards = [Standard(template=template, position=n, section="A", code=str(n), title="Standard") for n in range(3)]
    school = an_organisation()
    before, last = visited(school, date(2015, 1, 5)), visited(school, date(2019, 1, 5))
    db.session.add_all(standards)
    db.session.flush()
    for review, rated in ((before, ["red"] if values else []), (last, values)):
        for standard, value in zip(standards, rated, strict=False):
            common = {"tested": "seen", "rated_by": "Farida", "self_value": value}
            db.session.add(PeerRating(review_id=review.id, standard_id=standard.id, **common))
    save()
    assert known(school).rated_low is low


def test_the_lower_half_of_a_scale() -> None:
    levels = {"best": "first", "values": [{"value": str(number)} for number in (1, 2, 3, 4)]}
    assert draw_candidates.lower_half(levels) == {"3", "4"}
    assert draw_candidates.lower_half({**levels, "best": "last"}) == {"1", "2"}


def test_a_copy_of_the_audit_that_was_taken_away_does_not_count(app: Flask) -> None:
    school = an_organisation()
    review = visited(school, date(2020, 1, 5))
    for number, removed in enumerate((None, utc_now())):
        document = Document(
            review=review, kind=DocumentKind.AUDIT_COPY, key=f"key-{number}", filename="audit.pdf", size=1,
            media_type="application/pdf", sha256="0" * 64, handed_in_by="Ada", removed_at=removed,
            handed_in_at=utc_now() - timedelta(days=900 - 800 * number),
        )  # fmt: skip
        db.session.add(document)
    save()
    assert known(school).audit_on == draw_candidates.today() - timedelta(days=900)


def test_many_organisations_cost_no_more_queries_than_one(app: Flask) -> None:
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    def ask() -> int:
        asked.clear()
        db.session.expire_all()
        borough = a_borough()
        sql_event.listen(db.engine, "before_cursor_execute", note)
        draw_candidates.candidates(borough)
        sql_event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    visited(an_organisation(), date(2020, 1, 5))
    save()
    one = ask()
    for _ in range(5):
        visited(an_organisation(), date(2020, 1, 5))
    save()
    assert ask() == one


def test_another_borough_is_not_on_either_list(app: Flask) -> None:
    here, there = an_organisation(), an_organisation(borough=a_borough("COL"))
    save()
    assert {each.id for each in draw_candidates.candidates(here.borough)} == {here.id}
    assert {each.id for each in draw_candidates.candidates(there.borough)} == {there.id}
