"""A real browser takes a borough through its year: from the register's file to the notice that a drawn school gets."""

from dataclasses import dataclass, field
from datetime import date, datetime
from email.message import EmailMessage
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Browser

from peerreview.sample.audit_copy import audit_pdf
from peerreview.sample.people import COORDINATOR, EXECUTIVES, REVIEWERS, SamplePerson
from tests.journeys.conftest import Site
from tests.journeys.people import Reader, text_of

EXTRACT = Path(__file__).parents[1] / "organisations" / "invented_register.csv"
IMPORTED = "Heron Park Academy"
DELROY = EXECUTIVES[1]
HEAD = ("Odette Fairweather", "odette.fairweather@thisschool.example")
PHONE = {"width": 320, "height": 640}
WHY_NOT = "It has just had an inspection. Please look again next year."


class OnThePhone(Reader):
    """Somebody who reads everything on a phone: nothing sticks out to the side."""

    def look(self) -> None:
        self.page.set_viewport_size(PHONE)
        super().look()
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= PHONE["width"], f"{self.page.url} is {wide} px wide"


@dataclass
class Year:
    """What the tellers share. `drawn` and `left` are the reviews that are approved and sent back: reference, school."""

    site: Site
    folder: Path
    today: date
    ruth: Reader
    delroy: Reader
    head: Reader
    reviewer: Reader
    drawn: tuple[str, str] = ("", "")
    left: tuple[str, str] = ("", "")
    team: list[SamplePerson] = field(default_factory=list)

    @classmethod
    def begins(cls, browser: Browser, site: Site, folder: Path, story: str, *, script: bool) -> "Year":
        ruth, head = (Reader(name, browser, site, story, script=script) for name in ("coordinator", "head"))
        delroy, reviewer = (OnThePhone(n, browser, site, story, script=script) for n in ("executive", "reviewer"))
        return cls(site, folder, datetime.now(ZoneInfo("Europe/London")).date(), ruth, delroy, head, reviewer)


def the_coordinator_and_a_member_of_the_executive_group_sign_in(year: Year) -> None:
    for reader, person in ((year.ruth, COORDINATOR), (year.delroy, DELROY)):
        reader.goes_to("/").clicks("Sign in as one of the sample people")
        reader.clicks(f"Sign in as {person.name}", exact=True).reads(person.name)


def the_coordinator_imports_the_register(year: Year) -> None:
    ruth = year.ruth
    ruth.clicks("Register", exact=True).clicks("Imports", exact=True).clicks("Import a file")
    ruth.chooses("Extract of the national register of schools").hands_in(EXTRACT)
    ruth.sets_to_work("Look at the file", "would change the register")
    ruth.reads("Nothing has changed yet").reads(IMPORTED)
    ruth.sets_to_work("Apply", "Confirmed by").reads(f"Confirmed by {COORDINATOR.name}").reads("Undo this import")
    ruth.clicks(IMPORTED).reads("Academy converter")


def the_numbers_are_set(year: Year) -> None:
    ruth = year.ruth
    ruth.clicks("Programme", exact=True).clicks("Begin a year").chooses("Hackney")
    ruth.dates("First day of the year", year.today.replace(month=1, day=1)).clicks("Begin the year")
    ruth.types("Statutory organisations", "0").types("Schools and colleges", "2").chooses("By correspondence")
    ruth.dates("If by correspondence: the day on which it was decided", year.today).clicks("Save the numbers")
    ruth.reads("Schools and colleges 2")


def two_schools_are_drawn(year: Year) -> None:
    ruth = year.ruth
    ruth.clicks("Draw at random").clicks("Choose who may be drawn")
    ruth.unfolds("Audit, self-rating, type and phase").chooses("Academy converter", exact=True)
    ruth.clicks("Show the list again").reads("can be drawn 6").reads(f"{IMPORTED} 900107").clicks(
        "Go on with this list"
    )
    ruth.types("To draw", "2").types("Reserves", "1").chooses("Dice").clicks("Freeze the list")
    ruth.reads("The list is frozen").clicks("Enter the seed").types("Throws, in their order", "3 1 6 2 5 5 4 1 2 6")
    ruth.types("Who threw", DELROY.name).types("Who watched", COORDINATOR.name).chooses("It has been read back")
    ruth.clicks("Enter the seed").reads("Step 4 of 5").clicks("Plan the reviews").reads("Nobody is written to yet")
    ruth.clicks("Plan the reviews").reads("2 of 2 drawn are planned")
    rows = ruth.page.get_by_role("table", name="What came of each place").locator("tbody tr").all()
    places = [(row.get_by_role("link").inner_text(), row.locator("td").first.inner_text()) for row in rows]
    year.drawn, year.left = places


