"""One whole review, told as everybody in it lives it: by clicking what is on the pages and in the letters."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.sync_api import Browser

from peerreview.sample import texts
from peerreview.sample.audit_copy import audit_pdf
from peerreview.sample.people import COORDINATOR, EXECUTIVES, REVIEWERS
from peerreview.sample.report_texts import PRIMARY
from peerreview.workdays import add_working_days
from tests.journeys.conftest import Site
from tests.journeys.people import Reader

HEAD = ("Odette Fairweather", "odette.fairweather@thisschool.example")
DSL = ("Grace Oyelaran", "grace.oyelaran@thisschool.example")
CHAIR = ("Martin Szabo", "martin.szabo@thisschool.example")
FARIDA, HANNAH = REVIEWERS[0], REVIEWERS[4]
IN_CHARGE = {"COL": EXECUTIVES[0], "HAC": EXECUTIVES[1]}


@dataclass
class Cast:
    """Everybody's browser."""

    head: Reader
    dsl: Reader
    chair: Reader
    ruth: Reader
    farida: Reader
    hannah: Reader
    executive: Reader

    @classmethod
    def gathers(cls, browser: Browser, site: Site, story: str, *, script: bool) -> "Cast":
        names = ("head", "dsl", "chair", "coordinator", "lead", "lay member", "executive")
        return cls(*(Reader(name, browser, site, story, script=script) for name in names))


@dataclass
class Story:
    """What the tellers share: the cast, today, a folder for files, and the reference once it is known."""

    site: Site
    cast: Cast
    folder: Path
    today: date
    reference: str = ""

    @classmethod
    def begins(cls, browser: Browser, site: Site, folder: Path, name: str, *, script: bool) -> "Story":
        cast = Cast.gathers(browser, site, name, script=script)
        return cls(site, cast, folder, datetime.now(ZoneInfo("Europe/London")).date())

    def in_days(self, days: int) -> date:
        """A working day so many working days from today."""
        return add_working_days(self.today, days)

    def a_pdf(self, name: str) -> Path:
        path = self.folder / name
        path.write_bytes(audit_pdf(f"{self.site.school}: {name}", "s175", self.today.replace(day=1)))
        return path


def everybody_of_the_board_signs_in(story: Story) -> None:
    cast = story.cast
    people = ((cast.ruth, COORDINATOR), (cast.farida, FARIDA), (cast.hannah, HANNAH))
    for reader, person in (*people, (cast.executive, IN_CHARGE["HAC"])):
        reader.goes_to("/").clicks("Sign in as one of the sample people").clicks(
            f"Sign in as {person.name}", exact=True
        )
        reader.reads(person.name)


def the_coordinator_begins_the_year(story: Story) -> None:
    ruth, starts = story.cast.ruth, story.today.replace(month=1, day=1)
    ruth.clicks("Programme", exact=True).clicks("Begin a year").chooses("Hackney").dates(
        "First day of the year", starts
    )
    ruth.clicks("Begin the year")
    ruth.types("Statutory organisations", "4").types("Schools and colleges", "8").chooses("By correspondence")
    ruth.dates("If by correspondence: the day on which it was decided", story.today).clicks("Save the numbers")
    ruth.reads("Schools and colleges 8")


def the_school_asks(story: Story) -> None:
    head, site = story.cast.head, story.site
    head.goes_to("/").clicks("Ask for a peer review").clicks("Start now")
    head.finds_school(site.school)
    head.reads("Who are you?")
    head.types("Your name", HEAD[0]).types("Your role", "Headteacher").types("Your email address", HEAD[1])
    head.types("Your phone number", "020 7946 0999").clicks("Continue")
    head.chooses("Section 175").types("Why are you asking now?", texts.REASONS_TO_ASK["new_lead"])
    head.types("When would a visit suit you?", "Tuesdays").types("When would it not suit you?", "Fridays")
    head.clicks("Continue").reads(site.school).reads(HEAD[1]).takes_a_breath().clicks("Send my request")
    head.reads("We have your request")
    story.reference = head.page.locator(".govuk-panel strong").inner_text()
    assert story.reference in str(head.letter(HEAD[1], "We have your request")["Subject"])


