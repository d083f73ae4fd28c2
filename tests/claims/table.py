"""What each source is worth on a target, measured: `python -m tests.claims.table` prints it as a table.

Not a test: about half an hour on one core. README.md and `.ci/nightly` show what it prints.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.claims.settings import STEPS, experiment
from tests.claims.trainings import Nets, Trainings, pool, train_all
from tl_core.sweep_request import SweepRequest

SOURCES = ("letters", "objects", "textures", "objects_autoencoder", "natural", "untrained")
SIZES = (1, 2, 5, 10, 50)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.claims.table", description=__doc__)
    parser.add_argument("--target", default="digits")
    parser.add_argument("--sources", default=",".join(SOURCES), help="names, with commas")
    parser.add_argument("--per-class", default=",".join(map(str, SIZES)), help="numbers, with commas")
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--first-seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--raw", help="a file for every net's numbers, a line each")
    options = parser.parse_args()
    sources, sizes = options.sources.split(","), tuple(map(int, options.per_class.split(",")))
    asked: dict[str, SweepRequest] = {}
    for source in sources:
        # From scratch needs a source for its pixel scaling only: the first one's serves all.
        strategies = ("scratch", "frozen", "fine_tune") if source == sources[0] else ("frozen", "fine_tune")
        spec = experiment(source=source, dataset=options.target, steps=options.steps, seed=options.first_seed)
        asked[source] = SweepRequest(experiment=spec, strategies=strategies, per_class=sizes, seeds=options.seeds)
    with pool(options.processes) as processes:
        done = train_all(processes, asked)
    if options.raw:
        write(options.raw, done)
    sys.stdout.write("\n".join(lines(done, options.target, sizes, asked)) + "\n")


def lines(done: Trainings, target: str, sizes: tuple[int, ...], asked: dict[str, SweepRequest]) -> Iterator[str]:
    """The table, with what was done above it."""
    worst, _, known = min(done.trained_alone(), key=lambda entry: entry[2])
    one = next(iter(asked.values()))
    first, steps = one.experiment.seed, one.experiment.training.steps
    yield f"On {target}: percent of the test images, mean over seeds {first} to {first + one.seeds - 1} with its"
    yield f"95 % interval, {steps} steps; the lowest"
    yield f"accuracy of a trained net on its own images: {100 * known:.1f} % ({' · '.join(map(str, worst))})."
    yield ""
    yield f"| source | strategy | {' | '.join(map(str, sizes))} |"
    yield f"|---|---|{'---|' * len(sizes)}"
    for source, request in asked.items():
        for strategy in request.strategies:
            cells = (shown(done, Nets(source, strategy, size)) for size in sizes)
            yield f"| {'none' if strategy == 'scratch' else source} | {strategy} | {' | '.join(cells)} |"


def shown(done: Trainings, nets: Nets) -> str:
    """A mean with half the width of its interval, in percent."""
    over = done.accuracy(nets)
    return f"{100 * over.value:.1f} ± {50 * (over.high - over.low):.1f}"


def write(path: str, done: Trainings) -> None:
    """Every net's accuracy on test and training images, a JSON line for those that differ in their seed only."""
    training: dict[Nets, dict[int, float]] = {}
    for nets, seed, accuracy in done.trained_alone():
        training.setdefault(nets, {})[seed] = accuracy
    facts = ({"accuracy": done.accuracies(nets), "training_accuracy": training.get(nets)} for nets in done.all())
    rows = (json.dumps({**nets._asdict(), **fact}) for nets, fact in zip(done.all(), facts, strict=True))
    Path(path).write_text("\n".join(rows) + "\n")


if __name__ == "__main__":
    main()
