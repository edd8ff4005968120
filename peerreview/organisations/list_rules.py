"""What narrows the list of the register and what puts it in order, as the database understands it."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Subquery, exists, or_, select, true

from peerreview.models import Borough, Contact, Duty, Federation, Organisation, Trust, utc_now
from peerreview.models.organisation import folded
from peerreview.organisations.queries import begins_with
from peerreview.organisations.reviewed import in_the_programme, start_of, years_before
from peerreview.workdays import local_day


def rules(wanted: dict[str, str], reviews: Subquery) -> Iterator[ColumnElement[bool]]:
    """One for each answer of ``ListFilters.wanted``, and for the status, which always has one."""
    yield _status(wanted.get("status", ""))
    if "search" in wanted:
        yield Organisation.matching(wanted["search"])
    if "borough" in wanted:
        yield Organisation.borough_id == int(wanted["borough"])
    if "duty" in wanted:
        none = wanted["duty"] == "none"
        yield Organisation.duty.is_(None) if none else Organisation.duty == Duty(wanted["duty"])
    if "kind" in wanted:
        yield Organisation.type_name == wanted["kind"]
    if "phase" in wanted:
        yield Organisation.phase == wanted["phase"]
    if "group" in wanted:
        yield _in_a_group_called(wanted["group"])
    if "reviewed" in wanted:
        yield _reviewed(wanted["reviewed"], reviews)
    if "contact" in wanted:
        somebody = exists().where(Contact.organisation_id == Organisation.id, Contact.ended_at.is_(None))
        yield somebody if wanted["contact"] == "some" else ~somebody


def order(wanted: dict[str, str], reviews: Subquery) -> list[ColumnElement[Any]]:
    """The order asked for; among equals by name, and among namesakes always the same."""
    by_name: list[ColumnElement[Any]] = [Organisation.search_text.asc(), Organisation.id.asc()]
    sort = wanted.get("sort", "")
    if not sort:
        return [begins_with(wanted["search"]), *by_name] if folded(wanted.get("search", "")) else by_name
    columns: dict[str, Any] = {
        "name": Organisation.search_text,
        "type": Organisation.type_name,
        "duty": Organisation.duty,
        "borough": Borough.name,
        "postcode": Organisation.postcode,
        "reviewed": reviews.c.at,
    }
    column, falling = columns[sort.removeprefix("-")], sort.startswith("-")
    if sort == "reviewed":  # longest ago first, and never before that
        return [column.asc().nulls_first(), *by_name]
    return [column.desc().nulls_last() if falling else column.asc().nulls_last(), *by_name]


def _status(answer: str) -> ColumnElement[bool]:
    if answer == "any":
        return true()
    return Organisation.is_open.is_(answer != "closed")


def _in_a_group_called(words: str) -> ColumnElement[bool]:
    trusts = select(Trust.id).where(Trust.name.icontains(words, autoescape=True))
    federations = select(Federation.id).where(Federation.name.icontains(words, autoescape=True))
    return or_(Organisation.trust_id.in_(trusts), Organisation.federation_id.in_(federations))


def _reviewed(answer: str, reviews: Subquery) -> ColumnElement[bool]:
    today = local_day(utc_now())
    if answer == "this-year":
        return Organisation.id.in_(in_the_programme(today))
    if answer in ("never", "ever"):
        rows = select(reviews.c.own)
        return Organisation.id.in_(rows) if answer == "ever" else Organisation.id.not_in(rows)
    how, _, years = answer.partition("-")
    lately = select(reviews.c.own).where(reviews.c.at >= start_of(years_before(today, int(years))))
    return Organisation.id.in_(lately) if how == "within" else Organisation.id.not_in(lately)
