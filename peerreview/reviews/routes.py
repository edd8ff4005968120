"""The list, one review's page, and the chase list."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.access import me
from peerreview.forms import options
from peerreview.models import Document, DocumentKind, Review, tasks, utc_now
from peerreview.reviews import bp, finding, next_steps, queries, reminders, rounds, timeline
from peerreview.reviews.forms import Filters, Reminder
from peerreview.workdays import local_day
from peerreview.workflow import Role

EVERYBODY = (Role.COORDINATOR, Role.REVIEWER, Role.EXECUTIVE)


@bp.get("/reviews")
@access.by(*EVERYBODY)
def index() -> str:
    """Every review that the reader may see, found by stage, borough, year and words."""
    boroughs, years = finding.choices_for(me())
    form = Filters(request.args)
    form.borough.choices = options([("", "Any borough"), *boroughs])
    form.year.choices = options([("", "Any year"), *((year, year) for year in years)])
    wanted = form.wanted()
    found = finding.find(me(), wanted, form.page.data or 1)
    oversees = me().holds(Role.COORDINATOR) or me().holds(Role.EXECUTIVE)
    mine = set() if oversees else queries.accepted_by(me())
    known = [review for review in found.reviews if oversees or review.id in mine]
    waits = {review.id: next_steps.first_wait(review) for review in known}  # it may name the organisation's people
    return render_template("reviews/index.html", filters=form, wanted=wanted, found=found, waits=waits)


@bp.get("/reviews/<reference>")
@access.by(*EVERYBODY)
def show(reference: str) -> str:
    """Everything about one review: where it stands, the next action first, people, letters, documents, timeline."""
    review, _actor = access.declared_as(reference, Role.COORDINATOR, Role.EXECUTIVE, Role.REVIEWER)
    roles = access.roles_on(review)
    overview = any(role in roles for role in (Role.COORDINATOR, Role.EXECUTIVE))
    return render_template(
        "reviews/show.html",
        review=review,
        roles=roles,
        coordinates=Role.COORDINATOR in roles,
        overview=overview,
        next=next_steps.next_step(review, roles, me()),
        waits=next_steps.first_wait(review),
        tasks=[(task, next_steps.task_place(review, task, roles)) for task in tasks(review)],
        lacks=next_steps.lacks(review),
        documents=_documents(review, roles),
        timeline=timeline.of(review, overview=overview, letters=Role.COORDINATOR in roles),
        timeline_at_first=timeline.AT_FIRST,
        opened=timeline.opened(review),
        is_school=next_steps.is_school(review),
        today=local_day(utc_now()),
    )


@bp.get("/chase")
@access.by(Role.COORDINATOR)
def chase() -> str:
    """Whom to remind of what: late first, then what is coming."""
    reviews = queries.open_reviews(queries.in_boroughs(me(), Role.COORDINATOR))
    waits = next_steps.waits(reviews, others=True)
    today, selections = local_day(utc_now()), rounds.with_executive(me(), Role.COORDINATOR)
    return render_template(
        "reviews/chase.html",
        today=today,
        late_rounds=[each for each in selections if each.days_late(today)],
        rounds=[each for each in selections if not each.days_late(today)],
        late=[wait for wait in waits if wait.days_late],
        waiting=[wait for wait in waits if not wait.days_late],
        reminded=queries.last_reminders(reviews),
    )


@bp.post("/reviews/<reference>/reminders")
@access.by(Role.COORDINATOR)
def remind(reference: str) -> Response:
    """Remind whoever a task waits for, in one click."""
    review, actor = access.review_as(reference, Role.COORDINATOR)
    form = Reminder()
    names = reminders.remind(review, form.task.data or "", actor)
    outbox.commit()
    if names:
        flash(f"A reminder goes to {' and '.join(names)}.", "done")
    else:
        flash("A reminder was sent a few minutes ago. Nothing was sent again.", "warning")
    return redirect(url_for("reviews.chase") if form.back.data else url_for("reviews.show", reference=reference))


def _has_accepted(review: Review) -> bool:
    return any(member.person_id == me().id and member.has_declared for member in review.current_team)


def _documents(review: Review, roles: list[Role]) -> list[tuple[Document, str]]:
    """What is listed, and where it is read: everything for the coordinator and the members who have declared, the
    final report for the Executive Group. What goes with a response is the organisation's own until it is sent; what
    shows how an action is going stands with the action.
    """
    kept = [document for document in review.documents if document.removed_at is None]
    kept = [document for document in kept if document.kind is not DocumentKind.ACTION_EVIDENCE]
    reads = Role.REVIEWER in roles and _has_accepted(review)
    if not (Role.COORDINATOR in roles or reads):
        own = {DocumentKind.FINAL_REPORT} if Role.EXECUTIVE in roles else set()
        kept = [document for document in kept if document.kind in own]
    return [(document, address) for document in kept if (address := _address(review, document))]


def _address(review: Review, document: Document) -> str:
    reference = review.reference
    if document.kind is DocumentKind.AUDIT_COPY:
        return url_for("audits.copy_file", reference=reference)
    if document.kind is DocumentKind.EVIDENCE:
        points = review.response.sent_points if review.response else []
        point = next((point for point in points if document in point.files), None)
        if point is None:
            return ""
        return url_for("reports.evidence", reference=reference, point_id=point.id, document_id=document.id)
    if document.kind in (DocumentKind.INITIAL_REPORT, DocumentKind.FINAL_REPORT):
        which = "final" if document.kind is DocumentKind.FINAL_REPORT else "initial"
        return url_for("reports.download", reference=reference, which=which)
    return url_for("preparation.document", reference=reference, document_id=document.id)