def the_coordinator_accepts(story: Story) -> None:
    ruth = story.cast.ruth
    ruth.clicks("Today").reads(story.site.school).clicks("Decide on the request")
    ruth.reads(texts.REASONS_TO_ASK["new_lead"]).chooses(str(story.today.year)).chooses("Write to this person")
    ruth.clicks("Accept the request").reads("Planned")
    story.cast.head.letter(HEAD[1], "accepted")


def the_executive_group_approves_the_selection(story: Story) -> None:
    ruth, executive, member = story.cast.ruth, story.cast.executive, IN_CHARGE["HAC"]
    ruth.clicks("Send the selection to the Executive Group").reads("It asked for a review")
    ruth.clicks("Send the selection for approval").reads("1 review waits for the Hackney Executive Group")
    executive.opens_letter(member.email, "Please approve the selection").reads(story.site.school)
    executive.chooses("Approved by correspondence").clicks("Record the decision").reads("1 approved, 0 sent back")
    ruth.opens_letter(COORDINATOR.email, "The selection for").reads("1 approved by correspondence")
    ruth.opens_review(story.reference)


def the_coordinator_sends_the_notice(story: Story) -> None:
    ruth = story.cast.ruth
    ruth.clicks("Prepare the notice").clicks("Attach").hands_in(story.a_pdf("Section 175 audit.pdf"))
    ruth.clicks("Attach the copy").clicks(story.reference).clicks("Prepare the notice").reads(HEAD[0])
    ruth.clicks("Send the notice")


def the_school_names_its_staff(story: Story) -> None:
    head = story.cast.head
    head.opens_letter(HEAD[1], "Please name staff")
    if "/staff" not in head.page.url:
        head.clicks("Start", exact=True)
    head.clicks("Name the first person")
    for number, ((name, email), role) in enumerate(
        ((DSL, "Designated safeguarding lead"), (CHAIR, "Chair of governors or trustees"))
    ):
        head.types("Full name", name).picks("Role", role).types("Email address", email)
        head.types("When can they not be there?", texts.CANNOT_ATTEND)
        head.clicks("Save and name another" if number == 0 else "Save", exact=True)
    head.clicks("Continue").types("What should the team know", texts.ACCESS_NEEDS).clicks("Save and continue")
    head.reads(DSL[0]).reads(CHAIR[0]).clicks("Send my answers")
    head.letter(HEAD[1], "Thank you for naming staff")


def the_coordinator_assembles_the_team(story: Story) -> None:
    ruth = story.cast.ruth
    ruth.opens_review(story.reference).clicks("Team", exact=True)
    for person in (FARIDA, HANNAH):
        ruth.chooses(person.name).clicks("Invite to the team").reads(person.name)
    ruth.picks_starting("Lead", FARIDA.name).clicks("Save the lead")


def the_reviewers_declare(story: Story) -> None:
    for reader, person in ((story.cast.farida, FARIDA), (story.cast.hannah, HANNAH)):
        reader.opens_letter(person.email, "Can you be on the team")
        if reader.page.get_by_role("button", name="Send my answer").count() == 0:
            reader.clicks("Answer the invitation")
        reader.chooses("Yes, and I have no interest to declare").clicks("Send my answer")


def a_date_is_found(story: Story) -> None:
    ruth = story.cast.ruth
    ruth.opens_review(story.reference).clicks("Arrange the date").types(
        "Where", f"{story.site.school}, {story.site.postcode}"
    )
    ruth.clicks("people when they can")
    everybody = ((story.cast.head, HEAD[1]), (story.cast.dsl, DSL[1]), (story.cast.chair, CHAIR[1]),
                 (story.cast.farida, FARIDA.email), (story.cast.hannah, HANNAH.email))  # fmt: skip
    for reader, address in everybody:
        reader.opens_letter(address, "Please say when you can")
        for group in reader.page.get_by_role("group").all():
            group.get_by_label("Yes", exact=True).check(force=True)
        reader.clicks("Send my answers")
    ruth.opens_review(story.reference).clicks("Arrange the date").clicks("Agree this date")
    ruth.clicks("Agree this date and invite everybody").reads("The date is agreed")
    for reader, address in everybody:
        assert reader.invitation(address, "Peer review visit:") == "REQUEST"


