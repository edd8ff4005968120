"""The programme of each borough: what is planned against the number that its Executive Group set."""

from flask import render_template, request

from peerreview import access
from peerreview.models import boroughs_of, utc_now
from peerreview.programme import bp, queries
from peerreview.programme.outlook import outlooks
from peerreview.workdays import local_day
from peerreview.workflow import Role

ROLES = (Role.COORDINATOR, Role.EXECUTIVE)


@bp.get("/programme")
@access.by(*ROLES)
def index() -> str:
    """How one year stands, borough by borough."""
    today = local_day(utc_now())
    boroughs = boroughs_of(access.me(), *ROLES)
    years = queries.years_of(boroughs)
    labels = list(dict.fromkeys(year.label for year in years))
    now = queries.running(years, today)
    chosen = request.args.get("year", "")
    label = chosen if chosen in labels else now.label if now else ""
    found = queries.programmes([year for year in years if year.label == label], access.me())
    begun = {programme.year.borough_id for programme in found}
    return render_template(
        "programme/index.html",
        programmes=found,
        outlooks=outlooks(found, today),
        labels=labels,
        label=label,
        today=today,
        not_begun=[borough for borough in boroughs if years and borough.id not in begun],
    )
