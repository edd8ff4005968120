"""What each person is to what an address names, and what must come of trying it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.safety.cast import BOROUGHS
from tests.safety.house import House
from tests.safety.table import ROWS, Row

PLACES = ("own", "other", "elsewhere")
REVIEWS_OWN = {"standard_id", "token", "which", "name", "ending", "filename"}  # the same for all, or fixed by the row
STANDINGS = {"lead": {"lead", "team", "whose-it-is"}, "second": {"team"}, "newcomer": {"newcomer"}}
PURPOSES = ("organisation", "participant", "reviewer", "requester")
ENDED_LINKS = ("revoked", "link of left", "link of stood-down")
_TOKEN = re.compile(rb'name="csrf_token"[^>]*value="[^"]*"|content="[^"]*" name="csrf-token"')


@dataclass(frozen=True)
class Try:
    """One request: the row it is about, how, and whose thing the address names: a review, "missing" or "mixed"."""

    row: Row
    method: str
    place: str
    path: str
    missing: str  # the same address with nothing behind it

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.row.endpoint}, {self.place})"


def tries(house: House, person: str, moment: str, *, every_row: bool = False) -> Iterator[Try]:
    """Everything that the person tries at a moment: their own, another review's, another borough's, none, a mixture.

    ``every_row``: also what is usually tried at another moment.
    """
    adapter = house.app.url_map.bind("localhost")
    for rule in adapter.map.iter_rules():
        for row in ROWS:
            row = replace(row, moment=moment) if every_row else row
            if row.endpoint == rule.endpoint and row.moment == moment and _is_for(house, person, rule):
                for method in ("GET", "POST"):
                    if method in (rule.methods or ()) and method in row.methods:
                        yield from _tries(house, person, rule, row, method)


def _is_for(house: House, person: str, rule: Rule) -> bool:
    """Links are tried behind the person's own token; people with accounts have none, and the library's own are few."""
    if "token" in rule.arguments and rule.rule.startswith("/my/"):
        return person == "stranger" or "token" in house.people[person]
    return person in ("stranger", "contact") or "uniquifier" in house.people[person]


def _tries(house: House, person: str, rule: Rule, row: Row, method: str) -> Iterator[Try]:
    named = rule.arguments - (rule.defaults or {}).keys()
    token = house.people.get(person, {}).get("token", house.people["forged"]["token"])
    gone = _build(rule, row, dict.fromkeys(named, 0), token) or _build(rule, row, {}, token)
    behind_link = rule.rule.startswith("/my/")
    if not named - REVIEWS_OWN:
        place = _place_of(person) if behind_link else "own"
        yield Try(row, method, place, _build(rule, row, {}, token), gone + "-x")
        return
    for place in (_place_of(person),) if behind_link else places_for(house, person):
        path = _build(rule, row, _values(house, row, place, named), token)
        yield Try(row, method, place, path, gone)
    yield Try(row, method, "missing", gone, gone)
    mixed = named - REVIEWS_OWN - {"reference", "key"}
    whose = _place_of(person)
    is_theirs = bool(standing(house, person, whose, row.moment) & row.who)
    if is_theirs and ((mixed and (behind_link or "reference" in named)) or len(mixed) > 1):
        elsewhere = "elsewhere" if whose != "elsewhere" else "own"
        values = _values(house, row, elsewhere, named)
        first = "reference" if "reference" in named else "" if behind_link else min(mixed, key=rule.rule.index)
        values |= {first: _values(house, row, whose, named)[first]} if first else {}
        yield Try(row, method, "mixed", _build(rule, row, values, token), gone)


def places_for(house: House, person: str) -> tuple[str, ...]:
    """Whose things somebody tries: what is the same refusal for the same reason is tried by one of them."""
    if person in ("stranger", "deactivated", "contact", "left", "stood-down"):
        return ("own",)
    if "reviewer" not in house.people[person]["roles"]:
        return ("own", "elsewhere")
    home = _place_of(person)
    return PLACES if person == "lead" else ("own", home if home != "own" else "other")


def _place_of(person: str) -> str:
    return next((place for place in PLACES if person.endswith(f" of {place}")), "own")


def _values(house: House, row: Row, place: str, named: set[str]) -> dict[str, Any]:
    known = house.arguments[row.moment][place]
    values = {name: known[name] for name in named if name in known}
    if "person_id" in named and row.endpoint.startswith("nominations."):
        values["person_id"] = known["staff"]
    if row.endpoint == "visits.remove_file":
        values["document_id"] = known["visit file"]
    if "evidence" in row.endpoint:
        values["document_id"] = known["evidence"]
    if row.endpoint.startswith("meetings.action_file"):
        values["document_id"] = known["proof"]
    if row.endpoint == "teams.restore":
        values["member_id"] = known["suspended"]
    if row.endpoint == "dates.agree":
        values["slot"] = known["slot"]
    return values


def _build(rule: Rule, row: Row, values: dict[str, Any], token: str) -> str:
    """The address; what is 0 is there nowhere."""
    fixed = {"token": token, "which": row.part, "name": row.part, "ending": row.part, "filename": "build/app.css"}
    given = {name: fixed.get(name) or values.get(name, 0) or 999999 for name in rule.arguments}
    given |= {name: "HAC-2026-999" for name in ("reference",) if given.get(name) == 999999}
    given |= rule.defaults or {}
    built = rule.build(given, append_unknown=False)
    assert built is not None, rule
    return built[1] + (f"?slot={values['slot']}" if "slot" in values else "")


def standing(house: House, person: str, place: str, moment: str) -> set[str]:
    """What somebody is to one review, or to its borough, at a moment."""
    facts = house.people.get(person, {})
    own = _place_of(person)
    if "purpose" in facts:
        is_open = place == own and not person.startswith(ENDED_LINKS) and is_there(person, moment)
        purpose = "invited" if person.startswith("link of newcomer") else facts["purpose"]
        return ({purpose} | ({"code"} if facts.get("code") else set())) if is_open else set()
    if "uniquifier" not in facts or person == "deactivated":
        return set()
    found = {"signed-in"} | {f"{role}s" for role in facts["roles"]}
    found |= {role for role, boroughs in facts["roles"].items() if role in ("coordinator", "executive")
              and (None in boroughs or BOROUGHS[place] in boroughs)}  # fmt: skip
    on_the_team = own == place and is_there(person, moment)
    return found | (STANDINGS.get(person.partition(" of ")[0], set()) if on_the_team else set())


def is_there(person: str, moment: str) -> bool:
    """Whether somebody has come by that moment: the newcomer joins while the visit is prepared."""
    return "newcomer" not in person or moment not in ("planned", "arranging")


def expected(house: House, person: str, one: Try) -> str:
    """What must come of it: reached, missing, sign in, code, declare or told."""
    row, who = one.row, one.row.who
    if who & {"everybody", "nobody", "holders"}:
        return "missing" if "everybody" not in who or one.place in ("missing", "mixed") else "reached"
    is_mixed, own = one.place == "mixed", _place_of(person)
    here = standing(house, person, own if is_mixed else one.place, row.moment) if one.place != "missing" else set()
    if one.path.startswith("/my/"):
        here = standing(house, person, own, row.moment)
        if not here & (who - {"code"}):
            return "missing"
        if "code" in who - here:
            return "code"
        is_calm = "calm" in row.marks and one.method == "POST"
        return "missing" if one.place in ("mixed", "missing") and not is_calm else "reached"
    if "uniquifier" not in house.people.get(person, {}) or person == "deactivated":
        return "sign in"
    if one.place == "missing":
        is_calm = "calm" in row.marks and one.method == "POST" and not one.path.startswith("/reviews/")
        return "reached" if is_calm and standing(house, person, own, row.moment) & who else "missing"
    if here & who:
        return "missing" if is_mixed and not ("calm" in row.marks and one.method == "POST") else "reached"
    if "newcomer" in here and "team" in who | ({"team"} if "lead" in who else set()):
        return "declare"
    return "told" if "team" in here and "told" in row.marks else "missing"


def outcome(answer: TestResponse) -> str:
    """What came of it, in the same words."""
    leads_to = answer.headers.get("Location", "")
    if answer.status_code == 404:
        return "missing"
    if answer.status_code in (301, 302, 303):
        if re.match(r"(http://localhost)?/sign-in(\?|$)", leads_to):
            return "sign in"
        if re.match(r"(http://localhost)?/my/[^/]+/code\?", leads_to):
            return "code"
        if re.match(r"(http://localhost)?/reviews/[^/]+/interests$", leads_to):
            return "declare"
        return "reached"
    if answer.status_code == 403:
        return "told"
    return "reached" if answer.status_code in (200, 204, 400, 409, 422) else f"status {answer.status_code}"


def face(answer: TestResponse) -> tuple[int, bytes, list[tuple[str, str]]]:
    """An answer without what differs from one moment to the next."""
    headers = sorted((name, value) for name, value in answer.headers if name not in ("Set-Cookie", "Content-Length"))
    return answer.status_code, _TOKEN.sub(b"", answer.data), headers
