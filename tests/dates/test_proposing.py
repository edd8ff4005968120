"""Proposing: what is known, suggestions to tick, the calendar of the next weeks, and more dates later."""

from datetime import timedelta

import pytest

from peerreview.audit_trail import Actor
from peerreview.dates import actions, closed_days, participants
from peerreview.dates.known import known
from peerreview.dates.suggestions import suggest
from peerreview.extensions import db
from peerreview.models import (
    Availability,
    Days,
    PartOfDay,
    ReviewRequest,
    SchoolHoliday,
    TeamMember,
    Unavailability,
    utc_now,
)
from peerreview.workdays import add_working_days, bank_holiday, local, local_day
from peerreview.workflow import Role
from tests.builders import a_borough, an_organisation, save
from tests.dates.conftest import PLACE, a_ready_review, a_time, last_letter, letters_since, person, token_of
from tests.inspector import Page, text_of


@pytest.fixture
def desk(coordinator, sign_in):
    return sign_in(coordinator)


def page_of(review):
    return f"/reviews/{review.reference}/dates/proposal"


def boxes(page):
    """Tick boxes of suggestions: value to whether it is ticked."""
    found = [box for box in page.all("input") if box.attrib.get("name") == "suggested"]
    return {box.attrib["value"]: "checked" in box.attrib for box in found}


def cannot(review, days=Days.EVERY_DAY, part=PartOfDay.ALL_DAY, first=0, last=300, note=""):
    today = local_day(utc_now())
    period = (today + timedelta(days=first), today + timedelta(days=last))
    closed_days.keep_time(review.lead.person, period, days, part, note)
    save()


def marks(page):
    """Day to what the calendar says of it."""
    cells = [cell for table in page.with_class("app-diary") for cell in table.iter("td")]
    return {text_of(cell.find("span")): [text_of(li) for li in cell.iter("li")] for cell in cells}


def test_the_first_three_suggestions_are_ticked_and_one_click_asks_about_them(app, ready, desk):
    review = ready()
    suggested = suggest(known(review))
    shown = desk.page(page_of(review))
    assert list(boxes(shown).values()) == [True] * 3 + [False] * 3
    assert [text_of(hint) for hint in shown.with_class("govuk-checkboxes__hint")] == [each.why for each in suggested]
    button = shown.with_class("govuk-button")[-1]
    assert text_of(button) == "Ask 4 people when they can"
    ticked = [value for value, is_ticked in boxes(shown).items() if is_ticked]
    form = {box.attrib["name"]: box.attrib.get("value", "") for box in shown.all("input") if "name" in box.attrib}
    desk.post(page_of(review), data=form | {"suggested": ticked})
    assert [slot.starts_at for slot in review.poll.slots] == sorted(each.starts_at for each in suggested[:3])
    assert len(letters_since()) == 4


def test_ticked_and_typed_dates_are_asked_about_together(app, ready, desk):
    review = ready()
    first = suggest(known(review))[0].starts_at
    own = local(a_time(60).starts_at)
    closes = local_day(utc_now()) + timedelta(days=3)
    data = {"suggested": [f"{first:%Y-%m-%dT%H:%MZ}"], "times-0-at": "10am", "minutes": 120, "place": PLACE}
    data |= {f"times-0-day-{part}": getattr(own, part) for part in ("day", "month", "year")}
    data |= {f"closes-{part}": getattr(closes, part) for part in ("day", "month", "year")}
    assert desk.submit(page_of(review), data).status_code == 302
    assert [(slot.starts_at, slot.minutes) for slot in review.poll.slots] == [(first, 120), (a_time(60).starts_at, 120)]
    assert local_day(review.poll.closes_at) == closes


@pytest.mark.parametrize(("value", "message"), [
    ("2020-01-07T09:30Z", "The visit must be in the future"),
    ("2090-01-07T09:30Z", "The visit must be within the next two years"),
    ("soon", "Choose one of the answers listed"),
    ("2027-13-45T09:30Z", "Choose one of the answers listed"),
    ("٢٠٢٧-01-07T09:30Z", "Choose one of the answers listed"),
])  # fmt: skip
def test_a_tick_that_nobody_offered_is_refused(app, ready, desk, value, message):
    review = ready()
    data = {"suggested": [value], "place": PLACE, "minutes": 150, "closes-day": 1, "closes-month": 12}
    page = Page(desk.submit(page_of(review), data | {"closes-year": local_day(utc_now()).year}).get_data(as_text=True))
    said = [text_of(link) for box in page.with_class("govuk-error-summary") for link in box.iter("a")]
    assert message in said
    assert review.poll is None


def test_a_second_click_asks_nobody_again(app, ready, desk):
    review = ready()
    when = suggest(known(review))[0].starts_at
    token, back = desk.token(page_of(review)), f"/reviews/{review.reference}/dates"
    data = {"suggested": [f"{when:%Y-%m-%dT%H:%MZ}"], "place": PLACE, "minutes": 150, "csrf_token": token}
    closes = local_day(utc_now()) + timedelta(days=3)
    data |= {f"closes-{part}": getattr(closes, part) for part in ("day", "month", "year")}
    assert [desk.post(page_of(review), data=data).location for _ in range(2)] == [back, back]
    assert len(letters_since()) == 4
    assert "Nobody was written to again." in text_of(desk.page(back).root)


