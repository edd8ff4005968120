"""The figures of a year from invented reviews, and what the public version leaves out."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from peerreview.annual_report import figures, tables
from peerreview.annual_report.facts import Counted, Followed, Number, Promise, Rated, Reply, Verdict
from peerreview.annual_report.tables import Row, Table
from peerreview.workflow import Stage

TODAY = date(2026, 11, 23)
SCHOOL = Counted("Hackney", True)


def rows_of(table: Table) -> list[tuple[tables.Cell, ...]]:
    return [row.cells for row in table.rows]


def test_planned_held_and_presented_stand_against_the_number():
    counted = [
        Counted("Hackney", True, held=True, presented=True), Counted("Hackney", True, held=True), SCHOOL,
        Counted("Hackney", False), Counted("City of London", False, held=True),
    ]  # fmt: skip
    table = figures.against_the_number(counted, [Number("City of London", None, 2), Number("Hackney", 3, 4)])
    assert rows_of(table) == [
        ("City of London", "Statutory organisations", "not set", 1, 1, 0),
        ("City of London", "Schools and colleges", 2, 0, 0, 0),
        ("Hackney", "Statutory organisations", 3, 1, 0, 0),
        ("Hackney", "Schools and colleges", 4, 3, 2, 1),
    ]
    assert table.rows[3].bar == (1, 1, 1) and table.longest == 3


def test_the_median_and_the_longest_stay_at_each_stage():
    counted = [Counted("Hackney", True, stays={Stage.ARRANGING: days, Stage.PLANNED: 2}) for days in (10, 30, 14)]
    assert rows_of(figures.time_at_each_stage(counted)) == [("Planned", 3, 2, 2), ("Arranging", 3, 14, 30)]


def test_a_deadline_to_come_is_neither_met_nor_missed():
    def promise(due: int, done: int | None) -> Counted:
        return Counted("H", True, promises=(Promise("P", date(2026, 11, due), done and date(2026, 11, done)),))

    counted = [
        promise(20, 20),
        promise(20, 21),
        promise(20, None),
        promise(24, None),
        promise(25, 22),
        promise(23, None),
    ]
    assert rows_of(figures.in_time(counted, TODAY)) == [("P", 2, 2, "50%")]


def test_no_response_is_counted_for_itself():
    counted = [Counted("H", True, reply=reply) for reply in (Reply.POINTS, Reply.POINTS, Reply.NONE, None)]
    assert rows_of(figures.responses(counted)) == [
        ("Responded with points", 2, "67%"), ("Found no inaccuracies", 0, "0%"), ("No response was received", 1, "33%"),
    ]  # fmt: skip
    assert figures.responses([SCHOOL]).rows == ()


def test_points_are_counted_and_the_reviews_they_are_in():
    counted = [
        Counted("H", True, verdicts=(Verdict.CHANGED, Verdict.CHANGED)),
        Counted("H", True, verdicts=(Verdict.CHANGED, Verdict.NOT_CHANGED)),
        SCHOOL,
    ]
    assert [row[1:] for row in rows_of(figures.decisions(counted))] == [(3, 2), (0, 0), (1, 1)]


def test_strengths_and_areas_for_improvement_are_the_ends_of_the_scale():
    def rated(*peers: int | None) -> Counted:
        return Counted("H", True, ratings=tuple(Rated(f"S{at}", 3, 2, peer) for at, peer in enumerate(peers)))

    counted = [rated(3, 1, 2), rated(3, 0, None), rated(2, 3, 2)]
    assert rows_of(figures.found("strengths", counted)) == [("S0", 2, 3, "67%"), ("S1", 1, 3, "33%")]
    assert rows_of(figures.found("improvement", counted)) == [("S1", 2, 3, "67%")]
    assert rows_of(figures.self_and_peer(counted)) == [("S1", 0, 1, 2), ("S0", 1, 2, 0), ("S2", 2, 0, 0)]


def test_an_action_done_on_its_day_is_in_time():
    day = date(2026, 11, 20)
    done = (Followed(day, day), Followed(day, TODAY), Followed(day, None), Followed(TODAY, None))
    assert [row[1] for row in rows_of(figures.actions([Counted("H", True, actions=done)], TODAY))] == [1, 1, 1, 1]


def test_a_year_of_nothing_has_every_table_and_no_figure():
    found = figures.tables([], [], TODAY)
    assert [table.key for table in found] == [
        "numbers", "stages", "in-time", "responses", "decisions", "strengths", "improvement", "self-and-peer",
        "actions",
    ]  # fmt: skip
    assert all(table.rows == () and table.longest == 1 for table in found)


lines = st.lists(st.integers(0, 12), max_size=8)


def a_table(counts: list[int]) -> Table:
    rows = tuple(Row((f"line {at}", 70 + count, f"{count}%"), count, (count,)) for at, count in enumerate(counts))
    return Table("t", "Title", "About.", ("What", "How many", "Of all"), rows, ("How many",))


@given(lines, st.integers(2, 10))
def test_the_public_version_says_nothing_of_few(counts: list[int], least: int):
    [public] = tables.without_small_numbers([a_table(counts)], least)
    for count, before, after in zip(counts, a_table(counts).rows, public.rows, strict=True):
        assert after.cells[0] == before.cells[0]
        if 0 < count < least:
            assert after.cells[1:] == (f"fewer than {least}",) * 2 and after.bar == ()


@given(lines, st.integers(2, 10))
def test_nothing_is_hidden_alone_where_it_could_be_worked_out(counts: list[int], least: int):
    [public] = tables.without_small_numbers([a_table(counts)], least)
    hidden = [count for count, row in zip(counts, public.rows, strict=True) if not row.bar]
    shown = [count for count, row in zip(counts, public.rows, strict=True) if row.bar and count]
    assert len([count for count in hidden if count]) != 1 or not shown
    assert not [count for count in counts if 0 < count < least] or not shown or min(shown) >= least
