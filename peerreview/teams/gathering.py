"""What is known when teams are sought: reviews, reviewers, their visits, interests and when they can."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

from sqlalchemy import and_
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from peerreview.extensions import db
from peerreview.models import (
    DatePoll,
    Declaration,
    LikelyMonth,
    Membership,
    Person,
    ProgrammeYear,
    Review,
    Reviewer,
    TeamMember,
    setting,
    utc_now,
)
from peerreview.teams.half_days import away_halves, month_halves, visit_halves
from peerreview.teams.interests import Interests, interests_between
from peerreview.teams.staffing import ALL_FREE, Bar, Candidate, Case, Member, Problem, Rule
from peerreview.workdays import add_working_days, local_day
from peerreview.workflow import IN_THE_PROGRAMME, STEPS, Role, Stage

Visits = Mapping[tuple[int, date | None], int]  # by person and month; of a month that is not known under None

LEFT = "declined, left or was stood down"


def reviews_to_staff(year: ProgrammeYear) -> Sequence[Review]:
    """The year's reviews whose team can still be made up, in order of reference."""
    found = db.select(Review).where(
        Review.programme_year_id == year.id,
        Review.borough_id == year.borough_id,
        Review.organisation_id.is_not(None),
        Review.stage.in_(list(STEPS["assign_reviewer"].starts)),
    )
    return db.session.scalars(found.options(*_with_team()).order_by(Review.reference)).all()


def problem_of(
    reviews: Sequence[Review], year: ProgrammeYear | None, borough_id: int, *, only: Collection[int] | None = None
) -> Problem:
    """Everything that ``solving`` needs, in a fixed number of queries. The earliest months come first.

    ``only``: the people who are asked about, by number; without it every reviewer of the borough.
    """
    here = Person.holding(Role.REVIEWER, borough_id)
    if only is not None:
        here = and_(here, Person.id.in_(only))
    reviewers = db.session.scalars(
        db.select(Reviewer).join(Reviewer.person).where(here).order_by(Reviewer.person_id)
    ).all()
    around = _others_of_the_year(year)
    months = months_of([*reviews, *around])
    interests = interests_between(reviewers, [r.organisation for r in reviews if r.organisation])
    cases = [_case(review, reviewers, months[review.id], interests) for review in reviews]
    wanted = {case.month for case in cases if case.month}
    free = _free([one.person_id for one in reviewers], wanted, {review.id for review in reviews}, around)
    visits = Counter((m.person_id, months[r.id]) for r in around for m in r.current_team)
    most = setting("visits_a_year"), setting("visits_a_month")
    return Problem(
        cases=tuple(sorted(cases, key=lambda case: (case.month or date.max, case.reference))),
        candidates=tuple(_candidate(one, visits, free.get(one.person_id, {}), *most) for one in reviewers),
        together=Counter(pair for r in around for pair in _pairs(r)),
        most_together=setting("visits_together"),
    )


def months_of(reviews: Sequence[Review]) -> Mapping[int, date | None]:
    """The first day of the month of each visit: agreed, said by a coordinator, asked about, or soon after the notice.

    None for a review that is only planned, as long as nobody has said a month.
    """
    said = db.session.execute(db.select(LikelyMonth.review_id, LikelyMonth.month)).all()
    likely = {row.review_id: row.month for row in said}
    notice = setting("notice")
    days = {review.id: _day_of(review, likely.get(review.id), notice) for review in reviews}
    return {key: day.replace(day=1) if day else None for key, day in days.items()}


def _day_of(review: Review, likely: date | None, notice: int) -> date | None:
    if review.visit is not None:
        return local_day(review.visit.starts_at)
    if likely is not None:
        return likely
    if review.poll is not None and review.poll.slots:
        return local_day(review.poll.slots[0].starts_at)
    if review.stage is Stage.ARRANGING and review.notice_sent_at:
        return max(add_working_days(local_day(review.notice_sent_at), notice), local_day(utc_now()))
    return None


