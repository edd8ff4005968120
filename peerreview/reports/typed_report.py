"""Between the page on which a report is written and the rows."""

from typing import Any, cast

from peerreview.filters import time_of_day
from peerreview.models import Recommendation, Report, SectionKind
from peerreview.reports import recommending, writing
from peerreview.reports.forms import RecommendationPart, ReportForm
from peerreview.reports.recommending import TypedRecommendation
from peerreview.reports.writing import Conflict


def filled(report: Report) -> dict[str, Any]:
    """What the form shows at first: every text with its fingerprint, and one empty recommendation at the end."""
    values: dict[str, Any] = {}
    for section in report.sections:
        values[str(section.kind)] = section.text
        values[f"seen_{section.kind}"] = writing.fingerprint(section.text)
    rows = [
        {
            "id": row.id,
            "seen": recommending.fingerprint_of(row),
            "text": row.text,
            "owner": row.owner,
            "due_on": row.due_on,
        }
        for row in report.recommendations
    ]
    return values | {"rows": [*rows, {"seen": writing.fingerprint("", "", None)}]}


def save(report: Report, form: ReportForm, actor: Any) -> list[Conflict]:
    """Save what was typed; what somebody else had changed meanwhile is not saved and comes back."""
    texts = {kind: (form[str(kind)].data or "", form[f"seen_{kind}"].data or "") for kind in SectionKind}
    rows = map(_typed, _parts(form))
    return writing.save_sections(report, texts, actor) + recommending.save_recommendations(report, rows, actor)


def saved_fields(report: Report, form: ReportForm) -> dict[str, str]:
    """New values of the hidden fields after a save, for the page that is still open."""
    fields = {f"seen_{section.kind}": writing.fingerprint(section.text) for section in report.sections}
    known: dict[int | None, Recommendation] = {row.id: row for row in report.recommendations}
    added = [row for row in report.recommendations if row.id not in {part.number for part in _parts(form)}]
    for part in _parts(form):
        row = known.get(part.number)
        if row is None and part.text.data:
            row = next((one for one in added if one.text == part.text.data), None)
        if row is not None:
            fields |= {part.id.name: str(row.id), part.seen.name: recommending.fingerprint_of(row)}
    return fields


def leave_out(form: ReportForm, recommendation_id: int) -> None:
    """What was typed into a recommendation that is to be removed need not be usable."""
    kept = [entry for entry in form.rows if cast(RecommendationPart, entry.form).number != recommendation_id]
    form.rows.entries = kept


def show_conflicts(report: Report, form: ReportForm, conflicts: list[Conflict]) -> None:
    """Put an error at each text that was not saved; saving again then replaces the other text knowingly."""
    for conflict in conflicts:
        if conflict.place.startswith("R"):
            rows = dict(enumerate(report.recommendations, 1))
            row = rows.get(int(conflict.place[1:]))
            part = next(part for part in _parts(form) if part.number == (row.id if row else None))
            if row is not None:
                part.seen.data = recommending.fingerprint_of(row)
            field = part.text
        else:
            field = form[conflict.place]
            form[f"seen_{conflict.place}"].data = writing.fingerprint(conflict.theirs)
        field.errors = [_said(conflict)]


def _said(conflict: Conflict) -> str:
    if conflict.since:
        since = f"{conflict.by} is writing here since {time_of_day(conflict.since)}"
        return f"{since}. Yours is kept in the history. Take over to put it in the place of theirs, or leave it to them"
    who = f"{conflict.by} changed this text" if conflict.by else "Somebody changed this recommendation"
    at = f" at {time_of_day(conflict.at)}" if conflict.at else ""
    return f"{who}{at} while you were writing. Theirs is shown below: make one text of both, then save"


def rows_refused(form: ReportForm) -> bool:
    """Whether a recommendation was typed that could not be saved."""
    return any(part.text.errors for part in _parts(form))


def theirs(conflicts: list[Conflict]) -> dict[str, str]:
    """The other texts by place, for the page."""
    return {conflict.place: conflict.theirs for conflict in conflicts if conflict.theirs}


def _parts(form: ReportForm) -> list[RecommendationPart]:
    return [cast(RecommendationPart, entry.form) for entry in form.rows]


def _typed(form: RecommendationPart) -> TypedRecommendation:
    return TypedRecommendation(
        id=form.number,
        seen=form.seen.data or "",
        text=form.text.data or "",
        owner=form.owner.data or "",
        due_on=form.due_on.data,
    )
