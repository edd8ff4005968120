"""The invented year: which reviews it has, and how far each has come on the day it is loaded.

Every date is counted back from that day in working days, so the year always looks alive: some things are waited for,
a few are late, and visits are coming up.
"""

from dataclasses import dataclass

from peerreview.sample import report_texts as reports
from peerreview.sample.report_texts import Report

REVIEWS_PER_YEAR = {"COL": (2, 2), "HAC": (5, 9)}  # statutory organisations, schools
MEETINGS = {"COL": (-95, -50, 15, 75), "HAC": (-110, -30, 22, 85)}  # working days from the day of loading
LONG_AGO = 190  # working days: before everything else, the board and its meetings are there


@dataclass(frozen=True, slots=True)
class Plan:
    """One review of the year.

    `organisation` is a URN of organisations.csv or a code of places.AGENCIES. `last` names the last chapter that was
    told, `ago` how many working days ago. After its approval a report waits for the meeting, whose day is its own.
    `selected` is request, random or intelligence. `team` holds two mailboxes' names, the lead first; `declined`
    that of somebody who was asked as well, and cannot.
    """

    organisation: str
    last: str
    ago: int = 1
    selected: str = "request"
    reason: str = "new_lead"
    team: tuple[str, str] = ("farida.rahman", "hannah.levinson")
    report: Report = reports.PRIMARY
    declined: str = ""


THE_YEAR = (
    Plan("990033", "close", 120, team=("priscilla.nwosu", "hannah.levinson"), reason="after_growth"),
    Plan("990038", "report_first_action", 45, team=("sian.prosser", "tomasz.zielinski"), report=reports.SMALL_SETTING),
    Plan("990006", "approve_report", 5, reason="confidence"),
    Plan(
        "HAC-S11-01",
        "decide_first_point",
        2,
        selected="intelligence",
        team=("farida.rahman", "tomasz.zielinski"),
        report=reports.AGENCY,
    ),
    Plan("990012", "make_points", 4, team=("priscilla.nwosu", "tomasz.zielinski")),
    Plan(
        "HAC-S11-04",
        "extend_response",
        1,
        selected="random",
        team=("sian.prosser", "hannah.levinson"),
        report=reports.AGENCY,
    ),
    Plan("990021", "write_report", 1, reason="after_growth", team=("colm.doherty", "hannah.levinson")),
    Plan("990014", "set_agenda", 1),
    Plan("990028", "ask_for_documents", 9, reason="confidence", team=("sian.prosser", "tomasz.zielinski")),
    Plan("COL-S11-03", "propose_dates", 2, selected="random", declined="sian.prosser"),
    Plan("HAC-S11-03", "assign_team", 5, selected="random", team=("priscilla.nwosu", "tomasz.zielinski")),
    Plan("990007", "send_notice", 13, reason="federation", team=("colm.doherty", "hannah.levinson")),
    Plan("990027", "withdraw", 10, reason="federation"),
    Plan("990026", "decline", 22, reason="after_growth"),
    Plan("HAC-S11-06", "approve_selection", 6, selected="random"),
    Plan("990031", "send_back", 2, reason="after_growth"),
    Plan("HAC-S11-08", "send_selection", 3, selected="intelligence"),
    Plan("990030", "send_selection", 1, reason="confidence"),
    Plan("990004", "send_selection", 3, reason="confidence"),
    Plan("990025", "ask", 4),
    Plan("990005", "ask", 1, reason="confidence"),
)
