"""The main acts, as two people with the same old page would do them."""

from dataclasses import dataclass, field
from typing import Any

from tests.inspector import Page
from tests.safety.house import Browser, House


@dataclass(frozen=True)
class Act:
    """One act: who could do it, on which page, with what typed, and what it leaves.

    ``letters``: how many letters of which name one act writes. ``kept``: what the second person typed.
    """

    step: str
    moment: str
    people: tuple[str, str]
    page: str
    action: str
    data: dict[str, Any]
    letters: dict[str, int]
    before: tuple[str, ...] = ()
    kept: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.step


TEXT = "A long text that somebody typed with care, and that must not be lost when a colleague was quicker."
DATE = "/reviews/{reference}/date?slot={slot}"
BOTH = ("coordinator", "coordinator of other")
ACTS = (
    Act("accept", "planned", BOTH, "/reviews/{asked}/request", "/reviews/{asked}/request/acceptance",
        {"year": "{year_id}"}, {"request_accepted": 1}),
    Act("decline", "planned", BOTH, "/reviews/{asked}/request", "/reviews/{asked}/request/refusal",
        {"reason": "No room this year, we are sorry."}, {"request_declined": 1}, kept={"reason": TEXT}),
    Act("send_notice", "planned", BOTH, "/reviews/{reference}/notice", "/reviews/{reference}/notice", {},
        {"notice": 1}),
    Act("replace_reviewer", "arranging", BOTH, "/reviews/{reference}/team/{member_id}/replacement?reviewer={newcomer}",
        "/reviews/{reference}/team/{member_id}/replacement", {"reason": "Away for the term."},
        {"off_the_team": 2, "team_invitation": 6}, kept={"reason": TEXT}),
    Act("agree_date", "arranging", BOTH, DATE, DATE,
        {"place": "The hall"}, {"date_agreed": 5}, kept={"note": TEXT}),
    Act("issue_initial_report", "reporting", ("lead", "coordinator"), "/reviews/{reference}/report/preview",
        "/reviews/{reference}/report/initial", {}, {"initial_report_issued": 1}),
    Act("send_response", "responding", ("contact", "contact"), "/my/{token}/response/check", "/my/{token}/response",
        {}, {"response_received": 1}),
    Act("approve_final_report", "finalising", BOTH, "/reviews/{reference}/report/preview",
        "/reviews/{reference}/report/final", {}, {"final_report": 1}, before=("decide",)),
    Act("present", "finalising", BOTH, "/reviews/{reference}/presentation", "/reviews/{reference}/presentation",
        {"outcome": "accepted", "decision": "Welcomed.", "actions-0-owner": "The head",
         "actions-0-due_on": "2099-01-31", "actions-1-owner": "The head", "actions-1-due_on": "2099-01-31"},
        {"presented": 2}, before=("decide", "approve"), kept={"decision": TEXT}),
)  # fmt: skip


@dataclass
class Tab:
    """A page that somebody has open, with the form that does the act."""

    browser: Browser
    address: str
    hidden: dict[str, str]

    def send(self, data: dict[str, Any]):
        return self.browser.send("POST", self.address, {**self.hidden, **data})


def open_tab(house: House, act: Act, person: str) -> Tab:
    """Open the page of an act as a person."""
    facts = {**house.arguments[act.moment]["own"], "asked": house.asked, "token": house.people[person].get("token", "")}
    browser, action = house.browser(person), act.action.format(**facts)
    answer = browser.send("GET", act.page.format(**facts))
    assert answer.status_code == 200, (act, person, answer.status_code, answer.headers.get("Location"))
    page = Page(answer.get_data(as_text=True))
    forms = [form for form in page.all("form") if form.attrib.get("method", "").lower() == "post"]
    here = [form for form in forms if form.attrib.get("action", act.page.format(**facts)) == action]
    assert here, (action, [form.attrib.get("action") for form in forms])
    hidden = {box.attrib["name"]: box.attrib.get("value", "") for box in here[0].iter("input")
              if box.attrib.get("type") == "hidden"}  # fmt: skip
    return Tab(browser, action, hidden)


def filled(house: House, act: Act) -> dict[str, Any]:
    """What is typed for an act; a day is three boxes."""
    facts, typed = house.arguments[act.moment]["own"], {}
    for name, value in act.data.items():
        if name.endswith("due_on"):
            year, month, day = value.split("-")
            typed |= {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}
        typed[name] = value.format(**facts)
    return typed


def prepare(house: House, act: Act) -> None:
    """Stand where the act can be done."""
    house.stand(act.moment)
    facts, browser = house.arguments[act.moment]["own"], house.browser("coordinator")
    at = f"/reviews/{facts['reference']}"
    if "decide" in act.before:
        point = facts["point_id"] + 1
        said = {"decision": "not_changed", "reason": "Not seen.", "version": "1"}
        assert browser.send("POST", f"{at}/decisions/{point}", said).status_code == 302
    if "approve" in act.before:
        version = open_tab(house, next(each for each in ACTS if each.step == "approve_final_report"), "coordinator")
        assert version.send({}).status_code == 302
