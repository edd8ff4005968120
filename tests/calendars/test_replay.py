"""After any history, and whatever the post did, each person's calendar shows what the app believes.

The letters are read, as they arrived, by two calendars that others wrote and that know nothing of the app.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from peerreview.dates import invitation as ics
from peerreview.dates.wall_time import instant
from peerreview.models import Invitation
from peerreview.workdays import LOCAL_ZONE
from tests.calendars.programs import Absent, IcalJs, Libical, Message, Shown
from tests.dates.test_invitation import VISIT, faults_of
from tests.histories import HISTORIES, Step, Story, clock_changes

Program = IcalJs | Libical


@pytest.fixture(scope="module")
def ical_js() -> Iterator[IcalJs]:
    try:
        program = IcalJs()
    except Absent as missing:
        pytest.skip(str(missing))
    yield program
    program.close()


@pytest.fixture(scope="module")
def libical() -> Libical:
    try:
        return Libical()
    except Absent as missing:
        pytest.skip(str(missing))


@pytest.fixture(scope="module", params=["ical_js", "libical"])
def program(request: pytest.FixtureRequest) -> Program:
    """Each of the two in turn."""
    found: Program = request.getfixturevalue(request.param)
    return found


def entry_of(held: Invitation) -> Shown:
    """What a calendar should show of an invitation in force."""
    visit, person = held.visit, held.participant
    return Shown(
        uid=visit.uid,
        sequence=held.sequence,
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        summary=" ".join(f"Peer review of {visit.review.organisation_name}".split()),
        location=visit.place.strip(),
        description="",
        organizer=("Peer Review", "mailto:peer-review@board.example"),
        attendees=((" ".join(person.name.replace('"', "").split()), f"mailto:{person.email}"),),
    )


def in_calendars(story: Story, program: Program) -> dict[str, list[Shown]]:
    """Address to what the person's calendar shows. The description holds what only people compare."""
    letters: dict[str, list[Message]] = {address: [] for address in story.believed()}
    for arrival in story.post.arrived:
        letters[arrival.address].append((arrival.method, arrival.calendar))
    return {a: [replace(one, description="") for one in program.read(read)] for a, read in letters.items()}


def as_believed(story: Story) -> dict[str, list[Shown]]:
    return {address: [entry_of(held) for held in theirs] for address, theirs in story.believed().items()}


# Somebody is taken off, and put on again, while the letter that takes them off is put off by their mail server.
OVERTAKEN = [
    Step("add"),
    Step("post", 100),
    Step("remove", 2),
    *(Step("post", 100, 20, ("put off",)) for _ in range(4)),
    Step("add"),
    Step("post", 100),
]
# Each letter arrives before the next is written; the one who left comes back.
RETURNED = [Step("add"), Step("post", 100), Step("remove", 2), Step("post", 100), Step("add"), Step("post", 100)]
# The invitation is in the hands of a slow worker while the person is taken off, put on and taken off again.
HELD = [
    Step("post", 100),
    Step("add"),
    Step("post", 100, 1, ("held",)),
    Step("remove", 2),
    Step("add"),
    Step("post", 100),
    Step("remove", 2),
    Step("post", 100),
]


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=HISTORIES)
@example(steps=OVERTAKEN)
@example(steps=HELD)
@example(steps=RETURNED)
def test_after_any_history_both_calendars_show_what_the_app_believes(
    app: Any, ical_js: IcalJs, libical: Libical, steps: list[Step]
) -> None:
    story = Story().tell(steps)
    assert [fault for arrival in story.post.arrived for fault in faults_of(arrival.calendar, arrival.at)] == []
    believed = as_believed(story)
    assert in_calendars(story, libical) == believed
    assert in_calendars(story, ical_js) == believed


