"""Everything that happened in a review, newest first, for one reader."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from peerreview.filters import day, when
from peerreview.models import Event, Letter, Review
from peerreview.wording import FACTS, WHO, happened
from peerreview.workflow import STEPS

ONE_ACT = timedelta(seconds=5)  # a letter this close to an event was written by it
ONE_SITTING = timedelta(hours=1)  # the same small act again, by the same person, is one entry
AT_FIRST = 12  # entries; the older ones are folded away


@dataclass
class Entry:
    """One line of the timeline, with what is folded into it. ``kind`` is step, other or letter."""

    at: datetime
    kind: str
    title: str
    byline: str
    acts: list[list[tuple[str, str]]] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """What is said at once: the facts of an act that happened once."""
        return self.acts[0] if len(self.acts) == 1 else []


def of(review: Review, *, overview: bool, letters: bool) -> list[Entry]:
    """The entries that a reader may see.

    ``overview``: the coordinator and the borough's Executive, who also see restricted facts and who read what.
    ``letters``: the coordinator, who sees each letter.
    """
    events = [event for event in review.events if overview or _is_for_team(event)]
    entries: list[Entry] = []
    for event in sorted(events, key=lambda event: (event.at, event.id)):
        entry = _event(event)
        if entries and _is_more_of(entries[-1], entry):
            entries[-1].acts += entry.acts
        else:
            entries.append(entry)
    if letters:
        _fold_in(entries, review.letters)
    return sorted(entries, key=lambda entry: entry.at, reverse=True)


def _fold_in(entries: list[Entry], letters: list[Letter]) -> None:
    """Put each letter under the act that wrote it; one that no act wrote (a code) stands alone."""
    for letter in sorted(letters, key=lambda letter: letter.id):
        near = [entry for entry in entries if abs(entry.at - letter.written_at) <= ONE_ACT and entry.kind != "letter"]
        if near:
            near[-1].letters.append(letter)
        else:
            title = f"Letter to {letter.recipient_name}"
            entries.append(Entry(letter.written_at, "letter", title, "", letters=[letter]))


def _is_more_of(last: Entry, entry: Entry) -> bool:
    again = entry.kind == "other" and (entry.title, entry.byline) == (last.title, last.byline)
    return again and entry.at - last.at <= ONE_SITTING


def _is_for_team(event: Event) -> bool:
    return not event.restricted and not event.step.startswith("read_")


def _event(event: Event) -> Entry:
    phone = ", by phone" if event.by_phone else ""
    facts = [words for name, value in event.facts.items() if (words := _fact(name, value))]
    kind = "step" if event.step in STEPS and STEPS[event.step].moves else "other"
    restricted = " · Only coordinators and the Executive Group see this" if event.restricted else ""
    title = f"{event.actor_name} {happened(event.step)}{phone}"
    who = WHO[event.actor_role]
    return Entry(event.at, kind, title, f"{who[0].upper()}{who[1:]}{restricted}", [facts])


def _fact(name: str, value: Any) -> tuple[str, str] | None:
    """A fact in words; keys of rows are for the app, not for readers."""
    if name.endswith("_id") or value in (None, "", False):
        return None
    words = FACTS.get(name, {}).get(str(value)) or _in_words(str(value))
    return name.replace("_", " ").capitalize(), "Yes" if value is True else words


def _in_words(value: str) -> str:
    """Days and instants as people write them; an enumeration's text without its underscores."""
    try:
        return day(date.fromisoformat(value))
    except ValueError:
        pass
    try:
        return when(datetime.fromisoformat(value))
    except ValueError:
        return value.replace("_", " ")


def opened(review: Review) -> dict[str, datetime]:
    """When somebody first acted behind their personal link, by address."""
    return {link.email: link.opened_at for link in review.links if link.opened_at}