def test_proposing_more_keeps_the_answers_and_goes_on_from_them(app, asked, actor, desk):
    lead = person(asked, "Lead reviewer")
    actions.answer(lead, Actor.behind(lead.link), asked.poll, {s.id: Availability.YES for s in asked.poll.slots}, "")
    save()
    shown = desk.page(page_of(asked))
    assert shown.h1 == "Propose more dates"
    assert not set(boxes(shown)) & {f"{slot.starts_at:%Y-%m-%dT%H:%MZ}" for slot in asked.poll.slots}
    actions.propose(asked, actor, [a_time(50)], local_day(utc_now()) + timedelta(days=9))
    save()
    assert (len(asked.poll.slots), [str(held.answer) for held in lead.answers]) == (4, ["yes"] * 3)
    letter = letters_since()[-1]
    assert letter[0] == "say_when"


@pytest.mark.parametrize(("days", "part", "hours"), [
    (Days.TUESDAY, PartOfDay.AFTERNOON, {13}), (Days.FRIDAY, PartOfDay.MORNING, {9}),
    (Days.MONDAY, PartOfDay.ALL_DAY, {9, 13}),
])  # fmt: skip
def test_a_regular_day_of_the_term_is_never_suggested(app, ready, days, part, hours):
    review = ready()
    cannot(review, days, part)
    found = [local(each.starts_at) for each in suggest(known(review), 40)]
    weekday = list(Days).index(days)
    assert len(found) == 40
    assert not [at for at in found if at.isoweekday() == weekday and at.hour in hours]
    if hours != {9, 13}:
        assert [at for at in found if at.isoweekday() == weekday]


def test_a_period_is_never_suggested_and_a_former_member_counts_for_nothing(app, ready):
    review = ready()
    cannot(review, first=0, last=60)
    begins = suggest(known(review), 1)[0].starts_at
    assert local_day(begins) > local_day(utc_now()) + timedelta(days=60)
    review.lead.removed_at = utc_now()
    save()
    assert suggest(known(review), 1)[0].starts_at < begins


def test_another_visit_of_the_same_reviewer_is_known_and_its_reference_only_in_its_borough(app, ready, agreed):
    review = ready()
    for place, words in ((agreed.borough, f" ({agreed.reference})"), (a_borough("COL"), "")):
        review.borough = place
        member = agreed.lead
        if place.code == "HAC":
            db.session.add(TeamMember(review=review, person=member.person, membership=member.membership))
        save()
        (busy,) = known(review).busy
        assert (busy.who, busy.what) == (member.person.name, f"has another visit at 10:00am{words}")
        assert (busy.starts_at, busy.ends_at) == (agreed.visit.starts_at, agreed.visit.ends_at)
    agreed.visit.cancelled_at = utc_now()
    save()
    assert known(review).busy == ()


def test_dates_asked_about_elsewhere_come_last(app, ready, asked):
    review = ready()
    db.session.add(TeamMember(review=review, person=asked.lead.person, membership=asked.lead.membership))
    save()
    assert known(review).elsewhere == {slot.starts_at for slot in asked.poll.slots}


def test_the_calendar_shows_what_is_known_of_each_day(app, ready, desk, actor):
    review = ready()
    first = known(review).first_day
    mondays = (first + timedelta(days=14 - first.weekday(), weeks=week) for week in range(4))
    monday = next(day for day in mondays if not bank_holiday(day))
    db.session.add(SchoolHoliday(borough=a_borough(), name="Half term", first_on=monday, last_on=monday))
    cannot(review, Days.TUESDAY, PartOfDay.AFTERNOON, note="Teaching")
    actions.propose(review, actor, [a_time(40)], local_day(utc_now()))
    save()
    shown = marks(desk.page(page_of(review)))
    name = review.lead.person.name
    tuesday = monday + timedelta(days=1)
    assert shown[f"{monday:%a} {monday.day} {monday:%b}"] == ["School holiday: Half term"]
    assert f"{name} cannot in the afternoon: Teaching" in shown[f"{tuesday:%a} {tuesday.day} {tuesday:%b}"]
    there = local(a_time(40).starts_at)
    assert "Asked about: 10:00am" in shown[f"{there:%a} {there.day} {there:%b}"]
    assert sum("Suggested" in mark for day in shown.values() for mark in day) >= 1
    ahead = (local_day(utc_now()) + timedelta(days=number) for number in range(1, 300))
    holiday = next(day for day in ahead if bank_holiday(day) and day.weekday() < 5)
    there = marks(desk.page(page_of(review) + f"?from={holiday}"))
    assert f"Bank holiday: {bank_holiday(holiday)}" in there[f"{holiday:%a} {holiday.day} {holiday:%b}"]


