"""A trust or a federation: its schools in the person's boroughs."""

from flask import abort, render_template

from peerreview import access
from peerreview.models import Federation, Trust
from peerreview.organisations import bp, parts
from peerreview.workflow import Role


@bp.get("/trusts/<int:trust_id>")
@access.by(Role.COORDINATOR)
def trust(trust_id: int) -> str:
    """An academy trust or sponsor."""
    group, schools = parts.group_with_schools(Trust, trust_id) or abort(404)
    return render_template("organisations/group.html", group=group, schools=schools, kind="Academy trust")


@bp.get("/federations/<int:federation_id>")
@access.by(Role.COORDINATOR)
def federation(federation_id: int) -> str:
    """Schools under one governing body."""
    group, schools = parts.group_with_schools(Federation, federation_id) or abort(404)
    return render_template("organisations/group.html", group=group, schools=schools, kind="Federation")
