"""When no date works, when the asking closes, and who is needed: each in one click."""

from datetime import date, timedelta

import pytest

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.dates import actions, asking, offers, participants
from peerreview.dates.known import known
from peerreview.dates.suggestions import suggest
from peerreview.extensions import db
from peerreview.models import Availability, Letter, NamedStaff, SchoolHoliday, utc_now
from peerreview.reviews import reminders
from peerreview.workdays import add_working_days, end_of_local_day, local_day
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, save
from tests.dates.conftest import a_ready_review, a_time, days_ahead, last_letter, letters_since, person, token_of
from tests.inspector import Page, text_of


@pytest.fixture
def desk(coordinator, sign_in):
    return sign_in(coordinator)


def url(review, path=""):
    return f"/reviews/{review.reference}/dates{path}"


def says(review, role, *words):
    who, poll = person(review, role), review.poll
    given = {slot.id: Availability(word) for slot, word in zip(poll.slots, words, strict=True)}
    actions.answer(who, Actor.behind(who.link), poll, given, "")
    save()


def closed_since_yesterday(review):
    review.poll.closes_at = end_of_local_day(local_day(utc_now()) - timedelta(days=1))
    save()


@pytest.fixture
def stuck(asked):
    """A review for which no date works: the lead cannot come."""
    says(asked, "Lead reviewer", "no", "no", "no")
    return asked


def test_three_more_are_asked_about_in_one_click_and_the_answers_stay(app, stuck, desk):
    shown = desk.page(url(stuck))
    assert "No date works for everybody who is needed" in text_of(shown.root)
    assert "Ask everybody about these 3" in text_of(shown.root)
    wanted, before = [each.starts_at for each in suggest(known(stuck), 3)], last_letter()
    values = [box.attrib["value"] for box in shown.all("input") if box.attrib.get("name") == "start"]
    data = {"csrf_token": desk.token(url(stuck)), "start": values}
    assert desk.post(url(stuck, "/more"), data=data).location == url(stuck)
    assert {slot.starts_at for slot in stuck.poll.slots} == {
        days_ahead(40),
        days_ahead(42, 13),
        days_ahead(45),
        *wanted,
    }
    assert len(person(stuck, "Lead reviewer").answers) == 3
    assert [name for name, _ in letters_since(before)] == ["say_when"] * 4
    assert desk.post(url(stuck, "/more"), data=data).status_code == 409
    assert len(letters_since(before)) == 4
    assert "No date works" not in text_of(desk.page(url(stuck)).root)


@pytest.mark.parametrize("values", [[], ["soon"], ["2020-01-07T09:30Z"], ["2027-02-09T09:30Z", "2099-02-09T09:30Z"]])
def test_only_times_to_come_are_asked_about(app, stuck, desk, values):
    data = {"csrf_token": desk.token(url(stuck)), "start": values}
    assert desk.post(url(stuck, "/more"), data=data).status_code == 400
    assert len(stuck.poll.slots) == 3


def test_the_organisation_is_asked_for_its_own_dates_in_one_click_and_offers_them(app, stuck, desk, client):
    head, before = person(stuck, "Headteacher"), last_letter()
    desk.submit(url(stuck), to=url(stuck, "/organisation"))
    assert letters_since(before) == [("offer_dates", head.email)]
    letter = db.session.get(Letter, last_letter())
    assert f"/my/~link-{head.link_id}~/dates/offer" in letter.text
    home = f"/my/{token_of(head)}"
    assert "offer dates that suit you" in text_of(client.page(home).root)
    before = last_letter()
    first = a_time(50)
    data = {"times-0-day-day": first.starts_at.day, "times-0-day-month": first.starts_at.month,
            "times-0-day-year": first.starts_at.year, "times-0-at": "10am"}  # fmt: skip
    assert client.submit(f"{home}/dates/offer", data).location == f"{home}/dates"
    (slot,) = [slot for slot in stuck.poll.slots if slot.offered_by]
    assert (slot.starts_at, slot.minutes, slot.offered_by) == (days_ahead(50), 150, head.name)
    assert [(held.slot_id, str(held.answer)) for held in head.answers] == [(slot.id, "yes")]
    assert [name for name, _ in letters_since(before)] == ["say_when"] * 4
    assert f"150 minutes, offered by {head.name}" in db.session.get(Letter, last_letter()).text
    assert f"Offered by {head.name}" in text_of(desk.page(url(stuck)).root)
    assert stuck.events[0].actor_role is Role.ORGANISATION
    assert (
        client.post(f"{home}/dates/offer", data=data | {"csrf_token": client.token(f"{home}/dates")}).status_code == 409
    )
    assert "have been sent already" in text_of(client.page(f"{home}/dates/offer").root)


