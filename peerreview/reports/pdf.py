"""A report as a PDF/UA-1 document."""

from typing import Any

from peerreview import typesetting
from peerreview.filters import day
from peerreview.reports.contents import RECOMMENDATIONS, TITLES, Report


def render(report: Report) -> bytes:
    """The PDF of one version of a report. Call it with no transaction open."""
    return typesetting.pdf("report", data_of(report))


def data_of(report: Report) -> dict[str, Any]:
    """The values of the templates ``report`` and ``pack``."""
    return {
        "title": f"{report.name}: peer review of safeguarding at {report.organisation}",
        "name": report.name,
        "board": report.board,
        "organisation": report.organisation,
        "reference": report.reference,
        "status": report.status,
        "is_final": report.is_final,
        "is_draft": report.finished_at is None,
        "facts": [
            {"label": label, "lines": lines}
            for label, lines in (
                ("Reference", [report.reference]),
                ("Date of the visit", [day(report.visited_on)] if report.visited_on else []),
                ("Review team", [str(person) for person in report.team]),
                ("Who was there", [str(person) for person in report.present]),
                ("Version", [f"{report.version} ({report.name.lower()})"]),
            )
            if lines
        ],
        "sections": [
            {
                "number": section.number,
                "title": section.title,
                "paragraphs": [{"number": each.number, "text": each.text} for each in section.paragraphs],
            }
            for section in report.sections
            if section.paragraphs or (section.number == RECOMMENDATIONS and report.recommendations)
        ],
        "recommendations": {
            "section": RECOMMENDATIONS,
            "title": TITLES[RECOMMENDATIONS],
            "rows": [
                [f"R{at}", each.text, each.owner, day(each.due_on)] for at, each in enumerate(report.recommendations, 1)
            ],
        },
        "ratings": [[each.standard, each.own, each.peer, each.tested] for each in report.ratings],
        "dots": dots_of(report),
        "response": report.response,
        "answers": [
            {
                "heading": f"{each.about}: {each.kind[:1].lower()}{each.kind[1:]}",
                "said": each.said,
                "decision": each.decision,
                "reason": each.reason,
                "new_wording": each.new_wording,
            }
            for each in report.answers
        ],
    }


def dots_of(report: Report) -> list[dict[str, Any]]:
    """The picture of self against peer: where both ratings of each standard stand, from 0 (weakest) to 1."""
    return [
        {
            "standard": each.standard,
            "steps": len(each.answers),
            "own": None if each.own_at is None else each.own_at / max(1, len(each.answers) - 1),
            "peer": None if each.peer_at is None else each.peer_at / max(1, len(each.answers) - 1),
        }
        for each in report.ratings
        if each.answers and (each.own_at is not None or each.peer_at is not None)
    ]
