"""The chapters of a story in their order, and the day on which each is told."""

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import update

from peerreview import outbox
from peerreview.extensions import db
from peerreview.models import Delivery, Letter
from peerreview.models.base import as_of
from peerreview.sample import after_the_visit as after
from peerreview.sample import before_the_visit as before
from peerreview.sample import selection, the_visit
from peerreview.sample.story import Story, at, today
from peerreview.sample.year import Plan
from peerreview.workdays import add_working_days
from peerreview.workflow import Stage

Chapter = Callable[[Story], None]

# Name: (working days after the beginning, what happens).
ROAD: dict[str, tuple[int, Chapter]] = {
    "ask": (0, selection.ask),
    "accept": (2, selection.accept),
    "send_selection": (2, selection.send_selection),
    "approve_selection": (3, selection.approve_selection),
    "attach_audit": (3, before.attach_audit),
    "send_notice": (4, before.send_notice),
    "assign_team": (5, before.assign_team),
    "declare_interests": (7, before.declare_interests),
    "name_staff": (9, before.name_staff),
    "propose_dates": (10, before.propose_dates),
    "answer_dates": (13, before.answer_dates),
    "agree_date": (14, before.agree_date),
    "ask_for_documents": (15, the_visit.ask_for_documents),
    "hand_in_documents": (24, the_visit.hand_in_documents),
    "take_notes": (26, the_visit.take_notes),
    "set_agenda": (27, the_visit.set_agenda),
    "hold_visit": (31, the_visit.hold_visit),
    "write_report": (36, after.write_report),
    "issue_report": (38, after.issue_report),
    "make_points": (43, after.make_points),
    "send_response": (47, after.send_response),
    "decide_points": (51, after.decide_points),
    "approve_report": (55, after.approve_report),
}
# The same, counted from the day of the meeting.
FROM_THE_MEETING: dict[str, tuple[int, Chapter]] = {
    "present": (0, after.present),
    "report_actions": (30, after.report_actions),
    "close": (35, after.verify_actions),
}
# Chapters beside the road: after which, how many days from the beginning, what happens.
BYWAYS: dict[str, tuple[str, int, Chapter]] = {
    "decline": ("ask", 3, selection.decline),
    "send_back": ("send_selection", 4, selection.send_back_selection),
    "withdraw": ("send_notice", 8, selection.withdraw),
    "extend_response": ("make_points", 46, after.extend_response),
    "decide_first_point": ("send_response", 50, after.decide_first_point),
    "report_first_action": ("present", 12, after.report_first_action),
}
OPENING_HOURS = range(9, 17)
# The chapter by which a review enters a stage.
ENTERS = {
    Stage.REQUESTED: "ask",
    Stage.PLANNED: "accept",
    Stage.ARRANGING: "send_notice",
    Stage.PREPARING: "agree_date",
    Stage.REPORTING: "hold_visit",
    Stage.RESPONDING: "issue_report",
    Stage.FINALISING: "send_response",
    Stage.FINAL: "approve_report",
    Stage.DECLINED: "decline",
    Stage.WITHDRAWN: "withdraw",
}


def a_review(at: Stage, organisation: str = "990025") -> Story:
    """A review that has walked the real steps to a stage; the board must be loaded. For tests and demonstrations."""
    story = tell(Plan(organisation, ENTERS.get(at, "approve_report"), 0))
    if at in (Stage.PRESENTED, Stage.CLOSED):
        after.meet_today(story)
        after.present(story)
    if at is Stage.CLOSED:
        after.report_actions(story)
        after.verify_actions(story)
    outbox.commit()
    return story


def tell(plan: Plan) -> Story:
    """Tell a story as far as its plan goes, each chapter on its own day. Commits after each."""
    story, reached = Story(plan), [*ROAD, *FROM_THE_MEETING]
    byway = BYWAYS.get(plan.last)
    last = byway[0] if byway else plan.last
    names = reached[: reached.index(last) + 1] if last in reached else []
    if plan.selected != "request":
        names = ["plan", *(name for name in names if name not in ("ask", "accept"))]
    begins = _beginning(plan)
    for number, name in enumerate(names):
        days, chapter = _chapter(name)
        _tell(story, chapter, _day(story, begins, name, days), number)
    if byway:
        _tell(story, byway[2], _day(story, begins, plan.last, byway[1]), len(names))
    return story


def _chapter(name: str) -> tuple[int, Chapter]:
    return (1, selection.plan) if name == "plan" else (ROAD | FROM_THE_MEETING)[name]


def _beginning(plan: Plan) -> date:
    """The day on which the story begins; what comes after a meeting is counted from the approval before it."""
    days = BYWAYS[plan.last][1] if plan.last in BYWAYS else _chapter(plan.last)[0]
    if plan.last in FROM_THE_MEETING or plan.last == "report_first_action":
        days = ROAD["approve_report"][0]
    return add_working_days(today(), -(days + plan.ago))


def _day(story: Story, begins: date, name: str, days: int) -> date:
    if name in FROM_THE_MEETING or name == "report_first_action":
        paper = story.review.paper
        assert paper is not None
        return add_working_days(paper.meeting.held_on, days) if days else paper.meeting.held_on
    return add_working_days(begins, days) if days else begins


def _tell(story: Story, chapter: Chapter, day: date, number: int) -> None:
    hour = OPENING_HOURS[number % len(OPENING_HOURS)]
    with as_of(at(day, hour) + timedelta(minutes=number % 37)):
        chapter(story)
        arrived()
        outbox.commit()


def arrived() -> None:
    """The letters of days gone by arrived then: a mail server gets none of them now."""
    db.session.flush()
    waiting = update(Letter).where(Letter.delivery == Delivery.WAITING)
    db.session.execute(waiting.values(delivery=Delivery.SENT, sent_at=Letter.written_at))