def the_date_is_moved(story: Story) -> None:
    ruth = story.cast.ruth
    ruth.opens_review(story.reference).clicks("Date agreed").clicks("See the visit").clicks("Move it to another time")
    ruth.dates("Date", story.in_days(25)).types("Start", "11am").types(
        "Why, in a line for everybody", "The hall is in use."
    )
    ruth.clicks("Move the visit and tell everybody")
    assert story.cast.dsl.invitation(DSL[1], "Peer review visit changed") == "REQUEST"
    story.cast.dsl.opens_letter(DSL[1], "Peer review visit changed").reads("11:00am")


def the_school_hands_in_documents(story: Story) -> None:
    ruth, head = story.cast.ruth, story.cast.head
    ruth.opens_review(story.reference).clicks("Ask for documents")
    ruth.clicks("Save and ask the organisation")
    head.opens_letter(HEAD[1], "Please hand in documents")
    lines = head.page.get_by_role("link", name="Answer ").count()
    for _ in range(lines):
        head.clicks("Answer ")
        title = head.page.locator("h1").inner_text()
        if head.page.get_by_role("button", name="Upload", exact=True).count():
            head.hands_in(story.a_pdf(f"{title}.pdf")).clicks("Upload", exact=True)
        if "/documents/" in head.page.url:
            head.clicks("All documents")
    head.clicks("That is everything").reads("Thank you")


def the_team_prepares(story: Story) -> None:
    for reader, person in ((story.cast.farida, FARIDA), (story.cast.hannah, HANNAH)):
        reader.opens_letter(person.email, "documents for your peer review are ready")
        reader.downloads("Child protection policy.pdf")
        reader.opens_first("/reading-notes")
        reader.types("My reading notes", texts.READING_NOTES[0]).types("What I want to ask", texts.READING_NOTES[2])
        reader.chooses("Share these two notes").clicks("Save my notes")
    farida = story.cast.farida
    farida.opens_review(story.reference).clicks("Prepare for the visit").clicks("Agenda of the visit")
    farida.clicks("Save the agenda")


def the_visit_takes_place(story: Story) -> None:
    farida = story.cast.farida
    farida.opens_review(story.reference).clicks("Prepare for the visit").clicks("Notes and ratings from the visit")
    farida.opens_first("/notes")
    farida.types("My note from the visit", texts.VISIT_NOTES[0]).clicks("Save my note").clicks("Next: ")
    farida.page.get_by_label("Self rating").select_option(index=1)
    farida.page.get_by_label("Peer rating").select_option(index=2)
    farida.chooses("Both seen and heard").types("Why", texts.VISIT_NOTES[1]).clicks("Save the rating")
    farida.opens_review(story.reference).clicks("Visit held").dates("Day of the visit", story.today)
    farida.types("How many minutes it took", "150")
    for name in (FARIDA.name, HANNAH.name, DSL[0], HEAD[0]):
        farida.chooses(name)
    farida.clicks("Record the visit").chooses("Yes, it took place earlier").clicks("Record the visit")


def the_lead_writes_and_issues_the_report(story: Story) -> None:
    farida = story.cast.farida
    farida.opens_review(story.reference).clicks("Write the initial report")
    if "/report/" not in farida.page.url:
        farida.clicks("Edit the text")
    farida.types("Summary", PRIMARY.summary).types("Strengths", PRIMARY.strengths)
    farida.types("Areas for improvement", PRIMARY.areas).types("Good practice", PRIMARY.good_practice)
    for recommendation in PRIMARY.recommendations[:2]:
        farida.types("What you recommend", recommendation, within="Another recommendation")
        farida.types("Suggested owner", "Designated safeguarding lead", within="Another recommendation")
        farida.clicks("Save and add another recommendation")
    farida.clicks("Save and preview").reads(PRIMARY.recommendations[1]).clicks("Issue the initial report")
    farida.reads("With the organisation")


