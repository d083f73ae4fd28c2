"""A sweep as data: one experiment over strategies, numbers of labelled images and seeds, and how it is shared out."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from math import ceil
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from tl_core.experiment import Experiment, Part, PerClass, content_hash, named
from tl_core.registry import STRATEGIES

MOST_SIZES, MOST_SEEDS = 12, 100
CLASSES, IMAGES_A_CLASS = 10, 69  # a guess, for shares and expected seconds: data is loaded where it is trained on
TESTED = 1000 * 600 / 2300  # a final test in training images: 600 are trained on a second, 2,300 tested
FEATURES = 1800 * 600 / 2300  # all digits once through a body
HEAD = 2.0  # and a head among others, trained on these


def _each_once(values: tuple[object, ...]) -> tuple[object, ...]:
    if len(set(values)) < len(values):
        raise PydanticCustomError("twice", "something is named twice")
    return values


class Cell(Part):
    """One training of a sweep."""

    strategy: named(STRATEGIES)
    per_class: int
    seed: int


class SweepRequest(Part):
    """One experiment over strategies, numbers of labelled images a class, and seeds that count up from its own.

    The experiment's strategy and its number are unused. Cells of one size and seed share labelled images, batches and
    initial head, so strategies are compared in pairs. `only` names the cells that are to be done, where it is not all:
    a worker's share, or what is left after an interruption.

    >>> sweep = SweepRequest(strategies=("scratch", "frozen"), per_class=(1, 5), seeds=2)
    >>> len(sweep.cells)
    8
    >>> [len(share.cells) for share in sweep.split(2)]  # frozen ones together, with one of the others
    [6, 2]
    """

    lane: ClassVar[Literal["train"]] = "train"
    kind: Literal["sweep"] = "sweep"
    experiment: Experiment = Experiment()
    strategies: Annotated[tuple[named(STRATEGIES), ...], Field(min_length=1), AfterValidator(_each_once)] = (
        "scratch",
        "frozen",
        "fine_tune",
    )
    per_class: Annotated[
        tuple[PerClass, ...], Field(min_length=1, max_length=MOST_SIZES), AfterValidator(_each_once)
    ] = (
        1,
        5,
        50,
    )
    seeds: Annotated[int, Field(ge=1, le=MOST_SEEDS)] = 5
    only: tuple[Cell, ...] | None = None

    @property
    def cells(self) -> tuple[Cell, ...]:
        """What is to be done, in order: heads at once first, then seed by seed, so that all sizes fill up evenly."""
        return self.all_cells if self.only is None else self.only

    @property
    def all_cells(self) -> tuple[Cell, ...]:
        """Those of the whole sweep, be this a share or not."""
        seeds = range(self.experiment.seed, self.experiment.seed + self.seeds)
        every = [
            Cell(strategy=strategy, per_class=per_class, seed=seed)
            for seed in seeds
            for per_class in self.per_class
            for strategy in self.strategies
        ]
        return tuple(sorted(every, key=lambda cell: not self.at_once(cell)))  # sorting is stable

    @property
    def entrants(self) -> tuple[str, ...]:
        return self.strategies

    def experiment_of(self, cell: Cell) -> Experiment:
        """The experiment of one cell: asked for as a run, it gives the cell's row."""
        target = self.experiment.target.model_copy(update={"per_class": cell.per_class})
        changed = self.experiment.model_copy(update={"target": target, "seed": cell.seed})
        return changed.with_strategy(cell.strategy)

    def at_once(self, cell: Cell) -> bool:
        """Whether only a head learns, on features that never change, by the plain loss: many fit into one training."""
        strategy, training = self.experiment.strategy, self.experiment.training
        frozen = cell.strategy == "frozen" and strategy.batch_norm == "still" and not strategy.reinitialise
        still = not self.experiment.augmentation and not self.experiment.model.dropout
        plain = training.loss == "cross_entropy" and not training.label_smoothing and training.clip is None
        return frozen and still and plain and training.patience is None and training.precision == "full"

    def kinship(self, versions: str, device: str) -> str:
        """What two sweeps share whose equal cells have equal rows: the experiment without what a sweep varies."""
        content = self.experiment.nested()
        del content["strategy"]["name"], content["target"]["per_class"], content["seed"]
        content["model"]["backbone"] = self.experiment.backbone
        return content_hash([content, versions, device])

    def without(self, done: Collection[Cell]) -> SweepRequest:
        """What is left once these cells are done."""
        return self.model_copy(update={"only": tuple(cell for cell in self.cells if cell not in done)})

    def pieces(self) -> list[tuple[Cell, ...]]:
        """What is not to be parted, the longest first: heads at once, whose features are computed once; single cells.

        The longest first is what fills several workers most evenly, whoever takes the next piece.
        """
        heads = tuple(cell for cell in self.cells if self.at_once(cell))
        single = [(cell,) for cell in self.cells if not self.at_once(cell)]
        return sorted(([heads] if heads else []) + single, key=self.load, reverse=True)

    def split(self, parts: int) -> tuple[SweepRequest, ...]:
        """The same sweep as at most `parts` sweeps of about equal load, for as many workers."""
        shares: list[set[Cell]] = [set() for _ in range(parts)]
        loads = [0.0] * parts
        for piece in self.pieces():
            least = loads.index(min(loads))
            shares[least].update(piece)
            loads[least] += self.load(piece)
        every = [tuple(cell for cell in self.cells if cell in share) for share in shares]
        return tuple(self.model_copy(update={"only": share}) for share in every if share)

    def load(self, cells: Iterable[Cell] | None = None) -> float:
        """About how many images go through a net that trains, tests counted in."""
        heads, images = 0, 0.0
        for cell in self.cells if cells is None else cells:
            if self.at_once(cell):
                heads += 1
            else:
                images += TESTED + STRATEGIES[cell.strategy].cost * images_through(self.experiment_of(cell))
        return images + (FEATURES + HEAD * heads if heads else 0.0)


def images_through(experiment: Experiment) -> float:
    """About how many images a training sends through its net, batches being near-equal."""
    training, labelled = experiment.training, CLASSES * (experiment.target.per_class or IMAGES_A_CLASS)
    if training.steps is None:
        return float((training.epochs or 1) * labelled)
    return training.steps * labelled / ceil(labelled / training.batch_size)