def test_what_the_organisation_typed_stays_when_it_cannot_be(app, stuck, actor, client):
    offers.ask(stuck, actor)
    save()
    page = f"/my/{token_of(person(stuck, 'Headteacher'))}/dates/offer"
    response = client.submit(page, {"times-1-day-day": 31, "times-1-day-month": 2, "times-1-day-year": 2027,
                                    "times-1-at": "10am"})  # fmt: skip
    shown = Page(response.get_data(as_text=True))
    assert "31 February 2027 is not a real date" in text_of(shown.root)
    kept = {box.attrib.get("name"): box.attrib.get("value") for box in shown.all("input")}
    assert (kept["times-1-day-day"], kept["times-1-at"]) == ("31", "10am")
    empty = Page(client.submit(page, {}).get_data(as_text=True))
    assert "Enter at least one date" in text_of(empty.root)
    assert len(stuck.poll.slots) == 3


def test_the_organisation_is_asked_once_and_offers_only_when_asked(app, stuck, actor, client):
    head = person(stuck, "Headteacher")
    with pytest.raises(process.NotNow, match="have offered your dates already"):
        offers.offer(stuck, Actor.behind(head.link), head, [a_time(50)])
    db.session.rollback()
    offers.ask(stuck, actor)
    with pytest.raises(process.NotNow, match="asked already"):
        offers.ask(stuck, actor)


def test_others_than_the_organisation_cannot_offer(app, stuck, actor, client):
    offers.ask(stuck, actor)
    save()
    for role in ("Lead reviewer", "Designated safeguarding lead"):
        assert client.get(f"/my/{token_of(person(stuck, role))}/dates/offer").status_code == 404


def test_after_the_closing_day_the_page_says_so_and_whom_to_tell(app, asked, client, desk, sign_in):
    says(asked, "Lead reviewer", "yes", "yes", "yes")
    closed_since_yesterday(asked)
    for role in ("Headteacher", "Designated safeguarding lead", "Lead reviewer"):
        page = client.page(f"/my/{token_of(person(asked, role))}/dates")
        assert "The asking closed on" in text_of(page.root) and "we write it down for you" in text_of(page.root)
        assert not page.all("fieldset")
    lead = person(asked, "Lead reviewer")
    with pytest.raises(process.NotNow, match="no longer being asked about"):
        actions.answer(lead, Actor.behind(lead.link), asked.poll, {}, "")
    db.session.rollback()
    head = person(asked, "Headteacher")
    answers = {f"slot_{slot.id}": "no" for slot in asked.poll.slots} | {"comment": "Rang"}
    assert desk.submit(url(asked, f"/answers/{head.id}"), answers).status_code == 302
    assert [reply.by_phone for reply in head.replies] == [True]


def test_one_click_opens_it_again_for_those_who_have_not_answered(app, asked, desk, actor):
    says(asked, "Lead reviewer", "yes", "yes", "yes")
    closed_since_yesterday(asked)
    with pytest.raises(process.NotNow, match="Open them again"):
        reminders.remind(asked, "answer_dates", actor)
    db.session.rollback()
    before = last_letter()
    token = desk.token(url(asked))
    assert desk.post(url(asked, "/reopening"), data={"csrf_token": token}).location == url(asked)
    told = {person(asked, role).email for role in ("Headteacher", "Designated safeguarding lead", "Lay member")}
    assert {email for _, email in letters_since(before)} == told
    assert local_day(asked.poll.closes_at) == add_working_days(local_day(utc_now()), 5)
    assert desk.post(url(asked, "/reopening"), data={"csrf_token": token}).status_code == 409
    assert len(letters_since(before)) == 3


def test_somebody_named_after_the_closing_day_has_time_to_answer(app, asked, actor):
    closed_since_yesterday(asked)
    asked.nomination.staff.append(NamedStaff(name="Nina", role="Deputy head", email="nina@school.example"))
    process.take(asked, "name_staff", actor)
    save()
    assert asked.poll.takes_answers
    assert letters_since()[-1] == ("say_when", "nina@school.example")