def the_school_responds(story: Story) -> None:
    head, point = story.cast.head, PRIMARY.points[0]
    head.opens_letter(HEAD[1], "Please read your initial report").confirms_by_code(HEAD[1])
    head.reads(PRIMARY.recommendations[0]).downloads("Download as PDF").clicks("Make points about the report")
    head.clicks(f"Make a point about paragraph {point.paragraph}")
    head.chooses("Factual inaccuracy").types("What would you like to say?", point.text).clicks("Save this point")
    head.reads("1 point, not sent yet").clicks("Check and send").reads(point.text).clicks("Send our response")
    head.letter(HEAD[1], "We have your response")


def the_points_are_decided_and_the_report_approved(story: Story) -> None:
    ruth, point = story.cast.ruth, PRIMARY.points[0]
    ruth.opens_review(story.reference).clicks("Decide the points").clicks("Decide on").chooses("Changed", exact=True)
    ruth.types("Why?", point.reason).types("New wording", point.new_wording).clicks("Save the decision")
    ruth.opens_review(story.reference).clicks("Report", section=True).clicks("Preview").reads(point.new_wording)
    ruth.clicks("Approve the final report").reads("The final report is approved")
    head = story.cast.head
    head.opens_letter(HEAD[1], "Your final report is ready").reads(point.reason).downloads("Download as PDF")
    head.clicks("We have received the report").reads("Thank you")


def the_executive_group_decides(story: Story) -> None:
    ruth, executive = story.cast.ruth, story.cast.executive
    ruth.clicks("Meetings", exact=True).clicks("Plan a meeting").picks("Executive Group", "Hackney Executive Group")
    ruth.dates("Date of the meeting", story.today).dates("Last day for papers (optional)", story.today)
    ruth.types("Place", "Room 4").clicks("Plan the meeting", exact=True).reads(story.site.school)
    executive.clicks("Meetings", exact=True).clicks("Hackney Executive Group").clicks("Read the final report")
    executive.reads(PRIMARY.summary).reads(PRIMARY.points[0].reason)
    ruth.clicks("Record the decision").chooses("Accept it")
    ruth.picks("If it is accepted: with what?", "Accepted the report and asked for an update on the actions")
    ruth.types("In the group’s own words", texts.MEETING_DECISION)
    for number, recommendation in enumerate(PRIMARY.recommendations[:2], 1):
        group = f"{number}. {recommendation}"
        ruth.types("Who answers for it", "Designated safeguarding lead", within=group)
        ruth.dates("By when", story.today + timedelta(days=90), within=group)
    ruth.clicks("Record and go on").reads("is accepted, and the organisation is told")
    head = story.cast.head
    head.opens_letter(HEAD[1], "What the Executive Group decided").reads(texts.MEETING_DECISION)
    head.clicks("See the actions").reads(PRIMARY.recommendations[0])


def what_was_agreed_is_done(story: Story) -> None:
    ruth = story.cast.ruth
    for recommendation in PRIMARY.recommendations[:2]:
        ruth.clicks("Meetings", exact=True).clicks("Actions from the reports").clicks(recommendation)
        ruth.chooses("evidence").types("Note", texts.ACTION_DONE).clicks("It is done")
    ruth.reads("The action is done, and with it the review is closed.")


THIRTEEN_STAGES = (
    everybody_of_the_board_signs_in, the_coordinator_begins_the_year, the_school_asks, the_coordinator_accepts,
    the_executive_group_approves_the_selection, the_coordinator_sends_the_notice, the_school_names_its_staff,
    the_coordinator_assembles_the_team, the_reviewers_declare, a_date_is_found, the_date_is_moved,
    the_school_hands_in_documents, the_team_prepares, the_visit_takes_place, the_lead_writes_and_issues_the_report,
    the_school_responds, the_points_are_decided_and_the_report_approved, the_executive_group_decides,
    what_was_agreed_is_done,
)  # fmt: skip
