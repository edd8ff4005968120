"""What the list of the register can be narrowed to, and how that is said in one sentence."""

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from peerreview.forms import Part, choice, text, whole_number

STATUS = {"": "Open", "closed": "Closed or not open yet", "any": "Open or closed"}
DUTY = {"": "Any duty", "s11": "Section 11", "s175": "Section 175", "s157": "Section 157", "none": "None of these"}
REVIEWED = {  # a review counts for those that came after the organisation, too
    "": "At any time or never",
    "never": "Never",
    "ever": "Before, however long ago",
    "within-1": "In the last year",
    "within-3": "In the last 3 years",
    "not-1": "Not in the last year",
    "not-3": "Not in the last 3 years",
    "not-5": "Not in the last 5 years",
    "this-year": "In this year's programme",
}
CONTACT = {"": "Somebody or nobody", "none": "Nobody", "some": "Somebody"}
SORTS = {
    "": "Best match, then name",
    "name": "Name, A to Z",
    "-name": "Name, Z to A",
    "type": "Type, A to Z",
    "-type": "Type, Z to A",
    "duty": "Duty, section 11 first",
    "-duty": "Duty, section 175 first",
    "borough": "Borough, A to Z",
    "-borough": "Borough, Z to A",
    "postcode": "Postcode, A to Z",
    "-postcode": "Postcode, Z to A",
    "reviewed": "Longest without a review first",
    "-reviewed": "Latest review first",
}
MORE = ("duty", "kind", "phase", "group", "contact")  # behind "More ways to narrow the list", with the order


class ListFilters(Part):
    """Boroughs, types and phases are handed in; an answer that is not offered shows everything."""

    search = text("Name, postcode or URN", mark=False, max=100)
    status = choice("Open or closed", list(STATUS.items()), mark=False)
    borough = choice("Borough", mark=False)
    duty = choice("Duty", list(DUTY.items()), mark=False)
    kind = choice("Type", mark=False)
    phase = choice("Phase of education", mark=False)
    group = text("Trust or federation", mark=False, max=100)
    reviewed = choice("Reviewed", list(REVIEWED.items()), mark=False)
    contact = choice("Whom to write to", list(CONTACT.items()), mark=False)
    sort = choice("Order", list(SORTS.items()), mark=False)
    page = whole_number("Page", least=1, most=100_000, mark=False)

    @cached_property
    def wanted(self) -> dict[str, str]:
        """The usable answers but for the page: what the address of the list keeps."""
        self.validate()
        return {each.name: each.data for each in self if each.name != "page" and each.data and not each.errors}

    @property
    def narrowing(self) -> dict[str, str]:
        """Of them, those that leave something out which the list begins with."""
        return {name: value for name, value in self.wanted.items() if name != "sort"}

    def in_words(self, *, one: bool = False) -> str:
        """What is listed: "open organisations for “mary”, in Hackney, never reviewed"; or of one of them."""
        wanted, s, are = self.wanted, "" if one else "s", "is" if one else "are"
        noun = {
            "closed": f"organisation{s} that {are} closed or not open yet",
            "any": f"organisation{s}, open or closed",
        }
        searched = f" for “{wanted['search']}”" if "search" in wanted else ""
        return ", ".join([noun.get(wanted.get("status", ""), f"open organisation{s}") + searched, *self._rules(wanted)])

    def _rules(self, wanted: dict[str, str]) -> Iterator[str]:
        if "borough" in wanted:
            offered: list[Any] = list(self.borough.iter_choices())
            yield f"in {next(each.label for each in offered if each.selected)}"
        if "duty" in wanted:
            none = wanted["duty"] == "none"
            yield "under none of the three duties" if none else f"under {DUTY[wanted['duty']].lower()}"
        if "kind" in wanted:
            yield f"of the type “{wanted['kind']}”"
        if "phase" in wanted:
            yield f"of the phase “{wanted['phase']}”"
        if "group" in wanted:
            yield f"in a trust or federation called “{wanted['group']}”"
        if "reviewed" in wanted:
            yield _reviewed_in_words(wanted["reviewed"])
        if "contact" in wanted:
            yield f"with {CONTACT[wanted['contact']].lower()} to write to"


def _reviewed_in_words(answer: str) -> str:
    said = REVIEWED[answer][0].lower() + REVIEWED[answer][1:]
    if answer == "this-year":
        return said
    return (
        f"{said} reviewed"
        if answer == "never"
        else f"not reviewed {said[4:]}"
        if said.startswith("not ")
        else f"reviewed {said}"
    )
