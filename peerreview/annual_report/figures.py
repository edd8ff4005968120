"""The figures of a year: what was planned, held and presented, how long it took, what was found. Plain functions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from statistics import median

from peerreview.annual_report.facts import Counted, Number, Rated, Reply, Verdict
from peerreview.annual_report.tables import Cell, Row, Table
from peerreview.wording import STAGES
from peerreview.workflow import IN_ORDER, Stage

MOST_STANDARDS = 12  # in one table: the most frequent
TIMED = tuple(stage for stage in IN_ORDER if stage is not Stage.CLOSED)


def tables(counted: Sequence[Counted], numbers: Sequence[Number], today: date) -> list[Table]:
    """Every table of the year, in the order of the report."""
    return [
        against_the_number(counted, numbers),
        time_at_each_stage(counted),
        in_time(counted, today),
        responses(counted),
        decisions(counted),
        found("strengths", counted),
        found("improvement", counted),
        self_and_peer(counted),
        actions(counted, today),
    ]


def against_the_number(counted: Sequence[Counted], numbers: Sequence[Number]) -> Table:
    """Planned, held and presented against what each Executive Group wanted (procedure, section 4)."""
    rows = []
    for number in numbers:
        for is_school, kind, wanted in (
            (False, "Statutory organisations", number.statutory),
            (True, "Schools and colleges", number.schools),
        ):
            own = [each for each in counted if each.borough == number.borough and each.is_school is is_school]
            held, presented = sum(each.held for each in own), sum(each.presented for each in own)
            cells = (number.borough, kind, "not set" if wanted is None else wanted, len(own), held, presented)
            rows.append(Row(cells, len(own), (presented, held - presented, len(own) - held)))
    return Table(
        "numbers",
        "Reviews against the number set",
        "Reviews that were planned in the year, how many visits have been held, and how many final reports the "
        "Executive Group has seen, against the number that it set.",
        ("Borough", "Kind", "Number set", "Planned", "Visit held", "Presented"),
        tuple(rows),
        ("Presented", "Held, not presented yet", "Still to come"),
        labels=2,
    )


def time_at_each_stage(counted: Sequence[Counted]) -> Table:
    """How many days reviews took at each stage that they have left: the middle one and the longest."""
    days: dict[Stage, list[int]] = defaultdict(list)
    for each in counted:
        for stage, stayed in each.stays.items():
            days[stage].append(stayed)
    rows = []
    for stage in TIMED:
        if taken := days[stage]:
            middle = round(median(taken))
            rows.append(Row((STAGES[stage], len(taken), middle, max(taken)), len(taken), (middle,)))
    return Table(
        "stages",
        "Time taken at each stage",
        "Days, weekends included, that reviews spent at a stage before they went on. Half of them took no longer "
        "than the median.",
        ("Stage", "Reviews", "Median days", "Longest, days"),
        tuple(rows),
        ("Median days",),
    )


def in_time(counted: Sequence[Counted], today: date) -> Table:
    """What had a deadline that has come or been met: how much of it was there on the day."""
    on_time: Counter[str] = Counter()
    late: Counter[str] = Counter()
    names: dict[str, None] = {}
    for promise in (promise for each in counted for promise in each.promises):
        if promise.done_on is None and promise.due_on >= today:
            continue
        names[promise.what] = None
        met = promise.done_on is not None and promise.done_on <= promise.due_on
        (on_time if met else late)[promise.what] += 1
    rows = []
    for name in names:
        every = on_time[name] + late[name]
        cells = (name, on_time[name], late[name], f"{share(on_time[name], every)}%")
        rows.append(Row(cells, every, (on_time[name], late[name])))
    return Table(
        "in-time",
        "What came in time",
        "Of everything with a deadline that has passed or been met: how much was there by the end of the day.",
        ("What", "In time", "Late or missing", "In time, of all"),
        tuple(rows),
        ("In time", "Late or missing"),
    )


def responses(counted: Sequence[Counted]) -> Table:
    """What organisations did with their initial reports."""
    words = {
        Reply.POINTS: "Responded with points",
        Reply.CLEAN: "Found no inaccuracies",
        Reply.NONE: "No response was received",
    }
    replies = Counter(each.reply for each in counted if each.reply is not None)
    every = sum(replies.values())
    rows = [
        Row((words[reply], replies[reply], f"{share(replies[reply], every)}%"), every, (replies[reply],))
        for reply in Reply
        if every
    ]
    return Table(
        "responses",
        "Responses to initial reports",
        "What organisations answered within the response period. No response is not agreement.",
        ("Response", "Reviews", "Of all"),
        tuple(rows),
        ("Reviews",),
    )


def decisions(counted: Sequence[Counted]) -> Table:
    """What was decided on the points that organisations made."""
    words = {
        Verdict.CHANGED: "The report was changed",
        Verdict.PARTLY: "The report was changed in part",
        Verdict.NOT_CHANGED: "The report was not changed",
    }
    answered = [each for each in counted if each.verdicts]
    rows = []
    for verdict in Verdict if answered else ():
        points = sum(each.verdicts.count(verdict) for each in answered)
        reviews = sum(verdict in each.verdicts for each in answered)
        rows.append(Row((words[verdict], points, reviews), len(answered), (points,)))
    return Table(
        "decisions",
        "What was decided on their points",
        "Each point of a response is decided with a reason.",
        ("Decision", "Points", "In reviews"),
        tuple(rows),
        ("Points",),
    )


def found(which: str, counted: Sequence[Counted]) -> Table:
    """The standards that teams most often rated best (``strengths``) or in the lower half (``improvement``)."""
    strong = which == "strengths"
    rows = []
    for standard, ratings in _by_standard(counted).items():
        peers = [(rating.peer, rating.best) for rating in ratings if rating.peer is not None]
        hits = sum(peer == best if strong else 2 * peer < best for peer, best in peers)
        if hits:
            cells = (standard, hits, len(peers), f"{share(hits, len(peers))}%")
            rows.append(Row(cells, len(peers), (hits, len(peers) - hits)))
    rows.sort(key=lambda row: (-_whole(row.cells[1]), str(row.cells[0])))
    said = "Rated best" if strong else "Rated in the lower half"
    return Table(
        which,
        "Strengths most often found" if strong else "Areas for improvement most often found",
        "Standards that review teams rated at the good end of the scale."
        if strong
        else "Standards that review teams rated in the lower half of the scale.",
        ("Standard", said, "Reviews that rated it", "Of all"),
        tuple(rows[:MOST_STANDARDS]),
        (said, "Other ratings"),
    )


def self_and_peer(counted: Sequence[Counted]) -> Table:
    """How organisations rated themselves against what the team found, standard by standard."""
    rows = []
    for standard, ratings in _by_standard(counted).items():
        both = [(rating.own, rating.peer) for rating in ratings if rating.own is not None and rating.peer is not None]
        if both:
            same = sum(own == peer for own, peer in both)
            higher = sum(own < peer for own, peer in both)
            parts = (same, higher, len(both) - same - higher)
            rows.append(Row((standard, *parts), len(both), parts))
    rows.sort(key=lambda row: (_whole(row.cells[1]) - sum(row.bar), str(row.cells[0])))
    return Table(
        "self-and-peer",
        "Self-assessment against the team’s rating",
        "Whether the team rated a standard as the organisation had rated itself. Those with most differences first.",
        ("Standard", "The same", "Team rated higher", "Team rated lower"),
        tuple(rows[:MOST_STANDARDS]),
        ("The same", "Team rated higher", "Team rated lower"),
    )


def actions(counted: Sequence[Counted], today: date) -> Table:
    """What became of the recommendations."""
    every = [action for each in counted for action in each.actions]
    reviews = sum(bool(each.actions) for each in counted)
    parts = {
        "Done by their day": sum(a.done_on is not None and a.done_on <= a.due_on for a in every),
        "Done later": sum(a.done_on is not None and a.done_on > a.due_on for a in every),
        "Open, not due yet": sum(a.done_on is None and a.due_on >= today for a in every),
        "Open and late": sum(a.done_on is None and a.due_on < today for a in every),
    }
    rows = [
        Row((name, number, f"{share(number, len(every))}%"), reviews, (number,))
        for name, number in parts.items()
        if every
    ]
    return Table(
        "actions",
        "Actions",
        "Recommendations that became actions, and whether a coordinator, a later review or the Executive Group has "
        "verified that they are done.",
        ("State", "Actions", "Of all"),
        tuple(rows),
        ("Actions",),
    )


def share(part: int, whole: int) -> int:
    """Per cent, rounded; 0 of nothing."""
    return round(100 * part / whole) if whole else 0


def _by_standard(counted: Iterable[Counted]) -> dict[str, list[Rated]]:
    ratings: dict[str, list[Rated]] = defaultdict(list)
    for each in counted:
        for rating in each.ratings:
            ratings[rating.standard].append(rating)
    return ratings


def _whole(cell: Cell) -> int:
    return cell if isinstance(cell, int) else 0
