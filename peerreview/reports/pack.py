"""The papers of a meeting as one PDF: contents, bookmarks, page numbers, and every final report as it was approved."""

from typing import Any

from peerreview import typesetting
from peerreview.filters import day
from peerreview.models import Meeting, board_detail
from peerreview.reports import pdf, queries


def data_of(meeting: Meeting) -> dict[str, Any]:
    """What the pack says, read within a transaction; a report that is not approved is not in it."""
    reports = [
        report
        for paper in meeting.papers
        if (report := paper.review.final_report) is not None and report.finished_at is not None
    ]
    return {
        "title": f"Papers for the meeting on {day(meeting.held_on)}",
        "board": board_detail("board_name"),
        "group": meeting.borough.executive_group,
        "place": meeting.place,
        "reports": [pdf.data_of(queries.content_of(report)) for report in reports],
    }


def render(data: dict[str, Any]) -> bytes:
    """The PDF. Twenty reports take about a second: call it with no transaction open."""
    return typesetting.pdf("pack", data)