def test_a_slot_that_came_since_the_page_was_opened_stays_open(app, asked, actor):
    lead = person(asked, "Lead reviewer")
    seen = {slot.id: Availability.YES for slot in asked.poll.slots}
    actions.propose(asked, actor, [a_time(50)], local_day(utc_now()) + timedelta(days=7))
    actions.answer(lead, Actor.behind(lead.link), asked.poll, seen, "")
    save()
    assert asking.has_not_answered(lead, asked.poll)


def test_needed_and_optional_are_switched_and_rank_the_dates(app, asked, desk):
    says(asked, "Lead reviewer", "yes", "yes", "yes")
    says(asked, "Lay member", "yes", "yes", "yes")
    says(asked, "Designated safeguarding lead", "no", "yes", "no")
    says(asked, "Headteacher", "yes", "no", "if_need_be")

    def ranks():
        cards = desk.page(url(asked)).with_class("govuk-summary-card__title")
        return [text_of(card)[:40].split(" at ")[0] for card in cards]

    shown = [f"{day:%A} {day.day} {day:%B %Y}" for day in (local_day(days_ahead(d)) for d in (40, 42, 45))]
    assert ranks() == [shown[1], shown[0], shown[2]]
    for role, needed in (("Designated safeguarding lead", "no"), ("Headteacher", "yes")):
        who = person(asked, role)
        address = url(asked, f"/people/{who.id}")
        assert desk.submit(url(asked), to=address).location == url(asked) + "#who"
        assert (who.needed, who.needed_by_hand) == (needed == "yes", True)
    assert ranks() == [shown[0], shown[2], shown[1]]


def test_a_needed_persons_no_the_holiday_the_notice_and_another_visit_are_the_cost(app, ready, agreed, actor, desk):
    review = ready()
    clash = agreed.visit.starts_at
    review.lead.person_id, lead = agreed.lead.person_id, agreed.lead.person
    save()
    soon = days_ahead(5)
    day = local_day(soon)
    db.session.add(SchoolHoliday(borough=a_borough(), name="Half term", first_on=day, last_on=day))
    times = [a_time(40), a_time(5)]
    actions.propose(review, actor, times, local_day(utc_now()))
    save()
    cards = [text_of(card) for card in desk.page(url(review)).with_class("govuk-summary-card__content")]
    assert times[0].starts_at == clash
    known_clash = f"Known: {lead.name} has another visit at 10:00am ({agreed.reference})."
    assert [known_clash in card for card in cards] == [False, True]
    assert ["School holiday: Half term." in card for card in cards] == [True, False]
    assert ["Shorter notice than your usual period." in card for card in cards] == [True, False]


@pytest.mark.parametrize("path", ["/more", "/organisation", "/reopening", "/people/{participant}"])
def test_an_outsider_reaches_none_of_it(app, asked, client, sign_in, path):
    who = person(asked, "Headteacher")
    address = url(asked, path.format(participant=who.id))
    stranger = a_ready_review()
    outsiders = [stranger.lead.person, a_person(Role.COORDINATOR, borough=a_borough("COL")), asked.lead.person]
    save()
    before = last_letter()
    for outsider in outsiders:
        browser = sign_in(outsider)
        token = browser.token("/my-times" if outsider.holds(Role.REVIEWER) else "/school-holidays")
        assert browser.post(address, data={"csrf_token": token}).status_code == 404
    assert client.post(address).status_code in (302, 400)
    assert (letters_since(before), who.needed_by_hand) == ([], False)


def test_a_person_of_another_review_is_not_switched(app, asked, ready, actor, desk):
    other = ready()
    actions.propose(other, actor, [a_time(40)], local_day(utc_now()))
    save()
    stranger = participants.current(other)[0]
    data = {"csrf_token": desk.token(url(asked)), "needed": "no"}
    assert desk.post(url(asked, f"/people/{stranger.id}"), data=data).status_code == 404
    assert stranger.needed is True


def test_the_closing_is_never_after_the_day_before_the_first_date_nor_sooner_than_it_was(asked):
    today = local_day(utc_now())
    assert asking.closing_for(asked, [days_ahead(3)]) == today + timedelta(days=7)
    asked.poll.closes_at = end_of_local_day(today)
    assert asking.closing_for(asked, [days_ahead(3)]) == local_day(days_ahead(3)) - timedelta(days=1)
    assert asking.closing_for(asked, [days_ahead(30)]) == add_working_days(today, 5)
    assert isinstance(asking.closing_for(asked, []), date)
