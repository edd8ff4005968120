"""Teams for a whole year: asked for by a coordinator, sought by the worker, kept until a person confirms them.

A search is in one worker's hands for a while (a lease). One that a crash broke off is taken up again from its
beginning: it has changed nothing. It holds no transaction while it thinks.
"""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from peerreview import audit_trail, long_work, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import (
    LikelyMonth,
    PlanState,
    ProgrammeYear,
    Review,
    SuggestedPerson,
    SuggestedTeam,
    TeamPlan,
    utc_now,
)
from peerreview.process import NotNow
from peerreview.teams.gathering import problem_of, reviews_to_staff
from peerreview.teams.obstacles import obstacles, sentences, why, why_within
from peerreview.teams.solving import suggest
from peerreview.teams.staffing import Case, Problem, Team
from peerreview.teams.tally import Tally

HELD = timedelta(minutes=2)  # longer than a search may take (solving.LONGEST) with what is around it
MOST_TRIES = 3
GATHERED, SOLVED = 10, 90  # per cent: the solver has most of the time

log = structlog.get_logger(__name__)


def ask(year: ProgrammeYear, actor: Actor) -> TeamPlan:
    """Ask for a search; what an earlier one found for this year goes. Raises NotNow while the borough has one."""
    earlier = select(TeamPlan).where(TeamPlan.programme_year_id == year.id, TeamPlan.state != PlanState.WAITING)
    for plan in db.session.scalars(earlier):
        db.session.delete(plan)
    made = TeamPlan(year=year, borough_id=year.borough_id, asked_by=actor.name)
    db.session.add(made)
    try:
        db.session.flush()
    except IntegrityError:
        db.session.rollback()
        raise NotNow("Teams are being sought already. Wait until they are shown.") from None
    audit_trail.record("seek_teams", actor, facts={"borough": year.borough.name, "year": year.label})
    return made


def say_month(review: Review, month: date | None, actor: Actor) -> None:
    """Keep the month in which the visit will probably be; none: it is not known."""
    known = db.session.get(LikelyMonth, review.id)
    if (known.month if known else None) == month:
        return
    if known:
        db.session.delete(known)
        db.session.flush()
    if month:
        db.session.add(LikelyMonth(review_id=review.id, month=month, written_by=actor.name))


def newest(year: ProgrammeYear) -> TeamPlan | None:
    """The year's search that counts."""
    found = select(TeamPlan).where(TeamPlan.programme_year_id == year.id).order_by(TeamPlan.id.desc()).limit(1)
    return db.session.scalar(found)


def name(plan_id: int) -> str:
    """What the progress of a search is told under."""
    return f"teams {plan_id}"


def work(stopping: Callable[[], bool] = lambda: False) -> None:
    """Do every search that waits, one after the other."""
    while not stopping() and (lease := _take()) is not None:
        plan = db.session.scalars(select(TeamPlan).where(TeamPlan.lease == lease)).one()
        number = plan.id
        try:
            _search(plan, lease)
        except Exception as problem:
            db.session.rollback()
            _went_wrong(lease, problem)
        long_work.forget(name(number))


def _take() -> str | None:
    lease, now = str(uuid4()), utc_now()
    chosen = select(TeamPlan.id).where(TeamPlan.can_be_taken(now)).order_by(TeamPlan.id).limit(1)
    taken = update(TeamPlan).where(
        TeamPlan.id == chosen.with_for_update().scalar_subquery(), TeamPlan.can_be_taken(now)
    )
    taken = taken.values(lease=lease, leased_until=now + HELD, tries=TeamPlan.tries + 1)
    found = db.session.scalar(taken.returning(TeamPlan.id).execution_options(synchronize_session=False))
    outbox.commit()
    return None if found is None else lease


def _search(plan: TeamPlan, lease: str) -> None:
    number = plan.id
    problem = problem_of(reviews_to_staff(plan.year), plan.year, plan.borough_id)
    outbox.commit()  # no transaction is open while the solver works
    long_work.tell(name(number), GATHERED, 100)

    def still(share: float) -> None:
        long_work.tell(name(number), GATHERED + round(share * (SOLVED - GATHERED)), 100)

    teams = found_for(problem, suggest(problem, still))
    ours = (
        update(TeamPlan)
        .where(TeamPlan.lease == lease)
        .values(state=PlanState.READY, ended_at=utc_now(), lease=None, leased_until=None)
    )
    if db.session.scalar(ours.returning(TeamPlan.id).execution_options(synchronize_session=False)) is None:
        return db.session.rollback()  # it took so long that somebody else has it by now
    db.session.execute(delete(SuggestedTeam).where(SuggestedTeam.plan_id == number))
    for team in teams:
        team.plan_id = number
    db.session.add_all(teams)
    outbox.commit()


def found_for(problem: Problem, teams: dict[int, Team]) -> list[SuggestedTeam]:
    """For each review without a whole team what was found: its people with the reasons, or what prevents a team."""
    tally = Tally(problem)
    cases = [case for case in problem.cases if not case.is_staffed]
    for case in cases:
        if case.key in teams:
            tally.count(case, teams[case.key])
    return [_found(case, teams.get(case.key), tally) for case in cases]


def _found(case: Case, team: Team | None, tally: Tally) -> SuggestedTeam:
    found = SuggestedTeam(review_id=case.key, month=case.month)
    if team is None:
        found.obstacle = sentences(obstacles(case, tally), case)
    else:
        found.people = people_of(case, team, tally)
    return found


def people_of(case: Case, team: Team, tally: Tally) -> list[SuggestedPerson]:
    """Who would join, and who of the team would lead, each with the reasons; ``tally`` counts every suggestion."""
    people = [
        SuggestedPerson(
            person_id=key,
            joins=True,
            leads=key == team.lead,
            why=why(case, tally.people[key], tally, leads=key == team.lead),
        )
        for key in team.added
    ]
    if team.lead not in team.added and not case.has_lead:
        people.append(SuggestedPerson(person_id=team.lead, joins=False, leads=True, why=why_within()))
    return people


def _went_wrong(lease: str, problem: Exception) -> None:
    plan = db.session.scalar(select(TeamPlan).where(TeamPlan.lease == lease))
    if plan is None:
        return
    log.error("search for teams failed", number=plan.id, tries=plan.tries, exc_info=problem)
    if plan.tries >= MOST_TRIES:
        plan.state, plan.ended_at = PlanState.FAILED, utc_now()
        plan.lease = plan.leased_until = None
    else:
        plan.leased_until = utc_now() + timedelta(seconds=15 * plan.tries)
    outbox.commit()