def test_the_model_reaches_every_act_and_outcome(app: Any) -> None:
    """A history that is all refusals would prove nothing: this one is known to change calendars many times."""
    acts = ["add", "staff", "agenda", "move", "place", "remove", "interest", "restore", "cancel", "agree", "withdraw"]
    steps = [step for number, act in enumerate(acts) for step in (Step(act, number), Step("post", 100, 20))]
    story = Story().tell([Step("post", 100), *steps, Step("agree", 3)])
    methods = [arrival.method for arrival in story.post.arrived]
    assert methods.count("REQUEST") > 20 and methods.count("CANCEL") > 8
    assert sum(len(theirs) for theirs in story.believed().values()) >= 4
    assert len({visit.uid for visit in story.review.visits}) == 3


@pytest.mark.parametrize("number", range(12))
def test_around_both_clock_changes_the_hour_is_the_one_that_was_agreed(app: Any, ical_js: IcalJs, number: int) -> None:
    """By Node's own time zones, which owe nothing to Python's."""
    story = Story()
    if number >= len(story.times):
        pytest.skip("fewer times than that are tried")
    story.tell([Step("move", number)])
    start = story.times[number].starts_at.astimezone(LOCAL_ZONE)
    lead = story.review.lead.person.email
    messages = [(arrival.method, arrival.calendar) for arrival in story.post.arrived if arrival.address == lead]
    (shown,) = ical_js.read(messages)
    assert ical_js.clock == [f"{start:%d/%m/%Y, %H:%M}"]
    assert shown.ends_at - shown.starts_at == story.review.visit.ends_at - story.review.visit.starts_at


def test_the_times_that_are_tried_are_around_both_changes() -> None:
    forward, back = sorted(clock_changes(datetime(2027, 1, 1, tzinfo=UTC)))
    assert (forward.date().isoformat(), back.date().isoformat()) == ("2027-03-28", "2027-10-31")


@pytest.mark.parametrize("day", clock_changes(datetime(2026, 10, 1, tzinfo=UTC)))
def test_a_visit_over_a_clock_change_lasts_as_long_as_it_does(program: Program, day: datetime) -> None:
    starts_at = instant(day.date(), day.time().replace(minute=30), fold=0)
    (shown,) = program.read([("REQUEST", ics.request(replace(VISIT, starts_at=starts_at)))])
    assert (shown.starts_at, (shown.ends_at - shown.starts_at).total_seconds()) == (starts_at, 3 * 60 * 60)


TYPED = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=120) | st.text(
    "\",;:'()<>^\\=Nn é😀学", max_size=90
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(name=TYPED, text=TYPED, sequence=st.integers(0, 999))
def test_whatever_is_typed_both_calendars_read_the_same(
    ical_js: IcalJs, libical: Libical, name: str, text: str, sequence: int
) -> None:
    visit = replace(VISIT, sequence=sequence, summary=f"Visit {text}", location=text, description=f"Visit. {text}")
    visit = replace(visit, attendee=ics.Person(name, "a@b.example"))
    plain = " ".join(text.replace("\\", "/").replace("\ufeff", " ").split())
    called = " ".join(name.replace('"', "").replace("^", "").replace("\\", "/").replace("\ufeff", " ").split())
    for method, data in (("REQUEST", ics.request(visit)), ("PUBLISH", ics.publish(visit))):
        found = [program.read([(method, data)])[0] for program in (ical_js, libical)]
        for shown in found:
            assert (shown.sequence, shown.starts_at, shown.ends_at) == (sequence, VISIT.starts_at, found[0].ends_at)
            assert (shown.summary, " ".join(shown.location.split())) == (f"Visit {plain}".strip(), plain)
            assert [person for person, _ in shown.attendees] == ([called] if method == "REQUEST" else [])
        assert found[0] == found[1]


@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
@given(whole_visit=st.booleans(), name=TYPED)
def test_a_cancelling_takes_the_entry_away_and_without_one_does_nothing(
    ical_js: IcalJs, libical: Libical, whole_visit: bool, name: str
) -> None:
    visit = replace(VISIT, attendee=ics.Person(name, "a@b.example"))
    off = ("CANCEL", ics.cancel(replace(visit, sequence=1), whole_visit=whole_visit))
    for program in (ical_js, libical):
        assert program.read([("REQUEST", ics.request(visit)), off]) == []
        assert program.read([off]) == []
