"""The history of a section: who left which text, any two compared, an old one put back; nothing is ever lost."""

from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import SectionVersion
from peerreview.models.base import as_of, utc_now
from peerreview.reports import history, queries, recommending
from peerreview.workflow import Role
from tests.builders import a_person, save
from tests.inspector import text_of
from tests.reports.conftest import COORDINATOR, issued, send
from tests.reports.test_report_writing import typed

ACCEPT = {"Accept": "application/json"}


def section(told, kind="summary"):
    db.session.expire_all()
    return queries.section_of(told.review.initial_report, kind)


def type_in(told, browser, by_script=False, **texts):
    headers = ACCEPT if by_script else {}
    data = typed(browser, told.at) | {"do": "preview"} | texts  # saved, and left to the others
    return browser.post(f"{told.at}/report/draft", data=data, headers=headers)


def at(told, kind="summary"):
    return f"{told.at}/report/sections/{section(told, kind).id}/history"


def said(browser, told):
    return " ".join("".join(browser.page(at(told)).root.itertext()).split())


def versions(told, kind="summary"):
    return [(row.number, row.written_by, row.text) for row in section(told, kind).versions]


def test_each_press_of_the_button_is_a_version_of_its_writer(told):
    type_in(told, told.lead, summary="One.")
    type_in(told, told.coordinator, summary="Two.")
    type_in(told, told.coordinator, strengths="Elsewhere.")
    lead, coordinator = told.review.lead.person.name, section(told).changed_by
    assert versions(told) == [(1, lead, "One."), (2, coordinator, "Two.")]
    assert versions(told, "improvement") == []


def test_what_the_page_saves_by_itself_is_one_version_for_a_quarter_of_an_hour(told):
    now = utc_now()
    for minutes, text in [(0, "A"), (5, "A b"), (14, "A b c"), (16, "A b c d"), (20, "A b c d e")]:
        with as_of(now + timedelta(minutes=minutes)):
            type_in(told, told.lead, by_script=True, summary=text)
    assert [text for _number, _who, text in versions(told)] == ["A b c", "A b c d e"]
    type_in(told, told.lead, summary="By the button.")
    assert [text for _number, _who, text in versions(told)] == ["A b c", "A b c d e", "By the button."]


def test_two_writers_are_never_one_version(told):
    for browser, text in [(told.lead, "A"), (told.coordinator, "B"), (told.lead, "C")]:
        type_in(told, browser, by_script=True, summary=text)
        type_in(told, browser)
    assert [text for _number, _who, text in versions(told)] == ["A", "B", "C"]


def test_any_two_are_compared_word_by_word(told):
    for text in ("A calm team.", "A calm and kind team.", "Something else entirely was written."):
        type_in(told, told.lead, summary=text)
    page = told.lay.page(f"{at(told)}?old=1&new=2")
    assert [text_of(mark) for mark in page.all("ins")] == ["added: and kind (end of addition)"]
    assert page.all("del") == []
    assert "From version 2 to version 3" in said(told.lay, told)
    assert told.lay.get(f"{at(told)}?old=x&new=999").status_code == 200


def test_an_old_version_is_put_back_as_a_new_one(told):
    type_in(told, told.lead, summary="Old.")
    type_in(told, told.lead, summary="New.")
    seen = history.mark_of(section(told))
    answer = send(told.coordinator, at(told), {"number": "1", "seen": seen})
    assert answer.status_code == 302
    assert section(told).text == "Old."
    assert [row.restores for row in section(told).versions] == [None, None, 1]
    assert "put version 1 back" in said(told.lead, told)


def test_recommendations_have_a_history_and_come_back_whole(told):
    report = told.review.initial_report
    first = recommending.TypedRecommendation(None, "", "Keep a record.", "Head teacher", date(2027, 1, 29))
    recommending.save_recommendations(
        report, [first, recommending.TypedRecommendation(None, "", "Ask pupils.", "", None)], COORDINATOR
    )
    history.keep(report, COORDINATOR)
    save()
    gone = report.recommendations[0].id
    told.lead.post(f"{told.at}/report/draft", data=typed(told.lead, told.at) | {"do": f"remove-{gone}"})
    assert [row.text for row in section(told, "recommendations").report.recommendations] == ["Ask pupils."]
    seen = history.mark_of(section(told, "recommendations"))
    send(told.lead, at(told, "recommendations"), {"number": "1", "seen": seen})
    back = section(told, "recommendations").report.recommendations
    assert [(row.position, row.text, row.owner, row.due_on) for row in back] == [
        (1, "Keep a record.", "Head teacher", date(2027, 1, 29)),
        (2, "Ask pupils.", "", None),
    ]


def test_of_two_who_act_on_the_same_page_one_is_told(told):
    type_in(told, told.lead, summary="One.")
    type_in(told, told.lead, summary="Two.")
    seen = history.mark_of(section(told))
    type_in(told, told.coordinator, summary="Three.")
    answer = send(told.lead, at(told), {"number": "1", "seen": seen})
    assert answer.status_code == 409
    assert section(told).changed_by in answer.get_data(as_text=True)
    assert section(told).text == "Three."


def test_an_issued_report_keeps_its_text_and_shows_its_history(told):
    type_in(told, told.lead, summary="One.")
    issued(told)
    save()
    seen, before = history.mark_of(section(told)), section(told).text
    assert "Put back" not in said(told.lead, told)
    assert send(told.lead, at(told), {"number": "1", "seen": seen}).status_code == 409
    assert section(told).text == before


def test_only_the_team_and_the_coordinator_see_it_and_only_writers_put_back(told, sign_in):
    type_in(told, told.lead, summary="One.")
    stranger = a_person(Role.REVIEWER)
    save()
    outsider = sign_in(stranger)
    address, data = at(told), {"number": "1", "seen": ""}
    assert [who.get(address).status_code for who in (told.lay, told.executive, outsider)] == [200, 404, 404]
    assert [send(who, address, data).status_code for who in (told.lay, told.executive, outsider)] == [403, 404, 404]
    assert told.lead.get(f"{told.at}/report/sections/999999/history").status_code == 404


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.booleans(), st.text("ab", max_size=3), st.integers(1, 40)), max_size=12)
)
def test_the_newest_version_is_the_text_whatever_was_done(told_once, acts):
    report, people = told_once
    for row in db.session.scalars(db.select(SectionVersion)):
        db.session.delete(row)
    part = queries.section_of(report, "summary")
    part.text = ""
    now, seen = utc_now(), []
    for who, as_typed, text, later in acts:
        now += timedelta(minutes=later)
        with as_of(now):
            part.text = text
            history.keep(report, people[who], as_typed=as_typed)
        seen.append(text)
        kept = db.session.scalars(db.select(SectionVersion).order_by(SectionVersion.number)).all()
        assert [row.number for row in kept] == list(range(1, len(kept) + 1))
        assert (kept[-1].text if kept else "") == text
        assert all(row.text in seen and row.began_at <= row.saved_at for row in kept)


@pytest.fixture
def told_once(told):
    people = [Actor.of(a_person(), Role.COORDINATOR) for _number in range(3)]
    save()
    return told.review.initial_report, people
