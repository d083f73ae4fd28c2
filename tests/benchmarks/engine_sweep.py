"""The sweep of 150 trainings as the command line does it, its frozen rows alone, and two processes against one.

Three strategies, five sizes, ten seeds, 60 updates each on digits, nothing changed in the images. Against it stands
the tutorial loop 150 times, one after the other, with one torch thread, as each of the sweep's processes has. It is
extrapolated from six: each strategy at the smallest and at the largest size; between these its time grows with the
images that go through the net, and the seeds are alike. The sweep is measured whole, once, from the command to the
printed report, starting its processes included: one a core, which is what it does unasked and a loop does not.

The frozen rows are compared within one process. Two processes against one: warm ones, which is what a longer sweep is
like, on trainings that move the whole net. CPU time is this process's alone, so there is none where others compute.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.benchmarks.alternating import Took, Way, alternate, ratio, timed
from tests.benchmarks.engine_tutorial import tutorial, write
from tests.benchmarks.figure import Figure
from tl_core.commands.processes import Processes
from tl_core.data.dataset import load
from tl_core.device import use_one_thread
from tl_core.experiment import Experiment
from tl_core.perform import perform
from tl_core.requests.sweep import Cell, SweepRequest
from tl_core.setup import prepare
from tl_core.training.batches import plan
from tl_core.training.feature_cache import forget

STRATEGIES, SIZES, SEEDS = ("scratch", "frozen", "fine_tune"), (1, 2, 5, 10, 50), 10
WHOLE = SweepRequest(strategies=STRATEGIES, per_class=SIZES, seeds=SEEDS)
FROZEN = SweepRequest(strategies=("frozen",), per_class=SIZES, seeds=SEEDS)
FEW = SweepRequest(strategies=("scratch",), per_class=(10,), seeds=4)
TIMES = 3


def measure() -> Iterator[Figure]:
    use_one_thread()
    with tempfile.TemporaryDirectory() as root:
        six = _six(write(load("digits"), Path(root) / "digits"))
        whole = timed(lambda: _command(Path(root)))
    loops = [_extrapolated(six, strategy) for strategy in STRATEGIES]
    loop = Took(sum(took.wall for took in loops), sum(took.own for took in loops))
    yield Figure("sweep_ratio", loop.wall / whole.wall, 2.2, "×", 1, at_least=True)
    frozen = alternate({"frozen": Way(_frozen)}, TIMES)["frozen"]
    yield from ratio("sweep_ratio, frozen rows", [loops[1]] * TIMES, frozen, 20.0)
    yield from _two_workers()


def _six(folder: Path) -> dict[tuple[str, int], Took]:
    return {
        (strategy, size): timed(tutorial(prepare(_experiment(strategy, size)), folder, changed=False))
        for size in (SIZES[0], SIZES[-1])
        for strategy in STRATEGIES
    }


def _experiment(strategy: str, size: int) -> Experiment:
    return WHOLE.experiment_of(Cell(strategy=strategy, per_class=size, seed=0))


def _extrapolated(six: dict[tuple[str, int], Took], strategy: str) -> Took:
    """All sizes and seeds of one strategy, from its smallest and its largest size."""
    first, last = six[strategy, SIZES[0]], six[strategy, SIZES[-1]]
    images = [_images(size) for size in SIZES]
    shares = [(count - images[0]) / (images[-1] - images[0]) for count in images]
    return Took(
        SEEDS * sum(first.wall + share * (last.wall - first.wall) for share in shares),
        SEEDS * sum(first.own + share * (last.own - first.own) for share in shares),
    )


def _images(size: int) -> int:
    """How many images go through the net while it trains on so many a class."""
    return sum(map(len, plan(10 * size, WHOLE.experiment.training, seed=0).batches))


def _command(home: Path) -> None:
    """The issue's command, in a place of its own where nothing has been done before."""
    words = ["sweep", "-", "--strategies", ",".join(STRATEGIES), "--per-class", ",".join(map(str, SIZES))]
    command = [sys.executable, "-m", "tl_core", *words, "--seeds", str(SEEDS)]
    environment = {**os.environ, "TL_HOME": str(home)}
    subprocess.run(command, input="{}", text=True, env=environment, capture_output=True, check=True)


def _frozen() -> Callable[[], object]:
    forget()
    return lambda: list(perform(FROZEN))


def _two_workers() -> Iterator[Figure]:
    with Processes(1) as one, Processes(2) as two:
        ways = {name: _spread(processes) for name, processes in (("one", one), ("two", two))}
        for way in ways.values():  # the first time they import, load and start
            way.ready()()
        taken = alternate(ways, TIMES)
    figure, _ = ratio("two_worker_ratio", taken["one"], taken["two"], 1.7)
    yield figure


def _spread(processes: Processes) -> Way:
    def work() -> Sequence[object]:
        return list(processes.rows(FEW))

    return Way(lambda: work)