def nothing_goes_before_the_approval(year: Year) -> None:
    ruth, (reference, school) = year.ruth, year.drawn
    ruth.clicks(reference).reads(school).reads("Next: send the selection to the Executive Group")
    ruth.goes_to(f"/reviews/{reference}/notice").reads("Not with the Executive Group")  # by its address: no page leads
    assert ruth.page.get_by_role("button", name="Send the notice").count() == 0
    assert year.site.mail.arrived == []


def the_executive_group_approves_one_of_the_two(year: Year) -> None:
    ruth, delroy = year.ruth, year.delroy
    ruth.clicks("the selection").clicks("Send the selection for approval")
    ruth.reads("2 reviews wait for the Hackney Executive Group")
    letter = delroy.letter(DELROY.email, "Please approve the selection")
    assert year.drawn[1] not in said_in(letter)
    delroy.opens_letter(DELROY.email, "Please approve the selection").reads(year.drawn[1]).reads(year.left[1])
    delroy.page.get_by_role("checkbox", name=year.left[1]).uncheck(force=True)
    delroy.chooses("Approved by correspondence").types("Comment", WHY_NOT).clicks("Record the decision")
    delroy.reads("1 approved, 1 sent back")
    ruth.opens_letter(COORDINATOR.email, "The selection for").reads("1 approved, 1 sent back").reads(WHY_NOT)


def a_team_is_suggested_and_invited(year: Year) -> None:
    ruth = year.ruth
    ruth.clicks("Programme", exact=True).clicks("Suggest teams for the year")
    ruth.sets_to_work("Suggest teams", "Nobody is invited until you say so")
    ruth.reads("2 of 2 reviews can be staffed").reads("The Executive Group sent it back")
    row = ruth.page.get_by_role("listitem").filter(has=ruth.page.get_by_role("checkbox", name=year.drawn[1]))
    year.team = [person for person in REVIEWERS if person.name in row.inner_text()]
    ruth.clicks("Invite the people of the ticked reviews").reads("The people of 1 review have been invited")


def its_people_accept(year: Year) -> None:
    for person in year.team:
        year.reviewer.opens_letter(person.email, "Can you be on the team").reads(year.drawn[1])
        year.reviewer.chooses("Yes, and I have no interest to declare").clicks("Send my answer").reads(
            "To read the documents"
        )
    year.ruth.clicks("See its team").reads("Complete").reads(f"{year.team[0].name}, Board member Lead Accepted")


def the_school_gets_its_notice(year: Year) -> None:
    ruth, head, school = year.ruth, year.head, year.drawn[1]
    copy = year.folder / "Audit.pdf"
    copy.write_bytes(audit_pdf(f"{school}: audit", "s175", year.today.replace(day=1)))
    ruth.opens_letter(COORDINATOR.email, "The selection for").clicks("Prepare the notice").clicks("Attach")
    ruth.hands_in(copy).clicks("Attach the copy")
    ruth.clicks("whom it goes to").chooses("Somebody else").types("Name", HEAD[0]).types("Role", "Headteacher")
    ruth.types("Email address", HEAD[1]).clicks("Save").reads("Approved by the Executive Group")
    assert year.site.mail.to(HEAD[1]) == []
    ruth.clicks("Send the notice").reads("The notice is on its way")
    assert school in said_in(head.letter(HEAD[1], "Please name staff for your peer review"))
    head.opens_letter(HEAD[1], "Please name staff for your peer review").reads(school).clicks("Name the first person")


def the_other_school_hears_nothing(year: Year) -> None:
    ruth, (reference, school) = year.ruth, year.left
    ruth.opens_review(reference).reads("Waiting for the coordinator: reconsider what the Executive Group sent back")
    said = [said_in(letter) for letter in year.site.mail.arrived]
    assert [words for words in said if school in words or reference in words] == []


def said_in(letter: EmailMessage) -> str:
    """Its subject and its text on one line."""
    return " ".join(f"{letter['Subject']} {text_of(letter)}".split())


CHAPTERS = (
    the_coordinator_and_a_member_of_the_executive_group_sign_in, the_coordinator_imports_the_register,
    the_numbers_are_set, two_schools_are_drawn, nothing_goes_before_the_approval,
    the_executive_group_approves_one_of_the_two, a_team_is_suggested_and_invited, its_people_accept,
    the_school_gets_its_notice, the_other_school_hears_nothing,
)  # fmt: skip


@pytest.mark.parametrize("script", [True, False], ids=["with-scripts", "without-scripts"])
def test_the_year(browser: Browser, invented_site: Site, tmp_path, script, request):
    year = Year.begins(browser, invented_site, tmp_path, f"year-{request.node.callspec.id}", script=script)
    for chapter in CHAPTERS:
        chapter(year)
