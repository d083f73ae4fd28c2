"""Which past runs are listed, and in which order."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from pages.kit.navigation import page_of
from pages.kit.past.listing import Order, Wish, best, listed, origin_of, origins, sheet
from tests.pages.fake_lab import WHEN
from tests.pages.past import race
from tl_core.lab.contract import PastRun, Result, Status
from tl_core.measured import Interval
from tl_core.requests import PretrainRequest


def line(number: int, status: Status, accuracy: int | None, seconds: float | None, name: str) -> PastRun:
    results = () if accuracy is None else (Result("frozen", Interval.wilson(accuracy, 100)),)
    when = WHEN + timedelta(minutes=number)
    return PastRun(str(number), race(seed=number % 3), status, when, name, {}, results, seconds)


LINES = st.lists(
    st.tuples(
        st.sampled_from(Status),
        st.none() | st.integers(0, 100),
        st.none() | st.floats(0, 100),
        st.sampled_from(["", "Alpha", "beta", "Klasse 8b"]),
    ),
    max_size=30,
).map(lambda rows: [line(number, *row) for number, row in enumerate(rows)])


def by_name(run: PastRun) -> str:
    return run.name


@given(LINES, st.sampled_from(Order))
def test_sorting_loses_and_doubles_nothing_and_puts_what_has_no_value_last(runs, order):
    found = listed(runs, Wish(order=order), by_name, by_name)
    assert sorted(run.id for run in found) == sorted(run.id for run in runs)
    keys = {
        Order.NEWEST: [-run.created.timestamp() for run in found],
        Order.OLDEST: [run.created.timestamp() for run in found],
        Order.NAME: [run.name.casefold() for run in found],
        Order.ACCURACY: [-best(run).accuracy.value if run.results else 1 for run in found],
        Order.SECONDS: [1 if run.seconds is None else -run.seconds for run in found],
    }[order]
    assert keys == sorted(keys)


@given(LINES, st.none() | st.sampled_from(Status), st.sampled_from(["", "A", "ta be", "KLASSE 8B", "zzz"]))
def test_what_is_listed_fits_the_wish_and_what_is_not_does_not(runs, status, text):
    found = listed(runs, Wish(text=text, status=status), by_name, by_name)
    fits = [
        run
        for run in runs
        if (status is None or run.status is status) and all(word.lower() in run.name.lower() for word in text.split())
    ]
    assert {run.id for run in found} == {run.id for run in fits}


@given(LINES, st.integers(-3, 9), st.integers(1, 7))
def test_the_sheets_together_are_the_list_and_a_number_beyond_them_is_the_nearest(runs, number, size):
    count = sheet(runs, 1, size).count
    together = [run for place in range(1, count + 1) for run in sheet(runs, place, size).runs]
    assert together == runs
    assert sheet(runs, number, size).number == min(max(number, 1), count)


def test_origins_are_offered_once_each_and_only_those_that_occur():
    requests = (race(), race(seed=1), race(source="untrained"), race(source=None), PretrainRequest(), None)
    runs = [PastRun(str(n), request, Status.FINISHED, WHEN) for n, request in enumerate(requests)]
    assert origins(runs) == [("digits", None), ("digits", "letters"), ("digits", "untrained")]
    wanted = listed(runs, Wish(origin=("digits", "untrained")), by_name, by_name)
    assert [origin_of(run) for run in wanted] == [("digits", "untrained")]


def test_a_run_opens_on_the_page_of_its_lesson_and_else_on_the_start_page():
    assert page_of({"lesson": "race"}) == page_of({}) == page_of({"lesson": "from another version"})
    assert page_of({}).is_file()


# -- the page --------------------------------------------------------------------------------------------------------