@pytest.mark.parametrize("begin", ["", "soon", "0001-01-01", "9999-12-31", "2027-02-30"])
def test_any_address_shows_some_weeks(app, ready, desk, begin):
    review = ready()
    assert len(marks(desk.page(f"{page_of(review)}?from={begin}"))) == 30


def test_what_people_wrote_in_their_own_words_stands_beside(app, ready, desk):
    review = ready()
    review.nomination.staff[0].cannot = "Not on Tuesdays"
    review.request = ReviewRequest(submission="x", name="Hetty", role="Head", email="h@school.example", why_now="",
                                   suits="After half term", does_not_suit="")  # fmt: skip
    save()
    page = desk.page(page_of(review))
    shown = text_of(page.root)
    rows = [[text_of(part) for part in row] for row in page.with_class("govuk-summary-list__row")]
    assert ["Dee Lead", "Not on Tuesdays"] in rows and ["Hetty, what suits", "After half term"] in rows
    assert f"{review.lead.person.name}, " in shown and "have given no times in their accounts" in shown


def test_an_agency_may_be_visited_in_the_school_holidays(app, ready):
    review = ready()
    first = known(review).first_day
    db.session.add(SchoolHoliday(borough=a_borough(), name="Break", first_on=first, last_on=first + timedelta(days=20)))
    save()
    with_holiday = local_day(suggest(known(review), 1)[0].starts_at)
    review.organisation = an_organisation(duty=None)
    save()
    assert local_day(suggest(known(review), 1)[0].starts_at) == first < with_holiday


def test_the_page_asks_the_database_as_often_for_a_large_team(app, ready, desk, queries_of):
    review = ready()
    cannot(review)
    few = queries_of(lambda: desk.page(page_of(review)))
    for number in range(3):
        other = a_ready_review()
        db.session.add(TeamMember(review=review, person=other.lead.person, membership=other.lead.membership))
        day = add_working_days(local_day(utc_now()), 30 + number)
        db.session.add(Unavailability(person_id=other.lead.person_id, first_on=day, last_on=day))
    save()
    assert queries_of(lambda: desk.page(page_of(review))) == few


def test_who_is_needed_at_first_is_the_lead_two_of_the_team_and_the_safeguarding_lead(app, asked, actor):
    third = a_ready_review().current_team[0]
    db.session.add(TeamMember(review=asked, person=third.person, membership=third.membership))
    save()
    db.session.refresh(asked, ["team"])
    participants.bring_up_to_date(asked)
    save()
    found = {(p.role, p.needed) for p in participants.current(asked)}
    assert found == {
        ("Lead reviewer", True), ("Lay member", True), ("Board member", False), ("Designated safeguarding lead", True),
        ("Headteacher", False),
    }  # fmt: skip
    lay = person(asked, "Lay member")
    actions.set_needed(asked, actor, lay, False)
    participants.bring_up_to_date(asked)
    assert lay.needed is False
    asked.nomination.staff = []
    asked.nomination.sent_at = None
    participants.bring_up_to_date(asked)
    assert person(asked, "Headteacher").needed is True
    assert asked.events[0].step == "set_needed"
    assert Role.COORDINATOR is asked.events[0].actor_role


def test_from_the_review_to_the_letters_in_three_clicks_at_most(app, ready, desk, client):
    """Each click is a link or a button that the page before has; nothing is typed."""

    def link(page, words):
        (address,) = {a.attrib["href"] for a in page.all("a") if text_of(a).startswith(words)}
        return desk.get(address, follow_redirects=True)

    def press(page, words):
        (form,) = [f for f in page.all("form") if any(text_of(b) == words for b in f.iter("button"))]
        boxes = [box for box in form.iter("input") if "name" in box.attrib]
        data: dict[str, list[str]] = {}
        for box in boxes:
            if box.attrib.get("type") != "checkbox" or "checked" in box.attrib:
                data.setdefault(box.attrib["name"], []).append(box.attrib.get("value", ""))
        return desk.post(form.attrib.get("action") or here, data=data)

    review = ready()
    front = f"/reviews/{review.reference}"
    first = link(desk.page(front), "Arrange the date")
    here = first.request.path
    assert press(Page(first.get_data(as_text=True)), "Ask 4 people when they can").status_code == 302
    assert [name for name, _ in letters_since()] == ["say_when"] * 4
    for participant in participants.current(review):
        words = {f"slot_{slot.id}": "yes" for slot in review.poll.slots} | {"comment": ""}
        client.submit(f"/my/{token_of(participant)}/dates", words)
    before = last_letter()
    table = link(desk.page(front), "Arrange the date")
    best = desk.get(Page(table.get_data(as_text=True)).with_class("govuk-button")[0].attrib["href"])
    here = best.request.full_path
    assert press(Page(best.get_data(as_text=True)), "Agree this date and invite everybody").status_code == 302
    assert [name for name, _ in letters_since(before)] == ["date_agreed"] * 4