def _others_of_the_year(year: ProgrammeYear | None) -> Sequence[Review]:
    """Every review of the same twelve months, of any borough: a visit for the neighbours is a visit."""
    today = local_day(utc_now())
    first, last = (
        (year.starts_on, year.ends_on) if year else (today.replace(month=1, day=1), today.replace(month=12, day=31))
    )
    same = db.select(ProgrammeYear.id).where(
        ProgrammeYear.starts_on <= last, ProgrammeYear.starts_on > first - timedelta(days=365)
    )
    found = db.select(Review).where(Review.stage.in_(list(IN_THE_PROGRAMME)), Review.team.any())
    found = found.where(Review.programme_year_id.is_(None) | Review.programme_year_id.in_(same))
    return db.session.scalars(found.options(*_with_team())).all()


def _case(review: Review, reviewers: Sequence[Reviewer], month: date | None, interests: Interests) -> Case:
    barred, connected = dict[int, Bar](), dict[int, str]()
    for one in reviewers:
        known = interests.get((one.person_id, review.organisation_id or 0), ())
        hard = [interest.sentence for interest in known if interest.is_hard]
        if hard:
            barred[one.person_id] = Bar(Rule.INTEREST, "; ".join(hard))
        elif known:
            connected[one.person_id] = "; ".join(interest.sentence for interest in known)
    for gone in review.team:
        if gone.declaration is Declaration.HARD:
            barred[gone.person_id] = Bar(Rule.INTEREST, "declared an interest in this review")
        elif not gone.is_active:
            barred.setdefault(gone.person_id, Bar(Rule.LEFT, LEFT))
    trained = {one.person_id for one in reviewers if one.trained_on}
    return Case(
        key=review.id,
        reference=review.reference,
        name=review.organisation_name,
        month=month,
        halves=_halves(review, month),
        agreed=review.visit is not None,
        members=tuple(_member(member, trained, connected) for member in review.current_team),
        barred=barred,
        connected=connected,
    )


def _halves(review: Review, month: date | None) -> int:
    if review.visit is not None:
        return visit_halves(review.visit.starts_at, review.visit.ends_at)
    if month is None:
        return ALL_FREE
    return month_halves(month, local_day(utc_now()), review.closed_days)


def _member(member: TeamMember, trained: set[int], connected: Mapping[int, str]) -> Member:
    key, fine = member.person_id, member.declaration in (None, Declaration.NONE)
    can_lead = fine and key in trained and key not in connected
    return Member(key, member.person.name, member.is_board_member, can_lead, member.is_lead)


def _candidate(one: Reviewer, visits: Visits, free: Mapping[date, int], a_year: int, a_month: int) -> Candidate:
    """``a_year``, ``a_month``: the board's settings, for whoever has no number of their own."""
    mine = {month: number for (key, month), number in visits.items() if key == one.person_id}
    return Candidate(
        key=one.person_id,
        name=one.person.name,
        is_board=one.membership is Membership.BOARD_MEMBER,
        is_trained=one.trained_on is not None,
        most_a_year=a_year if one.most_visits_a_year is None else one.most_visits_a_year,
        most_a_month=a_month if one.most_visits_a_month is None else one.most_visits_a_month,
        elsewhere=sum(mine.values()),
        by_month={month: number for month, number in mine.items() if month},
        free=free,
    )


def _free(
    people: Sequence[int], months: Iterable[date], sought: set[int], around: Sequence[Review]
) -> Mapping[int, Mapping[date, int]]:
    """The half days of each month that nobody knows anything against: not said to be away, and no other visit."""
    free = {key: dict.fromkeys(months, ALL_FREE) for key in people}
    for key, month, halves in away_halves(people, months):
        free[key][month] &= ~halves
    for review in around:
        visit = review.visit
        if visit is None:
            continue
        month = local_day(visit.starts_at).replace(day=1)
        for member in review.current_team:
            if review.id not in sought and month in free.get(member.person_id, {}):
                free[member.person_id][month] &= ~visit_halves(visit.starts_at, visit.ends_at)
    return free


def _pairs(review: Review) -> Iterable[tuple[int, int]]:
    return combinations(sorted(member.person_id for member in review.current_team), 2)


def _with_team() -> tuple[ORMOption, ...]:
    return (
        selectinload(Review.team).joinedload(TeamMember.person),
        selectinload(Review.visits),
        selectinload(Review.polls).selectinload(DatePoll.slots),
        joinedload(Review.organisation),
    )
