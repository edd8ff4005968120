"""The first steps of a draw: who may be drawn, and the freeze. Nothing is kept before the freeze."""

from dataclasses import dataclass
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.wrappers import Response

from peerreview import access, outbox
from peerreview.audit_trail import Actor
from peerreview.extensions import db
from peerreview.forms import options
from peerreview.models import Draw, DrawEntry, ProgrammeYear, Review, SeedKind, setting
from peerreview.programme import bp, draw_candidates, draw_record, draws
from peerreview.programme.draw import Eligible, FrozenList, LeftOut, sha256
from peerreview.programme.draw_forms import FreezeForm, PoolForm
from peerreview.programme.draw_pool import divide
from peerreview.programme.draws import Redraw
from peerreview.workflow import Role

ROLES = (Role.EXECUTIVE, Role.COORDINATOR)  # an Executive member who coordinates as well acts for the Executive


@dataclass(frozen=True)
class Pool:
    """What the pages before the freeze show."""

    form: PoolForm
    eligible: tuple[Eligible, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def groups(self) -> dict[str, int]:
        """How many can be drawn in each group."""
        names = sorted({each.stratum for each in self.eligible})
        return {name: sum(each.stratum == name for each in self.eligible) for name in names}

    @property
    def address(self) -> dict[str, Any]:
        """What of the address says who may be drawn, to carry it to the next page."""
        known = {field.name for field in self.form} | {"replaces"}
        return {name: values for name, values in request.args.lists() if name in known}

    def mark(self, reference: str) -> str:
        """Another one when anything on the page has changed."""
        return sha256(f"{reference} {self.eligible!r} {self.left_out!r} {self.form.rules.in_words()!r}")


@bp.get("/programme/years/<int:year_id>/draws")
@access.by(*ROLES)
def draws_of_year(year_id: int) -> str:
    """The draws of a borough's year, and how a draw goes."""
    year, _actor = _year_as(year_id)
    wanted = db.select(Draw).where(Draw.programme_year_id == year.id).order_by(Draw.number.desc())
    entries = selectinload(Draw.entries).selectinload(DrawEntry.review)
    found = db.session.scalars(wanted.options(entries, selectinload(Draw.replaced_by))).all()
    open_places = {draw.id for draw in found if not draw.replaced_by and draw_record.lost_places(draw)}
    over = year.is_over(draw_candidates.today())
    return render_template("programme/draws.html", year=year, draws=found, open_places=open_places, is_over=over)


@bp.get("/programme/years/<int:year_id>/draws/pool")
@access.by(*ROLES)
def draw_pool(year_id: int) -> str:
    """Step 1: who may be drawn, who is left out and why."""
    year, _actor = _year_as(year_id)
    pool = _pool(year)
    return render_template("programme/draw_pool.html", year=year, pool=pool, form=pool.form, redraw=_replaced(year))


@bp.route("/programme/years/<int:year_id>/draws/freeze", methods=["GET", "POST"])
@access.by(*ROLES)
def draw_freeze(year_id: int) -> str | Response:
    """Step 2: how many, where the seed will come from, and the freeze. The address says who may be drawn."""
    year, actor = _year_as(year_id)
    if request.method == "POST":
        draws.hold(year)
    pool, replaced = _pool(year), _replaced(year)
    if not pool.eligible or pool.form.errors:
        return redirect(url_for(".draw_pool", year_id=year.id, **pool.address))
    reference = draws.next_number(year)[1]
    form = FreezeForm(groups=[{"name": name, "draw": 0, "reserves": 0} for name in pool.groups])
    seen, form.seen.data = form.seen.data, pool.mark(reference)
    if form.is_submitted() and form.usable(pool.groups, draw_candidates.today(), redraw=replaced is not None):
        if seen == form.seen.data:
            return _freeze(year, _listed(year, reference, pool, form), form, actor, replaced)
        form.form_errors = ["The list has changed since you opened this page. Look at it again, then freeze it."]
    facts = {"year": year, "pool": pool, "form": form, "redraw": replaced, "reference": reference}
    return render_template("programme/draw_freeze.html", page_has_errors=bool(form.problems()), **facts)


def _freeze(year: ProgrammeYear, listed: FrozenList, form: FreezeForm, actor: Actor, replaced: Draw | None) -> Response:
    redraw = Redraw(replaced, form.reason.data or "") if replaced else None
    draw = draws.freeze(year, listed, SeedKind(form.kind.data), actor, redraw)
    outbox.commit()
    flash(f"The list of {draw.reference} is frozen. Nobody can change it now.", "done")
    return redirect(url_for(".draw", draw=draw.reference))


def _listed(year: ProgrammeYear, reference: str, pool: Pool, form: FreezeForm) -> FrozenList:
    source, on = form.source
    return FrozenList(
        draw=reference,
        borough=year.borough.name,
        year=year.label,
        rules=pool.form.rules.in_words(),
        seed=source,
        seed_on=on,
        strata=form.strata,
        eligible=pool.eligible,
        left_out=pool.left_out,
    )


def _pool(year: ProgrammeYear) -> Pool:
    typed = request.args if "years" in request.args else None
    found = draw_candidates.candidates(year.borough)
    form = PoolForm(typed, years=setting("years_between"), rating="any", group="none", meta={"csrf": False})
    types, phases = draw_candidates.kinds_of(found)
    form.types.choices, form.phases.choices = options([(t, t) for t in types]), options([(p, p) for p in phases])
    if typed is not None and not form.validate():
        return Pool(form, (), ())
    return Pool(form, *divide(found, form.rules, form.group.data or "none", draw_candidates.today()))


def _replaced(year: ProgrammeYear) -> Draw | None:
    """The draw that this one takes the place of, when the address names one of the same year. Raises 404 otherwise."""
    reference = request.args.get("replaces", "")
    if not reference:
        return None
    found: Draw | None = db.session.scalar(
        db.select(Draw).where(Draw.reference == reference, Draw.programme_year_id == year.id)
    )
    if found is None:
        abort(404)
    return found


def _year_as(year_id: int) -> tuple[ProgrammeYear, Actor]:
    year = db.session.get(ProgrammeYear, year_id)
    if year is not None:
        for role in ROLES:
            if access.me().holds(role, year.borough_id):
                return year, Actor.of(access.me(), role)
    abort(404)


def draw_as(reference: str, *roles: Role) -> tuple[Draw, Actor]:
    """The draw and the actor, in the first of the roles that the person holds in its borough; otherwise 404."""
    reviews = selectinload(DrawEntry.review).selectinload(Review.selected_in)
    entries = selectinload(Draw.entries).options(joinedload(DrawEntry.organisation), reviews)
    draw = db.session.scalar(db.select(Draw).where(Draw.reference == reference).options(entries))
    if draw is not None:
        for role in roles:
            if access.me().holds(role, draw.year.borough_id):
                return draw, Actor.of(access.me(), role)
    abort(404)


def draw_page(template: str, draw: Draw, **facts: Any) -> str:
    """A page of one draw."""
    return render_template(template, draw=draw, year=draw.year, **facts)
