"""A finished run's net becomes the source of another run, on whichever worker that is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lab.fake_engine import Kind, experiment, net_of
from tests.lab.following import end_of, until
from tl_core.lab.contract import Status
from tl_core.lab.jobs import DaskLab
from tl_core.lab.owners import secret_free
from tl_core.lab.retention import sweep
from tl_core.lab.settings import Limits
from tl_core.lab.store import Store, StoredRun
from tl_core.requests import ActivationsQuery, RaceRequest, RunRequest


def test_a_run_starts_from_the_net_that_another_has_left(lab: DaskLab, number: int):
    first = end_of(lab, lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), "ann"))
    net = first.report.net
    assert net == net_of(Kind.GOOD * 1000 + number)
    then = experiment(Kind.GOOD, number + 1).model_copy(update={"source": net})
    both = end_of(lab, lab.submit(RaceRequest(experiment=then), "bob"))  # one part on each worker
    assert both.status is Status.FINISHED
    assert len(both.report.runs) == 3


def test_a_net_that_nobody_has_left_is_named_in_a_clear_fault(lab: DaskLab, number: int):
    unknown = experiment(Kind.GOOD, number).model_copy(update={"source": net_of(10**9)})
    end = end_of(lab, lab.submit(RunRequest(experiment=unknown), "ann"))
    assert (end.status, end.error) == (Status.FAILED, ("weights_unknown", {"id": net_of(10**9)}))


def test_deleting_the_only_run_deletes_its_net(lab: DaskLab, number: int):
    run = lab.submit(RunRequest(experiment=experiment(Kind.GOOD, number)), "ann")
    net = end_of(lab, run).report.net
    assert lab._store.nets.files(frozenset({net}))
    lab.delete(run, "ann")
    until(lambda: not lab._store.nets.files(frozenset({net})), "the net to go with its run")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(f"sqlite:///{tmp_path / 'lab.sqlite'}")


def kept(store: Store, *numbers: int) -> list[bool]:
    return [bool(store.nets.files(frozenset({net_of(number)}))) for number in numbers]


def test_the_oldest_nets_go_and_their_runs_stay(store: Store):
    for number in (1, 2, 3):
        store.add(StoredRun(f"run{number}", secret_free("ann"), "h", "v", RunRequest().model_dump_json()))
        store.finish(f"run{number}", "{}")
        store.nets.keep(f"run{number}", {net_of(number): b"x" * 2**19})
    list(sweep(store, Limits(net_megabytes=1)))
    assert kept(store, 1, 2, 3) == [False, True, True]
    store.nets.trim(2**19)
    assert kept(store, 1, 2, 3) == [False, False, True]
    assert store.get("run1").status is Status.FINISHED


def test_a_net_of_a_run_that_is_gone_is_not_kept(store: Store):
    store.nets.keep("nobody", {net_of(1): b"x"})
    assert store.nets.files(frozenset({net_of(1)})) == {}


def test_the_nets_that_a_request_names_go_with_it(store: Store):
    store.add(StoredRun("run", secret_free("ann"), "h", "v", RunRequest().model_dump_json()))
    store.nets.keep("run", {net_of(7): b"x"})
    assert store.files(ActivationsQuery(source=net_of(7)).model_dump_json()) == {net_of(7): b"x"}
    assert store.files(RunRequest().model_dump_json()) == {}
