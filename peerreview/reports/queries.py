"""Reports as their readers see them: plain values from the rows."""

from datetime import datetime
from typing import Any

from peerreview.extensions import db
from peerreview.filters import day
from peerreview.models import (
    PeerRating,
    Report,
    ReportSection,
    Response,
    ResponsePoint,
    Review,
    SectionKind,
    SentOn,
    board_detail,
    weakest_first,
)
from peerreview.reports import contents, words
from peerreview.reports.contents import Answer, Person, Rating, Recommendation, Section
from peerreview.workflow import Stage


def in_hand(review: Review) -> Report | None:
    """The report that is being written now: the initial one, later the final one, or none."""
    by_stage = {Stage.REPORTING: review.initial_report, Stage.FINALISING: review.final_report}
    return by_stage.get(review.stage)


def finished(review: Review, which: str) -> Report | None:
    """The initial or the final report once it is issued or approved."""
    report = review.final_report if which == "final" else review.initial_report
    return report if report is not None and report.finished_at is not None else None


def section_of(report: Report, kind: SectionKind) -> ReportSection:
    """One section. Raises StopIteration for a report that was not begun by us."""
    return next(section for section in report.sections if section.kind == kind)


def content_of(
    report: Report, *, finished_at: datetime | None = None, finished_by: str = "", respond_by: datetime | None = None
) -> contents.Report:
    """What a report says. The named values stand in for those that are not in the rows yet."""
    review = report.review
    record = review.visit_record
    return contents.Report(
        is_final=report.is_final,
        board=board_detail("board_name"),
        organisation=review.organisation_name,
        reference=review.reference,
        visited_on=record.held_on if record else None,
        team=_team(review),
        present=tuple(Person(each.name, each.role) for each in record.attendance) if record else (),
        sections=tuple(Section(words.NUMBERS[section.kind], section.text) for section in report.sections),
        recommendations=tuple(Recommendation(row.text, row.owner, row.due_on) for row in report.recommendations),
        ratings=_ratings(review),
        version=report.version,
        finished_at=report.finished_at or finished_at,
        finished_by=report.finished_by or finished_by,
        respond_by=None if report.is_final else respond_by or review.response_due_at,
        response=what_came_back(review.response) if report.is_final else "",
        answers=tuple(map(_answer, in_order(review.response.sent_points)))
        if report.is_final and review.response
        else (),
    )


def paragraph_of(content: contents.Report, number: str) -> str:
    """The text of a paragraph ("2.1") or recommendation ("R3") of a report; empty when there is none."""
    if number.startswith("R"):
        numbered = {f"R{at}": each.text for at, each in enumerate(content.recommendations, 1)}
    else:
        numbered = {each.number: each.text for section in content.sections for each in section.paragraphs}
    return numbered.get(number, "")


def places_of(content: contents.Report) -> list[tuple[SectionKind, str, str]]:
    """Everything that a point can be about: (section, number or nothing for the whole section, its first words)."""
    places: list[tuple[SectionKind, str, str]] = []
    for section in content.sections:
        kind = words.KIND_OF[section.number]
        places.append((kind, "", f"{section.number}. {section.title}: as a whole"))
        places += [(kind, each.number, f"{each.number} {_first_words(each.text)}") for each in section.paragraphs]
        if kind is SectionKind.RECOMMENDATIONS:
            numbered = enumerate(content.recommendations, 1)
            places += [(kind, f"R{at}", f"R{at} {_first_words(each.text)}") for at, each in numbered]
    return places


def _first_words(text: str) -> str:
    return text if len(text) <= 60 else text[:60].rsplit(" ", 1)[0] + " …"


def changes_wanted(review: Review) -> SentOn | None:
    """What the Executive Group asked for when it sent the final report back, while it is revised."""
    if review.stage is not Stage.FINALISING:
        return None
    sent_back = db.select(SentOn).where(SentOn.review_id == review.id, SentOn.to_meeting_id.is_(None))
    found: SentOn | None = db.session.scalar(sent_back.order_by(SentOn.id.desc()).limit(1))
    return found


def what_came_back(response: Response | None) -> str:
    """One sentence on the response, for the final report."""
    if response is None or response.none_received:
        return "No response was received by the end of the response period. That is not taken as agreement."
    if response.sent_at is None:
        return ""
    sender = f"{response.sent_by} ({response.sent_by_role})" if response.sent_by_role else response.sent_by
    if response.no_inaccuracies:
        return f"{sender} answered on {day(response.sent_at)} that no inaccuracies were found."
    number = len(response.sent_points)
    return f"{sender} sent the response on {day(response.sent_at)}: {number} point{'' if number == 1 else 's'}."


def point_of(review: Review, point_id: int) -> ResponsePoint | None:
    """A point of this review's response."""
    found = db.select(ResponsePoint).join(Response).where(Response.review_id == review.id)
    point: ResponsePoint | None = db.session.scalar(found.where(ResponsePoint.id == point_id))
    return point


def in_order(points: list[ResponsePoint]) -> list[ResponsePoint]:
    """The points as the report is read; those about a whole section come after those about its paragraphs."""
    sections = list(SectionKind)
    return sorted(points, key=lambda point: (sections.index(point.section), *_place_of(point.paragraph), point.id))


def _place_of(paragraph: str) -> tuple[bool, bool, int]:
    number = paragraph.removeprefix("R").rpartition(".")[2]
    return not paragraph, paragraph.startswith("R"), int(number) if number.isdecimal() else 0


def points_at(points: list[ResponsePoint]) -> dict[str, list[ResponsePoint]]:
    """The points by what they are about: a paragraph's number, a recommendation's, or a section's kind."""
    found: dict[str, list[ResponsePoint]] = {}
    for point in points:
        found.setdefault(point.paragraph or str(point.section), []).append(point)
    return found


def _team(review: Review) -> tuple[Person, ...]:
    return tuple(
        Person(member.person.name, ("lead, " if member.is_lead else "") + words.MEMBERSHIPS[member.membership])
        for member in sorted(review.current_team, key=lambda member: not member.is_lead)
    )


def _answer(point: ResponsePoint) -> Answer:
    return Answer(
        about=words.about(point.section, point.paragraph),
        kind=words.KINDS[point.kind],
        said=point.text,
        decision=words.DECISIONS[point.decision] if point.decision else "Not decided yet",
        reason=point.decision_reason,
        new_wording=point.new_wording,
    )


def _ratings(review: Review) -> tuple[Rating, ...]:
    rows = db.session.scalars(db.select(PeerRating).where(PeerRating.review_id == review.id)).all()
    scale: dict[str, Any] = review.audit_template.scale if review.audit_template else {}
    values = weakest_first(scale) if scale else []
    places = {each["value"]: place for place, each in enumerate(values)}
    texts = {each["value"]: each["text"] for each in [*values, *filter(None, [scale.get("not_applicable")])]}
    answers = tuple(each["text"] for each in values)
    return tuple(
        Rating(
            f"{row.standard.code} {row.standard.title}",
            texts.get(row.self_value, row.self_value),
            texts.get(row.value, row.value),
            words.TESTED[row.tested],
            answers,
            places.get(row.self_value),
            places.get(row.value),
        )
        for row in sorted(rows, key=lambda row: row.standard.position)
        if row.value or row.self_value
    )
