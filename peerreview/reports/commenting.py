"""Comments of the team on a section: for the team and the coordinator, never for the organisation or the Executive."""

from peerreview import process
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.models import Report, ReportSection, SectionComment, utc_now
from peerreview.reports import queries


def add(section: ReportSection, text: str, actor: Actor) -> SectionComment:
    """Say something about a section. Raises process.NotNow when its report is finished."""
    if queries.in_hand(section.report.review) is not section.report:
        raise process.NotNow("This report is finished. Comments can be read, and no new one is needed.")
    made = SectionComment(section=section, text=text, written_by=actor.name)
    db.session.add(made)
    db.session.flush()
    return made


def of_section(section: ReportSection, comment_id: int) -> SectionComment | None:
    """One comment on this section."""
    return next((comment for comment in section.comments if comment.id == comment_id), None)


def resolve(comment: SectionComment, actor: Actor) -> None:
    """It is done. Of two who say so the first one stands."""
    if comment.resolved_at is None:
        comment.resolved_by, comment.resolved_at = actor.name, utc_now()


def reopen(comment: SectionComment) -> None:
    """It is not done after all."""
    comment.resolved_by = comment.resolved_at = None


def open_ones(report: Report) -> dict[str, int]:
    """How many comments wait, by the kind of section."""
    counted = (
        db.select(ReportSection.kind, db.func.count(SectionComment.id))
        .join(SectionComment.section)
        .where(ReportSection.report_id == report.id, SectionComment.resolved_at.is_(None))
        .group_by(ReportSection.kind)
    )
    return {str(kind): number for kind, number in db.session.execute(counted)}
