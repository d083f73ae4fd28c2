"""What each source is worth on a target, measured: `python -m tests.claims.table` prints it as a table.

Not a test: about twelve minutes on one core. README.md and `.ci/nightly` show what it prints.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

from tests.claims.settings import HEAD_TO_THE_END, RACE, STEPS, experiment, sweep
from tests.claims.trainings import Nets, Trainings, pool, train_all
from tl_core.requests.sweep import SweepRequest

SOURCES = ("letters", "objects", "textures", "objects_autoencoder", "natural", "untrained")
SIZES = (1, 2, 5, 10, 50)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.claims.table", description=__doc__)
    parser.add_argument("--target", default="digits")
    parser.add_argument("--sources", default=",".join(SOURCES), help="names, with commas")
    parser.add_argument("--per-class", default=",".join(map(str, SIZES)), help="numbers, with commas")
    parser.add_argument("--strategies", default=",".join(RACE), help="of scratch, frozen, fine_tune, with commas")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--raw", help="a file for every net's numbers, a line each")
    options = parser.parse_args()
    asked = {f"{source} {strategy}": request for source, strategy, request in _asked(options)}
    with pool(options.processes) as processes:
        done = train_all(processes, asked)
    if options.raw:
        _write(options.raw, done)
    sys.stdout.write("\n".join(_lines(done, options.target, asked)) + "\n")


def _asked(options: argparse.Namespace) -> Iterator[tuple[str, str, SweepRequest]]:
    """A sweep for each line of the table. From scratch takes of a source only its pixel scaling: one line will do."""
    sources, strategies = options.sources.split(","), options.strategies.split(",")
    for source, strategy in product(sources, strategies):
        if strategy == "scratch" and source != sources[0]:
            continue
        budget = HEAD_TO_THE_END if strategy == "frozen" else {}
        spec = experiment(source, options.target, options.first_seed, **budget)
        sizes = tuple(map(int, options.per_class.split(",")))
        yield source, strategy, sweep(spec, (strategy,), sizes, options.seeds)


def _lines(done: Trainings, target: str, asked: dict[str, SweepRequest]) -> Iterator[str]:
    """The table, with what was done above it."""
    one = next(iter(asked.values()))
    first, seeds = one.experiment.seed, one.seeds
    yield f"Percent of the test images of {target}, mean over seeds {first} to {first + seeds - 1} ± half of its"
    yield f"95% interval. {STEPS} steps; a frozen net's head, which needs longer: {HEAD_TO_THE_END['steps']}."
    for nets, _, known in sorted(done.trained_alone(), key=lambda entry: entry[2])[:1]:
        yield f"The lowest accuracy of a net on its own training images: {100 * known:.1f}% ({nets.sweep})."
    yield f"\n| source, strategy | {' | '.join(map(str, one.per_class))} |\n|---|{'---|' * len(one.per_class)}"
    for name, request in asked.items():
        cells = (_shown(done, Nets(name, request.strategies[0], size)) for size in request.per_class)
        yield f"| {name} | {' | '.join(cells)} |"


def _shown(done: Trainings, nets: Nets) -> str:
    """A mean with half the width of its interval, in percent."""
    over = done.accuracy(nets)
    return f"{100 * over.value:.1f} ± {50 * (over.high - over.low):.1f}"


def _write(path: str, done: Trainings) -> None:
    """Every net's accuracy on test and training images, a JSON line for those that differ in their seed only."""
    training: dict[Nets, dict[int, float]] = {}
    for nets, seed, accuracy in done.trained_alone():
        training.setdefault(nets, {})[seed] = accuracy
    facts = ({"accuracy": done.accuracies(nets), "training_accuracy": training.get(nets)} for nets in done.all())
    rows = (json.dumps({**nets._asdict(), **fact}) for nets, fact in zip(done.all(), facts, strict=True))
    Path(path).write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
