"""When people cannot: a reviewer's own times, and the school holidays that a coordinator enters."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.access import me
from peerreview.audit_trail import Actor
from peerreview.dates import bp, closed_days, holiday_file
from peerreview.dates.closed_forms import DAYS, PARTS, HolidayFileForm, HolidayForm, ImportForm, MyTimeForm
from peerreview.dates.holiday_file import Contents
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.models import Borough, Days, PartOfDay, SchoolHoliday, Unavailability, boroughs_of, utc_now
from peerreview.workdays import local_day
from peerreview.workflow import Role


@bp.route("/my-times", methods=["GET", "POST"])
@access.by(Role.REVIEWER)
def my_times() -> str | Response:
    form = MyTimeForm()
    if form.validate_on_submit():
        days, part = Days(form.days.data), PartOfDay(form.part.data)
        try:
            closed_days.keep_time(me(), form.period, days, part, form.note.data)
        except closed_days.TooMany as refusal:
            form.form_errors.append(str(refusal))
        else:
            outbox.commit()
            flash("Written down. The coordinator sees it when dates are proposed.", "done")
            return redirect(url_for("dates.my_times"))
    times = closed_days.times_of(me())
    return render_template("dates/my_times.html", form=form, times=times, days=dict(DAYS), parts=dict(PARTS))


@bp.post("/my-times/removal")
@access.by(Role.REVIEWER)
def remove_my_time() -> Response:
    """One of the reader's own times; somebody else's is not there for them."""
    row = db.session.get(Unavailability, request.form.get("time", 0, type=int))
    if row is not None and row.person_id == me().id:
        db.session.delete(row)
        outbox.commit()
        flash("Removed.", "done")
    return redirect(url_for("dates.my_times"))


@bp.route("/school-holidays", methods=["GET", "POST"])
@access.by(Role.COORDINATOR)
def school_holidays() -> str | Response:
    form = _of_my_boroughs(HolidayForm())
    if form.validate_on_submit():
        borough = _chosen(form)
        last = form.last_on.data or form.first_on.data
        new = closed_days.add_holidays(borough, [(form.name.data, form.first_on.data, last)], _actor())
        outbox.commit()
        flash(
            f"{form.name.data} is entered." if new else "These days are entered already.", "done" if new else "warning"
        )
        return redirect(url_for("dates.school_holidays"))
    return _holidays_page(form, _of_my_boroughs(HolidayFileForm(formdata=None)))


@bp.post("/school-holidays/removal")
@access.by(Role.COORDINATOR)
def remove_school_holiday() -> Response:
    """One of a borough that the reader coordinates; another one is not there for them."""
    holiday = db.session.get(SchoolHoliday, request.form.get("holiday", 0, type=int))
    if holiday is not None and me().holds(Role.COORDINATOR, holiday.borough_id):
        name = holiday.name
        closed_days.remove_holiday(holiday, _actor())
        outbox.commit()
        flash(f"{name} is removed. Deadlines that were given stay as they are.", "done")
    return redirect(url_for("dates.school_holidays"))


@bp.post("/school-holidays/file")
@access.by(Role.COORDINATOR)
def look_into_file() -> str | Response:
    """What a calendar file has, to choose from; nothing is kept yet."""
    form = _of_my_boroughs(HolidayFileForm())
    if form.validate_on_submit():
        try:
            contents = holiday_file.read(form.file.data.stream.read(holiday_file.LARGEST + 1), local_day(utc_now()))
        except holiday_file.Refused as refusal:
            form.file.errors = [str(refusal)]
        else:
            return _preview(_import_form(contents, form.borough.data), contents)
    return _holidays_page(_of_my_boroughs(HolidayForm(formdata=None)), form)


@bp.post("/school-holidays/import")
@access.by(Role.COORDINATOR)
def take_from_file() -> str | Response:
    form = _of_my_boroughs(ImportForm())
    if not form.validate_on_submit():
        return _preview(form, Contents())
    rows = [row.form for row in form.rows if row.form.take.data]
    wanted = [(row.name.data or "School holiday", *row.period) for row in rows]
    new = closed_days.add_holidays(_chosen(form), wanted, _actor())
    outbox.commit()
    known = f" {len(wanted) - new} were there already." if new < len(wanted) else ""
    flash(f"School holidays entered: {new}.{known}", "done")
    return redirect(url_for("dates.school_holidays"))


def _of_my_boroughs(form: Any) -> Any:
    """The form with the boroughs that the coordinator may choose; the only one is chosen."""
    mine = boroughs_of(me(), Role.COORDINATOR)
    form.borough.choices = options([(str(borough.id), borough.name) for borough in mine])
    if len(mine) == 1:
        form.borough.data = str(mine[0].id)
    return form


def _import_form(contents: Contents, borough_id: str) -> Any:
    rows = [
        {"take": one.is_likely, "name": one.name, "first": one.first_on.isoformat(), "last": one.last_on.isoformat()}
        for one in contents.found
    ]
    return _of_my_boroughs(ImportForm(formdata=None, data={"rows": rows, "borough": borough_id}))


def _preview(form: Any, contents: Contents) -> str:
    """The stretches of a file, each with its box to tick."""
    return render_template(
        "dates/holiday_file.html", form=form, left_out=contents.left_out, page_has_errors=bool(form.problems())
    )


def _holidays_page(form: Any, file_form: Any) -> str:
    today = local_day(utc_now())
    mine = boroughs_of(me(), Role.COORDINATOR)
    lists = [(each, [h for h in each.school_holidays if h.last_on >= today]) for each in mine]
    return render_template(
        "dates/school_holidays.html", form=form, file_form=file_form, lists=lists,
        page_has_errors=bool(form.problems() or file_form.problems()),
    )  # fmt: skip


def _chosen(form: Any) -> Borough:
    return next(each for each in boroughs_of(me(), Role.COORDINATOR) if str(each.id) == form.borough.data)


def _actor() -> Actor:
    return Actor.of(me(), Role.COORDINATOR)
