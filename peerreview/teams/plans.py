"""What the pages of a year's suggestions show, each in a fixed number of queries, and changing one suggestion."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import joinedload, selectinload

from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.forms import Form
from peerreview.models import (
    ProgrammeYear,
    Review,
    SuggestedPerson,
    SuggestedTeam,
    TeamMember,
    TeamPlan,
    utc_now,
)
from peerreview.teams.confirming import Became
from peerreview.teams.gathering import months_of, problem_of, reviews_to_staff
from peerreview.teams.obstacles import about, against_one
from peerreview.teams.planning import people_of
from peerreview.teams.staffing import Case, Team
from peerreview.teams.suggestion_forms import months_form
from peerreview.teams.tally import Tally
from peerreview.workdays import local_day


@dataclass(frozen=True)
class Outlook:
    """The year's reviews that lack people, and the month of each as far as it is known."""

    year: ProgrammeYear
    reviews: Sequence[Review]
    months: Mapping[int, date | None]

    @property
    def lacking(self) -> list[Review]:
        """Those without a whole team, whoever has accepted yet."""
        return [review for review in self.reviews if not _is_staffed(review)]

    @property
    def undated(self) -> list[Review]:
        """Those of them whose date is not agreed: a coordinator says the likely month."""
        return [review for review in self.lacking if review.visit is None]

    def months_form(self, **more: Any) -> Form:
        """A month for each, from this one to the year's last."""
        data = {f"month_{review.id}": _value(self.months[review.id]) for review in self.undated}
        known = {month for review in self.undated if (month := self.months[review.id])}
        choices = sorted(known | set(_months_left(self.year)))
        form: Form = months_form(self.undated, choices)(data=data, **more)
        return form

    def months_typed(self, form: Form) -> Iterator[tuple[Review, date | None]]:
        """What was chosen for each."""
        for review in self.undated:
            typed = form[f"month_{review.id}"].data
            month = date.fromisoformat(typed) if typed else None
            if month != self.months[review.id]:
                yield review, month


@dataclass(frozen=True)
class Choice:
    """Who could go instead, as the other suggestions of the plan stand."""

    case: Case
    tally: Tally
    people: list[tuple[int, str]]
    hints: dict[str, str]
    cannot: list[str]
    chosen: dict[str, Any]

    @property
    def leads(self) -> list[tuple[int, str]]:
        """Those who could lead, of them and of the team."""
        members = {member.key: member.name for member in self.case.members}
        within = [(key, members[key]) for key in self.case.leads_from_within]
        able = [(key, name) for key, name in self.people if not self._against_leading(key)]
        return within if self.case.has_lead else within + able

    def _against_leading(self, key: int) -> Any:
        return self.tally.against_leading(self.case, self.tally.people[key])


def outlook(year: ProgrammeYear) -> Outlook:
    reviews = reviews_to_staff(year)
    return Outlook(year, reviews, months_of(reviews))


def teams_of(plan: TeamPlan) -> Sequence[SuggestedTeam]:
    """What a search found, with what its page shows."""
    found = db.select(SuggestedTeam).where(SuggestedTeam.plan_id == plan.id).order_by(SuggestedTeam.id)
    review = joinedload(SuggestedTeam.review)
    people = selectinload(SuggestedTeam.people).joinedload(SuggestedPerson.person)
    team = review.selectinload(Review.team).joinedload(TeamMember.person)
    rounds = review.selectinload(Review.selected_in)
    return db.session.scalars(found.options(people, team, rounds, review.joinedload(Review.organisation))).all()


def grouped(teams: Sequence[SuggestedTeam], outlook: Outlook) -> dict[str, list[SuggestedTeam]]:
    """What a search found, by what can be done with it now."""
    lacking = {review.id for review in outlook.lacking}
    return {
        "taken": [team for team in teams if team.taken_at],
        "open": [team for team in teams if team.can_be_confirmed and team.review_id in lacking],
        "without": [team for team in teams if not team.people and team.review_id in lacking],
        "settled": [team for team in teams if not team.taken_at and team.review_id not in lacking],
    }


def choice_for(team: SuggestedTeam) -> Choice:
    """Everybody who could go to one review, with the other suggestions of its plan counted."""
    year = team.plan.year
    problem = problem_of(reviews_to_staff(year), year, year.borough_id)
    tally, cases = Tally(problem), {case.key: case for case in problem.cases}
    for other in teams_of(team.plan):
        case = cases.get(other.review_id)
        if case and other.id != team.id and other.can_be_confirmed:
            joins = (one.person_id for one in other.people if one.joins)
            known = tuple(key for key in joins if key in tally.people)
            tally.count(case, Team(known, 0))
    case = cases[team.review_id]
    usable, on_it = tally.usable(case), {member.key for member in case.members}
    rules = [(one, tally.against(case, one)) for one in problem.candidates if one.key not in on_it]
    return Choice(
        case=case,
        tally=tally,
        people=[(one.key, one.name) for one in usable],
        hints={str(one.key): about(case, one, tally) for one in usable},
        cannot=[against_one(one, rule, case) for one, rule in rules if rule],
        chosen={
            "people": [str(one.person_id) for one in team.people if one.joins],
            "lead": next((str(one.person_id) for one in team.people if one.leads), ""),
        },
    )


def change(team: SuggestedTeam, choice: Choice, joins: Collection[int], lead: int, actor: Actor) -> None:
    """Suggest other people for one review."""
    made = Team(tuple(sorted(joins)), lead)
    choice.tally.count(choice.case, made)
    for old in list(team.people):
        team.people.remove(old)
    db.session.flush()
    team.people = people_of(choice.case, made, choice.tally)
    team.obstacle, team.trouble, team.changed_by = "", "", actor.name


def words_of_confirming(became: Mapping[Became, int]) -> Iterator[tuple[str, str]]:
    """What became of the act, each with the kind of its message."""
    for what, words, kind in (
        (Became.INVITED, "The people of {} have been invited.", "done"),
        (Became.INVITED_BEFORE, "The people of {} had been invited already; they got no second email.", "warning"),
        (Became.NOT_POSSIBLE, "For {} nobody was invited: something has changed since. It says below what.", "warning"),
    ):
        if number := became.get(what, 0):
            yield words.format(f"{number} review{'' if number == 1 else 's'}"), kind


def _is_staffed(review: Review) -> bool:
    team = review.current_team
    return len(team) > 1 and any(member.is_board_member for member in team) and review.lead is not None


def _value(month: date | None) -> str:
    return month.isoformat() if month else ""


def _months_left(year: ProgrammeYear) -> Iterator[date]:
    at = max(local_day(utc_now()), year.starts_on).replace(day=1)
    while at <= year.ends_on:
        yield at
        at = at.replace(year=at.year + at.month // 12, month=at.month % 12 + 1)
