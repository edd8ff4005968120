"""One draw from its freeze on: the list, the seed, the result and its files."""

import json

from flask import Response, flash, redirect, url_for
from flask import make_response as answer_with
from werkzeug.wrappers import Response as Answer

from peerreview import access, outbox
from peerreview.attachments import attachment
from peerreview.config import ROOT
from peerreview.models import Draw
from peerreview.programme import bp, draw_candidates, draw_record, draws
from peerreview.programme.draw import Place
from peerreview.programme.draw_routes import ROLES, draw_as, draw_page
from peerreview.programme.draw_seed_forms import SEED_FORMS
from peerreview.sheets import Kind, Sheet, download
from peerreview.workflow import Role

HEADINGS = ("Group", "Place", "Number in the register", "Organisation", "Ticket", "Result")
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


@bp.get("/programme/draws/<draw>")
@access.by(*ROLES)
def draw(draw: str) -> str:
    """Where the draw stands: its steps, and what came of each place."""
    found, _actor = draw_as(draw, *ROLES)
    came, coordinates = draw_record.came_of(found), _coordinates(found)
    facts = {"faults": draw_record.faults(found), "came": came, "coordinates": coordinates}
    is_over = found.year.is_over(draw_candidates.today())
    return draw_page("programme/draw.html", found, listed=draw_record.listed(found), is_over=is_over, **facts)


@bp.get("/programme/draws/<draw>/list")
@access.by(*ROLES)
def draw_list(draw: str) -> str:
    """The frozen list, for paper too."""
    found, _actor = draw_as(draw, *ROLES)
    return draw_page(
        "programme/draw_list.html", found, faults=draw_record.faults(found), listed=draw_record.listed(found)
    )


@bp.route("/programme/draws/<draw>/seed", methods=["GET", "POST"])
@access.by(*ROLES)
def draw_seed(draw: str) -> str | Answer:
    """Step 3: the seed, entered once."""
    found, actor = draw_as(draw, *ROLES)
    form = SEED_FORMS[found.seed_kind]()
    too_early = draw_record.is_too_early(found, draw_candidates.today())
    if form.validate_on_submit() and not too_early:
        draws.enter_seed(found, form.seed(), actor)
        outbox.commit()
        flash("The seed is entered. This is the result.", "done")
        return redirect(url_for(".draw_result", draw=draw))
    faults, listed = draw_record.faults(found), draw_record.listed(found)
    return draw_page("programme/draw_seed.html", found, form=form, faults=faults, listed=listed, too_early=too_early)


@bp.get("/programme/draws/<draw>/result")
@access.by(*ROLES)
def draw_result(draw: str) -> str:
    """Step 4: every ticket."""
    found, _actor = draw_as(draw, *ROLES)
    groups: dict[str, list[Place]] = {}
    for place in draw_record.places(found):
        groups.setdefault(place.stratum, []).append(place)
    facts = {"faults": draw_record.faults(found), "coordinates": _coordinates(found)}
    return draw_page("programme/draw_result.html", found, groups=groups, **facts)


@bp.get("/programme/draws/<draw>/draw.json")
@access.by(*ROLES)
def draw_file(draw: str) -> Response:
    """Everything about the draw, for the script of docs/draw.md."""
    found, _actor = draw_as(draw, *ROLES)
    text = json.dumps(draw_record.as_file(found), ensure_ascii=False, indent=1)
    return _file(f"{found.reference}.json", text)


@bp.get("/programme/draws/<draw>/list.json")
@access.by(*ROLES)
def draw_list_file(draw: str) -> Response:
    """The frozen list byte for byte: its SHA-256 is the one that was shown at the freeze."""
    found, _actor = draw_as(draw, *ROLES)
    return _file(f"{found.reference}-list.json", found.frozen)


@bp.get("/programme/draws/<draw>/tickets.csv")
@access.by(*ROLES)
def draw_tickets(draw: str) -> Response:
    """Every ticket, for a spreadsheet."""
    found, _actor = draw_as(draw, *ROLES)
    rows = [(p.stratum, p.place, p.id, p.name, p.ticket, str(p.outcome)) for p in draw_record.places(found)]
    return download(Sheet(f"Draw {found.reference}", HEADINGS, rows), Kind.CSV, f"{found.reference}-tickets")


@bp.get("/draws/explanation")
@access.public
def draw_explained() -> Response:
    """How a draw goes, with the program that checks one: for everybody who was given a download."""
    answer = answer_with((ROOT / draw_record.EXPLAINED).read_text("utf-8"))
    answer.mimetype = "text/plain"
    return answer


def _coordinates(draw: Draw) -> bool:
    return access.me().holds(Role.COORDINATOR, draw.year.borough_id)


def _file(name: str, text: str) -> Response:
    answer = attachment(text, "application/json", name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return answer
