"""The second half of a story, by the real acts of the features: from the initial report to a closed review."""

from datetime import time, timedelta

from peerreview import outbox
from peerreview.audit_trail import Actor
from peerreview.meetings import actions as meetings
from peerreview.meetings import decisions, following
from peerreview.meetings.queries import upcoming
from peerreview.models import Decision, Outcome, PointKind, SectionKind, Verification
from peerreview.reports import deciding, history, issuing, period, queries, recommending, responding, writing
from peerreview.reports.deciding import Verdict
from peerreview.reports.fingerprints import fingerprint
from peerreview.reports.recommending import TypedRecommendation
from peerreview.reports.responding import TypedPoint
from peerreview.sample import texts
from peerreview.sample.story import Story, today
from peerreview.workdays import add_working_days


def write_report(story: Story) -> None:
    """The lead writes the sections and the recommendations."""
    report, said = writing.open_report(story.review), story.plan.report
    written = {
        SectionKind.SUMMARY: said.summary,
        SectionKind.STRENGTHS: said.strengths,
        SectionKind.IMPROVEMENT: said.areas,
        SectionKind.GOOD_PRACTICE: said.good_practice,
    }
    standing = {kind: fingerprint(queries.section_of(report, kind).text) for kind in written}
    typed = {kind: (text, standing[kind]) for kind, text in written.items()}
    writing.save_sections(report, typed, story.lead)
    due = [add_working_days(today(), days) for days in (40, 60, 120)]
    owners = (story.contact.role, "Safeguarding lead", story.contact.role)
    wanted = zip(said.recommendations, owners, due, strict=True)
    recommending.save_recommendations(report, [TypedRecommendation(None, "", *each) for each in wanted], story.lead)
    history.keep(report, story.lead)


def issue_report(story: Story) -> None:
    """The initial report goes to the organisation for response."""
    issuing.issue_initial(story.review, story.lead, seen=story.review.version)


def make_points(story: Story) -> None:
    """The organisation drafts its points."""
    for point in story.plan.report.points:
        typed = TypedPoint(SectionKind(point.section), point.paragraph, PointKind(point.kind), point.text)
        responding.add_point(story.review, typed, (), story.contact.name)


def extend_response(story: Story) -> None:
    """The organisation asks for five working days more, and gets them."""
    due = story.review.response_due_at
    assert due is not None
    until = add_working_days(due.date(), 5, story.review.closed_days)
    period.ask(story.review, story.link, texts.MORE_TIME, until)
    period.extend(story.review, until, story.coordinator)


def send_response(story: Story) -> None:
    """The organisation sends its whole response at once."""
    responding.send(story.review, story.link, no_inaccuracies=not story.plan.report.points)


def decide_points(story: Story, most: int = 100) -> None:
    """Each point is decided, with a reason."""
    response = story.review.response
    assert response is not None
    for point, said in list(zip(response.sent_points, story.plan.report.points, strict=True))[:most]:
        verdict = Verdict(Decision(said.decision), said.reason, said.new_wording)
        deciding.decide(story.review, point, verdict, story.coordinator, seen=point.version)


def decide_first_point(story: Story) -> None:
    """Only the first point is decided yet."""
    decide_points(story, most=1)


def approve_report(story: Story) -> None:
    """The final report is approved and goes to the next meeting whose paper deadline has not passed."""
    issuing.approve_final(story.review, story.coordinator, seen=story.review.version)


def meet_today(story: Story) -> None:
    """The Executive Group meets today and takes the report."""
    review = story.review
    if review.paper is not None and review.paper.meeting.held_on == today():
        return
    held_today = [meeting for meeting in upcoming(review.borough_id) if meeting.held_on == today()]
    meeting = held_today[0] if held_today else meetings.plan_meeting(
        review.borough, meetings.When(today(), today(), "Committee Room 2", time(14)), story.coordinator
    )  # fmt: skip
    if review.paper is None or review.paper.meeting is not meeting:
        meetings.put_on_agenda(review, meeting, story.coordinator)


def present(story: Story) -> None:
    """The Executive decides; recommendations become actions."""
    review = story.review
    assert review.final_report is not None
    actions = [
        decisions.NewAction(wanted, wanted.owner, wanted.due_on or today() + timedelta(days=90))
        for wanted in review.final_report.recommendations
    ]
    decisions.present(review, Outcome.UPDATE, texts.MEETING_DECISION, actions, story.coordinator, seen=review.version)


def report_actions(story: Story) -> None:
    """The organisation says that what was recommended is done, and what has changed by it."""
    link = story.link
    for action in story.review.actions:
        following.update(action, following.Typed(texts.ACTION_DONE, texts.ACTION_IMPACT, True), Actor.behind(link))


def report_first_action(story: Story) -> None:
    """Only the first action is done yet, and nobody has verified it."""
    action = story.review.actions[0]
    following.update(action, following.Typed(texts.ACTION_DONE, texts.ACTION_IMPACT, True), Actor.behind(story.link))


def verify_actions(story: Story) -> None:
    """The coordinator has seen that each is done; with the last one the review closes."""
    for action in story.review.actions:
        following.verify(action, Verification.EVIDENCE, texts.ACTION_SEEN, story.coordinator)
        outbox.commit()
