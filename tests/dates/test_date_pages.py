"""The pages about dates: proposing, answering, agreeing and changing, and who must not reach them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from icalendar import Calendar
from sqlalchemy import event

from peerreview.dates import actions, changes, participants
from peerreview.dates.wall_time import Time
from peerreview.extensions import db
from peerreview.models import Letter, Participant, Visit, utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role, Stage
from tests.builders import a_borough, a_person, save
from tests.dates.conftest import (
    PLACE,
    a_ready_review,
    a_time,
    days_ahead,
    last_letter,
    letters_since,
    person,
    token_of,
    typed,
)
from tests.inspector import Page, text_of


@pytest.fixture
def desk(coordinator, sign_in):
    return sign_in(coordinator)


def url(review, path):
    return f"/reviews/{review.reference}/{path}"


def a_proposal(*rows, closes=7, place=PLACE, minutes=150):
    """A filled-in proposal: rows of (working days ahead or date, start)."""
    data = {"place": place, "minutes": minutes, **typed(local_day(utc_now()) + timedelta(days=closes), "")}
    data = {name.replace("day-", "closes-", 1): value for name, value in data.items()}
    for number, (days, at) in enumerate(rows):
        when = days_ahead(days) if isinstance(days, int) else days
        data |= typed(when, f"times-{number}-") | {f"times-{number}-at": at}
    return data


def errors(response):
    page = Page(response.get_data(as_text=True))
    return [text_of(link) for box in page.with_class("govuk-error-summary") for link in box.iter("a")]


def test_proposing_asks_everybody_and_shows_the_table(app, ready, desk):
    review = ready()
    response = desk.submit(url(review, "dates/proposal"), a_proposal((40, "10am"), (42, "13:30")))
    assert response.location == url(review, "dates")
    assert [slot.starts_at for slot in review.poll.slots] == [
        days_ahead(40),
        days_ahead(42, 13) + timedelta(minutes=30),
    ]
    assert len(letters_since()) == 4
    page = desk.page(url(review, "dates"))
    assert "4 people are asked when they can." in text_of(page.root)
    assert len(page.with_class("app-dates__cards")[0].findall("section")) == 2


@pytest.mark.parametrize(
    ("rows", "facts", "message"),
    [
        ([(-1, "10am")], {}, "The visit must be in the future"),
        ([(40, "10am")], {"minutes": 181}, "How many minutes must be between 30 and 180"),
        ([(40, "10am")], {"minutes": ""}, "Enter how many minutes"),
        ([(40, "25:00")], {}, "Enter a time, like 10:00am or 14:30"),
        ([(40, "")], {}, "Enter the time it starts"),
        ([(800, "10am")], {}, "The visit must be within the next two years"),
        ([(40, "10am"), (40, "10:00")], {}, " is there twice"),
        ([], {}, "Enter at least one date"),
        ([(40, "10am")], {"closes": -1}, "The asking must close today or later"),
        ([(40, "10am")], {"closes": 90}, "The asking must close before the first of the dates"),
    ],
)
def test_what_cannot_be_proposed_is_said_at_its_field_keeps_what_was_typed_and_asks_nobody(
    app, ready, desk, rows, facts, message
):
    review = ready()
    data = a_proposal(*rows, **facts) | {"place": "The old hall"}
    response = desk.submit(url(review, "dates/proposal"), data)
    (said,) = errors(response)
    assert said.endswith(message)
    page = Page(response.get_data(as_text=True))
    kept = {box.attrib.get("name"): box.attrib.get("value") for box in page.all("input")}
    assert {name: kept[name] for name in data} == {name: str(value) for name, value in data.items()}
    assert (review.poll, letters_since()) == (None, [])


def test_an_hour_that_does_not_exist_is_refused_and_one_that_comes_twice_is_asked_about(app, ready, desk):
    review = ready()
    page = url(review, "dates/proposal")
    forward = desk.submit(page, a_proposal((date(2027, 3, 28), "1:30am")))
    assert errors(forward) == ["1:30am does not exist on Sunday 28 March 2027: the clocks go forward"]
    back = a_proposal((date(2027, 10, 31), "1:30am"))
    asked = desk.submit(page, back)
    assert errors(asked) == ["The clocks go back, so this time comes twice. Choose which of the two is meant"]
    desk.submit(page, back | {"times-0-fold": "1"})
    assert [slot.starts_at.isoformat() for slot in review.poll.slots] == ["2027-10-31T01:30:00+00:00"]


def answers(review, *values, comment=""):
    slots = review.poll.slots
    return {f"slot_{slot.id}": value for slot, value in zip(slots, values, strict=True)} | {"comment": comment}


def test_each_kind_of_person_answers_by_link_and_changes_it(app, asked, client):
    for participant in participants.current(asked):
        page = f"/my/{token_of(participant)}/dates"
        assert client.page(page).h1 == "When can you come?"
        client.submit(page, answers(asked, "yes", "no", "if_need_be", comment="Not before 9"))
        client.submit(page, answers(asked, "yes", "yes", "no"))
        given = sorted((held.slot_id, str(held.answer)) for held in participant.answers)
        assert [answer for _, answer in given] == ["yes", "yes", "no"]
        assert [(reply.comment, reply.by_phone) for reply in participant.replies] == [("", False)]
    assert {event.actor_role for event in asked.events if event.step == "answer_dates"} == {
        Role.REVIEWER,
        Role.ORGANISATION,
    }


def test_an_answer_is_wanted_for_every_date(app, asked, client):
    page = f"/my/{token_of(person(asked, 'Lead reviewer'))}/dates"
    data = answers(asked, "yes", "yes", "perhaps")
    response = client.submit(page, data)
    assert errors(response) == ["Choose one of the answers listed"]
    data.pop(f"slot_{asked.poll.slots[1].id}")
    assert len(errors(client.submit(page, data))) == 2
    assert person(asked, "Lead reviewer").answers == []


def test_looking_changes_nothing(app, asked, client):
    page = f"/my/{token_of(person(asked, 'Headteacher'))}/dates"
    before = db.session.scalar(db.select(db.func.count(Letter.id))), asked.version
    for _ in range(20):
        assert client.get(page).status_code == client.head(page).status_code == 200
    assert (db.session.scalar(db.select(db.func.count(Letter.id))), asked.version) == before
    assert [event.step for event in asked.events].count("answer_dates") == 0


def test_a_reviewer_answers_with_their_account(app, asked, sign_in):
    lead = asked.lead.person
    sign_in(lead).submit(url(asked, "dates/answer"), answers(asked, "yes", "yes", "yes"))
    assert len(person(asked, "Lead reviewer").answers) == 3


def test_the_coordinator_writes_down_what_was_said_by_phone(app, asked, desk):
    head = person(asked, "Headteacher")
    page = url(asked, f"dates/answers/{head.id}")
    assert desk.page(page).h1 == f"When can {head.name} come?"
    desk.submit(page, answers(asked, "no", "yes", "yes", comment="Rang back"))
    assert [(reply.comment, reply.by_phone) for reply in head.replies] == [("Rang back", True)]
    shown = text_of(desk.page(url(asked, "dates")).root)
    assert "Headteacher, optional, said by phone" in shown
    assert asked.events[0].by_phone


def test_the_table_names_the_best_date_and_what_the_others_cost(app, asked, desk, client):
    said = {
        "Lead reviewer": ("yes", "yes", "if_need_be"),
        "Lay member": ("yes", "no", "yes"),
        "Designated safeguarding lead": ("if_need_be", "yes", "yes"),
    }
    for role, values in said.items():
        client.submit(f"/my/{token_of(person(asked, role))}/dates", answers(asked, *values))
    lay = person(asked, "Lay member").name
    shown = desk.page(url(asked, "dates"))
    cards = [text_of(card) for card in shown.with_class("govuk-summary-card__content")]
    assert cards[0].startswith("★ Best: all needed can Choice 1 of 3")
    assert cards[1].startswith("Possible Choice 2 of 3")
    assert cards[2].startswith("Does not work")
    assert f"{lay} cannot come and is needed." in cards[2]
    assert "The team rule would fail: at least two, one of them a Board member." in cards[2]
    (columns,) = [row for row in shown.all("tr") if text_of(row).startswith("What it would mean")]
    best, fails, possible = (text_of(cell) for cell in columns.findall("td"))
    assert best.startswith("★ Best: all needed can Choice 1 of 3")
    assert fails.startswith(f"Does not work {lay} cannot come and is needed.")
    assert possible.startswith("Possible Choice 2 of 3")
    head = person(asked, "Headteacher").name
    assert f"Not answered {head}." in text_of(desk.page(url(asked, "dates")).root)


def test_one_click_reminds_only_those_who_have_not_answered(app, asked, desk, client):
    for role in ("Lead reviewer", "Lay member", "Designated safeguarding lead"):
        client.submit(f"/my/{token_of(person(asked, role))}/dates", answers(asked, "yes", "yes", "yes"))
    before = last_letter()
    desk.submit(url(asked, "dates"), to=url(asked, "reminders"))
    assert letters_since(before) == [("reminder", person(asked, "Headteacher").email)]
    desk.submit(url(asked, "dates"), to=url(asked, "reminders"))
    assert len(letters_since(before)) == 1


def test_a_date_that_is_a_bank_holiday_says_so(app, ready, desk, actor):
    review = ready()
    actions.propose(review, actor, [Time(datetime(2027, 12, 27, 10, tzinfo=UTC), 60, PLACE)], local_day(utc_now()))
    save()
    assert "A weekend or a bank holiday." in text_of(desk.page(url(review, "dates")).root)


def test_agreeing_shows_first_who_will_be_told_and_then_tells_them(app, asked, desk):
    slot = asked.poll.slots[1]
    page = url(asked, f"date?slot={slot.id}")
    shown = text_of(desk.page(page).root)
    assert all(p.name in shown for p in participants.current(asked))
    before = last_letter()
    response = desk.submit(page, {"place": "The hall", "note": "Ring the bell."})
    assert response.location == url(asked, "visit")
    assert (asked.stage, asked.visit.starts_at, asked.visit.place) == (Stage.PREPARING, slot.starts_at, "The hall")
    assert [name for name, _ in letters_since(before)] == ["date_agreed"] * 4
    assert "Ring the bell." in db.session.get(Letter, last_letter()).text


def test_of_two_coordinators_the_second_is_told_who_was_first_and_keeps_the_text(app, asked, desk, sign_in):
    other = sign_in(a_person(Role.COORDINATOR))
    save()
    pages = [url(asked, f"date?slot={slot.id}") for slot in asked.poll.slots[:2]]
    token, version = other.token(pages[1]), asked.version
    desk.submit(pages[0], {"place": "The hall"})
    note = "Please come in by the side gate, the front is being painted."
    late = other.post(pages[1], data={"csrf_token": token, "version": version, "place": PLACE, "note": note})
    said = late.get_data(as_text=True)
    assert late.status_code == 409
    assert "was first: they agreed the date at" in said
    assert note in said
    assert [visit.place for visit in db.session.scalars(db.select(Visit))] == ["The hall"]


def test_the_visit_page_and_its_file_for_those_who_come(app, agreed, client, sign_in):
    dsl = person(agreed, "Designated safeguarding lead")
    shown = text_of(client.page(f"/my/{token_of(dsl)}/visit").root)
    assert "10:00am to 12:30pm, UK time (150 minutes)" in shown and PLACE in shown
    file = client.get(f"/my/{token_of(dsl)}/visit.ics")
    assert (file.mimetype, file.headers["Content-Disposition"]) == (
        "text/calendar",
        f'attachment; filename="{agreed.reference}-visit.ics"',
    )
    calendar = Calendar.from_ical(file.data)
    (entry,) = calendar.walk("VEVENT")
    assert (calendar["METHOD"], str(entry["UID"]), entry.attendees) == ("PUBLISH", agreed.visit.uid, [])
    lead = sign_in(agreed.lead.person)
    assert lead.get(url(agreed, "visit.ics")).status_code == 200
    assert "Add to calendar" in text_of(lead.page(url(agreed, "visit")).root)
    assert "Change the visit" not in text_of(lead.page(url(agreed, "visit")).root)


def test_moving_by_the_form(app, agreed, desk):
    page = url(agreed, "visit/time")
    before = last_letter()
    same = desk.submit(page, typed(agreed.visit.starts_at) | {"at": "10:00", "minutes": 150, "place": PLACE})
    assert errors(same) == ["Change the date, the time or the place; this is how the visit stands now"]
    too_long = desk.submit(page, typed(days_ahead(50)) | {"at": "10:00", "minutes": 181, "place": PLACE})
    assert errors(too_long) == ["How many minutes must be between 30 and 180"]
    past = desk.submit(page, typed(days_ahead(-3)) | {"at": "10:00", "minutes": 150, "place": PLACE})
    assert errors(past) == ["The visit must be in the future"]
    assert letters_since(before) == []
    desk.submit(page, typed(days_ahead(50)) | {"at": "2pm", "minutes": 120, "place": "Hall"})
    assert (agreed.visit.starts_at, agreed.visit.minutes, agreed.visit.place) == (days_ahead(50, 14), 120, "Hall")


def test_only_the_place_is_changed_by_its_own_form(app, agreed, desk):
    page, starts_at = url(agreed, "visit/place"), agreed.visit.starts_at
    shown = text_of(desk.page(page).root)
    assert all(p.name in shown for p in participants.current(agreed)) and "Peer review visit changed:" in shown
    before = last_letter()
    same = desk.submit(page, {"place": PLACE, "note": "No reason"})
    assert errors(same) == ["Enter another place; this is where the visit is now"]
    assert 'value="No reason"' in same.get_data(as_text=True)
    assert desk.submit(page, {"place": "The hall"}).location == url(agreed, "visit")
    assert (agreed.visit.place, agreed.visit.starts_at, agreed.visit.sequence) == ("The hall", starts_at, 1)
    assert [name for name, _ in letters_since(before)] == ["date_moved"] * 4


def test_cancelling_by_the_form_asks_whether_it_is_meant(app, agreed, desk):
    page = url(agreed, "visit/cancellation")
    assert errors(desk.submit(page)) == ["Tick the box if the visit is off"]
    assert agreed.stage is Stage.PREPARING
    assert desk.submit(page, {"sure": "y", "note": "The school is closed."}).location == url(agreed, "dates")
    assert (agreed.stage, agreed.visit) == (Stage.ARRANGING, None)


def test_adding_and_removing_by_the_forms(app, agreed, desk):
    page = url(agreed, "visit/people")
    gail = {"name": "Gail", "role": "Governor", "email": "gail@school.example"}
    desk.submit(page, gail)
    found = db.session.scalar(db.select(Participant).where(Participant.email == "gail@school.example"))
    assert (found.by_hand, found.needed, found.left_at) == (True, False, None)
    assert errors(desk.submit(page, gail)) == ["Somebody with this address is invited already"]
    ours = desk.submit(page, gail | {"email": "peer-review@board.example"})
    assert errors(ours) == ["This is our own address, from which invitations are sent: it cannot be invited"]
    desk.submit(url(agreed, f"visit/people/{found.id}/removal"))
    db.session.refresh(found)
    assert found.left_at is not None
    lead = person(agreed, "Lead reviewer")
    assert desk.get(url(agreed, f"visit/people/{lead.id}/removal")).status_code == 404


def test_a_double_click_does_the_act_once(app, agreed, desk):
    page = url(agreed, "visit/time")
    data = typed(days_ahead(50)) | {
        "at": "10:00",
        "minutes": 150,
        "place": PLACE,
        "version": agreed.version,
        "csrf_token": desk.token(page),
    }
    before = last_letter()
    assert [desk.post(page, data=data).status_code for _ in range(2)] == [302, 409]
    assert len(letters_since(before)) == 4


PAGES = [
    "dates",
    "dates/proposal",
    "dates/answer",
    "dates/answers/{participant}",
    "date?slot={slot}",
    "visit",
    "visit.ics",
    "visit/time",
    "visit/place",
    "visit/cancellation",
    "visit/people",
    "visit/people/{participant}/removal",
]


@pytest.mark.parametrize("path", PAGES)
def test_an_outsider_reaches_none_of_it(app, agreed, client, sign_in, path):
    slot = agreed.polls[0].slots[0].id
    dsl = person(agreed, "Designated safeguarding lead").id
    address = url(agreed, path.format(participant=dsl, slot=slot))
    stranger = a_ready_review()
    elsewhere = a_person(Role.COORDINATOR, borough=a_borough("COL"))
    administrator = a_person(Role.ADMINISTRATOR)
    save()
    for outsider in (stranger.lead.person, elsewhere, administrator):
        assert sign_in(outsider).get(address).status_code == 404
        assert sign_in(outsider).post(address).status_code in (400, 404, 405)
    assert client.get(address).status_code == 302
    assert client.get(address.replace(agreed.reference, "HAC-2026-999")).status_code == 302


def test_a_slot_or_a_person_of_another_review_is_not_found(app, agreed, asked, ready, actor, desk):
    other = ready()
    actions.propose(other, actor, [a_time(40)], local_day(utc_now()) + timedelta(days=7))
    save()
    assert desk.get(url(agreed, f"date?slot={other.poll.slots[0].id}")).status_code == 404
    stranger = participants.current(other)[0].id
    assert desk.get(url(agreed, f"dates/answers/{stranger}")).status_code == 404
    assert desk.get(url(agreed, f"visit/people/{stranger}/removal")).status_code == 404


def test_somebody_who_left_and_a_wrong_link_see_nothing(app, agreed, actor, client):
    dsl = person(agreed, "Designated safeguarding lead")
    token = token_of(dsl)
    changes.remove_person(agreed, actor, dsl)
    save()
    for page in ("visit", "visit.ics", "dates"):
        assert client.get(f"/my/{token}/{page}").status_code == 404
        assert client.get(f"/my/1-{'x' * 24}/{page}").status_code == 404


def test_pages_are_calm_when_there_is_nothing_to_do(app, ready, agreed, actor, desk, client):
    review = ready()
    assert desk.get(url(review, "dates")).location == url(review, "dates/proposal")
    for path in ("visit", "visit/time", "visit/place", "visit/cancellation", "visit/people"):
        assert desk.get(url(review, path)).status_code == 200
    head = f"/my/{token_of(person(agreed, 'Headteacher'))}"
    assert "The date is agreed" in text_of(client.page(f"{head}/dates").root)
    changes.cancel(agreed, actor)
    save()
    assert "No visit is agreed" in text_of(client.page(f"{head}/visit").root)
    assert "nothing to answer at the moment" in text_of(client.page(f"{head}/dates").root)
    assert client.get(f"{head}/visit.ics").status_code == 404


def test_the_table_asks_the_database_as_often_for_one_person_as_for_many(app, asked, actor, desk):
    def queries():
        counted = []
        listen = lambda *facts: counted.append(facts[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        desk.page(url(asked, "dates"))
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(counted)

    desk.page(url(asked, "dates"))
    few = queries()
    for number in range(4):
        guest = participants.guest(f"Guest {number}", f"g{number}@school.example", "Governor", needed=False)
        participants.add(asked, guest, by_hand=True)
    actions.propose(asked, actor, [a_time(60), a_time(61)], local_day(utc_now()) + timedelta(days=7))
    save()
    assert queries() == few
