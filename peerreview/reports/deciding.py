"""What is decided on each point of the response, and the new wording's way into the final report."""

from collections.abc import Iterator
from dataclasses import dataclass

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Decision, Report, ResponsePoint, Review, SectionKind, utc_now
from peerreview.reports import history, queries, words
from peerreview.reports.differences import Change, between


class Changed(Exception):
    """Somebody else decided this point in the meantime; both texts are shown."""


@dataclass(frozen=True)
class Verdict:
    """A decision as it was typed. ``new_wording`` replaces the paragraph that the point is about."""

    decision: Decision
    reason: str
    new_wording: str


def decide(review: Review, point: ResponsePoint, verdict: Verdict, actor: Actor, *, seen: int) -> bool:
    """Record a decision, and put the new wording in its place. Returns whether the final text has it now.

    The decider should be somebody who was not on the visit: the page says so, and does not refuse.
    Raises Changed when ``seen`` is not the point's version any more, process.NotNow outside its stage.
    """
    process.take(review, "decide_point", actor, point=point.id, decision=str(verdict.decision))
    db.session.refresh(point, with_for_update=True)
    if point.version != seen and _verdict(point) != verdict:
        raise Changed
    standing = _standing(review, point)
    point.decision, point.decision_reason, point.new_wording = verdict.decision, verdict.reason, verdict.new_wording
    point.decided_by, point.decided_at, point.version = actor.name, utc_now(), point.version + 1
    wanted = verdict.new_wording or original(review, point)
    report = review.final_report
    if not (report and point.paragraph and standing and wanted and _put(report, point, standing, wanted, actor)):
        return False
    history.keep(report, actor)
    return True


def original(review: Review, point: ResponsePoint) -> str:
    """The paragraph of the initial report that the point is about; empty when it is about a whole section."""
    if review.initial_report is None or not point.paragraph:
        return ""
    return queries.paragraph_of(queries.content_of(review.initial_report), point.paragraph)


def changed_wording(review: Review, point: ResponsePoint, new_wording: str) -> tuple[Change, ...]:
    """The paragraph as issued against its new wording; nothing when there is none of the two."""
    old = original(review, point)
    return between(old, new_wording) if old and new_wording else ()


def decided(review: Review) -> tuple[int, int]:
    """How many points are decided, of how many."""
    points = review.response.sent_points if review.response else []
    return sum(point.decision is not None for point in points), len(points)


def next_open(review: Review) -> ResponsePoint | None:
    """The first point that waits for a decision."""
    points = queries.in_order(review.response.sent_points) if review.response else []
    return next((point for point in points if point.decision is None), None)


def revision(review: Review) -> list[tuple[str, tuple[Change, ...]]]:
    """Each section of the final report as a difference to the initial one: (its title, the changes)."""
    if review.initial_report is None or review.final_report is None:
        return []
    old, new = (dict(_texts(report)) for report in (review.initial_report, review.final_report))
    return [(words.SECTIONS[kind], between(old.get(kind, ""), text)) for kind, text in new.items()]


def _texts(report: Report) -> Iterator[tuple[SectionKind, str]]:
    for section in report.sections:
        rows = report.recommendations if section.kind is SectionKind.RECOMMENDATIONS else []
        yield section.kind, "\n\n".join([section.text, *(row.text for row in rows)])


def _standing(review: Review, point: ResponsePoint) -> str:
    """What stands for the paragraph now: the new wording of an earlier decision, or the original."""
    return point.new_wording or original(review, point)


def _put(report: Report, point: ResponsePoint, standing: str, wanted: str, actor: Actor) -> bool:
    """Replace the one place where the text stands. False when it was edited by hand or stands twice."""
    if point.paragraph.startswith("R"):
        found = [row for row in report.recommendations if row.text == standing]
        if len(found) == 1:
            found[0].text = wanted
        return len(found) == 1
    section = queries.section_of(report, point.section)
    if section.text.count(standing) != 1:
        return False
    if standing != wanted:
        section.text, section.version = section.text.replace(standing, wanted), section.version + 1
        section.changed_by, section.changed_at = actor.name, utc_now()
    return True


def _verdict(point: ResponsePoint) -> Verdict | None:
    return Verdict(point.decision, point.decision_reason, point.new_wording) if point.decision else None
