"""Who is in the safety story: for each of three reviews its people and organisation, each text a word of its own."""

from dataclasses import dataclass, field

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    Alias,
    AliasKind,
    Borough,
    Contact,
    Federation,
    Membership,
    Organisation,
    OrganisationNote,
    Person,
    Review,
    Reviewer,
    Succession,
    Trust,
    known_as,
    utc_now,
)
from peerreview.workflow import Role
from tests.builders import a_borough, a_person, a_reviewer, an_organisation

BOROUGHS = {"own": "HAC", "other": "HAC", "elsewhere": "COL"}  # which borough each review is in


@dataclass
class Words:
    """Canary words: ``w("private note")`` gives a word that is nowhere else, and remembers what it marks."""

    known: dict[str, tuple[str, str]] = field(default_factory=dict)  # word: (review, what it is)

    def new(self, review: str, what: str) -> str:
        word = f"zq{review[:2]}{len(self.known):03}q"
        self.known[word] = (review, what)
        return word


@dataclass
class Story:
    """One review and everybody in it."""

    name: str
    words: Words
    borough: Borough
    coordinator: Actor
    organisation: Organisation
    people: dict[str, Reviewer]  # lead, second, newcomer, left, stood-down
    review: Review = field(init=False)

    def w(self, what: str) -> str:
        """A new word for one text of this review."""
        return self.words.new(self.name, what)

    def actor(self, name: str) -> Actor:
        """One of the reviewers, acting."""
        return Actor.of(self.people[name].person, Role.REVIEWER)

    @property
    def contact(self) -> Contact:
        return self.organisation.contacts[0]


def begin(name: str, words: Words) -> Story:
    """The organisation and the people of one review, before it begins."""
    borough = a_borough(BOROUGHS[name])

    def word(what: str) -> str:
        return words.new(name, what)

    organisation = an_organisation(f"School {name}", borough)
    organisation.trust, organisation.federation = Trust(name=f"Trust {name}"), Federation(name=f"Federation {name}")
    organisation.phone, organisation.website = word("organisation's phone"), f"https://{word('website')}.example"
    contact = organisation.contacts[0]
    contact.name, contact.role = f"Ada {word('contact')}", f"Head {word('role of the contact')}"
    contact.email, contact.phone = f"{word('address of the contact')}@school.example", word("phone of the contact")
    people = {each: _reviewer(borough, each, word) for each in ("lead", "second", "newcomer", "left", "stood-down")}
    people["second"].membership = Membership.LAY_MEMBER
    coordinator = _person(Role.COORDINATOR, borough, "coordinator", word)
    _in_the_register(organisation, coordinator, word)
    return Story(name, words, borough, Actor.of(coordinator, Role.COORDINATOR), organisation, people)


def _in_the_register(organisation: Organisation, coordinator: Person, word) -> None:
    """What coordinators wrote about it by hand, and what it came from."""
    said = {"written_by": coordinator.name}
    organisation.duty_reason, organisation.duty_set_by = word("reason for the duty"), coordinator.name
    db.session.add(OrganisationNote(organisation=organisation, text=word("notes on the organisation"), **said))
    former = {"kind": AliasKind.FORMER_NAME, "value": word("former name"), "reason": word("reason for a former name")}
    organisation.aliases.append(Alias(**former, **said))
    organisation.known_as = known_as(organisation)
    before = an_organisation(f"Before {organisation.name}", organisation.borough)
    none = an_organisation(f"Beside {organisation.name}", organisation.borough)
    linked = {"reason": word("reason for a predecessor"), **said}
    db.session.add(Succession(predecessor=before, successor=organisation, **linked))
    back = {"taken_back_at": utc_now(), "taken_back_by": coordinator.name}
    wrong = Succession(predecessor=none, successor=organisation, **linked, **back)
    wrong.taken_back_reason = word("why a predecessor is none")
    db.session.add(wrong)


def others(words: Words) -> dict[str, Person]:
    """People with accounts who are in no review: by name."""

    def word(what: str) -> str:
        return words.new("board", what)

    hackney, city = a_borough("HAC"), a_borough("COL")
    found = {
        "executive": _person(Role.EXECUTIVE, hackney, "executive", word),
        "executive elsewhere": _person(Role.EXECUTIVE, city, "executive elsewhere", word),
        "administrator": _person(Role.ADMINISTRATOR, None, "administrator", word),
        "deactivated": _person(Role.COORDINATOR, hackney, "deactivated", word),
    }
    found["deactivated"].active = False
    db.session.flush()
    return found


def _person(role: Role, borough: Borough | None, called: str, word) -> Person:
    email = f"{word(f'address of the {called}')}@board.example"
    phone = word(f"phone of the {called}")
    return a_person(role, borough, name=f"{called.title()} {word(f'name of the {called}')}", email=email, phone=phone)


def _reviewer(borough: Borough, called: str, word) -> Reviewer:
    reviewer = a_reviewer(employer=word(f"employer of {called}"), notes=word(f"notes on {called}"))
    person = reviewer.person
    person.name, person.email = (
        f"{called.title()} {word(f'name of {called}')}",
        f"{word(f'address of {called}')}@b.example",
    )
    person.phone, person.appointments[0].borough = word(f"phone of {called}"), borough
    return reviewer
